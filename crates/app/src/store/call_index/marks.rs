//! What a query decides for each line and kind, once.

use super::Calls;
use crate::store::wanted::{Wanted, WantedText, Words};

/// Not filtered out. The other bits are the words that it contains.
const PASSES: u32 = 1 << 31;

pub(super) struct Marks {
    lines: Vec<u32>,
    kinds: Vec<u32>,
    words: Words,
}

impl Marks {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let words = wanted.text.as_ref().map_or(0, WantedText::all);
        Self { lines: Vec::new(), kinds: Vec::new(), words }
    }

    pub(super) fn extend(&mut self, calls: &Calls, wanted: &Wanted) {
        let text = wanted.text.as_ref();
        for number in &calls.lines.all[self.lines.len()..] {
            let passes = wanted.numbers.as_ref().is_none_or(|numbers| numbers.contains(number));
            let words = text.map_or(0, |text| {
                text.named.get(number).copied().unwrap_or_default() | text.in_number(number)
            });
            self.lines.push(if passes { PASSES } else { 0 } | words);
        }
        for kind in &calls.kinds.all[self.kinds.len()..] {
            let Some(kind) = kind else {
                self.kinds.push(0);
                continue;
            };
            let passes = wanted.outcome.is_none_or(|outcome| outcome == kind.outcome)
                && wanted.asked_by.is_none_or(|asked_by| asked_by == kind.asked_by)
                && wanted.protocol.as_ref().is_none_or(|protocol| *protocol == kind.protocol);
            let words = text.map_or(0, |text| {
                let name = text.protocols.get(&kind.protocol).copied().unwrap_or_default();
                name | text.in_text(&kind.protocol) | text.in_number(&kind.from)
            });
            self.kinds.push(if passes { PASSES } else { 0 } | words);
        }
    }

    pub(super) fn hit(&self, line: u32, kind: u32, noted: Words) -> bool {
        let (line, kind) = (self.lines[line as usize], self.kinds[kind as usize]);
        line & kind & PASSES != 0 && (line | kind | noted) & self.words == self.words
    }
}
