//! Who may be called. Every rule that keeps a phone from ringing stands in this file.
//!
//! A [`Permit`] is the only thing that lets a request to dial leave, and [`Candidate::check`] is the only thing that
//! makes one; it can't be copied, so one check rings one phone. [`consider`] asks what can be told from the number
//! alone; the [`Ledger`] is what is on record about it, read in the transaction that reserves the call.

use crate::phone_number::{self, PhoneNumber, PhoneNumberError, Region};

/// What the owner of this installation allows.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The country that a number without `+` belongs to.
    pub default_region: Region,
}

/// A number that may be rung, as far as the number alone can tell.
#[derive(Debug, PartialEq, Eq)]
pub struct Candidate {
    to: PhoneNumber,
}

/// What is on record about the number that somebody wants to ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// It is among the blocked numbers.
    pub blocked: bool,
    /// It belongs to a person who may not be called.
    pub unwilling: bool,
    /// Whoever has it pressed 9: they are not to be called again.
    pub opted_out: bool,
}

/// The right to ring one number once.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit that isn't used rings nobody"]
pub struct Permit {
    to: PhoneNumber,
}

impl Permit {
    /// The number that may be rung.
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }
}

/// Why a number is not rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Police, fire, ambulance, coast guard of any country.
    #[error("This is an emergency number. BenSpamsPhones never calls one; in an emergency use your phone.")]
    Emergency,
    /// No country has a number of this shape.
    #[error("No such number can exist. Check the country code and the number of digits.")]
    Impossible,
    /// The text isn't a number at all.
    #[error("This is not a number that can be called: {0}.")]
    NotANumber(#[from] PhoneNumberError),
    /// The owner has blocked it.
    #[error("This number is blocked. Take it off the blocked numbers, under People, to call it.")]
    Blocked,
    /// It belongs to somebody who may not be called.
    #[error("This number belongs to a person who is not to be called. Under People that can be changed.")]
    Unwilling,
    /// Whoever has it asked, in an earlier call, not to be called again. Nobody may override that.
    #[error(
        "Whoever has this number pressed 9 so as not to be called again, and it is not called from here."
    )]
    OptedOut,
}

impl Refusal {
    /// Name of the rule, stable for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Emergency => "emergency_number",
            Self::Impossible => "impossible_number",
            Self::NotANumber(_) => "not_a_number",
            Self::Blocked => "blocked_number",
            Self::Unwilling => "not_to_be_called",
            Self::OptedOut => "opted_out",
        }
    }
}

/// Emergency numbers in use anywhere, of all services, since nobody can tell from here which network would take
/// the call: ITU-T E.161.1 (112, 911) and the national ones listed by the ITU and in libphonenumber's
/// `ShortNumberMetadata` (`emergency`).
const EMERGENCY: [&str; 74] = [
    "000", "008", "010", "015", "017", "018", "066", "08", "060", "061", "062", "063", "064", "065", "067",
    "068", "100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111", "112", "113",
    "114", "115", "116", "117", "118", "119", "120", "121", "122", "123", "124", "125", "126", "127", "128",
    "129", "131", "132", "133", "140", "143", "144", "147", "15", "150", "151", "155", "156", "158", "159",
    "16", "160", "166", "17", "18", "180", "190", "191", "192", "193", "197", "911", "998", "999",
];

/// Decides whether the number may be rung, as far as it alone can tell.
///
/// # Errors
/// The [`Refusal`] with its rule and a sentence for the person who asked.
pub fn consider(policy: &Policy, to: &str) -> Result<Candidate, Refusal> {
    // Before anything is parsed: "000" or "08" lose their zeros once read as a national number, and
    // "+49 112" is too short to be read at all.
    let digits = phone_number::digits(to);
    if is_emergency(&digits)
        || PhoneNumber::from_e164(&format!("+{digits}")).is_ok_and(|to| is_emergency_of(&to))
    {
        return Err(Refusal::Emergency);
    }
    let to = PhoneNumber::parse(to, policy.default_region)?;
    if is_emergency_of(&to) {
        return Err(Refusal::Emergency);
    }
    if !to.is_possible() {
        return Err(Refusal::Impossible);
    }
    Ok(Candidate { to })
}

