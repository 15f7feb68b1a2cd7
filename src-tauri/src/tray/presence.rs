//! Whether the desktop shows a tray. A Linux desktop may have none, and an invisible icon can't reopen the window.

use futures::StreamExt as _;
use zbus::names::BusName;
use zbus::{Connection, fdo};

/// The program that collects the icons (freedesktop.org's StatusNotifierItem specification, as KDE wrote it).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Reports the state at once and at every change, until the bus is gone. Without a bus no tray is shown.
pub(crate) async fn watch(tell: impl Fn(bool)) {
    if let Err(error) = watch_bus(&tell).await {
        tracing::info!(%error, "whether there is a tray can't be told");
    }
    tell(false);
}

async fn watch_bus(tell: &impl Fn(bool)) -> zbus::Result<()> {
    let connection = Connection::session().await?;
    let bus = fdo::DBusProxy::new(&connection).await?;
    // Subscribed before the first check, so that no change is missed in between.
    let mut changes = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
    tell(is_shown(&connection, &bus).await);
    while changes.next().await.is_some() {
        tell(is_shown(&connection, &bus).await);
    }
    Ok(())
}

async fn is_shown(connection: &Connection, bus: &fdo::DBusProxy<'_>) -> bool {
    let Ok(name) = BusName::try_from(WATCHER) else { return false };
    if !bus.name_has_owner(name).await.unwrap_or(false) {
        return false;
    }
    let watcher = zbus::Proxy::new(connection, WATCHER, "/StatusNotifierWatcher", WATCHER).await;
    match watcher {
        Ok(watcher) => watcher.get_property("IsStatusNotifierHostRegistered").await.unwrap_or(false),
        Err(_) => false,
    }
}
