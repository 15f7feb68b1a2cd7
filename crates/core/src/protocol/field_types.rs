//! The type of each field of a protocol. A JSON parser's "expected u16" doesn't name the field.

use serde_json::{Map, Value};

use crate::protocol::{Protocol, ProtocolError};
use crate::unique_json::kind;

enum Type {
    Text,
    TextOrNothing,
    Whole { most: u32 },
    Truth,
    OneOf(&'static [&'static str]),
    Say,
    Acknowledge,
}

const FIELDS: [(&str, Type); 16] = [
    ("phone_number", Type::Text),
    ("name", Type::TextOrNothing),
    ("group", Type::TextOrNothing),
    ("callback", Type::TextOrNothing),
    ("twiml", Type::TextOrNothing),
    ("say", Type::Say),
    ("sound", Type::TextOrNothing),
    ("method", Type::OneOf(&["GET", "POST"])),
    ("timeout", Type::Whole { most: Protocol::MAX_TIMEOUT_S as u32 }),
    ("machine_detection", Type::OneOf(&["Enable", "DetectMessageEnd"])),
    ("send_digits", Type::TextOrNothing),
    ("time_limit", Type::Whole { most: Protocol::MAX_TIME_LIMIT_S }),
    ("record", Type::Truth),
    ("offer_opt_out", Type::Truth),
    ("opt_out_language", Type::TextOrNothing),
    ("acknowledge", Type::Acknowledge),
];
const SAY_FIELDS: [(&str, Type); 5] = [
    ("text", Type::Text),
    ("voice", Type::TextOrNothing),
    ("language", Type::TextOrNothing),
    ("message", Type::TextOrNothing),
    ("repeat", Type::Whole { most: Protocol::MAX_REPEAT as u32 }),
];
const ACKNOWLEDGE_FIELDS: [(&str, Type); 3] =
    [("digit", Type::TextOrNothing), ("prompt", Type::TextOrNothing), ("required", Type::Truth)];

/// Turns numbers such as `30.0`, which JSON Schema accepts as integers, into integers.
pub(crate) fn make_whole(source: &mut Map<String, Value>) {
    make_fields_whole(source, &FIELDS);
    if let Some(Value::Object(say)) = source.get_mut("say") {
        make_fields_whole(say, &SAY_FIELDS);
    }
}

fn make_fields_whole(source: &mut Map<String, Value>, fields: &[(&str, Type)]) {
    let whole = fields.iter().filter(|(_, wanted)| matches!(wanted, Type::Whole { .. }));
    for (field, _) in whole {
        let Some(value) = source.get_mut(*field) else { continue };
        let written = value.as_f64().filter(|number| number.fract() == 0.0 && value.is_f64());
        if let Some(number) = written.and_then(|number| format!("{number:.0}").parse::<u32>().ok()) {
            *value = number.into();
        }
    }
}

/// Checks the type of each known field.
pub(crate) fn check(source: &Map<String, Value>) -> Result<(), ProtocolError> {
    for (field, wanted) in &FIELDS {
        let Some(value) = source.get(*field) else { continue };
        check_field(field, value, wanted).map_err(ProtocolError::BadField)?;
        if let Type::Whole { most } = *wanted
            && !value.is_null()
            && !is_within(value, most)
        {
            return Err(ProtocolError::OutOfRange { field, most });
        }
    }
    Ok(())
}

fn is_within(value: &Value, most: u32) -> bool {
    value.as_u64().is_some_and(|number| (1..=most.into()).contains(&number))
}

fn check_field(name: &str, value: &Value, wanted: &Type) -> Result<(), String> {
    let must = |what: &str| Err(format!("{name} must be {what}, not {}", kind(value)));
    match (wanted, value) {
        (Type::Text | Type::TextOrNothing, Value::String(_)) => Ok(()),
        (Type::Text, _) => must("text in quotes"),
        (_, Value::Null) => Ok(()),
        (Type::TextOrNothing, _) => must("text in quotes"),
        (Type::Whole { .. }, value) if value.is_i64() || value.is_u64() => Ok(()),
        (Type::Whole { most }, _) => must(&format!("a whole number from 1 to {most}, without quotes")),
        (Type::Truth, Value::Bool(_)) => Ok(()),
        (Type::Truth, _) => must("true or false, without quotes"),
        (Type::OneOf(words), Value::String(word)) if words.contains(&word.as_str()) => Ok(()),
        (Type::OneOf(words), _) => {
            must(&words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or "))
        }
        (Type::Say, Value::Object(say)) => {
            if let Some(other) = say.keys().find(|name| SAY_FIELDS.iter().all(|(known, _)| known != name)) {
                return Err(format!(
                    "{name} has text, voice, language, message and repeat, and not {other:?}"
                ));
            }
            if !say.contains_key("text") {
                return Err(format!("{name}.text is missing"));
            }
            let mut known =
                SAY_FIELDS.iter().filter_map(|(field, wanted)| Some((field, say.get(*field)?, wanted)));
            known.try_for_each(|(field, value, wanted)| {
                let field = format!("{name}.{field}");
                check_field(&field, value, wanted)?;
                match (wanted, value.is_null()) {
                    (Type::Whole { most }, false) if !is_within(value, *most) => {
                        Err(format!("{field} must be from 1 to {most}"))
                    }
                    _ => Ok(()),
                }
            })
        }
        (Type::Acknowledge, Value::Bool(_)) => Ok(()),
        (Type::Acknowledge, Value::Object(options)) => {
            let known = |name: &str| ACKNOWLEDGE_FIELDS.iter().find(|(known, _)| *known == name);
            options.iter().try_for_each(|(field, value)| match known(field) {
                Some((field, wanted)) => check_field(&format!("{name}.{field}"), value, wanted),
                None => Err(format!("{name} has digit, prompt and required, and not {field:?}")),
            })
        }
        (Type::Acknowledge, _) => must("true, false or an object such as {\"digit\": \"1\"}"),
        (Type::Say, _) => must("an object such as {\"text\": \"Dinner is ready\"}"),
    }
}

/// The known field that this unknown one was probably meant to be.
pub(crate) fn probably_meant(unknown: &str) -> Option<&'static str> {
    let plain = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
    let written = plain(unknown);
    let distance = |name: &str| strsim::osa_distance(&written, &plain(name));
    let (name, _) = FIELDS.iter().min_by_key(|(name, _)| distance(name))?;
    // Short words resemble each other too easily.
    let near = if name.len() < 6 { 1 } else { 2 };
    (unknown != *name && distance(name) <= near).then_some(*name)
}

