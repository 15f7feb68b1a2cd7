//! A reader of server-sent events.

use reqwest::Response;
use serde_json::Value;
use tokio::time::timeout;

use crate::harness::PATIENCE;

pub struct EventStream {
    response: Response,
    buffer: Vec<u8>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub name: String,
    /// Its id in the history; 0 for events that have none.
    pub id: i64,
    pub data: Value,
}

impl EventStream {
    pub fn new(response: Response) -> Self {
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: Vec::new() }
    }

    /// `None` once the server has ended the stream.
    pub async fn next_event(&mut self) -> Option<Event> {
        // A total, because keep-alive comments never stop.
        let arrival = async {
            loop {
                let block = self.next_block().await?;
                if let Some(event) = parse(&block) {
                    return Some(event);
                }
            }
        };
        timeout(PATIENCE, arrival).await.unwrap()
    }

    pub async fn until(&mut self, mut last: impl FnMut(&Event) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next_event().await.unwrap();
            let done = last(&event);
            events.push(event);
            if done {
                return events;
            }
        }
    }

    pub async fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(String::from_utf8(block).unwrap());
            }
            let chunk = self.response.chunk().await.unwrap()?;
            self.buffer.extend_from_slice(&chunk);
        }
    }
}

fn parse(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let mut lines = block.lines().filter_map(|line| line.strip_prefix(name));
        lines.find_map(|rest| rest.strip_prefix(": "))
    };
    let name = field("event")?.to_owned();
    Some(Event {
        name,
        id: field("id").map_or(0, |id| id.parse().unwrap()),
        data: serde_json::from_str(field("data").unwrap()).unwrap(),
    })
}

impl Event {
    pub fn call_id(&self) -> &str {
        self.data["call"]["id"].as_str().unwrap_or_default()
    }

    pub fn kind(&self) -> &str {
        self.data["event"]["kind"].as_str().unwrap()
    }

    pub fn status(&self) -> &str {
        self.data["event"]["status"].as_str().unwrap()
    }

    pub fn source(&self) -> &str {
        self.data["event"]["source"].as_str().unwrap()
    }
}
