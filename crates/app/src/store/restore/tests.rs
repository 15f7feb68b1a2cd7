//! A restore that is killed after any step, whatever follows: no one is rung who must not be, and nothing that was
//! acknowledged is lost. The log marks each step; the folder is copied at each one, as a kill would leave it.
//!
//! A long file, because each kill of each command is followed by every command, all in one world.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::sync::Arc;

use benspamsphones_core::{CallStatus, Mode, Person, PersonId, PersonNumber, PhoneNumber};
use parking_lot::Mutex;
use rusqlite::{Connection, params};
use tempfile::TempDir;
use tracing::{Event, Metadata, Subscriber, span};
use uuid::Uuid;

use super::super::schema::MIGRATIONS;
use super::super::token_rows::{TokenKind, TokenRow};
use super::super::{Store, blocked_rows, call_rows, people_rows, sample, token_rows};
use super::*;
use crate::live::Hub;

/// Set to try every kill, instead of a part that changes whenever a step does.
const FULL: &str = "KILLS";
const BLOCKED: [&str; 2] = ["+14155550001", "+14155550002"];
const OPTED_OUT: [&str; 2] = ["+14155550003", "+14155550004"];
const UNWILLING: &str = "+14155550005";
const KEYS: [&str; 2] = ["early", "late"];

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::from_e164(text).unwrap()
}

fn now() -> Timestamp {
    crate::clock::Clock::default().now()
}

/// Copies the folder at each step that is logged.
struct Watch {
    folder: PathBuf,
    copies: TempDir,
    steps: Mutex<usize>,
}

impl Subscriber for Watch {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        about.target() == change::STEP
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {
        let mut steps = self.steps.lock();
        copy(&self.folder, &self.copies.path().join(steps.to_string()));
        *steps += 1;
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Restore(usize),
    BeginAnew,
    Start,
}

const COMMANDS: [Command; 4] = [Command::Restore(0), Command::Restore(1), Command::BeginAnew, Command::Start];

/// A database with half of what must stay still in its log, and two backups from before.
struct World {
    folder: TempDir,
    backups: [PathBuf; 2],
    _elsewhere: TempDir,
}

impl World {
    fn make() -> Self {
        let [folder, elsewhere] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let backups = ["empty", "early"].map(|name| elsewhere.path().join(name));
        let made = tempfile::tempdir().unwrap();
        let path = Store::path(made.path());
        let mut connection = connect(&path, OpenFlags::default()).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        migrate(&mut connection).unwrap();
        for (at, backup) in backups.iter().enumerate() {
            backup::write(&path, backup, now()).unwrap();
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
            write(&connection, at);
        }
        assert!(fs::metadata(damage::beside(&path, "-wal")).unwrap().len() > 0);
        copy(made.path(), folder.path());
        Self { folder, backups, _elsewhere: elsewhere }
    }

    fn run(&self, folder: &Path, command: Command) {
        let database = Store::path(folder);
        match command {
            Command::Restore(backup) => {
                finish(&database, now()).unwrap();
                if database.exists() {
                    assert_eq!(open_calls(&database, now()).unwrap(), 0);
                }
                stage(&database, &self.backups[backup], Region::US).unwrap();
                take_staged(&database, now()).unwrap();
            }
            Command::BeginAnew => {
                begin_anew(&database, now()).unwrap();
            }
            Command::Start => start(folder),
        }
    }

    /// Runs a command in a copy of the folder, and returns what a kill after each step leaves.
    fn killed(&self, folder: &Path, command: Command) -> (TempDir, Vec<PathBuf>) {
        let place = tempfile::tempdir().unwrap();
        copy(folder, place.path());
        let watch = Arc::new(Watch {
            folder: place.path().to_owned(),
            copies: tempfile::tempdir().unwrap(),
            steps: Mutex::default(),
        });
        tracing::subscriber::with_default(watch.clone(), || self.run(place.path(), command));
        let steps = *watch.steps.lock();
        drop(place);
        let copies = Arc::into_inner(watch).unwrap().copies;
        let folders = (0..steps).map(|step| copies.path().join(step.to_string())).collect();
        (copies, folders)
    }

