//! The routes. Folders follow the tree of URLs: [`documented`] has the original, documented API, and [`v1`] the new
//! one.
//!
//! A listener offers what its router mounts: [`router`] for the network, [`webhook_router`] for Twilio.

pub(crate) mod answer;
pub(crate) mod authenticate;
pub(crate) mod client;
mod compression;
pub(crate) mod cookie;
pub(crate) mod documented;
mod entity_tag;
pub(crate) mod health;
pub(crate) mod interface;
pub(crate) mod large_body;
pub(crate) mod media;
pub(crate) mod offered;
pub(crate) mod openapi;
mod own_address;
pub mod page;
mod page_language;
pub(crate) mod perimeter;
mod place;
pub(crate) mod problem;
mod public_path;
pub(crate) mod sign_in;
pub(crate) mod signed_post;
pub(crate) mod twilio_gather;
pub(crate) mod v1;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::Response;
use axum::{Extension, Router};
use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_app::app::App;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::{Auth, Who};
use crate::http::offered::Offered;
use crate::http::perimeter::Perimeter;
use crate::net::TrustedProxies;
use crate::owner::Owner;
use crate::pusher::watchers::Watchers;
pub(crate) use place::Place;

/// Largest body that is read, in bytes. Routes that need more use a [`large_body`].
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// The same for requests without credentials: a sign-in, a pairing code, or a callback.
pub(crate) const MAX_OPEN_BODY: usize = 16 * 1024;

/// For one callback, including its body: Twilio itself waits 15 s.
const WEBHOOK_TIMEOUT: Duration = Duration::from_secs(15);

/// What the routes share. Each request clones it once a layer, so it is one pointer.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) app: App,
    pub(crate) pusher: Option<PusherKeys>,
    /// Clients that take live updates from Pusher.
    pub(crate) watchers: Watchers,
    pub(crate) auth: Arc<Auth>,
    pub(crate) perimeter: Arc<Perimeter>,
    pub(crate) owner: Arc<Owner>,
    pub(crate) place: Arc<Place>,
    pub(crate) trusted_proxies: TrustedProxies,
}

impl From<Parts> for Shared {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Shared {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl axum::extract::FromRef<Shared> for App {
    fn from_ref(shared: &Shared) -> Self {
        shared.app.clone()
    }
}

/// The network's routes.
pub(crate) fn router(shared: Shared) -> Router {
    let (router, document) = api().split_for_parts();
    let (owners, owners_document) = access_api().split_for_parts();
    let (open_api, open_document) = open_api().split_for_parts();
    let offered = Offered::new(&document.merge_from(open_document), &owners_document);
    let locked = router
        .merge(owners.route_layer(middleware::from_fn_with_state(offered.clone(), offered::to_the_owner)))
        .layer(compression::layer())
        .layer(middleware::map_response(compression::tag))
        .merge(page::routes())
        .merge(openapi::routes())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn_with_state(offered.clone(), offered::to_the_asker))
        .layer(middleware::from_fn_with_state(shared.clone(), authenticate::require_credentials));
    let open = open_api
        .merge(health::routes(shared.app.clone()))
        .merge(documented::twilio_update::routes())
        .merge(sign_in::routes())
        .merge(page::open_routes())
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn_with_state(offered, offered::to_the_asker))
        .layer(DefaultBodyLimit::max(MAX_OPEN_BODY));
    let within = open.merge(locked).layer(middleware::from_fn_with_state(shared.clone(), perimeter::check));
    let proxies = shared.trusted_proxies.clone();
    let policy = page::content_security_policy(shared.pusher.as_ref());
    common(within.layer(middleware::from_fn_with_state(proxies, client::note)), policy).with_state(shared)
}

/// The routes of the owner's own window: the network's and the owner's. It asks for no credentials, so it is called in
/// process and must never be bound to a socket.
pub(crate) fn owner_router(shared: Shared) -> Router {
    let (router, _) = api().merge(access_api()).merge(owner_api()).split_for_parts();
    let routes = router.fallback(problem::not_found).method_not_allowed_fallback(problem::method_not_allowed);
    common(routes.layer(Extension(Who::Window)), page::content_security_policy(None)).with_state(shared)
}

/// Callbacks, pressed keys, and the sound files that Twilio fetches: all that the internet may see.
pub(crate) fn webhook_router(shared: Shared) -> Router {
    let routes = documented::twilio_update::routes().merge(media::routes()).merge(twilio_gather::routes());
    let routes = routes.fallback(problem::nothing_here).layer(DefaultBodyLimit::max(MAX_OPEN_BODY));
    let (app, proxies) = (shared.app.clone(), shared.trusted_proxies.for_another_listener());
    let routes = routes.layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, WEBHOOK_TIMEOUT));
    let policy = page::content_security_policy(None);
    let routes = common(routes.layer(middleware::from_fn_with_state(proxies, client::note)), policy);
    public_path::taken_off(app, routes.with_state(shared))
}

