//! The one thread that writes.
//!
//! A commit that is on the disk costs about as much for one row as for a hundred, so everything that waits when
//! the thread comes round shares one. Nobody hears of a write, neither the caller nor those who watch, before
//! its commit is done; and since one thread both commits and publishes, news goes out in the order of its ids.
//!
//! Each write has a savepoint of its own: one that fails half way, or panics, takes back what it wrote and nothing else.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use benspamsphones_core::{Call, CallEvent, EventKind, Source};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::call_index::CallIndex;
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
pub struct WriteTx<'a> {
    connection: &'a Connection,
    news: RefCell<Vec<LiveEvent>>,
    /// What becomes true with the commit.
    after_commit: RefCell<Vec<Box<dyn FnOnce()>>>,
    /// Why nothing of the batch can be committed any more.
    lost: RefCell<Option<StoreError>>,
}

impl WriteTx<'_> {
    /// The connection to write with.
    pub fn connection(&self) -> &Connection {
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

    /// Runs one job within a savepoint. When it fails, what it wrote, its news and what was to become true with it are
    /// taken back, and the jobs before and after it never notice.
    fn run<T>(&self, work: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let (news, becoming_true) = (self.news.borrow().len(), self.after_commit.borrow().len());
        self.execute("SAVEPOINT job")?;
        // What it may have left half done is taken back, so nobody sees it. The panic itself has been printed.
        let answer = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked));
        let kept = answer.and_then(|done| self.execute("RELEASE job").map(|()| done));
        if let Err(error) = &kept {
            self.news.borrow_mut().truncate(news);
            self.after_commit.borrow_mut().truncate(becoming_true);
            let taken_back = || self.execute("ROLLBACK TO job").and_then(|()| self.execute("RELEASE job"));
            // On some errors (a full disk, memory) SQLite takes the whole transaction back by itself.
            if self.connection.is_autocommit() || taken_back().is_err() {
                *self.lost.borrow_mut() = Some(error.clone());
            }
        }
        kept
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        hub: Hub,
        call_index: Arc<CallIndex>,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || run(connection, queue, &hub, &call_index));
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

