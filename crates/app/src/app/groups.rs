//! Groups of people.

use std::collections::BTreeMap;

use benspamsphones_core::{Group, GroupError, GroupFields, GroupId, Region};
use rusqlite::Connection;
use uuid::Uuid;

use super::App;
use crate::live::{Change, Hub};
use crate::store::{StoreError, WriteTx, group_rows, people_rows};

/// Most groups.
pub const MAX_GROUPS: usize = 200;

/// Why a group can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum GroupsError {
    /// No group has this id.
    #[error("There is no group {0}")]
    Unknown(GroupId),
    /// The group was changed since the caller read it.
    #[error("{0} was changed since you opened this group. Read it again before you save.")]
    ChangedMeanwhile(String),
    /// Another group has this name.
    #[error("There is already a group called {0}")]
    NameTaken(String),
    /// There can be no more groups.
    #[error("There can be at most {MAX_GROUPS} groups")]
    TooMany,
    /// The group is invalid.
    #[error(transparent)]
    Invalid(#[from] GroupError),
    /// A database error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// All groups, by name.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.inner.store.read(group_rows::list).await
    }

    /// One group.
    ///
    /// # Errors
    /// When no group has this id.
    pub async fn group(&self, id: GroupId) -> Result<Group, GroupsError> {
        let found = self.inner.store.read(move |connection| group_rows::find(connection, id)).await?;
        found.ok_or(GroupsError::Unknown(id))
    }

    /// Adds a group.
    ///
    /// # Errors
    /// When it is invalid, its name is taken, or there are [`MAX_GROUPS`] already.
    pub async fn add_group(&self, fields: GroupFields) -> Result<Group, GroupsError> {
        let region = self.default_region();
        self.change_groups(move |connection| {
            if group_rows::count(connection)? >= MAX_GROUPS {
                return Err(GroupsError::TooMany);
            }
            put(connection, GroupId(Uuid::now_v7()), fields, region)
        })
        .await
    }

    /// Replaces a group, if it is still as the caller read it.
    ///
    /// # Errors
    /// When no group has this id, it was changed meanwhile, the new one is invalid, or its name is taken.
    pub async fn change_group(
        &self,
        id: GroupId,
        fields: GroupFields,
        as_read: impl FnOnce(&Group) -> bool + Send + 'static,
    ) -> Result<Group, GroupsError> {
        let region = self.default_region();
        self.change_groups(move |connection| {
            let before = group_rows::find(connection, id)?.ok_or(GroupsError::Unknown(id))?;
            if !as_read(&before) {
                return Err(GroupsError::ChangedMeanwhile(before.name));
            }
            put(connection, id, fields, region)
        })
        .await
    }

    /// Deletes a group. Its members stay.
    ///
    /// # Errors
    /// When no group has this id.
    pub async fn delete_group(&self, id: GroupId) -> Result<(), GroupsError> {
        self.change_groups(move |connection| {
            if group_rows::delete(connection, id)? { Ok(()) } else { Err(GroupsError::Unknown(id)) }
        })
        .await
    }

    /// Changes groups, and announces it after the commit. `work` must change nothing if it fails.
    async fn change_groups<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, GroupsError> + Send + 'static,
    ) -> Result<T, GroupsError> {
        let hub = self.inner.hub.clone();
        let written = self.inner.store.write(move |tx| match work(tx.connection()) {
            Ok(done) => {
                tx.after_commit(move || hub.announce(Change::Groups));
                Ok(Ok(done))
            }
            Err(GroupsError::Store(error)) => Err(error),
            Err(error) => Ok(Err(error)),
        });
        written.await?
    }
}

/// Changes people, and announces the groups that change with them.
pub(super) fn with_their_groups<T>(
    tx: &WriteTx<'_>,
    hub: &Hub,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let before = group_rows::list(tx.connection())?;
    let done = work(tx.connection())?;
    if group_rows::list(tx.connection())? != before {
        let hub = hub.clone();
        tx.after_commit(move || hub.announce(Change::Groups));
    }
    Ok(done)
}

fn put(
    connection: &Connection,
    id: GroupId,
    fields: GroupFields,
    region: Region,
) -> Result<Group, GroupsError> {
    let mut people = BTreeMap::new();
    for member in fields.members.iter().take(benspamsphones_core::group::MAX_MEMBERS) {
        if let Some(person) = people_rows::find(connection, member.person)? {
            people.insert(person.id, person);
        }
    }
    let group = Group::new(id, fields, &people, region)?;
    if group_rows::named(connection, &group.key())?.is_some_and(|named| named.id != id) {
        return Err(GroupsError::NameTaken(group.name));
    }
    group_rows::put(connection, &group)?;
    Ok(group)
}
