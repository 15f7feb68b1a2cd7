//! A gate on the way to Twilio: what travels through it can be held back or lost.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;
use url::Url;

use crate::harness::PATIENCE;

/// What the gate does with what comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// Everything passes.
    Open,
    /// Requests reach Twilio; its answers wait until the gate opens.
    HoldsAnswers,
    /// Requests are taken and never reach Twilio.
    LosesRequests,
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
}

impl Gate {
    /// A gate in front of the address.
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
                tokio::spawn(carry_requests(from_client, to_twilio, ways.clone(), sightings.clone()));
                tokio::spawn(carry_answers(from_twilio, to_client, ways.clone(), sightings.clone()));
            }
        });
        Self { url, way, seen }
    }

    pub fn open(&self) {
        self.way.send_replace(Way::Open);
    }

    /// Waits until a request has come to the gate.
    pub async fn request_came(&self) {
        self.saw(|seen| seen.requests > 0).await;
    }

    /// Waits until Twilio has answered.
    pub async fn answer_came(&self) {
        self.saw(|seen| seen.answers > 0).await;
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
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        seen.send_modify(|seen| seen.requests += 1);
        if *way.borrow() != Way::LosesRequests && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

async fn carry_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    way: watch::Sender<Way>,
    seen: watch::Sender<Seen>,
) {
    let mut ways = way.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        seen.send_modify(|seen| seen.answers += 1);
        // The asker may be gone by the time the gate opens.
        if ways.wait_for(|way| *way != Way::HoldsAnswers).await.is_err()
            || to.write_all(&buffer[..length]).await.is_err()
        {
            return;
        }
    }
}
