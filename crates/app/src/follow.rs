//! Following calls by asking, where no callback tells.
//!
//! One task holds every open call and when to look at it next. It hears of them as everybody else does, from the
//! live news. A call without callbacks is asked about every second, then more slowly; one with callbacks only
//! once they fell silent; one that ended, until Twilio knows its price. At the start it takes up what an earlier
//! run left open.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_core::{Call, CallId, CallStatus, Mode, Source, UpdateRoute};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::time::{DelayQueue, delay_queue};

use crate::app::App;
use crate::live::LiveEvent;
use crate::store::StoreError;

/// Questions to Twilio that may be under way at once.
const ASKING: usize = 8;
/// Questions to Twilio about a price, each this many poll intervals after the one before. Twilio promises no time
/// for it; most come within seconds.
const PRICE_AFTER: [u32; 6] = [2, 15, 60, 600, 3_600, 21_600];
/// For how long after a call an earlier run's missing price is asked for.
const PRICE_WITHIN: SignedDuration = SignedDuration::from_hours(48);
/// How often a call is asked about at the first pace before the pace slows down.
const BRISK_POLLS: u32 = 30;

struct Following {
    timer: delay_queue::Key,
    /// The station and route as last heard.
    status: CallStatus,
    news: UpdateRoute,
    last_callback: Instant,
    /// No callback is counted on: they stayed away, and that has been said; or an earlier run asked for them, and
    /// those that came while nobody listened are lost; or the address that they were asked for leads nowhere any more.
    silent: bool,
    /// Somebody wants it to end, and until it has, nobody waits for callbacks.
    hangup_requested: bool,
    /// Times it was asked about since its station changed.
    polls: u32,
    asking: bool,
}

/// Follows every open call until the application stops.
pub async fn follow(app: App) {
    let (answered, mut answers) = mpsc::channel(ASKING);
    let mut follower = Follower {
        limit: Arc::new(Semaphore::new(ASKING)),
        queue: DelayQueue::new(),
        calls: HashMap::new(),
        app,
        answered,
    };
    // Subscribed before the open calls are read, so that none slips through between the two.
    let mut live = follower.app.live().subscribe();
    let mut addresses = follower.app.inner.addresses.changes();
    follower.take_up().await;
    follower.take_up_unpriced().await;
    let stop = follower.app.stopping().clone();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            event = live.recv() => match event {
                Ok(event) => follower.hear(&event),
                // So much happened at once that some of it was missed; the database has it all.
                Err(RecvError::Lagged(_)) => follower.take_up().await,
                Err(RecvError::Closed) => return,
            },
            () = addresses.next() => follower.count_on_nothing(),
            Some(due) = follower.queue.next(), if !follower.queue.is_empty() => {
                follower.look(due.into_inner());
            }
            Some((id, call)) = answers.recv() => follower.after_answer(id, call.as_ref()),
        }
    }
}

struct Follower {
    app: App,
    queue: DelayQueue<CallId>,
    calls: HashMap<CallId, Following>,
    limit: Arc<Semaphore>,
    answered: mpsc::Sender<(CallId, Option<Call>)>,
}

