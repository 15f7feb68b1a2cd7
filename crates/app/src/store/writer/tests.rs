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

/// Begins a batch, and keeps it open until the sender is dropped: writes in the meantime join it.
async fn begin_batch(store: &Store) -> (blocking::Sender<()>, tokio::task::JoinHandle<()>) {
    let (begun, has_begun) = oneshot::channel();
    let (end, ended) = blocking::channel::<()>();
    let store = store.clone();
    let first = tokio::spawn(async move {
        let held = store.write(move |_| {
            begun.send(()).unwrap();
            assert!(ended.recv().is_err(), "it is only ever dropped");
            Ok(())
        });
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

/// A write with everything one can have: a row, an event, and an effect after the commit.
fn insert(tx: &WriteTx<'_>, call: Call, committed: Arc<AtomicUsize>) -> Result<CallId, StoreError> {
    let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
    call_rows::insert(tx.connection(), &call, &channels, None, None)?;
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
async fn a_job_that_wrote_nothing_fails_without_the_others() {
    let (store, _folder) = store(&Hub::new());
    let (end, first) = begin_batch(&store).await;
    let taken = store.write(|tx| {
        tx.connection().execute("INSERT INTO settings (name, value) VALUES ('one', 'another')", [])?;
        Ok(())
    });
    // In this order, since each is queued when first polled.
    let (one, taken, two, ()) =
        futures::join!(put(&store, "one"), taken, put(&store, "two"), async { drop(end) });
    first.await.unwrap();
    assert!(matches!(taken, Err(StoreError::Sqlite(_))), "{taken:?}");
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert_eq!(kept(&store).await, ["one", "two"]);
}

/// Work that writes, records an event and an effect, and then fails.
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
async fn a_job_that_fails_half_way_or_panics_fails_without_the_others() {
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
    assert_eq!(live.try_recv().err(), Some(TryRecvError::Empty), "the others published nothing");
    let committed = [&kept_ones, &lost_ones].map(|count| count.load(Ordering::Relaxed));
    assert_eq!(committed, [2, 0]);
}

#[tokio::test]
async fn an_effect_after_the_commit_may_panic() {
    let (store, _folder) = store(&Hub::new());
    let written = store.write(|tx| {
        tx.after_commit(|| panic!("a mistake"));
        setting_rows::put(tx.connection(), "one", "kept")
    });
    assert!(written.await.is_ok());
    assert!(put(&store, "two").await.is_ok());
    assert_eq!(kept(&store).await, ["one", "two"]);
}

/// Writes three settings and a call in one batch with `spoil`, which makes the whole batch fail.
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
    assert_eq!(live.try_recv().err(), Some(TryRecvError::Empty), "nothing was published");
    assert_eq!(committed.load(Ordering::Relaxed), 0);

    let id = place(&store, &committed).await.unwrap();
    assert_eq!(live.try_recv().unwrap().call().id, id, "the next batch is not affected");
    one.unwrap_err()
}

#[tokio::test]
async fn a_failed_commit_fails_every_job() {
    let error = batch_with(|connection| {
        connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        let nobodys =
            "INSERT INTO person_numbers (person, position, number) VALUES (x'00', 0, '+15005550006')";
        connection.execute(nobodys, [])?;
        Ok(())
    });
    assert!(matches!(error.await, StoreError::Sqlite(_)));
}

/// As SQLite itself does on a full disk.
#[tokio::test]
async fn a_transaction_rolled_back_by_sqlite_fails_every_job() {
    let error = batch_with(|connection| {
        connection.execute_batch("ROLLBACK")?;
        Err(StoreError::Full)
    });
    assert!(matches!(error.await, StoreError::Full));
}
