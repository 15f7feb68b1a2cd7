//! The texts of the tray, the notifications and the program's own windows. The page in the window has its own.
//! Longer than most files: both languages side by side, so that none lacks a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use benspamsphones_app::app::{HangUpError, PlaceCallError};
use benspamsphones_core::{Call, CallStatus, MessageError, Rule, lasted};
use benspamsphones_server::backup_files::Lost;
use tauri::AppHandle;

use crate::preferences::{self, Language};

pub(crate) struct Texts {
    pub sandbox: &'static str,
    pub live: &'static str,
    pub quick_dial: &'static str,
    pub once_more: &'static str,
    pub live_calls: &'static str,
    pub show_window: &'static str,
    pub copy_address: &'static str,
    pub quit: &'static str,
    /// Takes a name and what will play.
    pub ring: fn(&str, &str) -> String,
    /// Takes a name and the call's state.
    pub hang_up: fn(&str, &str) -> String,
    pub hanging_up: &'static str,
    pub station: fn(CallStatus) -> &'static str,
    pub answered: &'static str,
    pub confirmed: &'static str,
    /// The same, for a call in progress.
    pub has_confirmed: &'static str,
    pub ending: fn(&Call) -> String,
    pub not_rung: fn(&str) -> String,
    pub why_not_rung: fn(&PlaceCallError) -> String,
    pub not_ended: &'static str,
    pub why_not_ended: fn(&HangUpError) -> String,
    pub cannot_start: &'static str,
    pub why_not_started: fn(&str) -> String,
    /// The same for a port that another program has, and the flag that chooses another.
    pub port_taken: fn(&str, &str) -> String,
    /// For a second start that wants what the first one doesn't do.
    pub already_running: &'static str,
    /// The running program's folder, and the other one.
    pub other_folder: fn(&str, &str) -> String,
    pub already_sandbox: &'static str,
    pub already_live: &'static str,
    /// How many calls are in progress.
    pub quit_during_calls: fn(usize) -> String,
    pub hang_up_and_quit: &'static str,
    pub stay: &'static str,
    pub still_running: &'static str,
    /// How many calls go on.
    pub in_the_tray: fn(usize) -> String,
    /// Says what happened and what to do.
    pub damaged: fn(&str) -> String,
    pub restore: &'static str,
    pub begin_anew: &'static str,
    /// Why the database couldn't be restored or replaced.
    pub not_mended: fn(&str) -> String,
    /// Before the list of what was lost.
    pub please_look: &'static str,
    pub lost: fn(Lost) -> &'static str,
    pub choose_where: &'static str,
    pub choose_backup: &'static str,
    pub choose_folder: &'static str,
}

/// In the chosen language, or else the system's.
pub(crate) fn of(app: &AppHandle) -> &'static Texts {
    in_language(preferences::read(app).language)
}

/// In the system's language, for before there is a choice.
pub(crate) fn of_the_system() -> &'static Texts {
    in_language(Language::System)
}

pub(crate) fn in_language(chosen: Language) -> &'static Texts {
    match chosen {
        Language::En => &ENGLISH,
        Language::De => &GERMAN,
        Language::System => first_of(sys_locale::get_locales()),
    }
}

