//! How soon the window is usable, and its memory compared with an empty window's. Medians of several runs that
//! alternate between the programs.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark tells"
)]

#[expect(dead_code, reason = "made for the tests")]
#[path = "../tests/it/desk.rs"]
mod desk;
#[expect(dead_code, reason = "made for the tests")]
#[path = "../tests/it/driver.rs"]
mod driver;
#[expect(dead_code, reason = "made for the tests")]
#[path = "../tests/it/tray_host.rs"]
mod tray_host;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use desk::{Desk, Ending, program, spawn, wait_until};
use driver::Window;
use tray_host::TrayHost;

const RUNS: usize = 5;
const SETTLED: Duration = Duration::from_secs(4);

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut usable = Vec::new();
    let mut with_window = Vec::new();
    let mut empty = Vec::new();
    let mut in_tray = Vec::new();
    for _ in 0..RUNS {
        usable.push(runtime.block_on(time_to_usable()));
        with_window.push(memory_of(&[]));
        empty.push(memory_of_empty());
        in_tray.push(runtime.block_on(memory_in_tray()));
    }
    let [with_window, empty] = [median(with_window), median(empty)];
    println!("start to usable, driven by WebDriver   {:.2} s", median(usable));
    println!("memory (PSS) with window               {with_window:.0} MB");
    println!("memory (PSS) of an empty window        {empty:.0} MB");
    println!("ratio                                  {:.2}", with_window / empty);
    println!("memory (PSS) in the tray               {:.0} MB", median(in_tray));
}

/// Seconds from the start until the number can be typed, including WebDriver's own time.
async fn time_to_usable() -> f64 {
    let desk = Desk::new();
    let begun = Instant::now();
    let window = Window::open(&desk, &[]).await;
    window.find("#number").await;
    let taken = begun.elapsed().as_secs_f64();
    window.close().await;
    taken
}

fn memory_of(arguments: &[&str]) -> f64 {
    let desk = Desk::new();
    let app = desk.start(arguments);
    wait_until("the window is there", || desk.sees_window("BenSpamsPhones"));
    std::thread::sleep(SETTLED);
    megabytes(&app)
}

fn memory_of_empty() -> f64 {
    let desk = Desk::new();
    let example = Path::new(program()).parent().unwrap().join("examples/empty_window");
    let app = spawn(&mut desk.command(example.to_str().unwrap()));
    wait_until("the window is there", || desk.sees_window("empty"));
    std::thread::sleep(SETTLED);
    megabytes(&app)
}

async fn memory_in_tray() -> f64 {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let app = desk.start(&[]);
    host.wait_for("Sandbox").await;
    wait_until("the window is there", || desk.sees_window("BenSpamsPhones"));
    std::thread::sleep(SETTLED);
    wait_until("the window is gone", || {
        desk.command("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        !desk.sees_window("BenSpamsPhones")
    });
    std::thread::sleep(SETTLED);
    megabytes(&app)
}

/// Memory of the program and its child processes, with shared pages counted proportionally.
fn megabytes(app: &Ending) -> f64 {
    let mut family = BTreeSet::from([app.0.id()]);
    loop {
        let before = family.len();
        let threads =
            family.clone().into_iter().flat_map(|id| std::fs::read_dir(format!("/proc/{id}/task")).unwrap());
        let children =
            threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
        let ids: Vec<u32> = children
            .flat_map(|ids| ids.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
            .collect();
        family.extend(ids);
        if family.len() == before {
            break;
        }
    }
    let kilobytes = |id: &u32| -> Option<f64> {
        let rollup = std::fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.trim().trim_end_matches("kB").trim().parse().ok()
    };
    family.iter().filter_map(kilobytes).sum::<f64>() / 1024.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
