//! Phone numbers as URIs: RFC 3966 (`tel:+49-30-901820;ext=9`).

use crate::phone_number::PhoneNumberError;

pub(crate) struct Parts {
    /// Without parameters.
    pub(crate) number: String,
    /// For a local number: `+` and the digits to put before it.
    pub(crate) context: Option<String>,
    pub(crate) extension: Option<String>,
}

/// Parses the parameters even without `tel:`, which some programs omit.
pub(crate) fn parts(text: &str) -> Result<Parts, PhoneNumberError> {
    let text = text.trim();
    let address = match text.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => decoded(text[4..].trim_start_matches('/'))?,
        Some(_) | None => text.to_owned(),
    };
    let mut parts = Parts { number: address.clone(), context: None, extension: None };
    let Some((number, parameters)) = address.split_once(';').filter(|(_, rest)| rest.contains('=')) else {
        return Ok(parts);
    };
    number.clone_into(&mut parts.number);
    for parameter in parameters.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        // Other parameters ("isub", carrier-specific ones) don't change who is rung.
        if name.eq_ignore_ascii_case("ext") {
            parts.extension = Some(value.chars().filter(|sign| !is_separator(*sign)).collect());
        } else if name.eq_ignore_ascii_case("phone-context") {
            parts.context = context(value)?;
        }
    }
    Ok(parts)
}

/// The digits of a phone context; `None` for a domain name, which means nothing to phone networks.
fn context(value: &str) -> Result<Option<String>, PhoneNumberError> {
    if let Some(digits) = value.strip_prefix('+') {
        let digits: String = digits.chars().filter(|sign| !is_separator(*sign)).collect();
        let good = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        return if good { Ok(Some(format!("+{digits}"))) } else { Err(PhoneNumberError::NotANumber) };
    }
    let is_domain =
        !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if is_domain { Ok(None) } else { Err(PhoneNumberError::NotANumber) }
}

/// RFC 3966's visual separators.
fn is_separator(sign: char) -> bool {
    matches!(sign, '-' | '.' | '(' | ')')
}

fn decoded(text: &str) -> Result<String, PhoneNumberError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()];
        let value = |digit: Option<u8>| u8::try_from(char::from(digit?).to_digit(16)?).ok();
        let [Some(high), Some(low)] = digits.map(value) else {
            return Err(PhoneNumberError::BadCharacter('%'));
        };
        bytes.push(high << 4 | low);
    }
    String::from_utf8(bytes).map_err(|_| PhoneNumberError::BadCharacter('\u{fffd}'))
}
