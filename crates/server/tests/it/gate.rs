//! A proxy in front of Twilio that can delay, drop or replace traffic.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

use crate::harness::PATIENCE;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Open,
    /// Requests reach Twilio; its answers wait until the gate opens.
    HoldsAnswers,
    /// Requests are accepted but never reach Twilio.
    LosesRequests,
    /// Requests wait until the mode changes.
    HoldsRequests,
    /// Calls are placed, but Twilio's answers to that wait until the gate opens. Everything else passes.
    HoldsDials,
    /// A request to place a call breaks its connection and never reaches Twilio. Everything else passes.
    CutsDials,
    /// The next answer about a single call is "404 Not Found" with this body; then the gate opens.
    SaysNotFoundOnce(&'static str),
}

pub struct Gate {
    pub url: Url,
    way: watch::Sender<Way>,
    seen: watch::Sender<Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    requests: usize,
    answers: usize,
    lists: usize,
}

#[derive(Default)]
struct Asked {
    to_dial: AtomicBool,
    for_a_call: AtomicBool,
    for_a_list: AtomicBool,
    /// The account's numbers, which every start requests. Always passes, and isn't counted.
    for_numbers: AtomicBool,
    /// Unrelated to calls; always passes.
    for_prices: AtomicBool,
}

impl Gate {
    pub async fn before(target: &Url, way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (way, seen) = (watch::Sender::new(way), watch::Sender::new(Seen::default()));
        let target = target.socket_addrs(|| None).unwrap()[0];
        let (ways, sightings) = (way.clone(), seen.clone());
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_twilio, to_twilio) = TcpStream::connect(target).await.unwrap().into_split();
                let asked = Arc::new(Asked::default());
                let (way, seen) = (ways.clone(), sightings.clone());
                tokio::spawn(carry_requests(
                    from_client,
                    to_twilio,
                    way.clone(),
                    seen.clone(),
                    asked.clone(),
                ));
                tokio::spawn(carry_answers(from_twilio, to_client, way, seen, asked));
            }
        });
        Self { url, way, seen }
    }

    pub fn open(&self) {
        self.turn(Way::Open);
    }

    pub fn turn(&self, way: Way) {
        self.way.send_replace(way);
    }

    pub fn is_open(&self) -> bool {
        *self.way.borrow() == Way::Open
    }

    pub async fn request_came(&self) {
        self.saw(|seen| seen.requests > 0).await;
    }

    pub async fn answer_came(&self) {
        self.saw(|seen| seen.answers > 0).await;
    }

    pub async fn lists_came(&self, more: usize) {
        let before = self.seen.borrow().lists;
        self.saw(|seen| seen.lists >= before + more).await;
    }

    async fn saw(&self, what: impl FnMut(&Seen) -> bool) {
        timeout(PATIENCE, self.seen.subscribe().wait_for(what)).await.unwrap().unwrap();
    }
}

async fn carry_requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: watch::Sender<Way>,
    seen: watch::Sender<Seen>,
    asked: Arc<Asked>,
) {
    let mut ways = way.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        asked.note(&buffer[..length]);
        if asked.passes() {
            if to.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            continue;
        }
        seen.send_modify(|seen| seen.requests += 1);
        let Ok(way) = ways.wait_for(|way| *way != Way::HoldsRequests).await.map(|way| *way) else { return };
        let dials = asked.to_dial.load(Ordering::Relaxed);
        match way {
            Way::LosesRequests => {}
            Way::CutsDials if dials => return,
            _ => {
                if to.write_all(&buffer[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn carry_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: watch::Sender<Way>,
    seen: watch::Sender<Seen>,
    asked: Arc<Asked>,
) {
    let mut ways = way.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if asked.passes() {
            if to.write_all(&buffer[..length]).await.is_err() {
                return;
            }
            continue;
        }
        let dials = asked.to_dial.load(Ordering::Relaxed);
        seen.send_modify(|seen| {
            seen.answers += 1;
            seen.lists += usize::from(asked.for_a_list.load(Ordering::Relaxed));
        });
        let held = |way: &Way| *way == Way::HoldsAnswers || (*way == Way::HoldsDials && dials);
        // The client may have disconnected by the time the gate opens.
        let Ok(now) = ways.wait_for(|way| !held(way)).await.map(|way| *way) else { return };
        if let Way::SaysNotFoundOnce(body) = now
            && asked.for_a_call.load(Ordering::Relaxed)
        {
            way.send_replace(Way::Open);
            let length = body.len();
            let head = "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-type: application/json\r\n";
            let answer = format!("{head}content-length: {length}\r\n\r\n{body}");
            // The rest of Twilio's own answer is dropped with the connection.
            let _ = to.write_all(answer.as_bytes()).await;
            return;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

impl Asked {
    fn passes(&self) -> bool {
        [&self.for_numbers, &self.for_prices].into_iter().any(|asked| asked.load(Ordering::Relaxed))
    }

    /// Only the first piece of a request has its method.
    fn note(&self, piece: &[u8]) {
        let line = String::from_utf8_lossy(piece.split(|byte| *byte == b'\r').next().unwrap()).into_owned();
        if !line.ends_with(" HTTP/1.1") {
            return;
        }
        self.for_numbers.store(line.contains("/IncomingPhoneNumbers"), Ordering::Relaxed);
        let of_all = line.contains("/Calls.json");
        self.to_dial.store(line.starts_with("POST ") && of_all, Ordering::Relaxed);
        self.for_a_list.store(line.starts_with("GET ") && of_all, Ordering::Relaxed);
        self.for_prices.store(line.contains(" /v2/Voice/Numbers/"), Ordering::Relaxed);
        self.for_a_call.store(line.starts_with("GET ") && line.contains("/Calls/CA"), Ordering::Relaxed);
    }
}
