//! Sounds of other programs, made into what a telephone plays.
//!
//! MP3 and WAV as telephones have it go through as they are. What else is common (M4A, AAC, FLAC, Ogg Vorbis, AIFF, other WAVs)
//! is decoded and becomes a WAV of 8 kHz, 16 bits and one channel, which is all that a call carries. Everything is decided from
//! the bytes: a file's name can say anything.

mod decode;
mod kind;
mod resample;
mod wav;

use std::time::{Duration, Instant};

use kind::Kind;

/// Longest sound, in seconds.
pub const MAX_SECONDS: u32 = 600;
/// Most channels of a recording.
const MAX_CHANNELS: usize = 32;
/// Samples of each second of a converted sound.
const TELEPHONE_RATE: u32 = 8_000;
/// How long converting may take; minutes of sound take a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sound that a telephone plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepared {
    /// MPEG audio, layer III, as it came.
    Mp3,
    /// RIFF WAVE, as it came.
    Wav,
    /// Something else, as a WAV file.
    Converted(Vec<u8>),
}

/// Why a file can't be played to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SoundFileError {
    /// It is no sound that is known here.
    #[error(
        "This is not a sound file, whatever its name says. You can use MP3, WAV, M4A, AAC, FLAC, Ogg Vorbis \
         and AIFF."
    )]
    NotSound,
    /// The beginning of one, and nothing to hear.
    #[error("This file contains no sound.")]
    Silent,
    /// It is known what it is, and not how to read it.
    #[error("This is {0}, which can't be converted here. Save it as MP3, WAV, M4A or FLAC and add that.")]
    Unsupported(&'static str),
    /// It should be readable and isn't.
    #[error("This file is damaged: the sound in it can't be read.")]
    Damaged,
    /// Nobody listens that long.
    #[error("A sound can be at most {} minutes long.", MAX_SECONDS / 60)]
    TooLong,
    /// It was not worth the wait.
    #[error("This file takes too long to convert. Save it as MP3 or WAV and add that.")]
    TooSlow,
}

/// Tells what a telephone plays of this file, and converts it where needed. This takes a processor for a while.
///
/// # Errors
/// When there is no way to play it.
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
