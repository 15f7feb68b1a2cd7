//! People, blocked numbers and quick dial; and no call against a person's wish.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{ORDINARY, TestServer, id, send};

const OTHER: &str = "+15005550143";

async fn put(server: &TestServer, path: &str, body: &Value) -> Answer {
    send(server.request(Method::PUT, path).json(body)).await
}

async fn delete(server: &TestServer, path: &str) -> u16 {
    send(server.request(Method::DELETE, path)).await.status
}

async fn import(server: &TestServer, vcard: &str) -> Value {
    let answer = server.post_json("/api/v1/people/import", &json!({ "vcard": vcard })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The refusal's code, or "rung".
async fn refusal(server: &TestServer, to: &str) -> String {
    let answer = server.placing("protocol1", to).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    if status == 201 { "rung".into() } else { body["code"].as_str().unwrap().into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_added_read_changed_and_deleted() {
    let mut server = TestServer::start().await;
    let ada =
        json!({ "name": " Ada  Lovelace", "numbers": [{ "number": "(415) 867-5309", "label": "mobile" }] });
    let added = server.post_json("/api/v1/people", &ada).await;
    let expected = json!([{ "number": "+14158675309", "label": "mobile" }]);
    assert_eq!((added.status, &added.json()["numbers"]), (201, &expected));
    let path = format!("/api/v1/people/{}", id(&added.json()));
    assert_eq!(added.header("location"), Some(path.as_str()));
    assert_eq!(server.get(&path).await.json()["name"], "Ada Lovelace");
    let changed = put(&server, &path, &json!({ "name": "Ada", "may_call": false })).await;
    assert_eq!((changed.status, &changed.json()["may_call"]), (200, &json!(false)));
    server.stop().await;
    server.start_again().await;
    let list = server.get("/api/v1/people").await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]), (1, &changed.json()));
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    for gone in [&path, "/api/v1/people/nobody"] {
        let answer = server.get(gone).await;
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("unknown_person")));
    }
    for wrong in [json!({ "name": " " }), json!({ "name": "A", "numbers": [{ "number": "mom" }] })] {
        let answer = server.post_json("/api/v1/people", &wrong).await;
        assert_eq!((answer.status, &answer.json()["code"]), (422, &json!("invalid_person")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whom_somebody_else_changed_meanwhile_is_not_overwritten() {
    let server = TestServer::start().await;
    let added = server.post_json("/api/v1/people", &json!({ "name": "Ada" })).await.json();
    let path = format!("/api/v1/people/{}", id(&added));
    let save = async |tag: &str, name: &str| {
        let request = server.request(Method::PUT, &path).header("if-match", tag);
        send(request.json(&json!({ "name": name }))).await
    };
    let read = server.get(&path).await.header("etag").unwrap().to_owned();
    let saved = save(&read, "Ada L.").await;
    assert_eq!(saved.status, 200);
    let now = server.get(&path).await.header("etag").map(str::to_owned);
    assert_eq!(saved.header("etag").map(str::to_owned), now);
    save(&read, "Ada K.").await.problem(412, "changed_meanwhile");
    assert_eq!(server.get(&path).await.json()["name"], "Ada L.", "nothing was changed");
    assert_eq!(save(&now.unwrap(), "Ada K.").await.status, 200);
    assert_eq!(put(&server, &path, &json!({ "name": "Ada" })).await.status, 200, "without a condition");
    assert_eq!(delete(&server, &path).await, 204);
    save(&read, "Ada").await.problem(404, "unknown_person");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_rung_who_is_not_to_be_called() {
    let server = TestServer::start().await;
    let number = |number: &str| json!([{ "number": number }]);
    let person = json!({ "name": "Ada", "may_call": false, "numbers": number(ORDINARY) });
    let ada = server.post_json("/api/v1/people", &person).await.json();
    assert_eq!(refusal(&server, "(500) 555-0142").await, "not_to_be_called", "however it is written");
    // Another person with that number doesn't change it: one of them doesn't want calls.
    server.post_json("/api/v1/people", &json!({ "name": "Charles", "numbers": number(ORDINARY) })).await;
    assert_eq!(refusal(&server, ORDINARY).await, "not_to_be_called");
    let documented = server.place_documented("protocol1", ORDINARY).await;
    assert!(documented.text().contains("do not call"), "{}", documented.text());
    let path = format!("/api/v1/people/{}", id(&ada));
    let callable = json!({ "name": "Ada", "numbers": number(ORDINARY) });
    assert_eq!(server.as_owner(Method::PUT, &path, Some(&callable)).await.0, 200);
    assert_eq!(refusal(&server, ORDINARY).await, "rung");
    let calls = server.calls("").await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 1, "a refusal leaves no call: {calls:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_number_is_not_rung() {
    let mut server = TestServer::start().await;
    let path = "/api/v1/blocked-numbers/500%20555%200142";
    let blocked = put(&server, path, &json!({ "note": "asked not to" })).await;
    assert_eq!((blocked.status, &blocked.json()["number"]), (200, &json!(ORDINARY)));
    server.stop().await;
    server.start_again().await;
    assert_eq!(refusal(&server, ORDINARY).await, "blocked_number");
    assert_eq!(refusal(&server, OTHER).await, "rung");
    let list = server.get("/api/v1/blocked-numbers").await.json();
    assert_eq!(list["items"][0]["note"], "asked not to");
    assert_eq!(server.as_owner(Method::DELETE, path, None).await.0, 204);
    assert_eq!(server.as_owner(Method::DELETE, path, None).await.0, 404);
    assert_eq!(refusal(&server, ORDINARY).await, "rung");
}

/// Seven digits are a number within one US area code. Blocking them would have no effect.
#[tokio::test(flavor = "multi_thread")]
async fn a_wish_about_a_number_that_nobody_can_have_is_refused() {
    let server = TestServer::start().await;
    let impossible = |answer: &Answer| {
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (422, &json!("impossible_number")), "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(detail, "\"867-5309\" is read as +18675309, and no such number can exist");
    };
    impossible(&put(&server, "/api/v1/blocked-numbers/867-5309", &json!({})).await);
    assert_eq!(server.get("/api/v1/blocked-numbers").await.json()["items"], json!([]));
    for may_call in [true, false] {
        let numbers = json!([{ "number": ORDINARY }, { "number": "867-5309" }]);
        let ada = json!({ "name": "Ada", "may_call": may_call, "numbers": numbers });
        impossible(&server.post_json("/api/v1/people", &ada).await);
    }
    let ada = server.post_json("/api/v1/people", &json!({ "name": "Ada" })).await.json();
    let numbers = json!({ "name": "Ada", "numbers": [{ "number": "867-5309" }] });
    impossible(&put(&server, &format!("/api/v1/people/{}", id(&ada)), &numbers).await);
    let card =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Charles\r\nTEL:867-5309\r\nTEL:415-867-5309\r\nEND:VCARD\r\n";
    let taken = import(&server, card).await;
    assert_eq!(taken["added"], 1);
    let told = "Charles: \"867-5309\" is read as +18675309, and no such number can exist.";
    assert_eq!(taken["left_out"], json!([told]));
}

/// Blocking and calling at once: calls placed before the block stay, and none follow it.
#[tokio::test(flavor = "multi_thread")]
async fn a_block_holds_from_the_moment_it_is_answered() {
    let server = TestServer::start().await;
    for round in 0..10 {
        let number = format!("+1500555{:04}", 200 + round);
        let path = format!("/api/v1/blocked-numbers/{number}");
        let nothing = json!({});
        let (_, blocked) = tokio::join!(refusal(&server, &number), put(&server, &path, &nothing));
        assert_eq!(blocked.status, 200);
        assert_eq!(refusal(&server, &number).await, "blocked_number");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_book_is_taken_once_however_often_it_comes() {
    let server = TestServer::start().await;
    let card = |name: &str, number: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL:{number}\r\nEND:VCARD\r\n")
    };
    let book = card("Ada", "+1 415 867 5309") + &card("Nobody", "mom") + &card("Charles", "415-867-5310");
    let taken = import(&server, &book).await;
    assert_eq!((&taken["added"], &taken["changed"]), (&json!(2), &json!(0)));
    assert_eq!(taken["left_out"].as_array().unwrap().len(), 2, "a number and its owner: {taken}");
    let again = import(&server, &(book + &card("Ada", "+1 415 867 5311"))).await;
    assert_eq!((&again["added"], &again["changed"]), (&json!(0), &json!(1)));
    let people = server.get("/api/v1/people").await.json();
    let counts: Vec<usize> = people["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["numbers"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [2, 1]);
    // An import never makes a person callable again.
    let path = format!("/api/v1/people/{}", id(&people["items"][0]));
    put(&server, &path, &json!({ "name": "Ada", "may_call": false })).await;
    import(&server, &card("Ada", "+1 415 867 5309")).await;
    assert_eq!(refusal(&server, "+14158675309").await, "not_to_be_called");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_book_can_say_who_is_not_to_be_called_and_never_who_is_again() {
    let server = TestServer::start().await;
    let card =
        |mark: &str| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n{mark}TEL:{ORDINARY}\r\nEND:VCARD\r\n");
    import(&server, &card("")).await;
    let marked = import(&server, &card("X-BSP-DO-NOT-CALL:TRUE\r\n")).await;
    assert_eq!((&marked["changed"], &marked["people"][0]["may_call"]), (&json!(1), &json!(false)));
    for mark in ["X-BSP-DO-NOT-CALL:FALSE\r\n", ""] {
        assert_eq!(import(&server, &card(mark)).await["unchanged"], 1);
        assert_eq!(refusal(&server, ORDINARY).await, "not_to_be_called");
    }
    let undo = format!("/api/v1/people/imports/{}/undo", id(&marked["import"]));
    let undone = server.post_json(&undo, &json!({})).await.json();
    assert_eq!(undone["changed"], 0, "{undone}");
    assert_eq!(refusal(&server, ORDINARY).await, "not_to_be_called");
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_dial_is_kept_in_its_order_or_refused_whole() {
    let mut server = TestServer::start().await;
    let quick = |protocol: &str, number: &str| json!({ "protocol": protocol, "number": number });
    let wanted = json!({ "items": [quick("protocol1", OTHER), quick("protocol1", "(500) 555-0142")] });
    let kept = put(&server, "/api/v1/quick-dials", &wanted).await;
    let expected = json!({ "items": [quick("protocol1", OTHER), quick("protocol1", ORDINARY)] });
    assert_eq!((kept.status, kept.json()), (200, expected.clone()));
    for (wrong, status) in [
        (vec![quick("nothing", OTHER)], 404),
        (vec![quick("protocol1", "mom")], 422),
        (vec![quick("protocol1", OTHER), quick("protocol1", "500 555 0143")], 422),
        (vec![quick("protocol1", OTHER); 51], 422),
    ] {
        let answer = put(&server, "/api/v1/quick-dials", &json!({ "items": wrong })).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.get("/api/v1/quick-dials").await.json(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_hears_what_changed() {
    let server = TestServer::start().await;
    let mut watching = server.watch().await;
    server.post_json("/api/v1/people", &json!({ "name": "Ada" })).await;
    put(&server, "/api/v1/blocked-numbers/+15005550142", &json!({})).await;
    put(&server, "/api/v1/quick-dials", &json!({ "items": [] })).await;
    delete(&server, "/api/v1/protocols/protocol1").await;
    for what in ["people", "blocked_numbers", "quick_dials", "protocols"] {
        let event = watching.next_event().await.unwrap();
        assert_eq!((event.name.as_str(), event.id), ("changed", 0), "it isn't in the history");
        assert_eq!(event.data, json!({ "what": what }));
    }
}
