//! The one thread that writes.
//!
//! A commit that is on the disk costs about as much for one row as for a hundred, so everything that waits when
//! the thread comes round shares one. Nobody hears of a write, neither the caller nor those who watch, before
//! its commit is done; and since one thread both commits and publishes, news goes out in the order of its ids.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use benspamsphones_core::{Call, CallEvent, EventKind, Source};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{StoreError, event_rows};
use crate::live::{Hub, LiveEvent};

/// Writes that share a commit, at most: keeps the first of them from waiting long for the last.
const MAX_BATCH: usize = 256;
/// Writes that may wait; more than that and the next one waits before it queues.
const QUEUE: usize = 4_096;

/// What a job leaves behind: how to tell its caller, once the commit is done or has failed.
type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Work to do in the transaction, or the reason why there is none.
type Job = Box<dyn FnOnce(Result<&WriteTx<'_>, StoreError>) -> Finish + Send>;

pub(super) struct Writer {
    /// Taken at the close, which is how the thread learns that no more will come.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A transaction of the writer, shared by the jobs of one batch.
pub(crate) struct WriteTx<'a> {
    connection: &'a Connection,
    news: RefCell<Vec<LiveEvent>>,
    /// What becomes true with the commit.
    after_commit: RefCell<Vec<Box<dyn FnOnce()>>>,
    /// A job has failed with half of its writes done.
    broken: Cell<bool>,
}

impl WriteTx<'_> {
    /// The connection to write with.
    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    /// Writes down that something happened to the call, and publishes it after the commit.
    pub(crate) fn record(
        &self,
        call: &Arc<Call>,
        kind: EventKind,
        source: Source,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let id = event_rows::insert(self.connection, call, kind, source, at)?;
        let event = CallEvent { id, call_id: call.id, at, kind, source, status: call.status };
        self.news.borrow_mut().push(LiveEvent::new(event, call.clone()));
        Ok(())
    }

    /// Runs `become_true` once the commit is done, in the order of the commits, and before the caller hears of it.
    pub(crate) fn after_commit(&self, become_true: impl FnOnce() + 'static) {
        self.after_commit.borrow_mut().push(Box::new(become_true));
    }

    /// Runs one job. One that fails before it has written anything leaves the others alone; one that fails half way
    /// takes the whole batch back, since a savepoint for each job would cost all of them more than the jobs themselves.
    fn run<T>(&self, work: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let before = (self.connection.total_changes(), self.news.borrow().len());
        let answer = work(self);
        let wrote = before != (self.connection.total_changes(), self.news.borrow().len());
        // On some errors (a full disk, memory) SQLite takes the whole transaction back by itself.
        if answer.is_err() && (wrote || self.connection.is_autocommit()) {
            self.broken.set(true);
        }
        answer
    }
}

impl Writer {
    pub(super) fn start(connection: Connection, hub: Hub) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread =
            std::thread::Builder::new().name("writer".into()).spawn(move || run(connection, queue, &hub));
        let thread = thread.map_err(|error| StoreError::bad_row("thread", error.to_string()))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (told, answer) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            let worked = tx.and_then(|tx| tx.run(work));
            // The caller may have gone; what it asked for stands all the same.
            Box::new(move |committed| drop(told.send(worked.and_then(|done| committed.map(|()| done)))))
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or(StoreError::Stopped)?.send(job).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // An error would be the thread's panic, which it has printed itself.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn run(connection: Connection, mut queue: mpsc::Receiver<Job>, hub: &Hub) {
    while let Some(first) = queue.blocking_recv() {
        let tx = WriteTx {
            connection: &connection,
            news: RefCell::default(),
            after_commit: RefCell::default(),
            broken: Cell::new(false),
        };
        let mut finish = Vec::new();
        let committed = batch(&tx, first, &mut queue, &mut finish);
        if let Err(error) = &committed {
            tracing::error!(%error, writes = finish.len(), "nothing of this batch could be written");
            // What the failed commit left open would swallow the next batch.
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
        } else {
            for become_true in tx.after_commit.into_inner() {
                become_true();
            }
            for event in tx.news.into_inner() {
                hub.publish(event);
            }
        }
        for finish in finish {
            finish(committed.clone());
        }
    }
}

