//! The texts of the offer to press 9, in every supported language.

/// Texts in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Primary subtag (BCP 47).
    pub language: &'static str,
    /// Which key to press, and why.
    pub offer: &'static str,
    /// Confirms that the number will not be called again.
    pub confirmed: &'static str,
    /// Ends the call.
    pub goodbye: &'static str,
}

/// Every language of the offer; the first one is the default.
pub const LANGUAGES: [Words; 12] = [
    words(
        "en",
        "Press 9 and this number will not be called again.",
        "You will not be called again. Goodbye.",
        "Goodbye.",
    ),
    words(
        "da",
        "Tryk på 9, så bliver dette nummer ikke ringet op igen.",
        "Du bliver ikke ringet op igen. Farvel.",
        "Farvel.",
    ),
    words(
        "de",
        "Drücken Sie die 9, und diese Nummer wird nicht wieder angerufen.",
        "Sie werden nicht wieder angerufen. Auf Wiederhören.",
        "Auf Wiederhören.",
    ),
    words(
        "es",
        "Pulse 9 y no se volverá a llamar a este número.",
        "No se volverá a llamar a este número. Adiós.",
        "Adiós.",
    ),
    words(
        "fr",
        "Appuyez sur le 9 et ce numéro ne sera plus appelé.",
        "Ce numéro ne sera plus appelé. Au revoir.",
        "Au revoir.",
    ),
    words(
        "it",
        "Prema il 9 e questo numero non sarà più chiamato.",
        "Questo numero non sarà più chiamato. Arrivederci.",
        "Arrivederci.",
    ),
    words(
        "ja",
        "9を押すと、この番号には二度とおかけしません。",
        "この番号には二度とおかけしません。失礼いたします。",
        "失礼いたします。",
    ),
    words(
        "nb",
        "Trykk 9, så blir ikke dette nummeret oppringt igjen.",
        "Du blir ikke oppringt igjen. Ha det.",
        "Ha det.",
    ),
    words(
        "nl",
        "Druk op 9 en dit nummer wordt niet meer gebeld.",
        "U wordt niet meer gebeld. Tot ziens.",
        "Tot ziens.",
    ),
    words(
        "pl",
        "Naciśnij 9, a nie będziemy więcej dzwonić na ten numer.",
        "Nie będziemy więcej dzwonić na ten numer. Do widzenia.",
        "Do widzenia.",
    ),
    words(
        "pt",
        "Pressione 9 e não ligaremos mais para este número.",
        "Não ligaremos mais para este número. Até logo.",
        "Até logo.",
    ),
    words(
        "sv",
        "Tryck på 9 så rings det här numret inte upp igen.",
        "Du blir inte uppringd igen. Hej då.",
        "Hej då.",
    ),
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

const fn words(
    language: &'static str,
    offer: &'static str,
    confirmed: &'static str,
    goodbye: &'static str,
) -> Words {
    Words { language, offer, confirmed, goodbye }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opt_out::KEY;

    #[test]
    fn every_language_offers_the_key_and_says_goodbye() {
        for words in &LANGUAGES {
            assert!(words.offer.contains(KEY), "{}", words.language);
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