impl Candidate {
    /// The number.
    pub fn to(&self) -> &PhoneNumber {
        &self.to
    }

    /// Decides whether it may be rung now.
    ///
    /// # Errors
    /// The [`Refusal`] with its rule and a sentence for the person who asked.
    pub fn check(self, ledger: Ledger) -> Result<Permit, Refusal> {
        if ledger.opted_out {
            return Err(Refusal::OptedOut);
        }
        if ledger.blocked {
            return Err(Refusal::Blocked);
        }
        if ledger.unwilling {
            return Err(Refusal::Unwilling);
        }
        Ok(Permit { to: self.to })
    }
}

fn is_emergency_of(to: &PhoneNumber) -> bool {
    to.split().is_some_and(|(_, national)| is_emergency(national))
}

fn is_emergency(digits: &str) -> bool {
    EMERGENCY.contains(&digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(to: &str) -> Option<Refusal> {
        consider(&Policy::default(), to).err()
    }

    #[test]
    fn an_ordinary_number_may_be_rung() {
        let candidate = consider(&Policy::default(), "(415) 867-5309").unwrap();
        let permit = candidate.check(Ledger::default()).unwrap();
        assert_eq!(permit.to().as_str(), "+14158675309");
    }

    #[test]
    fn nobody_is_rung_against_their_wish() {
        let check = |ledger| consider(&Policy::default(), "+14158675309").unwrap().check(ledger).err();
        assert_eq!(check(Ledger::default()), None);
        let ledger = |blocked, unwilling, opted_out| Ledger { blocked, unwilling, opted_out };
        assert_eq!(check(ledger(true, false, false)), Some(Refusal::Blocked));
        assert_eq!(check(ledger(false, true, false)), Some(Refusal::Unwilling));
        assert_eq!(check(ledger(true, true, false)), Some(Refusal::Blocked));
        for (blocked, unwilling) in [(false, false), (true, false), (false, true), (true, true)] {
            assert_eq!(check(ledger(blocked, unwilling, true)), Some(Refusal::OptedOut));
        }
    }

    #[test]
    fn emergency_numbers_are_never_rung_however_they_are_written() {
        for to in [
            "911", "9-1-1", "112", "999", "000", "+1 911", "+44 999", "+49 112", "tel:112", "1 911",
            "+61 000", "+33 15",
        ] {
            assert_eq!(refusal(to), Some(Refusal::Emergency), "{to}");
        }
    }

    #[test]
    fn impossible_numbers_are_refused() {
        for to in ["0000000000", "+1 415 867", "+1 023 456 7890", "12345", "+210 12345678"] {
            assert!(
                matches!(refusal(to), Some(Refusal::Impossible | Refusal::NotANumber(_))),
                "{to}: {:?}",
                refusal(to)
            );
        }
        assert_eq!(refusal("mom"), Some(Refusal::NotANumber(PhoneNumberError::BadCharacter)));
    }

    proptest! {
        #[test]
        fn no_permit_rings_an_emergency_number(
            code in prop_oneof![Just(String::new()), Just("+".into()), "[1-9][0-9]{0,2}", "\\+[1-9][0-9]{0,2}"],
            emergency in proptest::sample::select(EMERGENCY.to_vec()),
            between in "[ ().-]{0,3}",
        ) {
            let to = format!("{code}{between}{emergency}");
            if let Ok(permit) = consider(&Policy::default(), &to) {
                let (_, national) = permit.to().split().unwrap();
                prop_assert!(!is_emergency(national) && permit.to().is_possible(), "{to}");
            }
        }
    }
}
