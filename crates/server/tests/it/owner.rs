//! What only the owner's window may do: the account, the mode, the password.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::connection_test;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::harness::{PATIENCE, Setup, TestServer, USER, id, send};
use crate::openapi;

/// Lasts five minutes.
const LONG: &str = "+15005550114";

#[tokio::test(flavor = "multi_thread")]
async fn no_socket_reaches_the_owners_routes() {
    let server = TestServer::start().await;
    let routes = openapi::owner_operations();
    assert!(routes.len() >= 20, "{routes:?}");
    for (method, path) in routes {
        // With the right password, and on the listener that is open to the internet.
        let answer = send(server.request(method.clone(), &path)).await;
        assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
        assert_eq!(send(server.at_webhook(method.clone(), &path)).await.status, 404, "{method} {path}");
        let (status, problem) = server.as_owner(method.clone(), &path, None).await;
        assert_ne!((status, &problem["code"]), (404, &json!("no_such_route")), "{method} {path}");
        assert_ne!(status, 405, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_may_do_what_the_network_may() {
    let server = TestServer::start().await;
    let call = json!({"protocol": "protocol1", "to": "+15005550110", "consent": true});
    let (status, call) = server.as_owner(Method::POST, "/api/v1/calls", Some(&call)).await;
    assert_eq!(status, 201, "{call}");
    server.ended(id(&call)).await;
    assert_eq!(server.sandbox.dials_to("+15005550110"), 1);
    let (_, numbers) = server.as_owner(Method::GET, "/api/v1/numbers", None).await;
    assert_eq!(numbers["items"][0]["number"], "+15005550006");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_show_what_is_and_no_secret() {
    let server = TestServer::start().await;
    let (status, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    assert_eq!(status, 200);
    assert_eq!(settings["mode"], "sandbox");
    assert_eq!(settings["vault"]["ready"], false);
    assert_eq!(
        settings["twilio"],
        json!({"kept": false, "source": null, "account_sid": null, "can_believe_callbacks": false})
    );
    assert_eq!(settings["pusher"]["app_id"], "1");
    assert_eq!(settings["web_user"], json!({"name": USER, "password_fixed": true}));
    let told = settings.to_string();
    assert!(!told.contains(crate::harness::PUSHER_SECRET));
    assert!(!told.contains(server.sandbox.auth_token().expose_secret()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_nothing_is_kept_and_it_says_so() {
    let server = TestServer::start().await;
    let account = json!({"account_sid": "AC00000000000000000000000000000001", "auth_token": "hush"});
    let (status, problem) = server.as_owner(Method::PUT, "/api/v1/credentials/twilio", Some(&account)).await;
    assert_eq!((status, &problem["code"]), (503, &json!("keyring")));
    assert!(problem["detail"].as_str().unwrap().contains("TWILIO_SID"), "{problem}");
    assert!(!problem.to_string().contains("hush"));
    let live = json!({"mode": "live"});
    let (status, problem) = server.as_owner(Method::PUT, "/api/v1/settings/mode", Some(&live)).await;
    assert_eq!((status, &problem["code"]), (409, &json!("no_credentials")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_account_is_refused_with_its_reason() {
    let server = TestServer::start().await;
    let sid = "AC00000000000000000000000000000001";
    for (account, reason) in [
        (json!({"account_sid": "AC1", "auth_token": "x"}), "SID is AC"),
        (json!({"account_sid": sid}), "auth token"),
        (json!({"account_sid": sid, "api_key": "SK00000000000000000000000000000001"}), "both"),
    ] {
        let (status, problem) =
            server.as_owner(Method::PUT, "/api/v1/credentials/twilio", Some(&account)).await;
        assert_eq!((status, &problem["code"]), (400, &json!("bad_credentials")), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_tried_before_it_is_kept_and_nobody_is_rung() {
    let server = TestServer::start().await;
    let sid = server.sandbox.credentials().account_sid.to_string();
    let token = server.sandbox.auth_token().expose_secret().to_owned();
    let test = async |token: &str| {
        let account = json!({"account_sid": sid, "auth_token": token});
        server.as_owner(Method::POST, "/api/v1/credentials/twilio/test", Some(&account)).await
    };
    let (status, good) = test(&token).await;
    assert_eq!((status, &good["good"]), (200, &json!(true)), "{good}");
    let (status, bad) = test("another").await;
    assert_eq!((status, &bad["good"]), (200, &json!(false)), "{bad}");
    assert!(bad["next_step"].is_string(), "{bad}");
    assert!(server.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_takes_the_place_of_the_one_before() {
    let mut server = TestServer::start_with(Setup { own_password: true, ..Setup::default() }).await;
    let old = server.first_password.clone().unwrap();
    let (status, made) = server.as_owner(Method::POST, "/api/v1/credentials/web-password", None).await;
    assert_eq!((status, &made["user"]), (200, &json!(USER)), "{made}");
    let restart = server.server().owner().restart_wanted();
    tokio::time::timeout(PATIENCE, restart).await.unwrap();
    // The old password works until the restart.
    let form = [("user", USER), ("password", old.expose_secret())];
    let answer = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    assert_eq!(answer.status, 303, "the old one holds to the end");
    let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let session = async |server: &TestServer| {
        send(server.anonymous(Method::GET, "/api/v1/session").header("cookie", &cookie)).await.status
    };
    assert_eq!(session(&server).await, 200);
    server.stop().await;
    server.start_again().await;
    assert_eq!(session(&server).await, 401);
    let with = async |password: &str| {
        send(server.anonymous(Method::GET, "/api/v1/status").basic_auth(USER, Some(password))).await.status
    };
    assert_eq!(with(made["password"].as_str().unwrap()).await, 200);
    assert_eq!(with(old.expose_secret()).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_switched_under_a_call() {
    let server = TestServer::start_with(Setup { own_password: true, ..Setup::default() }).await;
    let placed = server.place("protocol1", LONG).await;
    let call = id(&placed);
    for (method, path, body) in [
        (Method::POST, "/api/v1/credentials/web-password", Value::Null),
        (Method::DELETE, "/api/v1/credentials/twilio", Value::Null),
        (Method::PUT, "/api/v1/settings/region", json!({"default_region": "DE"})),
        (Method::PUT, "/api/v1/settings/mode", json!({"mode": "sandbox"})),
    ] {
        let (status, problem) = server.as_owner(method, path, Some(&body)).await;
        assert_eq!((status, &problem["code"]), (409, &json!("calls_under_way")), "{path} {problem}");
    }
    server.as_owner(Method::POST, &format!("/api/v1/calls/{call}/hangup"), None).await;
    server.ended(call).await;
    let region = json!({"default_region": "DE"});
    let (status, _) = server.as_owner(Method::PUT, "/api/v1/settings/region", Some(&region)).await;
    assert_eq!(status, 204);
    tokio::time::timeout(PATIENCE, server.server().owner().restart_wanted()).await.unwrap();
    let (status, problem) =
        server.as_owner(Method::PUT, "/api/v1/settings/region", Some(&json!({"default_region": "XX"}))).await;
    assert_eq!((status, &problem["code"]), (400, &json!("unknown_region")));
}

/// Checks signatures as Pusher does: over method, path and the other parameters in order.
async fn pusher(
    State(secret): State<SecretString>,
    Query(asked): Query<Vec<(String, String)>>,
) -> StatusCode {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut signed: Vec<_> = asked.iter().filter(|(name, _)| name != "auth_signature").collect();
    signed.sort();
    let signed = signed.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.expose_secret().as_bytes()).unwrap();
    mac.update(format!("GET\n/apps/7/channels\n{signed}").as_bytes());
    let right = hex::encode(mac.finalize().into_bytes());
    let given = asked.iter().find(|(name, _)| name == "auth_signature").map(|(_, value)| value.as_str());
    if given == Some(&right) { StatusCode::OK } else { StatusCode::UNAUTHORIZED }
}

#[tokio::test(flavor = "multi_thread")]
async fn pusher_keys_are_tried_with_a_signed_question() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().route("/apps/7/channels", get(pusher)).with_state(SecretString::from("right"));
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    let verdict = async |app_id: &str, secret: &str| {
        let keys = PusherKeys::new(app_id, "key", secret.into(), "eu", Some(&host)).unwrap();
        connection_test::of_pusher(&keys).await
    };
    assert!(verdict("7", "right").await.good);
    let wrong = verdict("7", "wrong").await;
    assert!(!wrong.good && wrong.sentence.contains("rejects"), "{wrong:?}");
    assert!(verdict("8", "right").await.sentence.contains("doesn't know this app"));
    serving.abort();
}
