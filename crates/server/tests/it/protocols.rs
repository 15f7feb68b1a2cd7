//! Protocols: read, changed, imported and exported.

use benspamsphones_app::store::Store;
use benspamsphones_core::Region;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, Setup, TestServer, id, send};

/// As from a text editor: with unknown fields, in its own order.
const FILE: &str = r#"{
  "zebra": {
    "mood": {
      "loud": null,
      "levels": [
        1,
        2.5,
        -3000.25,
        12345678901234567890
      ]
    },
    "callback": "https://handler.twilio.com/twiml/XXXX",
    "phone_number": "+1 (500) 555-0006"
  },
  "ünï ☎/?&=%": {
    "phone_number": "+15005550006",
    "twiml": "<Response><Say>\"Hello\" &amp; goodbye</Say></Response>",
    "": ""
  },
  "protocol1": {
    "phone_number": "+15005550006",
    "say": {
      "text": "Dinner\nis ready",
      "voice": null
    },
    "record": false,
    "timeout": 30
  }
}
"#;

async fn ids(server: &TestServer) -> Vec<String> {
    let list = server.get("/api/call").await.json();
    let v1 = server.get("/api/v1/protocols").await.json();
    let ids: Vec<String> = serde_json::from_value(list["protocols"].clone()).unwrap();
    let items = v1["items"].as_array().unwrap();
    assert_eq!(items.iter().map(id).collect::<Vec<_>>(), ids, "both lists agree");
    ids
}

async fn import(server: &TestServer, query: &str, file: &str) -> crate::answer::Answer {
    let request = server.request(Method::POST, &format!("/api/v1/protocols/import{query}"));
    send(request.header("content-type", "application/json").body(file.to_owned())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn protocols_are_added_read_changed_and_deleted() {
    let mut server = TestServer::start().await;
    let new =
        json!({"id": "dinner time", "phone_number": "+15005550006", "say": {"text": "Dinner"}, "mood": 1});
    let added = server.post_json("/api/v1/protocols", &new).await;
    assert_eq!((added.status, added.json()), (201, new.clone()));
    let path = added.header("location").unwrap().to_owned();
    assert_eq!(path, "/api/v1/protocols/dinner%20time");
    assert_eq!(server.get(&path).await.json(), new);
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3", "dinner time"], "at the end");
    server.post_json("/api/v1/protocols", &new).await.problem(409, "protocol_exists");

    let placed = server.place("dinner time", ORDINARY).await;
    server.ended(id(&placed)).await;

    let mut changed = new.clone();
    changed["say"]["text"] = "Lunch".into();
    changed.as_object_mut().unwrap().remove("mood");
    let put = |path: &str, body: &Value| send(server.request(Method::PUT, path).json(body));
    let answer = put(&path, &changed).await;
    assert_eq!((answer.status, answer.json()), (200, changed.clone()));
    assert_eq!(server.get(&path).await.json(), changed);
    let first = json!({"phone_number": "+15005550006", "twiml": "<Response/>"});
    assert_eq!(put("/api/v1/protocols/protocol1", &first).await.status, 200);
    assert_eq!(ids(&server).await[0], "protocol1", "it keeps its place");
    put("/api/v1/protocols/nobody", &first).await.problem(404, "unknown_protocol");

    assert_eq!(send(server.request(Method::DELETE, "/api/v1/protocols/protocol2")).await.status, 204);
    let again = send(server.request(Method::DELETE, "/api/v1/protocols/protocol2")).await;
    again.problem(404, "unknown_protocol");
    assert_eq!(send(server.request(Method::DELETE, &path)).await.status, 204);
    server.get(&path).await.problem(404, "unknown_protocol");
    assert_eq!(server.call(id(&placed)).await["protocol"], "dinner time", "the history keeps its name");

    server.stop().await;
    server.start_again().await;
    assert_eq!(ids(&server).await, ["protocol1", "protocol3"], "and the first ones don't come back");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_imported_is_exported() {
    let mut server = TestServer::start().await;
    let answer = import(&server, "?replace=true", FILE).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"imported": 3, "replaced": 1, "warnings": []})));
    let export = server.get("/api/v1/protocols/export").await;
    assert_eq!(export.text(), FILE);
    assert_eq!(export.header("content-disposition"), Some("attachment; filename=\"protocols.json\""));
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.get("/api/v1/protocols/export").await.text(), FILE, "also from the disk");
    let path = "/api/v1/protocols/%C3%BCn%C3%AF%20%E2%98%8E%2F%3F%26%3D%25";
    assert_eq!(id(&server.get(path).await.json()), "ünï ☎/?&=%");
}

