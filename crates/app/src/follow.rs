//! Follows calls by polling, if callbacks don't report them.
//!
//! One task holds every open call and when to look at it next. It learns of calls from the live updates. A call without
//! callbacks is polled every second, then more slowly; one with callbacks only after they fall silent; an ended one
//! until Twilio knows its price. At the start it resumes the calls that an earlier run left open.

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

const ASKING: usize = 8;
/// In poll intervals. Twilio promises no time for a price; most come within seconds.
const PRICE_AFTER: [u32; 6] = [2, 15, 60, 600, 3_600, 21_600];
const PRICE_WITHIN: SignedDuration = SignedDuration::from_hours(48);
const BRISK_POLLS: u32 = 30;

struct Following {
    timer: delay_queue::Key,
    status: CallStatus,
    news: UpdateRoute,
    last_callback: Instant,
    /// Don't rely on callbacks: they stayed away, which was reported; or an earlier run requested them, and some may be
    /// lost; or their address no longer leads here.
    silent: bool,
    /// A hang-up is pending, so don't wait for callbacks.
    hangup_requested: bool,
    /// Since the status changed.
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
    // Subscribe before reading the open calls, so that none is lost in between.
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
                // Too many events at once, and some were missed; the database has them all.
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
    async fn take_up(&mut self) {
        match self.app.open_calls().await {
            Ok(calls) => {
                for call in calls {
                    if self.calls.contains_key(&call.id) {
                        continue;
                    }
                    if self.app.can_ask_about(&call) {
                        // Poll at once: nobody reported what happened meanwhile.
                        self.begin(&call, Duration::ZERO, true);
                    } else if call.mode == Mode::Sandbox {
                        self.app.end_with_its_sandbox(call.id).await;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "the open calls could not be read"),
        }
    }

    /// Each is polled once, and again hours later.
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

    /// Callbacks to another address may never arrive. Polls until one does.
    fn count_on_nothing(&mut self) {
        for following in self.calls.values_mut() {
            let waits = following.news == UpdateRoute::Callbacks
                && !following.status.is_ending()
                && !following.silent;
            following.silent |= waits;
            // A request in flight has no response to poll for yet.
            if waits && !following.asking && following.status != CallStatus::Requested {
                self.queue.reset(&following.timer, Duration::ZERO);
            }
        }
    }

    /// Polls unless callbacks still arrive.
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
        // Far in the future, until the response reschedules it.
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
            // The response is here before the live update of it.
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

fn first_look(app: &App, call: &Call) -> Duration {
    let pace = app.inner.pace;
    match (call.status, call.news) {
        // The request is in flight, and its end is an update. If it takes longer, something went wrong.
        (CallStatus::Requested, UpdateRoute::Polling) => pace.twilio_timeout + pace.poll,
        (CallStatus::Requested, UpdateRoute::Callbacks) => pace.silence.max(pace.twilio_timeout + pace.poll),
        (_, UpdateRoute::Callbacks) => pace.silence,
        (_, UpdateRoute::Polling) => pace.poll,
    }
}

fn wants_price(call: &Call) -> bool {
    call.status == CallStatus::Completed && call.price.is_none()
}
