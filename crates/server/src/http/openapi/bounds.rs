//! What fields and parameters may hold, beyond their type. The numbers are those that the checks use.
//!
//! Rules that JSON Schema can't express have a `format` of their own, which tools that don't know it ignore: whether a
//! text is a phone number, or TwiML that Twilio would play.

use benspamsphones_app::app::{MAX_CALL_NOTE_CHARS, MAX_KEY_CHARS, MAX_NOTE_CHARS, MAX_QUICK_DIALS};
use benspamsphones_core::group::MAX_MEMBERS;
use benspamsphones_core::person::MAX_NUMBERS;
use benspamsphones_core::{
    Acknowledge, AcknowledgeKey, Extension, MAX_CHANNEL, Message, PhoneNumber, Protocol, ProtocolId, keys,
    twiml,
};
use serde_json::{Map, Value, json};

use super::operations;
use crate::http::v1::call_filter::{MAX_TEXT_CHARS, MAX_ZONE_CHARS};
use crate::http::v1::refused_calls::{MAX_ID_DIGITS, MAX_TIME_DIGITS};
use crate::pusher::MAX_SOCKET_DIGITS;

/// No control characters, and at least one that isn't blank.
const HAS_A_SIGN: &str = r"[^\s\x00-\x1f\x7f-\x9f]";
/// For the documented routes.
const NO_CONTROLS: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// Line breaks and tabs are the only control characters.
const SPEAKABLE: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]*$";
/// Base64 with padding, and without meaningless bits (RFC 4648, section 3.5).
const BASE64: &str = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";
/// Up to the beginning of the host. The rest is parsed as browsers do (WHATWG URL).
const WEB_ADDRESS: &str = r"^[\x00-\x20]*[Hh][Tt][Tt][Pp][Ss]?:[/\\]*[^/\\\s]";
const FEWEST_TWIML_CHARS: usize = "<Response/>".len();

/// Adds the bounds to each field and parameter.
pub(super) fn complete(document: &mut Value) {
    for (schema, field, bounds) in of_fields() {
        let Some(schema) = document["components"]["schemas"].get_mut(schema) else { continue };
        for part in parts(schema) {
            if let Some(field) = part.pointer_mut(&format!("/properties/{field}")) {
                add(field, &bounds);
            }
        }
    }
    for (schema, bounds) in of_schemas() {
        if let Some(schema) = document["components"]["schemas"].get_mut(schema) {
            add(schema, &bounds);
        }
    }
    let parameters = of_parameters();
    for (_, operation) in operations(document) {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let told = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
        for parameter in told {
            let bounds = parameters.iter().find(|(operations, name, _)| {
                parameter["name"] == *name && (operations.is_empty() || operations.contains(&id.as_str()))
            });
            if let Some((_, _, bounds)) = bounds {
                add(&mut parameter["schema"], bounds);
            }
        }
    }
    let address_book = json!({"format": "address-book"});
    let files = [
        ("/paths/~1api~1v1~1people~1import/post", "text/vcard", &address_book),
        ("/paths/~1api~1v1~1people~1import/post", "text/x-vcard", &address_book),
        ("/paths/~1api~1v1~1people~1import/post", "text/csv", &address_book),
        ("/paths/~1api~1v1~1sounds/post", "application/octet-stream", &json!({"format": "binary"})),
    ];
    for (operation, kind, bounds) in files {
        if let Some(content) = document.pointer_mut(&format!("{operation}/requestBody/content")) {
            add(&mut content[kind]["schema"], bounds);
        }
    }
    if let Some(ids) = document.pointer_mut("/paths/~1api~1v1~1protocols~1import/post/requestBody/content") {
        add(&mut ids["application/json"]["schema"], &json!({"propertyNames": protocol_id()}));
    }
}

/// A schema, or the parts that it is composed of.
fn parts(schema: &mut Value) -> Vec<&mut Value> {
    if schema.get("allOf").is_some() {
        schema["allOf"].as_array_mut().into_iter().flatten().collect()
    } else {
        vec![schema]
    }
}

/// Adds keywords to a schema. A reference can't have any, so it is wrapped.
fn add(schema: &mut Value, bounds: &Value) {
    let Value::Object(bounds) = bounds else { return };
    if bounds.contains_key("type") && schema.get("$ref").is_some() {
        *schema = Map::new().into();
    }
    for (keyword, value) in bounds {
        schema[keyword] = value.clone();
    }
}

