//! The tables, and how a database of an older version gets them.

pub(super) mod comparison;

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::StoreError;

/// In order; a database stores how many it has had.
pub(super) const STEPS: &[M] = &[
    M::up(include_str!("migrations/0001_calls.sql")),
    M::up(include_str!("migrations/0002_people.sql")),
    M::up(include_str!("migrations/0003_access.sql")),
    M::up(include_str!("migrations/0004_watchers.sql")),
    M::up(include_str!("migrations/0005_sounds.sql")),
    M::up(include_str!("migrations/0006_asked_by.sql")),
    M::up(include_str!("migrations/0007_history.sql")),
    M::up(include_str!("migrations/0008_money.sql")),
    M::up(include_str!("migrations/0009_opt_outs.sql")),
    M::up(include_str!("migrations/0010_limits.sql")),
    M::up(include_str!("migrations/0011_waiting.sql")),
    M::up(include_str!("migrations/0012_promises.sql")),
    M::up(include_str!("migrations/0013_counted_at.sql")),
    M::up(include_str!("migrations/0014_further_numbers.sql")),
    M::up(include_str!("migrations/0015_minute_prices.sql")),
    M::up(include_str!("migrations/0016_history_size.sql")),
    M::up(include_str!("migrations/0017_extensions.sql")),
    M::up(include_str!("migrations/0018_imports.sql")),
    M::up(include_str!("migrations/0019_failure_reasons.sql")),
    M::up(include_str!("migrations/0020_call_notes.sql")),
    M::up(include_str!("migrations/0021_deleted_protocols.sql")),
    M::up(include_str!("migrations/0022_usual_protocols.sql")),
    M::up(include_str!("migrations/0023_call_messages.sql")),
    M::up(include_str!("migrations/0030_groups.sql")),
    M::up(include_str!("migrations/0031_acknowledgements.sql")),
];
pub(super) const MIGRATIONS: Migrations = Migrations::from_slice(STEPS);

pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    MIGRATIONS.to_latest(connection).map_err(|error| match error {
        // A full disk and damage have errors of their own.
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        other => StoreError::Migration(Arc::new(other)),
    })
}

