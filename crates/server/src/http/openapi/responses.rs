//! Adds the answers that every operation may give, and a description for each status.

use serde_json::{Value, json};

use super::operations;

pub(super) fn complete(document: &mut Value) {
    for (path, operation) in operations(document) {
        let is_v1 = path.starts_with("/api/v1/");
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, description) in EVERYWHERE {
            responses.entry(status).or_insert_with(|| error(is_v1, description));
        }
        for (status, response) in responses {
            if response["description"].as_str().unwrap_or_default().is_empty() {
                response["description"] = words(status).into();
            }
        }
    }
}

const EVERYWHERE: [(&str, &str); 3] = [
    ("401", "No credentials, or wrong ones"),
    ("429", "Too many wrong passwords from this address; Retry-After says how long to wait"),
    ("500", "The program failed; its log has the details"),
];

fn error(is_v1: bool, description: &str) -> Value {
    let (schema, kind) =
        if is_v1 { ("Problem", "application/problem+json") } else { ("Message", "application/json") };
    let schema = format!("#/components/schemas/{schema}");
    json!({"description": description, "content": {kind: {"schema": {"$ref": schema}}}})
}

/// Default descriptions (RFC 9110, RFC 4918).
fn words(status: &str) -> &'static str {
    match status {
        "200" => "Done",
        "201" => "Created",
        "204" => "Done; there is nothing to show",
        "400" => "The request can't be understood",
        "401" => "No credentials, or wrong ones",
        "403" => "Not allowed: a page of another site asked, or only the owner may do this",
        "404" => "Not found",
        "409" => "Not possible at the moment",
        "412" => "It was changed since it was read",
        "413" => "The body is too large",
        "415" => "The body isn't of a type that this operation reads",
        "422" => "Understood, but something in it is invalid",
        "429" => "Too many requests; Retry-After says how long to wait",
        "502" => "Twilio did not do it, or can't be reached",
        "503" => "Not available at the moment",
        "507" => "The disk is full",
        _ => "The program failed; its log has the details",
    }
}
