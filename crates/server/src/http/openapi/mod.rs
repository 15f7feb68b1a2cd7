//! The OpenAPI document and a page to try the API.

mod bounds;
mod examples;
mod responses;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};
use utoipa_swagger_ui::SwaggerUi;

use super::Shared;

/// Everything except the routes: title, license, security.
pub(crate) fn head() -> OpenApi {
    let basic = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build());
    // A device's token, or the owner's.
    let token = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let none: [&str; 0] = [];
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("BenSpamsPhones")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "A personal switchboard: choose what plays, enter a number, watch the call happen.",
                ))
                .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()))
                .build(),
        )
        // Relative to the document's own address, which differs for each switchboard.
        .servers(Some([ServerBuilder::new().url("/").description(Some("This switchboard")).build()]))
        .components(Some(
            ComponentsBuilder::new().security_scheme("basic", basic).security_scheme("token", token).build(),
        ))
        .security(Some([SecurityRequirement::new("basic", none), SecurityRequirement::new("token", none)]))
        .build()
}

/// A test compares it with the routes. Generating it at each start would take half a megabyte of memory.
const DOCUMENT: &str = include_str!("../../../../../docs/openapi.json");

pub(crate) fn routes() -> Router<Shared> {
    let serve = async || ([(header::CONTENT_TYPE, "application/json")], DOCUMENT);
    Router::new().route("/api/openapi.json", get(serve)).merge(SwaggerUi::new("/api/docs").config(config()))
}

fn config() -> utoipa_swagger_ui::Config<'static> {
    utoipa_swagger_ui::Config::new(["/api/openapi.json"]).try_it_out_enabled(true)
}

/// Adds everything that the routes don't declare themselves.
pub(crate) fn complete(document: OpenApi) -> Value {
    // These types always serialize.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    responses::complete(&mut document);
    bounds::complete(&mut document);
    examples::complete(&mut document);
    document
}

pub(crate) fn to_json(document: &Value) -> String {
    format!("{document:#}")
}

fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &mut Value)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object_mut().into_iter().flatten();
        operations.map(move |(_, operation)| (path.as_str(), operation))
    })
}
