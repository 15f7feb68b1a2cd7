//! How many calls and callbacks a second, beside what this machine can do at all.
//!
//! Every figure comes from real HTTP over loopback, with everything on one machine: the load, the server, and for
//! calls a Twilio that answers at once. The reference is a bare axum handler that checks one HMAC and commits one
//! SQLite row, with the same durability (on the disk before the answer) and with commits shared in the same way.
//! The runs take turns, so that a machine whose speed drifts drifts for all of them; what is printed is the median
//! of the rounds.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops when something is wrong"
)]

mod bare;
mod crowd;
mod load;
mod product;

use std::time::Duration;

use load::Measured;

const ROUNDS: usize = 5;
const LENGTH: Duration = Duration::from_secs(3);

/// As `bsp` does, for the reference as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // A crowd needs more than the 1,024 sockets that most systems give a program at first.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    if std::env::args().any(|argument| argument == "crowd") {
        among_a_crowd();
        return;
    }
    // Cargo passes --bench; a filter of names may follow.
    let connections: Vec<usize> = match std::env::var("CONNECTIONS") {
        Ok(list) => list.split(',').map(|count| count.parse().unwrap()).collect(),
        Err(_) => vec![64, 256],
    };
    println!("{ROUNDS} rounds of {LENGTH:?} in turn; medians; 2 server threads, 1 load thread");
    println!(
        "{:<34} {:>5} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "conn.", "per s", "p50 ms", "p99 ms", "of bare", "CPU us"
    );
    for connections in connections {
        let bare = bare::Bare::start();
        let product = product::Product::start();
        let mut rounds: [Vec<Measured>; 3] = Default::default();
        for _ in 0..ROUNDS {
            rounds[0].push(load::run(bare.address(), connections, LENGTH, bare.requests()));
            rounds[1].push(load::run(product.lan(), connections, LENGTH, product.call_requests()));
            rounds[2].push(load::run(product.webhook(), connections, LENGTH, product.callback_requests()));
        }
        let [bare, calls, callbacks] = rounds.map(load::median);
        print("bare handler: 1 HMAC, 1 row", connections, &bare, &bare);
        print("POST /api/call", connections, &calls, &bare);
        print("signed status callbacks", connections, &callbacks, &bare);
    }
}

fn print(what: &str, connections: usize, measured: &Measured, bare: &Measured) {
    println!(
        "{what:<34} {connections:>5} {:>10.0} {:>9.2} {:>9.2} {:>8.0}% {:>9}",
        measured.per_second,
        measured.p50.as_secs_f64() * 1e3,
        measured.p99.as_secs_f64() * 1e3,
        100.0 * measured.per_second / bare.per_second,
        measured.cpu.as_micros()
    );
}

/// How long a call takes, alone and among a crowd that hears of each, in turn: a few calls a second, as in life.
fn among_a_crowd() {
    const PAUSE: Duration = Duration::from_millis(100);
    const LENGTH: Duration = Duration::from_secs(6);
    println!(
        "{ROUNDS} rounds of {LENGTH:?} in turn; medians; a call every {PAUSE:?}; {} streams, {} slow clients",
        crowd::STREAMS,
        crowd::SLOW
    );
    println!(
        "{:<34} {:>5} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "conn.", "per s", "p50 ms", "p99 ms", "of alone", "CPU us"
    );
    let product = product::Product::start();
    let measure = || load::run_with_pauses(product.lan(), 1, LENGTH, PAUSE, product.call_requests());
    let mut rounds: [Vec<Measured>; 2] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(measure());
        let crowd = crowd::Crowd::gather(product.lan());
        rounds[1].push(measure());
        drop(crowd);
    }
    let [alone, among] = rounds.map(load::median);
    print("POST /api/call, alone", 1, &alone, &alone);
    print("POST /api/call, among the crowd", 1, &among, &alone);
}
