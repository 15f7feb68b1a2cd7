//! However the program ends, the next start knows the outcome of each call.

use crate::desk::{Desk, wait_for_end};

#[tokio::test]
async fn a_kill_during_a_call_settles_it_at_the_next_start() {
    let desk = Desk::new();
    let mut app = desk.start(&["--hidden"]);
    desk.ring("dinner", "+15005550100").await;
    app.0.kill().unwrap();
    wait_for_end("it is gone", &mut app.0);
    std::fs::remove_file(desk.data_dir().join("owner.json")).unwrap();
    let _again = desk.start(&["--hidden"]);
    desk.wait_for_calls("the call is settled", |calls| calls.len() == 1 && calls[0]["ended"] == true).await;
}

#[tokio::test]
async fn the_system_may_ask_it_to_end() {
    let desk = Desk::new();
    let mut app = desk.start(&[]);
    let asked = std::process::Command::new("kill").arg(app.0.id().to_string()).status().unwrap();
    assert!(asked.success());
    let status = wait_for_end("it ends", &mut app.0);
    assert!(status.success(), "{status}");
    assert!(!desk.data_dir().join("owner.json").exists(), "the server was stopped in good order");
}
