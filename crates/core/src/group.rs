//! Groups of people: a name, and members in order, each with one of their numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extension::Extension;
use crate::person::{Person, PersonId, PersonNumber, is_too_long, tidied};
use crate::phone_number::{PhoneNumber, PhoneNumberError, WrittenNumber};
use crate::region::Region;

/// Most members of a group.
pub const MAX_MEMBERS: usize = 100;

/// Our name for a group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = "uuid")]
pub struct GroupId(pub Uuid);

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for GroupId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(GroupId)
    }
}

/// A group of people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Group {
    /// Our id.
    pub id: GroupId,
    /// What it is called. No other group has this name, in capitals or not.
    #[schema(example = "Family")]
    pub name: String,
    /// Its members, in order.
    pub members: Vec<GroupMember>,
}

/// A member of a group: a person and one of their numbers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// Id of the person.
    pub person: PersonId,
    /// The number of theirs that is meant, in E.164.
    #[schema(value_type = String, example = "+15005550100")]
    pub number: PhoneNumber,
    /// Its extension.
    #[schema(value_type = Option<String>, example = "9")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// The fields of a group.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupFields {
    /// What it is called, in 200 characters or fewer. Blanks that are put together or removed don't count.
    #[schema(example = "Family")]
    pub name: String,
    /// Its members, in order. A person may appear twice, with different numbers.
    #[serde(default)]
    pub members: Vec<MemberFields>,
}

/// A member of a group.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberFields {
    /// Id of the person.
    pub person: PersonId,
    /// One of the person's numbers; an extension may follow it (`x 9`). Without it, their usual one.
    #[serde(default)]
    #[schema(example = "+1 500 555 0100")]
    pub number: Option<String>,
    /// Its extension, if it doesn't follow the number.
    #[serde(default)]
    #[schema(example = "9")]
    pub extension: Option<String>,
}

/// What is wrong with a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// The name is empty.
    #[error("a group needs a name")]
    NoName,
    /// The name is too long.
    #[error("a group's name is too long")]
    LongName,
    /// Too many members.
    #[error("a group has at most {MAX_MEMBERS} members")]
    TooManyMembers,
    /// A member who doesn't exist.
    #[error("there is no person {0}, who was to be a member")]
    UnknownPerson(PersonId),
    /// A member who can't be called.
    #[error("{0} has no number, so they can't be a member of a group")]
    NoNumber(String),
    /// A member's number isn't a number.
    #[error("{0:?} is not a number: {1}")]
    Number(String, PhoneNumberError),
    /// A member's number isn't one of the person's.
    #[error("{name} doesn't have the number {number:?}")]
    NotTheirs {
        /// The person.
        name: String,
        /// The number, as it was written.
        number: String,
    },
    /// A member who is there already.
    #[error("{0} is in the group twice with the same number")]
    Twice(String),
}

impl Group {
    /// A group as it was written down. `people` has everyone who is named as a member and exists.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(
        id: GroupId,
        fields: GroupFields,
        people: &BTreeMap<PersonId, Person>,
        region: Region,
    ) -> Result<Self, GroupError> {
        let name = tidied(&fields.name);
        if name.is_empty() {
            return Err(GroupError::NoName);
        }
        if is_too_long(&name) {
            return Err(GroupError::LongName);
        }
        if fields.members.len() > MAX_MEMBERS {
            return Err(GroupError::TooManyMembers);
        }
        let mut members = Vec::with_capacity(fields.members.len());
        for written in fields.members {
            let person = people.get(&written.person).ok_or(GroupError::UnknownPerson(written.person))?;
            let member = GroupMember::of(person, written, region)?;
            if members.contains(&member) {
                return Err(GroupError::Twice(person.name.clone()));
            }
            members.push(member);
        }
        Ok(Self { id, name, members })
    }

    /// The name in lower case. No two groups have the same.
    pub fn key(&self) -> String {
        key_of(&self.name)
    }

    /// The group after a person changed: members whose number was deleted leave it, and corrected numbers replace the old
    /// ones.
    #[must_use]
    pub fn after_change_of(mut self, before: &Person, after: &Person) -> Self {
        let members = std::mem::take(&mut self.members);
        for mut member in members {
            if member.person == after.id {
                let Some(number) = number_after(&member, before, after) else { continue };
                (member.number, member.extension) = (number.number.clone(), number.extension.clone());
            }
            if !self.members.contains(&member) {
                self.members.push(member);
            }
        }
        self
    }
}

/// A group's name in lower case, without spaces at its ends.
pub fn key_of(name: &str) -> String {
    tidied(name).to_lowercase()
}

impl GroupMember {
    fn of(person: &Person, written: MemberFields, region: Region) -> Result<Self, GroupError> {
        let found = match written.number {
            None => person.numbers.first().ok_or_else(|| GroupError::NoNumber(person.name.clone()))?,
            Some(number) => {
                let WrittenNumber { number: read, extension } = WrittenNumber::parse(&number, region)
                    .map_err(|error| GroupError::Number(number.clone(), error))?;
                let apart = written.extension.filter(|keys| !keys.is_empty());
                let apart = apart.map(|keys| keys.parse::<Extension>()).transpose();
                let apart =
                    apart.map_err(|_| GroupError::Number(number.clone(), PhoneNumberError::BadExtension))?;
                let extension = apart.or(extension);
                let is_it = |their: &&PersonNumber| their.number == read && their.extension == extension;
                let theirs = person.numbers.iter().find(is_it);
                theirs.ok_or_else(|| GroupError::NotTheirs { name: person.name.clone(), number })?
            }
        };
        Ok(Self { person: person.id, number: found.number.clone(), extension: found.extension.clone() })
    }