/// Otherwise calls would come from someone else's number, or nothing would start at all: in the United States, 00 49
/// leads nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn who_calls_does_not_change_with_the_default_country() {
    let national = json!({"phone_number": "0500 555 0006", "say": {"text": "Dinner"}});
    let abroad = json!({"phone_number": "00 1 500 555 0006", "say": {"text": "Dinner"}});
    let german = "DE".parse().unwrap();
    let mut server = TestServer::start_with(Setup { default_region: german, ..Setup::default() }).await;
    let file = json!({"national": national, "abroad": abroad}).to_string();
    assert_eq!(import(&server, "?replace=true", &file).await.status, 200);
    let kept = server.get("/api/v1/protocols/export").await.json();
    let numbers = ["national", "abroad"].map(|id| kept[id]["phone_number"].clone());
    assert_eq!(numbers, [json!("+495005550006"), json!("+15005550006")]);
    server.stop().await;
    // As an earlier version stored them.
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    for (id, source) in [("national", national), ("abroad", abroad)] {
        let values = (id, source.to_string());
        database.execute("UPDATE protocols SET source = ?2 WHERE id = ?1", values).unwrap();
    }
    drop(database);
    server.start_again().await;
    server.stop().await;
    server.setup.default_region = Region::US;
    server.start_again().await;
    assert_eq!(server.get("/api/v1/protocols/export").await.json(), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_adds_and_replaces() {
    let server = TestServer::start().await;
    assert_eq!(import(&server, "", FILE).await.status, 200);
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3", "zebra", "ünï ☎/?&=%"]);
    assert_eq!(server.get("/api/v1/protocols/protocol1").await.json()["timeout"], 30, "taken from the file");
    assert_eq!(import(&server, "?replace=true", FILE).await.status, 200);
    assert_eq!(ids(&server).await, ["zebra", "ünï ☎/?&=%", "protocol1"], "the file's, in its order");
    assert_eq!(import(&server, "?replace=true", "{}").await.status, 200);
    assert!(ids(&server).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_changes_nothing() {
    let server = TestServer::start().await;
    let good = r#""good": {"phone_number": "+15005550006", "twiml": "<Response/>"}"#;
    for bad in [r#""bad": {"phone_number": "+15005550006"}"#, r#""bad": {}"#, r#""": {}"#, r#""bad": 1"#] {
        let problem = import(&server, "?replace=true", &format!("{{{good}, {bad}}}")).await;
        problem.problem(422, "invalid_protocol");
    }
    let twice = import(&server, "", &format!("{{{good}, {good}}}")).await.problem(422, "invalid_protocol");
    assert!(twice["detail"].as_str().unwrap().contains("the id \"good\" appears twice"), "{twice}");
    let comma = import(&server, "", &format!("{{{good},\n}}")).await.problem(400, "bad_json");
    assert!(comma["detail"].as_str().unwrap().contains("line 1"), "{comma}");
    let dropped = import(&server, "?dry_run=true", &format!("{{{good}}}")).await;
    assert_eq!(dropped.json(), json!({"imported": 1, "replaced": 0, "warnings": []}));
    import(&server, "", "[]").await.problem(422, "invalid_protocol");
    import(&server, "", "{").await.problem(400, "bad_json");
    import(&server, "?replace=perhaps", "{}").await.problem(400, "bad_parameter");
    import(&server, "?replac=true", "{}").await.problem(400, "bad_parameter");
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_another_encoding_is_refused_by_its_name() {
    let server = TestServer::start().await;
    let good = r#"{"good": {"phone_number": "+15005550006", "say": {"text": "Grüß Gott"}}}"#;
    let post = |file: Vec<u8>| {
        let request = server.request(Method::POST, "/api/v1/protocols/import");
        send(request.header("content-type", "application/json").body(file))
    };
    let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = good.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    for (file, name) in [(utf_16, "UTF-16"), (latin, "Windows-1252")] {
        let problem = post(file).await.problem(400, "not_utf8");
        assert!(problem["detail"].as_str().unwrap().contains(name), "{problem}");
    }
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3"]);
    assert_eq!(post(format!("\u{feff}{good}").into_bytes()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_option_is_kept_and_pointed_out() {
    let server = TestServer::start().await;
    let file = r#"{"a": {"phone_number": "+15005550006", "twiml": "<Response/>", "time_limt": 60}}"#;
    for query in ["?dry_run=true", ""] {
        let imported = import(&server, query, file).await.json();
        assert_eq!(imported["warnings"][0]["meant"], "time_limit", "{imported}");
    }
    assert_eq!(server.get("/api/v1/protocols/a").await.json()["time_limt"], 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_there_twice_is_refused() {
    let server = TestServer::start().await;
    let fields = r#""phone_number": "+15005550006", "twiml": "<Response/>", "timeout": 5, "timeout": 50"#;
    let json = |method, path: &str, body: String| {
        send(server.request(method, path).header("content-type", "application/json").body(body))
    };
    let added = json(Method::POST, "/api/v1/protocols", format!(r#"{{"id": "a", {fields}}}"#)).await;
    let changed = json(Method::PUT, "/api/v1/protocols/protocol1", format!("{{{fields}}}")).await;
    for answer in [added, changed] {
        let problem = answer.problem(400, "bad_field");
        assert!(problem["detail"].as_str().unwrap().contains("\"timeout\" appears twice"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_told() {
    let server = TestServer::start().await;
    let from = "+15005550006";
    for (fields, word) in [
        (json!({"twiml": "<Response/>"}), "phone_number"),
        (json!({"phone_number": from}), "callback, twiml, say and sound"),
        (json!({"phone_number": from, "twiml": "<Response/>", "say": {"text": "x"}}), "exactly one"),
        (json!({"phone_number": from, "twiml": "hello"}), "twiml"),
        (json!({"phone_number": from, "callback": "ftp://example.com"}), "http"),
        (json!({"phone_number": "mom", "twiml": "<Response/>"}), "phone_number"),
        (json!({"phone_number": from, "twiml": "<Response/>", "timeout": 0}), "timeout"),
        (json!({"phone_number": from, "twiml": "<Response/>", "time_limit": "long"}), "long"),
        (json!({"phone_number": from, "twiml": "<Response/>", "send_digits": "1;2"}), "send_digits"),
        (json!({"phone_number": 15_005_550_006_u64, "twiml": "<Response/>"}), "phone_number must be text"),
        (
            json!({"phone_number": from, "twiml": "<Response/>", "timeout": "30"}),
            "timeout must be a whole number",
        ),
        (json!({"phone_number": from, "say": "Dinner is ready"}), "say must be an object"),
    ] {
        let answer = send(server.request(Method::PUT, "/api/v1/protocols/protocol1").json(&fields)).await;
        let problem = answer.problem(422, "invalid_protocol");
        assert!(problem["detail"].as_str().unwrap().contains(word), "{word}: {problem}");
        let mut with_id = fields;
        with_id["id"] = "new".into();
        server.post_json("/api/v1/protocols", &with_id).await.problem(422, "invalid_protocol");
    }
    for bad_id in ["", "  ", "a\nb", &"x".repeat(101)] {
        let body = json!({"id": bad_id, "phone_number": from, "twiml": "<Response/>"});
        server.post_json("/api/v1/protocols", &body).await.problem(422, "invalid_protocol");
    }
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_changed_meanwhile_is_not_overwritten() {
    let server = TestServer::start().await;
    let path = "/api/v1/protocols/dinner";
    let dinner = |words: &str| json!({"phone_number": "+15005550006", "say": {"text": words}});
    let new = json!({"id": "dinner", "phone_number": "+15005550006", "say": {"text": "First"}});
    send(server.request(Method::POST, "/api/v1/protocols").json(&new)).await;
    let save = async |tag: &str, words: &str| {
        send(server.request(Method::PUT, path).header("if-match", tag).json(&dinner(words))).await
    };
    let read = server.get(path).await.header("etag").unwrap().to_owned();
    let saved = save(&read, "Second").await;
    assert_eq!(saved.status, 200);
    let now = saved.header("etag").unwrap().to_owned();
    assert_ne!(now, read);
    assert_eq!(server.get(path).await.header("etag"), Some(now.as_str()), "what was saved is what is read");

    save(&read, "Third").await.problem(412, "changed_meanwhile");
    save(&format!("W/{now}"), "Third").await.problem(412, "changed_meanwhile");
    assert_eq!(server.get(path).await.json()["say"]["text"], "Second", "nothing was changed");
    assert_eq!(save(&format!("\"other\", {now}"), "Third").await.status, 200);
    assert_eq!(save("*", "Fourth").await.status, 200);
    let without = send(server.request(Method::PUT, path).json(&dinner("Fifth"))).await;
    assert_eq!(without.status, 200, "who says nothing of it overwrites, as before");
    let gone = send(
        server.request(Method::PUT, "/api/v1/protocols/lunch").header("if-match", &now).json(&dinner("?")),
    )
    .await;
    gone.problem(404, "unknown_protocol");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_changed_meanwhile_is_neither_deleted_nor_replaced() {
    let server = TestServer::start().await;
    let path = "/api/v1/protocols/protocol1";
    let list = "/api/v1/protocols";
    let tag = async |path: &str| server.get(path).await.header("etag").unwrap().to_owned();
    let (one, all) = (tag(path).await, tag(list).await);
    let sip = "<Response><Dial><Sip>sip:ada@example.com</Sip></Dial></Response>";
    let changed = json!({"phone_number": "+15005550006", "twiml": "<Response/>"});
    assert_eq!(send(server.request(Method::PUT, path).json(&changed)).await.status, 200);

    let unchecked = json!({"phone_number": "+15005550006", "twiml": sip});
    let save = server.request(Method::PUT, path).header("if-match", &one).json(&unchecked);
    send(save).await.problem(412, "changed_meanwhile");
    let delete = async |tag: &str| send(server.request(Method::DELETE, path).header("if-match", tag)).await;
    delete(&one).await.problem(412, "changed_meanwhile");
    let import = async |query: &str, tag: &str, fields: &Value| {
        let request = server.request(Method::POST, &format!("{list}/import{query}"));
        send(request.header("if-match", tag).json(&json!({"protocol1": fields}))).await
    };
    for query in ["", "?dry_run=true", "?replace=true"] {
        import(query, &all, &changed).await.problem(412, "changed_meanwhile");
    }
    import("", &all, &unchecked).await.problem(412, "changed_meanwhile");
    assert_eq!(ids(&server).await, ["protocol1", "protocol2", "protocol3"], "nothing was changed");

    let all = tag(list).await;
    assert_eq!(import("?replace=true", &all, &changed).await.status, 200);
    assert_eq!(ids(&server).await, ["protocol1"]);
    delete(&all).await.problem(412, "changed_meanwhile");
    assert_eq!(delete(&tag(path).await).await.status, 204);
    delete("*").await.problem(404, "unknown_protocol");
}
