//! Who may be called: everyone with access can add protection, and only the owner can remove it.

use benspamsphones_app::data_dir::OwnerFile;
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::harness::{ORDINARY, PASSWORD, TestServer, USER, id, send};

const OTHER: &str = "+15005550143";
const BLOCKED: &str = "/api/v1/blocked-numbers/+15005550142";

/// Everyone with access except the owner: the password, a device, a browser.
async fn guests(server: &TestServer) -> Vec<Box<dyn Fn(RequestBuilder) -> RequestBuilder>> {
    let (_, device) =
        server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "Ada's phone"}))).await;
    let token = device["token"].as_str().unwrap().to_owned();
    let form = [("user", USER), ("password", PASSWORD)];
    let signed_in = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    vec![
        Box::new(|request| request.basic_auth(USER, Some(PASSWORD))),
        Box::new(move |request| request.bearer_auth(&token)),
        Box::new(move |request| request.header("cookie", &cookie)),
    ]
}

fn by_token(server: &TestServer, method: Method, path: &str) -> RequestBuilder {
    let owner = OwnerFile::read(server.dir.path()).unwrap().unwrap();
    server.anonymous(method, path).bearer_auth(owner.token().expose_secret())
}

async fn refusal(server: &TestServer, number: &str) -> Value {
    send(server.placing("protocol1", number)).await.json()["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_unblocked_by_the_owner_alone() {
    let server = TestServer::start().await;
    for guest in guests(&server).await {
        let block = guest(server.anonymous(Method::PUT, BLOCKED)).json(&json!({"note": "asked not to"}));
        assert_eq!(send(block).await.status, 200, "everybody may add to it");
        let unblock = send(guest(server.anonymous(Method::DELETE, BLOCKED))).await;
        let detail = unblock.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("+15005550142 is marked as do not call. Only the owner"), "{detail}");
        unblock.problem(403, "owners_to_unprotect");
        let unknown =
            send(guest(server.anonymous(Method::DELETE, "/api/v1/blocked-numbers/+15005550143"))).await;
        unknown.problem(404, "not_blocked");
        assert_eq!(refusal(&server, ORDINARY).await, "blocked_number");
    }
    assert_eq!(send(by_token(&server, Method::DELETE, BLOCKED)).await.status, 204);
    send(server.request(Method::PUT, BLOCKED).json(&json!({}))).await;
    assert_eq!(server.as_owner(Method::DELETE, BLOCKED, None).await.0, 204);
    assert_eq!(refusal(&server, ORDINARY).await, Value::Null, "rung");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_stays_protected_whatever_others_change() {
    let server = TestServer::start().await;
    let person = |name: &str, may_call: bool, numbers: &[&str]| {
        let numbers: Vec<_> = numbers.iter().map(|number| json!({"number": number})).collect();
        json!({"name": name, "may_call": may_call, "numbers": numbers})
    };
    let ada = server.post_json("/api/v1/people", &person("Ada", true, &[ORDINARY])).await.json();
    let path = format!("/api/v1/people/{}", id(&ada));
    let guests = guests(&server).await;
    for guest in &guests {
        let change =
            async |fields: Value| send(guest(server.anonymous(Method::PUT, &path)).json(&fields)).await;
        assert_eq!(change(person("Ada", false, &[ORDINARY])).await.status, 200, "adding protection");
        change(person("Ada", true, &[ORDINARY])).await.problem(403, "owners_to_unprotect");
        change(person("Ada", false, &[])).await.problem(403, "owners_to_unprotect");
        change(person("Ada", false, &[OTHER])).await.problem(403, "owners_to_unprotect");
        send(guest(server.anonymous(Method::DELETE, &path))).await.problem(403, "owners_to_unprotect");
        assert_eq!(refusal(&server, ORDINARY).await, "not_to_be_called");
        assert_eq!(change(person("Ada Lovelace", false, &["(500) 555-0142", OTHER])).await.status, 200);
        assert_eq!(refusal(&server, OTHER).await, "not_to_be_called");
        let book =
            json!({"vcard": "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Lovelace\nTEL:+15005550144\nEND:VCARD\n"});
        send(guest(server.anonymous(Method::POST, "/api/v1/people/import")).json(&book)).await;
        for number in [ORDINARY, OTHER, "+15005550144"] {
            assert_eq!(refusal(&server, number).await, "not_to_be_called");
        }
        let fields = person("Ada", true, &[ORDINARY]);
        assert_eq!(send(by_token(&server, Method::PUT, &path).json(&fields)).await.status, 200);
    }
    let not = person("Ada", false, &[ORDINARY]);
    assert_eq!(server.as_owner(Method::PUT, &path, Some(&not)).await.0, 200);
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    let charles = server.post_json("/api/v1/people", &person("Charles", true, &[OTHER])).await.json();
    let path = format!("/api/v1/people/{}", id(&charles));
    assert_eq!(
        send(guests[1](server.anonymous(Method::DELETE, &path))).await.status,
        204,
        "nobody was protected"
    );
}
