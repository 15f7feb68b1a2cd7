//! Input that no client should send: always a clear refusal, never a server error.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;

use crate::answer::Answer;
use crate::harness::{ORDINARY, PASSWORD, TestServer, USER, send};
use crate::openapi;

const TYPES: [&str; 7] = [
    "application/json",
    "application/json; charset=utf-16",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "nonsense",
    "",
];

fn bodies() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| [open.repeat(10_000), close.repeat(10_000)].concat();
    let long = "x".repeat(1_000_000);
    let mut bodies: Vec<Vec<u8>> = [
        "x",
        "null",
        "true",
        "-1e999",
        "\"protocol1\"",
        "[]",
        "[{\"protocol\": \"protocol1\"}]",
        "{\"protocol\": \"protocol1\", \"to\": ",
        "{\"protocol\": null, \"to\": null}",
        "{\"protocol\": 1, \"to\": 2, \"target_number\": {}}",
        "{\"protocol\": [\"protocol1\"], \"to\": true, \"target_number\": []}",
        "{\"id\": 7, \"phone_number\": 8, \"twiml\": []}",
        "{\"protocol\": \"protocol1\\u0000\", \"to\": \"\\u0000\", \"target_number\": \"+15005550142\"}",
        "{\"protocol\": \"\\ud800\"}",
        "{\"protocol\": \"protocol1\", \"to\": \"+15005550142\", \"unknown\": 1}",
        "protocol=%00&target_number=%2B15005550142",
        "protocol=%ff&target_number=%2B15005550142",
        "protocol=protocol1&target_number=%2B1500555%0A0142",
        "channel_name=private-x%00&socket_id=1.1",
        "%",
        "&&&===",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    bodies.extend(
        [deep("[", "]"), deep("{\"a\":", "}"), deep("{\"protocol\":[", "]}")].map(String::into_bytes),
    );
    bodies.push(b"{\"protocol\": \"\xff\xfe\", \"to\": \"+15005550142\"}".to_vec());
    bodies.push(b"protocol=\xff&target_number=+15005550142".to_vec());
    bodies.push(vec![0; 100]);
    bodies.push(format!("{{\"protocol\": \"{long}\", \"to\": \"{long}\"}}").into_bytes());
    bodies.push(format!("protocol={long}&target_number={ORDINARY}").into_bytes());
    bodies
}

async fn each_bad_body(server: &TestServer, mut check: impl FnMut(&str, Answer)) {
    let mut routes: Vec<(Method, String)> = openapi::operations()
        .into_iter()
        .filter(|(method, _)| *method == Method::POST || *method == Method::PUT)
        .collect();
    routes.push((Method::PUT, "/api/v1/protocols/protocol1".into()));
    for body in bodies() {
        for (method, path) in &routes {
            for kind in TYPES {
                let request = server.request(method.clone(), path).header("content-type", kind);
                let answer = send(request.body(body.clone())).await;
                let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
                check(&format!("{method} {path} {kind:?} {shown:?}"), answer);
            }
        }
    }
}

