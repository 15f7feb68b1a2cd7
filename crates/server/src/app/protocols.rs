//! The list of protocols: read, change, import, export.

use std::sync::{Arc, PoisonError};

use benspamsphones_core::{Protocol, ProtocolError, ProtocolFile, ProtocolFileError, ProtocolId};
use serde_json::{Map, Value};

use super::App;
use crate::live::Change;
use crate::store::{StoreError, protocol_rows};

/// Why a protocol can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolsError {
    /// There is none of that id.
    #[error("Protocol {0} does not exist")]
    Unknown(String),
    /// There is one of that id already.
    #[error("Protocol {0} exists already")]
    Exists(ProtocolId),
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] ProtocolError),
    /// The file can't be taken.
    #[error(transparent)]
    File(#[from] ProtocolFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The protocols in their order.
    pub fn protocols(&self) -> Arc<[Protocol]> {
        self.inner.protocols.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One protocol.
    ///
    /// # Errors
    /// [`ProtocolsError::Unknown`].
    pub fn protocol(&self, id: &str) -> Result<Protocol, ProtocolsError> {
        let protocols = self.protocols();
        let found = protocols.iter().find(|protocol| protocol.id.as_str() == id).cloned();
        found.ok_or_else(|| ProtocolsError::Unknown(id.to_owned()))
    }

    /// Adds a protocol at the end of the list.
    ///
    /// # Errors
    /// When the id is taken or a field is wrong.
    pub async fn add_protocol(
        &self,
        id: String,
        source: Map<String, Value>,
    ) -> Result<Protocol, ProtocolsError> {
        let protocol = self.parse_protocol(id, source)?;
        let added = protocol.clone();
        let written = self.change_protocols(move |protocols| {
            let taken = protocols.iter().any(|other| other.id == added.id);
            (!taken).then(|| protocols.push(added))
        });
        written.await?.ok_or_else(|| ProtocolsError::Exists(protocol.id.clone()))?;
        Ok(protocol)
    }

    /// Puts a protocol in the place of the one of that id.
    ///
    /// # Errors
    /// When there is none of that id or a field is wrong.
    pub async fn change_protocol(
        &self,
        id: String,
        source: Map<String, Value>,
    ) -> Result<Protocol, ProtocolsError> {
        let protocol = self.parse_protocol(id, source)?;
        let changed = protocol.clone();
        let written = self.change_protocols(move |protocols| {
            let place = protocols.iter_mut().find(|other| other.id == changed.id)?;
            *place = changed;
            Some(())
        });
        written.await?.ok_or_else(|| ProtocolsError::Unknown(protocol.id.to_string()))?;
        Ok(protocol)
    }

    /// Deletes a protocol. Calls that were placed with it stay in the history.
    ///
    /// # Errors
    /// When there is none of that id.
    pub async fn delete_protocol(&self, id: String) -> Result<(), ProtocolsError> {
        let deleted = id.clone();
        let written = self.change_protocols(move |protocols| {
            let at = protocols.iter().position(|protocol| protocol.id.as_str() == deleted)?;
            protocols.remove(at);
            Some(())
        });
        written.await?.ok_or(ProtocolsError::Unknown(id))
    }

    /// Takes the protocols of a documented file: those of a known id are replaced in their place, the others come
    /// after them; `replace` drops the ones that the file doesn't have and takes its order.
    ///
    /// # Errors
    /// When the file can't be read; nothing is changed then.
    pub async fn import_protocols(&self, file: &[u8], replace: bool) -> Result<usize, ProtocolsError> {
        let file = ProtocolFile::parse(file, self.default_region())?;
        let count = file.protocols.len();
        let written = self.change_protocols(move |protocols| {
            if replace {
                *protocols = file.protocols;
                return Some(());
            }
            for protocol in file.protocols {
                match protocols.iter_mut().find(|other| other.id == protocol.id) {
                    Some(place) => *place = protocol,
                    None => protocols.push(protocol),
                }
            }
            Some(())
        });
        written.await?;
        Ok(count)
    }

    /// The protocols as a documented file.
    pub fn export_protocols(&self) -> Value {
        ProtocolFile { protocols: self.protocols().to_vec() }.to_json()
    }

    fn parse_protocol(&self, id: String, source: Map<String, Value>) -> Result<Protocol, ProtocolError> {
        Protocol::from_json(ProtocolId::new(id)?, source, self.default_region())
    }

    /// Changes the list as it stands at that moment; `None` leaves it as it is.
    async fn change_protocols(
        &self,
        change: impl FnOnce(&mut Vec<Protocol>) -> Option<()> + Send + 'static,
    ) -> Result<Option<()>, StoreError> {
        let region = self.default_region();
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            let mut protocols = protocol_rows::list(tx.connection(), region)?;
            let changed = change(&mut protocols);
            if changed.is_some() {
                protocol_rows::replace_all(tx.connection(), &protocols)?;
                tx.after_commit(move || {
                    app.set_protocols(protocols);
                    app.live().announce(Change::Protocols);
                });
            }
            Ok(changed)
        });
        written.await
    }

    pub(super) fn set_protocols(&self, protocols: Vec<Protocol>) {
        *self.inner.protocols.write().unwrap_or_else(PoisonError::into_inner) = protocols.into();
    }
}
