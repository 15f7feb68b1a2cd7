//! RIFF WAVE: what is in one, and a new one.

use crate::SoundFileError;

/// What a telephone makes of a WAV.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// It plays it.
    Telephone,
    /// It may not.
    Other,
}

/// Looks at a file that begins as a WAV does.
pub(crate) fn format(file: &[u8]) -> Result<Format, SoundFileError> {
    let mut rest = file.get(12..).unwrap_or_default();
    let mut telephone = None;
    loop {
        let [a, b, c, d, size @ ..] = rest else {
            return Err(if telephone.is_none() { SoundFileError::Damaged } else { SoundFileError::Silent });
        };
        let [size_a, size_b, size_c, size_d, content @ ..] = size else {
            return Err(SoundFileError::Damaged);
        };
        let size =
            usize::try_from(u32::from_le_bytes([*size_a, *size_b, *size_c, *size_d])).unwrap_or(usize::MAX);
        match [*a, *b, *c, *d] {
            [b'f', b'm', b't', b' '] if content.len() < 16 => return Err(SoundFileError::Damaged),
            [b'f', b'm', b't', b' '] => telephone = Some(is_of_telephones(content)),
            [b'd', b'a', b't', b'a'] if size == 0 || content.is_empty() => {
                return Err(SoundFileError::Silent);
            }
            [b'd', b'a', b't', b'a'] => {
                // A program that was cut short leaves a size that isn't so.
                let whole = size <= content.len();
                let telephone = telephone.ok_or(SoundFileError::Damaged)?;
                return Ok(if telephone && whole { Format::Telephone } else { Format::Other });
            }
            _ => {}
        }
        // Each chunk begins at an even place.
        rest = content.get(size.saturating_add(size % 2)..).unwrap_or_default();
    }
}

/// 8 kHz and one channel, in 8 or 16 bits, or in the laws of telephone networks (ITU-T G.711).
fn is_of_telephones(format: &[u8]) -> bool {
    const PCM: u16 = 1;
    const A_LAW: u16 = 6;
    const MU_LAW: u16 = 7;
    let word =
        |at: usize| format.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes);
    let rate = format.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let encoding = matches!((word(0), word(14)), (Some(PCM), Some(8 | 16)) | (Some(A_LAW | MU_LAW), Some(8)));
    encoding && word(2) == Some(1) && rate == Some(8_000)
}

/// A WAV of one channel and 16 bits.
pub(crate) fn write(samples: &[i16], rate: u32) -> Vec<u8> {
    let size = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(44 + samples.len() * 2);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&size.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend_from_slice(&[1, 0, 1, 0]);
    file.extend_from_slice(&rate.to_le_bytes());
    file.extend_from_slice(&(rate * 2).to_le_bytes());
    file.extend_from_slice(&[2, 0, 16, 0]);
    file.extend_from_slice(b"data");
    file.extend_from_slice(&size.to_le_bytes());
    file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_for_telephones() {
        assert_eq!(format(&write(&[0, 1, -1], 8_000)), Ok(Format::Telephone));
        assert_eq!(format(&write(&[0, 1, -1], 44_100)), Ok(Format::Other));
    }

    #[test]
    fn a_wav_without_anything_to_hear_is_told() {
        let silent = write(&[], 8_000);
        for file in [&silent[..], &silent[..36], &write(&[1], 8_000)[..44]] {
            assert_eq!(format(file), Err(SoundFileError::Silent), "{} bytes", file.len());
        }
        for file in [&silent[..12], &silent[..20], b"RIFF\0\0\0\0WAVEdata\x02\0\0\0\0\0"] {
            assert_eq!(format(file), Err(SoundFileError::Damaged), "{} bytes", file.len());
        }
    }

    #[test]
    fn other_chunks_are_passed_over() {
        let mut file = write(&[1, 2], 8_000);
        file.splice(36..36, *b"LIST\x03\0\0\0abc\0");
        assert_eq!(format(&file), Ok(Format::Telephone));
        let cut = &file[..file.len() - 2];
        assert_eq!(format(cut), Ok(Format::Other), "its head has to be mended");
    }
}
