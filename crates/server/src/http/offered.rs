//! Which methods a path has, for `Allow` and OPTIONS (RFC 9110, 9.3.7). Routes that only the owner may use don't exist
//! for others, so they aren't listed for them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::{OpenApi, PathItem};

use super::documented::CALLBACK_PREFIX;
use super::problem;
use crate::auth::Who;

#[derive(Clone)]
pub(crate) struct Offered(Arc<Paths>);

struct Paths {
    /// As the `Allow` header lists them, without the owner's routes.
    of_all: HashMap<String, HeaderValue>,
    /// The same with the owner's routes.
    of_the_owner: HashMap<String, HeaderValue>,
}

impl Offered {
    pub(crate) fn new(network: &OpenApi, owner: &OpenApi) -> Self {
        let items = |document: &OpenApi| document.paths.paths.clone();
        let of_all = items(network).into_iter().map(|(path, item)| (path, vec![item]));
        let of_all: HashMap<String, Vec<PathItem>> = of_all.collect();
        let mut of_the_owner = of_all.clone();
        // Twilio's own route isn't in the documents.
        let of_twilio = (format!("{CALLBACK_PREFIX}{{channel}}"), HeaderValue::from_static("POST,OPTIONS"));
        for (path, item) in items(owner) {
            of_the_owner.entry(path).or_default().push(item);
        }
        let told = |paths: HashMap<String, Vec<PathItem>>| {
            let told = paths.into_iter().filter_map(|(path, items)| Some((path, methods(&items)?)));
            told.chain([of_twilio.clone()]).collect()
        };
        Self(Arc::new(Paths { of_all: told(of_all), of_the_owner: told(of_the_owner) }))
    }

    fn to_others(&self, path: &MatchedPath) -> Option<&HeaderValue> {
        self.0.of_all.get(path.as_str())
    }

    fn is_hidden(&self, path: &MatchedPath) -> bool {
        self.0.of_the_owner.contains_key(path.as_str()) && self.to_others(path).is_none()
    }
}

fn methods(items: &[PathItem]) -> Option<HeaderValue> {
    type Of = fn(&PathItem) -> bool;
    let methods: [(Of, &str); 5] = [
        (|item| item.get.is_some(), "GET,HEAD"),
        (|item| item.post.is_some(), "POST"),
        (|item| item.put.is_some(), "PUT"),
        (|item| item.patch.is_some(), "PATCH"),
        (|item| item.delete.is_some(), "DELETE"),
    ];
    let methods = methods.into_iter().filter(|(has, _)| items.iter().any(has)).map(|(_, name)| name);
    let methods: Vec<_> = methods.chain(["OPTIONS"]).collect();
    HeaderValue::try_from(methods.join(",")).ok()
}

/// Shows a route to the owner's programs only; for others it doesn't exist.
pub(crate) async fn to_the_owner(State(offered): State<Offered>, request: Request, next: Next) -> Response {
    if is_the_owners(&request) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>();
    match path.and_then(|path| offered.to_others(path)) {
        Some(methods) => told(request.method(), Some(methods.clone())).await,
        None => problem::not_found().await.into_response(),
    }
}

/// Answers OPTIONS and unsupported methods with the allowed methods.
pub(crate) async fn to_the_asker(State(offered): State<Offered>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned();
    let is_the_owners = is_the_owners(&request);
    let method = request.method().clone();
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return response;
    }
    let methods = match path {
        Some(path) if is_the_owners => offered.0.of_the_owner.get(path.as_str()),
        Some(path) if offered.is_hidden(&path) => return problem::not_found().await.into_response(),
        Some(path) => offered.to_others(&path),
        None => None,
    };
    told(&method, methods.cloned()).await
}

/// For paths that aren't in the documents, such as pages, axum sets `Allow`.
async fn told(method: &Method, methods: Option<HeaderValue>) -> Response {
    let mut response = match *method {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => problem::method_not_allowed().await.into_response(),
    };
    if let Some(methods) = methods {
        response.headers_mut().insert(header::ALLOW, methods);
    }
    response
}

fn is_the_owners(request: &Request) -> bool {
    match request.extensions().get::<Who>() {
        Some(Who::Window | Who::Owner) => true,
        Some(Who::User | Who::Holder(_)) | None => false,
    }
}
