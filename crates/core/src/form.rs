//! Parses request bodies, forms or JSON objects, into parameters.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::phone_number::WrittenNumber;
use crate::region::Region;

/// Why a body was rejected.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// Not guessed, because a wrong guess could ring anyone.
    #[error("The form is not valid UTF-8")]
    NotUtf8,
    /// Not JSON, or not an object.
    #[error("The body is not a JSON object: {0}")]
    NotAnObject(#[from] serde_json::Error),
    /// A parameter is a list, an object or a boolean.
    #[error("{0:.40} must be a string")]
    NotText(String),
    /// Not a whole number, so its digits may not be the intended ones.
    #[error("{0:.40} must be a string or a whole number that isn't negative")]
    NotWhole(String),
    /// No parameter has such a name. In multipart forms names are headers, which can't contain control characters.
    #[error("A name holds control characters")]
    ControlInName,
}

/// Parses a form (`application/x-www-form-urlencoded`). If a parameter is repeated, the first one counts.
///
/// # Errors
/// If a name or value isn't UTF-8, or a name contains control characters.
pub fn from_form(body: &[u8]) -> Result<HashMap<String, String>, FormError> {
    let mut fields = HashMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        // The decoder replaces invalid UTF-8 with this character.
        if name.contains('\u{fffd}') || value.contains('\u{fffd}') {
            return Err(FormError::NotUtf8);
        }
        check_name(&name)?;
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    Ok(fields)
}

/// Parses the known fields of a JSON object: strings and whole numbers; `null` counts as absent. Ignores other fields,
/// like in a form.
///
/// # Errors
/// If the body or a known field has another type, or a name contains control characters.
pub fn from_json(body: &[u8], is_known: impl Fn(&str) -> bool) -> Result<HashMap<String, String>, FormError> {
    let object: Map<String, Value> = serde_json::from_slice(body)?;
    object.keys().try_for_each(|name| check_name(name))?;
    let mut fields = HashMap::new();
    for (name, value) in object.into_iter().filter(|(name, _)| is_known(name)) {
        match value {
            Value::String(text) => drop(fields.insert(name, text)),
            // For "4930901820.0", the zero would become a digit.
            Value::Number(number) if number.is_u64() => drop(fields.insert(name, number.to_string())),
            Value::Number(_) => return Err(FormError::NotWhole(name)),
            Value::Null => {}
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Err(FormError::NotText(name)),
        }
    }
    Ok(fields)
}

fn check_name(name: &str) -> Result<(), FormError> {
    if name.chars().any(char::is_control) { Err(FormError::ControlInName) } else { Ok(()) }
}

/// A number from a form; `None` if it is ambiguous.
///
/// An unescaped `+` in a form arrives as a space, and people write `-d target_number=+49…`. Read as a national number
/// it could ring a stranger, so it must have only one meaning.
pub fn plus_or_blank(text: &str, region: Region) -> Option<String> {
    let Some(digits) = text.strip_prefix(' ') else { return Some(text.to_owned()) };
    let possible =
        |text: &str| WrittenNumber::parse(text, region).ok().filter(|read| read.number.is_possible());
    let international = format!("+{digits}");
    match (possible(&international), possible(digits)) {
        (Some(international), Some(national)) if international != national => None,
        (Some(_), _) => Some(international),
        (None, _) => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_that_became_a_blank_rings_nobody_else() {
        let read = |text| plus_or_blank(text, Region::US);
        assert_eq!(read(" 15005550100").as_deref(), Some("+15005550100"), "one number either way");
        assert_eq!(read(" 442079460958").as_deref(), Some("+442079460958"), "too long for a national number");
        assert_eq!(read(" 4930901820"), None, "Berlin, or an American number");
        assert_eq!(read("4930901820").as_deref(), Some("4930901820"));
        assert_eq!(read(" nonsense").as_deref(), Some(" nonsense"));
    }

    #[test]
    fn both_kinds_of_body_say_the_same() {
        let form = from_form(b"protocol=p1&target_number=%2B15005550100&protocol=p2&pin=7").unwrap();
        let json =
            br#"{"protocol": "p1", "target_number": "+15005550100", "pin": 7, "update_callback": null}"#;
        let all = |_: &str| true;
        assert_eq!(form, from_json(json, all).unwrap());
        assert!(matches!(from_form(b"protocol=%ff"), Err(FormError::NotUtf8)));
        assert!(matches!(from_json(b"[]", all), Err(FormError::NotAnObject(_))));
        for quantity in ["4930901820.0", "1.2025550145e10", "-12025550144", "1234.50", "99999999999999999999"]
        {
            let body = format!("{{\"target_number\": {quantity}}}");
            assert!(
                matches!(from_json(body.as_bytes(), all), Err(FormError::NotWhole(name)) if name == "target_number")
            );
        }
        assert!(matches!(from_form(b"protocol=p1&a%0A=b"), Err(FormError::ControlInName)));
        assert!(matches!(from_json(br#"{"a\n": "b"}"#, |_| false), Err(FormError::ControlInName)));
        let list = br#"{"protocol": [1]}"#;
        assert_eq!(from_json(list, all).unwrap_err().to_string(), "protocol must be a string");
        assert_eq!(from_json(list, |name| name == "target_number").unwrap(), HashMap::new());
    }
}
