//! Importing address books: trying, importing, and undoing.

use std::collections::HashMap;

use benspamsphones_core::address_book::{self, AddressBook, LeftOut, NotAnAddressBook};
use benspamsphones_core::address_import::{self, ImportOutcome, ImportPlan, ImportStep, KnownPerson};
use benspamsphones_core::{Person, PersonId};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use super::App;
use super::file_bounds::{self, TooMuch};
use super::groups::with_their_groups;
use super::people::new_id;
use crate::live::Change;
pub use crate::store::import_rows::Import;
use crate::store::{StoreError, import_rows, people_rows};

const UNDO_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Why an import can't be made or taken back.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file has no contacts.
    #[error(transparent)]
    NotAnAddressBook(#[from] NotAnAddressBook),
    /// The file is larger than an address book can be.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// There is no such import, or it is too old to undo.
    #[error("There is no import {0} to undo. An import can be undone once, within a day.")]
    Unknown(String),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The result of an import, or of trying one.
#[derive(Debug)]
pub struct TakenPeople {
    /// What became of each person in the file.
    pub steps: Vec<ImportStep>,
    /// What couldn't be imported.
    pub left_out: Vec<LeftOut>,
    /// For undoing it. `None` if it was only tried, or changed nothing.
    pub import: Option<Import>,
}

/// The result of undoing an import.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct UndoneImport {
    /// How many people were removed.
    pub removed: usize,
    /// How many lost the numbers that the import gave them.
    pub changed: usize,
    /// People who were left as they are, and why.
    pub kept: Vec<(Person, KeptFor)>,
}

/// Why a person is left as they are when an import is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptFor {
    /// They are marked "do not call", which would be lost.
    Protection,
    /// They were changed since.
    Change,
}

impl App {
    /// What an import of this address book would do; changes nothing.
    ///
    /// # Errors
    /// When the file isn't an address book.
    pub async fn try_address_book(&self, file: Vec<u8>) -> Result<TakenPeople, ImportError> {
        let book = self.read_address_book(file).await?;
        let ImportPlan { steps, left_out } =
            self.inner.store.read(move |connection| plan(connection, book)).await?;
        Ok(TakenPeople { steps, left_out, import: None })
    }

    /// Imports an address book. People already here get the numbers they lacked.
    ///
    /// # Errors
    /// When the file isn't an address book or the database fails; then nothing is imported.
    pub async fn take_address_book(&self, file: Vec<u8>) -> Result<TakenPeople, ImportError> {
        let book = self.read_address_book(file).await?;
        let now = self.now();
        let hub = self.inner.hub.clone();
        let written = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let ImportPlan { steps, left_out } = plan(connection, book)?;
            let import = write(connection, &steps, now)?;
            if import.is_some() {
                tx.after_commit(move || hub.announce(Change::People));
            }
            Ok(TakenPeople { steps, left_out, import })
        });
        Ok(written.await?)
    }

    /// Imports that can be undone, latest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn imports(&self) -> Result<Vec<Import>, StoreError> {
        let imports = self.inner.store.read(import_rows::list).await?;
        let since = undo_since(self.now());
        Ok(imports.into_iter().filter(|import| import.imported_at >= since).collect())
    }

    /// Undoes an import: deletes the people it added, and removes the numbers it added to others. People changed since,
    /// or now marked "do not call", are left as they are.
    ///
    /// # Errors
    /// When there is no such import, or it is too old.
    pub async fn undo_import(&self, id: &str) -> Result<UndoneImport, ImportError> {
        let unknown = || ImportError::Unknown(id.to_owned());
        let import: Uuid = id.parse().map_err(|_| unknown())?;
        let since = undo_since(self.now());
        let hub = self.inner.hub.clone();
        let undone = self.inner.store.write(move |tx| {
            let connection = tx.connection();
            let known = import_rows::find(connection, import)?.filter(|import| import.imported_at >= since);
            if known.is_none() {
                return Ok(None);
            }
            let undone = with_their_groups(tx, &hub, |connection| undo(connection, import))?;
            tx.after_commit(move || hub.announce(Change::People));
            Ok(Some(undone))
        });
        undone.await?.ok_or_else(unknown)
    }

    /// A long file takes a while, so it is read on a thread of its own.
    async fn read_address_book(&self, file: Vec<u8>) -> Result<AddressBook, ImportError> {
        let region = self.default_region();
        let read = self.heavy().run(move || {
            file_bounds::check_address_book(&file)?;
            Ok(address_book::read(&file, region)?)
        });
        read.await
    }
}

