//! The room that a protocol has for the message of a call.

use crate::message::{Filling, Message, SayText, TakesMessage};
use crate::opt_out::{MAX_ACTION_CHARS, OptOut};
use crate::plays::Plays;
use crate::protocol::ProtocolError;
use crate::twiml::MAX_CHARS;

/// What it takes, if it takes a message. Where 9 is offered there is room for that as well, with any address.
pub(super) fn of(
    plays: &Plays,
    opt_out: Option<&OptOut>,
    default: Option<Message>,
) -> Result<Option<TakesMessage>, ProtocolError> {
    let Plays::Say(say) = plays else { return Ok(None) };
    let text = SayText::read(&say.text);
    let (times, names) = (text.messages(), text.names());
    if times == 0 {
        return Ok(None);
    }
    let nothing = Filling::default();
    let (twiml, kept_free) = match opt_out {
        Some(opt_out) => (plays.inline_twiml_with(opt_out, None, &nothing, ""), MAX_ACTION_CHARS),
        None => (plays.inline_twiml(None, &nothing), 0),
    };
    let used = twiml.map_or(0, |twiml| twiml.chars().count()) + kept_free;
    let room = MAX_CHARS.saturating_sub(used);
    if room < times {
        return Err(ProtocolError::BadSay("the text leaves no room for a message"));
    }
    Ok(Some(TakesMessage { room, times, names, default }))
}
