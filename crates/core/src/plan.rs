//! The world's numbering plans: which digits can follow a country code, and which kind of number they are.
//!
//! From libphonenumber's metadata in the crate `rlibphonenumber`. Every call needs these checks, so the patterns are
//! compiled to small ASCII automata at first use; the crate's own are compiled for size and slower.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};
use rlibphonenumber::interfaces::AsOriginal as _;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::region::{Region, UnknownRegion};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Premium,
    TollFree,
    SharedCost,
    Voip,
    Personal,
    Pager,
    Uan,
    Voicemail,
    FixedLine,
    Mobile,
}

impl Sort {
    pub(crate) fn is_premium_rate(self) -> bool {
        matches!(self, Self::Premium | Self::SharedCost)
    }
}

/// All plans of a country code; the main country's comes first.
#[derive(Debug)]
pub(crate) struct Plans {
    pub(crate) plans: Vec<Plan>,
    /// Matches the beginning of premium-rate numbers in any of the plans.
    premium_rate: Option<Pattern>,
}

#[derive(Debug)]
pub(crate) struct Plan {
    /// `None` for international services.
    pub(crate) region: Option<Region>,
    /// The international prefix, if it is the same for every call.
    pub(crate) leads_out: Option<String>,
    general: Kind,
    leading: Option<Pattern>,
    sorts: Vec<(Sort, Kind)>,
    #[cfg(test)]
    pub(crate) examples: Vec<(Sort, String)>,
    /// Prefix for calls within the country; often empty.
    pub(crate) trunk: String,
}

#[derive(Debug)]
struct Kind {
    lengths: Vec<usize>,
    pattern: Pattern,
}

impl Kind {
    fn has(&self, national: &str) -> bool {
        self.lengths.contains(&national.len()) && self.pattern.is_whole(national)
    }
}

#[derive(Debug)]
struct Pattern {
    text: String,
    whole: OnceLock<Option<Regex>>,
    begins: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), whole: OnceLock::new(), begins: OnceLock::new() }
    }

    fn is_whole(&self, national: &str) -> bool {
        let whole = self.whole.get_or_init(|| compiled(&format!("^(?:{})$", self.text)));
        whole.as_ref().is_some_and(|whole| whole.is_match(national))
    }

    fn begins(&self, national: &str) -> bool {
        let begins = self.begins.get_or_init(|| compiled(&format!("^(?:{})", self.text)));
        begins.as_ref().is_some_and(|begins| begins.is_match(national))
    }
}

fn compiled(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}

impl Plan {
    pub(crate) fn fits(&self, national: &str) -> bool {
        self.general.has(national)
    }

    fn sorts(&self, national: &str) -> impl Iterator<Item = Sort> {
        let fits = self.fits(national);
        self.sorts.iter().filter(move |(_, kind)| fits && kind.has(national)).map(|(sort, _)| *sort)
    }

    /// Whether the number belongs to this plan rather than another of the same code. Like libphonenumber: by leading
    /// digits if there are any, otherwise by kind.
    pub(crate) fn owns(&self, national: &str) -> bool {
        match &self.leading {
            Some(leading) => leading.begins(national),
            None => self.sorts(national).next().is_some(),
        }
    }
}

impl Plans {
    pub(crate) fn fit(&self, national: &str) -> bool {
        self.plans.iter().any(|plan| plan.fits(national))
    }

    pub(crate) fn know(&self, national: &str) -> bool {
        self.is_any(national, |_| true)
    }

    pub(crate) fn is_ordinary(&self, national: &str) -> bool {
        self.is_any(national, |sort| !sort.is_premium_rate())
    }

    pub(crate) fn is_premium_rate(&self, national: &str) -> bool {
        self.begins_as_premium_rate(national) && self.is_any(national, Sort::is_premium_rate)
    }

    pub(crate) fn begins_as_premium_rate(&self, national: &str) -> bool {
        self.premium_rate.as_ref().is_some_and(|pattern| pattern.begins(national))
    }

    /// The digits, and also without each plan's trunk prefix, as exchanges accept both.
    pub(crate) fn dialled<'a>(&self, national: &'a str) -> impl Iterator<Item = &'a str> {
        let trunks = self.plans.iter().map(|plan| plan.trunk.as_str()).filter(|trunk| !trunk.is_empty());
        let without = trunks.filter_map(|trunk| national.strip_prefix(trunk));
        std::iter::once(national).chain(without)
    }

    pub(crate) fn is(&self, wanted: Sort, national: &str) -> bool {
        self.is_any(national, |sort| sort == wanted)
    }

    fn is_any(&self, national: &str, wanted: impl Fn(Sort) -> bool) -> bool {
        self.plans.iter().any(|plan| plan.sorts(national).any(&wanted))
    }
}

/// For example 1 for `+1`; `None` for an unknown code.
pub(crate) fn of_code(code: u16) -> Option<&'static Plans> {
    CODES.get(&code).map(|plans| plans.get_or_init(|| read(code)))
}

pub(crate) fn is_code(code: u16) -> bool {
    CODES.contains_key(&code)
}

#[cfg(test)]
pub(crate) fn codes() -> impl Iterator<Item = u16> {
    CODES.keys().copied()
}

