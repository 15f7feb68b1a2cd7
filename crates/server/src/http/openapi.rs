//! The API described for programs, and a page to try it.

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, Response, ResponseBuilder,
};
use utoipa_swagger_ui::SwaggerUi;

use super::Shared;

/// Title, security and everything else that isn't a route.
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
                    "A personal switchboard: choose what plays, say who to ring, watch it happen.",
                ))
                .build(),
        )
        .components(Some(
            ComponentsBuilder::new().security_scheme("basic", basic).security_scheme("token", token).build(),
        ))
        .security(Some([SecurityRequirement::new("basic", none), SecurityRequirement::new("token", none)]))
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

/// The document of these routes with what any of them may answer: that its asker has to wait.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let locked_out = || locked_out(path.starts_with("/api/v1/")).into();
            operation.responses.responses.entry("429".to_owned()).or_insert_with(locked_out);
        }
    }
    document
}

fn locked_out(is_v1: bool) -> Response {
    let (schema, kind) =
        if is_v1 { ("Problem", "application/problem+json") } else { ("Message", "application/json") };
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new()
        .description("Too many wrong passwords came from there; Retry-After tells how long none is looked at")
        .content(kind, content)
        .build()
}

/// The document as it is served. The types it is made from always serialise.
pub(crate) fn to_json(document: &OpenApi) -> String {
    document.to_pretty_json().unwrap_or_default()
}