/// The first of the system's languages that there are texts for, such as `de_AT.UTF-8` or `de-AT`.
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
    once_more: "Call again",
    live_calls: "Calls in progress",
    show_window: "Show window",
    copy_address: "Copy the network address",
    quit: "Quit",
    ring: |whom, with| format!("Call {whom}: {with}"),
    hang_up: |whom, how_far| format!("Hang up {whom} ({how_far})"),
    hanging_up: "hanging up",
    station: |status| match status {
        CallStatus::Requested => "starting",
        CallStatus::Unknown => "checking with Twilio",
        CallStatus::Queued => "waiting",
        CallStatus::Initiated => "dialing",
        CallStatus::Ringing => "ringing",
        CallStatus::InProgress => "talking",
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::Failed
        | CallStatus::NoAnswer
        | CallStatus::Canceled => "ended",
    },
    answered: "Answered",
    confirmed: "Confirmed",
    has_confirmed: "confirmed",
    ending: Call::summary,
    not_rung: |number| format!("{number} was not called"),
    why_not_rung: ToString::to_string,
    not_ended: "The call was not ended",
    why_not_ended: ToString::to_string,
    cannot_start: "BenSpamsPhones can't start",
    why_not_started: str::to_owned,
    port_taken: |error, flag| {
        let another = english_port(flag);
        format!(
            "Another program uses that port. Close it, or start this one with {flag} and {another}.\n\n{error}"
        )
    },
    already_running: "BenSpamsPhones is already running",
    other_folder: |running, wanted| {
        format!(
            "It runs with the data in {running}, so it can't open {wanted} too. Quit it first, then start it again with that folder."
        )
    },
    already_sandbox: "It runs in the sandbox, and a second start can't change that. To make real calls, open Settings, Calling mode. Or quit it first, then start it again.",
    already_live: "It makes real calls, and a second start can't change that. To use the sandbox, open Settings, Calling mode. Or quit it first, then start it again.",
    quit_during_calls: |count| {
        let calls = if count == 1 { "A call is".to_owned() } else { format!("{count} calls are") };
        format!("{calls} in progress. Hang up and quit?")
    },
    hang_up_and_quit: "Hang up and quit",
    stay: "Stay",
    still_running: "BenSpamsPhones is still running",
    in_the_tray: |calls| match calls {
        0 => "It's in the tray. To end it, choose Quit there.".to_owned(),
        1 => "A call is still in progress. You can hang up from the tray.".to_owned(),
        _ => format!("{calls} calls are still in progress. You can hang up from the tray."),
    },
    damaged: |error| {
        format!(
            "{error}\n\nNothing was deleted. You can restore a backup or start with an empty database. Both keep the damaged file next to it, under a name with the date."
        )
    },
    restore: "Restore a backup…",
    begin_anew: "Start empty",
    not_mended: |error| format!("{error}. Nothing was changed."),
    please_look: "Needs your attention",
    lost: Lost::sentence,
    choose_where: "Save as",
    choose_backup: "Choose a backup",
    choose_folder: "Choose an empty folder",
};

fn english_port(flag: &str) -> &'static str {
    if flag == "--port" { "another number" } else { "another address, such as 127.0.0.1:9012" }
}

