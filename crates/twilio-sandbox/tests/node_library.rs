//! Twilio's own Node library works with the sandbox.

use std::path::Path;

#[path = "contract/tools.rs"]
mod tools;

#[tokio::test]
async fn twilios_node_library_places_reads_lists_and_ends_calls() {
    tools::tool("node_modules/twilio/package.json");
    let sandbox = tools::sandbox().await;
    let seen = tools::drive(Path::new("node"), "library.cjs", &sandbox).await;
    assert_eq!(seen, tools::like_twilio());
    assert_eq!(sandbox.dials_to("+15005550110"), 5);
}
