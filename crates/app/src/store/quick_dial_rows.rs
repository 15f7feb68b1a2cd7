//! Rows of `quick_dials`.

use benspamsphones_core::{PhoneNumber, ProtocolId};
use rusqlite::{Connection, params};

use super::StoreError;

const LIST: &str = "SELECT protocol, number FROM quick_dials ORDER BY position";
const INSERT: &str = "INSERT INTO quick_dials (position, protocol, number) VALUES (?1, ?2, ?3)";
const CLEAR: &str = "DELETE FROM quick_dials";
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LIST, INSERT, CLEAR];

/// A protocol and a number, dialed with one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickDial {
    /// The protocol.
    pub protocol: ProtocolId,
    /// The number to dial.
    pub number: PhoneNumber,
}

/// The quick dials in order.
pub fn list(connection: &Connection) -> Result<Vec<QuickDial>, StoreError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    rows.map(|row| {
        let (protocol, number) = row?;
        let parsed = ProtocolId::new(protocol.clone()).ok().zip(PhoneNumber::from_e164(&number).ok());
        let (protocol, number) = parsed.ok_or_else(|| StoreError::bad_row("quick dial", protocol))?;
        Ok(QuickDial { protocol, number })
    })
    .collect()
}

pub(crate) fn replace_all(connection: &Connection, all: &[QuickDial]) -> Result<(), StoreError> {
    connection.prepare_cached(CLEAR)?.execute([])?;
    let mut insert = connection.prepare_cached(INSERT)?;
    for (position, quick) in (0_i64..).zip(all) {
        insert.execute(params![position, quick.protocol.as_str(), quick.number.as_str()])?;
    }
    Ok(())
}