static GERMAN: Texts = Texts {
    sandbox: "Sandbox: kein Telefon klingelt",
    live: "Live: Telefone klingeln",
    quick_dial: "Kurzwahl",
    once_more: "Noch einmal anrufen",
    live_calls: "Laufende Anrufe",
    show_window: "Fenster anzeigen",
    copy_address: "Netzwerkadresse kopieren",
    quit: "Beenden",
    ring: |whom, with| format!("{whom} anrufen: {with}"),
    hang_up: |whom, how_far| format!("Auflegen: {whom} ({how_far})"),
    hanging_up: "legt auf",
    station: |status| match status {
        CallStatus::Requested => "beginnt",
        CallStatus::Unknown => "wird bei Twilio geprüft",
        CallStatus::Queued => "wartet",
        CallStatus::Initiated => "wählt",
        CallStatus::Ringing => "klingelt",
        CallStatus::InProgress => "im Gespräch",
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::Failed
        | CallStatus::NoAnswer
        | CallStatus::Canceled => "beendet",
    },
    answered: "Abgehoben",
    confirmed: "Bestätigt",
    has_confirmed: "bestätigt",
    ending: german_ending,
    not_rung: |number| format!("{number} wurde nicht angerufen"),
    why_not_rung: |error| german_refusal(error).to_owned(),
    not_ended: "Der Anruf wurde nicht beendet",
    why_not_ended: |error| {
        match error {
            HangUpError::Unknown(_) => "Diesen Anruf gibt es nicht.",
            HangUpError::Over(_) => "Er ist schon beendet.",
            HangUpError::Twilio(_) => "Twilio hat ihn nicht beendet. Versuch es noch einmal.",
            HangUpError::Store(_) => GERMAN_DATABASE,
        }
        .to_owned()
    },
    cannot_start: "BenSpamsPhones kann nicht starten",
    why_not_started: |error| format!("Im Protokoll steht auf Englisch:\n\n{error}"),
    port_taken: |error, flag| {
        let another = if flag == "--port" {
            "einer anderen Nummer"
        } else {
            "einer anderen Adresse, etwa 127.0.0.1:9012"
        };
        format!(
            "Diesen Port benutzt ein anderes Programm. Schließ es, oder starte dieses mit {flag} und {another}.\n\nIm Protokoll steht auf Englisch:\n\n{error}"
        )
    },
    already_running: "BenSpamsPhones läuft schon",
    other_folder: |running, wanted| {
        format!(
            "Es läuft mit den Daten in {running} und kann {wanted} nicht auch noch öffnen. Beende es zuerst, und starte es dann mit diesem Ordner."
        )
    },
    already_sandbox: "Es läuft in der Sandbox, und ein zweiter Start ändert das nicht. Für echte Anrufe öffne Einstellungen, Anrufmodus. Oder beende es zuerst, und starte es neu.",
    already_live: "Es macht echte Anrufe, und ein zweiter Start ändert das nicht. Für die Sandbox öffne Einstellungen, Anrufmodus. Oder beende es zuerst, und starte es neu.",
    quit_during_calls: |count| {
        let calls = if count == 1 { "Ein Anruf läuft".to_owned() } else { format!("{count} Anrufe laufen") };
        format!("{calls} noch. Auflegen und beenden?")
    },
    hang_up_and_quit: "Auflegen und beenden",
    stay: "Weiterlaufen lassen",
    still_running: "BenSpamsPhones läuft weiter",
    in_the_tray: |calls| match calls {
        0 => "Es ist im Infobereich. Um es zu beenden, wähle dort „Beenden“.".to_owned(),
        1 => "Ein Anruf läuft noch. Auflegen kannst du im Infobereich.".to_owned(),
        _ => format!("{calls} Anrufe laufen noch. Auflegen kannst du im Infobereich."),
    },
    damaged: |error| {
        format!(
            "Die Datenbank ist beschädigt. Nichts wurde gelöscht. Du kannst eine Sicherung wiederherstellen oder mit einer leeren Datenbank beginnen. Beides lässt die beschädigte Datei daneben liegen, mit dem Datum im Namen.\n\nIm Protokoll steht auf Englisch:\n\n{error}"
        )
    },
    restore: "Sicherung wiederherstellen …",
    begin_anew: "Leer beginnen",
    not_mended: |error| format!("Nichts wurde geändert. Die Meldung auf Englisch:\n\n{error}"),
    please_look: "Bitte prüfen",
    lost: |lost| match lost {
        Lost::Wishes => {
            "Aus der beschädigten Datenbank ließ sich nicht alles darüber lesen, wer nicht angerufen werden will. Gesperrte Nummern können fehlen, auch solche, bei denen jemand die 9 gedrückt hat. Prüfe deine Kontakte, bevor du jemanden anrufst."
        }
        Lost::Calls => {
            "Aus der beschädigten Datenbank ließen sich nicht alle Anrufe der letzten Wochen lesen. Die fehlenden zählen für keine Grenze. Wird eine ihrer Anfragen wiederholt, klingelt es noch einmal."
        }
        Lost::Access => {
            "Aus der beschädigten Datenbank ließen sich nicht alle Zugänge lesen. Wer nicht mehr hineinkommt, braucht das neue Passwort oder muss neu hinzugefügt werden."
        }
    },
    choose_where: "Speichern unter",
    choose_backup: "Sicherung auswählen",
    choose_folder: "Einen leeren Ordner auswählen",
};