    /// Runs a command to its end in a copy of the folder, starts, and checks that everything is there.
    fn followed_by(&self, folder: &Path, command: Command, context: &str) {
        let place = tempfile::tempdir().unwrap();
        copy(folder, place.path());
        self.run(place.path(), command);
        start(place.path());
        assert_all_is_there(place.path(), context);
    }
}

fn start(folder: &Path) {
    let database = Store::path(folder);
    take_staged(&database, now()).unwrap();
    assert_eq!(State::of(&database).unwrap(), State::Settled);
    drop(Store::open(&database, Hub::new()).unwrap());
}

fn write(connection: &Connection, at: usize) {
    blocked_rows::put(connection, number(BLOCKED[at]), None, now()).unwrap();
    blocked_rows::opt_out(connection, &number(OPTED_OUT[at]), now()).unwrap();
    let serial = u8::try_from(at).unwrap() + 1;
    let token = TokenRow {
        id: Uuid::from_u128(u128::from(serial)),
        kind: TokenKind::Device,
        digest: [serial; 32],
        name: format!("device {at}"),
        source: "127.0.0.1".into(),
        created_at: now(),
        seen_at: now(),
    };
    token_rows::insert(connection, &token).unwrap();
    let call = sample::call(now(), serial, "dinner", sample::NUMBERS[at]);
    let channels = call_rows::Channels { own: call.id.to_string(), watch: None };
    call_rows::insert(connection, &call, &channels, Some(KEYS[at]), None).unwrap();
    call_rows::update(connection, &call, &sample::at_station(&call, CallStatus::Completed)).unwrap();
    if at == 1 {
        let person = Person {
            id: PersonId(Uuid::from_u128(7)),
            name: "Ada".into(),
            may_call: false,
            usual_protocol: None,
            numbers: vec![PersonNumber { number: number(UNWILLING), extension: None, label: None }],
        };
        people_rows::put(connection, &person).unwrap();
    }
}

fn holds_all(connection: &Connection) {
    let blocked: BTreeSet<_> = blocked_rows::list(connection)
        .unwrap()
        .into_iter()
        .map(|blocked| (blocked.number.as_str().to_owned(), blocked.opted_out))
        .collect();
    let expected = BLOCKED.map(|number| (number.to_owned(), false)).into_iter();
    let expected: BTreeSet<_> = expected.chain(OPTED_OUT.map(|number| (number.to_owned(), true))).collect();
    assert_eq!(blocked, expected);
    let people = people_rows::list(connection).unwrap();
    assert!(people.len() == 1 && !people[0].may_call && people[0].numbers[0].number == number(UNWILLING));
    let devices: BTreeSet<_> =
        token_rows::list(connection).unwrap().iter().map(|token| token.digest[0]).collect();
    assert_eq!(devices, BTreeSet::from([1, 2]));
    for key in KEYS {
        let key = call_rows::Key::Idempotency { key, mode: Mode::Sandbox, account_sid: "AC1" };
        assert!(call_rows::find(connection, &key).unwrap().is_some());
    }
}

fn names(folder: &Path) -> Vec<OsString> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    names
}

fn assert_all_is_there(folder: &Path, context: &str) {
    let names = names(folder);
    let text: Vec<_> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let checked = std::panic::catch_unwind(|| {
        for name in text.iter().filter(|name| name.ends_with(".db")) {
            // The database, and each one that was set aside, with its log.
            let connection = connect(&folder.join(name), OpenFlags::default()).unwrap();
            let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(found, "ok", "{name}");
            holds_all(&connection);
        }
    });
    let whole = checked.is_ok() && text.contains(&"benspamsphones.db".to_owned());
    let tidy = text.iter().all(|name| !name.contains(".db-restore") && !name.starts_with(".bsp-"));
    assert!(whole && tidy, "{context}: {text:?}");
}

#[test]
fn a_kill_after_any_step_loses_nothing_whatever_comes_next() {
    let world = World::make();
    let full = std::env::var_os(FULL).is_some();
    let (mut once, mut twice) = (0, 0);
    for first in COMMANDS {
        let (_copies, killed) = world.killed(world.folder.path(), first);
        assert!(killed.len() > 9 || first == Command::Start, "{first:?}: {}", killed.len());
        for (step, folder) in killed.iter().enumerate() {
            for second in COMMANDS {
                let context = format!("{first:?} killed after {step}, then {second:?}");
                if full || (step + once).is_multiple_of(5) {
                    world.followed_by(folder, second, &context);
                }
                once += 1;
                if !full && !(step + once).is_multiple_of(17) {
                    continue;
                }
                let (_copies, killed) = world.killed(folder, second);
                for (step, folder) in killed.iter().enumerate() {
                    let context = format!("{context} killed after {step}");
                    if full || (step + twice).is_multiple_of(4) {
                        world.followed_by(folder, Command::Start, &context);
                    }
                    twice += 1;
                }
            }
        }
    }
    assert!(once > 100 && twice > 10, "{once} {twice}");
}

