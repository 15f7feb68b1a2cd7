//! Address books that other programs wrote: vCard and CSV.

mod contacts_columns;
mod contacts_csv;
mod kinds;
mod vcard;
mod vcard_lines;

use std::fmt;

use crate::encoding;
use crate::extension::Extension;
use crate::person::{MAX_NUMBERS, PersonNumber, is_too_long, tidied};
use crate::phone_number::{ImpossibleNumber, PhoneNumber, PhoneNumberError, WrittenNumber};
use crate::region::Region;
use contacts_csv::NoColumns;
pub(crate) use kinds::{is_fax, label};

/// Most people of one file.
pub const MAX_PEOPLE: usize = 10_000;

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AddressBook {
    /// Who can be written down, in the file's order.
    pub people: Vec<Entry>,
    /// What of it can't be used.
    pub left_out: Vec<LeftOut>,
}

/// Somebody of an address book, with at least one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What they are called.
    pub name: String,
    /// Their numbers, the preferred one first.
    pub numbers: Vec<PersonNumber>,
    /// What the program that wrote the file knows them by, the same in each of its files (RFC 6350, 6.7.6).
    pub uid: Option<String>,
    /// The file says that they are not to be called.
    pub do_not_call: bool,
}

/// What was not taken from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Whose it is, if there is a name.
    pub name: Option<String>,
    /// Why.
    pub why: Unusable,
}

/// Why something can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// An entry has no name.
    NoName,
    /// Somebody has no number.
    NoNumber,
    /// All of somebody's numbers are those of fax machines or pagers.
    OnlyFax,
    /// A text isn't a number.
    NotANumber(String, PhoneNumberError),
    /// No country has such a number.
    Impossible(ImpossibleNumber),
    /// More numbers than one person can have.
    TooManyNumbers,
    /// A name that nobody reads to its end.
    LongName,
    /// The file ends in the middle of an entry.
    BreaksOff,
    /// More people than one file can have.
    TooManyPeople,
}

impl Unusable {
    /// The number it is about, as it was written.
    pub fn number(&self) -> Option<&str> {
        match self {
            Self::NotANumber(written, _) => Some(written),
            Self::Impossible(number) => Some(&number.written),
            Self::NoName
            | Self::NoNumber
            | Self::OnlyFax
            | Self::TooManyNumbers
            | Self::LongName
            | Self::BreaksOff
            | Self::TooManyPeople => None,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = self.name.as_deref().unwrap_or("An entry");
        match &self.why {
            Unusable::NoName => f.write_str("An entry without a name."),
            Unusable::NoNumber => write!(f, "{who} has no phone number."),
            Unusable::OnlyFax => write!(f, "{who} has only a fax or pager number."),
            Unusable::NotANumber(written, error) => write!(f, "{who}: {written}, because {error}."),
            Unusable::Impossible(number) => write!(f, "{who}: {number}."),
            Unusable::TooManyNumbers => {
                write!(f, "{who}: only the first {MAX_NUMBERS} numbers, the most one person can have.")
            }
            Unusable::LongName => {
                let start: String = who.chars().take(40).collect();
                write!(f, "{start}…: the name is too long.")
            }
            Unusable::BreaksOff => write!(f, "{who}: the file breaks off here."),
            Unusable::TooManyPeople => {
                write!(f, "Everyone after the first {MAX_PEOPLE}, the most that one file can hold.")
            }
        }
    }
}

/// Why a file isn't an address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddressBook {
    /// There is nothing in it.
    #[error("The file is empty.")]
    Empty,
    /// Neither vCard nor a table with names and numbers.
    #[error(
        "It contains no contacts. Export them as a vCard (.vcf), or as a CSV file whose first line names the \
         columns, such as Name and Phone."
    )]
    Neither,
    /// A table of names without a column of numbers.
    #[error(
        "It has a column of names but none of phone numbers. Its first line should name one, such as Phone."
    )]
    NoNumbers,
    /// A table of numbers without a column of names.
    #[error(
        "It has a column of phone numbers but none of names. Its first line should name one, such as Name."
    )]
    NoNames,
}

/// Reads a file of either kind: its content tells which, since names and declared types often don't.
///
/// # Errors
/// When it is no address book.
pub fn read(file: &[u8], region: Region) -> Result<AddressBook, NotAnAddressBook> {
    let bytes = encoding::without_utf_16(file);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NotAnAddressBook::Empty);
    }
    if let Some(book) = vcard::read(&bytes, region) {
        return Ok(book);
    }
    contacts_csv::read(&encoding::text(&bytes, region), region).map_err(|missing| match missing {
        NoColumns::Neither => NotAnAddressBook::Neither,
        NoColumns::Numbers => NotAnAddressBook::NoNumbers,
        NoColumns::Names => NotAnAddressBook::NoNames,
    })
}

/// A number of an entry as it stands in the file.
pub(crate) struct ListedNumber {
    pub written: String,
    pub label: Option<String>,
    /// The smaller, the sooner it is offered.
    pub rank: u32,
    /// What answers there doesn't listen.
    pub is_fax: bool,
}

impl AddressBook {
    /// Whether no more people are taken; said once.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.people.len() >= MAX_PEOPLE;
        if full {
            self.left_out.push(LeftOut { name: None, why: Unusable::TooManyPeople });
        }
        full
    }

    /// Takes somebody with those of their numbers that can be called; what can't be used is noted.
    pub(crate) fn take(
        &mut self,
        name: Option<String>,
        uid: Option<String>,
        do_not_call: bool,
        mut written: Vec<ListedNumber>,
        region: Region,
    ) {
        let name = name.map(|name| tidied(&name)).filter(|name| !name.is_empty());
        let mut leave_out = |name: Option<&str>, why| {
            self.left_out.push(LeftOut { name: name.map(str::to_owned), why });
        };
        let Some(name) = name else { return leave_out(None, Unusable::NoName) };
        if is_too_long(&name) {
            return leave_out(Some(&name), Unusable::LongName);
        }
        let faxes = written.iter().filter(|number| number.is_fax).count();
        if faxes > 0 && faxes == written.len() {
            return leave_out(Some(&name), Unusable::OnlyFax);
        }
        written.retain(|number| !number.is_fax);
        written.sort_by_key(|number| number.rank);
        let mut numbers: Vec<PersonNumber> = Vec::new();
        for ListedNumber { written, label, .. } in written {
            let possible = match WrittenNumber::parse(&written, region) {
                Ok(WrittenNumber { number, extension }) => {
                    let possible = number.possible(&written).map_err(Unusable::Impossible);
                    possible.map(|number| (number, extension))
                }
                Err(error) => Err(Unusable::NotANumber(written, error)),
            };
            let is_known = |number: &PhoneNumber, extension: &Option<Extension>| {
                numbers.iter().any(|known| known.number == *number && known.extension == *extension)
            };
            match possible {
                Ok((number, extension)) if is_known(&number, &extension) => {}
                Ok(_) if numbers.len() == MAX_NUMBERS => {
                    leave_out(Some(&name), Unusable::TooManyNumbers);
                    break;
                }
                Ok((number, extension)) => {
                    let label = label.map(|label| tidied(&label)).filter(|label| !label.is_empty());
                    let label = label.filter(|label| !is_too_long(label));
                    numbers.push(PersonNumber { number, label, extension });
                }
                Err(why) => leave_out(Some(&name), why),
            }
        }
        if numbers.is_empty() {
            return leave_out(Some(&name), Unusable::NoNumber);
        }
        self.people.push(Entry { name, numbers, uid, do_not_call });
    }
}

#[cfg(test)]
mod tests;
