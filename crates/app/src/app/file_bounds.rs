//! Limits on the size of an imported file, checked before it is parsed into many times its size in memory.

/// An address book of 10,000 people with pictures has fewer.
const MOST_LINES: usize = 2_000_000;
/// Includes its picture.
const MOST_LINES_OF_A_CARD: usize = 20_000;
/// Continuation lines don't count.
const MOST_FIELDS_OF_A_CARD: usize = 1_000;

/// Which limit the file exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// The number of lines in the file.
    #[error("The file has more than {MOST_LINES} lines; split it.")]
    Lines,
    /// The size of one card, by the line where it begins.
    #[error(
        "The card that begins in line {0} has more than {MOST_FIELDS_OF_A_CARD} fields or \
         {MOST_LINES_OF_A_CARD} lines, too many for one person."
    )]
    OfACard(usize),
}

pub(crate) fn check_address_book(file: &[u8]) -> Result<(), TooMuch> {
    let (mut all_lines, mut card, mut lines, mut fields) = (0, 0, 0, 0);
    for line in file.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_empty()) {
        if line.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case(b"BEGIN:")) {
            (card, lines, fields) = (card + 1, 0, 0);
        }
        all_lines += 1;
        lines += 1;
        fields += usize::from(!matches!(line.first(), Some(b' ' | b'\t')) && line.contains(&b':'));
        if all_lines > MOST_LINES {
            return Err(TooMuch::Lines);
        }
        if lines > MOST_LINES_OF_A_CARD || fields > MOST_FIELDS_OF_A_CARD {
            return Err(TooMuch::OfACard(card));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(fields: usize, folded: usize) -> String {
        let fields = "TEL:1\r\n".repeat(fields);
        format!("BEGIN:VCARD\r\n{fields}PHOTO:a\r\n{}END:VCARD\r\n", " a\r\n".repeat(folded))
    }

    #[test]
    fn an_address_book_with_pictures_is_taken() {
        let book = card(40, 10_000).repeat(3);
        assert_eq!(check_address_book(book.as_bytes()), Ok(()));
        assert_eq!(check_address_book(b""), Ok(()));
    }

    #[test]
    fn what_is_nobodys_card_is_refused_by_its_place() {
        let file = card(3, 0) + &card(MOST_FIELDS_OF_A_CARD, 0);
        assert_eq!(check_address_book(file.as_bytes()), Err(TooMuch::OfACard(2)));
        assert_eq!(check_address_book(card(3, MOST_LINES_OF_A_CARD).as_bytes()), Err(TooMuch::OfACard(1)));
        assert_eq!(check_address_book("x\r".repeat(MOST_LINES + 1).as_bytes()), Err(TooMuch::OfACard(0)));
        let many = "BEGIN:VCARD\nEND:VCARD\n".repeat(MOST_LINES);
        assert_eq!(check_address_book(many.as_bytes()), Err(TooMuch::Lines));
    }
}
