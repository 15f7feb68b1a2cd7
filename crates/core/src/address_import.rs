//! Plans an import of an address book before anything changes.
//!
//! People are matched by the exporting program's identifier, otherwise by name. A wrong match would ring a stranger, so
//! uncertain matches stay separate. A file can mark a person as do not call. No file can remove that mark.

use std::collections::{HashMap, HashSet};

use crate::address_book::{AddressBook, Entry, LeftOut};
use crate::person::{MAX_NUMBERS, Person, PersonId, PersonNumber};

/// A stored person with their identifiers from earlier imports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The person.
    pub person: Person,
    /// Identifiers from imported address books.
    pub uids: Vec<String>,
}

/// What an import will do.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// In the file's order.
    pub steps: Vec<ImportStep>,
    /// What was skipped in the file.
    pub left_out: Vec<LeftOut>,
}

/// The result for one person in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// The person after the import.
    pub person: Person,
    /// What changes.
    pub outcome: ImportOutcome,
    /// Numbers that are new for this person.
    pub new_numbers: Vec<PersonNumber>,
    /// The file's identifier, if it is new.
    pub new_uid: Option<String>,
}

/// The effect of an import on one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// A new person.
    Added,
    /// A new person, although the name exists.
    KeptApart(Apart),
    /// An existing person gets more numbers, or is now do not call.
    Merged,
    /// Already stored like this.
    Unchanged,
}

/// Why two people with one name are kept separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// The exporting program says they are two people.
    AnotherUid,
    /// Several people have this name, and it isn't clear which one is meant.
    Several,
    /// The existing person already has the most numbers allowed.
    NoRoom,
}

/// Decides what importing `book` does.
pub fn plan(known: Vec<KnownPerson>, book: AddressBook, mut new_id: impl FnMut() -> PersonId) -> ImportPlan {
    let mut people = People::new(known, &book);
    let mut plan = ImportPlan { steps: Vec::with_capacity(book.people.len()), left_out: book.left_out };
    for Entry { name, numbers, uid, do_not_call } in book.people {
        let person = Person { id: new_id(), name, may_call: !do_not_call, usual_protocol: None, numbers };
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
    /// Names that several people in the file share.
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
        // Some programs number entries 1, 2, 3 in each file, so an identifier proves nothing by itself.
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
        // Renamed, in the file or here.
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

    /// Also returns the numbers that didn't fit. If the person is do not call, a namesake who may be called must not
    /// get any of the file's numbers.
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
        // Without an identifier, a number that a namesake already has is theirs.
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
mod tests;
