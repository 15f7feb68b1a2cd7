//! The texts about keys to press, in every supported language.

use crate::acknowledge::AcknowledgeKey;

/// Texts in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Primary subtag (BCP 47).
    pub language: &'static str,
    /// Which key to press to opt out, and why.
    pub offer: &'static str,
    /// Which key to press to confirm, written `{digit}`.
    pub acknowledge: &'static str,
    /// Both in one sentence.
    pub both: &'static str,
    /// Ends a confirmed call.
    pub acknowledged: &'static str,
    /// Confirms that the number will not be called again.
    pub confirmed: &'static str,
    /// Ends the call.
    pub goodbye: &'static str,
}

/// Every language; the first one is the default.
pub const LANGUAGES: [Words; 12] = [
    Words {
        language: "en",
        offer: "Press 9 and this number will not be called again.",
        acknowledge: "Press {digit} to confirm.",
        both: "Press {digit} to confirm, or 9 and this number will not be called again.",
        acknowledged: "Confirmed. Goodbye.",
        confirmed: "You will not be called again. Goodbye.",
        goodbye: "Goodbye.",
    },
    Words {
        language: "da",
        offer: "Tryk på 9, så bliver dette nummer ikke ringet op igen.",
        acknowledge: "Tryk på {digit} for at bekræfte.",
        both: "Tryk på {digit} for at bekræfte, eller på 9, så bliver dette nummer ikke ringet op igen.",
        acknowledged: "Bekræftet. Farvel.",
        confirmed: "Du bliver ikke ringet op igen. Farvel.",
        goodbye: "Farvel.",
    },
    Words {
        language: "de",
        offer: "Drücken Sie die 9, und diese Nummer wird nicht wieder angerufen.",
        acknowledge: "Drücken Sie zur Bestätigung die {digit}.",
        both: "Drücken Sie zur Bestätigung die {digit} oder die 9, und diese Nummer wird nicht wieder angerufen.",
        acknowledged: "Bestätigt. Auf Wiederhören.",
        confirmed: "Sie werden nicht wieder angerufen. Auf Wiederhören.",
        goodbye: "Auf Wiederhören.",
    },
    Words {
        language: "es",
        offer: "Pulse 9 y no se volverá a llamar a este número.",
        acknowledge: "Pulse {digit} para confirmar.",
        both: "Pulse {digit} para confirmar, o 9 y no se volverá a llamar a este número.",
        acknowledged: "Confirmado. Adiós.",
        confirmed: "No se volverá a llamar a este número. Adiós.",
        goodbye: "Adiós.",
    },
    Words {
        language: "fr",
        offer: "Appuyez sur le 9 et ce numéro ne sera plus appelé.",
        acknowledge: "Appuyez sur le {digit} pour confirmer.",
        both: "Appuyez sur le {digit} pour confirmer, ou sur le 9 et ce numéro ne sera plus appelé.",
        acknowledged: "C’est confirmé. Au revoir.",
        confirmed: "Ce numéro ne sera plus appelé. Au revoir.",
        goodbye: "Au revoir.",
    },
    Words {
        language: "it",
        offer: "Prema il 9 e questo numero non sarà più chiamato.",
        acknowledge: "Prema {digit} per confermare.",
        both: "Prema {digit} per confermare, oppure 9 e questo numero non sarà più chiamato.",
        acknowledged: "Confermato. Arrivederci.",
        confirmed: "Questo numero non sarà più chiamato. Arrivederci.",
        goodbye: "Arrivederci.",
    },
    Words {
        language: "ja",
        offer: "9を押すと、この番号には二度とおかけしません。",
        acknowledge: "確認するには{digit}を押してください。",
        both: "{digit}を押すと確認となり、9を押すと、この番号には二度とおかけしません。",
        acknowledged: "確認しました。失礼いたします。",
        confirmed: "この番号には二度とおかけしません。失礼いたします。",
        goodbye: "失礼いたします。",
    },
    Words {
        language: "nb",
        offer: "Trykk 9, så blir ikke dette nummeret oppringt igjen.",
        acknowledge: "Trykk {digit} for å bekrefte.",
        both: "Trykk {digit} for å bekrefte, eller 9, så blir ikke dette nummeret oppringt igjen.",
        acknowledged: "Bekreftet. Ha det.",
        confirmed: "Du blir ikke oppringt igjen. Ha det.",
        goodbye: "Ha det.",
    },
    Words {
        language: "nl",
        offer: "Druk op 9 en dit nummer wordt niet meer gebeld.",
        acknowledge: "Druk op {digit} om te bevestigen.",
        both: "Druk op {digit} om te bevestigen, of op 9 en dit nummer wordt niet meer gebeld.",
        acknowledged: "Bevestigd. Tot ziens.",
        confirmed: "U wordt niet meer gebeld. Tot ziens.",
        goodbye: "Tot ziens.",
    },
    Words {
        language: "pl",
        offer: "Naciśnij 9, a nie będziemy więcej dzwonić na ten numer.",
        acknowledge: "Naciśnij {digit}, aby potwierdzić.",
        both: "Naciśnij {digit}, aby potwierdzić, lub 9, a nie będziemy więcej dzwonić na ten numer.",
        acknowledged: "Potwierdzono. Do widzenia.",
        confirmed: "Nie będziemy więcej dzwonić na ten numer. Do widzenia.",
        goodbye: "Do widzenia.",
    },
    Words {
        language: "pt",
        offer: "Pressione 9 e não ligaremos mais para este número.",
        acknowledge: "Pressione {digit} para confirmar.",
        both: "Pressione {digit} para confirmar, ou 9 e não ligaremos mais para este número.",
        acknowledged: "Confirmado. Até logo.",
        confirmed: "Não ligaremos mais para este número. Até logo.",
        goodbye: "Até logo.",
    },
    Words {
        language: "sv",
        offer: "Tryck på 9 så rings det här numret inte upp igen.",
        acknowledge: "Tryck på {digit} för att bekräfta.",
        both: "Tryck på {digit} för att bekräfta, eller på 9 så rings det här numret inte upp igen.",
        acknowledged: "Bekräftat. Hej då.",
        confirmed: "Du blir inte uppringd igen. Hej då.",
        goodbye: "Hej då.",
    },
];

