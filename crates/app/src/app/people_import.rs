//! Address books: what one would do, doing it, and taking it back.

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

/// How long an import can be taken back.
const UNDO_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Why an import can't be made or taken back.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file holds no contacts.
    #[error(transparent)]
    NotAnAddressBook(#[from] NotAnAddressBook),
    /// The file holds more than an address book does.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    /// There is none of that id, or it is too long ago.
    #[error("There is no import {0} to undo. An import can be undone once, within a day.")]
    Unknown(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What came of taking an address book, or would.
#[derive(Debug)]
pub struct TakenPeople {
    /// What became of each person in the file.
    pub steps: Vec<ImportStep>,
    /// What could not be used.
    pub left_out: Vec<LeftOut>,
    /// By which it can be taken back; none for a trial, and none where nothing was changed.
    pub import: Option<Import>,
}

/// What came of taking an import back.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct UndoneImport {
    /// How many people were removed.
    pub removed: usize,
    /// How many have fewer numbers again.
    pub changed: usize,
    /// Who stays as they are.
    pub kept: Vec<(Person, KeptFor)>,
}

/// Why somebody stays although the import that brought them or their numbers is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptFor {
    /// They are not to be called, which would be forgotten with them.
    Protection,
    /// Somebody changed them since.
    Change,
}

impl App {
    /// What taking this address book would do; nothing is changed.
    ///
    /// # Errors
    /// When it is no address book.
    pub async fn try_address_book(&self, file: Vec<u8>) -> Result<TakenPeople, ImportError> {
        let book = self.read_address_book(file).await?;
        let ImportPlan { steps, left_out } =
            self.inner.store.read(move |connection| plan(connection, book)).await?;
        Ok(TakenPeople { steps, left_out, import: None })
    }

    /// Takes an address book. Who is there gets the numbers that they didn't have.
    ///
    /// # Errors
    /// When it is no address book or the database fails; nothing is taken then.
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

    /// Imports that can be taken back, the latest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn imports(&self) -> Result<Vec<Import>, StoreError> {
        let imports = self.inner.store.read(import_rows::list).await?;
        let since = undo_since(self.now());
        Ok(imports.into_iter().filter(|import| import.imported_at >= since).collect())
    }

    /// Takes an import back: who was new goes, and others lose the numbers that they got. Who was changed since stays, and so
    /// does who is now marked as do not call.
    ///
    /// # Errors
    /// When there is none of that id, or it is too long ago.
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

    /// A long file takes a while, in which everybody else is served.
    async fn read_address_book(&self, file: Vec<u8>) -> Result<AddressBook, ImportError> {
        let region = self.default_region();
        let read = self.heavy().run(move || {
            file_bounds::check_address_book(&file)?;
            Ok(address_book::read(&file, region)?)
        });
        read.await
    }
}

/// From when on imports can be taken back.
fn undo_since(now: Timestamp) -> Timestamp {
    now.checked_sub(UNDO_FOR).unwrap_or(Timestamp::MIN)
}

/// Until when an import can be taken back.
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

/// Does what was planned; `None` when nobody is new and nobody has more numbers.
fn write(
    connection: &Connection,
    steps: &[ImportStep],
    now: Timestamp,
) -> Result<Option<Import>, StoreError> {
    let id = Uuid::now_v7();
    // Somebody may stand in a file several times; what counts is how they are at the end.
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
