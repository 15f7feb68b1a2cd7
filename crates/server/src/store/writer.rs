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
