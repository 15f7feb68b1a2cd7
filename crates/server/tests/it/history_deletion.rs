//! Only the owner deletes old calls, and nothing else is deleted.

use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use reqwest::Method;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::harness::{TestServer, id, send};

/// Writes calls into a stopped server's database, one per hour, the newest 100 days old; every tenth is open.
fn write_old_calls(server: &TestServer, count: i64) {
    let mut connection = Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
    let newest = Timestamp::now().as_millisecond() - 100 * 24 * 3_600_000;
    let transaction = connection.transaction().unwrap();
    for n in 0..count {
        let at = newest - (count - 1 - n) * 3_600_000;
        let id = uuid::Builder::from_unix_timestamp_millis(at.unsigned_abs(), &[1; 10]).into_uuid();
        let (status, open) = if n % 10 == 0 { ("queued", 1) } else { ("completed", 0) };
        // An account that is never polled, so the open calls stay open.
        transaction
            .execute(
                "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open,
                 news) VALUES (?1, 'protocol1', '+15005550006', '+15005550142', 'live', 'AC1', ?2, ?3, ?4, 'polling')",
                params![id, at, status, open],
            )
            .unwrap();
        transaction
            .execute(
                "INSERT INTO events (call_id, at, kind, source, status) VALUES (?1, ?2, 'status', 'local', ?3)",
                params![id, at, status],
            )
            .unwrap();
        if open == 0 {
            transaction
                .execute(
                    "INSERT INTO quarters (mode, quarter, completed) VALUES ('live', ?1 / 900000, 1)",
                    [at],
                )
                .unwrap();
        }
    }
    transaction.commit().unwrap();
}

async fn delete(server: &TestServer, before: &str) -> (u16, Value) {
    server.as_owner(Method::DELETE, &format!("/api/v1/calls?before={before}&time_zone=UTC"), None).await
}

fn count(server: &TestServer, sql: &str) -> i64 {
    let connection = Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn old_calls_go_and_open_ones_stay() {
    let mut server = TestServer::start().await;
    let young = server.place("protocol1", "+15005550110").await;
    let young = server.ended(id(&young)).await;
    let newest_event = count(&server, "SELECT max(id) FROM events");
    server.stop().await;
    write_old_calls(&server, 1_000);
    server.start_again().await;
    assert_eq!(server.calls("?limit=1").await["total"], 1_001);

    let mut changes = server.watch().await;
    let today = Timestamp::now().in_tz("UTC").unwrap().date();
    let before = today.checked_sub(60.days()).unwrap();
    let (status, answer) = delete(&server, &before.to_string()).await;
    assert_eq!((status, &answer), (200, &json!({"deleted": 900})));
    changes.until(|event| event.name == "changed" && event.data["what"] == "calls").await;

    let left = server.calls("?limit=200").await;
    assert_eq!(left["total"], 101);
    let items = left["items"].as_array().unwrap();
    assert_eq!(items[0]["id"], young["id"], "the newest");
    assert!(items[1..].iter().all(|call| call["ended"] == false));
    assert_eq!(count(&server, "SELECT count(*) FROM events WHERE call_id NOT IN (SELECT id FROM calls)"), 0);
    assert_eq!(count(&server, "SELECT count(*) FROM quarters WHERE mode = 'live'"), 0);
    assert_eq!(delete(&server, &before.to_string()).await.1, json!({"deleted": 0}));

    // Event ids continue, although the newest event was deleted.
    let placed = server.place("protocol1", "+15005550142").await;
    let call = server.ended(id(&placed)).await;
    let first = call["events"][0]["id"].as_i64().unwrap();
    assert_eq!(first, newest_event + 1_000 + 1);
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.calls("?limit=1").await["total"], 102, "also after a new start");
}

