//! Address books: whoever is taken has a name and numbers that can be read, and is read again from a card of their own.
#![no_main]

use benspamsphones_core::vcard::{MAX_PEOPLE, read};
use benspamsphones_core::{Person, PersonError, PersonId, PersonNumber, Region, WrittenNumber};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|text: &str| {
    let book = read(text, Region::US);
    assert!(book.people.len() <= MAX_PEOPLE);
    assert!(book.left_out.iter().all(|words| !words.is_empty()));
    for fields in book.people {
        assert!(!fields.name.trim().is_empty());
        assert!(!fields.numbers.is_empty(), "nobody without a number");
        assert!(fields.may_call);
        let numbers: Vec<_> =
            fields.numbers.iter().map(|written| WrittenNumber::parse(&written.number, Region::US)).collect();
        assert!(numbers.iter().all(Result::is_ok), "a number that isn't one is left out");
        let person = match Person::new(PersonId(Uuid::nil()), fields, Region::US) {
            Ok(person) => person,
            Err(PersonError::TooLong | PersonError::TooManyNumbers | PersonError::NoName) => continue,
            Err(error) => panic!("{error}"),
        };
        for number in &person.numbers {
            assert!(numbers.contains(&Ok(written(number))), "nothing is made up");
        }
        // With them, a card for nobody else: a name can't begin another card or slip in another number.
        let again = read(&card(&person), Region::US);
        assert_eq!(again.people.len(), 1, "{person:?} {again:?}");
        let again = Person::new(person.id, again.people.into_iter().next().expect("one"), Region::US);
        let again = again.expect("still somebody");
        let numbers = |person: &Person| person.numbers.iter().map(written).collect::<Vec<_>>();
        assert_eq!(numbers(&again), numbers(&person));
        assert_eq!(again.name, person.name);
    }
});

fn written(number: &PersonNumber) -> WrittenNumber {
    WrittenNumber { number: number.number.clone(), extension: number.extension.clone() }
}

/// As RFC 6350 writes it.
fn card(person: &Person) -> String {
    let mut name = String::new();
    for sign in person.name.chars() {
        if matches!(sign, '\\' | ',' | ';') {
            name.push('\\');
        }
        name.push(sign);
    }
    let numbers = person.numbers.iter().map(|number| format!("TEL:{}\r\n", written(number).text()));
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\n{}END:VCARD\r\n", numbers.collect::<String>())
}
