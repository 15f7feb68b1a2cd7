//! Whether a database has this program's schema: no table, column, index, trigger or view missing, changed or added.
//!
//! A missing trigger leaves money uncounted, and an extra one runs by itself. The expected schema comes from the
//! migrations, run on an empty database in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::StoreError;
use super::{MIGRATIONS, STEPS};

// SQLite's own objects have reserved names and follow from the rest.
const OBJECTS: &str = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR type IN ('trigger', 'view')";
const COLUMNS: &str = "SELECT name FROM pragma_table_xinfo(?1)";

/// A kind of schema object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A table.
    Table,
    /// A column of a table.
    Column,
    /// A view.
    View,
    /// An index.
    Index,
    /// A trigger.
    Trigger,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::View => "view",
            Self::Index => "index",
            Self::Trigger => "trigger",
        }
    }
}

/// A difference from this program's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is missing.
    Missing(Kind, String),
    /// It is different.
    Changed(Kind, String),
    /// It should not be there.
    Added(Kind, String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(kind, name) => write!(f, "the {} {name:?} is missing", kind.as_str()),
            Self::Changed(kind, name) => {
                write!(f, "the {} {name:?} differs from this version's", kind.as_str())
            }
            Self::Added(kind, name) => {
                write!(f, "the {} {name:?} is not part of this version", kind.as_str())
            }
        }
    }
}

/// Missing objects first.
pub(in super::super) fn with_latest(connection: &Connection) -> Result<Vec<Difference>, StoreError> {
    with_version(connection, STEPS.len())
}

/// Missing objects first.
pub(in super::super) fn with_version(
    connection: &Connection,
    version: usize,
) -> Result<Vec<Difference>, StoreError> {
    let mut own = Connection::open_in_memory()?;
    let made = MIGRATIONS.to_version(&mut own, version);
    made.map_err(|error| StoreError::Migration(Arc::new(error)))?;
    let [should, is] = [objects(&own)?, objects(connection)?];
    let (mut missing, mut changed, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for ((kind, name), sql) in &should {
        match is.get(&(*kind, name.clone())) {
            Some(theirs) if theirs == sql => {}
            Some(_) if *kind == Kind::Table => {
                let [should, is] = [columns(&own, name)?, columns(connection, name)?];
                let of_table = |column: &String| (Kind::Column, format!("{name}.{column}"));
                let lacking = should.iter().filter(|column| !is.contains(column)).map(of_table);
                let before = (missing.len(), added.len());
                missing.extend(lacking.map(|(kind, name)| Difference::Missing(kind, name)));
                let extra = is.iter().filter(|column| !should.contains(column)).map(of_table);
                added.extend(extra.map(|(kind, name)| Difference::Added(kind, name)));
                if before == (missing.len(), added.len()) {
                    changed.push(Difference::Changed(*kind, name.clone()));
                }
            }
            Some(_) => changed.push(Difference::Changed(*kind, name.clone())),
            None => missing.push(Difference::Missing(*kind, name.clone())),
        }
    }
    let extra = is.keys().filter(|object| !should.contains_key(object));
    added.extend(extra.map(|(kind, name)| Difference::Added(*kind, name.clone())));
    missing.append(&mut changed);
    missing.append(&mut added);
    Ok(missing)
}

/// Ignores anything the owner added.
pub(in super::super) fn must_hold(connection: &Connection, version: usize) -> Result<(), StoreError> {
    for difference in with_version(connection, version)? {
        match difference {
            Difference::Missing(..) | Difference::Changed(..) => return Err(StoreError::Schema(difference)),
            Difference::Added(..) => tracing::warn!(%difference, "something was added to the database"),
        }
    }
    Ok(())
}

pub(in super::super) fn drop_added(connection: &Connection) -> Result<(), StoreError> {
    let mut added: Vec<_> = with_latest(connection)?
        .into_iter()
        .filter_map(|difference| match difference {
            Difference::Added(kind, name) => Some((kind, name)),
            Difference::Missing(..) | Difference::Changed(..) => None,
        })
        .collect();
    // Triggers first: they would run, or be dropped with their tables.
    added.sort_by(|one, other| other.cmp(one));
    for (kind, name) in added {
        let sql = match kind {
            Kind::Column => {
                let (table, column) = name.split_once('.').unwrap_or_default();
                format!("ALTER TABLE {} DROP COLUMN {}", quoted(table), quoted(column))
            }
            Kind::Table | Kind::View | Kind::Index | Kind::Trigger => {
                format!("DROP {} IF EXISTS {}", kind.as_str(), quoted(&name))
            }
        };
        connection.execute_batch(&sql)?;
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

type Objects = BTreeMap<(Kind, String), String>;

fn objects(connection: &Connection) -> Result<Objects, StoreError> {
    let mut statement = connection.prepare(OBJECTS)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
    })?;
    rows.map(|row| {
        let (kind, name, sql) = row?;
        let kinds = [Kind::Table, Kind::View, Kind::Index, Kind::Trigger];
        let known = kinds.into_iter().find(|known| known.as_str() == kind);
        let kind = known.ok_or_else(|| StoreError::bad_row("part of a schema", kind))?;
        Ok(((kind, name), words(&sql)))
    })
    .collect()
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(COLUMNS)?;
    let columns = statement.query_map([table], |row| row.get(0))?;
    Ok(columns.collect::<Result<_, _>>()?)
}

/// Versions of SQLite differ in spaces, quotes around names, and comments.
fn words(sql: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' | '"' | '`' => quote_length(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ if is_of_word(first) => rest.find(|next| !is_of_word(next)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        match first {
            '-' if word.len() > 1 => {}
            '/' if word.len() > 1 => {}
            // Names are equal with or without quotes and in any case; strings are not.
            '"' | '`' | '[' => {
                let name = word.trim_start_matches(first);
                words.push(name.trim_end_matches(if first == '[' { ']' } else { first }).to_lowercase());
            }
            '\'' => words.push(word.to_owned()),
            _ => words.push(word.to_lowercase()),
        }
        rest = after.trim_start();
    }
    words.join(" ")
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// A doubled quote stands for one.
fn quote_length(text: &str, quote: char) -> usize {
    let mut at = 1;
    loop {
        let Some(end) = text[at..].find(quote) else { return text.len() };
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests;
