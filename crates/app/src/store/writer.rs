//! The only thread that writes.
//!
//! A synced commit costs about as much for one row as for a hundred, so all waiting jobs share one. Nobody learns of a
//! write, neither the caller nor listeners, before its commit. Because one thread commits and publishes, events are
//! published in the order of their ids.
//!
//! Each job has its own savepoint: one that fails or panics rolls back only its own writes.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use benspamsphones_core::{Call, CallEvent, EventKind, Source};
use jiff::Timestamp;
use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::call_index::CallIndex;
use super::{StoreError, event_rows};
use crate::live::{Hub, LiveEvent};

/// Limits how long the first job waits for the last.
const MAX_BATCH: usize = 256;
/// Beyond these, callers wait before they enqueue.
const QUEUE: usize = 4_096;

/// Reports the result of the commit to a job's caller.
type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// Work to do in the transaction, or the error that prevented it.
type Job = Box<dyn FnOnce(Result<&WriteTx<'_>, StoreError>) -> Finish + Send>;

pub(super) struct Writer {
    /// Dropped at close, which tells the thread that no more jobs come.
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// A write transaction, shared by the jobs of one batch.
pub struct WriteTx<'a> {
    connection: &'a Connection,
    news: RefCell<Vec<LiveEvent>>,
    after_commit: RefCell<Vec<Box<dyn FnOnce()>>>,
    /// Why the batch can't be committed.
    lost: RefCell<Option<StoreError>>,
}

impl WriteTx<'_> {
    /// The connection to write with.
    pub fn connection(&self) -> &Connection {
        self.connection
    }

    /// Published after the commit.
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

    /// In commit order, and before the caller gets its result.
    pub(crate) fn after_commit(&self, become_true: impl FnOnce() + 'static) {
        self.after_commit.borrow_mut().push(Box::new(become_true));
    }

    /// In a savepoint: on failure its writes, events and callbacks are rolled back; other jobs are unaffected.
    fn run<T>(&self, work: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let (news, becoming_true) = (self.news.borrow().len(), self.after_commit.borrow().len());
        self.execute("SAVEPOINT job")?;
        // Half-done work is rolled back below, so it is safe to continue. The panic itself was already printed.
        let answer = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked));
        let kept = answer.and_then(|done| self.execute("RELEASE job").map(|()| done));
        if let Err(error) = &kept {
            self.news.borrow_mut().truncate(news);
            self.after_commit.borrow_mut().truncate(becoming_true);
            let taken_back = || self.execute("ROLLBACK TO job").and_then(|()| self.execute("RELEASE job"));
            // On some errors (disk full, out of memory) SQLite rolls back the whole transaction.
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
            // The caller may be gone; the write counts anyway.
            Box::new(move |committed| drop(told.send(worked.and_then(|done| committed.map(|()| done)))))
        });
        let jobs = self.jobs.lock().clone();
        jobs.ok_or(StoreError::Stopped)?.send(job).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }

    pub(super) async fn close(&self) {
        drop(self.jobs.lock().take());
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            // Only fails if the thread panicked, which it printed itself.
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
            // A transaction left open by the failed commit would swallow the next batch.
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
        } else {
            let news = tx.news.into_inner();
            for event in &news {
                call_index.note(event.call());
            }
            for become_true in tx.after_commit.into_inner() {
                // The write is committed, so the thread must continue even if a callback panics.
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
        // If the batch is lost, leave further jobs for the next one.
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
mod tests;
