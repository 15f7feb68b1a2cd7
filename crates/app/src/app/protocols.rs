//! The list of protocols: read, change, import, export.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use benspamsphones_core::{
    AskedBy, Misspelt, Protocol, ProtocolError, ProtocolFile, ProtocolFileError, ProtocolId,
};
use serde_json::{Map, Value};

use super::{App, NotKept};
use crate::live::Change;
use crate::store::{StoreError, people_rows, protocol_rows};

/// Why a protocol can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolsError {
    /// No protocol has this id.
    #[error("Protocol {0} does not exist")]
    Unknown(String),
    /// The id is taken.
    #[error("Protocol {0} already exists")]
    Exists(ProtocolId),
    /// The protocol changed since the caller read it.
    #[error("Protocol {0} was changed since you opened it. Read it again before you save.")]
    ChangedMeanwhile(String),
    /// The list changed since the caller read it.
    #[error("The protocols were changed since you read them. Read them again before you import.")]
    ListChangedMeanwhile,
    /// A field is invalid.
    #[error(transparent)]
    Invalid(#[from] ProtocolError),
    /// It may not be saved.
    #[error(transparent)]
    NotKept(#[from] NotKept),
    /// The file is invalid.
    #[error(transparent)]
    File(#[from] ProtocolFileError),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The result of an import, or of trying one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ImportedProtocols {
    /// How many protocols the file has.
    pub imported: usize,
    /// How many of them replace an existing one.
    pub replaced: usize,
    /// Unknown fields that look misspelled.
    pub misspelt: Vec<Misspelt>,
}

impl ImportedProtocols {
    fn of(taken: &[Protocol], misspelt: Vec<Misspelt>, there: &[Protocol]) -> Self {
        let is_there = |protocol: &&Protocol| there.iter().any(|other| other.id == protocol.id);
        Self { imported: taken.len(), replaced: taken.iter().filter(is_there).count(), misspelt }
    }
}

impl App {
    /// The protocols in their order.
    pub fn protocols(&self) -> Arc<[Protocol]> {
        self.inner.protocols.read().clone()
    }

    /// One protocol.
    ///
    /// # Errors
    /// [`ProtocolsError::Unknown`].
    pub fn protocol(&self, id: &str) -> Result<Protocol, ProtocolsError> {
        self.find_protocol(id).ok_or_else(|| ProtocolsError::Unknown(id.to_owned()))
    }

    /// A protocol's name; for a deleted one, its last name.
    pub fn protocol_name(&self, id: &str) -> Option<String> {
        self.protocol_names().get(id).cloned()
    }

    pub(super) fn protocol_names(&self) -> Arc<HashMap<String, String>> {
        self.inner.protocol_names.read().clone()
    }

    pub(super) fn find_protocol(&self, id: &str) -> Option<Protocol> {
        self.protocols().iter().find(|protocol| protocol.id.as_str() == id).cloned()
    }

    /// Adds a protocol at the end of the list.
    ///
    /// # Errors
    /// When the id is taken or a field is invalid.
    pub async fn add_protocol(
        &self,
        id: String,
        source: Map<String, Value>,
        by: AskedBy,
    ) -> Result<Protocol, ProtocolsError> {
        let protocol = self.parse_protocol(id, source)?;
        let id = protocol.id.clone();
        let any = |_: &[Protocol]| Ok(());
        let written = self.keep_protocols(vec![protocol], by, any, move |protocols, added| {
            let added = added.pop()?;
            let taken = protocols.iter().any(|other| other.id == added.id);
            (!taken).then(|| protocols.push(added.clone()))?;
            Some(added)
        });
        written.await?.ok_or(ProtocolsError::Exists(id))
    }

    /// Replaces the protocol with this id, if it is still `as_read` by the caller.
    ///
    /// # Errors
    /// When there is no such protocol, it was changed meanwhile, or a field is invalid.
    pub async fn change_protocol(
        &self,
        id: String,
        source: Map<String, Value>,
        by: AskedBy,
        as_read: impl FnOnce(&Protocol) -> bool + Send + 'static,
    ) -> Result<Protocol, ProtocolsError> {
        let protocol = self.parse_protocol(id, source)?;
        let id = protocol.id.to_string();
        let is_as_read = one_as_read(id.clone(), as_read);
        let written = self.keep_protocols(vec![protocol], by, is_as_read, move |protocols, changed| {
            let changed = changed.pop()?;
            let old = protocols.iter_mut().find(|other| other.id == changed.id)?;
            *old = changed.clone();
            Some(changed)
        });
        written.await?.ok_or(ProtocolsError::Unknown(id))
    }

    /// Deletes a protocol, if it is still `as_read` by the caller. Its calls stay in the history.
    ///
    /// # Errors
    /// When there is no such protocol, or it was changed meanwhile.
    pub async fn delete_protocol(
        &self,
        id: String,
        as_read: impl FnOnce(&Protocol) -> bool + Send + 'static,
    ) -> Result<(), ProtocolsError> {
        let deleted = id.clone();
        let is_as_read = one_as_read(id.clone(), as_read);
        let written = self.keep_protocols(Vec::new(), AskedBy::Unknown, is_as_read, move |protocols, _| {
            let at = protocols.iter().position(|protocol| protocol.id.as_str() == deleted)?;
            protocols.remove(at);
            Some(())
        });
        written.await?.ok_or(ProtocolsError::Unknown(id))
    }

    /// What importing a protocol file would do; changes nothing.
    ///
    /// # Errors
    /// When the file is invalid, or the list is not `as_read` by the caller.
    pub async fn try_protocols(
        &self,
        file: Vec<u8>,
        as_read: impl FnOnce(&[Protocol]) -> bool,
    ) -> Result<ImportedProtocols, ProtocolsError> {
        let file = self.read_protocols(file).await?;
        all_as_read(as_read)(&self.protocols())?;
        Ok(ImportedProtocols::of(&file.protocols, file.misspelt(), &self.protocols()))
    }

    async fn read_protocols(&self, file: Vec<u8>) -> Result<ProtocolFile, ProtocolFileError> {
        let region = self.default_region();
        self.heavy().run(move || ProtocolFile::parse(&file, region)).await
    }

    /// Imports a protocol file. Protocols with a known id are replaced in place, the others appended; `replace` instead
    /// makes the list exactly that of the file.
    ///
    /// # Errors
    /// When the file is invalid, or the list is not `as_read` by the caller; then nothing changes.
    pub async fn import_protocols(
        &self,
        file: Vec<u8>,
        replace: bool,
        by: AskedBy,
        as_read: impl FnOnce(&[Protocol]) -> bool + Send + 'static,
    ) -> Result<ImportedProtocols, ProtocolsError> {
        let file = self.read_protocols(file).await?;
        let misspelt = file.misspelt();
        let is_as_read = all_as_read(as_read);
        let written = self.keep_protocols(file.protocols, by, is_as_read, move |protocols, taken| {
            let imported = ImportedProtocols::of(taken, misspelt, protocols);
            if replace {
                *protocols = mem::take(taken);
                return Some(imported);
            }
            for protocol in taken.drain(..) {
                match protocols.iter_mut().find(|other| other.id == protocol.id) {
                    Some(old) => *old = protocol,
                    None => protocols.push(protocol),
                }
            }
            Some(imported)
        });
        Ok(written.await?.unwrap_or_default())
    }

    /// The protocols as a protocol file.
    pub fn export_protocols(&self) -> Value {
        ProtocolFile { protocols: self.protocols().to_vec() }.to_json()
    }

    fn parse_protocol(&self, id: String, source: Map<String, Value>) -> Result<Protocol, ProtocolError> {
        Protocol::from_json(ProtocolId::new(id)?, source, self.default_region())
    }

    /// In one transaction, and only if the list is what the caller has read. `change` returns `None` to leave it as it
    /// is.
    async fn keep_protocols<T: Send + 'static>(
        &self,
        wanted: Vec<Protocol>,
        by: AskedBy,
        is_as_read: impl FnOnce(&[Protocol]) -> Result<(), ProtocolsError> + Send + 'static,
        change: impl FnOnce(&mut Vec<Protocol>, &mut Vec<Protocol>) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, ProtocolsError> {
        let region = self.default_region();
        let app = self.clone();
        let written = self.inner.store.write(move |tx| {
            let mut protocols = protocol_rows::list(tx.connection(), region)?;
            if let Err(changed) = is_as_read(&protocols) {
                return Ok(Err(changed));
            }
            let mut kept = Vec::with_capacity(wanted.len());
            for protocol in wanted {
                let before = protocols.iter().find(|before| before.id == protocol.id);
                match app.may_be_kept(tx.connection(), protocol, before, by)? {
                    Ok(protocol) => kept.push(protocol),
                    Err(not_kept) => return Ok(Err(not_kept.into())),
                }
            }
            let before = protocols.clone();
            let changed = change(&mut protocols, &mut kept);
            if changed.is_some() {
                protocol_rows::replace_all(tx.connection(), &protocols)?;
                protocol_rows::keep_names_of_deleted(tx.connection(), &before, &protocols)?;
                let names = protocol_rows::names(tx.connection(), &protocols)?;
                let were_usual = people_rows::forget_deleted_protocols(tx.connection())?;
                tx.after_commit(move || {
                    app.set_protocols(protocols, names);
                    if were_usual {
                        app.live().announce(Change::People);
                    }
                    app.live().announce(Change::Protocols);
                });
            }
            Ok(Ok(changed))
        });
        written.await?
    }

    pub(super) fn set_protocols(&self, protocols: Vec<Protocol>, names: HashMap<String, String>) {
        *self.inner.protocol_names.write() = names.into();
        *self.inner.protocols.write() = protocols.into();
    }
}

fn one_as_read(
    id: String,
    as_read: impl FnOnce(&Protocol) -> bool,
) -> impl FnOnce(&[Protocol]) -> Result<(), ProtocolsError> {
    move |protocols| match protocols.iter().find(|protocol| protocol.id.as_str() == id) {
        None => Err(ProtocolsError::Unknown(id)),
        Some(protocol) if as_read(protocol) => Ok(()),
        Some(_) => Err(ProtocolsError::ChangedMeanwhile(id)),
    }
}

fn all_as_read(
    as_read: impl FnOnce(&[Protocol]) -> bool,
) -> impl FnOnce(&[Protocol]) -> Result<(), ProtocolsError> {
    move |protocols| if as_read(protocols) { Ok(()) } else { Err(ProtocolsError::ListChangedMeanwhile) }
}
