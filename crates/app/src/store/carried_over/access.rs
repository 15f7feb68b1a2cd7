//! Access: the password, and the tokens of browsers and devices. A backup has none of it, and must not undo it.

use rusqlite::Connection;

use super::super::{StoreError, refusal_rows, setting_rows, token_rows};
use super::damaged_rows::find;

const CLEAR: &str = "DELETE FROM tokens; DELETE FROM refusals;";

/// `false` if some could not be read. Without a password, the next start generates one, like the first.
pub(super) fn carry_over(into: &Connection, old: &Connection) -> Result<bool, StoreError> {
    let mut all = true;
    into.execute_batch(CLEAR)?;
    for name in setting_rows::SECRET {
        match setting_rows::get(old, name) {
            Ok(Some(value)) => setting_rows::put(into, name, &value)?,
            Ok(None) => {}
            Err(_) => all = false,
        }
    }
    let tokens = find(old, token_rows::LIST, &["id"], &[], |row| {
        token_rows::token(row).ok().map(|token| (token.id, token))
    });
    for token in tokens.rows.values() {
        token_rows::insert(into, token)?;
    }
    // Past rejections are informative, but nothing depends on them.
    for refused in refusal_rows::list(old).unwrap_or_default().into_iter().rev() {
        refusal_rows::note(into, &refused.source, refused.why, refused.count, refused.last_at)?;
    }
    Ok(all && tokens.all)
}
