//! Pressing a key confirms a call: from the prompt to the outcome.

use benspamsphones_app::store::Store;
use benspamsphones_server::config::PublicAddress;
use reqwest::Method;
use serde_json::{Value, json};
use twilio::signature::sign;
use twilio_sandbox::{Purpose, Verdict};

use crate::answer::Answer;
use crate::harness::{PATIENCE, Setup, TestServer, id, send};

/// Lasts five minutes and presses nothing.
const LONG: &str = "+15005550114";
const ONE: &str = "+15005550130";
const NOTHING: &str = "+15005550131";
const FIVE_THEN_ONE: &str = "+15005550132";
const MACHINE: &str = "+15005550133";
const NINE: &str = "+15005550128";
const HEADER: &str = "x-twilio-signature";
const CONFIRMED: &str = "<Response><Say>Confirmed. Goodbye.</Say><Hangup/></Response>";

/// With a protocol `alert` that asks for 1.
async fn asking() -> TestServer {
    let server = TestServer::start().await;
    add(&server, json!({"acknowledge": true})).await;
    server
}

async fn add(server: &TestServer, more: Value) {
    let say = json!({"text": "The cellar is flooded."});
    let mut body = json!({"id": "alert", "phone_number": "+15005550006", "say": say});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = server.post_json("/api/v1/protocols", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn action(server: &TestServer) -> String {
    let twiml = server.sandbox.calls().pop().unwrap().twiml.unwrap();
    twiml.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn post(server: &TestServer, action: &str, form: &[(&str, &str)], signature: &str) -> Answer {
    let path = reqwest::Url::parse(action).unwrap().path().to_owned();
    send(server.at_webhook(Method::POST, &path).form(form).header(HEADER, signature)).await
}

async fn press(server: &TestServer, action: &str, form: &[(&str, &str)]) -> Answer {
    post(server, action, form, &sign(server.sandbox.auth_token(), action, form)).await
}

fn confirmations(call: &Value) -> usize {
    call["events"].as_array().unwrap().iter().filter(|event| event["kind"] == "acknowledged").count()
}

/// How many calls the history and the charts have of an outcome.
async fn counted(server: &TestServer, outcome: &str) -> (usize, u64) {
    let calls = server.calls(&format!("?outcome={outcome}")).await["items"].as_array().unwrap().len();
    let statistics = server.get("/api/v1/statistics").await.json();
    let days = statistics["days"].as_array().unwrap().iter();
    (calls, days.map(|day| day[outcome].as_u64().unwrap()).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_the_middle_of_the_message_confirms_it() {
    let server = asking().await;
    let call = server.place("alert", ONE).await;
    assert_eq!((&call["acknowledge_requested"], &call["acknowledged_at"]), (&json!(true), &Value::Null));
    let events = server.events_until(id(&call), |event| event.data["call"]["ended"] == true).await;
    let pressed: Vec<_> = events.iter().filter(|event| event.kind() == "acknowledged").collect();
    assert_eq!(pressed.len(), 1, "{events:?}");
    assert_eq!((pressed[0].source(), pressed[0].status()), ("callback", "in-progress"));
    assert_eq!(pressed[0].data["call"]["summary"], "Confirmed.");
    assert_eq!(pressed[0].data["call"]["acknowledged_at"], pressed[0].data["event"]["at"]);
    let gathered: Vec<_> =
        server.sandbox.callbacks().into_iter().filter(|record| record.purpose == Purpose::Gather).collect();
    assert_eq!(gathered.len(), 1);
    assert_eq!(gathered[0].verdict, Verdict::Answered { status: 200 });

    let call = server.call(id(&call)).await;
    assert_eq!(call["status"], "completed");
    assert!(call["summary"].as_str().unwrap().starts_with("Confirmed; the call took"), "{call}");
    assert_eq!((counted(&server, "confirmed").await, counted(&server, "completed").await), ((1, 1), (0, 0)));
    let statistics = server.get("/api/v1/statistics").await.json();
    let hours = statistics["hours"].as_array().unwrap();
    assert_eq!(hours.iter().map(|hour| hour["answered"].as_u64().unwrap()).sum::<u64>(), 1);
    let file = server.get("/api/v1/calls/export").await.text().to_owned();
    let columns = file.lines().next().unwrap().trim_end().rsplit(',').take(2).collect::<Vec<_>>();
    assert_eq!(columns, ["acknowledged_at", "outcome"]);
    let line = file.lines().nth(1).unwrap().trim_end().rsplit(',').take(2).collect::<Vec<_>>();
    assert_eq!(line, [call["acknowledged_at"].as_str().unwrap(), "confirmed"]);
    let json = server.get("/api/v1/calls/export?format=json").await.json();
    assert_eq!(json[0]["acknowledged_at"], call["acknowledged_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isnt_confirmed_is_only_answered() {
    let server = asking().await;
    let call = server.place("alert", NOTHING).await;
    let call = server.ended(id(&call)).await;
    assert_eq!((&call["status"], &call["acknowledged_at"]), (&json!("completed"), &Value::Null));
    assert!(call["summary"].as_str().unwrap().starts_with("Answered but not confirmed"), "{call}");
    // Three seconds and a half of words, the prompt twice, and ten seconds after each.
    assert!(call["duration_s"].as_u64().unwrap() > 23, "{call}");
    assert_eq!((counted(&server, "confirmed").await, counted(&server, "completed").await), ((0, 0), (1, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_wrong_key_the_right_one_still_counts() {
    let server = asking().await;
    let call = server.place("alert", FIVE_THEN_ONE).await;
    let call = server.ended(id(&call)).await;
    assert!(call["acknowledged_at"].is_string(), "{call}");
    assert_eq!(confirmations(&call), 1);
    let action = action(&server);
    for key in ["5", "#", "11", "", " 1", "2"] {
        let answer =
            press(&server, &action, &[("CallSid", call["sid"].as_str().unwrap()), ("Digits", key)]).await;
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("wrong_key", answer.text().replace(&action, "{action}"));
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_confirms_nothing() {
    let server = TestServer::start().await;
    add(&server, json!({"acknowledge": true, "machine_detection": "Enable"})).await;
    let call = server.place("alert", MACHINE).await;
    let call = server.ended(id(&call)).await;
    assert_eq!((&call["answered_by"], &call["acknowledged_at"]), (&json!("machine_start"), &Value::Null));
    assert!(call["summary"].as_str().unwrap().starts_with("A machine answered"), "{call}");
    assert_eq!(counted(&server, "confirmed").await, (0, 0));
    let sid = call["sid"].as_str().unwrap().to_owned();
    let answer = press(&server, &action(&server), &[("CallSid", &sid), ("Digits", "1")]).await;
    assert_eq!(answer.text(), "<Response><Say>Goodbye.</Say><Hangup/></Response>");
    assert_eq!(server.call(id(&call)).await["acknowledged_at"], Value::Null);

    // Twilio may say only at the end who answered.
    let call = server.place("alert", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let sid = call["sid"].as_str().unwrap().to_owned();
    let action = action(&server);
    let pressed = [
        ("CallSid", sid.as_str()),
        ("Digits", "1"),
        ("AnsweredBy", "machine_start"),
        ("CallStatus", "in-progress"),
    ];
    press(&server, &action, &pressed).await;
    assert_eq!(server.call(id(&call)).await["acknowledged_at"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_twilio_signed_confirms() {
    let server = asking().await;
    let call = server.place("alert", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let (action, sid) = (action(&server), call["sid"].as_str().unwrap());
    let form = [("CallSid", sid), ("Digits", "1")];
    let token = server.sandbox.auth_token();
    let for_5 = sign(token, &action, &[("CallSid", sid), ("Digits", "5")]);
    let for_status = sign(token, &action.replace("gather", "update"), &form);
    for forged in ["", "AAAA", &for_5, &for_status] {
        assert_eq!(post(&server, &action, &form, forged).await.status, 403, "{forged}");
    }
    server.refusal("127.0.0.1", "forged_callback").await;
    let another = [("CallSid", "CA00000000000000000000000000000001"), ("Digits", "1")];
    let answer = press(&server, &action, &another).await;
    assert_eq!(answer.text(), "<Response><Say>Goodbye.</Say><Hangup/></Response>");
    assert_eq!(server.call(id(&call)).await["acknowledged_at"], Value::Null);

    let answers = futures::future::join_all((0..8).map(|_| press(&server, &action, &form))).await;
    assert!(answers.iter().all(|answer| answer.text() == CONFIRMED), "{}", answers[0].text());
    let call = server.call(id(&call)).await;
    assert!(call["acknowledged_at"].is_string());
    assert_eq!(confirmations(&call), 1, "eight at once are one");
    // 9 still opts out.
    let answer = press(&server, &action, &[("CallSid", sid), ("Digits", "9")]).await;
    assert!(answer.text().contains("You will not be called again"), "{}", answer.text());
    assert_eq!(server.call(id(&call)).await["opted_out"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_arrives_late_counts_also_after_a_restart() {
    let mut server = asking().await;
    let call = server.place("alert", NOTHING).await;
    let call = server.ended(id(&call)).await;
    assert_eq!(counted(&server, "completed").await, (1, 1));
    let channel = action(&server).rsplit('/').next().unwrap().to_owned();
    // The protocol asks for another key by now; the call asked for 1.
    let body = json!({"phone_number": "+15005550006", "say": {"text": "Hi"}, "acknowledge": {"digit": "4"}});
    let changed = send(server.request(Method::PUT, "/api/v1/protocols/alert").json(&body)).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    server.stop().await;
    server.start_again().await;
    let action = format!("{}api/twilio_gather/{channel}", server.webhook());
    let sid = call["sid"].as_str().unwrap();
    let answer = press(&server, &action, &[("CallSid", sid), ("Digits", "4")]).await;
    assert!(answer.text().contains("Press 1 to confirm"), "{}", answer.text());
    assert_eq!(press(&server, &action, &[("CallSid", sid), ("Digits", "1")]).await.text(), CONFIRMED);
    let call = server.call(id(&call)).await;
    assert_eq!((&call["status"], confirmations(&call)), (&json!("completed"), 1));
    assert_eq!((counted(&server, "confirmed").await, counted(&server, "completed").await), ((1, 1), (0, 0)));
    let (status, _) = server.as_owner(Method::DELETE, "/api/v1/protocols/alert", None).await;
    assert_eq!(status, 204);
    assert_eq!(press(&server, &action, &[("CallSid", sid), ("Digits", "1")]).await.text(), CONFIRMED);
    server.stop().await;
    server.start_again().await;
    assert_eq!(server.call(id(&call)).await["acknowledged_at"], call["acknowledged_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_cannot_be_written_down_yet_is_not_lost() {
    let server = asking().await;
    let call = server.place("alert", LONG).await;
    let call = server.reached(id(&call), "in-progress").await;
    let database = rusqlite::Connection::open(Store::path(server.dir.path())).unwrap();
    let no_room = "CREATE TRIGGER no_room BEFORE UPDATE OF acknowledged_at ON calls
        BEGIN SELECT RAISE(ABORT, 'no room'); END";
    database.execute_batch(no_room).unwrap();
    let form = [("CallSid", call["sid"].as_str().unwrap()), ("Digits", "1")];
    let answer = press(&server, &action(&server), &form).await;
    assert!(answer.text().contains("<Gather"), "nobody is told what isn't so: {}", answer.text());
    assert_eq!(server.call(id(&call)).await["acknowledged_at"], Value::Null);
    database.execute_batch("DROP TRIGGER no_room").unwrap();
    let begun = std::time::Instant::now();
    while server.call(id(&call)).await["acknowledged_at"].is_null() {
        assert!(begun.elapsed() < PATIENCE, "it is written down as soon as there is room");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_public_address_such_a_call_is_refused_unless_it_may_go_unconfirmed() {
    let setup = Setup { public_address: PublicAddress::None, ..Setup::default() };
    let server = TestServer::start_with(setup).await;
    add(&server, json!({"acknowledge": true})).await;
    send(server.placing("alert", ONE)).await.problem(409, "not_confirmable");
    let documented = server.place_documented("alert", ONE).await;
    assert_eq!(documented.status, 500);
    assert!(documented.text().contains("press a key to confirm"), "{}", documented.text());
    assert_eq!(server.sandbox.calls().len(), 0);
    assert_eq!(server.calls("").await["items"], json!([]));

    let body =
        json!({"phone_number": "+15005550006", "say": {"text": "Hi"}, "acknowledge": {"required": false}});
    send(server.request(Method::PUT, "/api/v1/protocols/alert").json(&body)).await;
    let call = server.place("alert", ONE).await;
    let call = server.ended(id(&call)).await;
    assert_eq!(server.sandbox.calls().pop().unwrap().twiml.unwrap(), "<Response><Say>Hi</Say></Response>");
    assert_eq!((&call["acknowledge_requested"], &call["status"]), (&json!(false), &json!("completed")));
    assert!(call["summary"].as_str().unwrap().starts_with("Answered; the call took"), "{call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_and_one_are_offered_together_and_each_does_its_own() {
    let server = asking().await;
    let call = server.place("alert", NINE).await;
    let call = server.ended(id(&call)).await;
    let twiml = server.sandbox.calls().pop().unwrap().twiml.unwrap();
    assert!(
        twiml.contains("<Say>Press 1 to confirm, or 9 and this number will not be called again.</Say>"),
        "{twiml}"
    );
    assert_eq!((&call["opted_out"], &call["acknowledged_at"]), (&json!(true), &Value::Null));
    send(server.placing("alert", NINE)).await.problem(403, "opted_out");
}
