//! A panel that shows trays: it owns the watcher's name, so that icons register, and clicks in their menus.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zbus::zvariant::{OwnedValue, Structure, Value};
use zbus::{Connection, Proxy, connection, interface};

use crate::desk::{Desk, PATIENCE};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

#[derive(Clone, Default)]
struct Watcher {
    items: Arc<Mutex<Vec<(String, String)>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: zbus::message::Header<'_>,
    ) {
        // libayatana passes a path; others pass a name.
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let item = if service.starts_with('/') {
            (sender, service.to_owned())
        } else {
            (service.to_owned(), "/StatusNotifierItem".to_owned())
        };
        self.items.lock().unwrap().push(item);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

pub(crate) struct TrayHost {
    connection: Connection,
    watcher: Watcher,
}

#[derive(Debug, Clone)]
pub(crate) struct MenuLine {
    id: i32,
    pub(crate) label: String,
    pub(crate) enabled: bool,
}

impl TrayHost {
    pub(crate) async fn start(desk: &Desk) -> Self {
        let watcher = Watcher::default();
        let connection = connection::Builder::address(desk.bus_address.as_str())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", watcher.clone())
            .unwrap()
            .name(WATCHER)
            .unwrap()
            .build()
            .await
            .unwrap();
        Self { connection, watcher }
    }

    pub(crate) async fn stop(self) {
        self.connection.release_name(WATCHER).await.unwrap();
    }

    async fn menu(&self) -> Proxy<'static> {
        let begun = Instant::now();
        loop {
            let item = self.watcher.items.lock().unwrap().last().cloned();
            if let Some((service, path)) = item {
                let menu = format!("{path}/Menu");
                return Proxy::new(&self.connection, service, menu, "com.canonical.dbusmenu").await.unwrap();
            }
            assert!(begun.elapsed() < PATIENCE, "no item came into the tray");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) async fn lines(&self) -> Vec<MenuLine> {
        let menu = self.menu().await;
        let _: Result<bool, _> = menu.call("AboutToShow", &(0_i32)).await;
        let names: Vec<&str> = Vec::new();
        type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let (_, (_, _, children)): (u32, Node) =
            menu.call("GetLayout", &(0_i32, -1_i32, names)).await.unwrap();
        let line = |child: OwnedValue| {
            let node = Structure::try_from(Value::from(child)).ok()?;
            let [Value::I32(id), Value::Dict(properties), _] = node.fields() else { return None };
            let label: String = properties.get::<_, String>(&"label").ok().flatten()?;
            let enabled = properties.get::<_, bool>(&"enabled").ok().flatten().unwrap_or(true);
            // An underscore marks an item's access key.
            Some(MenuLine { id: *id, label: label.replace("__", "_"), enabled })
        };
        children.into_iter().filter_map(line).filter(|line| !line.label.is_empty()).collect()
    }

    pub(crate) async fn wait_for(&self, begins: &str) -> MenuLine {
        let begun = Instant::now();
        loop {
            let lines = self.lines().await;
            if let Some(line) = lines.iter().find(|line| line.label.starts_with(begins)) {
                return line.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "no line begins with {begins:?}: {lines:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn click(&self, line: &MenuLine) {
        let event = (line.id, "clicked", Value::I32(0), 0_u32);
        let _: () = self.menu().await.call("Event", &event).await.unwrap();
    }

    pub(crate) async fn choose(&self, begins: &str) {
        let line = self.wait_for(begins).await;
        self.click(&line).await;
    }
}
