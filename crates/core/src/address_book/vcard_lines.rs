//! Turns the cards of a file into vCard 3.0: joins lines, and decodes what older versions and phones wrote.
//!
//! vCard 2.1 used quoted-printable, and phones wrote it without naming an encoding or charset, or with line breaks
//! inside a character. Only lines about names and numbers are kept, so photos cost nothing.

use encoding_rs::Encoding;

use crate::encoding::{self, Guess};
use crate::phone_number::Region;

/// The vCard property that marks a person as do not call. This program's exports write it.
pub(crate) const DO_NOT_CALL: &str = "X-BSP-DO-NOT-CALL";
const WANTED: [&str; 8] = ["FN", "N", "ORG", "NICKNAME", "TEL", "UID", "X-ABLABEL", DO_NOT_CALL];

pub(crate) struct Cards {
    lines: Vec<Vec<Line>>,
    /// The last card has no end.
    pub breaks_off: bool,
    /// The file has more cards than wanted.
    pub more: bool,
    guessed: &'static Encoding,
}

struct Line {
    group: Vec<u8>,
    name: &'static str,
    parameters: Vec<Vec<u8>>,
    charset: Option<Vec<u8>>,
    is_quoted: bool,
    value: Vec<u8>,
}

/// Reads at most `most` cards; `None` if there is none. `bytes` must not be UTF-16.
pub(crate) fn cards(bytes: &[u8], most: usize, region: Region) -> Option<Cards> {
    let mut lines = Lines::new(bytes).peekable();
    let mut cards: Vec<Vec<Line>> = Vec::new();
    let mut open: Option<Vec<Line>> = None;
    // Cards within a card (AGENT of vCard 2.1) describe another person.
    let (mut within, mut after_agent) = (0_usize, false);
    let (mut any, mut more) = (false, false);
    while let Some(first) = lines.next() {
        if first.first().is_some_and(u8::is_ascii_whitespace) {
            continue;
        }
        let Some(head) = Head::of(first) else { continue };
        if head.is_mark("BEGIN", first) {
            if open.is_some() && (after_agent || within > 0) {
                within += 1;
            } else {
                if cards.len() + usize::from(open.is_some()) >= most {
                    more = true;
                    break;
                }
                cards.extend(open.replace(Vec::new()));
                any = true;
            }
            after_agent = false;
            continue;
        }
        if head.is_mark("END", first) {
            if within > 0 {
                within -= 1
            } else {
                cards.extend(open.take())
            }
            continue;
        }
        after_agent = head.name.eq_ignore_ascii_case(b"AGENT");
        let Some(card) = open.as_mut() else { continue };
        let wanted = WANTED.iter().find(|name| head.name.eq_ignore_ascii_case(name.as_bytes()));
        let wanted = wanted.filter(|_| within == 0);
        let mut value = wanted.map(|_| first[head.value_at..].to_vec());
        continue_line(&mut lines, first, head.is_quoted, value.as_mut());
        if let (Some(name), Some(value)) = (wanted, value) {
            card.push(head.into_line(name, value));
        }
    }
    let breaks_off = open.is_some() && !more;
    cards.extend(open);
    if !any {
        return None;
    }
    let mut guess = Guess::new();
    for line in cards.iter().flatten() {
        for part in line.parts() {
            if encoding::needs_guess(&part, line.charset.as_deref()) {
                guess.look_at(&part);
            }
        }
    }
    Some(Cards { lines: cards, breaks_off, more, guessed: guess.encoding(region) })
}

fn continue_line<'a>(
    lines: &mut std::iter::Peekable<Lines<'a>>,
    first: &'a [u8],
    is_quoted: bool,
    mut value: Option<&mut Vec<u8>>,
) {
    let mut last = first;
    loop {
        let Some(&next) = lines.peek() else { return };
        let soft_break = is_quoted && last.trim_ascii_end().ends_with(b"=");
        let is_mark =
            Head::of(next).is_some_and(|head| head.is_mark("END", next) || head.is_mark("BEGIN", next));
        let folded = matches!(next.first(), Some(b' ' | b'\t')) && !next.trim_ascii().is_empty();
        if is_mark || !(soft_break || folded) {
            return;
        }
        if let Some(value) = value.as_deref_mut() {
            if soft_break {
                value.truncate(value.trim_ascii_end().len().saturating_sub(1));
            }
            value.extend_from_slice(if soft_break { next } else { &next[1..] });
        }
        last = next;
        lines.next();
    }
}

struct Head<'a> {
    group: &'a [u8],
    name: &'a [u8],
    parameters: Vec<&'a [u8]>,
    is_quoted: bool,
    value_at: usize,
}

