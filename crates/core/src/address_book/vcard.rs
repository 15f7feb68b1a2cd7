//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350).

use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use super::vcard_lines;
use crate::address_book::{self, AddressBook, LeftOut, ListedNumber, MAX_PEOPLE, Unusable};
use crate::region::Region;

/// Longest identifier that is kept, in bytes.
const MAX_UID: usize = 300;

/// `file` must not be UTF-16; `None` if it contains no card. Notes entries without a name or number, and skips unusable
/// numbers.
pub(crate) fn read(file: &[u8], region: Region) -> Option<AddressBook> {
    let cards = vcard_lines::cards(file, MAX_PEOPLE, region)?;
    let mut book = AddressBook::default();
    let mut texts = cards.texts().peekable();
    while let Some(text) = texts.next() {
        let Entry::VCard(card) = Parser::new(&text).entry() else { continue };
        if cards.breaks_off && texts.peek().is_none() {
            // Skip it: its last number may lack digits and belong to another person.
            book.left_out.push(LeftOut { name: name(&card), why: Unusable::BreaksOff });
            break;
        }
        take(&card, region, &mut book);
    }
    if cards.more {
        book.left_out.push(LeftOut { name: None, why: Unusable::TooManyPeople });
    }
    Some(book)
}

fn take(card: &VCard, region: Region, book: &mut AddressBook) {
    let numbers = card.entries.iter().filter(|entry| entry.name == VCardProperty::Tel);
    let numbers = numbers.filter_map(|entry| {
        let written =
            entry.values.first().and_then(VCardValue::as_text).filter(|text| !text.trim().is_empty())?;
        let kinds: Vec<&str> =
            entry.parameters(&VCardParameterName::Type).filter_map(|kind| kind.as_text()).collect();
        let own = own_label(card, entry);
        let named = kinds.iter().copied().chain(own);
        let voice = kinds
            .iter()
            .any(|kind| ["voice", "cell", "video"].iter().any(|word| kind.eq_ignore_ascii_case(word)));
        Some(ListedNumber {
            written: written.to_owned(),
            label: named
                .clone()
                .find_map(address_book::label)
                .map(str::to_owned)
                .or_else(|| own.map(str::to_owned)),
            rank: rank(entry, &kinds),
            is_fax: !voice && named.clone().any(address_book::is_fax),
        })
    });
    let uid = card
        .property(&VCardProperty::Uid)
        .and_then(|entry| entry.values.first())
        .and_then(VCardValue::as_text);
    let uid = uid.map(str::trim).filter(|uid| !uid.is_empty() && uid.len() <= MAX_UID);
    book.take(name(card), uid.map(str::to_owned), is_not_to_be_called(card), numbers.collect(), region);
}

/// Only a clear "no" counts as no: any other value means do not call.
fn is_not_to_be_called(card: &VCard) -> bool {
    let is_mark = |entry: &&VCardEntry| matches!(&entry.name, VCardProperty::Other(name) if name.eq_ignore_ascii_case(vcard_lines::DO_NOT_CALL));
    let is_no = |text: &str| {
        let text = text.trim();
        text.is_empty() || ["false", "no", "0"].iter().any(|no| text.eq_ignore_ascii_case(no))
    };
    card.entries.iter().filter(is_mark).flat_map(|entry| &entry.values).any(|value| match value {
        VCardValue::Boolean(yes) => *yes,
        VCardValue::Integer(number) => *number != 0,
        other => other.as_text().is_none_or(|text| !is_no(text)),
    })
}

/// Rank among a person's numbers: `PREF=1` to 100 (RFC 6350, 5.3), then unranked. Earlier versions mark the first with
/// `TYPE=pref`.
fn rank(entry: &VCardEntry, kinds: &[&str]) -> u32 {
    let told = entry.parameters(&VCardParameterName::Pref).map(|value| match value {
        VCardParameterValue::Integer(place) => *place,
        _ => 1,
    });
    let old = kinds.iter().any(|kind| kind.eq_ignore_ascii_case("pref")).then_some(1);
    told.chain(old).min().unwrap_or(u32::MAX)
}

