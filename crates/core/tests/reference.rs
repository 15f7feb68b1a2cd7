//! Compares the number parser with libphonenumber, over every region: `reference/make.py` writes numbers and the
//! results of PyPI's `phonenumbers`. `./dev test` runs both.
//!
//! Valid numbers must be read the same, digit by digit, with their extensions. Invalid ones may be rejected here, but
//! never read as another number that can be rung. Intended differences are in `reference/differences.tsv` with a
//! reason; a listed input that doesn't differ is an error, too.

use std::collections::BTreeMap;
use std::fs;

use benspamsphones_core::{Region, WrittenNumber};

const DIFFERENCES: &str = include_str!("reference/differences.tsv");

/// Too few to be a comparison otherwise.
const FEWEST_INPUTS: usize = 20_000;

struct Answer<'a> {
    e164: &'a str,
    keys: &'a str,
    is_valid: bool,
    is_possible: bool,
}

#[test]
#[ignore = "asks PyPI's phonenumbers first; ./dev test runs it"]
fn numbers_are_read_as_libphonenumber_reads_them() {
    let file = std::env::var_os("REFERENCE_ANSWERS").expect("REFERENCE_ANSWERS names what make.py wrote");
    let answers = fs::read_to_string(file).unwrap();
    let mut listed: BTreeMap<(&str, &str), &str> = DIFFERENCES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [region, text, reason] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert!(reason.len() > 10, "a difference needs a reason: {line}");
            ((region, text), reason)
        })
        .collect();
    let mut unexplained = Vec::new();
    let mut count = 0;
    for line in answers.lines() {
        count += 1;
        let [region, text, e164, keys, judged] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let written: String = serde_json::from_str(text).unwrap();
        let answer = Answer { e164, keys, is_valid: judged == "valid", is_possible: !judged.is_empty() };
        let difference = differs(&written, region.parse().unwrap(), &answer);
        if let (Some(difference), None) = (difference, listed.remove(&(region, text))) {
            unexplained.push(format!("{region}\t{text}\t{e164} {keys} {judged}\t{difference}"));
        }
    }
    assert!(count >= FEWEST_INPUTS, "{count} inputs");
    assert!(unexplained.is_empty(), "{} of {count} differ:\n{}", unexplained.len(), unexplained.join("\n"));
    assert!(listed.is_empty(), "listed, and read alike: {listed:?}");
}

fn differs(text: &str, region: Region, answer: &Answer<'_>) -> Option<String> {
    let read = WrittenNumber::parse(text, region);
    match read {
        Ok(read) => {
            let keys: String = read.extension.iter().flat_map(|keys| keys.as_str().chars()).collect();
            let keys: String = keys.chars().filter(char::is_ascii_digit).collect();
            let is_same = read.number.as_str() == answer.e164 && keys == answer.keys;
            let may_ring = read.number.is_possible() || answer.is_valid;
            (!is_same && may_ring).then(|| format!("{} {keys}", read.number))
        }
        Err(error) => (answer.is_valid && answer.is_possible).then(|| error.to_string()),
    }
}
