//! Whether the application can still do its work.

use super::App;
use crate::store::StoreError;

impl App {
    /// Reads from the database, and waits until its writer has had a turn. It changes nothing.
    ///
    /// # Errors
    /// When the database can't be read or written to, or the program is stopping.
    pub async fn can_work(&self) -> Result<(), StoreError> {
        let seen = |connection: &rusqlite::Connection| {
            Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?)
        };
        self.store().read(seen).await?;
        self.store().write(|_| Ok(())).await
    }
}
