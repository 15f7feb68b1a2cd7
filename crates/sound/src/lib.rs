//! Converts sound files to what a telephone can play.
//!
//! MP3 and telephone WAV files stay as they are. Other common formats (M4A, AAC, FLAC, Ogg Vorbis, AIFF, other WAVs)
//! are converted to a WAV of 8 kHz, 16 bits and one channel, which is all that a call carries. The bytes decide, never
//! the file's name.

mod decode;
mod kind;
mod resample;
mod wav;

use std::time::{Duration, Instant};

use kind::Kind;

/// Longest sound, in seconds.
pub const MAX_SECONDS: u32 = 600;
const MAX_CHANNELS: usize = 32;
/// In samples per second.
const TELEPHONE_RATE: u32 = 8_000;
/// Time limit for a conversion; minutes of sound take about a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sound that a telephone can play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepared {
    /// MPEG audio, layer III, unchanged.
    Mp3,
    /// RIFF WAVE, unchanged.
    Wav,
    /// Another format, converted to a WAV file.
    Converted(Vec<u8>),
}

/// Why a file can't be played on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SoundFileError {
    /// Not a known sound format.
    #[error(
        "This is not a sound file, whatever its name says. You can use MP3, WAV, M4A, AAC, FLAC, Ogg Vorbis \
         and AIFF."
    )]
    NotSound,
    /// A sound without samples.
    #[error("This file contains no sound.")]
    Silent,
    /// A known format that can't be decoded.
    #[error("This is {0}, which can't be converted here. Save it as MP3, WAV, M4A or FLAC and add that.")]
    Unsupported(&'static str),
    /// A supported format that can't be read.
    #[error("This file is damaged: the sound in it can't be read.")]
    Damaged,
    /// Longer than [`MAX_SECONDS`].
    #[error("A sound can be at most {} minutes long.", MAX_SECONDS / 60)]
    TooLong,
    /// Decoding took too long.
    #[error("This file takes too long to convert. Save it as MP3 or WAV and add that.")]
    TooSlow,
}

/// Checks a file and converts it if necessary. CPU-bound for up to seconds.
///
/// # Errors
/// If the file can't be played.
pub fn prepare(file: &[u8]) -> Result<Prepared, SoundFileError> {
    match kind::of(file)? {
        Kind::Mp3 => Ok(Prepared::Mp3),
        Kind::TelephoneWav => Ok(Prepared::Wav),
        Kind::Decodable(container, sound) => {
            let samples = decode::to_telephone(container, sound, Instant::now() + PATIENCE)?;
            Ok(Prepared::Converted(wav::write(&samples, TELEPHONE_RATE)))
        }
    }
}