fn of_fields() -> Vec<(&'static str, &'static str, Value)> {
    // The maximum length applies to the tidied name, which a schema can't express.
    let name = json!({"minLength": 1, "pattern": HAS_A_SIGN});
    let whole = |most: u32| json!({"minimum": 1, "maximum": most});
    // With the most digits that E.164 allows.
    let largest = 10_u64.pow(PhoneNumber::MAX_DIGITS) - 1;
    vec![
        ("PlaceCall", "protocol", protocol_id()),
        ("PlaceCall", "to", number()),
        ("PlaceCall", "read_as", json!({"maxLength": PhoneNumber::MAX_INPUT_CHARS})),
        ("QuickDialView", "protocol", protocol_id()),
        ("QuickDialView", "number", number()),
        ("QuickDialList", "items", json!({"maxItems": MAX_QUICK_DIALS, "uniqueItems": true})),
        ("PersonFields", "name", name.clone()),
        ("GroupFields", "name", name),
        ("GroupFields", "members", json!({"maxItems": MAX_MEMBERS})),
        ("MemberFields", "number", number()),
        ("MemberFields", "extension", json!({"pattern": format!("^$|{}", Extension::PATTERN)})),
        ("PersonFields", "numbers", json!({"maxItems": MAX_NUMBERS})),
        ("NumberFields", "number", number()),
        ("NumberFields", "extension", json!({"pattern": format!("^$|{}", Extension::PATTERN)})),
        ("BlockFields", "note", json!({"maxLength": MAX_NOTE_CHARS})),
        ("NoteFields", "note", json!({"maxLength": MAX_CALL_NOTE_CHARS})),
        ("NewSound", "audio", json!({"pattern": BASE64, "contentEncoding": "base64"})),
        ("AddressBookFile", "vcard", json!({"format": "address-book"})),
        ("PlaceCall", "message", message()),
        ("PlaceForm", "message", message()),
        ("PlaceJson", "message", message()),
        ("PlaceForm", "protocol", json!({"pattern": NO_CONTROLS})),
        ("PlaceForm", "target_number", documented_number()),
        ("PlaceForm", "update_callback", documented_callback()),
        ("PlaceJson", "protocol", json!({"pattern": NO_CONTROLS})),
        ("PlaceJson", "target_number", documented_number()),
        // Programs store numbers as integers.
        (
            "PlaceJson",
            "target_number",
            json!({"type": ["string", "integer"], "minimum": 0, "maximum": largest}),
        ),
        ("PlaceJson", "update_callback", documented_callback()),
        ("AuthForm", "channel_name", channel()),
        ("AuthForm", "socket_id", socket()),
        ("AuthJson", "channel_name", channel()),
        ("AuthJson", "socket_id", socket()),
        ("NewProtocol", "id", protocol_id()),
        ("ProtocolView", "id", protocol_id()),
        ("ProtocolFields", "phone_number", number()),
        ("ProtocolFields", "callback", json!({"pattern": WEB_ADDRESS, "format": "web-address"})),
        (
            "ProtocolFields",
            "twiml",
            json!({"minLength": FEWEST_TWIML_CHARS, "maxLength": twiml::MAX_CHARS, "format": "twiml"}),
        ),
        ("ProtocolFields", "sound", json!({"format": "uuid"})),
        ("ProtocolFields", "timeout", whole(Protocol::MAX_TIMEOUT_S.into())),
        ("ProtocolFields", "time_limit", whole(Protocol::MAX_TIME_LIMIT_S)),
        ("ProtocolFields", "send_digits", json!({"pattern": Protocol::SEND_DIGITS_PATTERN})),
        ("ProtocolFields", "opt_out_language", json!({"pattern": opt_out_language()})),
        ("AcknowledgeOptions", "digit", json!({"pattern": AcknowledgeKey::PATTERN})),
        (
            "AcknowledgeOptions",
            "prompt",
            json!({
                "minLength": 1,
                "maxLength": Acknowledge::MAX_PROMPT_CHARS,
                "allOf": [{"pattern": HAS_A_SIGN}, {"pattern": SPEAKABLE}],
            }),
        ),
        ("Say", "message", message()),
        ("Say", "repeat", whole(Protocol::MAX_REPEAT.into())),
        ("Say", "text", json!({"minLength": 1, "maxLength": twiml::MAX_SAID_CHARS, "pattern": HAS_A_SIGN})),
    ]
}

fn of_schemas() -> Vec<(&'static str, Value)> {
    const PLAYS: [&str; 4] = ["callback", "twiml", "say", "sound"];
    let told = |field: &str| json!({"required": [field], "properties": {field: {"not": {"type": "null"}}}});
    let two = (0..PLAYS.len()).flat_map(|first| (0..first).map(move |second| [PLAYS[first], PLAYS[second]]));
    let mut wrong: Vec<Value> = two.map(|two| json!({"allOf": two.map(told)})).collect();
    wrong.push(json!({"not": {"anyOf": PLAYS.map(told)}}));
    // A callback must make the offer itself.
    wrong.push(json!({
        "allOf": [told("callback"), {"required": ["offer_opt_out"], "properties": {"offer_opt_out": {"const": true}}}]
    }));
    wrong.push(json!({
        "allOf": [told("callback"), {
            "required": ["acknowledge"],
            "properties": {"acknowledge": {"anyOf": [{"const": true}, {"type": "object"}]}},
        }]
    }));
    vec![
        // Exactly one of the four. As "not", since many client generators turn "oneOf" into four types.
        ("ProtocolFields", json!({"not": {"anyOf": wrong}})),
        ("PlaceForm", json!({"propertyNames": {"pattern": NO_CONTROLS}})),
        ("PlaceJson", json!({"propertyNames": {"pattern": NO_CONTROLS}})),
        ("AuthForm", json!({"propertyNames": {"pattern": NO_CONTROLS}})),
        ("AuthJson", json!({"propertyNames": {"pattern": NO_CONTROLS}})),
    ]
}

