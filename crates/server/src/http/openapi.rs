//! The API described for programs, and a page to try it.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder};
use utoipa_swagger_ui::SwaggerUi;

use super::Shared;

/// Title, security and everything else that isn't a route.
pub(crate) fn head() -> OpenApi {
    let basic = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build());
    let owner = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let none: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("BenSpamsPhones")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "A personal switchboard: choose what plays, say who to ring, watch it happen.",
                ))
                .build(),
        )
        .components(Some(
            ComponentsBuilder::new().security_scheme("basic", basic).security_scheme("owner", owner).build(),
        ))
        .security(Some([SecurityRequirement::new("basic", none), SecurityRequirement::new("owner", none)]))
        .build()
}

/// The document and the page.
pub(crate) fn routes(document: OpenApi) -> Router<Shared> {
    let json = to_json(&document);
    let serve = move || {
        let json = json.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], json) }
    };
    Router::new().route("/api/openapi.json", get(serve)).merge(SwaggerUi::new("/api/docs").config(config()))
}

fn config() -> utoipa_swagger_ui::Config<'static> {
    utoipa_swagger_ui::Config::new(["/api/openapi.json"]).try_it_out_enabled(true)
}

/// The document as it is served. The types it is made from always serialise.
pub(crate) fn to_json(document: &OpenApi) -> String {
    document.to_pretty_json().unwrap_or_default()
}
