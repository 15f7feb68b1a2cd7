//! Rows of `imports`, `imported_people`, `imported_numbers` and `person_uids`.

use std::collections::HashMap;

use benspamsphones_core::{Extension, Person, PersonId, PersonNumber, PhoneNumber};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::StoreError;
use super::columns::timestamp;

const LIST: &str = "SELECT id, imported_at, added, changed FROM imports ORDER BY imported_at DESC, id DESC";
const FIND: &str = "SELECT id, imported_at, added, changed FROM imports WHERE id = ?1";
const INSERT: &str = "INSERT INTO imports (id, imported_at, added, changed) VALUES (?1, ?2, ?3, ?4)";
const DELETE: &str = "DELETE FROM imports WHERE id = ?1";
const DELETE_OLD: &str = "DELETE FROM imports WHERE imported_at < ?1";
const ADD_PERSON: &str = "INSERT INTO imported_people (import, person, digest) VALUES (?1, ?2, ?3)";
const PEOPLE: &str = "SELECT person, digest FROM imported_people WHERE import = ?1";
const ADD_NUMBER: &str =
    "INSERT OR IGNORE INTO imported_numbers (import, person, number) VALUES (?1, ?2, ?3)";
const NUMBERS: &str = "SELECT person, number FROM imported_numbers WHERE import = ?1 ORDER BY person";
const ADD_UID: &str = "INSERT OR IGNORE INTO person_uids (uid, person, import) VALUES (?1, ?2, ?3)";
const UIDS: &str = "SELECT person, uid FROM person_uids ORDER BY uid";
const DELETE_UIDS: &str = "DELETE FROM person_uids WHERE import = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    LIST,
    FIND,
    INSERT,
    DELETE,
    DELETE_OLD,
    ADD_PERSON,
    PEOPLE,
    ADD_NUMBER,
    NUMBERS,
    ADD_UID,
    UIDS,
    DELETE_UIDS,
];

/// An import that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The import's id.
    pub id: Uuid,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// How many people were new.
    pub added: u32,
    /// How many existing people got more numbers.
    pub changed: u32,
}

/// Latest first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Import>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], head)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(import).collect()
}

pub(crate) fn find(connection: &Connection, id: Uuid) -> Result<Option<Import>, StoreError> {
    connection.prepare_cached(FIND)?.query_row([id.as_bytes()], head).optional()?.map(import).transpose()
}

pub(crate) fn insert(connection: &Connection, import: &Import) -> Result<(), StoreError> {
    let Import { id, imported_at, added, changed } = import;
    let values = params![id.as_bytes(), imported_at.as_millisecond(), added, changed];
    connection.prepare_cached(INSERT)?.execute(values)?;
    Ok(())
}

/// The imported people stay.
pub(crate) fn delete(connection: &Connection, id: Uuid) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE)?.execute([id.as_bytes()])?;
    Ok(())
}

pub(crate) fn delete_older(connection: &Connection, than: Timestamp) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE_OLD)?.execute([than.as_millisecond()])?;
    Ok(())
}

pub(crate) fn add_person(connection: &Connection, import: Uuid, person: &Person) -> Result<(), StoreError> {
    let values = params![import.as_bytes(), person.id.0.as_bytes(), digest(person)];
    connection.prepare_cached(ADD_PERSON)?.execute(values)?;
    Ok(())
}

/// With their digests.
pub(crate) fn people(connection: &Connection, import: Uuid) -> Result<Vec<(PersonId, Vec<u8>)>, StoreError> {
    let mut statement = connection.prepare_cached(PEOPLE)?;
    let rows = statement.query_map([import.as_bytes()], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn add_numbers(
    connection: &Connection,
    import: Uuid,
    person: PersonId,
    numbers: &[PersonNumber],
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(ADD_NUMBER)?;
    for PersonNumber { number, .. } in numbers {
        statement.execute(params![import.as_bytes(), person.0.as_bytes(), number.as_str()])?;
    }
    Ok(())
}

pub(crate) fn numbers(
    connection: &Connection,
    import: Uuid,
) -> Result<HashMap<PersonId, Vec<PhoneNumber>>, StoreError> {
    let mut statement = connection.prepare_cached(NUMBERS)?;
    let rows = statement
        .query_map([import.as_bytes()], |row| Ok((PersonId(row.get(0)?), row.get::<_, String>(1)?)))?;
    let mut numbers: HashMap<PersonId, Vec<PhoneNumber>> = HashMap::new();
    for row in rows {
        let (person, number) = row?;
        let parsed = PhoneNumber::from_e164(&number);
        let number = parsed.map_err(|_| StoreError::bad_row("number of an import", number))?;
        numbers.entry(person).or_default().push(number);
    }
    Ok(numbers)
}

pub(crate) fn add_uid(
    connection: &Connection,
    import: Uuid,
    person: PersonId,
    uid: &str,
) -> Result<(), StoreError> {
    connection.prepare_cached(ADD_UID)?.execute(params![uid, person.0.as_bytes(), import.as_bytes()])?;
    Ok(())
}

pub(crate) fn uids(connection: &Connection) -> Result<HashMap<PersonId, Vec<String>>, StoreError> {
    let mut statement = connection.prepare_cached(UIDS)?;
    let rows = statement.query_map([], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))?;
    let mut uids: HashMap<PersonId, Vec<String>> = HashMap::new();
    for row in rows {
        let (person, uid) = row?;
        uids.entry(person).or_default().push(uid);
    }
    Ok(uids)
}

pub(crate) fn delete_uids(connection: &Connection, import: Uuid) -> Result<(), StoreError> {
    connection.prepare_cached(DELETE_UIDS)?.execute([import.as_bytes()])?;
    Ok(())
}

/// 32 bytes, which show later changes without storing a copy.
pub(crate) fn digest(person: &Person) -> Vec<u8> {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    };
    part(&person.name);
    part(if person.may_call { "may" } else { "may not" });
    if let Some(usual) = &person.usual_protocol {
        part(usual.as_str());
    }
    for PersonNumber { number, label, extension } in &person.numbers {
        part(number.as_str());
        part(label.as_deref().unwrap_or_default());
        part(extension.as_ref().map(Extension::as_str).unwrap_or_default());
    }
    digest.finalize().to_vec()
}

type Head = (Uuid, i64, u32, u32);

fn head(row: &rusqlite::Row<'_>) -> rusqlite::Result<Head> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn import((id, imported_at, added, changed): Head) -> Result<Import, StoreError> {
    Ok(Import { id, imported_at: timestamp(imported_at)?, added, changed })
}