fn batch(
    tx: &WriteTx<'_>,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
    finish: &mut Vec<Finish>,
) -> Result<(), StoreError> {
    let begun = tx.connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([]));
    let begun = begun.map(|_| tx).map_err(StoreError::from);
    let mut next = Some(first);
    while let Some(job) = next {
        finish.push(job(begun.clone()));
        // What waits behind a broken batch is spared for the next one.
        let more = finish.len() < MAX_BATCH && !tx.broken.get();
        next = if more { queue.try_recv().ok() } else { None };
    }
    let tx = begun?;
    if tx.broken.get() {
        return Err(StoreError::HalfWritten);
    }
    tx.connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc as blocking;

    use benspamsphones_core::{AskedBy, CallId, CallRequest, Mode, NewsRoute, PhoneNumber, ProtocolId};
    use tokio::sync::broadcast::error::TryRecvError;

    use super::super::{Store, call_rows, setting_rows};
    use super::*;

    fn store(hub: &Hub) -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Store::open(&Store::path(folder.path()), hub.clone()).unwrap(), folder)
    }

    /// Begins a batch, and keeps it open until the sender is dropped: what is written meanwhile shares it.
    async fn begin_batch(store: &Store) -> (blocking::Sender<()>, tokio::task::JoinHandle<()>) {
        let (begun, has_begun) = oneshot::channel();
        let (end, ended) = blocking::channel::<()>();
        let store = store.clone();
        let first = tokio::spawn(async move {
            let held = store.write(move |_| {
                begun.send(()).unwrap();
                assert!(ended.recv().is_err(), "nothing is sent");
                Ok(())
            });
            // Its fate is its batch's.
            drop(held.await);
        });
        has_begun.await.unwrap();
        (end, first)
    }

    async fn put(store: &Store, name: &'static str) -> Result<(), StoreError> {
        store.write(move |tx| setting_rows::put(tx.connection(), name, "kept")).await
    }

    async fn kept(store: &Store) -> Vec<&'static str> {
        let mut kept = Vec::new();
        for name in ["one", "two", "three"] {
            let found = store.read(move |connection| setting_rows::get(connection, name)).await;
            kept.extend(found.unwrap().map(|_| name));
        }
        kept
    }

    /// A write with all that one can have: a row, an event, and something that becomes true with it.
    async fn place(store: &Store, committed: &Arc<AtomicUsize>) -> Result<CallId, StoreError> {
        let number = PhoneNumber::from_e164("+15005550006").unwrap();
        let call = Call::requested(CallRequest {
            id: crate::app::new_call_id(),
            protocol: ProtocolId::new("protocol1").unwrap(),
            from: number.clone(),
            to: number,
            mode: Mode::Sandbox,
            account_sid: "AC1".into(),
            news: NewsRoute::Polling,
            requested_at: Timestamp::now(),
            asked_by: AskedBy::Program,
            asker_name: None,
        });
        let committed = committed.clone();
        let written = store.write(move |tx| {
            let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
            call_rows::insert(tx.connection(), &call, &channels, None)?;
            tx.after_commit(move || {
                committed.fetch_add(1, Ordering::Relaxed);
            });
            let call = Arc::new(call);
            tx.record(&call, EventKind::Status, Source::Local, call.requested_at)?;
            Ok(call.id)
        });
        written.await
    }

    #[tokio::test]
    async fn a_job_that_wrote_nothing_fails_alone() {
        let (store, _folder) = store(&Hub::new());
        let (end, first) = begin_batch(&store).await;
        // Refused as the SID of another call is.
        let taken = store.write(|tx| {
            tx.connection().execute("INSERT INTO settings (name, value) VALUES ('one', 'another')", [])?;
            Ok(())
        });
        // In this order, since each queues when it is polled first.
        let (one, taken, two, ()) =
            futures::join!(put(&store, "one"), taken, put(&store, "two"), async { drop(end) });
        first.await.unwrap();
        assert!(matches!(taken, Err(StoreError::Sqlite(_))), "{taken:?}");
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(kept(&store).await, ["one", "two"]);
    }

    #[tokio::test]
    async fn a_job_that_fails_half_way_takes_its_batch_back() {
        let hub = Hub::new();
        let mut live = hub.subscribe();
        let (store, _folder) = store(&hub);
        let committed = Arc::new(AtomicUsize::new(0));
        let (end, first) = begin_batch(&store).await;
        let half = store.write(|tx| -> Result<(), StoreError> {
            setting_rows::put(tx.connection(), "two", "half")?;
            Err(StoreError::bad_row("status", "its own"))
        });
        let (one, placed, half, three, ()) = futures::join!(
            put(&store, "one"),
            place(&store, &committed),
            half,
            put(&store, "three"),
            async {
                drop(end);
            }
        );
        first.await.unwrap();
        assert!(matches!(one, Err(StoreError::HalfWritten)), "{one:?}");
        assert!(matches!(placed, Err(StoreError::HalfWritten)), "{placed:?}");
        assert!(matches!(&half, Err(StoreError::BadRow { value, .. }) if value == "its own"), "{half:?}");
        assert!(three.is_ok(), "what waited behind it has a batch of its own: {three:?}");
        assert_eq!(kept(&store).await, ["three"]);
        assert_eq!(live.try_recv().err(), Some(TryRecvError::Empty), "nobody heard of it");
        assert_eq!(committed.load(Ordering::Relaxed), 0);
        assert!(store.read(call_rows::open).await.unwrap().is_empty());

        let id = place(&store, &committed).await.unwrap();
        assert_eq!(live.try_recv().unwrap().call().id, id);
        assert_eq!(committed.load(Ordering::Relaxed), 1);
    }
}
