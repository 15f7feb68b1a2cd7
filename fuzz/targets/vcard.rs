//! Address books from arbitrary bytes: every imported person has a name and callable numbers, is read the same from a
//! new card, and importing a file again changes nothing.
#![no_main]

use benspamsphones_core::address_book::{AddressBook, MAX_PEOPLE, read};
use benspamsphones_core::address_import::{ImportOutcome, KnownPerson, plan};
use benspamsphones_core::{PersonId, PersonNumber, PhoneNumber, Region, WrittenNumber};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|file: &[u8]| {
    let Ok(book) = read(file, Region::US) else { return };
    assert!(book.people.len() <= MAX_PEOPLE);
    assert!(book.left_out.iter().all(|left_out| !left_out.to_string().is_empty()));
    for entry in &book.people {
        assert!(!entry.name.trim().is_empty() && entry.name.chars().count() <= 200);
        assert!((1..=50).contains(&entry.numbers.len()));
        for (at, one) in entry.numbers.iter().enumerate() {
            let number = &one.number;
            assert_eq!(PhoneNumber::from_e164(number.as_str()).as_ref(), Ok(number));
            assert!(number.is_possible());
            assert!(entry.numbers[..at].iter().all(|other| written(other) != written(one)), "each once");
        }
        // Only this person's card: a name can't begin another card or smuggle in another number.
        let numbers = || entry.numbers.iter().map(written);
        let again = read(card(&entry.name, numbers()).as_bytes(), Region::US).expect("a card");
        assert_eq!(again.people.len(), 1, "{entry:?} {again:?}");
        assert_eq!(again.people[0].name, entry.name);
        assert!(again.people[0].numbers.iter().map(written).eq(numbers()));
    }
    take_twice(book, file);
});

fn take_twice(book: AddressBook, file: &[u8]) {
    let mut next = 0;
    let mut new_id = || {
        next += 1;
        PersonId(Uuid::from_u128(next))
    };
    let mut known: Vec<KnownPerson> = Vec::new();
    for step in plan(Vec::new(), book, &mut new_id).steps {
        assert!(step.person.may_call && (1..=50).contains(&step.person.numbers.len()));
        let at = known.iter().position(|known| known.person.id == step.person.id);
        let at = at.unwrap_or_else(|| {
            known.push(KnownPerson { person: step.person.clone(), uids: Vec::new() });
            known.len() - 1
        });
        known[at].person = step.person;
        known[at].uids.extend(step.new_uid);
    }
    let again = read(file, Region::US).expect("it was read");
    let steps = plan(known, again, &mut new_id).steps;
    assert!(steps.iter().all(|step| step.outcome == ImportOutcome::Unchanged), "{steps:?}");
}

fn written(number: &PersonNumber) -> WrittenNumber {
    WrittenNumber { number: number.number.clone(), extension: number.extension.clone() }
}

fn card(name: &str, numbers: impl Iterator<Item = WrittenNumber>) -> String {
    let mut written = String::new();
    for sign in name.chars() {
        if matches!(sign, '\\' | ',' | ';') {
            written.push('\\');
        }
        written.push(sign);
    }
    let numbers: String = numbers.map(|number| format!("TEL:{}\r\n", number.text())).collect();
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{written}\r\n{numbers}END:VCARD\r\n")
}
