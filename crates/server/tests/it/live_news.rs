//! The event stream: resumed without gaps, and ended when the server stops.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_was_away_misses_nothing() {
    let server = TestServer::start().await;
    let mut always = server.watch().await;
    let mut seen = Vec::new();
    let mut last = 0;
    for round in 0..4 {
        let mut reader = server.watch_after(last).await;
        let placed = server.place("protocol1", &format!("+1500555014{round}")).await;
        for _ in 0..=round {
            let event = reader.next_event().await.unwrap();
            last = event.id;
            seen.push(event);
        }
        drop(reader);
        server.ended(id(&placed)).await;
    }
    let all = always
        .until(|event| event.status() == "completed" && event.data["call"]["to"] == "+15005550143")
        .await;
    let end = all.last().unwrap().id;
    let mut reader = server.watch_after(last).await;
    if last < end {
        seen.extend(reader.until(|event| event.id >= end).await);
    }
    let ids = |events: &[crate::event_stream::Event]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    let seen: Vec<i64> = ids(&seen).into_iter().filter(|id| *id <= end).collect();
    assert_eq!(seen, ids(&all), "nothing is missed, nothing comes twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_may_stand_in_the_address() {
    let server = TestServer::start().await;
    let placed = server.place("protocol1", ORDINARY).await;
    server.ended(id(&placed)).await;
    let request = server.request(Method::GET, "/api/v1/events?last_event_id=1");
    let mut stream = crate::event_stream::EventStream::new(request.send().await.unwrap());
    assert_eq!(stream.next_event().await.unwrap().id, 2);
    // A reconnecting browser sends the header, which is newer than its URL.
    let request = server.request(Method::GET, "/api/v1/events?last_event_id=1").header("last-event-id", "3");
    let mut stream = crate::event_stream::EventStream::new(request.send().await.unwrap());
    assert_eq!(stream.next_event().await.unwrap().id, 4);
    // An empty header counts as none.
    let request = server.request(Method::GET, "/api/v1/events?last_event_id=1").header("last-event-id", "");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["x-accel-buffering"], "no", "a proxy keeps nothing back");
    assert_eq!(answer.headers()["cache-control"], "no-store, no-transform", "and changes nothing");
    let mut stream = crate::event_stream::EventStream::new(answer);
    assert_eq!(stream.next_event().await.unwrap().id, 2);
    let request = server.request(Method::GET, "/api/v1/events").header("last-event-id", "x");
    crate::harness::send(request).await.problem(400, "bad_last_event_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_is_told_at_once_that_it_is_heard() {
    let server = TestServer::start().await;
    let mut stream = server.watch().await;
    let greeting = stream.next_block().await.unwrap();
    assert!(greeting.lines().any(|line| line.starts_with(':')), "{greeting}");
    assert!(greeting.contains("retry: 2000"), "{greeting}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_pings_gets_events_of_them() {
    let server = TestServer::start().await;
    let request = server.request(Method::GET, "/api/v1/events?ping=1");
    let mut stream = crate::event_stream::EventStream::new(request.send().await.unwrap());
    for _ in 0..2 {
        let ping = stream.next_event().await.unwrap();
        assert_eq!((ping.name.as_str(), ping.id, ping.data), ("ping", 0, json!({})), "it moves nobody on");
    }
    for bad in ["0", "61", "-1", "x"] {
        server.get(&format!("/api/v1/events?ping={bad}")).await.problem(400, "bad_parameter");
    }
}

/// The id that a reader remembers from a block, which may have no event.
fn kept_id(block: &str) -> Option<i64> {
    block.lines().find_map(|line| line.strip_prefix("id: ")).map(|id| id.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_before_the_first_event() {
    let server = TestServer::start().await;
    let before = server.place("protocol1", ORDINARY).await;
    // The price is a call's last event.
    let events = server.events_until(id(&before), |event| !event.data["call"]["price"].is_null()).await;
    let latest = events.last().unwrap().id;
    let mut fresh = server.watch().await;
    let kept = kept_id(&fresh.next_block().await.unwrap());
    assert_eq!(kept, Some(latest), "it knows where it is from the greeting on");
    drop(fresh);
    let missed = server.place("protocol1", "+15005550143").await;
    server.ended(id(&missed)).await;
    let mut back = server.watch_after(latest).await;
    let first = back.next_event().await.unwrap();
    assert_eq!((first.call_id(), first.status(), first.id), (id(&missed), "requested", latest + 1));

    // A greeting must not move a reader past unsent events or past the order to start over.
    for behind in [1, latest + 1_000] {
        let greeting = server.watch_after(behind).await.next_block().await.unwrap();
        assert!(kept_id(&greeting).is_none_or(|id| id == behind), "{greeting}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_missed_too_much_starts_afresh() {
    let mut server = TestServer::start().await;
    let placed = server.place("protocol1", ORDINARY).await;
    server.events_until(id(&placed), |event| !event.data["call"]["price"].is_null()).await;
    server.stop().await;
    let connection = rusqlite::Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
        INSERT INTO events (call_id, at, kind, source, status)
        SELECT call_id, at, 'details', 'poll', status FROM n, (SELECT * FROM events LIMIT 1)";
    connection.execute(many, []).unwrap();
    let latest: i64 = connection.query_row("SELECT max(id) FROM events", [], |row| row.get(0)).unwrap();
    drop(connection);
    server.start_again().await;

    for too_far in [1, latest - 1_001, latest + 1, i64::MAX, -1] {
        let mut stream = server.watch_after(too_far).await;
        let resync = stream.next_event().await.unwrap();
        assert_eq!(
            (resync.name.as_str(), resync.id, resync.data),
            ("resync", latest, json!({})),
            "{too_far}"
        );
        let placed = server.place("protocol1", ORDINARY).await;
        let next = stream.next_event().await.unwrap();
        assert_eq!((next.call_id(), next.status()), (id(&placed), "requested"), "and goes on from there");
        // All its events must have happened before the next round.
        server.watch_after(next.id - 1).await.until(|event| !event.data["call"]["price"].is_null()).await;
        server.stop().await;
        let connection = rusqlite::Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
        connection.execute("DELETE FROM events WHERE id > ?1", [latest]).unwrap();
        drop(connection);
        server.start_again().await;
    }
    let mut stream = server.watch_after(latest - 1_000).await;
    let all = stream.until(|event| event.id == latest).await;
    assert_eq!(all.len(), 1_000, "as much as is sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_none() {
    let server = TestServer::start().await;
    for bad in ["x", "1.5", "99999999999999999999"] {
        let request = server.request(Method::GET, "/api/v1/events").header("last-event-id", bad);
        send(request).await.problem(400, "bad_last_event_id");
    }
    server.get("/api/v1/events?last_event_id=x").await.problem(400, "bad_parameter");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_every_stream() {
    let mut server = TestServer::start_with(Setup { speed: 1.0, ..Setup::default() }).await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(server.watch().await);
    }
    server.place("protocol1", "+15005550114").await;
    for stream in &mut streams {
        stream.next_event().await.unwrap();
    }
    let since = Instant::now();
    server.stop().await;
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    for stream in &mut streams {
        while stream.next_event().await.is_some() {}
    }
}

/// More readers than each event wakes: they get everything a moment later, once and in order.
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_misses_nothing() {
    let server = TestServer::start().await;
    let mut readers = Vec::new();
    for _ in 0..100 {
        let mut reader = server.watch().await;
        reader.next_block().await.unwrap();
        readers.push(reader);
    }
    let mut placed = Vec::new();
    for to in ["+15005550142", "+15005550110"] {
        placed.push(id(&server.place("protocol1", to).await).to_owned());
    }
    for call in &placed {
        server.ended(call).await;
    }
    let mut heard = Vec::new();
    for mut reader in readers {
        let mut over = 0;
        let events = reader.until(|event| {
            over +=
                usize::from(event.data["call"]["ended"] == true && event.data["event"]["kind"] == "status");
            over == placed.len()
        });
        heard.push(events.await.iter().map(|event| event.id).collect::<Vec<_>>());
    }
    assert!(heard[0].is_sorted_by(|a, b| a < b), "{:?}", heard[0]);
    assert!(heard.iter().all(|ids| *ids == heard[0]));
}
