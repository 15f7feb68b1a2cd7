//! The account's state: its calls, dialed numbers and requests.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, MutexGuard};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::call::{Call, NewCall};
use crate::callback::{CallbackRecord, Courier};
use crate::config::SandboxConfig;
use crate::keys::Keys;
use crate::number::Numbers;
use crate::rates;
use crate::script::Script;
use crate::sid;
use crate::throttle::Throttle;

pub(crate) struct Account {
    pub(crate) config: SandboxConfig,
    pub(crate) keys: Keys,
    pub(crate) courier: Courier,
    pub(crate) throttle: Throttle,
    pub(crate) numbers: Numbers,
    /// Canceled when the sandbox stops; calls end as they are.
    pub(crate) stopping: CancellationToken,
    pub(crate) tasks: TaskTracker,
    calls: Mutex<Calls>,
    callbacks: Mutex<VecDeque<Arc<CallbackRecord>>>,
    /// Numbers whose next request succeeds.
    refused_once: Mutex<HashSet<String>>,
    created: AtomicU64,
    /// Total cost of calls, in hundred-thousandths of a dollar.
    charged: AtomicU64,
    changes: watch::Sender<u64>,
}

/// Indexed for logarithmic access: benchmarks keep tens of thousands of calls.
#[derive(Default)]
struct Calls {
    by_sid: HashMap<String, Arc<Call>>,
    by_place: BTreeMap<u64, Arc<Call>>,
    ended: VecDeque<u64>,
    dials: HashMap<String, usize>,
}

impl Account {
    pub(crate) fn new(config: SandboxConfig, courier: Courier) -> Self {
        Self {
            keys: Keys::of(&config),
            courier,
            numbers: Numbers::default(),
            throttle: Throttle::new(config.calls_per_second),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            calls: Mutex::default(),
            callbacks: Mutex::default(),
            refused_once: Mutex::default(),
            created: AtomicU64::new(0),
            charged: AtomicU64::new(0),
            changes: watch::Sender::new(0),
            config,
        }
    }

    pub(crate) fn auth_token(&self) -> &SecretString {
        &self.config.auth_token
    }

    /// Adds a call; [`life::begin`](crate::life::begin) starts it.
    pub(crate) fn add(&self, request: NewCall, script: Script) -> Arc<Call> {
        let place = self.created.fetch_add(1, Ordering::Relaxed);
        let call = Arc::new(Call::new(sid::random("CA"), place, request, script, self.config.speed));
        {
            let mut calls = lock(&self.calls);
            calls.by_sid.insert(call.sid.clone(), Arc::clone(&call));
            calls.by_place.insert(place, Arc::clone(&call));
            match calls.dials.get_mut(&call.request.to) {
                Some(dials) => *dials += 1,
                None => {
                    calls.dials.insert(call.request.to.clone(), 1);
                }
            }
        }
        self.changed();
        call
    }

    pub(crate) fn call(&self, sid: &str) -> Option<Arc<Call>> {
        lock(&self.calls).by_sid.get(sid).cloned()
    }

    pub(crate) fn charge(&self, call: &Call) {
        let cost = call.charge();
        self.charged.fetch_add(cost, Ordering::Relaxed);
    }

    /// In hundred-thousandths of a dollar.
    pub(crate) fn balance(&self) -> i64 {
        let charged = i64::try_from(self.charged.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        rates::dollars(self.config.balance).saturating_sub(charged)
    }

    pub(crate) fn delete(&self, call: &Call) {
        let mut calls = lock(&self.calls);
        calls.by_sid.remove(&call.sid);
        calls.by_place.remove(&call.place);
        drop(calls);
        self.changed();
    }

    /// Up to `limit` matching calls older than `before`, newest first.
    pub(crate) fn newest(&self, before: u64, limit: usize, keep: impl Fn(&Call) -> bool) -> Vec<Arc<Call>> {
        lock(&self.calls)
            .by_place
            .range(..before)
            .rev()
            .map(|(_, call)| call)
            .filter(|call| keep(call))
            .take(limit)
            .cloned()
            .collect()
    }

    /// Up to `limit` matching calls newer than `after`, oldest first.
    pub(crate) fn oldest(&self, after: u64, limit: usize, keep: impl Fn(&Call) -> bool) -> Vec<Arc<Call>> {
        let from = after.saturating_add(1);
        lock(&self.calls)
            .by_place
            .range(from..)
            .map(|(_, call)| call)
            .filter(|call| keep(call))
            .take(limit)
            .cloned()
            .collect()
    }

    pub(crate) fn dials_to(&self, number: &str) -> usize {
        lock(&self.calls).dials.get(number).copied().unwrap_or(0)
    }

    /// Marks a call as settled, and forgets the oldest ended calls beyond the limit.
    pub(crate) fn settled(&self, call: &Call) {
        call.settle();
        let mut calls = lock(&self.calls);
        calls.ended.push_back(call.place);
        while calls.ended.len() > self.config.ended_calls_kept {
            let oldest = calls.ended.pop_front().and_then(|place| calls.by_place.remove(&place));
            if let Some(oldest) = oldest {
                calls.by_sid.remove(&oldest.sid);
            }
        }
        drop(calls);
        self.changed();
    }

    /// Whether to refuse this request: every first one of a pair is.
    pub(crate) fn refuses_first(&self, number: &str) -> bool {
        let mut refused = lock(&self.refused_once);
        let second = refused.remove(number);
        if !second {
            refused.insert(number.to_owned());
        }
        !second
    }

    pub(crate) fn record(&self, callback: CallbackRecord) {
        {
            let mut callbacks = lock(&self.callbacks);
            if callbacks.len() >= self.config.callbacks_kept {
                callbacks.pop_front();
            }
            if self.config.callbacks_kept > 0 {
                callbacks.push_back(Arc::new(callback));
            }
        }
        self.changed();
    }

    /// Oldest first.
    pub(crate) fn callbacks(&self) -> Vec<Arc<CallbackRecord>> {
        lock(&self.callbacks).iter().cloned().collect()
    }

    pub(crate) fn changed(&self) {
        self.changes.send_modify(|changes| *changes = changes.wrapping_add(1));
    }

    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

/// Works even after a panic elsewhere: every change under these locks is complete.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}
