//! The contents of the tray's menu, independent of the desktop.

use benspamsphones_app::app::QuickDial;
use benspamsphones_core::{Call, CallStatus, Mode, PhoneNumber};

use crate::texts::Texts;

pub(crate) const RECENT: usize = 5;

/// What a click does. The item's id contains all of it, so a late click never calls anyone other than the item showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    Dial { protocol: String, number: String },
    HangUp(String),
    Show,
    CopyAddress,
    Quit,
    Nothing(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// What a click does.
    pub action: Action,
    /// The text.
    pub label: String,
}

pub(crate) trait Names {
    fn protocol(&self, id: &str) -> String;
    /// The name of the person with that number, or the number.
    fn number(&self, number: &PhoneNumber) -> String;
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Board {
    /// Whether phones ring.
    pub mode: Vec<Line>,
    /// Pinned calls.
    pub pinned: Vec<Line>,
    /// The latest calls.
    pub recent: Vec<Line>,
    /// Calls in progress.
    pub live: Vec<Line>,
}

impl Board {
    /// `calls` are newest first, `open` those that may still change.
    pub(crate) fn of(
        mode: Mode,
        pinned: &[QuickDial],
        calls: &[Call],
        open: &[Call],
        names: &impl Names,
        texts: &Texts,
    ) -> Self {
        let says = match mode {
            Mode::Sandbox => texts.sandbox,
            Mode::Live => texts.live,
        };
        let mut seen: Vec<QuickDial> = pinned.to_vec();
        let mut recent = Vec::new();
        for call in calls {
            let again = QuickDial { protocol: call.protocol.clone(), number: call.to.clone() };
            if recent.len() < RECENT && !seen.contains(&again) {
                recent.push(dial(&again, names, texts));
                seen.push(again);
            }
        }
        Self {
            mode: vec![Line { action: Action::Nothing("mode"), label: says.into() }],
            pinned: pinned.iter().map(|pinned| dial(pinned, names, texts)).collect(),
            recent,
            live: open.iter().map(|call| hang_up(call, names, texts)).collect(),
        }
    }
}

fn dial(wanted: &QuickDial, names: &impl Names, texts: &Texts) -> Line {
    let (whom, with) = (names.number(&wanted.number), names.protocol(wanted.protocol.as_str()));
    let label = (texts.ring)(&whom, &with);
    let action = Action::Dial { protocol: wanted.protocol.to_string(), number: wanted.number.to_string() };
    Line { action, label }
}

fn hang_up(call: &Call, names: &impl Names, texts: &Texts) -> Line {
    let doing = match call.acknowledged_at {
        _ if call.hangup_requested => texts.hanging_up,
        Some(_) if call.status == CallStatus::InProgress => texts.has_confirmed,
        _ => (texts.station)(call.status),
    };
    let label = (texts.hang_up)(&names.number(&call.to), doing);
    Line { action: Action::HangUp(call.id.to_string()), label }
}

impl Action {
    pub(crate) fn id(&self) -> String {
        match self {
            Self::Dial { protocol, number } => format!("dial {number} {protocol}"),
            Self::HangUp(call) => format!("hang-up {call}"),
            Self::Show => "show".into(),
            Self::CopyAddress => "copy".into(),
            Self::Quit => "quit".into(),
            Self::Nothing(what) => format!("nothing {what}"),
        }
    }

    /// `None` for unknown items and those without an action.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        let (verb, rest) = id.split_once(' ').unwrap_or((id, ""));
        match verb {
            "dial" => rest
                .split_once(' ')
                .map(|(number, protocol)| Self::Dial { protocol: protocol.into(), number: number.into() }),
            "hang-up" => Some(Self::HangUp(rest.into())),
            "show" => Some(Self::Show),
            "copy" => Some(Self::CopyAddress),
            "quit" => Some(Self::Quit),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use benspamsphones_core::{AskedBy, CallRequest, ProtocolId, UpdateRoute};

    use crate::preferences::Language;
    use crate::texts;

    use super::*;

    struct Plain;

    impl Names for Plain {
        fn protocol(&self, id: &str) -> String {
            id.to_uppercase()
        }

        fn number(&self, number: &PhoneNumber) -> String {
            if number.as_str() == "+15005550101" { "Ada".into() } else { number.in_groups() }
        }
    }

    fn call(last_digits: u32, protocol: &str) -> Call {
        Call::requested(CallRequest {
            id: "0199a0f0-0000-7000-8000-000000000001".parse().unwrap(),
            protocol: ProtocolId::new(protocol).unwrap(),
            from: PhoneNumber::from_e164("+15005550006").unwrap(),
            to: PhoneNumber::from_e164(&format!("+1500555{last_digits:04}")).unwrap(),
            mode: Mode::Sandbox,
            account_sid: "AC".into(),
            news: UpdateRoute::Callbacks,
            requested_at: "2026-10-01T12:00:00Z".parse().unwrap(),
            asked_by: AskedBy::Tray,
            asker_name: None,
        })
    }

    fn labels(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.label.as_str()).collect()
    }

