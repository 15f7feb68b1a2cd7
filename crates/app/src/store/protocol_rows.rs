//! Rows of `protocols`, and the names of deleted protocols.

use std::collections::HashMap;

use benspamsphones_core::{Protocol, ProtocolId, Region};
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::StoreError;

const LIST: &str = "SELECT id, source FROM protocols ORDER BY position";
const INSERT: &str = "INSERT INTO protocols (id, position, source) VALUES (?1, ?2, ?3)";
const CLEAR: &str = "DELETE FROM protocols";
const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM protocols WHERE id = ?1)";
const DELETED: &str = "SELECT id, name FROM deleted_protocols";
const PUT_DELETED: &str = "INSERT OR REPLACE INTO deleted_protocols (id, name) VALUES (?1, ?2)";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, INSERT, CLEAR, EXISTS, DELETED, PUT_DELETED];

/// All protocols in their order.
pub fn list(connection: &Connection, region: Region) -> Result<Vec<Protocol>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (id, source) = row?;
        parse(&id, &source, region).ok_or_else(|| StoreError::bad_row("protocol", id))
    })
    .collect()
}

pub(crate) fn are_kept(connection: &Connection, protocols: &[Protocol]) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let sources: Vec<String> = statement.query_map([], |row| row.get(1))?.collect::<Result<_, _>>()?;
    Ok(sources.iter().eq(protocols.iter().map(source).collect::<Vec<_>>().iter()))
}

pub(crate) fn exists(connection: &Connection, id: &ProtocolId) -> Result<bool, StoreError> {
    Ok(connection.prepare_cached(EXISTS)?.query_row([id.as_str()], |row| row.get(0))?)
}

fn source(protocol: &Protocol) -> String {
    Value::Object(protocol.source().clone()).to_string()
}

fn parse(id: &str, source: &str, region: Region) -> Option<Protocol> {
    let source: Map<String, Value> = serde_json::from_str(source).ok()?;
    Protocol::from_json(ProtocolId::new(id).ok()?, source, region).ok()
}

/// The list is short and rarely changes, so it is simply rewritten in order.
pub(crate) fn replace_all(connection: &Connection, protocols: &[Protocol]) -> Result<(), StoreError> {
    connection.prepare_cached(CLEAR)?.execute([])?;
    let mut insert = connection.prepare_cached(INSERT)?;
    for (position, protocol) in (0_i64..).zip(protocols) {
        insert.execute(params![protocol.id.as_str(), position, source(protocol)])?;
    }
    Ok(())
}

/// Their calls stay in the history.
pub(crate) fn keep_names_of_deleted(
    connection: &Connection,
    before: &[Protocol],
    after: &[Protocol],
) -> Result<(), StoreError> {
    let is_there = |gone: &Protocol| after.iter().any(|protocol| protocol.id == gone.id);
    for protocol in before.iter().filter(|protocol| !is_there(protocol)) {
        if let Some(name) = protocol.shown_name() {
            connection.prepare_cached(PUT_DELETED)?.execute(params![protocol.id.as_str(), name])?;
        }
    }
    Ok(())
}

/// Names by protocol id, including the last names of deleted protocols.
pub fn names(connection: &Connection, protocols: &[Protocol]) -> Result<HashMap<String, String>, StoreError> {
    let mut statement = connection.prepare_cached(DELETED)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut names: HashMap<String, String> = rows.collect::<Result<_, _>>()?;
    for protocol in protocols {
        // A deleted protocol may have had the same id.
        match protocol.shown_name() {
            Some(name) => names.insert(protocol.id.as_str().to_owned(), name.to_owned()),
            None => names.remove(protocol.id.as_str()),
        };
    }
    Ok(names)
}
