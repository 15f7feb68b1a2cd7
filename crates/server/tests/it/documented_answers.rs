//! The contract of the documented routes, byte for byte. `⏎` marks an end of line, because the last one counts.

use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::harness::{ORDINARY, PASSWORD, Setup, TestServer, USER, send};

fn check(name: &str, answer: &Answer) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, answer.snapshot());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn api_call() {
    let server = TestServer::start().await;
    check("list", &server.get("/api/call").await);
    check("placed", &server.place_documented("protocol1", ORDINARY).await);
    let both =
        server.post_json("/api/call", &json!({"protocol": "protocol1", "target_number": ORDINARY})).await;
    check("placed", &both);

    check("no_protocol", &server.post_form("/api/call", &[("target_number", ORDINARY)]).await);
    check("no_target_number", &server.post_form("/api/call", &[("protocol", "protocol1")]).await);
    check("no_parameters", &server.post_form("/api/call", &[]).await);
    check("no_parameters", &send(server.request(Method::POST, "/api/call")).await);
    check("no_parameters", &server.post_json("/api/call", &json!({})).await);
    check("unknown_protocol", &server.place_documented("x", ORDINARY).await);
    check("not_a_number", &server.place_documented("protocol1", "mom").await);
    check("impossible_number", &server.place_documented("protocol1", "+10000000000").await);
    check("emergency_number", &server.place_documented("protocol1", "911").await);
    check("refused_by_twilio", &server.place_documented("protocol1", "+15005550003").await);
    check("no_certain_answer", &server.place_documented("protocol1", "+15005550124").await);

    let parameters =
        |callback| [("protocol", "protocol1"), ("target_number", ORDINARY), ("update_callback", callback)];
    check("placed", &server.post_form("/api/call", &parameters("https://hooks.example.com/x")).await);
    check("placed", &server.post_form("/api/call", &parameters("")).await);
    for bad in ["ftp://hooks.example.com/", "hooks.example.com", "javascript:alert(1)"] {
        check("bad_update_callback", &server.post_form("/api/call", &parameters(bad)).await);
    }
    check("unauthorized", &send(server.anonymous(Method::GET, "/api/call")).await);
    check(
        "unauthorized",
        &send(server.anonymous(Method::POST, "/api/call").basic_auth(USER, Some("x"))).await,
    );
    check("wrong_type", &server.post_json("/api/call", &json!({"protocol": ["protocol1"]})).await);
    check("neither_form_nor_json", &send(server.request(Method::POST, "/api/call").body("x")).await);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 4);
}

