//! A notification server that records instead of showing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

use crate::desk::{Desk, PATIENCE};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) sound: Option<String>,
}

#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<Told>>>);

#[interface(name = "org.freedesktop.Notifications")]
impl Shown {
    #[expect(clippy::too_many_arguments, reason = "the specification's own")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        title: String,
        text: String,
        _actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expires_ms: i32,
    ) -> u32 {
        let sound = hints.get("sound-name").map(|name| name.downcast_ref::<&str>().unwrap().to_owned());
        let mut shown = self.0.lock().unwrap();
        shown.push(Told { title, text, sound });
        u32::try_from(shown.len()).unwrap()
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".into(), "sound".into()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("stand-in".into(), "BenSpamsPhones".into(), "1".into(), "1.2".into())
    }
}

pub(crate) struct NotificationServer {
    _connection: Connection,
    shown: Shown,
}

impl NotificationServer {
    pub(crate) async fn start(desk: &Desk) -> Self {
        let shown = Shown::default();
        let connection = connection::Builder::address(desk.bus_address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", shown.clone())
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { _connection: connection, shown }
    }

    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Told> {
        let begun = Instant::now();
        loop {
            let told = self.shown.0.lock().unwrap().clone();
            if told.len() >= count {
                return told;
            }
            assert!(begun.elapsed() < PATIENCE, "{count} were to come: {told:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