#[test]
fn a_restore_into_a_new_folder_is_finished_whatever_comes_next() {
    let world = World::make();
    let empty = tempfile::tempdir().unwrap();
    let (_copies, killed) = world.killed(empty.path(), Command::Restore(1));
    let mut waited = 0;
    for folder in killed {
        let database = Store::path(&folder);
        waited += usize::from(State::of(&database).unwrap() != State::Settled || database.exists());
        let was_new = is_new(&database);
        assert_eq!(was_new, change::is_first_start(&database));
        start(&folder);
        let connection = connect(&database, OpenFlags::default()).unwrap();
        let blocked = blocked_rows::list(&connection).unwrap().len();
        assert_eq!(blocked, if was_new { 0 } else { 2 }, "{:?}", names(&folder));
        assert!(names(&folder).iter().all(|name| !name.to_string_lossy().contains("before-restore")));
    }
    assert!(waited > 3, "{waited}");
}

fn is_new(database: &Path) -> bool {
    !database.exists() && !change::staged(database).exists()
}

/// Earlier versions left no note. A backup without a database was a restore half way, with everything it needed.
#[test]
fn what_an_earlier_version_left_half_way_is_finished_before_the_next_restore() {
    let world = World::make();
    for next in COMMANDS {
        let place = tempfile::tempdir().unwrap();
        copy(world.folder.path(), place.path());
        let database = Store::path(place.path());
        world.run(place.path(), Command::Restore(0));
        fs::rename(&database, change::staged(&database)).unwrap();
        assert!(change::is_unfinished(&database));
        let refused = backup::open_to_read(&database);
        assert!(matches!(refused, Err(backup::BackupError::Unfinished(_))), "{refused:?}");
        world.run(place.path(), next);
        start(place.path());
        assert_all_is_there(place.path(), &format!("{next:?}"));
    }
}

#[test]
fn a_call_under_way_is_seen_in_a_database_of_any_version() {
    for version in 1..=STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = Store::path(folder.path());
        let mut connection = connect(&path, OpenFlags::default()).unwrap();
        MIGRATIONS.to_version(&mut connection, version).unwrap();
        let insert = "INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, \
            open, news) VALUES (?1, 'dinner', '+15005550006', '+15005550100', 'live', 'AC1', ?2, 'ringing', 1, 'polling')";
        connection.execute(insert, params![Uuid::now_v7(), now().as_millisecond()]).unwrap();
        assert_eq!(open_calls(&path, now()).unwrap(), 1, "version {version}");
        // No program can start with this database, so it would be no use to wait for its call.
        connection.execute_batch("DROP TABLE protocols").unwrap();
        assert_eq!(open_calls(&path, now()).unwrap(), 0, "version {version}");
    }
}

#[test]
fn a_log_without_its_database_is_not_applied_to_the_backup() {
    let world = World::make();
    let place = tempfile::tempdir().unwrap();
    copy(world.folder.path(), place.path());
    let database = Store::path(place.path());
    fs::remove_file(&database).unwrap();
    world.run(place.path(), Command::Restore(1));
    start(place.path());
    let connection = connect(&database, OpenFlags::default()).unwrap();
    assert_eq!(
        connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(),
        "ok"
    );
    assert_eq!(blocked_rows::list(&connection).unwrap().len(), 2);
    let kept = names(place.path()).into_iter().any(|name| name.to_string_lossy().ends_with(".db-wal"));
    assert!(kept, "it is kept: {:?}", names(place.path()));
}

#[test]
fn a_backup_deleted_half_way_leaves_the_old_database() {
    let world = World::make();
    let (_copies, killed) = world.killed(world.folder.path(), Command::Restore(0));
    let mut changing = 0;
    for folder in killed {
        let database = Store::path(&folder);
        if State::of(&database).unwrap() != State::Changing {
            continue;
        }
        changing += 1;
        fs::remove_file(change::staged(&database)).unwrap();
        start(&folder);
        assert_all_is_there(&folder, "deleted");
    }
    assert!(changing > 3, "{changing}");
}