/// Voices that speak only one of these languages, by their names after `Polly.`:
/// <https://docs.aws.amazon.com/polly/latest/dg/available-voices.html>. Other voices count as English unless the
/// message names its language.
pub const VOICES: [(&str, &[&str]); 11] = [
    ("da", &["Naja", "Mads", "Sofie"]),
    ("de", &["Marlene", "Vicki", "Hans", "Daniel", "Hannah", "Sabrina"]),
    (
        "es",
        &["Conchita", "Lucia", "Enrique", "Sergio", "Mia", "Andres", "Lupe", "Penelope", "Miguel", "Pedro"],
    ),
    ("fr", &["Celine", "Lea", "Mathieu", "Remi", "Chantal", "Gabrielle", "Liam", "Isabelle"]),
    ("it", &["Carla", "Bianca", "Giorgio", "Adriano", "Beatrice"]),
    ("ja", &["Mizuki", "Takumi", "Kazuha", "Tomoko"]),
    ("nb", &["Liv", "Ida"]),
    ("nl", &["Lotte", "Ruben", "Laura", "Lisa"]),
    ("pl", &["Ewa", "Maja", "Jacek", "Jan", "Ola"]),
    ("pt", &["Camila", "Vitoria", "Ricardo", "Thiago", "Ines", "Cristiano"]),
    ("sv", &["Astrid", "Elin"]),
];

pub(crate) fn words_of(tag: &str) -> Option<&'static Words> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    // `no` means Norwegian, usually written as Bokmål.
    let primary = if primary == "no" { "nb" } else { primary.as_str() };
    LANGUAGES.iter().find(|words| words.language == primary)
}

/// The language of a voice, by its name: `Polly.Vicki-Neural`, `Google.de-DE-Wavenet-F`.
pub(crate) fn language_of(voice: &str) -> Option<&'static Words> {
    let (maker, name) = voice.trim().split_once('.')?;
    if maker.eq_ignore_ascii_case("google") {
        return words_of(name);
    }
    let name = name.split('-').next().unwrap_or_default();
    let (language, _) = VOICES.iter().find(|(_, voices)| voices.contains(&name))?;
    words_of(language)
}

/// A text about the key that confirms.
pub(crate) fn with_digit(text: &str, key: AcknowledgeKey) -> String {
    text.replace("{digit}", &key.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::OPT_OUT;

    #[test]
    fn every_language_names_the_keys_and_says_goodbye() {
        for words in &LANGUAGES {
            for (text, has_opt_out, has_digit) in
                [(words.offer, true, false), (words.acknowledge, false, true), (words.both, true, true)]
            {
                assert_eq!(text.contains(OPT_OUT), has_opt_out, "{}", words.language);
                assert_eq!(text.matches("{digit}").count(), usize::from(has_digit), "{}", words.language);
            }
            assert!(words.acknowledged.ends_with(words.goodbye), "{}", words.language);
            assert!(words.confirmed.ends_with(words.goodbye), "{}", words.language);
            assert_eq!(words_of(words.language), Some(words));
        }
        for (language, voices) in VOICES {
            for voice in voices {
                assert_eq!(language_of(&format!("Polly.{voice}")).unwrap().language, language, "{voice}");
            }
        }
    }
}
