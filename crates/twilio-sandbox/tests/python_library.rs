//! Twilio's own Python library works with the sandbox.

#[path = "contract/tools.rs"]
mod tools;

#[tokio::test]
async fn twilios_python_library_places_reads_lists_and_ends_calls() {
    let python = tools::tool(".venv/bin/python");
    let sandbox = tools::sandbox().await;
    let seen = tools::drive(&python, "library.py", &sandbox).await;
    assert_eq!(seen, tools::like_twilio());
    assert_eq!(sandbox.dials_to("+15005550110"), 5);
}
