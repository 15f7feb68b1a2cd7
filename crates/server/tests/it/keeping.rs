//! Backup and restore, export, the support report, and a damaged database.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use benspamsphones_core::{ProtocolFile, Region};
use benspamsphones_server::backup_files::{self, ReplaceError, RestoreError, export, support_bundle};
use benspamsphones_server::owner::{Owner, OwnerError};
use benspamsphones_server::startup_warnings::StartupWarningCode;
use benspamsphones_server::{Server, ServerError};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, send};

const LONG: &str = "+15005550114";
const BLOCKED: &str = "+14158675309";
const ADAS: &str = "+14158675310";
const KEY: &str = "idempotency-key";

fn own_password() -> Setup {
    Setup { own_password: true, ..Setup::default() }
}

fn database(server: &TestServer) -> PathBuf {
    server.dir.path().join("benspamsphones.db")
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Creates one of everything and a finished call; returns what must stay secret.
async fn one_of_everything(server: &TestServer) -> (String, Vec<String>) {
    let person = json!({"name": "Ada Lovelace", "numbers": [{"number": ADAS, "label": "laboratory"}]});
    let person = server.post_json("/api/v1/people", &person).await;
    assert_eq!(person.status, 201);
    let group = json!({"name": "Analytical engineers", "members": [{"person": id(&person.json())}]});
    assert_eq!(server.post_json("/api/v1/groups", &group).await.status, 201);
    let blocked = json!({"note": "Pressed nine in anger"});
    let request = server.request(Method::PUT, &format!("/api/v1/blocked-numbers/{BLOCKED}")).json(&blocked);
    assert!(send(request).await.status < 300);
    let mut wav =
        b"RIFF\x44\x03\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x20\x03\0\0"
            .to_vec();
    wav.extend([0x80; 800]);
    let sound = json!({"name": "Supper gong", "audio": BASE64_STANDARD.encode(wav)});
    assert_eq!(server.post_json("/api/v1/sounds", &sound).await.status, 201);
    let quick = json!({"items": [{"protocol": "protocol1", "number": ADAS}]});
    let quick = send(server.request(Method::PUT, "/api/v1/quick-dials").json(&quick)).await;
    assert_eq!(quick.status, 200, "{quick:?}");
    let (status, device) =
        server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "Grace's phone"}))).await;
    assert_eq!(status, 201, "{device}");
    let placed = send(server.placing("protocol1", ORDINARY).header(KEY, "supper")).await.json();
    let call = server.ended(id(&placed)).await;

    let connection = Connection::open(database(server)).unwrap();
    let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    let secrets = vec![
        device["token"].as_str().unwrap().to_owned(),
        one("SELECT value FROM settings WHERE name = 'web_password_argon2id'"),
        one("SELECT channel FROM calls"),
        one("SELECT media_name FROM sounds"),
        "Grace's phone".into(),
    ];
    (call["id"].as_str().unwrap().to_owned(), secrets)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_during_a_call_brings_everything_back_elsewhere() {
    let server = TestServer::start_with(own_password()).await;
    let (call, secrets) = one_of_everything(&server).await;
    let under_way = server.place("protocol1", LONG).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up_meanwhile(server.dir.path(), &file).await.unwrap();
    assert_eq!(server.call(id(&under_way)).await["ended"], false, "the call went on");

    let held = fs::read(&file).unwrap();
    for secret in secrets {
        let found = held.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "the backup holds {secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(names(elsewhere.path()), ["phones.bspbackup"], "nothing else is left");

    let other = tempfile::tempdir().unwrap();
    let (restored, aside) = backup_files::restore(other.path(), &file).unwrap();
    assert_eq!((restored.calls, restored.people, restored.protocols), (2, 1, 3));
    assert!(restored.made_at.is_some() && aside.is_none());
    server.hang_up(id(&under_way)).await;
    server.ended(id(&under_way)).await;
    let before = server.call(&call).await;
    let TestServer { sandbox, .. } = server;
    let server = TestServer::start_on(other, sandbox, own_password()).await;
    let after = server.call(&call).await;
    assert_eq!(after["status"], before["status"]);
    let events = |call: &Value| call["events"].as_array().unwrap()[..5].to_vec();
    assert_eq!(events(&after), events(&before));
    assert_eq!(server.get("/api/v1/people").await.json()["items"][0]["name"], "Ada Lovelace");
    let group = server.get("/api/v1/groups").await.json()["items"][0].clone();
    assert_eq!(
        (&group["name"], &group["members"][0]["number"]),
        (&json!("Analytical engineers"), &json!(ADAS))
    );
    assert_eq!(server.get("/api/v1/sounds").await.json()["items"][0]["name"], "Supper gong");
    assert_eq!(server.get("/api/v1/quick-dials").await.json()["items"][0]["number"], ADAS);
    send(server.placing("protocol1", BLOCKED)).await.problem(403, "blocked_number");
    // A script that repeats a request from before the restore doesn't ring the phone again.
    let again = send(server.placing("protocol1", ORDINARY).header(KEY, "supper")).await;
    assert_eq!(
        (again.header("idempotency-replayed"), again.json()["id"].as_str()),
        (Some("true"), Some(&*call))
    );
    assert_eq!(server.sandbox.dials_to(ORDINARY), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_is_refused_during_a_call_and_loses_none() {
    let mut server = TestServer::start_with(own_password()).await;
    let password = server.first_password.clone();
    let (call, _) = one_of_everything(&server).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up_meanwhile(server.dir.path(), &file).await.unwrap();
    let restore = async |server: &TestServer| {
        let running = server.server();
        running.owner().restore(running.app(), server.dir.path(), &file).await
    };

    let placed = server.place("protocol1", LONG).await;
    let refused = restore(&server).await;
    assert!(matches!(refused, Err(OwnerError::CallsUnderWay(1))), "{refused:?}");
    let offline = backup_files::restore(server.dir.path(), &file);
    assert!(matches!(offline, Err(ReplaceError::DataDir(_))), "a program runs: {offline:?}");
    server.hang_up(id(&placed)).await;
    server.ended(id(&placed)).await;

    restore(&server).await.unwrap();
    tokio::time::timeout(PATIENCE, server.server().owner().restart_wanted()).await.unwrap();
    let late = server.place("protocol1", LONG).await;
    server.stop().await;
    server.start_again().await;
    server.first_password = password;
    let attention = server.server().owner().attention.clone();
    assert_eq!(
        attention.iter().map(|it| it.code).collect::<Vec<_>>(),
        [StartupWarningCode::BackupNotRestored]
    );
    assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 3, "nothing was replaced");
    server.hang_up(id(&late)).await;
    server.ended(id(&late)).await;

    // "Do not call", set after the backup, survives the restore.
    let wish = json!({"name": "Charles", "may_call": false, "numbers": [{"number": "+14158675311"}]});
    assert_eq!(server.post_json("/api/v1/people", &wish).await.status, 201);
    let request = server.request(Method::PUT, "/api/v1/blocked-numbers/+14158675312").json(&json!({}));
    assert!(send(request).await.status < 300);
    restore(&server).await.unwrap();
    let password = server.first_password.take();
    server.stop().await;
    server.start_again().await;
    assert!(server.first_password.is_none(), "the password stays");
    server.first_password = password;
    let calls = server.calls("").await;
    let calls = calls["items"].as_array().unwrap();
    assert_eq!(calls.len(), 3, "the rules count the two that the backup doesn't have");
    assert_eq!(calls[2]["id"], call);
    send(server.placing("protocol1", "+14158675311")).await.problem(403, "not_to_be_called");
    send(server.placing("protocol1", "+14158675312")).await.problem(403, "blocked_number");
    let (_, devices) = server.as_owner(Method::GET, "/api/v1/devices", None).await;
    assert_eq!(devices["items"][0]["name"], "Grace's phone", "who may come in stays as it is");
    let kept: Vec<_> = names(server.dir.path());
    let kept = kept.iter().find(|name| name.starts_with("benspamsphones-before-restore-")).unwrap();
    // The replaced database can be restored as well.
    server.stop().await;
    let old = server.dir.path().join(kept);
    let (restored, _) = backup_files::restore(server.dir.path(), &old).unwrap();
    assert_eq!((restored.calls, restored.made_at), (3, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_half_way_through_a_restore_is_repaired() {
    let mut server = TestServer::start_with(own_password()).await;
    one_of_everything(&server).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up_meanwhile(server.dir.path(), &file).await.unwrap();
    let running = server.server();
    running.owner().restore(running.app(), server.dir.path(), &file).await.unwrap();
    let password = server.first_password.take();
    server.stop().await;
    server.start_again().await;
    server.stop().await;
    // The old file has been renamed, and the new one not yet.
    fs::rename(database(&server), server.dir.path().join("benspamsphones.db-restore")).unwrap();
    server.start_again().await;
    server.first_password = password;
    assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 1);
    assert!(!names(server.dir.path()).iter().any(|name| name.contains("-restore-part")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsound_backup_is_refused_and_changes_nothing() {
    let mut server = TestServer::start_with(own_password()).await;
    one_of_everything(&server).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let good = elsewhere.path().join("good");
    backup_files::back_up_meanwhile(server.dir.path(), &good).await.unwrap();
    server.stop().await;
    let before = (fs::read(database(&server)).unwrap(), names(server.dir.path()));
    let changed = |sql: &str| {
        let file = elsewhere.path().join("changed");
        fs::copy(&good, &file).unwrap();
        Connection::open(&file).unwrap().execute_batch(sql).unwrap();
        file
    };
    let refused = |file: &Path| match backup_files::restore(server.dir.path(), file) {
        Err(ReplaceError::Restore(error)) => error,
        other => panic!("{other:?}"),
    };

    let file = elsewhere.path().join("text");
    fs::write(
        &file,
        "Dear diary, this is no database, although it is long enough to be the head of one. ".repeat(9),
    )
    .unwrap();
    assert!(matches!(refused(&file), RestoreError::NotABackup));
    assert!(matches!(refused(&elsewhere.path().join("nonesuch")), RestoreError::Io { .. }));
    let other = elsewhere.path().join("other");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE calls (id)").unwrap();
    assert!(matches!(refused(&other), RestoreError::NotABackup));
    assert!(matches!(refused(&changed("PRAGMA user_version = 999")), RestoreError::LaterVersion));
    for strange in [
        "UPDATE calls SET status = 'asleep'",
        "UPDATE calls SET to_number = 'mom'",
        "UPDATE protocols SET source = '{}'",
        "UPDATE sound_audio SET audio = x'00'",
        "PRAGMA foreign_keys = off; DELETE FROM calls",
    ] {
        assert!(matches!(refused(&changed(strange)), RestoreError::Unusable(_)), "{strange}");
    }
    // A foreign file could add triggers, or lack what counts money or protects people.
    for (sql, what) in [
        (
            "CREATE TRIGGER t AFTER INSERT ON calls BEGIN DELETE FROM blocked_numbers; END",
            "the trigger \"t\" is not part of this version",
        ),
        ("CREATE VIEW v AS SELECT 1", "the view \"v\" is not part of this version"),
        ("DROP TRIGGER calls_held", "the trigger \"calls_held\" is missing"),
        ("DROP INDEX quotes_as_of", "the index \"quotes_as_of\" is missing"),
        ("DROP TABLE consents", "the table \"consents\" is missing"),
        ("ALTER TABLE calls DROP COLUMN answered_by", "the column \"calls.answered_by\" is missing"),
    ] {
        let error = refused(&changed(sql));
        assert!(
            matches!(error, RestoreError::Changed(_)) && error.to_string().contains(what),
            "{sql}: {error}"
        );
    }
    let mut bytes = fs::read(&good).unwrap();
    let page = "SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = 'calls'";
    let (page, size): (u32, u32) =
        Connection::open(&good).unwrap().query_row(page, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let [begins, ends] = [page - 1, page].map(|page| (page * size) as usize);
    bytes[begins..ends].fill(0x5a);
    let broken = elsewhere.path().join("broken");
    fs::write(&broken, &bytes).unwrap();
    assert!(matches!(refused(&broken), RestoreError::Unusable(_)));

    assert_eq!((fs::read(database(&server)).unwrap(), names(server.dir.path())), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_reported_kept_and_replaced() {
    let mut server = TestServer::start_with(own_password()).await;
    one_of_everything(&server).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up_meanwhile(server.dir.path(), &file).await.unwrap();
    server.stop().await;
    let mut bytes = fs::read(database(&server)).unwrap();
    let pages = bytes.len() / 4_096;
    for page in [pages / 3, pages / 2, pages - 1] {
        bytes[page * 4_096..][..4_096].fill(0xa5);
    }
    fs::write(database(&server), &bytes).unwrap();

    let config = |server: &TestServer| {
        let credentials = server.sandbox.credentials();
        server.setup.config(server.dir.path(), server.sandbox.base_url(), credentials)
    };
    let failed = |started: Result<Server, ServerError>| started.err().unwrap().damage().unwrap();
    let words = failed(Server::start(config(&server), Owner::default()).await);
    assert!(words.starts_with("the database is damaged"), "{words}");
    assert_eq!(fs::read(database(&server)).unwrap(), bytes, "it was left as it was");
    let report = support_bundle::make(server.dir.path(), &["a line".into()]).to_string();
    assert!(report.contains("\"version\""), "{report}");

    // A backup brings the history back; a fresh start doesn't. Both keep the damaged file.
    let (restored, replaced) = backup_files::restore(server.dir.path(), &file).unwrap();
    assert_eq!((restored.calls, fs::read(replaced.unwrap().aside).unwrap() == bytes), (1, true));
    fs::write(database(&server), &bytes).unwrap();
    let replaced = backup_files::begin_anew(server.dir.path()).unwrap();
    assert_eq!(fs::read(replaced.aside).unwrap(), bytes);
    let password = server.first_password.take();
    server.start_again().await;
    // A password that couldn't be read is generated again, as at the first start.
    server.first_password = server.first_password.take().or(password);
    assert_eq!(server.get("/api/v1/people").await.json()["items"], json!([]));
    assert_eq!(server.get("/api/v1/protocols").await.json()["items"].as_array().unwrap().len(), 3);
    server.stop().await;

    fs::write(database(&server), "nothing of the kind".repeat(300)).unwrap();
    failed(Server::start(config(&server), Owner::default()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_database_is_reported_and_additions_are_left_out_of_backups() {
    let mut server = TestServer::start_with(own_password()).await;
    one_of_everything(&server).await;
    server.stop().await;
    let connection = Connection::open(database(&server)).unwrap();
    connection
        .execute_batch("CREATE INDEX mine ON calls (duration_s); CREATE VIEW also_mine AS SELECT 1")
        .unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up(server.dir.path(), &file).unwrap();
    let trigger = "SELECT sql FROM sqlite_schema WHERE name = 'calls_price'";
    let trigger: String = connection.query_row(trigger, [], |row| row.get(0)).unwrap();
    connection.execute_batch("DROP TRIGGER calls_price").unwrap();
    let config = || {
        let credentials = server.sandbox.credentials();
        server.setup.config(server.dir.path(), server.sandbox.base_url(), credentials)
    };
    let words = Server::start(config(), Owner::default()).await.err().unwrap().damage().unwrap();
    assert!(words.contains("the trigger \"calls_price\" is missing"), "{words}");
    assert!(backup_files::back_up(server.dir.path(), &elsewhere.path().join("another")).is_err());
    connection.execute_batch(&trigger).unwrap();
    drop(connection);
    Server::start(config(), Owner::default()).await.unwrap().stop().await;
    let (restored, replaced) = backup_files::restore(server.dir.path(), &file).unwrap();
    assert!(restored.calls == 1 && replaced.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_exported_as_json() {
    let server = TestServer::start_with(own_password()).await;
    let (call, _) = one_of_everything(&server).await;
    // The price comes last; after it nothing about the call changes.
    server.events_until(&call, |event| event.data["call"]["price"].is_object()).await;
    let mut text = Vec::new();
    export::as_one(server.dir.path(), &mut text).unwrap();
    let all: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(all["calls"][0]["id"], call);
    assert_eq!(all["calls"][0]["events"], server.call(&call).await["events"]);
    assert_eq!(all["people"][0]["numbers"][0]["number"], ADAS);
    assert_eq!(all["groups"][0]["members"][0]["person"], all["people"][0]["id"]);
    assert_eq!(all["blocked_numbers"][0]["note"], "Pressed nine in anger");
    assert_eq!(all["quick_dials"][0]["protocol"], "protocol1");
    assert_eq!(BASE64_STANDARD.decode(all["sounds"][0]["audio"].as_str().unwrap()).unwrap().len(), 844);
    let protocols = ProtocolFile::parse(all["protocols"].to_string().as_bytes(), Region::US).unwrap();
    assert_eq!(protocols.protocols.len(), 3, "in the documented format");

    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().join("phones");
    export::into_folder(server.dir.path(), &folder).unwrap();
    let files = [
        "blocked_numbers.json",
        "calls.json",
        "groups.json",
        "people.json",
        "protocols.json",
        "quick_dials.json",
        "sounds",
    ];
    assert_eq!(names(&folder), files);
    for file in &files[..6] {
        let read: Value = serde_json::from_slice(&fs::read(folder.join(file)).unwrap()).unwrap();
        assert_eq!(read, all[file.trim_end_matches(".json")], "{file}");
    }
    assert!(matches!(export::into_folder(server.dir.path(), &folder), Err(export::ExportError::NotEmpty(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_support_report_contains_no_personal_data() {
    let server = TestServer::start_with(own_password()).await;
    let protocol = json!({
        "id": "grandmother", "name": "Sunday pudding", "phone_number": "+15005550006",
        "say": {"text": "The pudding is on the table, Tobias"},
    });
    assert_eq!(server.post_json("/api/v1/protocols", &protocol).await.status, 201);
    let (_, mut secrets) = one_of_everything(&server).await;
    // Twilio refuses it, with its number in the message.
    send(server.placing("grandmother", "+15005550001")).await;
    let password = server.first_password.clone().unwrap();
    let password = secrecy::ExposeSecret::expose_secret(&password).to_owned();
    send(server.anonymous(Method::GET, "/api/v1/status").basic_auth("mallory", Some("a guess"))).await;
    let sid = server.sandbox.account_sid().to_string();
    let token = secrecy::ExposeSecret::expose_secret(server.sandbox.auth_token()).to_owned();
    let log = vec![
        format!("2026-11-24T23:59:01.5Z  INFO bsp: called {ADAS} (Ada Lovelace) with grandmother"),
        format!("2026-11-24T23:59:02.5Z ERROR twilio: {sid} {token} {BLOCKED} Pressed nine in anger"),
        format!(
            "said: the pudding is on the table, tobias, analytical engineers; {} +1 (500) 555-0142",
            secrets[0]
        ),
    ];
    let report = support_bundle::make(server.dir.path(), &log);
    let told = report.to_string();
    secrets.extend([password, token, sid]);
    for known in [
        "Ada",
        "Lovelace",
        "laboratory",
        "Pressed nine",
        "Supper gong",
        "grandmother",
        "pudding",
        "Tobias",
        "engineers",
    ] {
        secrets.push(known.into());
    }
    for number in [ADAS, BLOCKED, ORDINARY, "+15005550001", "+15005550006", "555-0142"] {
        secrets.push(number[1..number.len() - 2].into());
    }
    for secret in secrets {
        assert!(!told.to_lowercase().contains(&secret.to_lowercase()), "it tells {secret}: {report:#}");
    }
    assert!(!told.contains("127.0.0.1"), "nor where somebody is");
    assert_eq!(report["database"]["told"]["rows"]["calls"], 2);
    assert_eq!(report["database"]["told"]["check"], "ok");
    assert_eq!(report["database"]["told"]["failures"][0]["status"], "failed", "{report:#}");
    assert!(report["log"][0].as_str().unwrap().starts_with("2026-11-24T23:59:01.5Z "), "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_calls_older_than_chosen_are_deleted() {
    let mut server = TestServer::start_with(own_password()).await;
    let mut calls = Vec::new();
    for _ in 0..3 {
        let placed = server.place("protocol1", ORDINARY).await;
        // The price is the last update about a call.
        server.events_until(id(&placed), |event| event.data["call"]["price"].is_object()).await;
        calls.push(id(&placed).to_owned());
    }
    let password = server.first_password.take();
    server.stop().await;
    // One from more than a year ago, one from two months ago, one from now.
    let connection = Connection::open(database(&server)).unwrap();
    let year = |years: i64| jiff::Timestamp::now().as_millisecond() - years * 400 * 24 * 3_600_000;
    let moved = |from: &str, ms: i64| {
        let new = uuid::Uuid::from_u128((u128::try_from(ms).unwrap() << 80) | 1);
        let old = uuid::Uuid::parse_str(from).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
        let sql = "UPDATE calls SET id = ?2, requested_at = ?3 WHERE id = ?1";
        connection.execute(sql, (old.as_bytes(), new.as_bytes(), ms)).unwrap();
        connection
            .execute("UPDATE events SET call_id = ?2 WHERE call_id = ?1", (old.as_bytes(), new.as_bytes()))
            .unwrap();
        new.to_string()
    };
    let old = moved(&calls[0], year(1));
    let two_months = moved(&calls[1], jiff::Timestamp::now().as_millisecond() - 60 * 24 * 3_600_000);
    drop(connection);
    server.start_again().await;
    server.first_password = password;
    let kept = async |server: &TestServer| {
        let calls = server.calls("").await["items"].as_array().unwrap().clone();
        calls.iter().map(|call| id(call).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kept(&server).await, [&*calls[2], &*two_months, &*old], "for ever, unless chosen");
    let choose = async |months: Value| {
        let choice = json!({"keep_calls_months": months});
        server.as_owner(Method::PUT, "/api/v1/settings/keep-calls", Some(&choice)).await
    };
    assert_eq!(choose(json!(0)).await.0, 400);
    assert_eq!(choose(json!(12)).await.0, 204);
    // There is no event for deletions, so this asks repeatedly.
    let gone = async {
        while kept(&server).await.len() > 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
    assert_eq!(kept(&server).await, [&*calls[2], &*two_months]);
    let (_, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    assert_eq!(settings["keep_calls_months"], 12);
    assert_eq!(server.get(&format!("/api/v1/calls/{old}")).await.status, 404);
    assert_eq!(choose(Value::Null).await.0, 204);
    let (_, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    assert!(settings["keep_calls_months"].is_null());
}
