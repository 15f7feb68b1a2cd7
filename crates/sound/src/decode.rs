//! Decodes sounds to one channel.

use std::io::Cursor;
use std::time::Instant;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::default::formats::{AdtsReader, AiffReader, FlacReader, IsoMp4Reader, OggReader, WavReader};

use crate::kind::Container;
use crate::resample::Telephone;
use crate::{MAX_CHANNELS, MAX_SECONDS, SoundFileError};

/// Decodes and resamples to the telephone's rate. Fails with `TooSlow` after `deadline`.
pub(crate) fn to_telephone(
    container: Container,
    sound: &[u8],
    deadline: Instant,
) -> Result<Vec<i16>, SoundFileError> {
    let mut format = reader(container, sound).map_err(|error| failure(&error))?;
    let track = format.default_track(TrackType::Audio).ok_or(SoundFileError::Silent)?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.ok_or(SoundFileError::Unsupported(OTHER))?;
    let told = track.num_frames.zip(parameters.sample_rate);
    if told.is_some_and(|(frames, rate)| frames / u64::from(rate.max(1)) > MAX_SECONDS.into()) {
        return Err(SoundFileError::TooLong);
    }
    let codecs = symphonia::default::get_codecs();
    let decoder = codecs.make_audio_decoder(parameters, &AudioDecoderOptions::default());
    let mut decoder = decoder.map_err(|error| failure(&error))?;
    let mut telephone: Option<Telephone> = None;
    let mut samples: Vec<f32> = Vec::new();
    let mut damaged = false;
    loop {
        if Instant::now() > deadline {
            return Err(SoundFileError::TooSlow);
        }
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            // Keep what was read: some recordings are cut short.
            Err(_) => {
                damaged = true;
                break;
            }
        };
        if packet.track_id != id {
            continue;
        }
        let Ok(decoded) = decoder.decode(&packet) else {
            damaged = true;
            continue;
        };
        let channels = decoded.spec().channels().count();
        let rate = decoded.spec().rate();
        if decoded.frames() == 0 {
            continue;
        }
        if channels == 0 || channels > MAX_CHANNELS {
            return Err(SoundFileError::Damaged);
        }
        let telephone = match telephone.as_mut() {
            Some(telephone) if telephone.rate() == rate => telephone,
            Some(_) => return Err(SoundFileError::Damaged),
            None => telephone.insert(Telephone::new(rate)?),
        };
        decoded.copy_to_vec_interleaved(&mut samples);
        // There are at most 32 channels, which f32 holds exactly.
        let share = 1.0 / f32::from(u8::try_from(channels).unwrap_or(u8::MAX));
        telephone.take(samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() * share))?;
    }
    let samples = telephone.map(Telephone::finish).transpose()?.unwrap_or_default();
    match samples.is_empty() {
        false => Ok(samples),
        true if damaged => Err(SoundFileError::Damaged),
        true => Err(SoundFileError::Silent),
    }
}

/// Names the container: if symphonia probed, it would search the file for other headers, which we haven't checked.
fn reader(container: Container, sound: &[u8]) -> Result<Box<dyn FormatReader + '_>, Error> {
    let stream = MediaSourceStream::new(Box::new(Cursor::new(sound)), Default::default());
    let options = FormatOptions::default();
    Ok(match container {
        Container::Adts => Box::new(AdtsReader::try_new(stream, options)?),
        Container::Aiff => Box::new(AiffReader::try_new(stream, options)?),
        Container::Flac => Box::new(FlacReader::try_new(stream, options)?),
        Container::Mp4 => Box::new(IsoMp4Reader::try_new(stream, options)?),
        Container::Ogg => Box::new(OggReader::try_new(stream, options)?),
        Container::Wav => Box::new(WavReader::try_new(stream, options)?),
    })
}

const OTHER: &str = "a sound in an encoding that is rarely used";

fn failure(error: &Error) -> SoundFileError {
    match error {
        Error::Unsupported(_) => SoundFileError::Unsupported(OTHER),
        _ => SoundFileError::Damaged,
    }
}
