//! Rows of `people` and `person_numbers`.

use benspamsphones_core::{Extension, Person, PersonId, PersonNumber, PhoneNumber, ProtocolId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::columns::{extension, line, of_line, text};
use super::{StoreError, group_rows};

const LIST: &str = "SELECT id, name, may_call, usual_protocol FROM people ORDER BY name COLLATE NOCASE, id";
const FIND: &str = "SELECT id, name, may_call, usual_protocol FROM people WHERE id = ?1";
const PUT: &str = "INSERT INTO people (id, name, may_call, usual_protocol) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (id) DO UPDATE SET name = ?2, may_call = ?3, usual_protocol = ?4";
const FORGET_DELETED_PROTOCOLS: &str =
    "UPDATE people SET usual_protocol = NULL WHERE usual_protocol NOT IN (SELECT id FROM protocols)";
const DELETE: &str = "DELETE FROM people WHERE id = ?1";
const NUMBERS: &str =
    "SELECT number, label, extension FROM person_numbers WHERE person = ?1 ORDER BY position";
const ADD_NUMBER: &str =
    "INSERT INTO person_numbers (person, position, number, label, extension) VALUES (?1, ?2, ?3, ?4, ?5)";
const CLEAR_NUMBERS: &str = "DELETE FROM person_numbers WHERE person = ?1";
const EACH_NUMBER: &str = "SELECT name, number FROM people JOIN person_numbers ON person = id";
const NAME_OF: &str = concat!(
    "SELECT name FROM people JOIN person_numbers ON person = id WHERE ",
    of_line!(),
    " ORDER BY name COLLATE NOCASE, id LIMIT 1"
);
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    LIST,
    FIND,
    PUT,
    FORGET_DELETED_PROTOCOLS,
    DELETE,
    NUMBERS,
    ADD_NUMBER,
    CLEAR_NUMBERS,
    EACH_NUMBER,
    NAME_OF,
];

/// By name.
pub fn list(connection: &Connection) -> Result<Vec<Person>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], head)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().map(|head| with_numbers(connection, head)).collect()
}

pub(crate) fn find(connection: &Connection, id: PersonId) -> Result<Option<Person>, StoreError> {
    let head = connection.prepare_cached(FIND)?.query_row([id.0.as_bytes()], head).optional()?;
    head.map(|head| with_numbers(connection, head)).transpose()
}

/// Calls `tell` with each number and the name of its owner.
pub(crate) fn each_number(
    connection: &Connection,
    mut tell: impl FnMut(&str, &str),
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(EACH_NUMBER)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        tell(text(row, 0)?, text(row, 1)?);
    }
    Ok(())
}

/// The name of the person with this number. If several people share it, the first by name.
pub(crate) fn name_of(connection: &Connection, number: &PhoneNumber) -> Result<Option<String>, StoreError> {
    Ok(connection.prepare_cached(NAME_OF)?.query_row(line(number), |row| row.get(0)).optional()?)
}

/// Adds or replaces a person. Their groups follow changed numbers.
pub(crate) fn put(connection: &Connection, person: &Person) -> Result<(), StoreError> {
    let groups = group_rows::of_person(connection, person.id)?;
    if !groups.is_empty()
        && let Some(before) = find(connection, person.id)?
    {
        group_rows::follow_change(connection, groups, &before, person)?;
    }
    let id = person.id.0.as_bytes();
    let usual = person.usual_protocol.as_ref().map(ProtocolId::as_str);
    connection.prepare_cached(PUT)?.execute(params![id, person.name, person.may_call, usual])?;
    connection.prepare_cached(CLEAR_NUMBERS)?.execute([id])?;
    let mut add = connection.prepare_cached(ADD_NUMBER)?;
    for (position, number) in (0_i64..).zip(&person.numbers) {
        let extension = number.extension.as_ref().map(Extension::as_str);
        add.execute(params![id, position, number.number.as_str(), number.label, extension])?;
    }
    Ok(())
}

/// Clears people's usual protocols that were deleted. Returns whether there were any.
pub(crate) fn forget_deleted_protocols(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(FORGET_DELETED_PROTOCOLS)?.execute([])? > 0)
}

/// Deletes a person and their places in groups. `false` if the id is unknown.
pub(crate) fn delete(connection: &Connection, id: PersonId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(DELETE)?.execute([id.0.as_bytes()])? > 0)
}

type Head = (Uuid, String, bool, Option<String>);

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn with_numbers(connection: &Connection, (id, name, may_call, usual): Head) -> Result<Person, StoreError> {
    let mut statement = connection.prepare_cached(NUMBERS)?;
    let rows = statement
        .query_map([id.as_bytes()], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
    let numbers = rows.map(|row| {
        let (number, label, keys) = row?;
        let parsed = PhoneNumber::from_e164(&number);
        let number = parsed.map_err(|_| StoreError::bad_row("number of a person", number))?;
        Ok(PersonNumber { number, label, extension: extension(keys)? })
    });
    let numbers = numbers.collect::<Result<_, StoreError>>()?;
    let usual =
        usual.map(|usual| ProtocolId::new(&usual).map_err(|_| StoreError::bad_row("usual protocol", usual)));
    Ok(Person { id: PersonId(id), name, may_call, usual_protocol: usual.transpose()?, numbers })
}
