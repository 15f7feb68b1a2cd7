//! The history: paging and search.

use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestServer, id, send};

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|call| id(call).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_once_on_some_page() {
    let server = TestServer::start().await;
    let numbers = (0..120).map(|n| format!("+1500555{:04}", 2_000 + n));
    let placed: Vec<String> = stream::iter(numbers)
        .map(async |to| id(&server.place("protocol1", &to).await).to_owned())
        .buffer_unordered(8)
        .collect()
        .await;

    for (limit, pages) in [("?limit=120&", 1), ("?limit=7&", 18), ("?", 3), ("?limit=50&", 3)] {
        let mut seen = Vec::new();
        let mut query = limit.to_owned();
        for page in 1.. {
            let answer = server.calls(query.trim_end_matches(['&', '?'])).await;
            seen.extend(ids(&answer));
            let Some(cursor) = answer["next_cursor"].as_str() else {
                assert_eq!(page, pages, "{limit}");
                break;
            };
            query = format!("{limit}cursor={cursor}");
            // A call placed meanwhile belongs before the first page and shifts nothing.
            if page == 1 && limit.contains("50") {
                server.place("protocol1", "+15005559999").await;
            }
        }
        seen.retain(|call| placed.contains(call));
        assert_eq!(seen.len(), 120, "{limit}: none missing, none twice");
        assert!(seen.is_sorted_by(|a, b| a > b), "{limit}: newest first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn searched() {
    let server = TestServer::start().await;
    for (protocol, to) in [
        ("protocol1", "+15005550142"),
        ("protocol2", "+15005550110"),
        ("protocol1", "+442079460958"),
        ("protocol3", "+15005550112"),
    ] {
        let placed = server.place(protocol, to).await;
        server.ended(id(&placed)).await;
    }
    let found = async |query: &str| -> Vec<String> {
        let page = server.calls(query).await;
        page["items"].as_array().unwrap().iter().map(|call| call["to"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("?outcome=busy").await, ["+15005550110"]);
    assert_eq!(found("?outcome=completed").await, ["+442079460958", "+15005550142"], "newest first");
    assert_eq!(found("?outcome=open").await, [""; 0]);
    assert_eq!(found("?q=0142").await, ["+15005550142"]);
    assert_eq!(found("?q=(500)%20555-0142").await, ["+15005550142"], "however it is written");
    assert_eq!(found("?q=%2B44").await, ["+442079460958"]);
    assert_eq!(found("?q=PROTOCOL1").await, ["+442079460958", "+15005550142"]);
    assert_eq!(found("?q=protocol1&outcome=completed&limit=1").await, ["+442079460958"]);
    assert_eq!(found("?q=%25").await, [""; 0], "no sign is a wildcard");
    assert_eq!(found("?q=%27%20OR%201=1--").await, [""; 0]);
    assert_eq!(found("?q=").await.len(), 4);
    for outcome in benspamsphones_core::Outcome::ALL {
        let page = server.calls(&format!("?outcome={outcome}")).await;
        let ended_so = |call: &Value| call["status"] == outcome.as_str();
        assert!(page["items"].as_array().unwrap().iter().all(ended_so), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_combine() {
    let server = TestServer::start().await;
    let say = json!({"text": "Hello."});
    let long = json!({"id": "l", "name": "Long reminder", "phone_number": "+15005550006", "say": say});
    assert_eq!(server.post_json("/api/v1/protocols", &long).await.status, 201);
    let hopper = json!({"name": "Grace Hopper", "numbers": [{"number": "+15005550142"}]});
    assert_eq!(server.post_json("/api/v1/people", &hopper).await.status, 201);
    let mut calls = Vec::new();
    for (protocol, to) in [("protocol1", "+15005550142"), ("l", "+15005550142"), ("l", "+15005550110")] {
        let placed = server.place(protocol, to).await;
        server.ended(id(&placed)).await;
        calls.push(id(&placed).to_owned());
    }
    let path = format!("/api/v1/calls/{}/note", calls[2]);
    let note = send(server.request(Method::PUT, &path).json(&json!({"note": "Call again on Monday"}))).await;
    assert_eq!(note.status, 200);
    let found = async |query: &str| ids(&server.calls(&format!("?q={query}")).await);
    let of = |wanted: &[usize]| wanted.iter().map(|at| calls[*at].clone()).collect::<Vec<_>>();
    assert_eq!(found("hopper%20long").await, of(&[1]));
    assert_eq!(found("LONG").await, of(&[2, 1]));
    assert_eq!(found("grace%20hop").await, of(&[1, 0]));
    assert_eq!(found("remind%20(500)%20555%200142").await, of(&[1]));
    assert_eq!(found("monday").await, of(&[2]));
    assert_eq!(found("long%20monday%200110").await, of(&[2]));
    assert_eq!(found("hopper%20monday").await, of(&[]));

    let file = server.get("/api/v1/calls/export?q=monday").await;
    let mut lines = csv::Reader::from_reader(file.body.as_slice());
    let column = lines.headers().unwrap().iter().position(|column| column == "note").unwrap();
    let lines: Vec<_> = lines.records().map(Result::unwrap).collect();
    assert_eq!((lines.len(), &lines[0][column]), (1, "Call again on Monday"));
    let file = server.get("/api/v1/calls/export?format=json").await.json();
    let notes: Vec<_> = file.as_array().unwrap().iter().map(|call| &call["note"]).collect();
    assert_eq!(notes, [&json!("Call again on Monday"), &Value::Null, &Value::Null]);
}

#[tokio::test(flavor = "multi_thread")]
async fn filtered() {
    let server = TestServer::start().await;
    let ada =
        json!({"name": "Ada Lovelace", "numbers": [{"number": "+442079460958"}, {"number": "+15005550142"}]});
    let ada = server.post_json("/api/v1/people", &ada).await.json();
    for (protocol, to) in
        [("protocol1", "+15005550142"), ("protocol2", "+15005550110"), ("protocol2", "+442079460958")]
    {
        let placed = server.place(protocol, to).await;
        server.ended(id(&placed)).await;
    }
    let by_window = json!({"protocol": "protocol1", "to": "+15005550186", "consent": true});
    let (status, placed) = server.as_owner(Method::POST, "/api/v1/calls", Some(&by_window)).await;
    assert_eq!(status, 201, "{placed}");
    server.ended(id(&placed)).await;

    let found = async |query: &str| -> Vec<String> {
        let page = server.calls(query).await;
        let numbers: Vec<_> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["to"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(page["total"], numbers.len(), "{query}");
        numbers
    };
    let ada = id(&ada);
    assert_eq!(found("?protocol=protocol2").await, ["+442079460958", "+15005550110"]);
    assert_eq!(found("?protocol=protocol").await, [""; 0], "a protocol is the whole id");
    assert_eq!(found(&format!("?person={ada}")).await, ["+442079460958", "+15005550142"]);
    assert_eq!(
        found(&format!("?person={ada}&protocol=protocol2&outcome=completed")).await,
        ["+442079460958"]
    );
    assert_eq!(found(&format!("?person={ada}&outcome=busy")).await, [""; 0]);
    assert_eq!(found("?person=0199a0f0-0000-7000-8000-000000000001").await, [""; 0], "nobody, no calls");
    assert_eq!(found("?q=lovelace").await, ["+442079460958", "+15005550142"], "by name");
    assert_eq!(found("?q=lovelace&protocol=protocol1").await, ["+15005550142"]);
    assert_eq!(found("?asked_by=window").await, ["+15005550186"]);
    assert_eq!(found("?asked_by=program&outcome=busy").await, ["+15005550110"]);
    assert_eq!(found("?asked_by=tray").await, [""; 0]);

    // A zone whose date differs from here for at least half of each day.
    let zone = "time_zone=Pacific/Kiritimati";
    let today = jiff::Timestamp::now().in_tz("Pacific/Kiritimati").unwrap().date();
    let (before, after) = (today.yesterday().unwrap(), today.tomorrow().unwrap());
    assert_eq!(found(&format!("?from={before}&to={today}&{zone}")).await.len(), 4);
    assert_eq!(found(&format!("?to={}&{zone}", before.yesterday().unwrap())).await, [""; 0]);
    assert_eq!(found(&format!("?from={after}&{zone}")).await, [""; 0]);
    let busy = &server.calls("?outcome=busy").await["items"][0]["requested_at"];
    let moment = busy.as_str().unwrap();
    assert_eq!(found(&format!("?from={moment}")).await.len(), 3, "that one and what came later");
    assert_eq!(found(&format!("?to={moment}")).await, ["+15005550142"], "what came before");
}

/// A device's name must not run code in the owner's spreadsheet.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_holds_no_formula() {
    let server = TestServer::start().await;
    let formula = "=HYPERLINK(\"http://evil.example\",\"Open\")";
    let device = json!({ "name": formula });
    let (_, device) = server.as_owner(Method::POST, "/api/v1/devices", Some(&device)).await;
    let wish = json!({"protocol": "protocol1", "to": "+15005550142"});
    let request = server.anonymous(Method::POST, "/api/v1/calls").json(&wish);
    let placed = send(request.bearer_auth(device["token"].as_str().unwrap())).await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let placed = placed.json();
    assert_eq!(placed["asker_name"], formula);
    let file = server.get("/api/v1/calls/export?asked_by=device").await;
    let mut lines = csv::Reader::from_reader(file.body.as_slice());
    let asker = lines.headers().unwrap().iter().position(|column| column == "asker").unwrap();
    let lines: Vec<_> = lines.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0][asker], format!("'{formula}"));
    let risky = |field: &str| field.starts_with(['=', '-', '@', '\t', '\r']);
    assert!(lines.iter().flatten().all(|field| !risky(field)), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions() {
    let server = TestServer::start().await;
    for query in [
        "?limit=0",
        "?limit=201",
        "?limit=-1",
        "?limit=many",
        "?limit=99999999999999999999",
        "?cursor=nonsense",
        "?outcome=exploded",
        "?outcome=ringing",
        "?asked_by=ghost",
        "?person=nobody",
        "?from=yesterday",
        "?to=2026-02-30",
        "?time_zone=",
        "?time_zone=Mars%20Olympus",
        "?cursor=0199a0f0000070008000000000000001",
        "?from=2026-03-01T12:00Z",
        "?unknown=1",
        "?limit=1&limit=2",
        &format!("?q={}", "x".repeat(101)),
    ] {
        server.get(&format!("/api/v1/calls{query}")).await.problem(400, "bad_parameter");
    }
    server.get("/api/v1/calls?time_zone=Mars/Olympus").await.problem(422, "unknown_time_zone");
    for unknown in ["0199a0f0-0000-7000-8000-000000000001", "nonsense"] {
        let problem = server.get(&format!("/api/v1/calls/{unknown}")).await.problem(404, "unknown_call");
        assert_eq!(problem["detail"], json!(format!("There is no call {unknown}.")));
    }
}

/// A zone far from UTC, so a mix-up of zones would show.
#[tokio::test(flavor = "multi_thread")]
async fn counted() {
    let server = TestServer::start().await;
    for to in ["+15005550100", "+15005550142", "+15005550110"] {
        let placed = server.place("protocol1", to).await;
        server.ended(id(&placed)).await;
    }
    let read = async |query: &str| -> Value {
        let answer = server.get(&format!("/api/v1/statistics{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        answer.json()
    };
    let counted = read("?time_zone=Pacific/Kiritimati").await;
    let days = counted["days"].as_array().unwrap();
    let now = jiff::Timestamp::now().in_tz("Pacific/Kiritimati").unwrap();
    assert_eq!(days.len(), 30);
    // Around midnight the three may fall on two days.
    let sum = |field: &str| days[28..].iter().map(|day| day[field].as_u64().unwrap()).sum::<u64>();
    assert!(days[29]["day"].as_str().unwrap() <= now.date().to_string().as_str());
    let calls = server.calls("").await;
    let with = |status: &str| {
        calls["items"].as_array().unwrap().iter().filter(|call| call["status"] == status).count() as u64
    };
    assert_eq!((sum("completed"), sum("busy")), (with("completed"), with("busy")));
    assert!(sum("busy") == 1 && sum("completed") >= 1, "{days:#?}");
    let rates = |field: &str| -> u64 {
        counted[field].as_array().unwrap().iter().map(|rate| rate["calls"].as_u64().unwrap()).sum()
    };
    assert_eq!(rates("hours"), sum("completed") + sum("busy") + sum("no_answer"));
    assert_eq!(rates("weekdays"), rates("hours"));
    let other_mode = read("?mode=live").await;
    assert!(other_mode["days"].as_array().unwrap().iter().all(|day| day["completed"] == 0));
    server.get("/api/v1/statistics?time_zone=Mars/Olympus").await.problem(422, "unknown_time_zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn exported() {
    let server = TestServer::start().await;
    for (protocol, to) in [("protocol1", "+15005550142"), ("protocol2", "+15005550110")] {
        let placed = server.place(protocol, to).await;
        server.ended(id(&placed)).await;
        if to == "+15005550142" {
            // The price is a call's last event.
            server.events_until(id(&placed), |event| event.data["call"]["price"].is_object()).await;
        }
    }
    let file = server.get("/api/v1/calls/export").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"calls.csv\""));
    // As spreadsheets expect (RFC 4180).
    assert!(file.text().starts_with("\u{feff}id,requested_at,"), "{}", file.text());
    assert_eq!(file.text().matches('\n').count(), file.text().matches("\r\n").count());
    let mut lines = csv::Reader::from_reader(file.body.as_slice());
    let columns: Vec<_> = lines.headers().unwrap().iter().map(str::to_owned).collect();
    let lines: Vec<_> = lines.records().map(Result::unwrap).collect();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let numbers: Vec<_> = lines.iter().map(|line| &line[column("to")]).collect();
    assert_eq!(numbers, ["+15005550110", "+15005550142"], "newest first");
    assert_eq!((&lines[0][column("status")], &lines[0][column("opted_out")]), ("busy", "false"));
    let sip = (&lines[0][column("sip_response_code")], &lines[0][column("sip_meaning")]);
    assert_eq!(sip, ("486", "the line was busy"));
    let none = server.get("/api/v1/calls/export?outcome=failed").await;
    assert_eq!(
        none.text(),
        format!("\u{feff}{}\r\n", columns.join(",")),
        "a file without calls has the same columns"
    );

    let found = server.get("/api/v1/calls/export?outcome=busy").await;
    assert_eq!(found.text().lines().count(), 2, "{}", found.text());
    let json = server.get("/api/v1/calls/export?format=json").await.json();
    let mut listed = server.calls("").await["items"].clone();
    for call in listed.as_array_mut().unwrap() {
        call["message"] = Value::Null;
        call["note"] = Value::Null;
    }
    assert_eq!(json, listed);
    assert_eq!(server.get("/api/v1/calls/export?format=xls").await.status, 400);
}
