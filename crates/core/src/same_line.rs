//! Lines that have more than one number. Blocking one of them blocks all.
//!
//! A pair is listed if both numbers ring the same phone, or if address books still contain an old form that became the
//! new one digit by digit. Not listed: territories that share a code but have their own numbers (the crown dependencies
//! under +44, Kazakhstan under +7, North America, the Vatican under +39, whose +379 was never used), and changes so
//! long ago that the old numbers are no longer dialed (Kosovo under +377 and +386, Monaco under +33).

use crate::phone_number::PhoneNumber;

/// Two notations of a line: a prefix (`.0`), `kept` digits of an area code, more digits (`.1`) and then `rest` digits
/// that begin with one of `first`.
struct Pair {
    one: (&'static str, &'static str),
    other: (&'static str, &'static str),
    kept: usize,
    rest: usize,
    first: &'static str,
}

const ANY: &str = "0123456789";

/// For pairs that differ only in their prefix.
const fn begins(one: &'static str, other: &'static str, rest: usize, first: &'static str) -> Pair {
    Pair { one: (one, ""), other: (other, ""), kept: 0, rest, first }
}

const PAIRS: [Pair; 30] = [
    // San Marino's landlines have Italy's area code 0549, which its own plan omits at home. ITU, San Marino.
    begins("+3780549", "+390549", 6, ANY),
    begins("+378", "+390549", 6, "89"),
    // Mexico's mobiles lost their 1 in August 2019. ITU, Mexico.
    begins("+521", "+52", 10, "23456789"),
    // Argentina's 9 means that the caller pays for a mobile; area code and number are the same. ITU, Argentina.
    begins("+549", "+54", 10, "1236"),
    // Brazil's mobiles got a 9 after the area code from 2012 to 2016. Anatel, resolution 553. Those with a 7 don't need
    // one.
    Pair { one: ("+55", ""), other: ("+55", "9"), kept: 2, rest: 8, first: "689" },
    // Benin put 01 before every number in November 2024. ARCEP Bénin.
    begins("+229", "+22901", 8, "24569"),
    // Northern Ireland is 048 from the Republic of Ireland. ComReg's numbering conditions.
    begins("+35348", "+4428", 8, ANY),
    // Palestine's numbers can also be reached through Israel's code, with the same digits.
    begins("+97056", "+97256", 7, ANY),
    begins("+97059", "+97259", 7, ANY),
    begins("+97022", "+97222", 6, ANY),
    begins("+97042", "+97242", 6, ANY),
    begins("+97082", "+97282", 6, ANY),
    begins("+97092", "+97292", 6, ANY),
    // France dials its overseas departments within its own plan. ARCEP's plan de numérotation.
    begins("+262262", "+33262", 6, ANY),
    begins("+262263", "+33263", 6, ANY),
    begins("+262269", "+33269", 6, ANY),
    begins("+262639", "+33639", 6, ANY),
    begins("+262692", "+33692", 6, ANY),
    begins("+262693", "+33693", 6, ANY),
    begins("+2627092", "+337092", 5, ANY),
    begins("+590590", "+33590", 6, ANY),
    begins("+590690", "+33690", 6, ANY),
    begins("+590691", "+33691", 6, ANY),
    begins("+5907090", "+337090", 5, ANY),
    begins("+594594", "+33594", 6, ANY),
    begins("+594694", "+33694", 6, ANY),
    begins("+596596", "+33596", 6, ANY),
    begins("+596696", "+33696", 6, ANY),
    begins("+596697", "+33697", 6, ANY),
    begins("+5967091", "+337091", 5, ANY),
];

impl Pair {
    /// The number in the other notation; `None` if it is in neither.
    fn other_of(&self, number: &str) -> Option<String> {
        let written = |from: (&str, &str), to: (&str, &str)| {
            let (area, rest) = number.strip_prefix(from.0)?.split_at_checked(self.kept)?;
            let rest = rest.strip_prefix(from.1)?;
            let fits = rest.len() == self.rest && rest.starts_with(|digit| self.first.contains(digit));
            fits.then(|| format!("{}{area}{}{rest}", to.0, to.1))
        };
        written(self.one, self.other).or_else(|| written(self.other, self.one))
    }
}

impl PhoneNumber {
    /// All known numbers of the same line, this one first. A rule about one applies to all.
    pub fn spellings(&self) -> Vec<PhoneNumber> {
        let mut known = vec![self.clone()];
        let mut asked = 0;
        while let Some(number) = known.get(asked).cloned() {
            let others =
                PAIRS.iter().filter_map(|pair| Self::from_e164(&pair.other_of(number.as_str())?).ok());
            let new: Vec<_> = others.filter(|other| !known.contains(other)).collect();
            known.extend(new);
            asked += 1;
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan;

    fn number(text: &str) -> PhoneNumber {
        PhoneNumber::from_e164(text).unwrap()
    }

    #[test]
    fn a_line_has_each_of_its_numbers() {
        for line in [
            &["+3780549886377", "+390549886377", "+378886377"][..],
            &["+5215512345678", "+525512345678"],
            &["+5491123456789", "+541123456789"],
            &["+551161234567", "+5511961234567"],
            &["+22997123456", "+2290197123456"],
            &["+3534890123456", "+442890123456"],
            &["+970599123456", "+972599123456"],
            &["+97022212345", "+97222212345"],
            &["+262692123456", "+33692123456"],
            &["+596596123456", "+33596123456"],
        ] {
            for one in line {
                let mut spellings: Vec<_> = number(one).spellings().iter().map(ToString::to_string).collect();
                assert_eq!(&spellings[0], one, "the number itself comes first");
                spellings.sort();
                let mut expected = line.to_vec();
                expected.sort_unstable();
                assert_eq!(spellings, expected, "{one}");
            }
        }
    }

    #[test]
    fn other_numbers_are_their_own() {
        for text in [
            "+14158675309",
            "+4930901820",
            "+390669812345",
            "+393331234567",
            "+447781123456",
            "+77012345678",
            "+551171234567",
            "+551122345678",
            "+33612345678",
            "+35312345678",
            "+972541234567",
            "+10000000000",
        ] {
            assert_eq!(number(text).spellings(), [number(text)], "{text}");
        }
    }

    #[test]
    fn a_line_is_the_same_from_each_of_its_numbers() {
        for code in plan::codes() {
            let plans = plan::of_code(code).unwrap();
            for (_, example) in plans.plans.iter().flat_map(|plan| &plan.examples) {
                let spellings = number(&format!("+{code}{example}")).spellings();
                assert!(spellings.len() <= 3, "{spellings:?}");
                for other in &spellings {
                    let again = other.spellings();
                    assert!(
                        again.len() == spellings.len() && spellings.iter().all(|one| again.contains(one))
                    );
                }
            }
        }
    }
}
