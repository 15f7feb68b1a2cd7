//! Reads address books of other programs: vCard and CSV.

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

/// Most people in one file.
pub const MAX_PEOPLE: usize = 10_000;

/// The people in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AddressBook {
    /// Usable entries, in the file's order.
    pub people: Vec<Entry>,
    /// What was skipped.
    pub left_out: Vec<LeftOut>,
}

/// A person in an address book, with at least one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Full name.
    pub name: String,
    /// Preferred number first.
    pub numbers: Vec<PersonNumber>,
    /// Identifier that the exporting program uses in all its files (RFC 6350, 6.7.6).
    pub uid: Option<String>,
    /// The file marks them as do not call.
    pub do_not_call: bool,
}

/// Something skipped in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Name of the entry, if it has one.
    pub name: Option<String>,
    /// The reason.
    pub why: Unusable,
}

/// Why an entry or number was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// The entry has no name.
    NoName,
    /// The entry has no number.
    NoNumber,
    /// The entry has only fax or pager numbers.
    OnlyFax,
    /// Not a phone number.
    NotANumber(String, PhoneNumberError),
    /// A number that can't exist in any country.
    Impossible(ImpossibleNumber),
    /// More numbers than [`MAX_NUMBERS`].
    TooManyNumbers,
    /// The name is too long.
    LongName,
    /// The file ends in the middle of this entry.
    BreaksOff,
    /// More people than [`MAX_PEOPLE`].
    TooManyPeople,
}

impl Unusable {
    /// The number in question, as written.
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

/// Why a file can't be read as an address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddressBook {
    /// An empty file.
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

/// Reads either format. Detects it by content: file names and declared types are often wrong.
///
/// # Errors
/// If it is no address book.
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

pub(crate) struct ListedNumber {
    pub written: String,
    pub label: Option<String>,
    /// Lower ranks come first.
    pub rank: u32,
    /// A fax machine or pager.
    pub is_fax: bool,
}

impl AddressBook {
    /// Also notes it, once, when there are too many people.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.people.len() >= MAX_PEOPLE;
        if full {
            self.left_out.push(LeftOut { name: None, why: Unusable::TooManyPeople });
        }
        full
    }

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
