//! Adds an example to each body in the document, made from its schema and the examples of its fields.

use serde_json::{Map, Value, json};

use super::operations;

/// Schemas may be recursive; deeper examples are unreadable.
const DEEPEST: usize = 12;

/// Keeps existing examples.
pub(super) fn complete(document: &mut Value) {
    let schemas = document["components"]["schemas"].take();
    for (_, operation) in operations(document) {
        if let Some(content) = operation.pointer_mut("/requestBody/content") {
            each_body(content, &schemas, None);
        }
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, response) in responses {
            if let Some(content) = response.get_mut("content") {
                each_body(content, &schemas, Some(status));
            }
        }
    }
    document["components"]["schemas"] = schemas;
}

fn each_body(content: &mut Value, schemas: &Value, status: Option<&str>) {
    let Some(content) = content.as_object_mut() else { return };
    for (kind, body) in content {
        if body.get("example").is_some() || body.get("examples").is_some() {
            continue;
        }
        let example = match (kind.as_str(), status) {
            ("application/problem+json", Some(status)) => problem(status),
            ("application/octet-stream", _) => continue,
            ("text/csv", None) => "Name,Phone 1 - Value\nAda,+15005550100\n".into(),
            ("text/csv", Some(_)) => "id,requested_at,protocol,from,to,…".into(),
            ("text/vcard" | "text/x-vcard", _) => {
                "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+15005550100\nEND:VCARD\n".into()
            }
            ("text/plain", Some("401")) => "Nope\n".into(),
            _ => of_schema(&body["schema"], schemas, DEEPEST),
        };
        body["example"] = example;
    }
}

fn problem(status: &str) -> Value {
    let (code, title, detail) = match status {
        "400" => ("bad_field", "The request can't be understood", "unknown field `targt`"),
        "401" => (
            "unauthorized",
            "Sign in first",
            "Send the user name and password (Basic) or a token (Bearer), or sign in at /sign-in.",
        ),
        "403" => ("cross_site", "Not from another site's page", "A page of another site asked for this."),
        "404" => ("no_such_route", "There is no such route", "The routes are described at /api/docs."),
        "409" => ("call_over", "The call has already ended", "There is nothing left to hang up."),
        "412" => (
            "changed_meanwhile",
            "The protocol was changed meanwhile",
            "Protocol dinner was changed since you opened it. Read it again before you save.",
        ),
        "413" => ("too_large", "The body is too large", "Send at most 65536 bytes."),
        "415" => ("not_json", "The body isn't JSON", "Send JSON with Content-Type: application/json."),
        "422" => ("not_a_number", "Not a phone number", "This is not a phone number."),
        "429" => ("locked_out", "Too many wrong attempts", "Try again in 30 s."),
        "502" => ("twilio", "Twilio did not do it", "Twilio could not be reached."),
        "503" => ("keyring", "The keyring doesn't answer", "Unlock it and try again."),
        "507" => ("disk_full", "The disk is full", "Nothing was dialled. Make room and try again."),
        _ => ("panic", "The program failed", "This is a bug in the program. Its log says where."),
    };
    let status: u16 = status.parse().unwrap_or(500);
    json!({"status": status, "code": code, "title": title, "detail": detail})
}

fn of_schema(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return if depth == 0 { Value::Null } else { of_schema(&schemas[name], schemas, depth - 1) };
    }
    let told = schema.get("example").or_else(|| schema.pointer("/examples/0"));
    let told = told.or_else(|| schema.get("const")).or_else(|| schema.get("default"));
    if let Some(told) = told.or_else(|| schema.pointer("/enum/0")) {
        return told.clone();
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let whole = parts.iter().map(|part| of_schema(part, schemas, depth));
        let fields = whole.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(fields.chain(fields_of(schema, schemas, depth)).collect());
    }
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    if let Some(choice) = choices.and_then(|choices| choices.iter().find(|one| one["type"] != "null")) {
        return of_schema(choice, schemas, depth);
    }
    match kind(schema) {
        Some("object") => Value::Object(fields_of(schema, schemas, depth).collect()),
        Some("array") if depth > 0 && schema.get("items").is_some_and(Value::is_object) => {
            json!([of_schema(&schema["items"], schemas, depth - 1)])
        }
        Some("array") => json!([]),
        Some("boolean") => json!(false),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("string") => text(schema["format"].as_str()).into(),
        Some(_) | None => Value::Null,
    }
}

fn fields_of(schema: &Value, schemas: &Value, depth: usize) -> impl Iterator<Item = (String, Value)> + use<> {
    let fields = schema["properties"].as_object().cloned().unwrap_or_else(Map::new);
    let fields = fields.into_iter().filter(|_| depth > 0);
    let made: Vec<_> =
        fields.map(|(name, field)| (name, of_schema(&field, schemas, depth.saturating_sub(1)))).collect();
    made.into_iter()
}

/// The type; of several, the first that isn't null.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

fn text(format: Option<&str>) -> &'static str {
    match format {
        Some("uuid") => "0199a0f0-0000-7000-8000-000000000001",
        Some("date-time") => "2026-12-01T07:00:00Z",
        Some("date") => "2026-12-01",
        Some("uri") => "https://example.com/",
        Some("byte") => "SUQz",
        Some(_) | None => "text",
    }
}
