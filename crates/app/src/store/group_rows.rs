//! Rows of `groups` and `group_members`.

use benspamsphones_core::{Extension, Group, GroupId, GroupMember, Person, PersonId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::StoreError;
use super::columns::{extension, number};

const LIST: &str = "SELECT id, name FROM groups ORDER BY key, id";
const FIND: &str = "SELECT id, name FROM groups WHERE id = ?1";
const NAMED: &str = "SELECT id, name FROM groups WHERE key = ?1";
const OF_PERSON: &str =
    "SELECT DISTINCT id, name FROM groups JOIN group_members ON group_id = id WHERE person = ?1";
const COUNT: &str = "SELECT count(*) FROM groups";
const PUT: &str = "INSERT INTO groups (id, name, key) VALUES (?1, ?2, ?3) \
     ON CONFLICT (id) DO UPDATE SET name = ?2, key = ?3";
const DELETE: &str = "DELETE FROM groups WHERE id = ?1";
const MEMBERS: &str =
    "SELECT person, number, extension FROM group_members WHERE group_id = ?1 ORDER BY position";
const ADD_MEMBER: &str =
    "INSERT INTO group_members (group_id, position, person, number, extension) VALUES (?1, ?2, ?3, ?4, ?5)";
const CLEAR_MEMBERS: &str = "DELETE FROM group_members WHERE group_id = ?1";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[LIST, FIND, NAMED, OF_PERSON, COUNT, PUT, DELETE, MEMBERS, ADD_MEMBER, CLEAR_MEMBERS];

/// By name.
pub fn list(connection: &Connection) -> Result<Vec<Group>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let groups = statement.query_map([], head)?.collect::<Result<Vec<_>, _>>()?;
    groups.into_iter().map(|group| with_members(connection, group)).collect()
}

pub(crate) fn find(connection: &Connection, id: GroupId) -> Result<Option<Group>, StoreError> {
    let found = connection.prepare_cached(FIND)?.query_row([id.0.as_bytes()], head).optional()?;
    found.map(|group| with_members(connection, group)).transpose()
}

/// The group with this name, ignoring case.
pub(crate) fn named(connection: &Connection, key: &str) -> Result<Option<Group>, StoreError> {
    let found = connection.prepare_cached(NAMED)?.query_row([key], head).optional()?;
    found.map(|group| with_members(connection, group)).transpose()
}

pub(crate) fn count(connection: &Connection) -> Result<usize, StoreError> {
    let count: i64 = connection.prepare_cached(COUNT)?.query_row([], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(crate) fn put(connection: &Connection, group: &Group) -> Result<(), StoreError> {
    let id = group.id.0.as_bytes();
    connection.prepare_cached(PUT)?.execute(params![id, group.name, group.key()])?;
    connection.prepare_cached(CLEAR_MEMBERS)?.execute([id])?;
    let mut add = connection.prepare_cached(ADD_MEMBER)?;
    for (position, GroupMember { person, number, extension }) in (0_i64..).zip(&group.members) {
        let extension = extension.as_ref().map(Extension::as_str);
        add.execute(params![id, position, person.0.as_bytes(), number.as_str(), extension])?;
    }
    Ok(())
}

/// `false` if the id is unknown.
pub(crate) fn delete(connection: &Connection, id: GroupId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(DELETE)?.execute([id.0.as_bytes()])? > 0)
}

/// Updates a person's groups after their numbers changed.
pub(super) fn follow_change(
    connection: &Connection,
    groups: Vec<Group>,
    before: &Person,
    after: &Person,
) -> Result<(), StoreError> {
    for group in groups {
        let changed = group.clone().after_change_of(before, after);
        if changed != group {
            put(connection, &changed)?;
        }
    }
    Ok(())
}

pub(super) fn of_person(connection: &Connection, person: PersonId) -> Result<Vec<Group>, StoreError> {
    let mut statement = connection.prepare_cached(OF_PERSON)?;
    let groups = statement.query_map([person.0.as_bytes()], head)?.collect::<Result<Vec<_>, _>>()?;
    groups.into_iter().map(|group| with_members(connection, group)).collect()
}

fn head(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group { id: GroupId(row.get(0)?), name: row.get(1)?, members: Vec::new() })
}

fn with_members(connection: &Connection, mut group: Group) -> Result<Group, StoreError> {
    let mut statement = connection.prepare_cached(MEMBERS)?;
    let mut rows = statement.query([group.id.0.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let person = PersonId(row.get(0)?);
        group.members.push(GroupMember {
            person,
            number: number(row, 1)?,
            extension: extension(row.get(2)?)?,
        });
    }
    Ok(group)
}