/// A custom label: Apple's programs write it into a line of the same group.
fn own_label<'a>(card: &'a VCard, entry: &VCardEntry) -> Option<&'a str> {
    let group = entry.group.as_ref()?;
    let of_group = |other: &&VCardEntry| {
        other.group.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(group))
            && matches!(&other.name, VCardProperty::Other(name) if name.eq_ignore_ascii_case("X-ABLabel"))
    };
    let label = card.entries.iter().find(of_group)?.values.first().and_then(VCardValue::as_text)?;
    let label = label.trim().trim_start_matches("_$!<").trim_end_matches(">!$_");
    Some(label).filter(|label| !label.is_empty())
}

fn name(card: &VCard) -> Option<String> {
    let parts = |property: VCardProperty| -> Vec<String> {
        let values = card.property(&property).map(|entry| entry.values.as_slice()).unwrap_or_default();
        let text = |value: &VCardValue| match value {
            VCardValue::Component(parts) => parts.join(" "),
            other => other.as_text().unwrap_or_default().to_owned(),
        };
        values.iter().map(|value| text(value).trim().to_owned()).collect()
    };
    let joined = |parts: &[&String]| {
        let words: Vec<&str> =
            parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
        Some(words.join(" ")).filter(|name| !name.is_empty())
    };
    let whole = |property| joined(&parts(property).iter().collect::<Vec<_>>());
    let from_parts = || {
        let parts = parts(VCardProperty::N);
        joined(&[1, 2, 0].iter().filter_map(|at| parts.get(*at)).collect::<Vec<_>>())
    };
    whole(VCardProperty::Fn)
        .or_else(from_parts)
        .or_else(|| whole(VCardProperty::Org))
        .or_else(|| whole(VCardProperty::Nickname))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(file: &str) -> AddressBook {
        read(file.as_bytes(), Region::US).unwrap()
    }

    fn one(lines: &str) -> AddressBook {
        book(&format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n"))
    }

    fn numbers(book: &AddressBook) -> Vec<&str> {
        book.people[0].numbers.iter().map(|number| number.number.as_str()).collect()
    }

    #[test]
    fn cards_of_all_versions_are_read() {
        // Handmade from RFC 6350, RFC 2426 and what phones wrote in vCard 2.1.
        let book = book(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Lovelace\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+1-415-867-5309\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:3.0\r\nN:Turing;Alan;;;\r\nTEL;TYPE=HOME:867-5310\r\nTEL;TYPE=WORK:(415) 867-5310\r\nTEL:nonsense\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:H=C3=B6ller;Felix;;;\r\nTEL;HOME:+49 30 901820\r\nEND:VCARD\r\n\
             BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nobody\r\nEND:VCARD\r\n",
        );
        let told: Vec<_> = book
            .people
            .iter()
            .map(|person| (person.name.as_str(), person.numbers[0].label.as_deref()))
            .collect();
        let expected =
            [("Ada Lovelace", Some("mobile")), ("Alan Turing", Some("work")), ("Felix Höller", Some("home"))];
        assert_eq!(told, expected);
        let left_out: Vec<String> = book.left_out.iter().map(ToString::to_string).collect();
        assert_eq!(left_out.len(), 3, "{left_out:?}");
        assert_eq!(
            left_out[0],
            "Alan Turing: \"867-5310\" is read as +18675310, and no such number can exist."
        );
        assert!(left_out[1].starts_with("Alan Turing: nonsense"), "{left_out:?}");
        assert_eq!(left_out[2], "Nobody has no phone number.");
    }

    #[test]
    fn the_preferred_number_comes_first() {
        for (first, second) in [
            ("TEL;TYPE=home", "TEL;TYPE=cell,pref"),
            ("TEL;HOME", "TEL;PREF;CELL"),
            ("TEL;PREF=2", "TEL;PREF=1"),
            ("TEL;TYPE=work", "TEL;PREF=50"),
        ] {
            let book = one(&format!("FN:Pat\r\n{first}:+14155550171\r\n{second}:+14155550172"));
            assert_eq!(numbers(&book), ["+14155550172", "+14155550171"], "{second}");
        }
    }

    #[test]
    fn a_fax_is_no_phone() {
        for fax in [
            "TEL;TYPE=work,fax",
            "TEL;WORK;FAX",
            "TEL;TYPE=pager",
            "item1.X-ABLabel:_$!<HomeFAX>!$_\r\nitem1.TEL",
        ] {
            let book = one(&format!("FN:Office\r\n{fax}:+14155550173"));
            assert_eq!((book.people.len(), book.left_out[0].why.clone()), (0, Unusable::OnlyFax), "{fax}");
            let book = one(&format!("FN:Office\r\n{fax}:+14155550173\r\nTEL:+14155550174"));
            assert_eq!(numbers(&book), ["+14155550174"]);
        }
        assert_eq!(numbers(&one("FN:Office\r\nTEL;TYPE=fax,voice:+14155550173")), ["+14155550173"]);
    }

    #[test]
    fn names_come_from_where_there_is_one() {
        for (lines, name) in [
            ("FN:\r\nN:García,López;María;;;", "María García López"),
            ("ORG:Twilio;Support", "Twilio Support"),
            ("NICKNAME:Bob", "Bob"),
            ("FN:Lovelace\\, Ada", "Lovelace, Ada"),
        ] {
            assert_eq!(one(&format!("{lines}\r\nTEL:+14155550174")).people[0].name, name);
        }
        let own = one("FN:A\r\nitem1.TEL:+14155550174\r\nitem1.X-ABLabel:Boat");
        assert_eq!(own.people[0].numbers[0].label.as_deref(), Some("Boat"));
    }

    #[test]
    fn half_a_card_is_not_taken() {
        let cut = "BEGIN:VCARD\r\nFN:Ada\r\nTEL:+14155550174\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Charles\r\nTEL:+49309018";
        let book = book(cut);
        assert_eq!(book.people.len(), 1);
        assert_eq!(book.left_out, [LeftOut { name: Some("Charles".into()), why: Unusable::BreaksOff }]);
    }

    #[test]
    fn who_is_who_is_remembered() {
        assert_eq!(
            one("FN:A\r\nUID:urn:uuid:1\r\nTEL:+14155550174").people[0].uid.as_deref(),
            Some("urn:uuid:1")
        );
        assert_eq!(one("FN:A\r\nUID:\r\nTEL:+14155550174").people[0].uid, None);
    }

    #[test]
    fn who_is_not_to_be_called_is_known() {
        let marked = |line: &str| one(&format!("FN:A\r\n{line}\r\nTEL:+14155550174")).people[0].do_not_call;
        for line in [
            "X-BSP-DO-NOT-CALL:TRUE",
            "x-bsp-do-not-call:true",
            "X-BSP-DO-NOT-CALL;VALUE=boolean:TRUE",
            "item1.X-BSP-DO-NOT-CALL:yes",
            "X-BSP-DO-NOT-CALL:1",
            "X-BSP-DO-NOT-CALL:FALSE\r\nX-BSP-DO-NOT-CALL:TRUE",
        ] {
            assert!(marked(line), "{line}");
        }
        for line in
            ["NOTE:X-BSP-DO-NOT-CALL", "X-BSP-DO-NOT-CALL:FALSE", "X-BSP-DO-NOT-CALL:0", "X-BSP-DO-NOT-CALL:"]
        {
            assert!(!marked(line), "{line}");
        }
    }

    #[test]
    fn what_is_no_card_is_survived() {
        for text in ["", "BEGIN:VCALENDAR\nEND:VCALENDAR", "{}", "\u{0}\u{ffff}", ":", ";:", "\"", "=\r\n="] {
            assert!(read(text.as_bytes(), Region::US).is_none(), "{text:?}");
        }
        for text in ["BEGIN:VCARD", "BEGIN:VCARD\nEND:VCARD", "BEGIN:VCARD\n;:\n.:\n=\nEND:VCARD"] {
            assert!(book(text).people.is_empty(), "{text:?}");
        }
    }
}
