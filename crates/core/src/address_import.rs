//! What taking an address book does to the people who are there, decided before anything is changed.
//!
//! Who is who is known by the identifier of the program that wrote the file, else by name. A wrong guess would ring a stranger,
//! so where it isn't certain two people stay two. A file can say that somebody is not to be called; none can say that somebody
//! may be called again.

use std::collections::{HashMap, HashSet};

use crate::address_book::{AddressBook, Entry, LeftOut};
use crate::person::{MAX_NUMBERS, Person, PersonId, PersonNumber};

/// Somebody who is there already, and what programs know them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Who.
    pub person: Person,
    /// Identifiers of address books that were taken before.
    pub uids: Vec<String>,
}

/// What an import does.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// In the file's order.
    pub steps: Vec<ImportStep>,
    /// What of the file can't be used.
    pub left_out: Vec<LeftOut>,
}

/// What becomes of somebody in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// The person, as they are afterwards.
    pub person: Person,
    /// What is done.
    pub outcome: ImportOutcome,
    /// The numbers they didn't have before.
    pub new_numbers: Vec<PersonNumber>,
    /// What the file knows them by, where that is new.
    pub new_uid: Option<String>,
}

/// What is done with somebody of an address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// They are new.
    Added,
    /// They are new, although somebody of that name is there.
    KeptApart(Apart),
    /// They were there and get more numbers, or are not to be called from now on.
    Merged,
    /// They were there with all of this.
    Unchanged,
}

/// Why two people with one name are kept separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// The program that wrote the file says that they are two.
    AnotherUid,
    /// There are several of that name, and nothing tells which of them is meant.
    Several,
    /// Who is there has as many numbers as one person can have.
    NoRoom,
}

/// Decides what taking this address book does.
pub fn plan(known: Vec<KnownPerson>, book: AddressBook, mut new_id: impl FnMut() -> PersonId) -> ImportPlan {
    let mut people = People::new(known, &book);
    let mut plan = ImportPlan { steps: Vec::with_capacity(book.people.len()), left_out: book.left_out };
    for Entry { name, numbers, uid, do_not_call } in book.people {
        let person = Person { id: new_id(), name, may_call: !do_not_call, numbers };
        match people.find(&person, uid.as_deref()) {
            Found::Nobody => plan.steps.push(people.add(person, uid, ImportOutcome::Added)),
            Found::Apart(why) => plan.steps.push(people.add(person, uid, ImportOutcome::KeptApart(why))),
            Found::Same(at) => {
                let (step, rest) = people.merge(at, &person, uid);
                plan.steps.push(step);
                if !rest.is_empty() {
                    let rest = Person { id: new_id(), numbers: rest, ..person };
                    plan.steps.push(people.add(rest, None, ImportOutcome::KeptApart(Apart::NoRoom)));
                }
            }
        }
    }
    plan
}

enum Found {
    Nobody,
    Same(usize),
    Apart(Apart),
}

struct People {
    all: Vec<KnownPerson>,
    by_name: HashMap<String, Vec<usize>>,
    by_uid: HashMap<String, usize>,
    /// Names that several people of the file have.
    shared_names: HashSet<String>,
}

impl People {
    fn new(known: Vec<KnownPerson>, book: &AddressBook) -> Self {
        let mut uids: HashMap<&str, HashSet<&str>> = HashMap::new();
        for entry in &book.people {
            uids.entry(&entry.name).or_default().extend(entry.uid.as_deref());
        }
        let shared_names =
            uids.into_iter().filter(|(_, uids)| uids.len() > 1).map(|(name, _)| name.to_owned());
        let mut people = Self {
            shared_names: shared_names.collect(),
            all: Vec::with_capacity(known.len()),
            by_name: HashMap::new(),
            by_uid: HashMap::new(),
        };
        for one in known {
            people.push(one);
        }
        people
    }

    fn push(&mut self, one: KnownPerson) {
        let at = self.all.len();
        self.by_name.entry(one.person.name.clone()).or_default().push(at);
        for uid in &one.uids {
            self.by_uid.entry(uid.clone()).or_insert(at);
        }
        self.all.push(one);
    }

