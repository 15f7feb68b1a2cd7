//! How many calls and callbacks per second, compared with what this machine can do at all.
//!
//! Every figure is measured over real HTTP on loopback, with everything on one machine: the load, the server, and for
//! calls a Twilio that answers at once. Two references have the same durability (on the disk before the answer) and
//! share commits in the same way: a bare axum handler that checks one HMAC and commits one SQLite row, and a fair one
//! with two rows and one request to the same Twilio. A third is the fair one with a call's own rows. Calls and
//! callbacks are measured with an empty and with a long history. The runs alternate, so a machine whose speed drifts
//! affects all of them; the median of the rounds is printed.
//!
//! `cargo bench` measures; `cargo test --bench throughput` checks within a second that it still runs.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when something is wrong"
)]

mod bare;
mod crowd;
mod fair;
mod load;
#[path = "../history/made_up.rs"]
mod made_up;
mod product;

use std::time::Duration;

use load::Measured;

struct Extent {
    rounds: usize,
    length: Duration,
    connections: Vec<usize>,
    history: i64,
}

impl Extent {
    fn of_this_run() -> Self {
        let mut extent = if std::env::args().any(|argument| argument == "--bench") {
            Self {
                rounds: 5,
                length: Duration::from_secs(3),
                connections: vec![1, 64, 256],
                history: 100_000,
            }
        } else {
            Self { rounds: 1, length: Duration::from_millis(50), connections: vec![1, 8], history: 100 }
        };
        if let Ok(list) = std::env::var("CONNECTIONS") {
            extent.connections = list.split(',').map(|count| count.parse().unwrap()).collect();
        }
        if let Ok(rounds) = std::env::var("ROUNDS") {
            extent.rounds = rounds.parse().unwrap();
        }
        if let Ok(calls) = std::env::var("CALLS") {
            extent.history = calls.parse().unwrap();
        }
        extent
    }
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // Most systems allow a program only 1,024 sockets at first.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    if std::env::args().any(|argument| argument == "crowd") {
        among_a_crowd();
        return;
    }
    let Extent { rounds, length, connections, history } = Extent::of_this_run();
    // For a profiler, which can't tell apart what serves calls and what serves everything else.
    let only_calls = std::env::var_os("ONLY_CALLS").is_some();
    println!("{rounds} rounds of {length:?} in turn; medians; 2 server threads, 1 load thread");
    println!(
        "{:<34} {:>5} {:>10} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "", "conn.", "per s", "p50 ms", "p99 ms", "of bare", "of fair", "CPU us"
    );
    for connections in connections {
        let (bare, fair) = (bare::Bare::start(), fair::Fair::start());
        let of_calls = fair::Fair::with_rows_of_calls();
        let products = [0, history].map(product::Product::start);
        let mut rounds_of: [Vec<Option<Measured>>; 7] = Default::default();
        for _ in 0..rounds {
            let run = |address, requests| load::run(address, connections, length, requests);
            if !only_calls {
                rounds_of[0].push(run(bare.address(), bare.requests()));
                rounds_of[1].push(run(fair.address(), fair.requests()));
                rounds_of[2].push(run(of_calls.address(), of_calls.requests()));
            }
            for (at, product) in products.iter().enumerate() {
                rounds_of[3 + at].push(run(product.lan(), product.call_requests()));
                if !only_calls {
                    let callbacks = product.callback_requests(connections);
                    rounds_of[5 + at].push(run(product.webhook(), callbacks));
                }
            }
        }
        let [bare, fair, of_calls, calls, calls_late, callbacks, callbacks_late] =
            rounds_of.map(load::median);
        let references = [&bare, &fair].map(Option::as_ref);
        for (what, measured) in [
            ("bare handler: 1 HMAC, 1 row".to_owned(), &bare),
            ("fair to a call: 2 rows, 1 request".into(), &fair),
            ("the same with a call's own rows".into(), &of_calls),
            ("POST /api/call, no history".into(), &calls),
            (format!("POST /api/call, {history} calls"), &calls_late),
            ("signed callbacks, no history".into(), &callbacks),
            (format!("signed callbacks, {history} calls"), &callbacks_late),
        ] {
            print(&what, connections, measured.as_ref(), &references);
        }
        let [at_first, late] = products.map(|product| product.started_in());
        println!("started in {at_first:.2?} with no history, in {late:.2?} with {history} calls");
    }
}

fn print(what: &str, connections: usize, measured: Option<&Measured>, references: &[Option<&Measured>]) {
    let Some(measured) = measured else {
        println!("{what:<34} {connections:>5} nothing was measured");
        return;
    };
    print!(
        "{what:<34} {connections:>5} {:>10.0} {:>9.2} {:>9.2}",
        measured.per_second,
        measured.p50.as_secs_f64() * 1e3,
        measured.p99.as_secs_f64() * 1e3,
    );
    for reference in references {
        let share =
            reference.map(|reference| format!("{:.0}%", 100.0 * measured.per_second / reference.per_second));
        print!(" {:>9}", share.unwrap_or_default());
    }
    println!(" {:>9}", measured.cpu.map(|cpu| cpu.as_micros().to_string()).unwrap_or_default());
}

/// Alternates between with and without a crowd, at a few calls per second, as in practice.
fn among_a_crowd() {
    const PAUSE: Duration = Duration::from_millis(100);
    const LENGTH: Duration = Duration::from_secs(6);
    const ROUNDS: usize = 5;
    println!(
        "{ROUNDS} rounds of {LENGTH:?} in turn; medians; a call every {PAUSE:?}; {} streams, {} slow clients",
        crowd::STREAMS,
        crowd::SLOW
    );
    println!(
        "{:<34} {:>5} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "conn.", "per s", "p50 ms", "p99 ms", "of alone", "CPU us"
    );
    let product = product::Product::start(0);
    let measure = || load::run_with_pauses(product.lan(), 1, LENGTH, PAUSE, product.call_requests());
    let mut rounds: [Vec<Option<Measured>>; 2] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(measure());
        let crowd = crowd::Crowd::gather(product.lan());
        rounds[1].push(measure());
        drop(crowd);
    }
    let [alone, among] = rounds.map(load::median);
    print("POST /api/call, alone", 1, alone.as_ref(), &[alone.as_ref()]);
    print("POST /api/call, among the crowd", 1, among.as_ref(), &[alone.as_ref()]);
}
