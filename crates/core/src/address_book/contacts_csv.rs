//! Contact tables from Google, Outlook and spreadsheets (CSV, RFC 4180).

use csv::{ReaderBuilder, StringRecord, Trim};

use super::contacts_columns::{Column, of_heads};
use crate::address_book::{self, AddressBook, ListedNumber};
use crate::phone_number::Region;

/// Google's separator between numbers of one kind.
const BETWEEN_NUMBERS: &str = ":::";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoColumns {
    Neither,
    Names,
    Numbers,
}

pub(crate) fn read(text: &str, region: Region) -> Result<AddressBook, NoColumns> {
    let text = text.trim_start_matches('\u{feff}');
    let (delimiter, text) = match told_delimiter(text) {
        Some((delimiter, rest)) => (Some(delimiter), rest),
        None => (None, text),
    };
    let (delimiter, columns) = match delimiter {
        Some(delimiter) => (delimiter, heads(text, delimiter)),
        // The delimiter that gives the most known headings.
        None => [b',', b';', b'\t', b'|']
            .map(|delimiter| (delimiter, heads(text, delimiter)))
            .into_iter()
            .rev()
            .max_by_key(|(_, columns)| columns.iter().filter(|column| **column != Column::Other).count())
            .unwrap_or_default(),
    };
    match (columns.iter().any(|column| column.is_name()), columns.iter().any(|column| column.is_number())) {
        (true, true) => {}
        (true, false) => return Err(NoColumns::Numbers),
        (false, true) => return Err(NoColumns::Names),
        (false, false) => return Err(NoColumns::Neither),
    }
    let mut book = AddressBook::default();
    for row in reader(text, delimiter).records().skip(1) {
        // A row can only fail by not being UTF-8, and this text is.
        let Ok(row) = row else { continue };
        if row.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if book.is_full() {
            break;
        }
        book.take(name(&row, &columns), None, false, numbers(&row, &columns), region);
    }
    Ok(book)
}

/// `sep=;`, Excel's note of the delimiter.
fn told_delimiter(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let told = first.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=")?;
    match told.as_bytes() {
        [delimiter] if delimiter.is_ascii() => Some((*delimiter, rest)),
        _ => None,
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    // Some programs omit empty fields at the end of a row.
    builder.has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter);
    builder.from_reader(text.as_bytes())
}

fn heads(text: &str, delimiter: u8) -> Vec<Column> {
    let first = reader(text, delimiter).records().next();
    first.and_then(Result::ok).map(|heads| of_heads(heads.iter())).unwrap_or_default()
}

fn name(row: &StringRecord, columns: &[Column]) -> Option<String> {
    let field = |wanted: Column| {
        let fields =
            columns.iter().zip(row).filter(|(column, field)| **column == wanted && !field.is_empty());
        fields.map(|(_, field)| field).next()
    };
    let parts = [Column::GivenName, Column::MiddleName, Column::FamilyName].into_iter().filter_map(field);
    let parts = parts.collect::<Vec<_>>().join(" ");
    let whole = field(Column::FullName).map(str::to_owned);
    whole
        .or(Some(parts).filter(|name| !name.is_empty()))
        .or_else(|| field(Column::Company).or_else(|| field(Column::Nickname)).map(str::to_owned))
}

fn numbers(row: &StringRecord, columns: &[Column]) -> Vec<ListedNumber> {
    let kind_of = |wanted: u32| {
        let mut fields = columns.iter().zip(row);
        fields
            .find_map(|(column, field)| (*column == Column::KindOf(wanted)).then_some(field))
            .unwrap_or_default()
    };
    let mut numbers = Vec::new();
    for (column, field) in columns.iter().zip(row) {
        let (label, preferred, is_fax) = match *column {
            Column::Number { label, preferred, is_fax } => (label.map(str::to_owned), preferred, is_fax),
            Column::NumberOf(number) => {
                let kind = kind_of(number);
                let own = kind.trim_start_matches('*').trim();
                let label = address_book::label(own).unwrap_or(own);
                (Some(label.to_owned()), kind.starts_with('*'), address_book::is_fax(own))
            }
            _ => continue,
        };
        for written in field.split(BETWEEN_NUMBERS).map(bare).filter(|written| !written.is_empty()) {
            let rank = if preferred { 1 } else { u32::MAX };
            numbers.push(ListedNumber { written: written.to_owned(), label: label.clone(), rank, is_fax });
        }
    }
    numbers
}

