//! What a restore doesn't undo: calls that the limits count, costs, keys, opt-outs and access.

use std::fs;
use std::path::PathBuf;

use benspamsphones_server::backup_files::{self, CarriedOver, Lost};
use benspamsphones_server::startup_warnings::StartupWarningCode;
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

/// Lasts five minutes.
const LONG: &str = "+15005550114";
const OTHER: &str = "+15005550143";
const ADAS: &str = "+14158675310";
const KEY: &str = "idempotency-key";

fn database(server: &TestServer) -> PathBuf {
    server.dir.path().join("benspamsphones.db")
}

async fn back_up(server: &TestServer) -> (TempDir, PathBuf) {
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("phones.bspbackup");
    backup_files::back_up_meanwhile(server.dir.path(), &file).await.unwrap();
    (elsewhere, file)
}

async fn restore(server: &TestServer, file: &std::path::Path) {
    let running = server.server();
    running.owner().restore(running.app(), server.dir.path(), file).await.unwrap();
}

async fn priced(server: &TestServer, call: &Value) -> String {
    server.events_until(id(call), |event| event.data["call"]["price"].is_object()).await;
    id(call).to_owned()
}

async fn limit(server: &TestServer, limits: Value) {
    let mut all = serde_json::to_value(benspamsphones_core::Limits::none()).unwrap();
    all.as_object_mut().unwrap().extend(limits.as_object().unwrap().clone());
    let (status, answer) = server.as_owner(Method::PUT, "/api/v1/limits", Some(&all)).await;
    assert_eq!(status, 200, "{answer}");
}

