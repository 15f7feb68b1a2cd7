//! The message of a call, and the name that a protocol's text calls a person by.

use std::collections::HashMap;

use benspamsphones_core::{Call, CallId, PhoneNumber, Protocol};

use super::App;
use crate::store::{StoreError, call_message_rows, people_rows};

impl App {
    /// The message that a call brought along.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_message(&self, id: CallId) -> Result<Option<String>, StoreError> {
        self.inner.store.read(move |connection| call_message_rows::get(connection, id)).await
    }

    /// The messages of those of these calls that brought one along.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_messages(&self, calls: &[Call]) -> Result<HashMap<CallId, String>, StoreError> {
        let ids: Vec<CallId> = calls.iter().map(|call| call.id).collect();
        let read = self.inner.store.read(move |connection| {
            let mut messages = HashMap::new();
            for id in ids {
                messages.extend(call_message_rows::get(connection, id)?.map(|message| (id, message)));
            }
            Ok(messages)
        });
        read.await
    }

    /// The name of who has the number, if the protocol's text says it.
    pub(super) async fn name_for(
        &self,
        protocol: &Protocol,
        to: &PhoneNumber,
    ) -> Result<Option<String>, StoreError> {
        if !protocol.names_person() {
            return Ok(None);
        }
        let spellings: Vec<String> = to.spellings().iter().map(ToString::to_string).collect();
        let read = self.inner.store.read(move |connection| {
            let mut found = None;
            people_rows::each_number(connection, |name, number| {
                if found.is_none() && spellings.iter().any(|spelling| spelling == number) {
                    found = Some(name.to_owned());
                }
            })?;
            Ok(found)
        });
        read.await
    }
}
