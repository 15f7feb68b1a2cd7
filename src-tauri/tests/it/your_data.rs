//! "Your data" in Settings, through the desktop's own dialogs for files.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::desk::{Desk, PATIENCE, wait_until};
use crate::driver::Window;

/// Types a file's name into the dialog that is open, and waits until `done`.
fn choose(desk: &Desk, path: &Path, done: impl Fn() -> bool) {
    let path = path.to_str().unwrap();
    let press = |arguments: &[&str]| {
        let pressed = desk.command("xdotool").args(arguments).stdout(Stdio::null()).status().unwrap();
        assert!(pressed.success(), "{arguments:?}");
    };
    press(&["search", "--sync", "--onlyvisible", "--name", "^(Save|Open|Select).*"]);
    // Whose keys went nowhere types again: a dialog is in sight a moment before it has the keyboard.
    wait_until("the dialog took the name", || {
        press(&["key", "--clearmodifiers", "ctrl+l"]);
        press(&["key", "--clearmodifiers", "ctrl+a"]);
        press(&["type", "--delay", "2", path]);
        press(&["key", "Return"]);
        let until = Instant::now() + Duration::from_secs(3);
        while Instant::now() < until && !done() {
            std::thread::sleep(Duration::from_millis(50));
        }
        done()
    });
}

#[tokio::test]
async fn what_is_kept_is_saved_restored_taken_along_and_told_without_secrets() {
    let desk = Desk::new();
    desk.prefer(&json!({ "welcomed": true }));
    let window = Window::open(&desk, &[]).await;
    let folder = tempfile::tempdir().unwrap();
    let [backup, report, everything] =
        ["kept.bspbackup", "report.json", "everything"].map(|name| folder.path().join(name));
    std::fs::create_dir(&everything).unwrap();
    let ada = json!({ "name": "Ada Lovelace", "numbers": [{ "number": "+15005550101" }] });
    desk.ask(Method::POST, "/api/v1/people", Some(ada)).await;
    let called = desk.ring("dinner", "+15005550110").await;
    desk.wait_for_calls("it is over", |calls| calls[0]["ended"] == true).await;

    window.click("a", "Settings").await;
    window.click("button", "Save a backup").await;
    choose(&desk, &backup, || backup.exists());
    window.find_text("*", "The backup is saved.").await;
    window.click("button", "Export everything").await;
    choose(&desk, &everything, || everything.join("people.json").exists());
    window.find_text("*", "Everything is in that folder").await;
    let people = std::fs::read_to_string(everything.join("people.json")).unwrap();
    assert!(people.contains("Ada Lovelace"), "{people}");
    window.click("button", "Save a support report").await;
    choose(&desk, &report, || report.exists());
    window.find_text("*", "The report is saved.").await;
    let told = std::fs::read_to_string(&report).unwrap();
    assert!(!told.contains("Lovelace") && !told.contains("5550101") && !told.contains("5550110"), "{told}");

    // What came after the backup is gone with it, and what was there is back.
    let charles = json!({ "name": "Charles Babbage", "numbers": [{ "number": "+15005550102" }] });
    desk.ask(Method::POST, "/api/v1/people", Some(charles)).await;
    window.click("button", "Restore a backup").await;
    window.click("dialog//button", "Choose a backup").await;
    let data_dir = desk.data_dir();
    let set_aside = || {
        let files = std::fs::read_dir(&data_dir).unwrap();
        files.filter_map(Result::ok).any(|file| file.file_name().to_string_lossy().contains("before-restore"))
    };
    choose(&desk, &backup, set_aside);
    window.find_text("*", "Restored.").await;
    window.click("a", "People").await;
    window.find_text("main", "Ada Lovelace").await;
    let begun = Instant::now();
    while window.text().await.contains("Charles") {
        assert!(begun.elapsed() < PATIENCE, "the page shows what was restored");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(desk.calls().await[0]["id"], called.as_str());
    window.close().await;
}
