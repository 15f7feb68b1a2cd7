//! The API document: complete, correct, and identical to the copy in `docs`.

use std::path::Path;

use benspamsphones_server::http::{openapi_json, owner_openapi_json};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{TestServer, send};

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

/// Every method and path of the document, with parameters filled in.
pub fn operations() -> Vec<(Method, String)> {
    operations_of(&openapi_json())
}

pub fn owner_operations() -> Vec<(Method, String)> {
    operations_of(&owner_openapi_json())
}

fn operations_of(document: &str) -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(document).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let path = path.replace("{id}", "0199a0f0-0000-7000-8000-000000000001");
        let methods = item.as_object().unwrap().keys();
        methods.map(move |method| (method.to_uppercase().parse().unwrap(), path.clone())).collect::<Vec<_>>()
    });
    operations.collect()
}

fn each_object(value: &Value, visit: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|value| each_object(value, visit));
        }
        Value::Array(values) => values.iter().for_each(|value| each_object(value, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_is_openapi_3_1() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
    for field in ["title", "version"] {
        assert!(document["info"][field].is_string(), "{field}");
    }
    each_object(&document, &mut |object| {
        if let Some(Value::String(reference)) = object.get("$ref") {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    });
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path} says what it does");
            assert!(operation["responses"]["401"].is_object(), "{method} {path} asks for credentials");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            for name in path.split(['{', '}']).skip(1).step_by(2) {
                let told = |parameter: &&Value| parameter["in"] == "path" && parameter["name"] == name;
                assert_eq!(parameters.iter().filter(told).count(), 1, "{method} {path}: {name}");
            }
        }
    }
    let mut ids: Vec<String> = Vec::new();
    each_object(&document, &mut |object| {
        if let Some(Value::String(id)) = object.get("operationId") {
            ids.push(id.clone());
        }
    });
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operationId is one operation's");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_is_there() {
    let server = TestServer::start().await;
    let served = server.get("/api/openapi.json").await;
    // The copy that the next test keeps fresh, as of this build.
    assert_eq!((served.status, served.text().trim_end()), (200, openapi_json().as_str()));
    assert!(operations().len() >= 14);
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // Routing comes before authentication: a missing route would be a 404 or 405 here.
            let real = path.replace("{id}", "protocol1");
            let request = server.request(method.to_uppercase().parse().unwrap(), &real);
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            assert_ne!(status, 405, "{method} {path}");
            let described = operation["responses"].get(status.to_string());
            assert!(described.is_some(), "{method} {path} answered {status}, which isn't described");
            if status == 404 {
                let problem = crate::answer::Answer::read(answer).await.json();
                assert_ne!(problem["code"], "no_such_route", "{method} {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_problem_too() {
    let server = TestServer::start().await;
    server.get("/api/v1/nothing").await.problem(404, "no_such_route");
    server.get("/nothing").await.problem(404, "no_such_route");
}

/// The owner's methods don't exist for others, and aren't listed for them.
#[tokio::test(flavor = "multi_thread")]
async fn who_uses_a_wrong_method_is_told_the_ones_they_may_use() {
    let server = TestServer::start().await;
    let owner = benspamsphones_app::data_dir::OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let allowed = |answer: &crate::answer::Answer| {
        let mut allowed: Vec<_> = answer.header("allow").unwrap().split(',').map(str::to_owned).collect();
        allowed.sort_unstable();
        allowed
    };
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let wrong = send(server.request(method, "/api/v1/calls")).await;
        assert_eq!(allowed(&wrong), ["GET", "HEAD", "OPTIONS", "POST"]);
        wrong.problem(405, "method_not_allowed");
    }
    let token = owner.token();
    let as_owner = |method, path| {
        send(server.anonymous(method, path).bearer_auth(secrecy::ExposeSecret::expose_secret(&token)))
    };
    let wrong = as_owner(Method::PUT, "/api/v1/calls").await;
    assert_eq!(allowed(&wrong), ["DELETE", "GET", "HEAD", "OPTIONS", "POST"]);
    wrong.problem(405, "method_not_allowed");
    for method in [Method::GET, Method::PUT, Method::PATCH] {
        send(server.request(method, "/api/v1/limits")).await.problem(404, "no_such_route");
    }
    assert_eq!(allowed(&as_owner(Method::PATCH, "/api/v1/limits").await), ["GET", "HEAD", "OPTIONS", "PUT"]);
    // Also before sign-in, and for paths without documentation.
    for (path, methods) in [
        ("/healthz", &["GET", "HEAD"][..]),
        ("/sign-in", &["GET", "HEAD", "POST"]),
        ("/api/v1/pair", &["OPTIONS", "POST"]),
        ("/api/twilio_update/private-call-1", &["OPTIONS", "POST"]),
        ("/api/openapi.json", &["GET", "HEAD"]),
        ("/", &["GET", "HEAD"]),
    ] {
        let wrong = send(server.request(Method::PATCH, path)).await;
        assert_eq!(allowed(&wrong), methods, "{path}");
        wrong.problem(405, "method_not_allowed");
    }
}

/// The interface's types and other clients are generated from the copies. `UPDATE=1` rewrites them.
#[test]
fn the_copies_in_docs_are_fresh() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (name, fresh) in [("openapi.json", openapi_json()), ("openapi-owner.json", owner_openapi_json())] {
        let path = docs.join(name);
        let fresh = fresh + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == fresh, "docs/{name} is stale: run this test with UPDATE=1");
    }
}

/// As the original program answered, and on every other path too.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_the_options_is_told_the_methods_they_may_use() {
    let server = TestServer::start().await;
    for (path, methods) in [
        ("/api/call", "GET,HEAD,POST,OPTIONS"),
        ("/api/pusher_auth", "POST,OPTIONS"),
        ("/api/v1/calls", "GET,HEAD,POST,OPTIONS"),
        ("/api/v1/people/0199a0f0-0000-7000-8000-000000000001", "GET,HEAD,PUT,DELETE,OPTIONS"),
    ] {
        let told = send(server.request(Method::OPTIONS, path)).await;
        assert_eq!((told.status, told.header("allow")), (204, Some(methods)), "{path}");
        assert!(told.text().is_empty());
        assert_eq!(send(server.anonymous(Method::OPTIONS, path)).await.status, 401, "{path}");
    }
    let (path, hidden) = ("/api/v1/limits", send(server.request(Method::OPTIONS, "/api/v1/limits")).await);
    hidden.problem(404, "no_such_route");
    let owner = benspamsphones_app::data_dir::OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let token = secrecy::ExposeSecret::expose_secret(&owner.token()).to_owned();
    let told = send(server.anonymous(Method::OPTIONS, path).bearer_auth(token)).await;
    assert_eq!((told.status, told.header("allow")), (204, Some("GET,HEAD,PUT,OPTIONS")));
    // Twilio's route needs no credentials, and neither does its OPTIONS.
    let told = send(server.anonymous(Method::OPTIONS, "/api/twilio_update/private-call-1")).await;
    assert_eq!((told.status, told.header("allow")), (204, Some("POST,OPTIONS")));
    let head = send(server.request(Method::HEAD, "/api/call")).await;
    assert_eq!((head.status, head.text().is_empty()), (200, true));
}