    fn find(&self, person: &Person, uid: Option<&str>) -> Found {
        let of_name = self.by_name.get(&person.name).map(Vec::as_slice).unwrap_or_default();
        // Some programs count 1, 2, 3 in each file, so an identifier alone proves nothing.
        let of_uid = uid.and_then(|uid| self.by_uid.get(uid)).copied();
        if let Some(at) = of_uid.filter(|at| of_name.contains(at)) {
            return Found::Same(at);
        }
        let shared = |at: usize| {
            let known = &self.all[at].person.numbers;
            person.numbers.iter().filter(|new| known.iter().any(|known| known.number == new.number)).count()
        };
        let most = of_name.iter().map(|at| (shared(*at), *at)).rev().max_by_key(|(shared, _)| *shared);
        if let Some((_, at)) = most.filter(|(shared, _)| *shared > 0) {
            return Found::Same(at);
        }
        // Renamed, there or here.
        if let Some(at) = of_uid.filter(|at| shared(*at) > 0) {
            return Found::Same(at);
        }
        if of_name.is_empty() {
            return Found::Nobody;
        }
        if uid.is_some() && self.shared_names.contains(&person.name) {
            return Found::Apart(Apart::AnotherUid);
        }
        let mut other_uid = false;
        let mut with_room = Vec::new();
        for at in of_name.iter().copied() {
            let known = &self.all[at];
            if uid.is_some() && !known.uids.is_empty() {
                other_uid = true;
            } else if known.person.numbers.len() < MAX_NUMBERS {
                with_room.push(at);
            }
        }
        match with_room.as_slice() {
            [at] => Found::Same(*at),
            [] if other_uid => Found::Apart(Apart::AnotherUid),
            [] => Found::Apart(Apart::NoRoom),
            _ => Found::Apart(Apart::Several),
        }
    }

    fn add(&mut self, person: Person, uid: Option<String>, outcome: ImportOutcome) -> ImportStep {
        let new_uid = uid.filter(|uid| !self.by_uid.contains_key(uid));
        self.push(KnownPerson { person: person.clone(), uids: new_uid.iter().cloned().collect() });
        ImportStep { new_numbers: person.numbers.clone(), person, outcome, new_uid }
    }

    /// The numbers for which there is no room come back. With somebody who is not to be called, none of the file's numbers may
    /// be left to a namesake who may be.
    fn merge(
        &mut self,
        at: usize,
        from_file: &Person,
        uid: Option<String>,
    ) -> (ImportStep, Vec<PersonNumber>) {
        let has_uid = uid.is_some();
        let new_uid = uid.filter(|uid| !self.by_uid.contains_key(uid));
        if let Some(uid) = &new_uid {
            self.by_uid.insert(uid.clone(), at);
        }
        let has = |one: &KnownPerson, number: &PersonNumber| {
            one.person.numbers.iter().any(|known| known.number == number.number)
        };
        let same_name = self.by_name.get(&self.all[at].person.name).map(Vec::as_slice).unwrap_or_default();
        let others_have = |number: &PersonNumber| {
            let mut others = same_name.iter().map(|other| &self.all[*other]);
            others.any(|other| has(other, number) && (from_file.may_call || !other.person.may_call))
        };
        // Without an identifier, a number that somebody of that name has already is theirs.
        let is_new =
            |number: &&PersonNumber| !has(&self.all[at], number) && (has_uid || !others_have(number));
        let mut new_numbers: Vec<PersonNumber> = from_file.numbers.iter().filter(is_new).cloned().collect();
        let room = MAX_NUMBERS.saturating_sub(self.all[at].person.numbers.len());
        let mut rest = new_numbers.split_off(room.min(new_numbers.len()));
        rest.retain(|number| !others_have(number));
        let one = &mut self.all[at];
        one.uids.extend(new_uid.clone());
        one.person.numbers.extend(new_numbers.iter().cloned());
        let is_marked = one.person.may_call && !from_file.may_call;
        one.person.may_call &= from_file.may_call;
        let is_same = new_numbers.is_empty() && !is_marked;
        let outcome = if is_same { ImportOutcome::Unchanged } else { ImportOutcome::Merged };
        (ImportStep { person: one.person.clone(), outcome, new_numbers, new_uid }, rest)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::phone_number::PhoneNumber;

    fn entry(name: &str, uid: Option<&str>, number: u32) -> Entry {
        let number = PhoneNumber::from_e164(&format!("+1415555{number:04}")).unwrap();
        let numbers = vec![PersonNumber { number, label: None, extension: None }];
        Entry { name: name.into(), numbers, uid: uid.map(str::to_owned), do_not_call: false }
    }

    /// Takes these, one file after the other; what was done last, and who is there then.
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
        // Written down by hand before, and in the file's second place.
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
        // Renamed there, and an identifier that another file gave somebody else.
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
            (vec![&[ada.clone()], &marked], Merged),
            (vec![&marked, &marked], Unchanged),
            (vec![&marked, &[ada.clone()]], Unchanged),
        ] {
            let (outcomes, known) = take(&files);
            assert_eq!((outcomes, known.len(), known[0].person.may_call), (vec![outcome], 1, false));
        }
        // Two of one name: the file's person has a number of each.
        let both =
            Entry { numbers: [1, 2].map(|end| entry("Ada", None, end).numbers.remove(0)).into(), ..ada };
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
}
