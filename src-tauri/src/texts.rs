//! What the tray, the notifications and the program's own windows say, in the languages that it speaks. The page in the
//! window has its own catalogue.

use benspamsphones_app::app::{HangUpError, PlaceCallError};
use benspamsphones_core::{Call, CallStatus, Refusal};
use benspamsphones_server::keeping::Lost;
use tauri::AppHandle;

use crate::preferences::{self, Language};

/// The texts of one language.
pub(crate) struct Texts {
    pub sandbox: &'static str,
    pub live: &'static str,
    pub quick_dial: &'static str,
    pub once_more: &'static str,
    pub live_calls: &'static str,
    pub show_window: &'static str,
    pub copy_address: &'static str,
    pub quit: &'static str,
    /// Somebody, and what they will hear.
    pub ring: fn(&str, &str) -> String,
    /// Somebody, and how far the call is.
    pub hang_up: fn(&str, &str) -> String,
    pub hanging_up: &'static str,
    pub station: fn(CallStatus) -> &'static str,
    /// Somebody answered.
    pub answered: &'static str,
    /// How a call ended.
    pub ending: fn(&Call) -> String,
    pub not_rung: fn(&str) -> String,
    pub why_not_rung: fn(&PlaceCallError) -> String,
    pub not_ended: &'static str,
    pub why_not_ended: fn(&HangUpError) -> String,
    pub cannot_start: &'static str,
    /// What an error says when the program can't start.
    pub why_not_started: fn(&str) -> String,
    /// The same for a port that another program has.
    pub port_taken: fn(&str) -> String,
    /// The database is damaged: what happened, and what can be done.
    pub damaged: fn(&str) -> String,
    pub restore: &'static str,
    pub begin_anew: &'static str,
    /// What could not be done about it.
    pub not_mended: fn(&str) -> String,
    /// Above what was lost with it.
    pub please_look: &'static str,
    pub lost: fn(Lost) -> &'static str,
    /// Titles of the dialogs for files.
    pub choose_where: &'static str,
    pub choose_backup: &'static str,
    pub choose_folder: &'static str,
}

/// The texts of the language that the person chose, else of the system's.
pub(crate) fn of(app: &AppHandle) -> &'static Texts {
    in_language(preferences::read(app).language)
}

/// The texts of the system's language, where nobody can have chosen one.
pub(crate) fn of_the_system() -> &'static Texts {
    in_language(Language::System)
}

/// The texts of a language.
pub(crate) fn in_language(chosen: Language) -> &'static Texts {
    match chosen {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
        Language::System => first_of(sys_locale::get_locales()),
    }
}

/// The first that is spoken here of the system's, the most wanted first: `de_AT.UTF-8` or `de-AT`.
fn first_of(locales: impl Iterator<Item = String>) -> &'static Texts {
    for locale in locales {
        match locale.split(['-', '_', '.']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "de" => return &GERMAN,
            "en" => return &ENGLISH,
            _ => {}
        }
    }
    &ENGLISH
}

static ENGLISH: Texts = Texts {
    sandbox: "Sandbox: no phone rings",
    live: "Live: phones ring",
    quick_dial: "Quick dial",
    once_more: "Once more",
    live_calls: "Live calls",
    show_window: "Show window",
    copy_address: "Copy the network address",
    quit: "Quit",
    ring: |whom, with| format!("Ring {whom}: {with}"),
    hang_up: |whom, how_far| format!("Hang up {whom} ({how_far})"),
    hanging_up: "hanging up",
    station: |status| match status {
        CallStatus::Requested => "asking Twilio",
        CallStatus::Unknown => "unknown",
        CallStatus::Queued => "queued",
        CallStatus::Initiated => "dialling",
        CallStatus::Ringing => "ringing",
        CallStatus::InProgress => "talking",
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::Failed
        | CallStatus::NoAnswer
        | CallStatus::Canceled => "over",
    },
    answered: "Answered",
    ending: Call::summary,
    not_rung: |number| format!("{number} was not rung"),
    why_not_rung: ToString::to_string,
    not_ended: "The call was not ended",
    why_not_ended: ToString::to_string,
    cannot_start: "BenSpamsPhones can't start",
    why_not_started: str::to_owned,
    port_taken: |error| {
        format!(
            "{error}.\n\nAnother program has that port. Close it, or start this one with --port and another number."
        )
    },
    damaged: |error| {
        format!(
            "{error}\n\nNothing was deleted. You can put a backup in its place, or begin with an empty database; either keeps the damaged file beside it, under a name with the date."
        )
    },
    restore: "Restore a backup…",
    begin_anew: "Begin anew",
    not_mended: |error| format!("{error}. Nothing was changed."),
    please_look: "Please look",
    lost: Lost::sentence,
    choose_where: "Save as",
    choose_backup: "Choose a backup",
    choose_folder: "Choose an empty folder",
};