/// By operations (none means all) and parameter.
fn of_parameters() -> Vec<(Vec<&'static str>, &'static str, Value)> {
    let zone = json!({"minLength": 1, "maxLength": MAX_ZONE_CHARS, "pattern": "^[A-Za-z0-9_+/-]+$", "format": "time-zone"});
    let day_or_moment =
        json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]});
    let filtered = ["listCalls", "exportCalls"];
    let event = json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": i64::MAX});
    vec![
        (vec![], "time_zone", zone),
        (filtered.to_vec(), "from", day_or_moment.clone()),
        (filtered.to_vec(), "to", day_or_moment),
        (filtered.to_vec(), "q", json!({"maxLength": MAX_TEXT_CHARS})),
        (
            vec!["listRefusedCalls"],
            "cursor",
            json!({"pattern": format!(r"^[0-9]{{1,{MAX_TIME_DIGITS}}}\.[0-9]{{1,{MAX_ID_DIGITS}}}$")}),
        ),
        (
            vec![],
            "Idempotency-Key",
            json!({"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARS, "pattern": "^[!-~]+$"}),
        ),
        (vec![], "Prefer", json!({"type": "string"})),
        (vec![], "number", number()),
        (vec!["placeDocumentedCall"], "protocol", json!({"pattern": NO_CONTROLS})),
        (vec!["placeDocumentedCall"], "target_number", documented_number()),
        (vec!["placeDocumentedCall"], "message", message()),
        (vec!["placeDocumentedCall"], "update_callback", documented_callback()),
        (vec!["authorizePusherChannel"], "channel_name", channel()),
        (vec!["authorizePusherChannel"], "socket_id", socket()),
        (vec!["getEstimate"], "to", number()),
        (vec!["getEstimate"], "protocol", protocol_id()),
        (vec!["getProtocol", "changeProtocol", "deleteProtocol"], "id", protocol_id()),
        (vec![], "last_event_id", event.clone()),
        (vec![], "Last-Event-ID", event),
    ]
}

fn documented_number() -> Value {
    json!({"pattern": NO_CONTROLS, "format": "phone-number"})
}

fn message() -> Value {
    json!({"maxLength": Message::MAX_CHARS, "pattern": SPEAKABLE})
}

fn documented_callback() -> Value {
    json!({"pattern": format!("^$|{WEB_ADDRESS}"), "format": "web-address"})
}

fn channel() -> Value {
    let most = MAX_CHANNEL - "private-".len();
    json!({"pattern": format!("^private-[A-Za-z0-9_=@,.;-]{{1,{most}}}$")})
}

fn socket() -> Value {
    let number = format!("[0-9]{{1,{MAX_SOCKET_DIGITS}}}");
    json!({"pattern": format!(r"^{number}\.{number}$")})
}

fn number() -> Value {
    json!({"minLength": 1, "maxLength": PhoneNumber::MAX_INPUT_CHARS, "format": "phone-number"})
}

fn protocol_id() -> Value {
    json!({"minLength": 1, "maxLength": ProtocolId::MAX_CHARS, "pattern": ProtocolId::PATTERN})
}

/// The languages that have an offer, each as the first part of a tag.
fn opt_out_language() -> String {
    let known = keys::LANGUAGES.iter().map(|words| words.language).chain(["no"]);
    let any_case = known.map(|language| {
        let letters = language.chars();
        letters.map(|letter| format!("[{}{letter}]", letter.to_ascii_uppercase())).collect::<String>()
    });
    format!(r"^\s*(?:{})(?:[-_]|\s*$)", any_case.collect::<Vec<_>>().join("|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_belongs_to_an_existing_field() {
        let document: Value = serde_json::from_str(&crate::http::openapi_json()).unwrap();
        let schemas = &document["components"]["schemas"];
        for (schema, field, bounds) in of_fields() {
            let mut schema = schemas[schema].clone();
            let told = parts(&mut schema).iter().any(|part| {
                let field = &part["properties"][field];
                bounds.as_object().unwrap().iter().all(|(keyword, value)| field[keyword] == *value)
            });
            assert!(told, "{field} of {schema}");
        }
        let mut documented = document.clone();
        let operations: Vec<Value> =
            operations(&mut documented).map(|(_, operation)| operation.clone()).collect();
        for (named, name, _) in of_parameters() {
            let has = |operation: &&Value| {
                operation["parameters"].as_array().into_iter().flatten().any(|told| told["name"] == name)
            };
            let having: Vec<_> =
                operations.iter().filter(has).map(|operation| operation["operationId"].clone()).collect();
            assert!(!having.is_empty() && named.iter().all(|id| having.contains(&(*id).into())), "{name}");
        }
    }
}
