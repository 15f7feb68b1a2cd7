//! The load: keep-alive connections, each sending its next request after the last answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// `None` when there are no more. The number is unique in the run.
pub(crate) type Requests = Arc<dyn Fn(u64) -> Option<Vec<u8>> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
    /// Processor time per request of everything except the load. More telling than wall clock time on a busy machine;
    /// only on Linux.
    pub(crate) cpu: Option<Duration>,
}

pub(crate) fn run(
    address: SocketAddr,
    connections: usize,
    length: Duration,
    requests: Requests,
) -> Option<Measured> {
    run_with_pauses(address, connections, length, Duration::ZERO, requests)
}

/// How long one request takes without load.
pub(crate) fn run_with_pauses(
    address: SocketAddr,
    connections: usize,
    length: Duration,
    pause: Duration,
    requests: Requests,
) -> Option<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        let begun = Instant::now();
        let cpu_before = cpu_beside_the_load();
        for connection in 0..connections {
            let requests = requests.clone();
            tasks.spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let mut times = Vec::new();
                let mut answer = Vec::with_capacity(4_096);
                let mut number = connection as u64;
                while begun.elapsed() < length {
                    let Some(request) = requests(number) else { break };
                    let sent = Instant::now();
                    stream.write_all(&request).await.unwrap();
                    read_answer(&mut stream, &mut answer).await;
                    times.push(sent.elapsed());
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                    number += connections as u64;
                }
                times
            });
        }
        let mut times = tasks.join_all().await.concat();
        let per_second = times.len() as f64 / begun.elapsed().as_secs_f64();
        let cpu = cpu_beside_the_load().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
        times.sort_unstable();
        let percentile =
            |share: f64| times.get((times.len().saturating_sub(1) as f64 * share) as usize).copied();
        Some(Measured {
            per_second,
            p50: percentile(0.5)?,
            p99: percentile(0.99)?,
            cpu: cpu.and_then(|cpu| cpu.checked_div(u32::try_from(times.len()).ok()?)),
        })
    })
}

/// Processor time of this process without the calling thread, from Linux's accounting in hundredths of a second.
fn cpu_beside_the_load() -> Option<Duration> {
    let ticks = |path: &str| -> Option<u64> {
        let text = std::fs::read_to_string(path).ok()?;
        // The name in parentheses may contain blanks; user and system time are the 12th and 13th fields after it.
        let fields = text.rsplit(')').next()?.split_whitespace().skip(11).take(2);
        fields.map(|ticks| ticks.parse::<u64>().ok()).sum()
    };
    Some(Duration::from_millis(
        10 * ticks("/proc/self/stat")?.saturating_sub(ticks("/proc/thread-self/stat")?),
    ))
}

async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    loop {
        assert!(stream.read_buf(answer).await.unwrap() > 0, "the server hung up");
        let Some(head) = find(answer, b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap();
        assert!(text.starts_with("HTTP/1.1 20"), "{}", String::from_utf8_lossy(answer));
        let length = text.split("content-length: ").nth(1).unwrap_or("0");
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        if answer.len() >= head + 4 + length {
            return;
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// The median round by requests per second; `None` when nothing was measured.
pub(crate) fn median(rounds: Vec<Option<Measured>>) -> Option<Measured> {
    let mut rounds: Vec<Measured> = rounds.into_iter().flatten().collect();
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.get(rounds.len() / 2).cloned()
}

pub(crate) fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
