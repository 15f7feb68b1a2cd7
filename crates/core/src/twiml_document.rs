//! What a protocol's own TwiML does besides playing: the numbers it rings, and anything that can't be checked here.
//!
//! Only known harmless content passes: unlisted verbs, positions and attributes count as unchecked. Who may be rung is
//! decided only in [`guard`](crate::guard). The verbs: <https://www.twilio.com/docs/voice/twiml>.

use roxmltree::{Attribute, Document, Node};

use crate::phone_number::{PhoneNumber, Region};
use crate::twiml_elements::{ATTRIBUTES, ENCODINGS, WITHIN, known_as, listed};

/// The effects of a document besides playing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TwimlDocument {
    rings: Vec<String>,
    unchecked: Vec<String>,
    faults: Vec<TwimlFault>,
}

/// Something that Twilio wouldn't do as intended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TwimlFault {
    /// `Play` needs an absolute URL.
    #[error("<Play> needs a whole web address that starts with http:// or https://, and {0:?} is none")]
    PlayAddress(String),
    /// Twilio ends the call at an empty `Say`.
    #[error("<Say> without words: Twilio plays nothing and reports an error")]
    EmptySay,
    /// A verb for text messages.
    #[error("<Message> sends a text message and has no place in a call; <Say> is heard")]
    Message,
    /// Verbs are case-sensitive.
    #[error("Twilio doesn't know <{written}>; write <{right}>")]
    WrongCase {
        /// As in the document.
        written: String,
        /// As Twilio expects it.
        right: &'static str,
    },
}

impl TwimlDocument {
    /// `from` is the calling number.
    pub(crate) fn read(text: &str, from: &PhoneNumber) -> Self {
        let mut found = Self::default();
        if !has_plain_encoding(text) {
            found.leaves("an encoding other than UTF-8".into());
        }
        let Ok(document) = Document::parse(text) else {
            found.leaves("what is not TwiML".into());
            return found;
        };
        for element in document.root_element().descendants().skip(1).filter(Node::is_element) {
            found.take(element, from);
        }
        found
    }

    /// The numbers it rings, as written.
    pub fn rings(&self) -> &[String] {
        &self.rings
    }

    /// What the rules can't check, such as `<Sip>` or `<Gather action>`, without duplicates.
    pub fn unchecked(&self) -> &[String] {
        &self.unchecked
    }

    /// What Twilio wouldn't do as intended.
    pub fn faults(&self) -> &[TwimlFault] {
        &self.faults
    }

    /// Whether it rings numbers or does anything unchecked.
    pub fn goes_on(&self) -> bool {
        !self.rings.is_empty() || !self.unchecked.is_empty()
    }

    fn take(&mut self, element: Node<'_, '_>, from: &PhoneNumber) {
        let name = element.tag_name().name();
        let known = known_as(name);
        // At any position and in any case: collect every number that might be rung.
        match known {
            Some("Dial") => self.dialled(element),
            Some("Number") => self.number(element),
            Some("Sms" | "Message") => {
                self.rings.extend(element.attribute("to").map(|to| to.trim().to_owned()))
            }
            Some(_) | None => {}
        }
        if element.ancestors().skip(1).any(|outer| outer.has_tag_name("Say")) {
            // Speech markup, which shares no names with TwiML.
            if known.is_some() {
                self.leaves(format!("<{name}> in <Say>"));
            }
            return;
        }
        if element.tag_name().namespace().is_some() {
            self.leaves(format!("<{name}> of another namespace"));
        }
        let outer = element.parent_element().map_or("", |outer| outer.tag_name().name());
        if listed(&WITHIN, outer).is_none_or(|inner| !inner.contains(&name)) {
            match known {
                Some("Message") if name == "Message" => self.faults.push(TwimlFault::Message),
                Some(right) if right != name => {
                    self.faults.push(TwimlFault::WrongCase { written: name.to_owned(), right });
                }
                Some(_) | None => {}
            }
            let is_verb = outer == "Response" || !WITHIN[0].1.contains(&name);
            self.leaves(if is_verb { format!("<{name}>") } else { format!("<{name}> in <{outer}>") });
            return;
        }
        for attribute in element.attributes() {
            self.attribute(name, &attribute, from);
        }
        match name {
            "Say" if is_silent(element) => self.faults.push(TwimlFault::EmptySay),
            "Play" => self.play(element),
            _ => {}
        }
    }