static GERMAN: Texts = Texts {
    sandbox: "Sandbox: kein Telefon klingelt",
    live: "Live: Telefone klingeln",
    quick_dial: "Kurzwahl",
    once_more: "Noch einmal",
    live_calls: "Laufende Anrufe",
    show_window: "Fenster zeigen",
    copy_address: "Netzwerkadresse kopieren",
    quit: "Beenden",
    ring: |whom, with| format!("{whom} anrufen: {with}"),
    hang_up: |whom, how_far| format!("Auflegen: {whom} ({how_far})"),
    hanging_up: "legt auf",
    station: |status| match status {
        CallStatus::Requested => "fragt Twilio",
        CallStatus::Unknown => "ungewiss",
        CallStatus::Queued => "wartet",
        CallStatus::Initiated => "wählt",
        CallStatus::Ringing => "klingelt",
        CallStatus::InProgress => "im Gespräch",
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::Failed
        | CallStatus::NoAnswer
        | CallStatus::Canceled => "vorbei",
    },
    answered: "Abgehoben",
    ending: german_ending,
    not_rung: |number| format!("{number} wurde nicht angerufen"),
    why_not_rung: |error| german_refusal(error).to_owned(),
    not_ended: "Der Anruf wurde nicht beendet",
    why_not_ended: |error| {
        match error {
            HangUpError::Unknown(_) => "Diesen Anruf gibt es nicht.",
            HangUpError::Over(_) => "Er ist schon vorbei.",
            HangUpError::Twilio(_) => "Twilio hat ihn nicht beendet. Versuch es noch einmal.",
            HangUpError::Store(_) => GERMAN_DATABASE,
        }
        .to_owned()
    },
    cannot_start: "BenSpamsPhones kann nicht starten",
    why_not_started: |error| format!("Auf Englisch steht im Logbuch:\n\n{error}"),
    port_taken: |error| {
        format!(
            "Diesen Port hat ein anderes Programm. Schließ es, oder starte dieses mit --port und einer anderen Zahl.\n\nAuf Englisch steht im Logbuch:\n\n{error}"
        )
    },
    damaged: |error| {
        format!(
            "Die Datenbank ist beschädigt. Nichts wurde gelöscht. Du kannst eine Sicherung an ihre Stelle setzen oder mit einer leeren beginnen; die beschädigte Datei bleibt in beiden Fällen daneben liegen, unter einem Namen mit dem Datum.\n\nAuf Englisch steht im Logbuch:\n\n{error}"
        )
    },
    restore: "Sicherung einspielen …",
    begin_anew: "Neu beginnen",
    not_mended: |error| format!("Nichts wurde geändert. Auf Englisch:\n\n{error}"),
    please_look: "Bitte ansehen",
    lost: |lost| match lost {
        Lost::Wishes => {
            "Wer nicht angerufen werden will, ließ sich in der beschädigten Datenbank nicht ganz lesen. Gesperrte Nummern können fehlen, auch solche, bei denen jemand die 9 gedrückt hat. Sieh deine Kontakte durch, bevor du jemanden anrufst."
        }
        Lost::Calls => {
            "Die Anrufe der letzten Wochen ließen sich in der beschädigten Datenbank nicht alle lesen. Die fehlenden zählen für keine Grenze, und wer eine Anfrage von ihnen wiederholt, ruft noch einmal an."
        }
        Lost::Access => {
            "Wer hereindarf, ließ sich in der beschädigten Datenbank nicht ganz lesen. Wer nicht mehr hereinkommt, braucht das neue Passwort oder wird neu hinzugefügt."
        }
    },
    choose_where: "Speichern unter",
    choose_backup: "Sicherung auswählen",
    choose_folder: "Einen leeren Ordner auswählen",
};

const GERMAN_DATABASE: &str = "Die Datenbank versagt. Ist die Festplatte voll?";

/// What a notification has room for; the window has Twilio's reasons in full.
fn german_ending(call: &Call) -> String {
    let who = match call.answered_by.as_deref() {
        Some("human") => "Ein Mensch hat abgehoben",
        Some("fax") => "Ein Faxgerät hat abgehoben",
        Some(machine) if machine.starts_with("machine") => "Ein Anrufbeantworter hat abgehoben",
        Some(_) | None => "Es wurde abgehoben",
    };
    match call.status {
        CallStatus::Completed => match call.duration_s {
            Some(seconds) => format!("{who}; der Anruf dauerte {seconds}\u{a0}s."),
            None => format!("{who}; der Anruf ist vorbei."),
        },
        CallStatus::Busy => "Es war besetzt.".into(),
        CallStatus::NoAnswer => "Niemand hat abgehoben.".into(),
        CallStatus::Canceled => "Aufgelegt, bevor jemand abhob.".into(),
        CallStatus::Failed => "Der Anruf kam nicht zustande. Warum, steht im Fenster unter Anrufe.".into(),
        CallStatus::Requested
        | CallStatus::Unknown
        | CallStatus::Queued
        | CallStatus::Initiated
        | CallStatus::Ringing
        | CallStatus::InProgress => "Der Anruf läuft.".into(),
    }
}

