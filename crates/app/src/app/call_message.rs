//! The message of a call, and the name that its text says.

use std::collections::HashMap;

use benspamsphones_core::{Call, CallId, PhoneNumber, Protocol};

use super::App;
use crate::store::{StoreError, call_message_rows, people_rows};

impl App {
    /// A call's message.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_message(&self, id: CallId) -> Result<Option<String>, StoreError> {
        self.inner.store.read(move |connection| call_message_rows::get(connection, id)).await
    }

    /// The messages of these calls.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn call_messages(&self, calls: &[Call]) -> Result<HashMap<CallId, String>, StoreError> {
        self.texts_of(calls, call_message_rows::get).await
    }

    /// The name of the person with this number, if the protocol's text says it.
    pub(super) async fn name_for(
        &self,
        protocol: &Protocol,
        to: &PhoneNumber,
    ) -> Result<Option<String>, StoreError> {
        if !protocol.names_person() {
            return Ok(None);
        }
        let to = to.clone();
        self.inner.store.read(move |connection| people_rows::name_of(connection, &to)).await
    }
}
