//! Decodes text files of other programs, whatever their encoding.

use std::borrow::Cow;
use std::str;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::phone_number::Region;

/// Bytes to examine when detecting UTF-16 without a byte order mark.
const LOOKED_AT: usize = 4_096;

/// The Unicode encoding that a file declares or shows by its zero bytes, if any.
pub(crate) fn unicode(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    if bytes.len() < 4 {
        return None;
    }
    // In UTF-16, half of the bytes of mostly ASCII text are zero, all at even or all at odd positions.
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    let mostly = |many: usize, few: usize| many > pairs / 4 && few < pairs / 16 + 1;
    match (mostly(even, odd), mostly(odd, even)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Converts UTF-16 to UTF-8 and removes a byte order mark. Other encodings are unchanged.
pub(crate) fn without_utf_16(bytes: &[u8]) -> Cow<'_, [u8]> {
    match unicode(bytes) {
        Some(encoding) if encoding != UTF_8 => {
            let (text, _) = encoding.decode_with_bom_removal(bytes);
            Cow::Owned(text.into_owned().into_bytes())
        }
        _ => Cow::Borrowed(bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)),
    }
}

pub(crate) struct Guess(EncodingDetector);

impl Guess {
    pub(crate) fn new() -> Self {
        Self(EncodingDetector::new(Iso2022JpDetection::Deny))
    }

    pub(crate) fn look_at(&mut self, bytes: &[u8]) {
        self.0.feed(bytes, false);
        self.0.feed(b"\n", false);
    }

    /// The country shows which encoding its programs used.
    pub(crate) fn encoding(mut self, region: Region) -> &'static Encoding {
        self.0.feed(b"", true);
        let country = region.to_string().to_ascii_lowercase();
        let domain = if country == "gb" { "uk" } else { &country };
        let guessed = self.0.guess(Some(domain.as_bytes()), Utf8Detection::Deny);
        // A few names are too short to tell single-byte Latin encodings apart. If the country's programs used Western
        // European, assume that.
        let usual = EncodingDetector::new(Iso2022JpDetection::Deny)
            .guess(Some(domain.as_bytes()), Utf8Detection::Deny);
        if usual == WINDOWS_1252 && is_latin(guessed) { WINDOWS_1252 } else { guessed }
    }
}

fn is_latin(encoding: &'static Encoding) -> bool {
    ["windows-1250", "windows-1254", "windows-1257", "windows-1258", "ISO-8859-2", "ISO-8859-4"]
        .contains(&encoding.name())
}

/// Tries UTF-8, then the declared encoding, then the guess.
pub(crate) fn decode(bytes: &[u8], declared: Option<&[u8]>, guessed: &'static Encoding) -> String {
    let declared =
        declared.and_then(Encoding::for_label_no_replacement).filter(|encoding| !is_of_two_bytes(encoding));
    // Two characters of an East Asian encoding can look like one in UTF-8; Western text never does. So try it first.
    let other = declared.filter(|encoding| *encoding != UTF_8 && !encoding.is_single_byte());
    if let Some(encoding) = other {
        let (text, wrong) = encoding.decode_without_bom_handling(bytes);
        if !wrong {
            return text.into_owned();
        }
    }
    match str::from_utf8(bytes) {
        Ok(text) => return text.to_owned(),
        // Old phones cut long values at a byte limit, even within a character.
        Err(error) if error.error_len().is_none() => {
            let whole = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            if !whole.is_ascii() || declared == Some(UTF_8) {
                return whole.into_owned();
            }
        }
        Err(_) => {}
    }
    let encoding = declared.filter(|encoding| *encoding != UTF_8).unwrap_or(guessed);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether these bytes help to guess the encoding: not UTF-8, and without a usable declaration.
pub(crate) fn needs_guess(bytes: &[u8], declared: Option<&[u8]>) -> bool {
    let known = declared.and_then(Encoding::for_label_no_replacement);
    known.is_none_or(|encoding| encoding == UTF_8 || is_of_two_bytes(encoding))
        && str::from_utf8(bytes).is_err()
}

pub(crate) fn is_utf_16(bytes: &[u8]) -> bool {
    unicode(bytes).is_some_and(is_of_two_bytes)
}

fn is_of_two_bytes(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// For a file in a single encoding.
pub(crate) fn text(bytes: &[u8], region: Region) -> String {
    let bytes = without_utf_16(bytes);
    match str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut guess = Guess::new();
            guess.look_at(&bytes);
            guess.encoding(region).decode_without_bom_handling(&bytes).0.into_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn utf_16_is_known_with_and_without_its_mark() {
        for written in
            ["Name,Phone\r\nZoë,1", "BEGIN:VCARD\r\nFN:Иван Иванов\r\nTEL:1\r\nEND:VCARD", "{\"a\": {}}"]
        {
            for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                for mark in ["", "\u{feff}"] {
                    let bytes = utf_16(&format!("{mark}{written}"), to_bytes);
                    assert_eq!(text(&bytes, Region::US), written);
                }
            }
        }
        for other in ["", "\0", "a\0", "\0\0\0\0", "Name,Phone", "\u{feff}Name"] {
            assert!(!is_utf_16(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn a_few_names_in_windows_1252_are_read_as_such() {
        for region in ["US", "DE", "FR", "BR"] {
            for written in [
                "Jörg Müller",
                "Zoë",
                "José Núñez",
                "Grüß Gott",
                "Françoise Lefèvre",
                "“Bob” – €5",
                "Åse Ærø",
            ] {
                let (bytes, _, unmappable) = WINDOWS_1252.encode(written);
                assert!(!unmappable);
                assert_eq!(text(&bytes, region.parse().unwrap()), written, "{region}");
            }
        }
    }

    #[test]
    fn other_countries_have_other_encodings() {
        for (region, label, written) in [
            ("RU", "windows-1251", "Иван Петров\nСергей Смирнов"),
            ("PL", "windows-1250", "Łukasz Żółć\nZdzisław Wójcik"),
            ("JP", "shift_jis", "山田太郎\n鈴木ソフト"),
        ] {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            assert_eq!(text(&encoding.encode(written).0, region.parse().unwrap()), written, "{label}");
        }
    }

    #[test]
    fn what_is_declared_counts_unless_it_is_plainly_utf_8() {
        let read = |bytes: &[u8], declared: &str| decode(bytes, Some(declared.as_bytes()), WINDOWS_1252);
        assert_eq!(read("Jürgen".as_bytes(), "ISO-8859-1"), "Jürgen");
        assert_eq!(read(b"J\xfcrgen", "ISO-8859-1"), "Jürgen");
        assert_eq!(read(b"\x83\x5c\x83\x74", "SHIFT_JIS"), "ソフ");
        assert_eq!(read(b"J\xfcrgen", "UTF-8"), "Jürgen", "it says what isn't so");
        assert_eq!(read(b"Zo\xeb", "nonsense"), "Zoë");
        assert_eq!(read(b"Zo\xc3", "UTF-8"), "Zo", "cut in the middle of a character");
        assert_eq!(decode("Иван".as_bytes().split_last().unwrap().1, None, WINDOWS_1252), "Ива");
    }
}
