//! Address books as files: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).

use calcard::vcard::{VCard, VCardParameterName, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use crate::person::{NumberFields, PersonFields};
use crate::phone_number::WrittenNumber;
use crate::region::Region;

/// Most people of one file.
pub const MAX_PEOPLE: usize = 10_000;

/// What a file holds.
#[derive(Debug, Default)]
pub struct AddressBook {
    /// Who can be written down, in the file's order.
    pub people: Vec<PersonFields>,
    /// What of it can't be used, in words.
    pub left_out: Vec<String>,
}

/// Reads a file. What isn't a person with a name and a number is left out and said; a number that can't be one is left
/// out of its person.
pub fn read(text: &str, region: Region) -> AddressBook {
    let mut book = AddressBook::default();
    let mut parser = Parser::new(text);
    loop {
        match parser.entry() {
            Entry::VCard(card) if book.people.len() < MAX_PEOPLE => take(&card, region, &mut book),
            Entry::Eof => return book,
            // A file without an end has no more to say.
            Entry::UnterminatedComponent(_) | Entry::TooManyComponents => {
                book.left_out.push("The file breaks off.".into());
                return book;
            }
            Entry::VCard(_) => {
                book.left_out.push(format!("More than {MAX_PEOPLE} people; the rest was left out."));
                return book;
            }
            // What else there may be between the cards is none of ours.
            _ => {}
        }
    }
}

fn take(card: &VCard, region: Region, book: &mut AddressBook) {
    let Some(name) = name(card) else {
        book.left_out.push("Somebody without a name.".into());
        return;
    };
    let mut numbers = Vec::new();
    for entry in card.entries.iter().filter(|entry| entry.name == VCardProperty::Tel) {
        let Some(number) = entry.values.first().and_then(VCardValue::as_text) else { continue };
        let parsed = WrittenNumber::parse(number, region).map_err(|error| format!("{number}, since {error}"));
        match parsed.and_then(|parsed| parsed.number.possible(number).map_err(|error| error.to_string())) {
            Ok(_) => {
                let kinds = entry.parameters(&VCardParameterName::Type).filter_map(|kind| kind.as_text());
                let label = kinds.map(str::to_lowercase).find_map(|kind| label(&kind));
                numbers.push(NumberFields {
                    number: number.to_owned(),
                    label: label.map(str::to_owned),
                    extension: None,
                });
            }
            Err(why) => book.left_out.push(format!("{name}: {why}.")),
        }
    }
    if numbers.is_empty() {
        book.left_out.push(format!("{name}, who has no number."));
    } else {
        book.people.push(PersonFields { name, may_call: true, numbers });
    }
}

/// The name as it is shown, or put together from its parts (family, given, middle).
fn name(card: &VCard) -> Option<String> {
    let text = |property: VCardProperty| {
        let values = card.property(&property)?.values.iter();
        let parts: Vec<String> = values
            .flat_map(|value| match value {
                VCardValue::Component(parts) => parts.clone(),
                other => other.as_text().map(str::to_owned).into_iter().collect(),
            })
            .collect();
        Some(parts)
    };
    let joined = |parts: &[String]| {
        let words: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        Some(words.join(" ")).filter(|name| !name.is_empty())
    };
    let whole = |property| text(property).and_then(|parts| joined(&parts));
    let from_parts = || {
        let parts = text(VCardProperty::N)?;
        let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
        joined(&[part(1), part(2), part(0)])
    };
    whole(VCardProperty::Fn).or_else(from_parts).or_else(|| whole(VCardProperty::Org))
}

/// What a kind of number is called, where it tells something.
fn label(kind: &str) -> Option<&'static str> {
    match kind {
        "cell" | "mobile" | "iphone" => Some("mobile"),
        "home" => Some("home"),
        "work" => Some("work"),
        "main" => Some("main"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_of_all_versions_are_read() {
        // Made by hand after RFC 6350, RFC 2426 and what telephones of the vCard 2.1 time wrote.
        let book = read(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+1-415-867-5309\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:3.0\r\nN:Turing;Alan;;;\r\nTEL;TYPE=HOME:867-5310\r\nTEL;TYPE=WORK:(415) 867-5310\r\nTEL;TYPE=FAX:nonsense\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:H=C3=B6ller;Felix;;;\r\nTEL;HOME:+49 30 901820\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nEND:VCARD\r\n",
            Region::default(),
        );
        let told: Vec<_> = book
            .people
            .iter()
            .map(|person| (person.name.as_str(), person.numbers[0].label.as_deref()))
            .collect();
        let expected =
            [("Ada Lovelace", Some("mobile")), ("Alan Turing", Some("work")), ("Felix Höller", Some("home"))];
        assert_eq!(told, expected);
        assert_eq!(book.left_out.len(), 3, "{:?}", book.left_out);
        let impossible = "Alan Turing: \"867-5310\" would be +18675310, and there can be no such number.";
        assert_eq!(book.left_out[0], impossible);
        assert!(book.left_out[1].starts_with("Alan Turing: nonsense"), "{:?}", book.left_out);
    }

    #[test]
    fn what_is_no_address_book_is_survived() {
        for text in [
            "",
            "BEGIN:VCARD",
            "BEGIN:VCARD\nEND:VCARD",
            "BEGIN:VCALENDAR\nEND:VCALENDAR",
            "{}",
            "\u{0}\u{ffff}",
        ] {
            assert!(read(text, Region::default()).people.is_empty(), "{text:?}");
        }
    }
}