fn undo_since(now: Timestamp) -> Timestamp {
    now.checked_sub(UNDO_FOR).unwrap_or(Timestamp::MIN)
}

/// Until when an import can be undone.
pub fn undo_until(import: &Import) -> Timestamp {
    import.imported_at.checked_add(UNDO_FOR).unwrap_or(Timestamp::MAX)
}

fn plan(connection: &Connection, book: AddressBook) -> Result<ImportPlan, StoreError> {
    let mut uids = import_rows::uids(connection)?;
    let known = people_rows::list(connection)?.into_iter().map(|person| {
        let uids = uids.remove(&person.id).unwrap_or_default();
        KnownPerson { person, uids }
    });
    Ok(address_import::plan(known.collect(), book, new_id))
}

fn write(
    connection: &Connection,
    steps: &[ImportStep],
    now: Timestamp,
) -> Result<Option<Import>, StoreError> {
    let id = Uuid::now_v7();
    // A person may be in a file several times; their last state counts.
    let mut changed: HashMap<PersonId, (&Person, bool)> = HashMap::new();
    let mut order = Vec::new();
    for step in steps {
        let is_new = match step.outcome {
            ImportOutcome::Added | ImportOutcome::KeptApart(_) => true,
            ImportOutcome::Merged => false,
            ImportOutcome::Unchanged => continue,
        };
        let entry = changed.entry(step.person.id).or_insert_with(|| {
            order.push(step.person.id);
            (&step.person, is_new)
        });
        entry.0 = &step.person;
    }
    let count = |new: bool| u32::try_from(changed.values().filter(|(_, is_new)| *is_new == new).count());
    let import = Import {
        id,
        imported_at: now,
        added: count(true).unwrap_or(u32::MAX),
        changed: count(false).unwrap_or(u32::MAX),
    };
    import_rows::delete_older(connection, undo_since(now))?;
    if !changed.is_empty() {
        import_rows::insert(connection, &import)?;
    }
    for (person, is_new) in order.iter().filter_map(|person| changed.get(person)) {
        people_rows::put(connection, person)?;
        if *is_new {
            import_rows::add_person(connection, id, person)?;
        }
    }
    for ImportStep { person, new_numbers, new_uid, .. } in steps {
        if changed.get(&person.id).is_some_and(|(_, is_new)| !is_new) {
            import_rows::add_numbers(connection, id, person.id, new_numbers)?;
        }
        if let Some(uid) = new_uid {
            import_rows::add_uid(connection, id, person.id, uid)?;
        }
    }
    Ok((!changed.is_empty()).then_some(import))
}

fn undo(connection: &Connection, import: Uuid) -> Result<UndoneImport, StoreError> {
    let mut undone = UndoneImport::default();
    for (id, digest) in import_rows::people(connection, import)? {
        let Some(person) = people_rows::find(connection, id)? else { continue };
        if !person.may_call {
            undone.kept.push((person, KeptFor::Protection));
        } else if import_rows::digest(&person) != digest {
            undone.kept.push((person, KeptFor::Change));
        } else {
            people_rows::delete(connection, id)?;
            undone.removed += 1;
        }
    }
    for (id, numbers) in import_rows::numbers(connection, import)? {
        let Some(mut person) = people_rows::find(connection, id)? else { continue };
        if !person.may_call {
            undone.kept.push((person, KeptFor::Protection));
            continue;
        }
        let before = person.numbers.len();
        person.numbers.retain(|number| !numbers.contains(&number.number));
        if person.numbers.len() < before {
            people_rows::put(connection, &person)?;
            undone.changed += 1;
        }
    }
    import_rows::delete_uids(connection, import)?;
    import_rows::delete(connection, import)?;
    Ok(undone)
}
