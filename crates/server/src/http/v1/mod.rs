//! `/api/v1`: JSON in, JSON out, errors as problem+json.

pub(crate) mod calls;
pub(crate) mod events;
pub(crate) mod protocols;
pub(crate) mod status;
pub(crate) mod view;