/// The program that first had these routes read JSON, the query string and any form (Flask's `request.values`).
#[tokio::test(flavor = "multi_thread")]
async fn parameters_come_by_every_way_that_was_taken() {
    let server = TestServer::start().await;
    let place = |path: &str| server.request(Method::POST, path);
    let both = [("protocol", "protocol1"), ("target_number", ORDINARY)];
    let part =
        |of: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; {of}\r\n\r\n{value}\r\n");
    let parts = [
        part("name=\"protocol\"; filename=\"f\"", "none"),
        part("name=\"protocol\"", "protocol1"),
        part("name=\"protocol\"", "x"),
        part("name=\"target_number\"", ORDINARY),
        "--x--\r\n".into(),
    ]
    .concat();
    let multipart = |parts: String| {
        place("/api/call").header("content-type", "multipart/form-data; boundary=x").body(parts)
    };
    check("placed", &send(multipart(parts.clone())).await);
    check("placed", &send(place("/api/call").query(&both)).await);
    check("placed", &send(place("/api/call?protocol=protocol1").form(&both[1..])).await);
    let json = json!({"protocol": "protocol1", "target_number": ORDINARY}).to_string();
    let of_type = |kind: &str| place("/api/call").header("content-type", kind).body(json.clone());
    check("placed", &send(of_type("application/vnd.api+json; charset=utf-8")).await);
    // For a repeated parameter, JSON wins over the query string, and the query string over a form.
    check("unknown_protocol", &send(place("/api/call?protocol=x").form(&both)).await);
    let contradicted = place("/api/call?protocol=x").header("content-type", "application/json");
    check("placed", &send(contradicted.body(json.clone())).await);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 5);

    check("neither_form_nor_json", &send(of_type("text/json+x")).await);
    for broken in
        ["--x\r\nContent-Disposition: form-data", "nonsense", &parts.replace("protocol1", "a\u{0}b")]
    {
        let answer = send(multipart(broken.to_owned())).await;
        assert_eq!(answer.status, 400, "{broken:?}: {}", answer.text());
    }
    let large = parts.replace("none", &"n".repeat(65 * 1024));
    assert_eq!(send(multipart(large)).await.status, 413);
    assert_eq!(server.sandbox.dials_to(ORDINARY), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn api_pusher_auth() {
    let server = TestServer::start().await;
    // Pusher's own worked example: https://pusher.com/docs/channels/library_auth_reference/auth-signatures
    let form = [("channel_name", "private-foobar"), ("socket_id", "1234.1234")];
    check("pusher_auth", &server.post_form("/api/pusher_auth", &form).await);
    let json = json!({"channel_name": "private-foobar", "socket_id": "1234.1234"});
    check("pusher_auth", &server.post_json("/api/pusher_auth", &json).await);
    check("pusher_auth_no_channel", &server.post_form("/api/pusher_auth", &form[1..]).await);
    check("pusher_auth_no_socket", &server.post_form("/api/pusher_auth", &form[..1]).await);
    check("pusher_auth_no_parameters", &server.post_form("/api/pusher_auth", &[]).await);
    let bad = [("channel_name", "private-foobar"), ("socket_id", "1234.1234:private-x")];
    check("pusher_auth_bad_socket", &server.post_form("/api/pusher_auth", &bad).await);
    let bad = [("channel_name", "foobar"), ("socket_id", "1234.1234")];
    check("pusher_auth_bad_channel", &server.post_form("/api/pusher_auth", &bad).await);
    let answer = send(server.anonymous(Method::POST, "/api/pusher_auth").form(&form)).await;
    check("unauthorized", &answer);

    let without = TestServer::start_with(Setup { pusher: false, ..Setup::default() }).await;
    check("pusher_not_set_up", &without.post_form("/api/pusher_auth", &form).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn api_twilio_update() {
    let server = TestServer::start().await;
    let channel = "/api/twilio_update/private-call-0123456789abcdef0123456789abcdef";
    let url = server.webhook().join(channel).unwrap();
    let update = |form: &'static [(&str, &str)]| {
        let signature = twilio::signature::sign(server.sandbox.auth_token(), url.as_str(), form);
        server.at_webhook(Method::POST, channel).form(form).header("x-twilio-signature", signature)
    };
    check("update", &send(update(&[("CallStatus", "ringing")])).await);
    check("update_no_status", &send(update(&[("CallSid", "CA1")])).await);
    check("update_unknown_status", &send(update(&[("CallStatus", "exploded")])).await);
    let forged = server.at_webhook(Method::POST, channel).form(&[("CallStatus", "ringing")]);
    check("update_forged", &send(forged.header("x-twilio-signature", "forged")).await);
    let unsigned = server.at_webhook(Method::POST, channel).form(&[("CallStatus", "ringing")]);
    check("update_forged", &send(unsigned).await);
    let with_password = server.anonymous(Method::POST, channel).basic_auth(USER, Some(PASSWORD));
    check("update_forged", &send(with_password.form(&[("CallStatus", "ringing")])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page() {
    let server = TestServer::start().await;
    let answer = server.get("/").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(answer.text().contains("BenSpamsPhones"), "{answer:?}");
    check("unauthorized", &send(server.anonymous(Method::GET, "/")).await);
    let docs = server.get("/api/docs/").await;
    assert_eq!(docs.status, 200);
    for name in ["swagger-ui-bundle.js", "swagger-initializer.js", "swagger-ui.css"] {
        assert!(docs.text().contains(name), "{name}");
        assert_eq!(server.get(&format!("/api/docs/{name}")).await.status, 200, "{name}");
    }
}