/// Adds the columns that an older version's tables lack, empty or with their defaults, as temporary views for this
/// connection. When a migration fails on a damaged page, today's statements can still read the rest; adding columns to
/// the table itself would read all of it.
pub(super) fn show_missing_columns(connection: &Connection) -> Result<(), StoreError> {
    const COLUMNS: &str = "SELECT t.name, c.name, coalesce(c.dflt_value, 'NULL')
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
    let columns = |connection: &Connection| -> Result<Vec<(String, String, String)>, StoreError> {
        let mut statement = connection.prepare(COLUMNS)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let mut latest = Connection::open_in_memory()?;
    migrate(&mut latest)?;
    let theirs = columns(connection)?;
    let mut missing: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column, default) in columns(&latest)? {
        let mut of_table = theirs.iter().filter(|(of, _, _)| *of == table).peekable();
        if of_table.peek().is_some() && !of_table.any(|(_, its, _)| *its == column) {
            missing.entry(table).or_default().push(format!("{default} AS {column}"));
        }
    }
    for (table, columns) in missing {
        // An unqualified name means the temporary view first.
        let columns = columns.join(", ");
        connection
            .execute_batch(&format!("CREATE TEMP VIEW {table} AS SELECT *, {columns} FROM main.{table}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{CallId, Failure, FailureReason, Mode, Outcome};
    use rusqlite::OpenFlags;

    use super::super::carried_over::recent_calls;
    use super::super::{
        Store, blocked_rows, call_index, call_message_rows, call_note_rows, call_rows, connect, consent_rows,
        deletion_rows, event_rows, every_call, explanation_rows, further_rows, group_rows, import_rows,
        ledger_rows, minute_price_rows, people_rows, protocol_rows, quarter_rows, quick_dial_rows,
        quote_rows, refusal_rows, refused_call_rows, setting_rows, sound_rows, spend_rows, token_rows,
        whose_spend_rows,
    };
    use super::*;
    use crate::live::Hub;

    #[test]
    fn migrations_are_sound() {
        MIGRATIONS.validate().unwrap();
    }

    #[test]
    fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let mut connection = connect(&path, OpenFlags::default()).unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let all = [
            call_rows::STATEMENTS,
            event_rows::STATEMENTS,
            protocol_rows::STATEMENTS,
            setting_rows::STATEMENTS,
            people_rows::STATEMENTS,
            group_rows::STATEMENTS,
            import_rows::STATEMENTS,
            blocked_rows::STATEMENTS,
            quick_dial_rows::STATEMENTS,
            ledger_rows::STATEMENTS,
            minute_price_rows::STATEMENTS,
            token_rows::STATEMENTS,
            sound_rows::STATEMENTS,
            refusal_rows::STATEMENTS,
            quote_rows::STATEMENTS,
            spend_rows::STATEMENTS,
            whose_spend_rows::STATEMENTS,
            quarter_rows::STATEMENTS,
            call_note_rows::STATEMENTS,
            call_message_rows::STATEMENTS,
            explanation_rows::STATEMENTS,
            deletion_rows::STATEMENTS,
            call_index::STATEMENTS,
            every_call::STATEMENTS,
            consent_rows::STATEMENTS,
            refused_call_rows::STATEMENTS,
            recent_calls::STATEMENTS,
            further_rows::STATEMENTS,
        ];
        for statement in all.into_iter().flatten() {
            connection.prepare(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    #[test]
    fn consent_is_migrated_to_the_modes_in_which_the_number_was_called() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("test.db"), OpenFlags::default()).unwrap();
        let before =
            STEPS.iter().position(|step| format!("{step:?}").contains("consents_of_any_mode")).unwrap();
        MIGRATIONS.to_version(&mut connection, before).unwrap();
        for (number, modes) in [
            ("+14158675309", ["live", "live"].as_slice()),
            ("+14158675310", &["sandbox"]),
            ("+14158675311", &[]),
        ] {
            let consent = "INSERT INTO consents VALUES (?1, 5, 'window')";
            connection.execute(consent, [number]).unwrap();
            for mode in modes {
                let columns = "id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, news";
                let insert = format!(
                    "INSERT INTO calls ({columns}) VALUES (?1, 'p', '+1', ?2, ?3, 'AC1', 5, 'completed', 0, 'polling')"
                );
                connection.execute(&insert, rusqlite::params![uuid::Uuid::now_v7(), number, mode]).unwrap();
            }
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let given = |mode, number| {
            let key = (Mode::as_str(mode).to_owned(), str::to_owned(number));
            consent_rows::list(&connection).unwrap().iter().any(|(given, _)| *given == key)
        };
        let both = |number| [given(Mode::Live, number), given(Mode::Sandbox, number)];
        assert_eq!(both("+14158675309"), [true, false]);
        assert_eq!(both("+14158675310"), [false, true], "no phone rang");
        assert_eq!(both("+14158675311"), [false, false]);
    }

    #[test]
    fn stored_sentences_become_failure_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("test.db"), OpenFlags::default()).unwrap();
        let before = STEPS.iter().position(|step| format!("{step:?}").contains("failure_reason")).unwrap();
        MIGRATIONS.to_version(&mut connection, before).unwrap();
        // As earlier versions wrote them.
        let kept = [
            (
                None,
                "Twilio has no record of this call, so no phone rang. You can call again.",
                Failure::Known(FailureReason::NoRecord),
            ),
            (
                Some(20_404),
                "Twilio no longer knows this call, so how it ended can't be told.",
                Failure::Known(FailureReason::Forgotten),
            ),
            (
                None,
                "This call waited too long for its turn, perhaps while this computer slept, so nobody was rung. You can \
                 call again.",
                Failure::Known(FailureReason::WaitedTooLong),
            ),
            (None, "Something else.", Failure::Told { code: None, message: "Something else.".into() }),
        ];
        let columns = "id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, news, \
                       asked_by, failure_code, failure_message";
        let insert = format!(
            "INSERT INTO calls ({columns}) VALUES (?1, 'p', '+15005550006', '+15005550100', 'live', 'AC1', 5, 'failed', 0, \
             'polling', 'command_line', ?2, ?3)"
        );
        let ids = kept.map(|(code, message, failure)| {
            let id = CallId(uuid::Uuid::now_v7());
            connection.execute(&insert, rusqlite::params![id.0, code, message]).unwrap();
            (id, failure)
        });
        MIGRATIONS.to_latest(&mut connection).unwrap();
        for (id, failure) in ids {
            let call = call_rows::find(&connection, &call_rows::Key::Id(id)).unwrap().unwrap();
            assert_eq!(call.failure, Some(failure));
        }
    }

    #[test]
    fn earlier_prices_are_migrated_exactly() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = connect(&folder.path().join("test.db"), OpenFlags::default()).unwrap();
        let before = STEPS.iter().position(|step| format!("{step:?}").contains("price_micros")).unwrap();
        MIGRATIONS.to_version(&mut connection, before).unwrap();
        let amounts = [
            ("0.013", 13_000_i64),
            ("1", 1_000_000),
            ("0", 0),
            ("12.34567", 12_345_670),
            ("-0.5", -500_000),
            ("-0.013", -13_000),
            ("0.0000001", 1),
            ("-1.1234567", -1_123_457),
        ];
        for (n, (amount, _)) in amounts.iter().enumerate() {
            let columns = "id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, news, price_amount, price_currency";
            let insert = format!(
                "INSERT INTO calls ({columns}) VALUES (?1, 'p', '+1', '+2', 'live', 'AC1', ?2, 'completed', 0, 'polling', ?3, 'USD')"
            );
            let at = 1_700_000_000_000_i64 + i64::try_from(n).unwrap();
            connection.execute(&insert, rusqlite::params![uuid::Uuid::now_v7(), at, amount]).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let mut statement =
            connection.prepare("SELECT price_micros FROM calls ORDER BY requested_at").unwrap();
        let micros: Vec<i64> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(micros, amounts.map(|(_, micros)| micros));
        let sum: i64 = micros.iter().sum();
        for table in
            ["spend WHERE span_s = 900", "spend WHERE span_s = 86400", "protocol_spend", "number_spend"]
        {
            let sql = format!("SELECT sum(spent_micros) FROM {table}");
            let told: i64 = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
            assert_eq!(told, sum, "{table}");
        }
    }

    #[test]
    fn calls_of_an_older_version_are_counted_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.to_version(&mut connection, 6).unwrap();
        let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at,
            status, open, news) VALUES (?1, 'dinner', '+15005550006', '+15005550100', ?2, 'AC1', ?3, ?4, ?5, 'polling')";
        for (id, mode, at, status, open) in [
            (1_u8, "live", 900_000, "completed", 0),
            (2, "live", 1_799_999, "no-answer", 0),
            (3, "live", 1_800_000, "busy", 0),
            (4, "live", 1_800_000, "ringing", 1),
            (5, "sandbox", 900_000, "completed", 0),
        ] {
            connection.execute(insert, rusqlite::params![[id; 16], mode, at, status, open]).unwrap();
        }
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let told = "SELECT group_concat(concat_ws(' ', mode, quarter, completed, busy, no_answer), ', ')
            FROM (SELECT * FROM quarters ORDER BY mode, quarter)";
        let told: String = connection.query_row(told, [], |row| row.get(0)).unwrap();
        assert_eq!(told, "live 1 1 0 1, live 2 0 1 0, sandbox 1 1 0 0");
    }

    #[test]
    fn calls_of_an_older_version_were_not_confirmed() {
        let mut connection = Connection::open_in_memory().unwrap();
        let before = STEPS.iter().position(|step| format!("{step:?}").contains("acknowledge_key")).unwrap();
        MIGRATIONS.to_version(&mut connection, before).unwrap();
        let id = CallId(uuid::Uuid::now_v7());
        let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at,
            status, open, news, asked_by) VALUES (?1, 'dinner', '+15005550006', '+15005550100', 'live', 'AC1', 900000,
            'completed', 0, 'polling', 'browser')";
        connection.execute(insert, [id.0]).unwrap();
        connection
            .execute("INSERT INTO quarters (mode, quarter, completed) VALUES ('live', 1, 1)", [])
            .unwrap();
        MIGRATIONS.to_latest(&mut connection).unwrap();
        let call = call_rows::find(&connection, &call_rows::Key::Id(id)).unwrap().unwrap();
        assert_eq!((call.acknowledge_key, call.acknowledged_at), (None, None));
        assert_eq!(call.outcome(), Outcome::Completed);
        let told: (i64, i64) = connection
            .query_row("SELECT completed, confirmed FROM quarters", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        assert_eq!(told, (1, 0));
    }

    #[test]
    fn a_file_of_a_later_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        let connection = connect(&path, OpenFlags::default()).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        assert!(matches!(Store::open(&path, Hub::new()), Err(StoreError::Migration(_))));
        let connection = connect(&path, OpenFlags::default()).unwrap();
        let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 99);
    }
}