async fn block(server: &TestServer, number: &str) {
    let request = server.request(Method::PUT, &format!("/api/v1/blocked-numbers/{number}")).json(&json!({}));
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_count_on_after_a_restore() {
    let mut server = TestServer::start().await;
    priced(&server, &server.place("protocol1", ORDINARY).await).await;
    let under_way = server.place("protocol1", LONG).await;
    // A call that is hung up before it is answered costs nothing.
    server.reached(id(&under_way), "in-progress").await;
    let (_elsewhere, file) = back_up(&server).await;
    server.hang_up(id(&under_way)).await;
    priced(&server, &under_way).await;
    for _ in 0..2 {
        priced(&server, &server.place("protocol1", ORDINARY).await).await;
    }
    let with_key = send(server.placing("protocol1", OTHER).header(KEY, "supper")).await.json();
    priced(&server, &with_key).await;
    let spending = async |server: &TestServer| server.get("/api/v1/spend?by=month").await.json();
    let before = (server.calls("").await, spending(&server).await, server.call(id(&with_key)).await);
    assert_eq!(before.0["items"].as_array().unwrap().len(), 5);

    for round in 0..2 {
        restore(&server, &file).await;
        server.stop().await;
        server.start_again().await;
        assert!(server.server().owner().attention.is_empty());
        let after = (server.calls("").await, spending(&server).await, server.call(id(&with_key)).await);
        assert_eq!(after, before, "round {round}");
    }
    let again = send(server.placing("protocol1", OTHER).header(KEY, "supper")).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(server.sandbox.dials_to(OTHER), 1);
    limit(&server, json!({"number_per_day": 3})).await;
    send(server.placing("protocol1", ORDINARY)).await.problem(429, "number_too_often");
    let spent: i64 = Connection::open(database(&server))
        .unwrap()
        .query_row("SELECT sum(spent_micros + held_micros) FROM spend WHERE span_s = 900", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert!(spent > 0);
    let cap = format!("{}.{:06}", spent / 1_000_000, spent % 1_000_000);
    limit(&server, json!({ "spend_per_month": cap })).await;
    send(server.placing("protocol1", "+15005550144")).await.problem(429, "month_spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_while_a_restore_waits_for_the_new_start_holds() {
    let mut server = TestServer::start().await;
    let mut tokens = Vec::new();
    for name in ["stays", "goes"] {
        let body = json!({ "name": name });
        let (status, device) = server.as_owner(Method::POST, "/api/v1/devices", Some(&body)).await;
        assert_eq!(status, 201, "{device}");
        tokens.push(device);
    }
    let person = json!({"name": "Ada", "numbers": [{"number": ADAS}]});
    let ada = server.post_json("/api/v1/people", &person).await.json();
    let (_elsewhere, file) = back_up(&server).await;
    restore(&server, &file).await;
    let (_, devices) = server.as_owner(Method::GET, "/api/v1/devices", None).await;
    let goes = devices["items"].as_array().unwrap().iter().find(|device| device["name"] == "goes").unwrap();
    let path = format!("/api/v1/devices/{}", id(goes));
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    block(&server, OTHER).await;
    let unwilling = json!({"name": "Ada", "may_call": false, "numbers": [{"number": ADAS}]});
    let change = server.request(Method::PUT, &format!("/api/v1/people/{}", id(&ada))).json(&unwilling);
    assert_eq!(send(change).await.status, 200);
    let called = priced(&server, &server.place("protocol1", ORDINARY).await).await;
    server.stop().await;
    server.start_again().await;

    let comes_in = async |device: &Value| {
        let request = server.anonymous(Method::GET, "/api/v1/status");
        send(request.bearer_auth(device["token"].as_str().unwrap())).await.status
    };
    assert_eq!((comes_in(&tokens[0]).await, comes_in(&tokens[1]).await), (200, 401));
    send(server.placing("protocol1", OTHER)).await.problem(403, "blocked_number");
    send(server.placing("protocol1", ADAS)).await.problem(403, "not_to_be_called");
    assert_eq!(server.call(&called).await["status"], "completed");
}

/// Damages the page that contains this text, and the table's first page.
fn damage(server: &TestServer, text: &str, table: &str) {
    let path = database(server);
    let connection = Connection::open(&path).unwrap();
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    let root: i64 = connection.query_row(root, [table], |row| row.get(0)).unwrap();
    let root = usize::try_from(root).unwrap();
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    let found = bytes.windows(text.len()).position(|bytes| bytes == text.as_bytes()).unwrap();
    for page in [found / 4_096, root - 1] {
        bytes[page * 4_096..][..4_096].fill(0xa5);
    }
    fs::write(&path, bytes).unwrap();
}

fn block_thousands(server: &TestServer) {
    let mut connection = Connection::open(database(server)).unwrap();
    let tx = connection.transaction().unwrap();
    for number in 0..3_000 {
        let number = format!("+1415555{number:04}");
        let sql = "INSERT INTO blocked_numbers (number, blocked_at, opted_out) VALUES (?1, 1, 1)";
        tx.execute(sql, [number]).unwrap();
    }
    tx.commit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_loses_no_wish_that_can_be_read_and_is_said() {
    let mut server = TestServer::start().await;
    let (_elsewhere, file) = back_up(&server).await;
    priced(&server, &server.place("protocol1", ORDINARY).await).await;
    server.stop().await;
    block_thousands(&server);
    damage(&server, "+14155551500", "people");
    let damaged = fs::read(database(&server)).unwrap();
    let lost = vec![Lost::Wishes];
    let expected = CarriedOver { calls: 1, lost };

    let (_, replaced) = backup_files::restore(server.dir.path(), &file).unwrap();
    assert_eq!(replaced.unwrap().carried_over, expected);
    let look = async |server: &TestServer| {
        for number in ["+14155550000", "+14155552999"] {
            send(server.placing("protocol1", number)).await.problem(403, "opted_out");
        }
        assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 1);
    };
    server.start_again().await;
    look(&server).await;
    // After a restore in the window, Settings show it.
    restore(&server, &file).await;
    server.stop().await;
    fs::write(database(&server), &damaged).unwrap();
    server.start_again().await;
    look(&server).await;
    let (_, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    assert_eq!(settings["attention"][0]["code"], "wishes_lost", "{settings}");
    assert_eq!(settings["attention"].as_array().unwrap().len(), 1);
    // The next start reports it too, in case it wasn't seen.
    server.stop().await;
    server.start_again().await;
    let codes: Vec<_> = server.server().owner().attention.iter().map(|attention| attention.code).collect();
    assert_eq!(codes, [StartupWarningCode::WishesLost]);

    server.stop().await;
    fs::write(database(&server), &damaged).unwrap();
    let replaced = backup_files::begin_anew(server.dir.path()).unwrap();
    assert_eq!(replaced.carried_over, expected);
    assert_eq!(fs::read(replaced.aside).unwrap(), damaged, "it is kept as it is");
    server.start_again().await;
    look(&server).await;
}

/// A full disk, no memory or no permission may pass, so no opt-out is given up for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_the_old_database_from_being_read_for_a_while_loses_nothing() {
    let mut server = TestServer::start().await;
    let (_elsewhere, file) = back_up(&server).await;
    block(&server, OTHER).await;
    server.stop().await;
    let log = server.dir.path().join("benspamsphones.db-wal");
    fs::create_dir(&log).unwrap();
    let before = fs::read(database(&server)).unwrap();
    let failed = backup_files::restore(server.dir.path(), &file).unwrap_err();
    assert!(failed.to_string().contains("can't be carried over"), "{failed}");
    let failed = backup_files::begin_anew(server.dir.path()).unwrap_err();
    assert!(failed.to_string().contains("can't be carried over"), "{failed}");
    assert_eq!(fs::read(database(&server)).unwrap(), before);
    fs::remove_dir(&log).unwrap();
    let (_, replaced) = backup_files::restore(server.dir.path(), &file).unwrap();
    assert_eq!(replaced.unwrap().carried_over.lost, Vec::new());
    server.start_again().await;
    send(server.placing("protocol1", OTHER)).await.problem(403, "blocked_number");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_database_that_nobody_starts_hold_no_restore_up() {
    let mut server = TestServer::start_with(Setup { speed: 1.0, ..Setup::default() }).await;
    let (_elsewhere, file) = back_up(&server).await;
    let call = server.place("protocol1", LONG).await;
    server.stop().await;
    let (refused, sound) =
        (backup_files::restore(server.dir.path(), &file), fs::read(database(&server)).unwrap());
    assert!(refused.is_err(), "it could end with the program running");
    block_thousands(&server);
    damage(&server, "+14155551500", "people");
    assert!(sound.len() < fs::read(database(&server)).unwrap().len());
    let (_, replaced) = backup_files::restore(server.dir.path(), &file).unwrap();
    assert_eq!(replaced.unwrap().carried_over.calls, 1);
    server.start_again().await;
    assert_eq!(server.call(id(&call)).await["ended"], false, "it is followed on");
    server.hang_up(id(&call)).await;
    server.ended(id(&call)).await;
}
