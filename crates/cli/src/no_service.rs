//! Stands in for `service.rs` on systems without systemd.

use std::future::pending;
use std::io;

use benspamsphones_app::app::App;
use benspamsphones_server::config::OpenSockets;

use crate::exit::Failure;

pub(crate) fn take_sockets() -> Result<OpenSockets, Failure> {
    Ok(OpenSockets::default())
}

pub(crate) struct Service;

impl Service {
    pub(crate) fn find() -> io::Result<Self> {
        Ok(Self)
    }

    pub(crate) fn ready(&self, _status: &str) {}

    pub(crate) fn reloading(&self) {}

    pub(crate) fn stopping(&self) {}

    pub(crate) async fn until_reload(&mut self, _app: &App) {
        pending().await
    }
}