impl<'a> Head<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let mut in_quotes = false;
        let colon = line.iter().position(|byte| {
            in_quotes ^= *byte == b'"';
            *byte == b':' && !in_quotes
        });
        let colon = colon.or_else(|| line.iter().position(|byte| *byte == b':'))?;
        let mut in_quotes = false;
        let mut parts = line[..colon].split(|byte| {
            in_quotes ^= *byte == b'"';
            *byte == b';' && !in_quotes
        });
        let name = parts.next()?.trim_ascii();
        let dot = name.iter().rposition(|byte| *byte == b'.');
        let (group, name) = dot.map_or((&name[..0], name), |at| (&name[..at], &name[at + 1..]));
        let parameters: Vec<&[u8]> = parts.map(<[u8]>::trim_ascii).collect();
        let is_quoted = parameters.iter().any(|parameter| is_quoted_printable(parameter));
        Some(Self { group, name, parameters, is_quoted, value_at: colon + 1 })
    }

    fn is_mark(&self, mark: &str, line: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(mark.as_bytes())
            && line[self.value_at..].trim_ascii().eq_ignore_ascii_case(b"VCARD")
    }

    fn into_line(self, name: &'static str, value: Vec<u8>) -> Line {
        let charset = self.parameters.iter().find_map(|parameter| value_of(parameter, b"CHARSET"));
        let kept = self.parameters.iter().filter(|parameter| {
            !parameter.is_empty()
                && !is_quoted_printable(parameter)
                && value_of(parameter, b"CHARSET").is_none()
        });
        Line {
            group: self.group.to_vec(),
            name,
            charset: charset.map(<[u8]>::to_vec),
            is_quoted: self.is_quoted,
            parameters: kept.map(|parameter| parameter.to_vec()).collect(),
            value,
        }
    }
}

/// `ENCODING=QUOTED-PRINTABLE`, or the value without a name.
fn is_quoted_printable(parameter: &[u8]) -> bool {
    let value = value_of(parameter, b"ENCODING").unwrap_or(parameter);
    value.eq_ignore_ascii_case(b"QUOTED-PRINTABLE")
}

fn value_of<'a>(parameter: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = parameter.iter().position(|byte| *byte == b'=')?;
    let value = parameter[at + 1..].trim_ascii();
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    parameter[..at].trim_ascii().eq_ignore_ascii_case(name).then_some(value)
}

impl Cards {
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|lines| {
            let lines: String = lines.iter().map(|line| line.text(self.guessed)).collect();
            format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}END:VCARD\r\n")
        })
    }
}

impl Line {
    /// The parts to decode: those between semicolons if quoted-printable, otherwise all of it.
    fn parts(&self) -> Vec<Vec<u8>> {
        if self.is_quoted {
            split(&self.value).iter().map(|part| unquoted(part)).collect()
        } else {
            vec![self.value.clone()]
        }
    }

    fn text(&self, guessed: &'static Encoding) -> String {
        let decoded = |part: &Vec<u8>| encoding::decode(part, self.charset.as_deref(), guessed);
        let parts: Vec<String> = self.parts().iter().map(decoded).collect();
        let value = if self.is_quoted {
            parts.iter().map(|part| escaped(part)).collect::<Vec<_>>().join(";")
        } else {
            // A line break would begin a new line.
            parts.concat().replace(['\r', '\n'], " ")
        };
        let mut text = String::new();
        if !self.group.is_empty() {
            text.push_str(&String::from_utf8_lossy(&self.group));
            text.push('.');
        }
        text.push_str(self.name);
        for parameter in &self.parameters {
            // vCard 2.1 writes kinds without a name.
            text.push_str(if parameter.contains(&b'=') { ";" } else { ";TYPE=" });
            text.push_str(&String::from_utf8_lossy(parameter));
        }
        text + ":" + &value + "\r\n"
    }
}

/// Splits at unescaped semicolons.
fn split(value: &[u8]) -> Vec<&[u8]> {
    let mut escaped = false;
    let parts = value.split(|byte| {
        let ends = *byte == b';' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    parts.collect()
}

/// Decodes quoted-printable (RFC 2045, 6.7) and vCard escapes. Keeps invalid sequences.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let (decoded, read) = match (byte, text.get(at + 1)) {
            (b'=', next) => match (hex(next), hex(text.get(at + 2))) {
                (Some(high), Some(low)) => (u8::try_from(high * 16 + low).ok(), 3),
                // Cut off within a sequence.
                _ if at + 2 >= text.len() => (None, 3),
                _ => (Some(b'='), 1),
            },
            (b'\\', Some(b'n' | b'N')) => (Some(b'\n'), 2),
            (b'\\', Some(next @ (b';' | b',' | b':' | b'\\'))) => (Some(*next), 2),
            (byte, _) => (Some(*byte), 1),
        };
        bytes.extend(decoded);
        at += read;
    }
    bytes
}

/// Escapes a value for vCard 3.0 (RFC 2426, 4).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\r' => {}
            '\n' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', sign]),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Lines that end with CR LF, LF, or the CR of old phones and Macs.
struct Lines<'a>(Option<&'a [u8]>);

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self(Some(bytes))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.0?;
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            self.0 = None;
            return Some(rest);
        };
        // Repeated conversions can leave several CRs before the LF.
        let returns = rest[end..].iter().take_while(|byte| **byte == b'\r').count();
        let feed = usize::from(rest.get(end + returns) == Some(&b'\n'));
        self.0 = Some(&rest[end + returns + feed..]);
        Some(&rest[..end])
    }
}

#[cfg(test)]
mod tests;
