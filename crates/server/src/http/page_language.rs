//! The language and texts of the pages before the interface, chosen by the browser's preference.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
}

impl Language {
    /// The language that `Accept-Language` prefers (RFC 9110, section 12.5.4); English if it names none of ours.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let told = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|told| told.to_str().ok());
        let mut best = (Self::English, 0.0);
        for range in told.flat_map(|told| told.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let language = match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "en" => Self::English,
                "de" => Self::German,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            // Of two with the same weight, the first.
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

pub(crate) struct Texts {
    pub lang: &'static str,
    /// The templates' placeholders (between double braces), by name.
    pub words: [(&'static str, &'static str); 12],
    pub both_needed: &'static str,
    pub wrong_password: &'static str,
    pub wrong_code: &'static str,
    /// A browser that had access doesn't any more.
    pub access_ended: &'static str,
    pub locked_out: &'static str,
    /// The wait is in seconds.
    pub locked_out_for: fn(u64) -> String,
}

static ENGLISH: Texts = Texts {
    lang: "en",
    words: [
        ("sign_in_title", "Sign in"),
        ("user", "Name"),
        ("password", "Password"),
        ("sign_in", "Sign in"),
        (
            "sign_in_hint",
            "You saw both when you first started the program. To get a new password, open Settings in its window.",
        ),
        ("join_title", "Join"),
        ("join_head", "Join the switchboard"),
        ("code_label", "Code"),
        ("name_label", "Name of this device"),
        ("join", "Join"),
        ("join_hint", "This device can then place calls until its access is removed in Settings."),
        (
            "own_address_needed",
            "You see this because the browser got no style sheet from this address. If a reverse proxy serves the \
             switchboard under a path, such as https://example.com/phones/, it doesn’t work: give it a host name or a \
             port of its own, such as https://phones.example.com.",
        ),
    ],
    both_needed: "Enter both.",
    wrong_password: "Wrong name or password.",
    wrong_code: "This code was already used or has expired. For a new one, open Settings on the computer and choose \
                 “Add a phone”, or run “bsp access pair” there.",
    access_ended: "This device no longer has access: it was removed in Settings, the password was changed, or the device \
                   wasn’t used for 30 days. Sign in, or join again: open Settings on the computer, choose “Add a \
                   phone”, and scan the code.",
    locked_out: super::authenticate::LOCKED_OUT,
    locked_out_for: |seconds| {
        let wait = match seconds {
            1 => "a second".into(),
            2..90 => format!("{seconds} seconds"),
            _ => format!("{} minutes", seconds.div_ceil(60)),
        };
        format!("There were too many wrong attempts. Try again in {wait}.")
    },
};

static GERMAN: Texts = Texts {
    lang: "de",
    words: [
        ("sign_in_title", "Anmelden"),
        ("user", "Name"),
        ("password", "Passwort"),
        ("sign_in", "Anmelden"),
        (
            "sign_in_hint",
            "Beides hast du beim ersten Start des Programms gesehen. Ein neues Passwort erzeugst du in seinem \
             Fenster unter Einstellungen.",
        ),
        ("join_title", "Beitreten"),
        ("join_head", "Der Zentrale beitreten"),
        ("code_label", "Code"),
        ("name_label", "Name dieses Geräts"),
        ("join", "Beitreten"),
        ("join_hint", "Dieses Gerät kann dann anrufen, bis du es in den Einstellungen entfernst."),
        (
            "own_address_needed",
            "Das steht hier, weil der Browser von dieser Adresse kein Stylesheet bekommen hat. Wenn ein Reverse Proxy die \
             Zentrale unter einem Pfad anbietet, etwa https://example.com/phones/, geht das nicht: Gib ihr einen eigenen \
             Hostnamen oder Port, etwa https://phones.example.com.",
        ),
    ],
    both_needed: "Gib beides ein.",
    wrong_password: "Name oder Passwort stimmt nicht.",
    wrong_code: "Dieser Code wurde schon benutzt oder ist abgelaufen. Einen neuen bekommst du am Computer: in den \
                 Einstellungen mit „Telefon hinzufügen“ oder mit dem Befehl „bsp access pair“.",
    access_ended: "Dieses Gerät hat keinen Zugang mehr: Es wurde in den Einstellungen entfernt, das Passwort wurde \
                   geändert, oder es war 30\u{a0}Tage lang nicht in Gebrauch. Melde dich an oder tritt noch einmal bei: \
                   Wähle am Computer in den Einstellungen „Telefon hinzufügen“ und scanne den Code.",
    locked_out: "Von dieser Adresse kamen zu viele falsche Passwörter. Versuch es später noch einmal.",
    locked_out_for: |seconds| {
        let wait = match seconds {
            1 => "einer Sekunde".into(),
            2..90 => format!("{seconds}\u{a0}Sekunden"),
            _ => format!("{}\u{a0}Minuten", seconds.div_ceil(60)),
        };
        format!("Das waren zu viele Fehlversuche. Versuch es in {wait} noch einmal.")
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_browsers_favorite() {
        let of = |told: &str| {
            Language::of(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, told.parse().unwrap())]))
        };
        for told in ["de", "de-AT,de;q=0.9,en;q=0.5", "en;q=0.4, DE;q=0.7", "fr, de;q=0.3", "tlh,de"] {
            assert_eq!(of(told), Language::German, "{told}");
        }
        for told in ["", "en", "en-GB,de", "fr", "*", "de;q=0", "de;q=nonsense", "den", ";;,,q=1"] {
            assert_eq!(of(told), Language::English, "{told}");
        }
        assert_eq!(Language::of(&HeaderMap::new()), Language::English);
    }

    #[test]
    fn both_languages_fill_the_same_placeholders() {
        let names = |texts: &Texts| texts.words.map(|(name, _)| name);
        assert_eq!(names(&ENGLISH), names(&GERMAN));
    }
}
