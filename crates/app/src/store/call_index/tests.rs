use std::collections::HashSet;
use std::sync::Arc;

use benspamsphones_core::{CallStatus, Outcome};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::sample::{self, NUMBERS};
use super::super::wanted::{WantedText, Words};
use super::*;

const PROTOCOLS: [&str; 3] = ["dinner", "alarm1", "Dinner2"];
const TEXTS: [&str; 9] =
    ["867", "dinner", "+44", "(500) 555", "nobody", "1", "01", "nobody 867", "dinner (500) 555 1"];

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn some_call() -> impl Strategy<Value = Call> {
    let what = (select(&CallStatus::ALL), any::<bool>());
    (0_i64..200, any::<u8>(), select(&PROTOCOLS), select(&NUMBERS), what).prop_map(
        |(second, serial, protocol, to, (status, confirmed))| {
            let mut call = sample::at_station(&sample::call(at(second), serial, protocol, to), status);
            if confirmed {
                call.acknowledge(at(second));
            }
            call
        },
    )
}

fn some_calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec(some_call(), 0..120).prop_map(|mut calls| {
        let mut seen = HashSet::new();
        calls.retain(|call| seen.insert(call.id));
        calls
    })
}

fn some_wish() -> impl Strategy<Value = Wanted> {
    let number = prop::collection::hash_set(select(&NUMBERS).prop_map(str::to_owned), 0..3);
    let text = (
        select(&TEXTS),
        prop::collection::hash_map(select(&NUMBERS).prop_map(str::to_owned), 0_u32..16, 0..2),
        prop::collection::hash_map(select(&PROTOCOLS).prop_map(str::to_owned), 0_u32..16, 0..2),
    );
    (
        prop::option::weighted(0.3, select(&Outcome::ALL)),
        prop::option::weighted(0.3, select(&PROTOCOLS).prop_map(str::to_owned)),
        prop::option::weighted(0.3, number),
        prop::option::weighted(0.3, (0_i64..200).prop_map(at)),
        prop::option::weighted(0.3, (0_i64..200).prop_map(at)),
        prop::option::weighted(0.3, select(&AskedBy::ALL)),
        prop::option::weighted(0.4, text),
    )
        .prop_map(|(outcome, protocol, numbers, since, until, asked_by, text)| Wanted {
            outcome,
            protocol,
            numbers,
            asked_by,
            since,
            until,
            text: text.map(|(text, named, protocols)| {
                let mut text = WantedText::new(text).unwrap();
                (text.named, text.protocols) = (named, protocols);
                text
            }),
        })
}

fn is_wanted(call: &Call, wanted: &Wanted) -> bool {
    wanted.outcome.is_none_or(|outcome| outcome == call.outcome())
        && wanted.protocol.as_deref().is_none_or(|protocol| protocol == call.protocol.as_str())
        && wanted.numbers.as_ref().is_none_or(|numbers| numbers.contains(call.to.as_str()))
        && wanted.asked_by.is_none_or(|asked_by| asked_by == call.asked_by)
        && wanted.since.is_none_or(|since| call.requested_at >= since)
        && wanted.until.is_none_or(|until| call.requested_at < until)
        && wanted.text.as_ref().is_none_or(|text| {
            let told = |of: Option<&Words>| of.copied().unwrap_or_default();
            let noted = text.notes.iter().find(|(noted, _)| *noted == call.id);
            let held = told(text.named.get(call.to.as_str()))
                | told(text.protocols.get(call.protocol.as_str()))
                | told(noted.map(|(_, words)| words))
                | text.in_number(call.to.as_str())
                | text.in_number(call.from.as_str())
                | text.in_text(call.protocol.as_str());
            held & text.all() == text.all()
        })
}

fn filtered(calls: &[Call], wanted: &Wanted) -> Vec<CallId> {
    let mut ids: Vec<_> = calls.iter().filter(|call| is_wanted(call, wanted)).map(|call| call.id).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids
}

fn empty() -> CallIndex {
    CallIndex { state: RwLock::new(State::Read(Calls::default())), reading: Mutex::default() }
}

fn pages(call_index: &CallIndex, wanted: &Wanted, limit: usize) -> Vec<CallId> {
    let mut all = Vec::new();
    loop {
        let page = call_index.page(wanted, all.last().copied(), limit);
        all.extend(&page);
        if page.len() < limit {
            return all;
        }
    }
}