/// Removes what keeps spreadsheets from reading a number as a formula: `="…"`, or an apostrophe before it.
fn bare(field: &str) -> &str {
    let field = field.trim();
    let quoted = field.strip_prefix("=\"").and_then(|field| field.strip_suffix('"'));
    quoted.unwrap_or(field).trim_start_matches('\'').trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str) -> Vec<String> {
        let book = read(file, Region::US).unwrap();
        let people = book.people.into_iter().map(|entry| {
            let numbers: Vec<String> = entry
                .numbers
                .iter()
                .map(|number| format!("{} {}", number.number, number.label.as_deref().unwrap_or("-")))
                .collect();
            format!("{}: {}", entry.name, numbers.join(", "))
        });
        people.chain(book.left_out.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn googles_tables_are_read() {
        let now = "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,Organization Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\r\n\
            Ada,King,Lovelace,,,,* myContacts,* ,ada@example.com,Work,+1 415-555-0101 ::: +1 415-555-0102,* Mobile,+14155550103\r\n\
            ,,,,,\"Example, Inc.\",,,,Work Fax,+14155550104,Boat,(415) 555-0105\r\n\
            Bob,,,,,,,,,,,,\r\n";
        assert_eq!(
            told(now),
            [
                "Ada King Lovelace: +14155550103 mobile, +14155550101 work, +14155550102 work",
                "Example, Inc.: +14155550105 Boat",
                "Bob has no phone number.",
            ]
        );
        let before = "Name,Given Name,Additional Name,Family Name,Phone 1 - Type,Phone 1 - Value\n\"O'Hara, \"\"Zed\"\"\",Zed,,O'Hara,Home,4155550106\n";
        assert_eq!(told(before), ["O'Hara, \"Zed\": +14155550106 home"]);
    }

    #[test]
    fn outlooks_tables_are_read_in_several_languages() {
        for (file, expected) in [
            (
                "\"Title\",\"First Name\",\"Middle Name\",\"Last Name\",\"Business Fax\",\"Business Phone\",\"Home Phone\",\"Mobile Phone\",\"Primary Phone\",\"Notes\"\r\n\"\",\"Ada\",\"\",\"Lovelace\",\"+14155550110\",\"+14155550111\",\"\",\"+14155550112\",\"+14155550113\",\"two\r\nlines\"\r\n",
                "Ada Lovelace: +14155550113 main, +14155550111 work, +14155550112 mobile",
            ),
            (
                "sep=;\r\nVorname;Nachname;Firma;Fax geschäftlich;Telefon geschäftlich;Telefon privat;Mobiltelefon\r\nJörg;Müller;;1;+14155550111;;+14155550112\r\n",
                "Jörg Müller: +14155550111 work, +14155550112 mobile",
            ),
            (
                "Nom;Prénom;Téléphone (domicile);Tél. mobile\nLefèvre;Zoé;+14155550111;'+14155550112\n",
                "Zoé Lefèvre: +14155550111 home, +14155550112 mobile",
            ),
            (
                "Nombre\tApellidos\tTeléfono móvil\nJosé\tNúñez\t=\"+14155550111\"\n",
                "José Núñez: +14155550111 mobile",
            ),
            ("\u{feff}Name,Number\nAda,+14155550111", "Ada: +14155550111 -"),
        ] {
            assert_eq!(told(file), [expected]);
        }
    }

    #[test]
    fn only_a_fax_is_no_phone() {
        assert_eq!(
            told("Name,Phone,Fax\nOffice,,+14155550173\n"),
            ["Office has only a fax or pager number."]
        );
    }

    #[test]
    fn rows_without_anything_are_passed_over() {
        assert_eq!(told("Name,Phone\n,\n\n , \n"), Vec::<String>::new());
        assert_eq!(told("Name,Phone\n,+14155550173\n"), ["An entry without a name."]);
    }
}