impl Follower {
    /// Takes up every call that the database shows as open and that isn't followed yet.
    async fn take_up(&mut self) {
        match self.app.open_calls().await {
            Ok(calls) => {
                for call in calls {
                    if self.calls.contains_key(&call.id) {
                        continue;
                    }
                    if self.app.can_ask_about(&call) {
                        // Asked about at once: what happened meanwhile nobody has told us.
                        self.begin(&call, Duration::ZERO, true);
                    } else if call.mode == Mode::Sandbox {
                        self.app.end_with_its_sandbox(call.id).await;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the open calls could not be read"),
        }
    }

    /// Takes up calls that ended in an earlier run before Twilio knew what they cost. Each is asked about once, and once
    /// more when hours have passed.
    async fn take_up_unpriced(&mut self) {
        let since = self.app.now().checked_sub(PRICE_WITHIN).unwrap_or(Timestamp::MIN);
        match self.app.unpriced_calls(since).await {
            Ok(calls) => {
                for call in calls {
                    if self.calls.contains_key(&call.id) {
                        continue;
                    }
                    self.begin(&call, Duration::ZERO, true);
                    if let Some(following) = self.calls.get_mut(&call.id) {
                        following.polls = u32::try_from(PRICE_AFTER.len()).unwrap_or(u32::MAX) - 2;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the calls without a price could not be read"),
        }
    }

    fn begin(&mut self, call: &Call, first_look: Duration, silent: bool) {
        let following = Following {
            timer: self.queue.insert(call.id, first_look),
            status: call.status,
            news: call.news,
            last_callback: Instant::now(),
            hangup_requested: call.hangup_requested,
            silent,
            polls: 0,
            asking: false,
        };
        self.calls.insert(call.id, following);
    }

    fn hear(&mut self, event: &LiveEvent) {
        let call = event.call();
        let Some(following) = self.calls.get_mut(&call.id) else {
            if call.is_open() && self.app.can_ask_about(call) {
                self.begin(call, first_look(&self.app, call), false);
            }
            return;
        };
        if event.event().source == Source::Callback {
            following.last_callback = Instant::now();
            following.silent = false;
        }
        let pace = self.app.inner.pace;
        if call.hangup_requested && !following.hangup_requested {
            following.hangup_requested = true;
            if call.is_open() {
                self.queue.reset(&following.timer, pace.poll);
            }
        }
        if following.status == call.status {
            return;
        }
        following.status = call.status;
        following.polls = 0;
        if !call.is_open() {
            if wants_price(call) {
                self.queue.reset(&following.timer, pace.poll * PRICE_AFTER[0]);
            } else if !following.asking {
                self.forget(call.id);
            }
        } else if event.event().source == Source::Dial {
            let polls = following.news == UpdateRoute::Polling
                || following.status == CallStatus::Unknown
                || following.silent;
            self.queue.reset(&following.timer, if polls { pace.poll } else { pace.silence });
        }
    }

    /// Callbacks that are under way to another address may never come. Calls that wait for them are asked about at once,
    /// until one comes.
    fn count_on_nothing(&mut self) {
        for following in self.calls.values_mut() {
            let waits = following.news == UpdateRoute::Callbacks
                && !following.status.is_ending()
                && !following.silent;
            following.silent |= waits;
            // A request that is on its way has no answer yet that could be asked for.
            if waits && !following.asking && following.status != CallStatus::Requested {
                self.queue.reset(&following.timer, Duration::ZERO);
            }
        }
    }

    /// The call's time has come: ask, unless its callbacks are doing well.
    fn look(&mut self, id: CallId) {
        let pace = self.app.inner.pace;
        let Some(following) = self.calls.get_mut(&id) else { return };
        if following.asking {
            following.timer = self.queue.insert(id, pace.poll);
            return;
        }
        let mut newly_silent = false;
        let expects_callbacks = following.news == UpdateRoute::Callbacks
            && following.status != CallStatus::Unknown
            && !following.status.is_ending()
            && !following.hangup_requested;
        if expects_callbacks && !following.silent {
            let quiet = following.last_callback.elapsed();
            if quiet < pace.silence {
                following.timer = self.queue.insert(id, pace.silence - quiet);
                return;
            }
            following.silent = true;
            newly_silent = true;
        }
        following.asking = true;
        following.polls += 1;
        // Far away until the answer is here and says when to look again.
        following.timer = self.queue.insert(id, Duration::from_secs(3_600));
        self.ask(id, newly_silent);
    }

    fn ask(&self, id: CallId, say_silence: bool) {
        let (app, limit, answered) = (self.app.clone(), self.limit.clone(), self.answered.clone());
        self.app.inner.tasks.spawn(async move {
            let stop = app.stopping().clone();
            let asking = async {
                let _permit = limit.acquire().await;
                if say_silence {
                    app.note_silence(id, app.now()).await?;
                }
                match app.call(id).await? {
                    Some((call, _)) => app.refresh(call).await.map(Some),
                    None => Ok(None),
                }
            };
            let asked: Result<Option<Call>, StoreError> = tokio::select! {
                () = stop.cancelled() => return,
                asked = asking => asked,
            };
            let call = asked.unwrap_or_else(|error| {
                tracing::error!(call = %id, %error, "an update could not be saved");
                None
            });
            let _ = answered.send((id, call)).await;
        });
    }

    fn after_answer(&mut self, id: CallId, call: Option<&Call>) {
        let pace = self.app.inner.pace;
        let Some(following) = self.calls.get_mut(&id) else { return };
        following.asking = false;
        let Some(call) = call else {
            self.queue.reset(&following.timer, pace.poll * 5);
            return;
        };
        if following.status != call.status {
            // The answer is here before the news of it that everybody gets.
            following.status = call.status;
            following.polls = 0;
        }
        let next = if call.is_open() {
            let slow = following.polls.saturating_sub(BRISK_POLLS).min(4);
            Some(pace.poll * (1 + slow))
        } else if wants_price(call) {
            PRICE_AFTER.get(following.polls as usize).map(|intervals| pace.poll * *intervals)
        } else {
            None
        };
        match next {
            Some(delay) => self.queue.reset(&following.timer, delay),
            None => self.forget(id),
        }
    }

    fn forget(&mut self, id: CallId) {
        if let Some(following) = self.calls.remove(&id) {
            self.queue.try_remove(&following.timer);
        }
    }
}

/// When to look at a call that has just been heard of.
fn first_look(app: &App, call: &Call) -> Duration {
    let pace = app.inner.pace;
    match (call.status, call.news) {
        // The request is on its way; its own end is news. Later than that, something went wrong.
        (CallStatus::Requested, UpdateRoute::Polling) => pace.twilio_timeout + pace.poll,
        (CallStatus::Requested, UpdateRoute::Callbacks) => pace.silence.max(pace.twilio_timeout + pace.poll),
        (_, UpdateRoute::Callbacks) => pace.silence,
        (_, UpdateRoute::Polling) => pace.poll,
    }
}

fn wants_price(call: &Call) -> bool {
    call.status == CallStatus::Completed && call.price.is_none()
}