    fn attribute(&mut self, of: &str, attribute: &Attribute<'_, '_>, from: &PhoneNumber) {
        let (name, value) = (attribute.name(), attribute.value().trim());
        let stays = match (of, name) {
            _ if attribute.namespace().is_some() => false,
            // The person rung sees the caller's number and can call back.
            ("Dial", "callerId") => PhoneNumber::from_e164(value).is_ok_and(|shown| shown == *from),
            ("Dial", "record") => matches!(value, "do-not-record" | "false"),
            _ => match listed(&ATTRIBUTES, of) {
                Some(harmless) => harmless.contains(&name),
                None => !leads_elsewhere(name, value),
            },
        };
        if !stays {
            self.leaves(format!("<{of} {name}>"));
        }
    }

    fn dialled(&mut self, dial: Node<'_, '_>) {
        let nouns = dial.children().any(|child| child.is_element());
        let text = own_text(dial);
        if nouns && text.trim().is_empty() {
            return;
        }
        if nouns {
            self.leaves("a number next to other content in <Dial>".into());
        }
        self.ring(dial, &text);
    }

    fn number(&mut self, number: Node<'_, '_>) {
        self.ring(number, &own_text(number));
    }

    fn ring(&mut self, element: Node<'_, '_>, text: &str) {
        let text = text.trim();
        // If comments split the number, it is unclear which part Twilio uses.
        if element.children().filter(|child| !child.is_element()).count() > 1 {
            self.leaves(format!("the number {text:?} in several pieces"));
        }
        if !is_read_alike(text) {
            self.leaves(format!("the number {text:?}, which needs + and a country code"));
        }
        self.rings.push(text.to_owned());
    }

    fn play(&mut self, play: Node<'_, '_>) {
        let text = own_text(play);
        let address = text.trim();
        let lower = address.to_ascii_lowercase();
        let is_whole = ["http://", "https://"].iter().any(|scheme| {
            lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty())
                && url::Url::parse(address).is_ok()
        });
        let plays_keys = address.is_empty() && play.has_attribute("digits");
        if !is_whole && !plays_keys {
            self.faults.push(TwimlFault::PlayAddress(address.to_owned()));
        }
    }

    fn leaves(&mut self, how: String) {
        if !self.unchecked.contains(&how) {
            self.unchecked.push(how);
        }
    }
}

fn own_text(element: Node<'_, '_>) -> String {
    element.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn is_silent(say: Node<'_, '_>) -> bool {
    let mut texts = say.descendants().filter(Node::is_text).filter_map(|text| text.text());
    !say.children().any(|child| child.is_element()) && texts.all(|text| text.trim().is_empty())
}

/// Whether an attribute of a verb that only plays may contain a URL.
fn leads_elsewhere(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "action" || name.contains("url") || name.contains("callback") || value.contains("://")
}

/// Whether every parser dials the same digits: + and country code, with nothing but separators.
fn is_read_alike(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let is_plain = rest.bytes().all(|sign| sign.is_ascii_digit() || b" -.()".contains(&sign));
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    is_plain && PhoneNumber::parse(text, Region::US).is_ok_and(|read| read.as_str()[1..] == digits)
}

/// A parser that honors another declared encoding could see different markup.
fn has_plain_encoding(text: &str) -> bool {
    let Some(declaration) = text.trim_start_matches('\u{feff}').strip_prefix("<?xml") else { return true };
    let declaration = declaration.split("?>").next().unwrap_or_default();
    let Some((_, told)) = declaration.split_once("encoding") else { return true };
    let told = told.trim_start_matches(|sign: char| sign == '=' || sign.is_whitespace());
    let told = told.trim_matches(|sign: char| matches!(sign, '"' | '\''));
    let told = told.split(['"', '\'']).next().unwrap_or_default().to_ascii_lowercase();
    ENCODINGS.contains(&told.as_str())
}

#[cfg(test)]
mod tests;
