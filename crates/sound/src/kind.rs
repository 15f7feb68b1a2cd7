//! Recognizes a file by its first bytes.

use crate::SoundFileError;
use crate::wav::{self, Format};

/// How far to search for an MP3's first frame: some programs write the wrong length in their tags.
const SEARCHED: usize = 64 * 1024;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// MPEG audio, layer III: kept as it is, with its tags.
    Mp3,
    /// A WAV that telephones can play: kept as it is.
    TelephoneWav,
    Decodable(Container, &'a [u8]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Adts,
    Aiff,
    Flac,
    Mp4,
    Ogg,
    Wav,
}

pub(crate) fn of(file: &[u8]) -> Result<Kind<'_>, SoundFileError> {
    // Ignore tags: some programs put ID3 tags before formats that have none.
    let sound = without_tags(file);
    let has_tag = sound.len() < file.len();
    match sound {
        [] if has_tag => Err(SoundFileError::Silent),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => match wav::format(sound)? {
            Format::Telephone if !has_tag => Ok(Kind::TelephoneWav),
            Format::Telephone | Format::Other => Ok(Kind::Decodable(Container::Wav, sound)),
        },
        [b'f', b'L', b'a', b'C', ..] => Ok(Kind::Decodable(Container::Flac, sound)),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => {
            Ok(Kind::Decodable(Container::Aiff, sound))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Ok(Kind::Decodable(Container::Mp4, sound)),
        [b'O', b'g', b'g', b'S', ..] => ogg(sound),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Err(SoundFileError::Unsupported(if holds(sound, b"A_OPUS") {
            "Opus in WebM, as browsers record it"
        } else {
            "a WebM or Matroska file"
        })),
        [b'#', b'!', b'A', b'M', b'R', ..] => {
            Err(SoundFileError::Unsupported("AMR, as old phones record it"))
        }
        [0x30, 0x26, 0xb2, 0x75, ..] => Err(SoundFileError::Unsupported("Windows Media Audio")),
        [b'c', b'a', b'f', b'f', ..] => Err(SoundFileError::Unsupported("Apple's Core Audio format")),
        [b'M', b'T', b'h', b'd', ..] => Err(SoundFileError::Unsupported("MIDI, which is notes and no sound")),
        // ADTS: twelve bits set, layer 0 (ISO 13818-7, 6.2.1).
        [0xff, second, _, _, _, _, _, ..] if second & 0xf6 == 0xf0 => {
            Ok(Kind::Decodable(Container::Adts, sound))
        }
        _ if is_mp3(sound) => Ok(Kind::Mp3),
        _ if has_tag && sound.iter().all(|byte| *byte == 0) => Err(SoundFileError::Silent),
        _ => Err(SoundFileError::NotSound),
    }
}

/// Skips ID3 tags. Their length has seven bits in each of four bytes (ID3v2.4, 3.1).
fn without_tags(mut file: &[u8]) -> &[u8] {
    while let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *file {
        let size = [a, b, c, d].iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        let footer = if flags & 0x10 == 0 { 0 } else { 10 };
        file = file.get(10 + size + footer..).unwrap_or_default();
        // Tags are padded with zeros, but an MP4 also begins with zeros.
        let zeros = file.iter().take_while(|byte| **byte == 0).count();
        let is_mp4 = file[zeros..].get(1..5) == Some(b"ftyp");
        file = &file[if is_mp4 { zeros.saturating_sub(3) } else { zeros }..];
    }
    if file.starts_with(b"ID3") { &[] } else { file }
}

/// The first packet of the first stream names its codec (RFC 3533).
fn ogg(sound: &[u8]) -> Result<Kind<'_>, SoundFileError> {
    let segments = usize::from(*sound.get(26).ok_or(SoundFileError::Damaged)?);
    let packet = sound.get(27 + segments..).unwrap_or_default();
    let begins = |name: &[u8]| packet.starts_with(name);
    if begins(b"\x01vorbis") || begins(b"\x7fFLAC") {
        Ok(Kind::Decodable(Container::Ogg, sound))
    } else if begins(b"OpusHead") {
        Err(SoundFileError::Unsupported("Opus, as messengers record it"))
    } else if begins(b"Speex ") {
        Err(SoundFileError::Unsupported("Speex"))
    } else if begins(b"\x80theora") {
        Err(SoundFileError::Unsupported("a film"))
    } else {
        Err(SoundFileError::NotSound)
    }
}

