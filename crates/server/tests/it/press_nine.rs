//! Pressing 9 opts out: from the key to the next call that isn't placed.

use benspamsphones_app::store::Store;
use benspamsphones_server::config::PublicAddress;
use reqwest::Method;
use serde_json::{Value, json};
use twilio::signature::sign;
use twilio_sandbox::{Purpose, Verdict};

use crate::answer::Answer;
use crate::event_stream::Event;
use crate::harness::{ORDINARY, PATIENCE, Setup, TestServer, id, send};

/// Presses 9 while the message plays, and 5.
const NINE: &str = "+15005550128";
const FIVE: &str = "+15005550129";
/// Lasts five minutes and presses nothing.
const LONG: &str = "+15005550114";
/// Simulates a full disk for this table only.
const NO_ROOM: &str =
    "CREATE TRIGGER no_room BEFORE INSERT ON blocked_numbers BEGIN SELECT RAISE(ABORT, 'no room'); END";
const HEADER: &str = "x-twilio-signature";

async fn blocked(server: &TestServer) -> Vec<Value> {
    server.get("/api/v1/blocked-numbers").await.json()["items"].as_array().unwrap().clone()
}

fn twiml(server: &TestServer) -> String {
    server.sandbox.calls().pop().unwrap().twiml.unwrap()
}

