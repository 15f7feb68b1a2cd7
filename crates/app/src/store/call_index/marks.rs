//! What a question decides of each line and each kind, once.

use super::Calls;
use crate::store::wanted::Wanted;

/// It isn't filtered out.
const PASSES: u8 = 1;
/// It holds the text that is looked for.
const HOLDS: u8 = 2;

/// What is decided of each line and each kind.
#[derive(Default)]
pub(super) struct Marks {
    lines: Vec<u8>,
    kinds: Vec<u8>,
}

impl Marks {
    /// Decides what has come since.
    pub(super) fn extend(&mut self, calls: &Calls, wanted: &Wanted) {
        let text = wanted.text.as_ref();
        for number in &calls.lines.all[self.lines.len()..] {
            let passes = wanted.numbers.as_ref().is_none_or(|numbers| numbers.contains(number));
            let holds = text.is_some_and(|text| text.named.contains(number) || text.is_in_number(number));
            self.lines.push(if passes { PASSES } else { 0 } | if holds { HOLDS } else { 0 });
        }
        for kind in &calls.kinds.all[self.kinds.len()..] {
            let Some(kind) = kind else {
                self.kinds.push(0);
                continue;
            };
            let passes = wanted.outcome.is_none_or(|outcome| outcome == kind.status.into())
                && wanted.asked_by.is_none_or(|asked_by| asked_by == kind.asked_by)
                && wanted.protocol.as_ref().is_none_or(|protocol| *protocol == kind.protocol);
            let holds =
                text.is_none_or(|text| text.is_in_name(&kind.protocol) || text.is_in_number(&kind.from));
            self.kinds.push(if passes { PASSES } else { 0 } | if holds { HOLDS } else { 0 });
        }
    }

    pub(super) fn hit(&self, line: u32, kind: u32) -> bool {
        let (line, kind) = (self.lines[line as usize], self.kinds[kind as usize]);
        line & kind & PASSES != 0 && (line | kind) & HOLDS != 0
    }
}