const GERMAN_DATABASE: &str = "Die Datenbank lässt sich nicht benutzen. Ist die Festplatte voll?";

/// The page uses these texts as well. It adds what only it can say, such as when to try again.
static GERMAN_REFUSALS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../ui/src/texts/de/refusals.json")).unwrap_or_default()
});

fn german_rule(rule: Rule) -> &'static str {
    GERMAN_REFUSALS.get(rule.as_str()).map_or("Eine Regel verbietet diesen Anruf.", String::as_str)
}

/// Short, as a notification must be; the window gives Twilio's reasons in full.
fn german_ending(call: &Call) -> String {
    let who = match call.answered_by.as_deref() {
        Some("fax") => "Ein Faxgerät hat abgehoben",
        Some(machine) if machine.starts_with("machine") => "Ein Anrufbeantworter hat abgehoben",
        Some(_) | None if call.acknowledged_at.is_some() => "Bestätigt",
        Some(_) | None if call.acknowledge_key.is_some() => "Abgehoben, aber nicht bestätigt",
        Some("human") => "Ein Mensch hat abgehoben",
        Some(_) | None => "Es wurde abgehoben",
    };
    match call.status {
        CallStatus::Completed => match call.duration_s {
            Some(seconds) => format!("{who}; der Anruf dauerte {}.", lasted(seconds).replace(' ', "\u{a0}")),
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
        PlaceCallError::UnknownProtocol(_) => "Diese Ansage gibt es nicht mehr.",
        PlaceCallError::Refused(refusal) => german_rule(refusal.rule()),
        PlaceCallError::Sound(_) => {
            "Die Tondatei lässt sich nicht benutzen. Warum, steht im Fenster bei der Ansage."
        }
        PlaceCallError::BadUpdateCallback
        | PlaceCallError::BadWatchChannel
        | PlaceCallError::BadIdempotencyKey
        | PlaceCallError::IdempotencyKeyReused => "Die Anfrage war ungültig.",
        PlaceCallError::TooManyKeys => {
            "Durchwahl und Tasten der Ansage sind zusammen länger, als Twilio erlaubt."
        }
        PlaceCallError::NotConfirmable => {
            "Bei dieser Ansage soll eine Taste gedrückt werden, und ohne öffentliche Adresse kommt keine Taste an. Die Adresse bekommt dieser Computer unter Einstellungen."
        }
        PlaceCallError::Message(MessageError::Missing) => {
            "Diese Ansage braucht eine Nachricht. Schreib sie im Fenster unter Wählen."
        }
        PlaceCallError::Message(_) => "Die Nachricht kann so nicht vorgelesen werden.",
        PlaceCallError::ReadOtherwise(_) => "Die Nummer wird anders gelesen, als sie angezeigt wurde.",
        PlaceCallError::Store(_) => GERMAN_DATABASE,
        PlaceCallError::Interrupted => {
            "Vielleicht klingelt es: Das Programm wurde beendet, während der Anruf hinausging. Sieh unter Anrufe nach, bevor du noch einmal anrufst."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_german_sentence() {
        for rule in Rule::ALL {
            assert!(GERMAN_REFUSALS.contains_key(rule.as_str()), "{}", rule.as_str());
        }
        assert_eq!(GERMAN_REFUSALS.len(), Rule::ALL.len());
    }

    #[test]
    fn the_first_supported_system_language_is_chosen() {
        let quit = |locales: &[&str]| first_of(locales.iter().map(ToString::to_string)).quit;
        for german in [&["de-AT"][..], &["de_DE.UTF-8"], &["fr-FR", "de"], &["DE", "en"]] {
            assert_eq!(quit(german), "Beenden", "{german:?}");
        }
        for english in [&[][..], &["C"], &["C.UTF-8"], &["en-GB", "de"], &["fr"], &["den"]] {
            assert_eq!(quit(english), "Quit", "{english:?}");
        }
    }
}
