//! CPU-heavy work, such as parsing a large file. Little of it at once, and never on the threads that answer requests.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// Memory for all large bodies together while they are received and parsed, in KiB.
const MEMORY_KIB: usize = 64 * 1024;

/// Runs heavy work. Clones share the limits.
#[derive(Clone)]
pub struct HeavyWork {
    permits: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// Memory reserved for a large body, until dropped.
#[derive(Debug)]
pub struct Memory(#[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>);

impl Default for HeavyWork {
    /// At most half of the processors.
    fn default() -> Self {
        let at_once = available_parallelism().map_or(1, |processors| processors.get() / 2).max(1);
        Self { permits: Arc::new(Semaphore::new(at_once)), memory: Arc::new(Semaphore::new(MEMORY_KIB)) }
    }
}

impl HeavyWork {
    /// Waits for a turn, then runs the work, which finishes even if the caller is gone.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        // The semaphore is never closed.
        let permit = self.permits.clone().acquire_owned().await.ok();
        let working = spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        match working.await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is stopping, and this task with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Waits until there is memory for a body of this length, in bytes.
    pub async fn memory_for(&self, length: usize) -> Memory {
        let kib = u32::try_from(length.div_ceil(1024).min(MEMORY_KIB)).unwrap_or(u32::MAX);
        Memory(self.memory.clone().acquire_many_owned(kib).await.ok())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_is_heavy_does_not_hold_the_thread_that_answers() {
        // This test's runtime has one thread.
        let heavy = HeavyWork::default();
        let (go_on, waits) = mpsc::channel();
        let work = tokio::spawn({
            let heavy = heavy.clone();
            async move { heavy.run(move || waits.recv().unwrap()).await }
        });
        while heavy.permits.available_permits() == HeavyWork::default().permits.available_permits() {
            tokio::task::yield_now().await;
        }
        go_on.send(7).unwrap();
        assert_eq!(work.await.unwrap(), 7);
    }

    #[tokio::test]
    async fn large_bodies_wait_for_each_other() {
        let heavy = HeavyWork::default();
        let first = heavy.memory_for(40 << 20).await;
        let second = heavy.memory_for(40 << 20);
        tokio::pin!(second);
        let waits = tokio::time::timeout(Duration::ZERO, second.as_mut()).await.is_err();
        assert!(waits);
        drop(first);
        second.await;
        heavy.memory_for(usize::MAX).await;
    }
}
