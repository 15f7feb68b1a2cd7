//! Journeys through the whole server: real sockets, a real database, and a small Twilio on loopback. Each file is
//! named for what it shows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answer;
mod bad_input;
mod callbacks_astray;
mod credentials;
mod documented_answers;
mod endings;
mod event_stream;
mod explanation;
mod gate;
mod hanging_up;
mod harness;
mod history;
mod history_deletion;
mod in_flight;
mod keeping;
mod key_of_one_account;
mod killed;
mod limits;
mod live_news;
mod logs;
mod money;
mod ngrok_stand_in;
mod openapi;
mod ordinary_call;
mod other_sites;
mod owner;
mod people;
mod press_nine;
mod protocols;
mod public_address;
mod pusher;
mod pusher_server;
mod repeated_requests;
mod restoring;
mod sign_in;
mod signatures;
mod sounds;
mod status;
mod stepped_clock;
mod threats;
mod tunnel;
mod turns;
mod twilio_down;
mod watching_by_pusher;
