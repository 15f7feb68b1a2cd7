//! Recognizes the columns of a contact table by their headings.
//!
//! Google writes pairs (`Phone 1 - Type`, `Phone 1 - Value`) and marks the preferred number with a star. Outlook has a
//! column for each kind of number, in the user's language.

use crate::address_book::{is_fax, label};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    FullName,
    /// A heading that means the full, given or family name, depending on the other columns.
    SomeName,
    GivenName,
    MiddleName,
    FamilyName,
    Nickname,
    Company,
    Number {
        label: Option<&'static str>,
        preferred: bool,
        is_fax: bool,
    },
    /// The kind of the number with the same index.
    KindOf(u32),
    /// A number whose kind is in another column.
    NumberOf(u32),
    Other,
}

const FULL: &[&str] = &[
    "full name",
    "display name",
    "formatted name",
    "contact",
    "contact name",
    "anzeigename",
    "vollständiger name",
    "kontakt",
    "nom complet",
    "nom affiché",
    "nombre completo",
    "nome completo",
    "nome visualizzato",
    "weergavenaam",
    "volledige naam",
    "visningsnamn",
    "wyświetlana nazwa",
];
const SOME: &[&str] = &[
    "name", "names", "nom", "nombre", "nome", "naam", "nazwa", "namn", "navn", "nimi", "имя", "名前", "氏名",
    "姓名",
];
const GIVEN: &[&str] = &[
    "first name",
    "firstname",
    "given name",
    "forename",
    "vorname",
    "prénom",
    "prenom",
    "primeiro nome",
    "primer nombre",
    "voornaam",
    "imię",
    "förnamn",
    "fornavn",
    "etunimi",
    "jméno",
    "keresztnév",
    "名",
];
const MIDDLE: &[&str] = &[
    "middle name",
    "additional name",
    "weitere vornamen",
    "zweiter vorname",
    "deuxième prénom",
    "segundo nombre",
    "nome do meio",
    "secondo nome",
    "tussenvoegsel",
    "drugie imię",
    "отчество",
];
const FAMILY: &[&str] = &[
    "last name",
    "lastname",
    "family name",
    "surname",
    "nachname",
    "familienname",
    "nom de famille",
    "apellido",
    "apellidos",
    "cognome",
    "sobrenome",
    "apelido",
    "achternaam",
    "nazwisko",
    "efternamn",
    "etternavn",
    "efternavn",
    "sukunimi",
    "příjmení",
    "vezetéknév",
    "фамилия",
    "姓",
];
const NICK: &[&str] = &["nickname", "spitzname", "surnom", "apodo", "soprannome", "bijnaam"];
const COMPANY: &[&str] = &[
    "company",
    "company name",
    "organization",
    "organisation",
    "organization name",
    "organization 1 name",
    "firma",
    "unternehmen",
    "société",
    "societe",
    "entreprise",
    "empresa",
    "organización",
    "azienda",
    "società",
    "bedrijf",
    "företag",
    "компания",
    "会社",
];
const PHONE: &[&str] = &[
    "phone",
    "telefon",
    "telefoon",
    "téléphone",
    "teléfono",
    "puhelin",
    "телефон",
    "мобил",
    "電話",
    "携帯",
    "电话",
    "手机",
    "mobil",
    "handy",
    "celular",
    "cellulare",
    "portable",
    "móvil",
    "telemóvel",
    "gsm",
    "natel",
    "komórk",
];
const NUMBER: &[&str] = &[
    "number",
    "numbers",
    "tel",
    "cell",
    "nummer",
    "rufnummer",
    "numéro",
    "numero",
    "número",
    "numer",
    "номер",
    "番号",
    "fax",
    "pager",
];
/// Part of a heading that only resembles one about phones.
const NOT_A_PHONE: &[&str] =
    &["phonetic", "mail", "address", "adresse", "extension", "ringtone", "photo", "name", "notes"];

