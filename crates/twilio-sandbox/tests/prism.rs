//! Our client's requests and the sandbox's responses pass Prism, a proxy that validates both against Twilio's own
//! OpenAPI document.

#![expect(clippy::expect_used, reason = "the helpers of a test fail like the test itself")]

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use axum::http::StatusCode;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use twilio::{
    CallEvent, CallFilter, CallStatus, Client, ClientConfig, CreateCall, EndCall, Error, Instructions,
    MachineDetection, Method, StatusCallback,
};
use twilio_sandbox::Sandbox;
use url::Url;

#[path = "contract/tools.rs"]
mod tools;

const DOCUMENT: &str = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json";
const PRICING_DOCUMENT: &str = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_pricing_v2.json";
const CALLS: &str = "/2010-04-01/Accounts/{AccountSid}/Calls.json";
/// The paths our client uses. Prism takes a minute to read the whole document.
const PATHS: [&str; 4] = [
    CALLS,
    "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
    "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json",
    "/2010-04-01/Accounts/{AccountSid}/Balance.json",
];
const PRICES: &str = "/v2/Voice/Numbers/{DestinationNumber}";
const MINE: &str = "+15005550006";
const ORDINARY: &str = "+14155550123";

/// Prism between a client and a sandbox. It is killed when the test ends.
struct Prism {
    url: Url,
    _process: Child,
    _folder: TempDir,
}

impl Prism {
    async fn start(upstream: &Url) -> Self {
        let program = tools::tool("node_modules/.bin/prism");
        let folder = TempDir::new().expect("a folder");
        let document = folder.path().join("twilio.json");
        fs::write(&document, cut_down().to_string()).expect("written");
        let mut process = Command::new(program)
            .args(["proxy", "--errors", "--host", "127.0.0.1", "--port", "0"])
            .arg(&document)
            .arg(upstream.as_str().trim_end_matches('/'))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("it runs");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let listening = async {
            loop {
                let line = lines.next_line().await.expect("text").expect("it says where it listens");
                if let Some((_, url)) = line.split_once("listening on ") {
                    return Url::parse(url.trim()).expect("a URL");
                }
            }
        };
        let url = tokio::time::timeout(tools::PATIENCE, listening).await.expect("it starts");
        // It logs every request, and stalls if the log isn't read.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { url, _process: process, _folder: folder }
    }

    fn client(&self, sandbox: &Sandbox) -> Client {
        Client::new(ClientConfig {
            base_url: self.url.clone(),
            credentials: sandbox.credentials(),
            connect_timeout: twilio::DEFAULT_CONNECT_TIMEOUT,
            timeout: tools::PATIENCE,
        })
        .expect("a client")
    }
}

/// Twilio's documents, reduced to the paths above and what they refer to, with three fixes that Prism needs.
fn cut_down() -> Value {
    let text = fs::read_to_string(tools::tool(DOCUMENT)).expect("the document");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let paths: Map<String, Value> =
        PATHS.iter().map(|path| ((*path).to_owned(), document["paths"][path].take())).collect();
    document["paths"] = Value::Object(paths);
    let text = fs::read_to_string(tools::tool(PRICING_DOCUMENT)).expect("the document");
    let mut pricing: Value = serde_json::from_str(&text).expect("JSON");
    document["paths"][PRICES] = pricing["paths"][PRICES].take();
    for (name, schema) in pricing["components"]["schemas"].as_object_mut().expect("schemas") {
        document["components"]["schemas"][name] = schema.take();
    }
    overridden(&mut document["components"]["schemas"]);

    // Otherwise Prism reads a repeated field as its last value, which isn't a list.
    document["paths"][CALLS]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["encoding"] = json!({
        "StatusCallbackEvent": { "style": "form", "explode": true },
        "RecordingStatusCallbackEvent": { "style": "form", "explode": true },
    });
    // Twilio's own examples of these addresses are relative, which the format `uri` forbids.
    for path in PATHS {
        let fields = document["paths"][path]
            .pointer_mut("/get/responses/200/content/application~1json/schema/properties");
        for field in fields.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            if field["format"] == "uri" {
                field["format"] = "uri-reference".into();
            }
        }
    }

    let mut needed = BTreeSet::new();
    let mut unread = references(&document["paths"]);
    while let Some(name) = unread.pop() {
        unread.extend(
            references(&document["components"]["schemas"][&name])
                .into_iter()
                .filter(|name| !needed.contains(name)),
        );
        needed.insert(name);
    }
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas");
    schemas.retain(|name, _| needed.contains(name));
    document
}

