//! Reads RIFF WAVE headers and writes WAV files.

use crate::{MAX_CHANNELS, SoundFileError, resample};

const PCM: u16 = 1;
const MICROSOFT_ADPCM: u16 = 2;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const IMA_ADPCM: u16 = 0x11;
const EXTENSIBLE: u16 = 0xfffe;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Telephone,
    Other,
}

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
            [b'f', b'm', b't', b' '] => {
                let description = Description::read(size, content).ok_or(SoundFileError::Damaged)?;
                if !description.is_plausible() {
                    return Err(SoundFileError::Damaged);
                }
                telephone = Some(description.is_of_telephones());
            }
            [b'd', b'a', b't', b'a'] if size == 0 || content.is_empty() => {
                return Err(SoundFileError::Silent);
            }
            [b'd', b'a', b't', b'a'] => {
                // A program that crashed while recording leaves a wrong size.
                let whole = size <= content.len();
                let telephone = telephone.ok_or(SoundFileError::Damaged)?;
                return Ok(if telephone && whole { Format::Telephone } else { Format::Other });
            }
            _ => {}
        }
        // Chunks are padded to even lengths.
        rest = content.get(size.saturating_add(size % 2)..).unwrap_or_default();
    }
}

/// The `fmt ` chunk (WAVEFORMATEX).
struct Description {
    encoding: u16,
    channels: u16,
    rate: u32,
    /// Bytes of the smallest unit: one sample of each channel, or one ADPCM block.
    block: u16,
    bits: u16,
    /// How many of the bits are used; only in the extensible format.
    valid_bits: Option<u16>,
}

impl Description {
    fn read(size: usize, content: &[u8]) -> Option<Self> {
        let content = content.get(..size).unwrap_or(content);
        let word = |at: usize| Some(u16::from_le_bytes(content.get(at..at + 2)?.try_into().ok()?));
        let encoding = word(0)?;
        let valid_bits = if encoding == EXTENSIBLE { Some(word(18)?) } else { None };
        Some(Self {
            encoding,
            channels: word(2)?,
            rate: u32::from_le_bytes(content.get(4..8)?.try_into().ok()?),
            block: word(12)?,
            bits: word(14)?,
            valid_bits,
        })
    }

    /// Whether the header can be genuine. Decoders rely on these numbers unchecked. Encodings not listed here have no
    /// decoder.
    fn is_plausible(&self) -> bool {
        let channels = usize::from(self.channels);
        // Bytes of the block header for each channel.
        let head = match self.encoding {
            MICROSOFT_ADPCM => 7,
            IMA_ADPCM => 4,
            PCM | FLOAT | A_LAW | MU_LAW | EXTENSIBLE => 0,
            _ => return true,
        };
        (1..=MAX_CHANNELS).contains(&channels)
            && resample::RATES.contains(&self.rate)
            && usize::from(self.block) > head * channels
            && (1..=64).contains(&self.bits)
            && self.valid_bits.is_none_or(|valid| (1..=self.bits).contains(&valid))
    }

    /// 8 kHz and one channel, PCM of 8 or 16 bits, or A-law or µ-law (ITU-T G.711).
    fn is_of_telephones(&self) -> bool {
        let encoding = matches!((self.encoding, self.bits), (PCM, 8 | 16) | (A_LAW | MU_LAW, 8));
        encoding && self.channels == 1 && self.rate == 8_000 && self.block == self.bits / 8
    }
}

/// One channel, 16 bits.
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

    #[test]
    fn a_header_that_no_recorder_writes_is_told() {
        let fine = write(&[1, 2], 44_100);
        let with = |at: usize, bytes: &[u8]| {
            let mut file = fine.clone();
            file[at..at + bytes.len()].copy_from_slice(bytes);
            format(&file)
        };
        assert_eq!(with(22, &[2, 0]), Ok(Format::Other), "two channels");
        for (at, bytes) in [
            (22, &[0, 0][..]),
            (22, &[33, 0]),
            (22, &[255, 255]),
            (24, &[0, 0, 0, 0]),
            (24, &[255, 255, 255, 255]),
            (32, &[0, 0]),
            (34, &[0, 0]),
            (34, &[255, 255]),
            // ADPCM blocks too small for any sample.
            (20, &[2, 0]),
            (20, &[0x11, 0]),
            // The extensible format without its fields.
            (20, &[0xfe, 0xff]),
        ] {
            assert_eq!(with(at, bytes), Err(SoundFileError::Damaged), "{at}: {bytes:?}");
        }
        let mut telephone = write(&[1, 2], 8_000);
        telephone[32] = 4;
        assert_eq!(format(&telephone), Ok(Format::Other), "its head has to be mended");
    }

    #[test]
    fn no_more_bits_are_valid_than_there_are() {
        let extensible = |valid: u8| {
            let mut file = write(&[1, 2], 44_100);
            file[16] = 40;
            file[20..22].copy_from_slice(&[0xfe, 0xff]);
            file.splice(36..36, [&[22, 0, valid, 0][..], &[0; 20]].concat());
            format(&file)
        };
        assert_eq!(extensible(16), Ok(Format::Other));
        assert_eq!(extensible(0), Err(SoundFileError::Damaged));
        assert_eq!(extensible(17), Err(SoundFileError::Damaged));
    }
}
