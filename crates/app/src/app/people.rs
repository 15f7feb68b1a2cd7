//! People, blocked numbers and quick dial.

use benspamsphones_core::person::PersonFields;
use benspamsphones_core::{
    AskedBy, ImpossibleNumber, Person, PersonError, PersonId, PhoneNumber, PhoneNumberError, ProtocolId,
};
use rusqlite::Connection;
use uuid::Uuid;

use super::App;
use super::groups::with_their_groups;
use crate::live::Change;
pub use crate::store::blocked_rows::BlockedNumber;
pub use crate::store::quick_dial_rows::QuickDial;
use crate::store::{StoreError, blocked_rows, consent_rows, people_rows, protocol_rows, quick_dial_rows};

/// Most entries of quick dial: more don't fit on a screen.
pub const MAX_QUICK_DIALS: usize = 50;
/// Longest note, in characters.
pub const MAX_NOTE_CHARS: usize = 200;

/// Why something about people can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// There is no person with this id.
    #[error("There is no person {0}")]
    Unknown(String),
    /// The person was changed since the caller read them.
    #[error("{0} was changed since you opened this person. Read them again before you save.")]
    ChangedMeanwhile(String),
    /// The person is invalid.
    #[error(transparent)]
    Invalid(#[from] PersonError),
    /// The text isn't a number.
    #[error("{0:?} is not a number: {1}")]
    Number(String, PhoneNumberError),
    /// No one can have this number, so blocking it would protect no one.
    #[error(transparent)]
    Impossible(#[from] ImpossibleNumber),
    /// The number isn't blocked.
    #[error("{0} is not blocked")]
    NotBlocked(PhoneNumber),
    /// The person at this number pressed 9. Clients on the network can't undo that.
    #[error(
        "The person at {0} pressed 9 to opt out. Only the owner can undo that, in the window, under People."
    )]
    OptedOut(PhoneNumber),
    /// The change would remove a protection, which only the owner may do.
    #[error(
        "{0} is marked as do not call. Only the owner can change that: in the window, under People, or with \
         bsp protection."
    )]
    Protected(String),
    /// Too many entries.
    #[error("quick dial has at most {MAX_QUICK_DIALS} entries, and no entry twice")]
    QuickDials,
    /// There is no such protocol.
    #[error("Protocol {0} does not exist")]
    UnknownProtocol(String),
    /// The note is too long.
    #[error("a note has at most {MAX_NOTE_CHARS} characters")]
    LongNote,
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

enum Found {
    Done,
    None,
    /// The person, named here, is not to be called.
    Protected(String),
    /// The person, now with this name, was changed since the caller read them.
    Changed(String),
    NoProtocol(ProtocolId),
}

impl Found {
    fn into_result(self, id: PersonId) -> Result<(), PeopleError> {
        match self {
            Self::Done => Ok(()),
            Self::None => Err(PeopleError::Unknown(id.to_string())),
            Self::Protected(name) => Err(PeopleError::Protected(name)),
            Self::Changed(name) => Err(PeopleError::ChangedMeanwhile(name)),
            Self::NoProtocol(id) => Err(PersonError::UsualProtocol(id.to_string()).into()),
        }
    }
}

/// Whether a number that was to be unblocked was blocked; it is unblocked, or not.
enum Unblocking {
    Deleted(bool),
    Found(bool),
}

