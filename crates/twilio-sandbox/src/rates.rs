//! Prices by destination: plausible, because Twilio's own change and depend on the account.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// First digits of the numbers, without `+`.
    prefix: &'static str,
    pub(crate) country: &'static str,
    pub(crate) iso_country: &'static str,
    /// In hundred-thousandths of a dollar: Twilio's prices have five decimal places.
    pub(crate) per_minute: u64,
}

pub(crate) const CURRENCY: &str = "USD";
/// Hundred-thousandths in a dollar.
const UNIT: i64 = 100_000;

const fn rate(
    prefix: &'static str,
    country: &'static str,
    iso_country: &'static str,
    per_minute: u64,
) -> Rate {
    Rate { prefix, country, iso_country, per_minute }
}

/// For all other numbers: far away and expensive.
const ELSEWHERE: Rate = rate("", "", "", 25_000);

const RATES: [Rate; 44] = [
    rate("1", "United States", "US", 1_400),
    rate("1204", "Canada", "CA", 1_400),
    rate("1416", "Canada", "CA", 1_400),
    rate("1514", "Canada", "CA", 1_400),
    rate("1604", "Canada", "CA", 1_400),
    rate("1876", "Jamaica", "JM", 26_000),
    rate("27", "South Africa", "ZA", 9_200),
    rate("278", "South Africa", "ZA", 13_000),
    rate("30", "Greece", "GR", 1_900),
    rate("3069", "Greece", "GR", 4_600),
    rate("31", "Netherlands", "NL", 1_650),
    rate("316", "Netherlands", "NL", 5_200),
    rate("32", "Belgium", "BE", 1_850),
    rate("324", "Belgium", "BE", 6_400),
    rate("33", "France", "FR", 1_510),
    rate("336", "France", "FR", 4_190),
    rate("337", "France", "FR", 4_190),
    rate("34", "Spain", "ES", 1_480),
    rate("346", "Spain", "ES", 3_500),
    rate("353", "Ireland", "IE", 1_750),
    rate("3538", "Ireland", "IE", 4_100),
    rate("39", "Italy", "IT", 1_620),
    rate("393", "Italy", "IT", 4_800),
    rate("41", "Switzerland", "CH", 2_800),
    rate("417", "Switzerland", "CH", 29_000),
    rate("43", "Austria", "AT", 2_100),
    rate("436", "Austria", "AT", 4_900),
    rate("44", "United Kingdom", "GB", 1_580),
    rate("447", "United Kingdom", "GB", 3_050),
    rate("45", "Denmark", "DK", 2_200),
    rate("46", "Sweden", "SE", 1_900),
    rate("47", "Norway", "NO", 2_600),
    rate("48", "Poland", "PL", 2_000),
    rate("49", "Germany", "DE", 1_610),
    rate("4915", "Germany", "DE", 3_720),
    rate("4916", "Germany", "DE", 3_720),
    rate("4917", "Germany", "DE", 3_720),
    rate("52", "Mexico", "MX", 1_250),
    rate("55", "Brazil", "BR", 3_300),
    rate("61", "Australia", "AU", 2_520),
    rate("614", "Australia", "AU", 7_500),
    rate("81", "Japan", "JP", 7_460),
    rate("86", "China", "CN", 2_300),
    rate("91", "India", "IN", 4_950),
];

pub(crate) fn of(e164: &str) -> Rate {
    let digits = e164.trim_start_matches('+');
    let fitting = RATES.iter().filter(|rate| digits.starts_with(rate.prefix));
    fitting.max_by_key(|rate| rate.prefix.len()).copied().unwrap_or(ELSEWHERE)
}

impl Rate {
    pub(crate) fn cost(&self, duration_s: u32) -> u64 {
        u64::from(duration_s.div_ceil(60)) * self.per_minute
    }
}

/// Formats hundred-thousandths of a dollar with five decimal places.
pub(crate) fn written(amount: i64) -> String {
    let (sign, size) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let unit = UNIT.unsigned_abs();
    format!("{sign}{}.{:05}", size / unit, size % unit)
}

/// In hundred-thousandths.
pub(crate) const fn dollars(whole: u32) -> i64 {
    whole as i64 * UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        for (number, country, per_minute) in [
            ("+15005550006", "US", 1_400),
            ("+18765550123", "JM", 26_000),
            ("+4930901820", "DE", 1_610),
            ("+4915112345678", "DE", 3_720),
            ("+6834000", "", 25_000),
        ] {
            let rate = of(number);
            assert_eq!((rate.iso_country, rate.per_minute), (country, per_minute), "{number}");
        }
    }

    #[test]
    fn a_started_minute_is_paid() {
        let america = of("+15005550006");
        let cost = |seconds| written(-i64::try_from(america.cost(seconds)).expect("small"));
        assert_eq!([1, 60, 61, 7_200].map(cost), ["-0.01400", "-0.01400", "-0.02800", "-1.68000"]);
        assert_eq!(
            (written(dollars(20)), written(-1), written(0)),
            ("20.00000".into(), "-0.00001".into(), "0.00000".into())
        );
    }
}
