//! `/api/v1`: JSON in, JSON out, errors as problem+json.

pub(crate) mod blocked_numbers;
pub(crate) mod calls;
pub(crate) mod calls_export;
pub(crate) mod credentials;
pub(crate) mod devices;
pub(crate) mod events;
pub(crate) mod limits;
pub(crate) mod network;
pub(crate) mod numbers;
pub(crate) mod people;
pub(crate) mod protocols;
pub(crate) mod quick_dials;
pub(crate) mod refusals;
pub(crate) mod refused_calls;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod sounds;
pub(crate) mod statistics;
pub(crate) mod status;
pub(crate) mod view;