proptest! {
    #[test]
    fn pages_together_are_the_filtered_list(calls in some_calls(), wanted in some_wish(), limit in 1_usize..20) {
        let call_index = empty();
        for call in &calls {
            // Each call had another status before, as in real use.
            call_index.note(&sample::at_station(call, CallStatus::Requested));
            call_index.note(call);
        }
        let expected = filtered(&calls, &wanted);
        prop_assert_eq!(call_index.count(&wanted), expected.len() as u64);
        prop_assert_eq!(pages(&call_index, &wanted, limit), expected);
    }

    #[test]
    fn what_was_deleted_is_found_no_more(calls in some_calls(), wanted in some_wish(), kept in 0_usize..120) {
        let call_index = empty();
        calls.iter().for_each(|call| call_index.note(call));
        let (kept, gone) = calls.split_at(kept.min(calls.len()));
        call_index.forget(&gone.iter().map(|call| call.id).collect::<Vec<_>>());
        prop_assert_eq!(pages(&call_index, &wanted, 7), filtered(kept, &wanted));
        call_index.close_gaps();
        prop_assert_eq!(pages(&call_index, &wanted, 7), filtered(kept, &wanted));
        // A place that is reused must not show another call.
        calls.iter().for_each(|call| call_index.note(call));
        prop_assert_eq!(pages(&call_index, &wanted, 7), filtered(&calls, &wanted));
    }

    #[test]
    fn the_database_is_read_as_it_was_told(calls in some_calls(), wanted in some_wish()) {
        let connection = sample::database();
        calls.iter().for_each(|call| sample::keep(&connection, call));
        let call_index = CallIndex::default();
        call_index.note(&sample::call(at(0), 1, "told before it was read, and so not kept", NUMBERS[0]));
        call_index.read_once(&connection).unwrap();
        prop_assert_eq!(pages(&call_index, &wanted, 50), filtered(&calls, &wanted));
    }
}

#[test]
fn what_is_committed_while_it_is_read_counts() {
    let connection = sample::database();
    let [ended, deleted, new] = [1, 2, 3].map(|serial| sample::call(at(5), serial, "dinner", NUMBERS[0]));
    for call in [&ended, &deleted] {
        sample::keep(&connection, call);
    }
    let call_index = Arc::new(CallIndex::default());
    let heard = call_index.clone();
    let mut news = Some((sample::at_station(&ended, CallStatus::Busy), new.clone(), deleted.id));
    let at_first_step = move || {
        if let Some((ended, new, deleted)) = news.take() {
            heard.note(&ended);
            heard.note(&new);
            heard.forget(&[deleted]);
        }
        false
    };
    connection.progress_handler(1, Some(at_first_step)).unwrap();
    call_index.read_once(&connection).unwrap();
    assert_eq!(pages(&call_index, &Wanted::default(), 10), [new.id, ended.id]);
    let busy = Wanted { outcome: Some(Outcome::Busy), ..Wanted::default() };
    assert_eq!(pages(&call_index, &busy, 10), [ended.id]);
}

/// Some notes belong to calls that don't exist.
#[test]
fn a_word_is_found_in_a_note() {
    let call_index = empty();
    let calls: Vec<Call> =
        (0_u8..9).map(|n| sample::call(at(i64::from(n)), n, "dinner", NUMBERS[0])).collect();
    for (n, call) in calls.iter().enumerate() {
        if n != 4 {
            call_index.note(call);
        }
    }
    let mut text = WantedText::new("dinner monday").unwrap();
    text.notes = [8, 5, 4, 1].map(|n| (calls[n].id, u32::from(n != 5) << 1)).to_vec();
    let wanted = Wanted { text: Some(text), ..Wanted::default() };
    let expected = [calls[8].id, calls[1].id];
    assert_eq!((pages(&call_index, &wanted, 1), call_index.count(&wanted)), (expected.to_vec(), 2));
    assert_eq!(pages(&call_index, &wanted, 7), filtered(&[&calls[..4], &calls[5..]].concat(), &wanted));
}

#[test]
fn more_calls_than_one_stride() {
    let call_index = empty();
    let count = 2 * STRIDE as i64 + 100;
    for n in 0..count {
        let to = if n == 0 { NUMBERS[1] } else { NUMBERS[0] };
        let moment = Timestamp::from_millisecond(1_780_000_000_000 + n).unwrap();
        call_index.note(&sample::call(moment, 1, "dinner", to));
    }
    assert_eq!(call_index.count(&Wanted::default()), count.unsigned_abs());
    let oldest = Wanted { text: WantedText::new("867"), ..Wanted::default() };
    assert_eq!(call_index.page(&oldest, None, 10).len(), 1, "in the last of three strides");
}
