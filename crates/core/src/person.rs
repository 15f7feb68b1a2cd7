//! People, their numbers, and whether they may be called.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extension::Extension;
use crate::phone_number::{ImpossibleNumber, PhoneNumber, PhoneNumberError, WrittenNumber};
use crate::protocol::ProtocolId;
use crate::region::Region;

/// Longest name or label, in characters.
const MAX_NAME_CHARS: usize = 200;
/// Most numbers of one person.
pub const MAX_NUMBERS: usize = 50;

/// Our name for a person.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid")]
pub struct PersonId(pub Uuid);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PersonId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(PersonId)
    }
}

/// A person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Person {
    /// Our id.
    pub id: PersonId,
    /// What they are called.
    #[schema(example = "Ada")]
    pub name: String,
    /// Whether they may be called. If not, all their numbers are refused.
    pub may_call: bool,
    /// Id of the protocol they are usually called with. The interface chooses it when this person is called.
    #[schema(value_type = Option<String>, example = "protocol1")]
    pub usual_protocol: Option<ProtocolId>,
    /// Their numbers, the usual one first.
    pub numbers: Vec<PersonNumber>,
}

/// A person's number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct PersonNumber {
    /// In E.164.
    #[schema(value_type = String, example = "+15005550100")]
    pub number: PhoneNumber,
    /// The label of the number.
    #[schema(example = "mobile")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The extension that is dialed once the call is answered, with a comma for each pause of two seconds.
    #[schema(value_type = Option<String>, example = "9")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// The fields of a person.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonFields {
    /// What they are called, in 200 characters or fewer. Blanks that are put together or removed don't count.
    #[schema(example = "Ada")]
    pub name: String,
    /// Whether they may be called.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub may_call: bool,
    /// Id of the protocol they are usually called with.
    #[serde(default)]
    #[schema(example = "protocol1")]
    pub usual_protocol: Option<String>,
    /// Their numbers, the usual one first.
    #[serde(default)]
    pub numbers: Vec<NumberFields>,
}

/// A number of a person.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NumberFields {
    /// The number; an extension may follow it (`x 9`).
    #[schema(example = "+1 500 555 0100")]
    pub number: String,
    /// The label of the number, in 200 characters or fewer.
    #[schema(example = "mobile")]
    pub label: Option<String>,
    /// Its extension, if it doesn't follow the number.
    #[schema(example = "9")]
    #[serde(default)]
    pub extension: Option<String>,
}

fn yes() -> bool {
    true
}

/// Why a person is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// Nothing but spaces.
    #[error("a person needs a name")]
    NoName,
    /// A name or label over the limit.
    #[error("a name or label has at most {MAX_NAME_CHARS} characters")]
    TooLong,
    /// The usual protocol doesn't exist.
    #[error("there is no protocol {0:?}, which was to be the usual one")]
    UsualProtocol(String),
    /// More than [`MAX_NUMBERS`].
    #[error("a person has at most {MAX_NUMBERS} numbers")]
    TooManyNumbers,
    /// Not a phone number.
    #[error("{0:?} is not a number: {1}")]
    Number(String, PhoneNumberError),
    /// A number that can't exist. Protecting it would not protect the number that was meant.
    #[error(transparent)]
    Impossible(#[from] ImpossibleNumber),
}

impl Person {
    /// Validates the fields. Keeps a repeated number once.
    ///
    /// # Errors
    /// The first invalid field.
    pub fn new(id: PersonId, fields: PersonFields, region: Region) -> Result<Self, PersonError> {
        let name = tidy(&fields.name)?.ok_or(PersonError::NoName)?;
        if fields.numbers.len() > MAX_NUMBERS {
            return Err(PersonError::TooManyNumbers);
        }
        let mut numbers: Vec<PersonNumber> = Vec::with_capacity(fields.numbers.len());
        for written in fields.numbers {
            let parsed = WrittenNumber::parse(&written.number, region);
            let WrittenNumber { number, extension } = match parsed {
                Ok(read) => read,
                Err(error) => return Err(PersonError::Number(written.number, error)),
            };
            let number = number.possible(&written.number)?;
            let apart = written
                .extension
                .filter(|keys| !keys.is_empty())
                .map(|keys| keys.parse::<Extension>())
                .transpose();
            let apart =
                apart.map_err(|_| PersonError::Number(written.number, PhoneNumberError::BadExtension))?;
            let extension = apart.or(extension);
            let label = written.label.as_deref().map(tidy).transpose()?.flatten();
            if numbers.iter().all(|known| known.number != number || known.extension != extension) {
                numbers.push(PersonNumber { number, label, extension });
            }
        }
        let usual_protocol = match fields.usual_protocol {
            Some(id) => Some(ProtocolId::new(&id).map_err(|_| PersonError::UsualProtocol(id))?),
            None => None,
        };
        Ok(Self { id, name, may_call: fields.may_call, usual_protocol, numbers })
    }

    /// Whether this change lets no number be called that couldn't be called before.
    pub fn protects_all_of(&self, before: &Self) -> bool {
        let keeps = |number: &PersonNumber| self.numbers.iter().any(|kept| kept.number == number.number);
        before.may_call || (!self.may_call && before.numbers.iter().all(keeps))
    }
}

fn tidy(text: &str) -> Result<Option<String>, PersonError> {
    let tidied = tidied(text);
    if is_too_long(&tidied) {
        return Err(PersonError::TooLong);
    }
    Ok(Some(tidied).filter(|text| !text.is_empty()))
}

/// A name or label on one line, with single spaces.
pub(crate) fn tidied(text: &str) -> String {
    let words = text.split(|sign: char| sign.is_whitespace() || sign.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(crate) fn is_too_long(text: &str) -> bool {
    text.chars().count() > MAX_NAME_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, numbers: &[&str]) -> Result<Person, PersonError> {
        let numbers = numbers.iter().map(|number| NumberFields {
            number: (*number).into(),
            label: Some(" mobile ".into()),
            extension: None,
        });
        let fields = PersonFields {
            name: name.into(),
            may_call: true,
            usual_protocol: None,
            numbers: numbers.collect(),
        };
        Person::new(PersonId(Uuid::nil()), fields, Region::default())
    }

    #[test]
    fn a_person_is_tidied() {
        let ada = person("  Ada \n Lovelace ", &["(415) 867-5309", "+1 415 867 5309"]).unwrap();
        assert_eq!(ada.name, "Ada Lovelace");
        assert_eq!(ada.numbers.len(), 1, "the same number twice is one");
        assert_eq!(ada.numbers[0].number.as_str(), "+14158675309");
        assert_eq!(ada.numbers[0].label.as_deref(), Some("mobile"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(person(" \t", &[]), Err(PersonError::NoName));
        assert_eq!(person(&"a".repeat(201), &[]), Err(PersonError::TooLong));
        let blanks = person(&format!("Ada{}Lovelace", " ".repeat(200)), &[]).unwrap();
        assert_eq!(blanks.name, "Ada Lovelace", "only what is kept counts");
        assert_eq!(person("Ada", &["1234567890"; 51]), Err(PersonError::TooManyNumbers));
        assert!(matches!(person("Ada", &["mom"]), Err(PersonError::Number(number, _)) if number == "mom"));
        // As a number of the United States, it lacks an area code.
        let error = person("Ada", &["+1 415 867 5309", "867-5309"]).unwrap_err();
        assert_eq!(error.to_string(), "\"867-5309\" is read as +18675309, and no such number can exist");
    }
}