impl App {
    /// All people, by name.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.inner.store.read(people_rows::list).await
    }

    /// One person.
    ///
    /// # Errors
    /// When there is no person with this id.
    pub async fn person(&self, id: PersonId) -> Result<Person, PeopleError> {
        let found = self.inner.store.read(move |connection| people_rows::find(connection, id)).await?;
        found.ok_or_else(|| PeopleError::Unknown(id.to_string()))
    }

    /// Adds a person.
    ///
    /// # Errors
    /// When the person is invalid.
    pub async fn add_person(&self, fields: PersonFields) -> Result<Person, PeopleError> {
        let person = Person::new(new_id(), fields, self.default_region())?;
        let added = person.clone();
        let put = self.change(Change::People, move |connection| put(connection, &added));
        put.await?.into_result(person.id).map(|()| person)
    }

    /// Replaces a person, if they are still as the caller read them.
    ///
    /// # Errors
    /// When there is no person with this id, they were changed meanwhile, the new fields are invalid, or someone other
    /// than the owner would make a number callable.
    pub async fn change_person(
        &self,
        id: PersonId,
        fields: PersonFields,
        by: AskedBy,
        as_read: impl FnOnce(&Person) -> bool + Send + 'static,
    ) -> Result<Person, PeopleError> {
        let person = Person::new(id, fields, self.default_region())?;
        let changed = person.clone();
        let found = self.change(Change::People, move |connection| {
            let Some(before) = people_rows::find(connection, id)? else { return Ok(Found::None) };
            if !as_read(&before) {
                return Ok(Found::Changed(before.name));
            }
            if !by.is_owners() && !changed.protects_all_of(&before) {
                return Ok(Found::Protected(before.name));
            }
            put(connection, &changed)
        });
        found.await?.into_result(id).map(|()| person)
    }

    /// Deletes a person. Their calls stay in the history; "do not call" is deleted with them.
    ///
    /// # Errors
    /// When there is no person with this id, or someone other than the owner deletes a person marked "do not call".
    pub async fn delete_person(&self, id: PersonId, by: AskedBy) -> Result<(), PeopleError> {
        let deleted = self.change(Change::People, move |connection| {
            let Some(before) = people_rows::find(connection, id)? else { return Ok(Found::None) };
            if !by.is_owners() && !before.may_call {
                return Ok(Found::Protected(before.name));
            }
            people_rows::delete(connection, id)?;
            Ok(Found::Done)
        });
        deleted.await?.into_result(id)
    }

    /// Blocked numbers, latest first.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn blocked_numbers(&self) -> Result<Vec<BlockedNumber>, StoreError> {
        self.inner.store.read(blocked_rows::list).await
    }

    /// Blocks a number from now on. A call to it that is under way goes on.
    ///
    /// # Errors
    /// When it isn't a number, or no one can have it.
    pub async fn block_number(
        &self,
        number: &str,
        note: Option<String>,
    ) -> Result<BlockedNumber, PeopleError> {
        let number = self.read_number(number)?.possible(number)?;
        if note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE_CHARS) {
            return Err(PeopleError::LongNote);
        }
        let note = note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        let now = self.now();
        let written = self.change(Change::BlockedNumbers, move |connection| {
            // After an unblock, consent must be given again.
            consent_rows::delete(connection, &number)?;
            blocked_rows::put(connection, number, note, now)
        });
        Ok(written.await?)
    }

    /// Unblocks a number that the owner blocked.
    ///
    /// # Errors
    /// When it isn't blocked, the person there opted out, or someone other than the owner asks.
    pub async fn unblock_number(&self, number: &str, by: AskedBy) -> Result<(), PeopleError> {
        let number = self.read_number(number)?;
        let asked = number.clone();
        let deleted = self.change(Change::BlockedNumbers, move |connection| {
            if blocked_rows::is_opted_out(connection, &asked)? {
                return Ok(None);
            }
            if !by.is_owners() {
                return blocked_rows::is_blocked(connection, &asked)
                    .map(|blocked| Some(Unblocking::Found(blocked)));
            }
            blocked_rows::delete(connection, &asked).map(|deleted| Some(Unblocking::Deleted(deleted)))
        });
        match deleted.await? {
            Some(Unblocking::Deleted(true)) => Ok(()),
            Some(Unblocking::Found(true)) => Err(PeopleError::Protected(number.to_string())),
            Some(Unblocking::Deleted(false) | Unblocking::Found(false)) => {
                Err(PeopleError::NotBlocked(number))
            }
            None => Err(PeopleError::OptedOut(number)),
        }
    }

    /// Undoes an opt-out. The person may have asked for it, or pressed 9 by mistake; only the owner, who answers for
    /// the calls, may say so.
    ///
    /// # Errors
    /// When no one opted out there.
    pub async fn forget_opt_out(&self, number: &str) -> Result<(), PeopleError> {
        let number = self.read_number(number)?;
        let asked = number.clone();
        let deleted = self.change(Change::BlockedNumbers, move |connection| {
            Ok(blocked_rows::is_opted_out(connection, &asked)? && blocked_rows::delete(connection, &asked)?)
        });
        if deleted.await? { Ok(()) } else { Err(PeopleError::NotBlocked(number)) }
    }

    /// Quick dial, in the owner's order.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn quick_dials(&self) -> Result<Vec<QuickDial>, StoreError> {
        self.inner.store.read(quick_dial_rows::list).await
    }

    /// Replaces all entries of quick dial.
    ///
    /// # Errors
    /// When an entry is invalid; then nothing is changed.
    pub async fn set_quick_dials(
        &self,
        wanted: Vec<(String, String)>,
    ) -> Result<Vec<QuickDial>, PeopleError> {
        let read = |(protocol, number): (String, String)| {
            let number = self.read_number(&number)?;
            let known = self.protocol(&protocol).map(|known| known.id);
            let protocol: ProtocolId = known.map_err(|_| PeopleError::UnknownProtocol(protocol))?;
            Ok(QuickDial { protocol, number })
        };
        let all = wanted.into_iter().map(read).collect::<Result<Vec<_>, PeopleError>>()?;
        let repeated = all.iter().enumerate().any(|(at, quick)| all[..at].contains(quick));
        if repeated || all.len() > MAX_QUICK_DIALS {
            return Err(PeopleError::QuickDials);
        }
        let written = all.clone();
        self.change(Change::QuickDials, move |connection| quick_dial_rows::replace_all(connection, &written))
            .await?;
        Ok(all)
    }

    fn read_number(&self, text: &str) -> Result<PhoneNumber, PeopleError> {
        PhoneNumber::parse(text, self.default_region())
            .map_err(|error| PeopleError::Number(text.to_owned(), error))
    }

    /// Makes a change, and announces it after the commit, together with the groups that change with it.
    async fn change<T: Send + 'static>(
        &self,
        what: Change,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let hub = self.inner.hub.clone();
        let written = self.inner.store.write(move |tx| {
            let done = match what {
                Change::People => with_their_groups(tx, &hub, work)?,
                _ => work(tx.connection())?,
            };
            tx.after_commit(move || hub.announce(what));
            Ok(done)
        });
        written.await
    }
}

/// Writes a person, if their usual protocol exists.
fn put(connection: &Connection, person: &Person) -> Result<Found, StoreError> {
    if let Some(usual) = &person.usual_protocol
        && !protocol_rows::exists(connection, usual)?
    {
        return Ok(Found::NoProtocol(usual.clone()));
    }
    people_rows::put(connection, person)?;
    Ok(Found::Done)
}

pub(super) fn new_id() -> PersonId {
    PersonId(Uuid::now_v7())
}