fn german_refusal(error: &PlaceCallError) -> &'static str {
    match error {
        PlaceCallError::UnknownProtocol(_) => "Dieses Protokoll gibt es nicht mehr.",
        PlaceCallError::Refused(refusal) => match refusal {
            Refusal::Emergency => {
                "Das ist eine Notrufnummer. BenSpamsPhones ruft nie eine an; nimm im Notfall dein Telefon."
            }
            Refusal::Impossible => {
                "Eine solche Nummer kann es nicht geben. Prüf Ländervorwahl und Zahl der Ziffern."
            }
            Refusal::NotANumber(_) => "Das ist keine Nummer.",
            Refusal::Blocked => "Die Nummer ist gesperrt. Unter Kontakte lässt sie sich entsperren.",
            Refusal::Short => "Das ist eine Kurzwahl, und solche werden nie angerufen.",
            Refusal::Dear => "Anrufe dorthin kosten extra, also wird diese Nummer nie angerufen.",
            Refusal::Own => "Das ist eine Nummer deines eigenen Twilio-Kontos.",
            Refusal::OptedOut => {
                "Dort wurde die 9 gedrückt: Diese Nummer möchte nicht wieder angerufen werden."
            }
            Refusal::Country { .. } => {
                "Das Land steht nicht auf der Liste in den Einstellungen, unter Grenzen."
            }
            Refusal::Night { .. } => "Dort ist gerade Nacht.",
            Refusal::TooSoon { .. } => "Diese Nummer wurde gerade erst angerufen.",
            Refusal::NumberTooOften { .. } => {
                "Diese Nummer wurde in den letzten 24 Stunden oft genug angerufen."
            }
            Refusal::TooManyCalls { .. } => "In der letzten Stunde gab es genug Anrufe.",
            Refusal::AtOnce { .. } => "Es laufen genug Anrufe. Warte, bis einer zu Ende ist, oder leg auf.",
            Refusal::SpentInDay { .. } => "Das Geld für heute ist ausgegeben.",
            Refusal::SpentInMonth { .. } => "Das Geld für diesen Monat ist ausgegeben.",
            Refusal::Further { .. } => {
                "Das TwiML ruft selbst eine weitere Nummer an, und dagegen spricht eine Regel."
            }
            Refusal::Unchecked { .. } => {
                "Das TwiML tut etwas, das die Regeln nicht verfolgen können. Im Fenster lässt es sich beim Protokoll erlauben."
            }
            Refusal::Consent => "Im Fenster wird erst gefragt, ob der Anruf dort recht ist.",
            Refusal::Unwilling => {
                "Sie gehört jemandem, der nicht angerufen werden soll. Unter Kontakte lässt sich das ändern."
            }
        },
        PlaceCallError::Sound(_) => {
            "Die Tondatei ist nicht zu gebrauchen. Warum, steht im Fenster beim Protokoll."
        }
        PlaceCallError::BadUpdateCallback
        | PlaceCallError::BadWatchChannel
        | PlaceCallError::BadIdempotencyKey
        | PlaceCallError::IdempotencyKeyReused => "Die Anfrage war nicht zu verstehen.",
        PlaceCallError::TooManyKeys => {
            "Durchwahl und Tasten des Protokolls sind zusammen mehr, als Twilio drückt."
        }
        PlaceCallError::ReadOtherwise(_) => "Die Nummer wird anders gelesen, als sie angezeigt war.",
        PlaceCallError::Store(_) => GERMAN_DATABASE,
        PlaceCallError::Interrupted => {
            "Vielleicht klingelt es: Das Programm hielt an, während der Anruf hinausging. Sieh unter Anrufe nach, bevor du noch einmal anrufst."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_systems_languages_that_is_spoken_here() {
        let quit = |locales: &[&str]| first_of(locales.iter().map(ToString::to_string)).quit;
        for german in [&["de-AT"][..], &["de_DE.UTF-8"], &["fr-FR", "de"], &["DE", "en"]] {
            assert_eq!(quit(german), "Beenden", "{german:?}");
        }
        for english in [&[][..], &["C"], &["C.UTF-8"], &["en-GB", "de"], &["fr"], &["den"]] {
            assert_eq!(quit(english), "Quit", "{english:?}");
        }
    }
}
