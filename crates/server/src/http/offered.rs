//! Which methods a path has for whoever asks. What is the owner's alone isn't there for others, and so isn't offered to
//! them either.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::{OpenApi, PathItem};

use super::problem;
use crate::gate::Who;

/// What the paths of the API have for whoever isn't the owner.
#[derive(Clone)]
pub(crate) struct Offered(Arc<Paths>);

struct Paths {
    /// The methods of the network's paths, as `Allow` lists them.
    of_all: HashMap<String, HeaderValue>,
    /// The paths of the owner's routes.
    of_the_owner: HashSet<String>,
}

impl Offered {
    /// The network's routes and the owner's, as their documents have them.
    pub(crate) fn new(network: &OpenApi, owner: &OpenApi) -> Self {
        let of_all = network.paths.paths.iter();
        let of_all = of_all.filter_map(|(path, item)| Some((path.clone(), methods(item)?))).collect();
        Self(Arc::new(Paths { of_all, of_the_owner: owner.paths.paths.keys().cloned().collect() }))
    }

    fn to_others(&self, path: &MatchedPath) -> Option<&HeaderValue> {
        self.0.of_all.get(path.as_str())
    }

    fn is_hidden(&self, path: &MatchedPath) -> bool {
        self.0.of_the_owner.contains(path.as_str()) && self.to_others(path).is_none()
    }
}

fn methods(item: &PathItem) -> Option<HeaderValue> {
    let methods = [
        (&item.get, "GET,HEAD"),
        (&item.post, "POST"),
        (&item.put, "PUT"),
        (&item.patch, "PATCH"),
        (&item.delete, "DELETE"),
    ];
    let methods: Vec<_> =
        methods.into_iter().filter_map(|(method, name)| method.as_ref().map(|_| name)).collect();
    HeaderValue::try_from(methods.join(",")).ok()
}

/// What only the owner's own programs are shown; for everybody else it isn't there.
pub(crate) async fn to_the_owner(State(offered): State<Offered>, request: Request, next: Next) -> Response {
    if is_the_owners(&request) {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>();
    match path.and_then(|path| offered.to_others(path)).cloned() {
        Some(methods) => not_allowed(methods).await,
        None => problem::not_found().await.into_response(),
    }
}

/// Tells whoever used a wrong method which ones they may use.
pub(crate) async fn to_the_asker(State(offered): State<Offered>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().cloned().filter(|_| !is_the_owners(&request));
    let response = next.run(request).await;
    let Some(path) = path.filter(|_| response.status() == StatusCode::METHOD_NOT_ALLOWED) else {
        return response;
    };
    if offered.is_hidden(&path) {
        return problem::not_found().await.into_response();
    }
    match offered.to_others(&path).cloned() {
        Some(methods) => not_allowed(methods).await,
        None => response,
    }
}

async fn not_allowed(methods: HeaderValue) -> Response {
    let mut response = problem::method_not_allowed().await.into_response();
    response.headers_mut().insert(header::ALLOW, methods);
    response
}

fn is_the_owners(request: &Request) -> bool {
    match request.extensions().get::<Who>() {
        Some(Who::Window | Who::Owner) => true,
        Some(Who::User | Who::Holder(_)) | None => false,
    }
}
