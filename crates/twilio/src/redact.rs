//! Hides phone numbers in logs, except the last two digits.

use std::fmt;

/// Shortest run of digits treated as a phone number. Twilio's error codes have five digits, HTTP statuses three.
#[cfg(feature = "client")]
const SHORTEST_NUMBER: usize = 6;

/// Hides all but the last two characters of a `to` or `from`.
pub(crate) struct Party<'a>(pub &'a str);

impl fmt::Debug for Party<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.0.char_indices().rev().nth(1).map_or(0, |(index, _)| index);
        // A text no longer than the kept part would be shown whole.
        let kept = if start == 0 { "" } else { self.0.get(start..).unwrap_or_default() };
        write!(f, "\"…{kept}\"")
    }
}

#[cfg(feature = "client")]
pub(crate) fn numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let end = run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len());
        let (digits, after) = run.split_at(end);
        if digits.len() >= SHORTEST_NUMBER {
            out.push_str(before.strip_suffix('+').unwrap_or(before));
            out.push('…');
            out.push_str(&digits[digits.len() - 2..]);
        } else {
            out.push_str(before);
            out.push_str(digits);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_last_two_digits() {
        assert_eq!(format!("{:?}", Party("+15005550006")), "\"…06\"");
        assert_eq!(format!("{:?}", Party("client:zoë")), "\"…oë\"");
        assert_eq!(format!("{:?}", Party("12")), "\"…\"");
        assert_eq!(format!("{:?}", Party("")), "\"…\"");
        assert_eq!(
            numbers("21211: The 'To' number +15005550001 is not valid, nor 5005550002."),
            "21211: The 'To' number …01 is not valid, nor …02."
        );
        assert_eq!(numbers("HTTP 404 é"), "HTTP 404 é");
    }
}
