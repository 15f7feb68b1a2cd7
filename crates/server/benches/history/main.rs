//! A million calls: how long a page, a search, a filter or a plot takes, and how large the file is.
//!
//! The calls are made up from a fixed seed: 2,000 numbers of which few are called much and most seldom, 12 protocols,
//! two years, six events a call. Each question is asked over real HTTP on loopback, one after the other as a person
//! does, among them those that find nothing. Beside them stand two references of the same run: the shortest answer
//! that the server has, and reading as many rows straight out of SQLite. Names of protocols, people and numbers are
//! nobody's.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when something is wrong"
)]

mod made_up;
mod questions;
mod server;

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How often each question is asked.
const TIMES: usize = 300;
/// What a page, search, filter and plot may take at the 99th percentile.
const GOAL: Duration = Duration::from_millis(20);

/// As `bsp` does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let count = std::env::var("CALLS").map_or(1_000_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("benspamsphones.db");
    // Started once on an empty folder, so that the schema is the server's own.
    server::Running::start(folder.path()).stop();
    let begun = Instant::now();
    let newest = made_up::fill(&database, count);
    println!("{count} calls made up in {:.0?}", begun.elapsed());

    let begun = Instant::now();
    let running = server::Running::start(folder.path());
    println!("started in {:.2?}; resident memory {} MB", begun.elapsed(), resident_mb());
    let mut worst = Duration::ZERO;
    println!("{:<52} {:>8} {:>9} {:>9}", "", "found", "p50 ms", "p99 ms");
    let status = running.measure("/api/v1/status", TIMES);
    print("reference: GET /api/v1/status", "", &status);
    print("reference: 50 rows straight out of SQLite", "50", &straight(&database));
    for question in questions::all(count, newest) {
        let found = running.count(&question.path);
        let measured = running.measure(&question.path, TIMES);
        worst = worst.max(measured.p99);
        print(&question.name, &found, &measured);
    }
    running.stop();
    println!("worst p99: {:.2} ms; goal: under {} ms", ms(worst), GOAL.as_millis());
    sizes(&database);
}

/// How long a question took.
pub(crate) struct Measured {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Measured {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let percentile = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        Self { p50: percentile(0.5), p99: percentile(0.99) }
    }
}

fn print(name: &str, found: &str, measured: &Measured) {
    println!("{name:<52} {found:>8} {:>9.2} {:>9.2}", ms(measured.p50), ms(measured.p99));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The newest page by the bare library: no filter, no JSON, no HTTP.
fn straight(database: &Path) -> Measured {
    let connection = Connection::open(database).unwrap();
    let sql = "SELECT * FROM calls ORDER BY id DESC LIMIT 50";
    let times = (0..TIMES).map(|_| {
        let begun = Instant::now();
        let mut statement = connection.prepare_cached(sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        let mut bytes = 0;
        while let Some(row) = rows.next().unwrap() {
            bytes += row.get_ref(3).unwrap().as_str().unwrap().len();
        }
        assert!(bytes > 0);
        begun.elapsed()
    });
    Measured::of(times.collect())
}

fn sizes(database: &Path) {
    let connection = Connection::open(database).unwrap();
    let whole = std::fs::metadata(database).unwrap().len();
    println!("file: {:.0} MB", whole as f64 / 1e6);
    for table in ["calls", "events", "quarters"] {
        let rows: i64 =
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        println!("  {rows} rows of {table}");
    }
}

/// Memory of this process, server included.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}