/// Requests that no HTTP library would send.
fn raw_requests() -> Vec<Vec<u8>> {
    let authorization = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"))
    };
    let head = format!("Host: localhost\r\nAuthorization: Basic {authorization}\r\nConnection: close\r\n");
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\n{head}\r\n").into_bytes();
    let post = |headers: &str, body: &str| {
        format!("POST /api/v1/calls HTTP/1.1\r\n{head}Content-Type: application/json\r\n{headers}\r\n{body}")
            .into_bytes()
    };
    let mut requests: Vec<Vec<u8>> = [
        "/api/v1/calls/%zz",
        "/api/v1/calls/%",
        "/api/v1/calls/%ff",
        "/api/v1/calls/%00",
        "/api/v1/calls/%0a%0d",
        "/api/v1/protocols/%ff%fe",
        "/api/v1/protocols/%00",
        "/api/v1/protocols/..%2f..%2fetc%2fpasswd",
        "/api/v1/protocols/../../etc/passwd",
        "//api/v1/protocols",
        "/api/v1/protocols/",
        "/api/docs/..%2f..%2fetc%2fpasswd",
        "/api/v1/calls?outcome=%ff",
        "/api/v1/calls?limit=%00",
        "/api/v1/calls?cursor=%ff",
        "/api/v1/events?last_event_id=%00",
        "/api/v1/calls?=&=&&",
        "*",
        "nonsense",
    ]
    .map(get)
    .into();
    requests.push(get(&format!("/api/v1/calls?q={}", "x".repeat(20_000))));
    requests.push(get(&format!("/api/v1/calls?q={}", "x".repeat(200_000))));
    requests.push(get(&format!("/api/v1/calls/{}", "x".repeat(20_000))));
    requests
        .push(format!("GET /api/call HTTP/1.1\r\nX: {}\r\n{head}\r\n", "x".repeat(1_000_000)).into_bytes());
    requests.push(format!("GET /api/call HTTP/1.1\r\n{}{head}\r\n", "X: y\r\n".repeat(5_000)).into_bytes());
    requests.push(post("Content-Length: -1\r\n", "{}"));
    requests.push(post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"));
    requests.push(post("Transfer-Encoding: nonsense\r\n", "{}"));
    requests.push(post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"));
    requests.push(b"GET /api/call HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec());
    requests.push(b"GET /api/call HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n".to_vec());
    requests.push(b"GET /\xff HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec());
    requests.push(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec());
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_refused() {
    let server = TestServer::start().await;
    each_bad_body(&server, |request, answer| {
        assert!((400..500).contains(&answer.status), "{request}: {answer:?}");
        if request.contains("/api/v1/") {
            let code = answer.json()["code"].as_str().unwrap().to_owned();
            let status = answer.status;
            answer.problem(status, &code);
        } else {
            assert!(!answer.json()["message"].is_null(), "{request}: {answer:?}");
        }
    })
    .await;
    assert!(server.sandbox.calls().is_empty(), "and no phone rang");
    assert_eq!(server.get("/api/v1/protocols").await.json()["items"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_refused() {
    let server = TestServer::start().await;
    for request in raw_requests() {
        let answer = server.raw(&request).await;
        let shown = String::from_utf8_lossy(&request[..request.len().min(60)]).into_owned();
        assert!(answer.starts_with("HTTP/1.1 4"), "{shown:?}: {answer:.200}");
        // An overlong head is refused before its path is read.
        let too_long = ["HTTP/1.1 414", "HTTP/1.1 431"].iter().any(|line| answer.starts_with(line));
        let about_a_route = shown.starts_with("GET /api/v1/") && !too_long;
        assert!(!about_a_route || answer.contains("application/problem+json"), "{shown:?}: {answer}");
    }
    assert_eq!(server.get("/api/call").await.status, 200, "the server goes on");
}

/// The only 500 that the contract asks for.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_number_is_a_500_of_the_route_of_old() {
    let server = TestServer::start().await;
    for not_a_number in
        ["", " ", "mom", "+", "☎", "12", "+10000000000", "+15005550142 x", &"5".repeat(60_000)]
    {
        let answer = server.place_documented("protocol1", not_a_number).await;
        assert_eq!(answer.status, 500, "{not_a_number:.20}");
        assert!(answer.json()["message"].as_str().unwrap().ends_with('.'), "{answer:?}");
        let body = serde_json::json!({"protocol": "protocol1", "to": not_a_number});
        assert_eq!(server.post_json("/api/v1/calls", &body).await.status, 422, "{not_a_number:.20}");
    }
    assert!(server.sandbox.calls().is_empty());
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("protocol".to_owned()),
        Just("protocol1".to_owned()),
        Just("target_number".to_owned()),
        Just("update_callback".to_owned()),
        Just("to".to_owned()),
        Just("id".to_owned()),
        Just("phone_number".to_owned()),
        Just("twiml".to_owned()),
        Just("<Response/>".to_owned()),
        Just("say".to_owned()),
        "\\PC{0,12}",
        "[+0-9 ()-]{0,16}",
    ];
    let leaf = prop_oneof![
        word.clone().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let key = word.clone();
    let json = leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    });
    let form = prop::collection::vec((word.clone(), word), 0..5)
        .prop_map(|pairs| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish());
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        json.prop_map(|value| value.to_string().into_bytes()),
        form.prop_map(String::into_bytes),
    ]
}

#[test]
fn no_body_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(TestServer::start());
    let operations = openapi::operations();
    let places = (0..operations.len(), 0..TYPES.len(), any_body());
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let tried = runner.run(&places, |(operation, kind, body)| {
        let (method, path) = &operations[operation];
        if path == "/api/v1/events" {
            return Ok(());
        }
        let request = server.request(method.clone(), path).header("content-type", TYPES[kind]).body(body);
        let answer = runtime.block_on(send(request));
        // The contract's 500, for a call that Twilio refuses and for text that isn't a number.
        let documented = path == "/api/call" && answer.status == 500 && answer.json()["message"].is_string();
        prop_assert!(answer.status < 500 || documented, "{} {}: {:?}", method, path, answer);
        Ok(())
    });
    tried.unwrap();
}

pub async fn everything(server: &TestServer) {
    each_bad_body(server, |_, _| {}).await;
    for request in raw_requests() {
        server.raw(&request).await;
    }
}
