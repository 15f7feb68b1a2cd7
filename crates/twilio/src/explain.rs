//! Explains Twilio's error codes in plain words.
//!
//! The texts are in `error_codes.txt` next to this file, which also names the source of the codes.

use std::borrow::Cow;
use std::iter;

const TABLE: &str = include_str!("error_codes.txt");

/// What an error means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub sentence: Cow<'static, str>,
    /// What to do about it.
    pub next_step: Cow<'static, str>,
    /// Where to read more.
    pub link: Option<String>,
}

/// Explains a Twilio error code; `None` if this crate doesn't know it. Then show Twilio's own message.
#[must_use]
pub fn explain(code: u32) -> Option<Explanation> {
    entries().find_map(|entry| {
        let own = entry.part_of(code)?;
        let filled = |text: &'static str| match own {
            "" => Cow::Borrowed(text),
            own => Cow::Owned(text.replace("{}", own)),
        };
        Some(Explanation {
            sentence: filled(entry.sentence),
            next_step: filled(entry.next_step),
            link: Some(link(code)),
        })
    })
}

pub(crate) fn in_twilios_words(code: Option<u32>, message: &str, more_info: Option<String>) -> Explanation {
    let message = message.trim();
    let sentence = match (message.is_empty(), code) {
        (false, _) => format!("Twilio says: {message}{}", if ends_a_sentence(message) { "" } else { "." }),
        (true, Some(code)) => format!("Twilio refused this with its error {code}."),
        (true, None) => "Twilio refused this.".to_owned(),
    };
    Explanation {
        sentence: Cow::Owned(sentence),
        next_step: Cow::Borrowed(match code {
            Some(_) => "Twilio's page about this error may say more.",
            None => "Check what was sent, and look at the account in the Twilio Console.",
        }),
        link: more_info.or_else(|| code.map(link)),
    }
}

/// For every 429, with or without Twilio's body.
pub(crate) fn too_many_requests() -> Explanation {
    const CODE: u32 = 20429;
    explain(CODE).unwrap_or_else(|| in_twilios_words(Some(CODE), "Too Many Requests", None))
}

fn link(code: u32) -> String {
    format!("https://www.twilio.com/docs/api/errors/{code}")
}

fn ends_a_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?', '…'])
}

struct Entry {
    codes: &'static str,
    sentence: &'static str,
    next_step: &'static str,
}

fn entries() -> impl Iterator<Item = Entry> {
    let mut lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    iter::from_fn(move || {
        Some(Entry { codes: lines.next()?, sentence: lines.next()?, next_step: lines.next()? })
    })
}

impl Entry {
    fn codes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.codes.split(' ').map(|code| code.split_once(':').unwrap_or((code, "")))
    }

    /// The text that replaces `{}` for this code; `None` if the entry isn't about it.
    fn part_of(&self, code: u32) -> Option<&'static str> {
        self.codes().find(|(listed, _)| listed.parse() == Ok(code)).map(|(_, own)| own)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_entry_is_whole_and_no_code_stands_twice() {
        let mut seen = BTreeSet::new();
        for Entry { codes, sentence, next_step } in entries() {
            let entry = Entry { codes, sentence, next_step };
            for (code, own) in entry.codes() {
                let code: u32 = code.parse().unwrap_or_else(|_| panic!("{codes}"));
                assert!(seen.insert(code), "{code}");
                assert_eq!(own.is_empty(), !sentence.contains("{}"), "{code}");
            }
            for text in [sentence, next_step] {
                assert!(text.starts_with(|c: char| c.is_ascii_uppercase() || c == '<'), "{text}");
                assert!(ends_a_sentence(text), "{text}");
            }
        }
    }

    #[test]
    fn each_code_has_a_sentence_a_next_step_and_its_page() {
        // One code of every thousand, and the most common ones.
        for code in [
            400, 10001, 10002, 10004, 10005, 11100, 11200, 11205, 11210, 11215, 11220, 11235, 11236, 11237,
            11750, 11770, 12100, 12101, 12102, 12200, 12300, 12400, 13201, 13214, 13223, 13224, 13225, 13226,
            13227, 13247, 13420, 13520, 13521, 13805, 15002, 15003, 16020, 16101, 17001, 20001, 20003, 20004,
            20005, 20006, 20008, 20009, 20010, 20403, 20404, 20429, 20500, 20503, 21201, 21202, 21203, 21205,
            21206, 21208, 21209, 21210, 21211, 21212, 21213, 21214, 21215, 21216, 21217, 21218, 21219, 21220,
            21262, 21264, 21401, 21421, 21608, 21609, 21626, 22001, 22005, 30002, 31002, 31480, 31486, 31603,
            31901, 32014, 32016, 32017, 32018, 32203, 32205, 64008, 64102, 181_000,
        ] {
            let Explanation { sentence, next_step, link } = explain(code).unwrap_or_else(|| panic!("{code}"));
            for text in [&sentence, &next_step] {
                assert!(!text.contains("{}") && text.len() > 8, "{code}: {text}");
            }
            assert_eq!(link, Some(format!("https://www.twilio.com/docs/api/errors/{code}")));
        }
        assert_eq!(explain(21_999), None);
    }

    #[test]
    fn a_code_names_its_own_part_of_shared_words() {
        let sentence = |code| explain(code).map(|explained| explained.sentence.into_owned());
        assert!(sentence(13_212).is_some_and(|words| words.starts_with("The timeout of <Dial> has")));
        assert!(sentence(13_331).is_some_and(|words| words.starts_with("The language of <Gather> has")));
    }

    #[test]
    fn words_of_twilios_become_a_sentence() {
        let of = |code, message| in_twilios_words(code, message, None).sentence.into_owned();
        assert_eq!(of(Some(1), "suspended"), "Twilio says: suspended.");
        assert_eq!(of(Some(1), "Why?"), "Twilio says: Why?");
        assert_eq!(of(Some(1), " "), "Twilio refused this with its error 1.");
    }
}