    fn is(&self, number: &PersonNumber) -> bool {
        self.number == number.number && self.extension == number.extension
    }
}

/// The member's number after the person was changed. A number that is gone was corrected if a new one took its place,
/// and deleted otherwise.
fn number_after<'after>(
    member: &GroupMember,
    before: &Person,
    after: &'after Person,
) -> Option<&'after PersonNumber> {
    if let Some(kept) = after.numbers.iter().find(|number| member.is(number)) {
        return Some(kept);
    }
    let place = before.numbers.iter().position(|number| member.is(number))?;
    let instead = after.numbers.get(place)?;
    let is_new = before
        .numbers
        .iter()
        .all(|known| known.number != instead.number || known.extension != instead.extension);
    (before.numbers.len() == after.numbers.len() && is_new).then_some(instead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{NumberFields, PersonFields};

    const ONE: &str = "+14158675309";
    const TWO: &str = "+14158675310";
    const THREE: &str = "+14158675311";

    fn person(id: u128, name: &str, numbers: &[&str]) -> Person {
        let numbers = numbers.iter().map(|number| NumberFields {
            number: (*number).into(),
            label: None,
            extension: None,
        });
        let fields = PersonFields {
            name: name.into(),
            may_call: true,
            usual_protocol: None,
            numbers: numbers.collect(),
        };
        Person::new(PersonId(Uuid::from_u128(id)), fields, Region::default()).unwrap()
    }

    fn member(id: u128, number: Option<&str>) -> MemberFields {
        let person = PersonId(Uuid::from_u128(id));
        MemberFields { person, number: number.map(Into::into), extension: None }
    }

    fn group(name: &str, members: Vec<MemberFields>) -> Result<Group, GroupError> {
        let people = [
            person(1, "Ada", &[ONE, "+1 415 867 5310 x 9"]),
            person(2, "Bob", &[THREE]),
            person(3, "Cy", &[]),
        ];
        let people = people.into_iter().map(|person| (person.id, person)).collect();
        Group::new(
            GroupId(Uuid::nil()),
            GroupFields { name: name.into(), members },
            &people,
            Region::default(),
        )
    }

    fn numbers(group: &Group) -> Vec<&str> {
        group.members.iter().map(|member| member.number.as_str()).collect()
    }

    #[test]
    fn members_keep_their_order_and_one_of_their_numbers() {
        let family = group(
            " The \n Family ",
            vec![member(2, None), member(1, Some("415 867 5310 x9")), member(1, None)],
        );
        let family = family.unwrap();
        assert_eq!(family.name, "The Family");
        assert_eq!(family.key(), key_of("THE  family"));
        assert_eq!(numbers(&family), [THREE, TWO, ONE]);
        assert_eq!(family.members[1].extension.as_ref().map(Extension::as_str), Some("9"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(group(" \t", vec![]), Err(GroupError::NoName));
        assert_eq!(group(&"a".repeat(201), vec![]), Err(GroupError::LongName));
        assert_eq!(group("A", vec![member(2, None); 101]), Err(GroupError::TooManyMembers));
        let nobody = PersonId(Uuid::from_u128(9));
        assert_eq!(group("A", vec![member(9, None)]), Err(GroupError::UnknownPerson(nobody)));
        assert_eq!(group("A", vec![member(3, None)]), Err(GroupError::NoNumber("Cy".into())));
        assert_eq!(
            group("A", vec![member(2, None), member(2, Some(THREE))]),
            Err(GroupError::Twice("Bob".into()))
        );
        let not_theirs = |number: &str| {
            let found = group("A", vec![member(1, Some(number))]);
            assert_eq!(found, Err(GroupError::NotTheirs { name: "Ada".into(), number: number.into() }));
        };
        not_theirs(THREE);
        not_theirs(TWO);
        assert!(matches!(group("A", vec![member(1, Some("mom"))]), Err(GroupError::Number(_, _))));
    }

    #[test]
    fn a_member_follows_a_corrected_number_and_goes_with_a_deleted_one() {
        let before = person(1, "Ada", &[ONE, TWO]);
        let bob = person(2, "Bob", &[ONE]);
        let people = [before.clone(), bob].map(|person| (person.id, person)).into();
        let all = vec![member(1, Some(ONE)), member(2, None), member(1, Some(TWO))];
        let fields = GroupFields { name: "A".into(), members: all };
        let group = Group::new(GroupId(Uuid::nil()), fields, &people, Region::default()).unwrap();
        let after = |now: &[&str]| {
            let group = group.clone().after_change_of(&before, &person(1, "Ada", now));
            numbers(&group).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(after(&[TWO, ONE]), [ONE, ONE, TWO], "another order is no change");
        assert_eq!(after(&[ONE, TWO, THREE]), [ONE, ONE, TWO]);
        assert_eq!(after(&[ONE, THREE]), [ONE, ONE, THREE], "corrected");
        assert_eq!(after(&[ONE]), [ONE, ONE], "deleted");
        assert_eq!(after(&[TWO, THREE]), [ONE, TWO], "one deleted and another added");
        assert_eq!(after(&[]), [ONE], "Bob's stays");
    }
}