fn holds(file: &[u8], name: &[u8]) -> bool {
    file[..file.len().min(SEARCHED)].windows(name.len()).any(|part| part == name)
}

/// Whether it begins with a frame, or two consecutive frames are found soon after.
fn is_mp3(sound: &[u8]) -> bool {
    if frame_length(sound).is_some() {
        return true;
    }
    let starts = (1..sound.len().min(SEARCHED)).filter(|at| sound[*at] == 0xff);
    let mut frames = starts.filter_map(|at| {
        let length = frame_length(&sound[at..]).flatten()?;
        frame_length(sound.get(at + length..)?)
    });
    frames.next().is_some()
}

/// `Some` if a frame of MPEG audio, layer III, begins here (ISO 11172-3, 2.4.1.3). Its length is `None` for a free bit
/// rate.
fn frame_length(sound: &[u8]) -> Option<Option<usize>> {
    /// In kbit/s.
    const OF_MPEG_1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const OF_MPEG_2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let [0xff, second, third, _, ..] = *sound else { return None };
    // Eleven bits set, no reserved version, and layer III. Reserved bit and sampling rates fail below.
    if second & 0xe6 != 0xe2 || second & 0x18 == 0x08 {
        return None;
    }
    let version_1 = second & 0x18 == 0x18;
    let rate = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?;
    let rate = match second & 0x18 {
        0x18 => *rate,
        0x10 => rate / 2,
        _ => rate / 4,
    };
    let kilobits = *if version_1 { OF_MPEG_1 } else { OF_MPEG_2 }.get(usize::from(third >> 4))?;
    let padding = usize::from(third >> 1 & 1);
    let length = if version_1 { 144 } else { 72 } * kilobits * 1_000 / rate + padding;
    Some((kilobits > 0).then_some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: [u8; 4] = [0xff, 0xfb, 0x90, 0x64];

    fn tag(size: u8) -> Vec<u8> {
        [&b"ID3\x04\0\0\0\0\0"[..], &[size], &vec![b'x'; size.into()]].concat()
    }

    #[test]
    fn an_mp3_is_known_by_its_frames() {
        assert_eq!(of(&FRAME), Ok(Kind::Mp3));
        assert_eq!(of(&[&tag(20)[..], &[0; 9], &FRAME].concat()), Ok(Kind::Mp3));
        assert_eq!(of(&[&tag(5)[..], &tag(7), &FRAME].concat()), Ok(Kind::Mp3));
        // 417 bytes at 128 kbit/s and 44.1 kHz.
        let two = [&b"junk"[..], &FRAME, &[0; 413], &FRAME].concat();
        assert_eq!(of(&two), Ok(Kind::Mp3));
        for other in [
            &b""[..],
            b"<html>",
            &[0xff, 0xff, 0xff, 0xff],
            &[0xff, 0xfb, 0xf0, 0x64],
            b"junk\xff\xfb\x90\x64",
        ] {
            assert_eq!(of(other), Err(SoundFileError::NotSound), "{other:?}");
        }
    }

    #[test]
    fn a_tag_alone_is_no_sound() {
        for file in
            [tag(0), tag(20), tag(20)[..15].to_vec(), tag(20)[..6].to_vec(), [tag(20), vec![0; 30]].concat()]
        {
            assert_eq!(of(&file), Err(SoundFileError::Silent), "{file:?}");
        }
    }

    #[test]
    fn what_is_behind_a_tag_is_told_by_itself() {
        for (sound, container) in [
            (&b"fLaC\0\0\0\x22"[..], Some(Container::Flac)),
            (&[0xff, 0xf1, 0x50, 0x80, 0, 0x1f, 0xfc], Some(Container::Adts)),
            (b"words", None),
        ] {
            let file = [&tag(12)[..], sound].concat();
            let expected = container.map(|container| Kind::Decodable(container, sound));
            assert_eq!(of(&file), expected.ok_or(SoundFileError::NotSound));
        }
    }

    #[test]
    fn what_can_not_be_read_is_named() {
        for (file, name) in [
            (&b"\x1a\x45\xdf\xa3....A_OPUS...."[..], "Opus in WebM"),
            (b"#!AMR\n", "AMR"),
            (b"\x30\x26\xb2\x75\x8e\x66", "Windows Media"),
        ] {
            assert!(of(file).unwrap_err().to_string().contains(name), "{name}");
        }
    }
}