fn action(twiml: &str) -> String {
    twiml.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn post_key(server: &TestServer, action: &str, form: &[(&str, &str)], signature: &str) -> Answer {
    let path = reqwest::Url::parse(action).unwrap().path().to_owned();
    let request = server.at_webhook(Method::POST, &path).form(form);
    send(request.header(HEADER, signature)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_presses_9_is_not_called_again() {
    let mut server = TestServer::start().await;
    let mut news = server.watch().await;
    let call = server.place("protocol3", NINE).await;
    let mut told_of_list = false;
    let heard = news
        .until(|event| {
            told_of_list |= event.name == "changed" && event.data["what"] == "blocked_numbers";
            told_of_list && event.name == "call" && event.data["call"]["ended"] == true
        })
        .await;
    let pressed: Vec<&Event> =
        heard.iter().filter(|event| event.name == "call" && event.kind() == "opted_out").collect();
    assert_eq!(pressed.len(), 1, "{heard:?}");
    assert_eq!((pressed[0].source(), pressed[0].status()), ("callback", "in-progress"));
    assert_eq!(pressed[0].data["call"]["opted_out"], true);
    let gathered: Vec<_> =
        server.sandbox.callbacks().into_iter().filter(|record| record.purpose == Purpose::Gather).collect();
    assert_eq!(gathered.len(), 1);
    assert_eq!(gathered[0].verdict, Verdict::Answered { status: 200 });
    assert!(gathered[0].url.starts_with(&format!("{}api/twilio_gather/private-call-", server.webhook())));

    let call = server.call(id(&call)).await;
    assert_eq!((&call["status"], &call["opted_out"]), (&json!("completed"), &json!(true)));
    let list = blocked(&server).await;
    assert_eq!(list.len(), 1);
    assert_eq!((&list[0]["number"], &list[0]["opted_out"]), (&json!(NINE), &json!(true)));
    assert_eq!(list[0]["blocked_at"], pressed[0].data["event"]["at"]);

    // On every route, in every notation, and also after a restart. Nothing reaches Twilio.
    server.stop().await;
    server.start_again().await;
    for to in [NINE, "(500) 555-0128"] {
        let refused = send(server.placing("protocol1", to)).await.json();
        assert_eq!(refused["code"], "opted_out", "{refused}");
    }
    let documented = server.place_documented("protocol1", NINE).await;
    assert!(documented.status >= 400 && documented.text().contains("pressed 9"), "{}", documented.text());
    let wish = json!({"protocol": "protocol1", "to": NINE});
    let (status, refused) = server.as_owner(Method::POST, "/api/v1/calls", Some(&wish)).await;
    assert_eq!((status >= 400, &refused["code"]), (true, &json!("opted_out")), "nor may the owner");
    assert_eq!((server.sandbox.dials_to(NINE), server.sandbox.calls().len()), (1, 1));
    assert_eq!(server.calls("").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owners_window_goes_back_on_it() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", NINE).await;
    server.ended(id(&call)).await;
    let action = action(&twiml(&server));
    let path = format!("/api/v1/blocked-numbers/{NINE}");
    let network = send(server.request(Method::DELETE, &path)).await;
    network.problem(403, "opted_out");
    let (status, problem) = server.as_owner(Method::DELETE, &path, None).await;
    assert_eq!((status, &problem["code"]), (403, &json!("opted_out")), "not by the way either");
    let noted = send(server.request(Method::PUT, &path).json(&json!({"note": "my uncle"}))).await.json();
    assert_eq!((&noted["opted_out"], &noted["note"]), (&json!(true), &json!("my uncle")));
    let opt_out = format!("/api/v1/opt-outs/{NINE}");
    assert_eq!(send(server.request(Method::DELETE, &opt_out)).await.status, 404);
    assert_eq!(blocked(&server).await[0]["opted_out"], true);

    assert_eq!(server.as_owner(Method::DELETE, &opt_out, None).await.0, 204);
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    let (status, problem) = server.as_owner(Method::DELETE, &opt_out, None).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_blocked")));
    // A late repeat of the same key doesn't undo the owner's later decision.
    let sid = server.call(id(&call)).await["sid"].as_str().unwrap().to_owned();
    let form = [("CallSid", sid.as_str()), ("Digits", "9"), ("To", NINE)];
    let signature = sign(server.sandbox.auth_token(), &action, &form);
    let answer = post_key(&server, &action, &form, &signature).await;
    assert!(answer.text().contains("You will not be called again"), "{}", answer.text());
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    let events = server.call(id(&call)).await["events"].clone();
    let presses = events.as_array().unwrap().iter().filter(|event| event["kind"] == "opted_out").count();
    assert_eq!(presses, 1);
    server.place("protocol1", NINE).await;
    assert_eq!(server.sandbox.dials_to(NINE), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_blocks_nobody_and_is_offered_9_once_more() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", FIVE).await;
    let call = server.ended(id(&call)).await;
    assert_eq!((&call["status"], &call["opted_out"]), (&json!("completed"), &json!(false)));
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    let action = action(&twiml(&server));
    for key in ["5", "#", "99", "", " 9"] {
        let form = [("CallSid", call["sid"].as_str().unwrap()), ("Digits", key)];
        let answer =
            post_key(&server, &action, &form, &sign(server.sandbox.auth_token(), &action, &form)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/xml; charset=utf-8")));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("another_key", answer.text().replace(&action, "{action}"));
        });
    }
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    server.place("protocol1", FIVE).await;
    assert_eq!(server.sandbox.dials_to(FIVE), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_twilio_did_not_sign_blocks_nobody() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let action = action(&twiml(&server));
    let sid = call["sid"].as_str().unwrap();
    let form = [("CallSid", sid), ("Digits", "9"), ("To", LONG)];
    let right = sign(server.sandbox.auth_token(), &action, &form);
    let path = reqwest::Url::parse(&action).unwrap().path().to_owned();
    let unsigned = send(server.at_webhook(Method::POST, &path).form(&form)).await;
    assert_eq!((unsigned.status, unsigned.text()), (403, ""));
    let other_key = [("CallSid", sid), ("Digits", "5"), ("To", LONG)];
    let for_status = sign(server.sandbox.auth_token(), &action.replace("gather", "update"), &form);
    for forged in ["", "AAAA", &sign(server.sandbox.auth_token(), &action, &other_key), &for_status] {
        assert_eq!(post_key(&server, &action, &form, forged).await.status, 403, "{forged}");
    }
    server.refusal("127.0.0.1", "forged_callback").await;
    // The network's listener has no such route, whatever the signature.
    let at_lan = send(server.request(Method::POST, &path).form(&form).header(HEADER, &right)).await;
    assert_eq!(at_lan.status, 404);
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    assert_eq!(server.call(id(&call)).await["opted_out"], false);

    // Correctly signed, but for another call or none: nothing is blocked, whatever number the form names.
    let another = [("CallSid", "CA00000000000000000000000000000001"), ("Digits", "9"), ("To", ORDINARY)];
    let answer =
        post_key(&server, &action, &another, &sign(server.sandbox.auth_token(), &action, &another)).await;
    assert_eq!(answer.text(), "<Response><Say>Goodbye.</Say><Hangup/></Response>");
    let nowhere = format!("{}api/twilio_gather/private-call-1", server.webhook());
    let answer =
        post_key(&server, &nowhere, &form, &sign(server.sandbox.auth_token(), &nowhere, &form)).await;
    assert_eq!(answer.text(), "<Response><Say>Goodbye.</Say><Hangup/></Response>");
    assert_eq!(blocked(&server).await, Vec::<Value>::new());

    // The right call, but the form names another number: the called number is blocked.
    let form = [("CallSid", sid), ("Digits", "9"), ("To", ORDINARY)];
    let answer = post_key(&server, &action, &form, &sign(server.sandbox.auth_token(), &action, &form)).await;
    assert_eq!(
        answer.text(),
        "<Response><Say>You will not be called again. Goodbye.</Say><Hangup/></Response>"
    );
    let list = blocked(&server).await;
    assert_eq!((list.len(), &list[0]["number"]), (1, &json!(LONG)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_the_owner_had_blocked_is_the_persons_from_then_on() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let path = format!("/api/v1/blocked-numbers/{LONG}");
    send(server.request(Method::PUT, &path).json(&json!({"note": "a mistake"}))).await;
    let action = action(&twiml(&server));
    let form = [("CallSid", call["sid"].as_str().unwrap()), ("Digits", "9")];
    let signature = sign(server.sandbox.auth_token(), &action, &form);
    let presses = (0..8).map(|_| post_key(&server, &action, &form, &signature));
    for answer in futures::future::join_all(presses).await {
        assert!(answer.text().contains("You will not be called again"), "{}", answer.text());
    }
    let list = blocked(&server).await;
    assert_eq!((list.len(), &list[0]["note"], &list[0]["opted_out"]), (1, &json!("a mistake"), &json!(true)));
    let call = server.call(id(&call)).await;
    let presses = call["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "opted_out");
    assert_eq!(presses.count(), 1, "eight at once are one");
    send(server.request(Method::DELETE, &path)).await.problem(403, "opted_out");
    send(server.placing("protocol1", LONG)).await.problem(403, "opted_out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protocol_says_whether_it_offers_it() {
    let server = TestServer::start().await;
    let add = async |id: &str, more: Value| {
        let mut body = json!({"id": id, "phone_number": "+15005550006"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.post_json("/api/v1/protocols", &body).await
    };
    let plain = "<Response><Say>Hi</Say></Response>";
    for (id, more, offered) in [
        ("say", json!({"say": {"text": "Hi"}}), true),
        ("say-not", json!({"say": {"text": "Hi"}, "offer_opt_out": false}), false),
        ("twiml", json!({"twiml": plain}), false),
        ("twiml-too", json!({"twiml": plain, "offer_opt_out": true, "opt_out_language": "nl-NL"}), true),
    ] {
        assert_eq!(add(id, more).await.status, 201, "{id}");
        let call = server.place(id, ORDINARY).await;
        server.ended(self::id(&call)).await;
        assert_eq!(twiml(&server).contains("<Gather"), offered, "{id}: {}", twiml(&server));
    }
    assert!(twiml(&server).contains("Druk op 9"), "{}", twiml(&server));
    // The documented file is exported unchanged.
    let file = server.get("/api/v1/protocols/export").await.json();
    assert_eq!(file["say"].get("offer_opt_out"), None);
    assert_eq!(file["twiml-too"]["opt_out_language"], "nl-NL");
    let callback = json!({"callback": "https://x.example/", "offer_opt_out": true});
    add("callback", callback).await.problem(422, "invalid_protocol");
    let asks = "<Response><Gather/></Response>";
    add("asks", json!({"twiml": asks, "offer_opt_out": true})).await.problem(422, "invalid_protocol");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_it_is_not_offered_and_nothing_is_there() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    let call = server.place("protocol3", NINE).await;
    let call = server.ended(id(&call)).await;
    assert_eq!(twiml(&server), "<Response><Say>Hello</Say></Response>");
    assert_eq!(call["opted_out"], false);
    assert_eq!(server.get("/api/v1/status").await.json()["public_address"], false);
    let url = format!("{}api/twilio_gather/private-call-1", server.webhook());
    let form = [("Digits", "9")];
    let answer = post_key(&server, &url, &form, &sign(server.sandbox.auth_token(), &url, &form)).await;
    assert_eq!((answer.status, answer.text()), (404, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pressed_9_is_not_called_again_although_that_cannot_be_written_down() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    let no_room =
        "CREATE TRIGGER no_room BEFORE INSERT ON blocked_numbers BEGIN SELECT RAISE(ABORT, 'no room'); END";
    database.execute_batch(no_room).unwrap();
    let action = action(&twiml(&server));
    let form = [("CallSid", call["sid"].as_str().unwrap()), ("Digits", "9")];
    let answer = post_key(&server, &action, &form, &sign(server.sandbox.auth_token(), &action, &form)).await;
    assert!(answer.text().contains("<Gather"), "nobody is told what isn't so: {}", answer.text());
    assert_eq!(blocked(&server).await, Vec::<Value>::new());
    server.hang_up(id(&call)).await;
    let refused = send(server.placing("protocol1", LONG)).await;
    refused.problem(403, "opted_out");
    assert_eq!(server.sandbox.dials_to(LONG), 1);

    database.execute_batch("DROP TRIGGER no_room").unwrap();
    let begun = std::time::Instant::now();
    while blocked(&server).await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "it is written down as soon as there is room");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(server.call(id(&call)).await["opted_out"], true);
}

/// For example, a tunnel goes down. A signed key that has arrived counts.
#[tokio::test(flavor = "multi_thread")]
async fn who_pressed_9_is_not_called_again_although_the_connection_broke() {
    let server = TestServer::start().await;
    let call = server.place("protocol3", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let action = action(&twiml(&server));
    let form = [("CallSid", call["sid"].as_str().unwrap()), ("CallStatus", "in-progress"), ("Digits", "9")];
    let signature = sign(server.sandbox.auth_token(), &action, &form);
    let path = reqwest::Url::parse(&action).unwrap().path().to_owned();
    let request = server.at_webhook(Method::POST, &path).form(&form).header(HEADER, signature);
    // While this is open, nothing can be written and no key is answered.
    let mut database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    let busy = database.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let answer = request.timeout(std::time::Duration::from_millis(300)).send().await;
    assert!(answer.is_err_and(|error| error.is_timeout()));
    drop(busy);
    let begun = std::time::Instant::now();
    while blocked(&server).await.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the key that had arrived was forgotten");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_down_is_tried_once_more_at_the_end() {
    let mut server = TestServer::start().await;
    let call = server.place("protocol3", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    database.execute_batch(NO_ROOM).unwrap();
    let action = action(&twiml(&server));
    let form = [("CallSid", call["sid"].as_str().unwrap()), ("Digits", "9")];
    post_key(&server, &action, &form, &sign(server.sandbox.auth_token(), &action, &form)).await;
    database.execute_batch("DROP TRIGGER no_room").unwrap();
    drop(database);
    server.stop().await;
    server.start_again().await;
    send(server.placing("protocol1", LONG)).await.problem(403, "opted_out");
}
