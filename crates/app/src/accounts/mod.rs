//! The accounts with others that the application uses: what signs for them, and where they are.

mod pusher_keys;
mod twilio_account;

pub use pusher_keys::{BadPusherKeys, PusherKeys};
pub use twilio_account::TwilioAccount;
