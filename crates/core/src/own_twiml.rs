//! Splits the owner's TwiML where the keys to press are named.

use roxmltree::{Document, Node};

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OwnTwiml<'a> {
    /// Up to the first verb.
    pub(crate) head: &'a str,
    pub(crate) played: &'a str,
    /// After them; only the end of the call.
    pub(crate) rest: &'a str,
    /// The first voice, and its language.
    pub(crate) voice: Option<String>,
    pub(crate) language: Option<String>,
}

/// Why a document has no place for the keys to press.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoPlaceForOffer {
    /// It plays nothing.
    #[error("this TwiML plays nothing, so keys have nothing to follow")]
    NothingHeard,
    /// It continues elsewhere, or gathers input itself.
    #[error("keys work only with TwiML made of Say, Play, Pause and a final Hangup; this has <{0}>")]
    OtherVerb(String),
    /// It plays in an endless loop.
    #[error("this TwiML repeats forever (loop=\"0\"), so nothing after it would ever be heard")]
    Endless,
    /// It isn't TwiML.
    #[error("this is not TwiML")]
    NotTwiml,
}

impl<'a> OwnTwiml<'a> {
    /// Splits a document.
    ///
    /// # Errors
    /// [`NoPlaceForOffer`], if it does more than play: verbs that gather keys, connect or redirect end in their own
    /// way.
    pub(crate) fn read(text: &'a str) -> Result<Self, NoPlaceForOffer> {
        let document = Document::parse(text).map_err(|_| NoPlaceForOffer::NotTwiml)?;
        let verbs: Vec<Node<'_, '_>> = document.root_element().children().filter(Node::is_element).collect();
        let heard = verbs.iter().take_while(|verb| is_heard(verb)).count();
        if let Some(other) = verbs[heard..].iter().find(|verb| verb.tag_name().name() != "Hangup") {
            return Err(NoPlaceForOffer::OtherVerb(other.tag_name().name().to_owned()));
        }
        let (Some(first), Some(last)) = (verbs[..heard].first(), verbs[..heard].last()) else {
            return Err(NoPlaceForOffer::NothingHeard);
        };
        if verbs[..heard].iter().any(|verb| verb.attribute("loop") == Some("0")) {
            return Err(NoPlaceForOffer::Endless);
        }
        let (begin, end) = (first.range().start, last.range().end);
        let speaker = verbs[..heard].iter().find(|verb| verb.tag_name().name() == "Say");
        let said = |name: &str| speaker.and_then(|speaker| speaker.attribute(name)).map(str::to_owned);
        Ok(Self {
            head: &text[..begin],
            played: &text[begin..end],
            rest: &text[end..],
            voice: said("voice"),
            language: said("language"),
        })
    }
}

fn is_heard(verb: &Node<'_, '_>) -> bool {
    matches!(verb.tag_name().name(), "Say" | "Play" | "Pause")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heard_is_found_as_it_was_written() {
        let text = "<?xml version=\"1.0\"?>\n<Response>\n  <Say voice=\"Polly.Vicki\">Hallo &amp; <break/></Say>\n  <!-- a bell -->\n  \
                    <Play>https://x.example/a.mp3</Play>\n  <Hangup/>\n</Response>\n";
        let parts = OwnTwiml::read(text).unwrap();
        assert_eq!(format!("{}{}{}", parts.head, parts.played, parts.rest), text);
        assert!(parts.head.ends_with("<Response>\n  "), "{parts:?}");
        assert!(parts.played.starts_with("<Say") && parts.played.ends_with("</Play>"), "{parts:?}");
        assert_eq!((parts.voice.as_deref(), parts.language), (Some("Polly.Vicki"), None));
    }

    #[test]
    fn what_does_more_than_play_has_no_place_for_it() {
        let refused = |verbs: &str| OwnTwiml::read(&format!("<Response>{verbs}</Response>")).unwrap_err();
        assert_eq!(refused(""), NoPlaceForOffer::NothingHeard);
        assert_eq!(refused("<Hangup/>"), NoPlaceForOffer::NothingHeard);
        assert_eq!(
            refused("<Say>Hi</Say><Redirect>/x</Redirect>"),
            NoPlaceForOffer::OtherVerb("Redirect".into())
        );
        assert_eq!(refused("<Gather><Say>Hi</Say></Gather>"), NoPlaceForOffer::OtherVerb("Gather".into()));
        assert_eq!(
            refused("<Say>Hi</Say><Hangup/><Say>Never</Say>"),
            NoPlaceForOffer::OtherVerb("Say".into())
        );
        assert_eq!(refused("<Sing/>"), NoPlaceForOffer::OtherVerb("Sing".into()));
        assert_eq!(refused("<Play loop=\"0\">https://x.example/a.mp3</Play>"), NoPlaceForOffer::Endless);
    }
}