/// Routes that give access.
fn open_api() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(v1::devices::pair))
}

/// Access, checks of what Twilio reaches, deletion and limits: for the owner's window, and for `bsp` with the owner's
/// token. For others these routes don't exist.
fn access_api() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(v1::sessions::list))
        .routes(routes!(v1::sessions::end))
        .routes(routes!(v1::devices::list, v1::devices::add))
        .routes(routes!(v1::devices::rename, v1::devices::revoke))
        .routes(routes!(v1::devices::begin))
        .routes(routes!(v1::refusals::list, v1::refusals::clear_lockout))
        .routes(routes!(v1::public_address::test))
        .routes(routes!(v1::self_test::run))
        .routes(routes!(v1::calls_deletion::delete))
        .routes(routes!(v1::calls_deletion::delete_one))
        .routes(routes!(v1::limits::get, v1::limits::set))
}

fn owner_api() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(v1::settings::get))
        .routes(routes!(v1::settings::choose_mode))
        .routes(routes!(v1::settings::choose_region))
        .routes(routes!(v1::settings::choose_keep_calls))
        .routes(routes!(v1::network::choose_sharing))
        .routes(routes!(v1::opt_outs::forget))
        .routes(routes!(v1::public_address::choose))
        .routes(routes!(v1::credentials::keep_twilio, v1::credentials::forget_twilio))
        .routes(routes!(v1::credentials::test_twilio))
        .routes(routes!(v1::credentials::test_kept_twilio))
        .routes(routes!(v1::credentials::keep_pusher, v1::credentials::forget_pusher))
        .routes(routes!(v1::credentials::test_pusher))
        .routes(routes!(v1::credentials::keep_ngrok, v1::credentials::forget_ngrok))
        .routes(routes!(v1::credentials::renew_password))
}

fn api() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(documented::call::list, documented::call::place))
        .routes(routes!(documented::pusher_auth::authorize))
        .routes(routes!(v1::status::get))
        .routes(routes!(v1::sessions::own, v1::sessions::sign_out))
        .routes(routes!(v1::protocols::list, v1::protocols::add))
        .routes(routes!(v1::protocols::export))
        .routes(routes!(v1::protocols::import))
        .routes(routes!(v1::protocols::get, v1::protocols::change, v1::protocols::delete))
        .routes(routes!(v1::numbers::list))
        .routes(routes!(v1::people::list, v1::people::add))
        .routes(routes!(v1::people_import::import))
        .routes(routes!(v1::people_import::list))
        .routes(routes!(v1::people_import::undo))
        .routes(routes!(v1::people::get, v1::people::change, v1::people::delete))
        .routes(routes!(v1::groups::list, v1::groups::add))
        .routes(routes!(v1::groups::get, v1::groups::change, v1::groups::delete))
        .routes(routes!(v1::blocked_numbers::list))
        .routes(routes!(v1::blocked_numbers::block, v1::blocked_numbers::unblock))
        .routes(routes!(v1::quick_dials::list, v1::quick_dials::set))
        .routes(routes!(v1::sounds::list))
        .routes(routes!(v1::sounds::add))
        .routes(routes!(v1::sounds::get, v1::sounds::delete))
        .routes(routes!(v1::calls::list, v1::calls::place))
        .routes(routes!(v1::calls_export::export))
        .routes(routes!(v1::calls::get))
        .routes(routes!(v1::call_explanation::get))
        .routes(routes!(v1::call_note::set))
        .routes(routes!(v1::calls::hang_up))
        .routes(routes!(v1::refused_calls::list))
        .routes(routes!(v1::statistics::get))
        .routes(routes!(v1::estimate::get))
        .routes(routes!(v1::call_check::get))
        .routes(routes!(v1::balance::get))
        .routes(routes!(v1::spend::get))
        .routes(routes!(v1::events::stream))
}

fn common<S: Clone + Send + Sync + 'static>(router: Router<S>, policy: HeaderValue) -> Router<S> {
    router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::map_response(move |response| set_headers(response, policy.clone())))
        .layer(CatchPanicLayer::custom(problem::of_panic))
}

async fn set_headers(mut response: Response, policy: HeaderValue) -> Response {
    const HEADERS: [(HeaderName, HeaderValue); 2] = [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    let headers = response.headers_mut();
    headers.extend(HEADERS);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // Nothing here can be cached; what can says so itself.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The OpenAPI document of the routes that only the owner's window has.
pub fn owner_openapi_json() -> String {
    let routes = OpenApiRouter::with_openapi(openapi::head()).merge(owner_api()).merge(access_api());
    openapi::to_json(&openapi::complete(routes.into_openapi()))
}

/// The OpenAPI document, for tests and for the interface's types.
pub fn openapi_json() -> String {
    openapi::to_json(&openapi::complete(api().merge(open_api()).into_openapi()))
}