    #[test]
    fn pinned_come_first_and_nobody_comes_twice() {
        let pinned = [QuickDial {
            protocol: ProtocolId::new("dinner").unwrap(),
            number: PhoneNumber::from_e164("+15005550101").unwrap(),
        }];
        let calls: Vec<Call> =
            [101, 102, 102, 103, 104, 105, 106, 107].map(|digits| call(digits, "dinner")).into();
        let board = Board::of(Mode::Sandbox, &pinned, &calls, &[], &Plain, texts::in_language(Language::En));
        assert_eq!(labels(&board.pinned), ["Call Ada: DINNER"]);
        assert_eq!(board.recent.len(), RECENT);
        assert_eq!(board.recent[0].label, "Call +1 500 555 0102: DINNER");
        assert!(!labels(&board.recent).contains(&"Call Ada: DINNER"));
    }

    #[test]
    fn ten_pinned_all_stand_there_and_of_ten_recent_the_last_five() {
        let number = |digits| PhoneNumber::from_e164(&format!("+1500555{digits:04}")).unwrap();
        let dinner = ProtocolId::new("dinner").unwrap();
        let pinned: Vec<QuickDial> =
            (200..210).map(|digits| QuickDial { protocol: dinner.clone(), number: number(digits) }).collect();
        let calls: Vec<Call> = (300..310).map(|digits| call(digits, "dinner")).collect();
        let board = Board::of(Mode::Sandbox, &pinned, &calls, &[], &Plain, texts::in_language(Language::En));
        let lines = |range: std::ops::Range<u32>| {
            range.map(|digits| format!("Call {}: DINNER", number(digits).in_groups())).collect::<Vec<_>>()
        };
        assert_eq!(labels(&board.pinned), lines(200..210));
        assert_eq!(labels(&board.recent), lines(300..305));
    }

    #[test]
    fn the_same_person_with_something_else_is_something_else() {
        let calls = [call(101, "dinner"), call(101, "hello")];
        let board = Board::of(Mode::Live, &[], &calls, &calls[..1], &Plain, texts::in_language(Language::En));
        assert_eq!(labels(&board.recent), ["Call Ada: DINNER", "Call Ada: HELLO"]);
        assert_eq!(labels(&board.live), ["Hang up Ada (starting)"]);
        assert_eq!(labels(&board.mode), ["Live: phones ring"]);

        let german = texts::in_language(Language::De);
        let board = Board::of(Mode::Live, &[], &calls, &calls[..1], &Plain, german);
        assert_eq!(labels(&board.recent), ["Ada anrufen: DINNER", "Ada anrufen: HELLO"]);
        assert_eq!(labels(&board.live), ["Auflegen: Ada (beginnt)"]);
        assert_eq!(labels(&board.mode), ["Live: Telefone klingeln"]);
    }

    #[test]
    fn an_id_says_all_of_it() {
        for action in [
            Action::Dial { protocol: "two words".into(), number: "+15005550101".into() },
            Action::HangUp("0199a0f0-0000-7000-8000-000000000001".into()),
            Action::Show,
            Action::CopyAddress,
            Action::Quit,
        ] {
            assert_eq!(Action::of_id(&action.id()), Some(action));
        }
        assert_eq!(Action::of_id(&Action::Nothing("mode").id()), None);
        assert_eq!(Action::of_id("dial"), None);
    }
}