/// Twilio sends strings where its documents say numbers, and notes it in an extension that Prism ignores.
fn overridden(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if let Some(kind) = fields.get("x-twilio").and_then(|notes| notes.get("overrideType")).cloned() {
                fields.insert("type".to_owned(), kind);
            }
            fields.values_mut().for_each(overridden);
        }
        Value::Array(items) => items.iter_mut().for_each(overridden),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match (name.as_str(), value.as_str()) {
                ("$ref", Some(path)) => path.rsplit('/').next().map(str::to_owned).into_iter().collect(),
                (_, _) => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn short(to: &str) -> CreateCall {
    CreateCall::new(to, MINE, Instructions::Twiml("<Response><Say>Hello</Say></Response>".to_owned()))
}

#[tokio::test]
async fn every_request_and_answer_is_as_twilio_documents_it() {
    let sandbox = tools::sandbox().await;
    let prism = Prism::start(&sandbox.base_url()).await;
    let client = prism.client(&sandbox);

    let full = CreateCall {
        instructions: Instructions::Url {
            url: "https://example.invalid/voice.xml".to_owned(),
            method: Method::Get,
        },
        status_callback: Some(StatusCallback {
            url: "https://example.invalid/status".to_owned(),
            events: CallEvent::ALL.to_vec(),
        }),
        timeout_s: Some(30),
        time_limit_s: Some(600),
        send_digits: Some("1w#".to_owned()),
        record: true,
        machine_detection: Some(MachineDetection::DetectMessageEnd),
        ..short(ORDINARY)
    };
    let call = client.create_call(&full).await.expect("placed");
    let ended = |sandbox: &Sandbox| {
        sandbox.call(call.sid.as_str()).is_some_and(|call| call.status.is_final())
            && sandbox.callbacks().len() == 5
    };
    sandbox.wait_until(ended, tools::PATIENCE).await.expect("ends");
    let told = sandbox.callbacks().iter().filter_map(|callback| callback.param("CallbackSource")).count();
    assert_eq!(told, CallEvent::ALL.len(), "all events arrived, each as a field of its own");

    assert_eq!(client.fetch_call(&call.sid).await.expect("fetched").status, CallStatus::Completed);
    let hours = "<Response><Pause length=\"10000\"/></Response>".to_owned();
    let endless = CreateCall { instructions: Instructions::Twiml(hours), ..short(ORDINARY) };
    let long = client.create_call(&endless).await.expect("placed");
    let answered = |sandbox: &Sandbox| {
        sandbox.call(long.sid.as_str()).is_some_and(|call| call.status == CallStatus::InProgress)
    };
    sandbox.wait_until(answered, tools::PATIENCE).await.expect("answers");
    assert_eq!(client.fetch_call(&long.sid).await.expect("fetched").status, CallStatus::InProgress);
    assert_eq!(
        client.end_call(&long.sid, EndCall::Complete).await.expect("ended").status,
        CallStatus::Completed
    );
    let ringing = client
        .create_call(&CreateCall { timeout_s: Some(600), ..short("+15005550111") })
        .await
        .expect("placed");
    assert_eq!(
        client.end_call(&ringing.sid, EndCall::Cancel).await.expect("ended").status,
        CallStatus::Canceled
    );

    for _ in 0..60 {
        client.create_call(&short("+15005550110")).await.expect("placed");
    }
    let hour = jiff::SignedDuration::from_hours(1);
    let filter = CallFilter {
        to: Some("+15005550110".to_owned()),
        from: Some(MINE.to_owned()),
        limit: 1000,
        ..CallFilter::default()
    };
    let mut page = client.list_calls(&filter).await.expect("listed");
    let mut listed = page.calls.len();
    while let Some(next) = client.next_page(&page).await.expect("listed") {
        listed += next.calls.len();
        page = next;
    }
    assert_eq!(listed, 60);
    let filter = CallFilter {
        status: Some(CallStatus::Canceled),
        started_from: Some(jiff::Timestamp::now() - hour),
        started_until: Some(jiff::Timestamp::now() + hour),
        ..CallFilter::default()
    };
    client.list_calls(&filter).await.expect("listed");
    let numbers = client.incoming_phone_numbers().await.expect("listed");
    assert_eq!(numbers.len(), 1);

    for to in [ORDINARY, "+4930901820", "+6834000"] {
        let pricing = client.number_pricing(to, MINE).await.expect("told");
        assert!(pricing.per_minute_from(MINE).is_some(), "{pricing:?}");
    }
    assert!(client.balance().await.expect("told").is_some());
}

/// Without this, the test above would pass with a proxy that validates nothing.
#[tokio::test]
async fn the_judge_judges_both_sides() {
    let sandbox = tools::sandbox().await;
    // A server that answers everything with a status that Twilio's API doesn't have.
    let answer = json!({ "sid": format!("CA{}", "0".repeat(32)), "status": "initiated" });
    let impostor = Router::new().fallback(async || (StatusCode::CREATED, Json(answer)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
    let upstream = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, impostor).await });
    let prism = Prism::start(&Url::parse(&upstream).expect("a URL")).await;

    let error = prism.client(&sandbox).create_call(&short(ORDINARY)).await.expect_err("a wrong answer");
    assert!(matches!(&error, Error::Server(api) if api.status == 500), "{error:?}");

    let account = sandbox.account_sid();
    let (form, host) = ("From=%2B15005550006&Timeout=soon", prism.url.authority());
    let request = format!(
        "POST /2010-04-01/Accounts/{account}/Calls.json HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic eDp5\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    );
    let mut stream = TcpStream::connect(host).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("answered");
    assert!(
        response.starts_with("HTTP/1.1 422") && response.contains("required property 'To'"),
        "{response}"
    );
}