pub(crate) fn is_known(name: &str) -> bool {
    FIELDS.iter().any(|(known, _)| *known == name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_type_names_its_field_and_what_it_should_be() {
        for (source, words) in [
            (
                json!({"phone_number": 15_005_550_006_u64}),
                "phone_number must be text in quotes, not the number 15005550006",
            ),
            (json!({"phone_number": "1", "group": 5}), "group must be text in quotes, not the number 5"),
            (json!({"phone_number": null}), "phone_number must be text in quotes, not null"),
            (
                json!({"timeout": "30"}),
                "timeout must be a whole number from 1 to 600, without quotes, not the text \"30\"",
            ),
            (
                json!({"time_limit": 1.5}),
                "time_limit must be a whole number from 1 to 86400, without quotes, not the number 1.5",
            ),
            (json!({"record": "yes"}), "record must be true or false, without quotes, not the text \"yes\""),
            (json!({"method": "get"}), "method must be \"GET\" or \"POST\", not the text \"get\""),
            (
                json!({"say": "Dinner"}),
                "say must be an object such as {\"text\": \"Dinner is ready\"}, not the text \"Dinner\"",
            ),
            (json!({"say": {"text": ["a"]}}), "say.text must be text in quotes, not a list"),
            (json!({"say": {"voice": "Polly.Amy"}}), "say.text is missing"),
            (
                json!({"say": {"text": "a", "voise": "b"}}),
                "say has text, voice, language, message and repeat, and not \"voise\"",
            ),
            (
                json!({"say": {"text": "a", "repeat": "3"}}),
                "say.repeat must be a whole number from 1 to 5, without quotes, not the text \"3\"",
            ),
            (json!({"say": {"text": "a", "repeat": 6}}), "say.repeat must be from 1 to 5"),
            (json!({"say": {"text": "a", "repeat": 0}}), "say.repeat must be from 1 to 5"),
            (
                json!({"say": {"text": "a", "message": 6}}),
                "say.message must be text in quotes, not the number 6",
            ),
            (
                json!({"acknowledge": "1"}),
                "acknowledge must be true, false or an object such as {\"digit\": \"1\"}, not the text \"1\"",
            ),
            (
                json!({"acknowledge": {"digit": 1}}),
                "acknowledge.digit must be text in quotes, not the number 1",
            ),
            (
                json!({"acknowledge": {"key": "1"}}),
                "acknowledge has digit, prompt and required, and not \"key\"",
            ),
            (
                json!({"acknowledge": {"required": "no"}}),
                "acknowledge.required must be true or false, without quotes, not the text \"no\"",
            ),
            (json!({"callback": {}}), "callback must be text in quotes, not an object"),
        ] {
            assert_eq!(check(source.as_object().unwrap()), Err(ProtocolError::BadField(words.into())));
        }
        for beyond in [0, -1, 601, 70_000, i64::MAX] {
            let source = json!({"timeout": beyond});
            let error = ProtocolError::OutOfRange { field: "timeout", most: 600 };
            assert_eq!(check(source.as_object().unwrap()), Err(error));
        }
        let good = json!({"phone_number": "1", "timeout": null, "mood": {"loud": 1}, "say": {"text": "a", "voice": null}});
        assert_eq!(check(good.as_object().unwrap()), Ok(()));
    }

    #[test]
    fn a_misspelt_field_is_recognized() {
        for (written, meant) in [
            ("time_limt", Some("time_limit")),
            ("timeLimit", Some("time_limit")),
            ("Timeout", Some("timeout")),
            ("tiemout", Some("timeout")),
            ("MachineDetection", Some("machine_detection")),
            ("calback", Some("callback")),
            ("phone-number", Some("phone_number")),
            ("sya", Some("say")),
            ("groups", Some("group")),
            ("mood", None),
            ("notes", None),
            ("", None),
        ] {
            assert_eq!(probably_meant(written), meant, "{written}");
        }
    }
}