pub(crate) fn of_region(region: Region) -> Option<&'static Plan> {
    of_code(code_of(region)?)?.plans.iter().find(|plan| plan.region == Some(region))
}

/// A number in E.164 in the groups that people write, such as `+49 30 901820`; the interface shows the same.
pub(crate) fn in_groups(e164: &str) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(e164, None).ok()?;
    let written = number.format_as(PhoneNumberFormat::International);
    let groups = written.split(|sign: char| !sign.is_ascii_digit() && sign != '+');
    Some(groups.filter(|group| !group.is_empty()).collect::<Vec<_>>().join(" "))
}

pub(crate) fn code_of(region: Region) -> Option<u16> {
    let region = rlibphonenumber::Region::from_code(region.as_str()).ok()?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region)?.try_into().ok()
}

/// Accepts only regions with a plan. The default, the United States, doesn't load any plan.
impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let region = Self::of_letters(text).filter(|region| *region == Self::US || has(*region));
        region.ok_or_else(|| UnknownRegion(text.to_owned()))
    }
}

pub(crate) fn has(region: Region) -> bool {
    code_of(region).is_some()
}

static CODES: LazyLock<BTreeMap<u16, OnceLock<Plans>>> = LazyLock::new(|| {
    let codes = PHONE_NUMBER_UTIL.get_supported_calling_codes();
    codes.filter_map(|code| Some((code.try_into().ok()?, OnceLock::new()))).collect()
});

fn read(code: u16) -> Plans {
    let metadata = PHONE_NUMBER_UTIL.as_original();
    let code = i32::from(code);
    let regions = metadata.get_regions_for_country_calling_code(code).into_iter().flatten();
    let plans: Vec<Plan> = regions
        .filter_map(|region| {
            let found = metadata.get_metadata_for_region_or_calling_code(code, region)?;
            // The crate's type of a description can't be named here.
            macro_rules! kind {
                ($field:ident) => {{
                    let text = found.$field.national_number_pattern().original_base();
                    let own = &found.$field.original.possible_length;
                    // Without its own lengths, a kind has those of the whole plan.
                    let lengths =
                        if own.is_empty() { &found.general_desc.original.possible_length } else { own };
                    let lengths = lengths.iter().filter_map(|length| usize::try_from(*length).ok()).collect();
                    (!text.is_empty()).then(|| Kind { lengths, pattern: Pattern::new(text) })
                }};
            }
            let sorts = [
                (Sort::Premium, kind!(premium_rate)),
                (Sort::TollFree, kind!(toll_free)),
                (Sort::SharedCost, kind!(shared_cost)),
                (Sort::Voip, kind!(voip)),
                (Sort::Personal, kind!(personal_number)),
                (Sort::Pager, kind!(pager)),
                (Sort::Uan, kind!(uan)),
                (Sort::Voicemail, kind!(voicemail)),
                (Sort::FixedLine, kind!(fixed_line)),
                (Sort::Mobile, kind!(mobile)),
            ];
            let preferred = found.original.preferred_international_prefix().to_owned();
            let leads_out = Some(preferred).filter(|digits| !digits.is_empty());
            let leads_out =
                leads_out.unwrap_or_else(|| found.international_prefix().original_base().to_owned());
            let leading = found.leading_digits().original_base();
            #[cfg(test)]
            let example = |sort: Sort, desc: &rlibphonenumber::PhoneNumberDesc| {
                desc.example_number.clone().map(|number| (sort, number))
            };
            Some(Plan {
                region: Region::of_letters(&region.to_string()),
                leads_out: (leads_out.bytes().all(|byte| byte.is_ascii_digit()) && !leads_out.is_empty())
                    .then_some(leads_out),
                general: kind!(general_desc)?,
                leading: (!leading.is_empty()).then(|| Pattern::new(leading)),
                sorts: sorts.into_iter().filter_map(|(sort, kind)| Some((sort, kind?))).collect(),
                #[cfg(test)]
                examples: [
                    example(Sort::Premium, &found.premium_rate.original),
                    example(Sort::TollFree, &found.toll_free.original),
                    example(Sort::SharedCost, &found.shared_cost.original),
                    example(Sort::Voip, &found.voip.original),
                    example(Sort::Personal, &found.personal_number.original),
                    example(Sort::Pager, &found.pager.original),
                    example(Sort::Uan, &found.uan.original),
                    example(Sort::Voicemail, &found.voicemail.original),
                    example(Sort::FixedLine, &found.fixed_line.original),
                    example(Sort::Mobile, &found.mobile.original),
                ]
                .into_iter()
                .flatten()
                .collect(),
                trunk: found.original.national_prefix().to_owned(),
            })
        })
        .collect();
    let premium_rate: Vec<&str> = plans
        .iter()
        .flat_map(|plan| &plan.sorts)
        .filter(|(sort, _)| sort.is_premium_rate())
        .map(|(_, kind)| kind.pattern.text.as_str())
        .collect();
    let premium_rate = (!premium_rate.is_empty()).then(|| Pattern::new(premium_rate.join("|")));
    Plans { plans, premium_rate }
}
