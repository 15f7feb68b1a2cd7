use uuid::Uuid;

use super::*;
use crate::phone_number::PhoneNumber;

fn entry(name: &str, uid: Option<&str>, number: u32) -> Entry {
    let number = PhoneNumber::from_e164(&format!("+1415555{number:04}")).unwrap();
    let numbers = vec![PersonNumber { number, label: None, extension: None }];
    Entry { name: name.into(), numbers, uid: uid.map(str::to_owned), do_not_call: false }
}

/// Imports the files in order; returns the outcomes of the last one and all people.
fn take(files: &[&[Entry]]) -> (Vec<ImportOutcome>, Vec<KnownPerson>) {
    let (mut outcomes, mut known, mut next) = (Vec::new(), Vec::<KnownPerson>::new(), 0_u128);
    for file in files {
        let book = AddressBook { people: file.to_vec(), left_out: Vec::new() };
        let plan = plan(known.clone(), book, || {
            next += 1;
            PersonId(Uuid::from_u128(next))
        });
        outcomes.clear();
        for step in plan.steps {
            outcomes.push(step.outcome);
            let at = known.iter().position(|known| known.person.id == step.person.id);
            let at = at.unwrap_or_else(|| {
                known.push(KnownPerson { person: step.person.clone(), uids: Vec::new() });
                known.len() - 1
            });
            known[at].person = step.person;
            known[at].uids.extend(step.new_uid);
        }
    }
    (outcomes, known)
}

use ImportOutcome::{Added, KeptApart, Merged, Unchanged};

#[test]
fn two_of_one_name_stay_two_however_often_they_come() {
    let johns = [entry("John", Some("1"), 107), entry("John", Some("2"), 108)];
    let (outcomes, known) = take(&[&johns]);
    assert_eq!((outcomes, known.len()), (vec![Added, KeptApart(Apart::AnotherUid)], 2));
    let changed = [entry("John", Some("2"), 109), entry("John", Some("1"), 107)];
    let (outcomes, known) = take(&[&johns, &johns, &changed]);
    assert_eq!(outcomes, [Merged, Unchanged]);
    let counts: Vec<usize> = known.iter().map(|known| known.person.numbers.len()).collect();
    assert_eq!(counts, [1, 2], "the new number is the second John's");
    // Added by hand before, and second in the file.
    let (_, known) = take(&[&[entry("John", None, 108)], &johns]);
    let numbers: Vec<_> = known.iter().map(|known| known.person.numbers[0].number.as_str()).collect();
    assert_eq!((known.len(), numbers), (2, vec!["+14155550108", "+14155550107"]));
    assert_eq!(known[0].uids, ["2"]);
}

#[test]
fn one_of_a_name_is_the_same_person_unless_something_tells_otherwise() {
    assert_eq!(take(&[&[entry("Ada", None, 1)], &[entry("Ada", Some("1"), 2)]]).0, [Merged]);
    assert_eq!(take(&[&[entry("Ada", Some("1"), 1)], &[entry("Ada", None, 2)]]).0, [Merged]);
    let other_program = take(&[&[entry("Ada", Some("1"), 1)], &[entry("Ada", Some("2"), 2)]]);
    assert_eq!(other_program.0, [KeptApart(Apart::AnotherUid)]);
    assert_eq!(take(&[&[entry("Ada", Some("1"), 1)], &[entry("Ada", Some("2"), 1)]]).0, [Unchanged]);
    // Renamed in the file, and an identifier that another file gave to a different person.
    assert_eq!(take(&[&[entry("Ada", Some("1"), 1)], &[entry("Ada L.", Some("1"), 1)]]).0, [Unchanged]);
    assert_eq!(take(&[&[entry("Ada", Some("1"), 1)], &[entry("Bob", Some("1"), 2)]]).0, [Added]);
}

#[test]
fn which_of_several_is_meant_is_not_guessed() {
    let johns = [entry("John", Some("1"), 107), entry("John", Some("2"), 108)];
    let another = [entry("John", None, 109)];
    assert_eq!(take(&[&johns, &another]).0, [KeptApart(Apart::Several)]);
    assert_eq!(take(&[&johns, &another, &another]).0, [Unchanged]);
}

#[test]
fn nobody_gets_more_numbers_than_one_can_have_and_none_is_lost() {
    let sixty: Vec<Entry> = (110..170).map(|number| entry("Information", None, number)).collect();
    for times in 1..3 {
        let (outcomes, known) = take(&vec![sixty.as_slice(); times]);
        let counts: Vec<usize> = known.iter().map(|known| known.person.numbers.len()).collect();
        assert_eq!(counts, [50, 10]);
        assert_eq!(outcomes.contains(&KeptApart(Apart::NoRoom)), times == 1);
    }
}

#[test]
fn what_has_no_room_is_kept_apart_once() {
    let number = |number: u32| entry("Desk", None, number).numbers.remove(0);
    let many = |numbers: std::ops::Range<u32>| Entry {
        numbers: numbers.map(number).collect(),
        ..entry("Desk", None, 0)
    };
    for times in 1..4 {
        let files: Vec<&[Entry]> = Vec::new();
        let (first, second) = ([many(100..149)], [many(148..152)]);
        let files = [files, vec![&first[..]], vec![&second[..]; times]].concat();
        let (_, known) = take(&files);
        let counts: Vec<usize> = known.iter().map(|known| known.person.numbers.len()).collect();
        assert_eq!(counts, [50, 2]);
    }
}

fn not_to_be_called(entry: Entry) -> Entry {
    Entry { do_not_call: true, ..entry }
}

#[test]
fn who_is_not_to_be_called_in_the_file_is_not_from_then_on() {
    let ada = entry("Ada", None, 1);
    let marked = [not_to_be_called(ada.clone())];
    for (files, outcome) in [
        (vec![&marked[..]], Added),
        (vec![std::slice::from_ref(&ada), &marked], Merged),
        (vec![&marked, &marked], Unchanged),
        (vec![&marked, std::slice::from_ref(&ada)], Unchanged),
    ] {
        let (outcomes, known) = take(&files);
        assert_eq!((outcomes, known.len(), known[0].person.may_call), (vec![outcome], 1, false));
    }
    // Two people with one name, and a file's person with a number of each.
    let both = Entry { numbers: [1, 2].map(|end| entry("Ada", None, end).numbers.remove(0)).into(), ..ada };
    let two = [entry("Ada", Some("1"), 1), entry("Ada", Some("2"), 2)];
    let both = [not_to_be_called(both)];
    for times in 1..3 {
        let files = [vec![&two[..]], vec![&both[..]; times]].concat();
        let (_, known) = take(&files);
        assert_eq!(known.len(), 2);
        let protected: Vec<_> = known.iter().filter(|known| !known.person.may_call).collect();
        assert_eq!((protected.len(), protected[0].person.numbers.len()), (1, 2), "both numbers");
    }
}

#[test]
fn nobody_is_made_callable() {
    let (_, mut known) = take(&[&[entry("Ada", None, 1)]]);
    known[0].person.may_call = false;
    let book = AddressBook { people: vec![entry("Ada", None, 2)], left_out: Vec::new() };
    let plan = plan(known, book, || PersonId(Uuid::nil()));
    assert!(!plan.steps[0].person.may_call);
    assert_eq!(plan.steps[0].person.numbers.len(), 2);
}
