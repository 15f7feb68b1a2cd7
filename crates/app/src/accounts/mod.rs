//! Accounts at Twilio and Pusher: their credentials and addresses.

mod pusher_keys;
mod twilio_account;

pub use pusher_keys::{BadPusherKeys, PusherKeys};
pub use twilio_account::TwilioAccount;