/// Calls that the limits count, and keys that prevent duplicate calls, are kept.
#[tokio::test(flavor = "multi_thread")]
async fn young_calls_stay() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", "+15005550142").await;
    server.ended(id(&placed)).await;
    let today = Timestamp::now().in_tz("UTC").unwrap().date();
    for before in [today.tomorrow().unwrap(), today, today.checked_sub(31.days()).unwrap()] {
        let (status, problem) = delete(&server, &before.to_string()).await;
        assert_eq!((status, &problem["code"]), (422, &json!("still_counted")), "{before}");
    }
    assert_eq!(delete(&server, "everything").await.0, 400);
    assert_eq!(server.as_owner(Method::DELETE, "/api/v1/calls", None).await.0, 400, "never all by mistake");
    let elsewhere = "/api/v1/calls?before=2020-01-01&time_zone=Mars/Olympus";
    let (status, problem) = server.as_owner(Method::DELETE, elsewhere, None).await;
    assert_eq!((status, &problem["code"]), (422, &json!("unknown_time_zone")));
    assert_eq!(server.calls("").await["total"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_goes_alone() {
    let mut server = TestServer::start().await;
    let young = server.place("protocol1", "+15005550110").await;
    let young = server.ended(id(&young)).await;
    server.stop().await;
    write_old_calls(&server, 3);
    server.start_again().await;
    let calls = server.calls("").await;
    let (over, open) = (&calls["items"][1], &calls["items"][3]);
    assert_eq!((&over["ended"], &open["ended"]), (&json!(true), &json!(false)), "{calls:#}");
    let mut changes = server.watch().await;
    let delete = async |call: &Value| {
        server.as_owner(Method::DELETE, &format!("/api/v1/calls/{}", id(call)), None).await
    };
    assert_eq!(delete(over).await.0, 204);
    changes.until(|event| event.name == "changed" && event.data["what"] == "calls").await;
    let left = server.calls("").await;
    assert_eq!(left["total"], 3);
    assert!(left["items"].as_array().unwrap().iter().all(|call| call["id"] != over["id"]));
    assert_eq!(count(&server, "SELECT count(*) FROM quarters WHERE mode = 'live'"), 1);

    let (status, problem) = delete(over).await;
    assert_eq!((status, &problem["code"]), (404, &json!("unknown_call")), "it is gone");
    for call in [&young, open] {
        let (status, problem) = delete(call).await;
        assert_eq!((status, &problem["code"]), (422, &json!("still_counted")), "{call}");
    }
    let path = format!("/api/v1/calls/{}", id(open));
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 405, "for the owner alone");
    assert_eq!(server.calls("").await["total"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_owner_deletes() {
    let mut server = TestServer::start().await;
    server.stop().await;
    write_old_calls(&server, 2);
    server.start_again().await;
    let device = json!({"name": "Ada's phone"});
    let (_, device) = server.as_owner(Method::POST, "/api/v1/devices", Some(&device)).await;
    let path = "/api/v1/calls?before=2020-01-01";
    let by_device = server.anonymous(Method::DELETE, path).bearer_auth(device["token"].as_str().unwrap());
    for request in [server.request(Method::DELETE, path), by_device] {
        let answer = send(request).await;
        // As for a path without this method.
        assert_eq!(answer.status, 405, "{answer:?}");
    }
    assert_eq!(send(server.anonymous(Method::DELETE, path)).await.status, 401);
    assert_eq!(server.calls("").await["total"], 2);

    let owner = benspamsphones_app::data_dir::OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let token = owner.token();
    let token = secrecy::ExposeSecret::expose_secret(&token);
    let answer = send(server.anonymous(Method::DELETE, path).bearer_auth(token)).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"deleted": 0})));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_placed_meanwhile() {
    let mut server = TestServer::start().await;
    server.stop().await;
    write_old_calls(&server, 4_000);
    server.start_again().await;
    let today = Timestamp::now().in_tz("UTC").unwrap().date();
    let path = format!("/api/v1/calls?before={}", today.checked_sub(60.days()).unwrap());
    let mut deleting = std::pin::pin!(server.as_owner(Method::DELETE, &path, None));
    let placing = async {
        let mut placed = 0;
        loop {
            server.place("protocol1", "+15005550142").await;
            placed += 1;
            tokio::task::yield_now().await;
            if placed == 3 {
                return;
            }
        }
    };
    // Whichever comes first must not wait for the other.
    let ((status, answer), ()) =
        tokio::time::timeout(Duration::from_secs(60), async { tokio::join!(&mut deleting, placing) })
            .await
            .unwrap();
    assert_eq!((status, answer), (200, json!({"deleted": 3_600})));
    assert_eq!(server.calls("?limit=1").await["total"], 403);
}