impl Column {
    pub(crate) fn of(head: &str) -> Self {
        let head = words(head);
        let is = |words: &[&str]| words.contains(&head.as_str());
        if let Some((number, part)) = pair(&head) {
            return match part {
                "value" => Self::NumberOf(number),
                "type" | "label" => Self::KindOf(number),
                _ => Self::Other,
            };
        }
        if is(FULL) {
            Self::FullName
        } else if is(SOME) {
            Self::SomeName
        } else if is(GIVEN) {
            Self::GivenName
        } else if is(MIDDLE) {
            Self::MiddleName
        } else if is(FAMILY) {
            Self::FamilyName
        } else if is(NICK) {
            Self::Nickname
        } else if is(COMPANY) {
            Self::Company
        } else if is_number(&head) {
            let preferred = ["primary", "preferred", "bevorzugt"].iter().any(|word| head.contains(word));
            Self::Number { label: label(&head), preferred, is_fax: is_fax(&head) }
        } else {
            Self::Other
        }
    }

    pub(crate) fn is_name(self) -> bool {
        matches!(
            self,
            Self::FullName
                | Self::SomeName
                | Self::GivenName
                | Self::FamilyName
                | Self::Nickname
                | Self::Company
        )
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Number { is_fax: false, .. } | Self::NumberOf(_))
    }
}

/// Also decides every [`Column::SomeName`].
pub(crate) fn of_heads<'a>(heads: impl Iterator<Item = &'a str>) -> Vec<Column> {
    let mut columns: Vec<Column> = heads.map(Column::of).collect();
    let has = |wanted: Column| columns.contains(&wanted);
    // "Nom" goes with "Prénom", and "Nombre" with "Apellidos"; "Name" occurs without either, or with both.
    let some = match (has(Column::GivenName), has(Column::FamilyName)) {
        (true, false) => Column::FamilyName,
        (false, true) => Column::GivenName,
        (true, true) | (false, false) => Column::FullName,
    };
    for column in columns.iter_mut().filter(|column| **column == Column::SomeName) {
        *column = some;
    }
    columns
}

/// In lower case, with single spaces.
fn words(head: &str) -> String {
    let head = head.trim_start_matches('\u{feff}').to_lowercase();
    let words = head.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Splits `phone 2 value` into 2 and the rest.
fn pair(head: &str) -> Option<(u32, &str)> {
    let (number, part) = head.strip_prefix("phone ")?.split_once(' ')?;
    Some((number.parse().ok()?, part))
}

fn is_number(head: &str) -> bool {
    if NUMBER.contains(&head) || is_fax(head) {
        return true;
    }
    let within = |words: &[&str]| words.iter().any(|word| head.contains(word));
    let is_tel = head.split(' ').any(|word| word == "tel" || word == "cell");
    (is_tel || within(PHONE)) && !within(NOT_A_PHONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_known_in_several_languages() {
        let number = |label, preferred| Column::Number { label, preferred, is_fax: false };
        for (head, column) in [
            ("\u{feff}First Name", Column::GivenName),
            ("Last  name", Column::FamilyName),
            ("Phone 1 - Value", Column::NumberOf(1)),
            ("Phone 12 - Label", Column::KindOf(12)),
            ("E-mail 1 - Value", Column::Other),
            ("Phonetic First Name", Column::Other),
            ("Mobile Phone", number(Some("mobile"), false)),
            ("Primary Phone", number(Some("main"), true)),
            ("Mobiltelefon", number(Some("mobile"), false)),
            ("Telefon (geschäftlich)", number(Some("work"), false)),
            ("Téléphone (domicile)", number(Some("home"), false)),
            ("Teléfono particular", number(Some("home"), false)),
            ("Tel.", number(None, false)),
            ("Number", number(None, false)),
            ("Business Fax", Column::Number { label: Some("work"), preferred: false, is_fax: true }),
            ("Home Address", Column::Other),
        ] {
            assert_eq!(Column::of(head), column, "{head}");
        }
    }

    #[test]
    fn a_word_for_a_name_means_what_is_not_there_otherwise() {
        let first = |heads: &[&str]| of_heads(heads.iter().copied())[0];
        assert_eq!(first(&["Name", "Phone"]), Column::FullName);
        assert_eq!(first(&["Name", "Given Name", "Family Name"]), Column::FullName);
        assert_eq!(first(&["Nom", "Prénom"]), Column::FamilyName);
        assert_eq!(first(&["Nombre", "Apellidos"]), Column::GivenName);
    }
}
