//! A million calls: how long a page, a search, a filter or a plot takes, and how large the file is.
//!
//! The calls are generated from a fixed seed: 2,000 numbers, of which few are called often and most rarely, 12
//! protocols, two years, six events per call. Each question, including those that find nothing, is asked over real HTTP
//! on loopback, one after the other. The same run measures two references: the server's shortest answer, and reading
//! the same number of rows directly from SQLite. All names and numbers are fictitious.
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

const TIMES: usize = 300;
/// At the 99th percentile.
const GOAL: Duration = Duration::from_millis(20);

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let count = std::env::var("CALLS").map_or(1_000_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("benspamsphones.db");
    // Started once on an empty folder so that the server creates the schema.
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

/// Reads the newest page with rusqlite directly: no filter, no JSON, no HTTP.
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

fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}