fn run(connection: Connection, mut queue: mpsc::Receiver<Job>, hub: &Hub, call_index: &CallIndex) {
    while let Some(first) = queue.blocking_recv() {
        let tx = WriteTx {
            connection: &connection,
            news: RefCell::default(),
            after_commit: RefCell::default(),
            lost: RefCell::default(),
        };
        let mut finish = Vec::new();
        let committed = batch(&tx, first, &mut queue, &mut finish);
        if let Err(error) = &committed {
            tracing::error!(%error, writes = finish.len(), "this batch could not be written");
            // What the failed commit left open would swallow the next batch.
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
        } else {
            let news = tx.news.into_inner();
            for event in &news {
                call_index.note(event.call());
            }
            for become_true in tx.after_commit.into_inner() {
                // It is written down, whatever this does; the thread must go on.
                if catch_unwind(AssertUnwindSafe(become_true)).is_err() {
                    tracing::error!("what was to follow a write panicked");
                }
            }
            for event in news {
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
    let begun = tx.execute("BEGIN IMMEDIATE").map(|()| tx);
    let mut next = Some(first);
    while let Some(job) = next {
        finish.push(job(begun.clone()));
        // What waits behind a lost batch is spared for the next one.
        let more = finish.len() < MAX_BATCH && tx.lost.borrow().is_none();
        next = if more { queue.try_recv().ok() } else { None };
    }
    let tx = begun?;
    match tx.lost.take() {
        Some(error) => Err(error),
        None => tx.execute("COMMIT"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc as blocking;

    use benspamsphones_core::{AskedBy, CallId, CallRequest, Mode, PhoneNumber, ProtocolId, UpdateRoute};
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

    fn new_call() -> Call {
        let number = PhoneNumber::from_e164("+15005550006").unwrap();
        Call::requested(CallRequest {
            id: crate::app::new_call_id(),
            protocol: ProtocolId::new("protocol1").unwrap(),
            from: number.clone(),
            to: number,
            mode: Mode::Sandbox,
            account_sid: "AC1".into(),
            news: UpdateRoute::Polling,
            requested_at: Timestamp::now(),
            asked_by: AskedBy::Program,
            asker_name: None,
        })
    }

    /// A write with all that one can have: a row, an event, and something that becomes true with it.
    fn insert(tx: &WriteTx<'_>, call: Call, committed: Arc<AtomicUsize>) -> Result<CallId, StoreError> {
        let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
        call_rows::insert(tx.connection(), &call, &channels, None)?;
        tx.after_commit(move || {
            committed.fetch_add(1, Ordering::Relaxed);
        });
        let call = Arc::new(call);
        tx.record(&call, EventKind::Status, Source::Local, call.requested_at)?;
        Ok(call.id)
    }

    async fn place(store: &Store, committed: &Arc<AtomicUsize>) -> Result<CallId, StoreError> {
        let (call, committed) = (new_call(), committed.clone());
        store.write(move |tx| insert(tx, call, committed)).await
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

    /// Work that writes, is heard of, lets something become true, and then goes wrong.
    fn half(
        committed: &Arc<AtomicUsize>,
        go_wrong: fn() -> Result<(), StoreError>,
    ) -> impl FnOnce(&WriteTx<'_>) -> Result<(), StoreError> + Send + 'static {
        let (call, committed) = (new_call(), committed.clone());
        move |tx| {
            setting_rows::put(tx.connection(), "two", "half")?;
            insert(tx, call, committed)?;
            go_wrong()
        }
    }

    fn its_own() -> Result<(), StoreError> {
        Err(StoreError::bad_row("status", "its own"))
    }

    #[tokio::test]
    async fn a_job_that_fails_half_way_or_panics_fails_alone() {
        let hub = Hub::new();
        let mut live = hub.subscribe();
        let (store, _folder) = store(&hub);
        let [kept_ones, lost_ones] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let (end, first) = begin_batch(&store).await;
        let failing = store.write(half(&lost_ones, its_own));
        let panicking = store.write(half(&lost_ones, || panic!("a mistake")));
        let (one, placed, failed, panicked, three, later, ()) = futures::join!(
            put(&store, "one"),
            place(&store, &kept_ones),
            failing,
            panicking,
            put(&store, "three"),
            place(&store, &kept_ones),
            async { drop(end) }
        );
        first.await.unwrap();
        assert!(one.is_ok() && three.is_ok(), "{one:?} {three:?}");
        assert!(matches!(&failed, Err(StoreError::BadRow { value, .. }) if value == "its own"), "{failed:?}");
        assert!(matches!(panicked, Err(StoreError::Panicked)), "{panicked:?}");
        assert_eq!(kept(&store).await, ["one", "three"]);
        let placed = [placed.unwrap(), later.unwrap()];
        let open = store.read(call_rows::open).await.unwrap();
        assert_eq!(open.iter().map(|call| call.id).collect::<HashSet<_>>(), HashSet::from(placed));
        let heard = [live.try_recv().unwrap(), live.try_recv().unwrap()];
        assert_eq!(heard.each_ref().map(|event| event.call().id), placed);
        assert_eq!(live.try_recv().err(), Some(TryRecvError::Empty), "nobody heard of the others");
        let committed = [&kept_ones, &lost_ones].map(|count| count.load(Ordering::Relaxed));
        assert_eq!(committed, [2, 0]);
    }

    #[tokio::test]
    async fn what_follows_a_write_may_panic() {
        let (store, _folder) = store(&Hub::new());
        let written = store.write(|tx| {
            tx.after_commit(|| panic!("a mistake"));
            setting_rows::put(tx.connection(), "one", "kept")
        });
        assert!(written.await.is_ok());
        assert!(put(&store, "two").await.is_ok());
        assert_eq!(kept(&store).await, ["one", "two"]);
    }

    /// Writes three settings and a call in one batch, with this among them, after which nothing of the batch can stand.
    async fn batch_with(spoil: fn(&Connection) -> Result<(), StoreError>) -> StoreError {
        let hub = Hub::new();
        let mut live = hub.subscribe();
        let (store, _folder) = store(&hub);
        let committed = Arc::new(AtomicUsize::new(0));
        let (end, first) = begin_batch(&store).await;
        let spoiling = store.write(move |tx| spoil(tx.connection()));
        let (one, placed, spoilt, _, ()) = futures::join!(
            put(&store, "one"),
            place(&store, &committed),
            spoiling,
            put(&store, "three"),
            async { drop(end) }
        );
        first.await.unwrap();
        assert!(one.is_err() && placed.is_err() && spoilt.is_err(), "{one:?} {placed:?} {spoilt:?}");
        assert!(!kept(&store).await.contains(&"one"));
        assert_eq!(live.try_recv().err(), Some(TryRecvError::Empty), "nobody heard of it");
        assert_eq!(committed.load(Ordering::Relaxed), 0);

        let id = place(&store, &committed).await.unwrap();
        assert_eq!(live.try_recv().unwrap().call().id, id, "the next batch is another one");
        one.unwrap_err()
    }

    #[tokio::test]
    async fn a_commit_that_fails_fails_all() {
        let error = batch_with(|connection| {
            connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
            let nobodys =
                "INSERT INTO person_numbers (person, position, number) VALUES (x'00', 0, '+15005550006')";
            connection.execute(nobodys, [])?;
            Ok(())
        });
        assert!(matches!(error.await, StoreError::Sqlite(_)));
    }

    /// As SQLite does by itself on a full disk.
    #[tokio::test]
    async fn a_transaction_that_sqlite_took_back_fails_all() {
        let error = batch_with(|connection| {
            connection.execute_batch("ROLLBACK")?;
            Err(StoreError::Full)
        });
        assert!(matches!(error.await, StoreError::Full));
    }
}
