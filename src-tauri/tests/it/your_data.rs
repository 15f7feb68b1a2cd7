//! "Your data" in Settings, through the desktop's own file dialogs.

use std::fs::File;
use std::process::Command;
use std::time::{Duration, Instant};

use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_app::store::Store;
use benspamsphones_server::backup_files;
use reqwest::Method;
use serde_json::json;

use crate::desk::{Desk, PATIENCE, spawn, wait_for_end};
use crate::dialogs::{choose, decide};
use crate::driver::Window;

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
    choose(&desk, "Save as", &backup, || backup.exists());
    window.find_text("*", "Backup saved.").await;
    window.click("button", "Export everything").await;
    choose(&desk, "Choose an empty folder", &everything, || everything.join("people.json").exists());
    window.find_text("*", "Exported to that folder").await;
    let people = std::fs::read_to_string(everything.join("people.json")).unwrap();
    assert!(people.contains("Ada Lovelace"), "{people}");
    window.click("button", "Save a support report").await;
    choose(&desk, "Save as", &report, || report.exists());
    window.find_text("*", "Report saved.").await;
    let told = std::fs::read_to_string(&report).unwrap();
    assert!(!told.contains("Lovelace") && !told.contains("5550101") && !told.contains("5550110"), "{told}");

    // The history, which may be longer than a page can hold.
    let history = folder.path().join("calls.csv");
    window.click("a", "Calls").await;
    window.click("button", "Export").await;
    choose(&desk, "Save as", &history, || history.exists());
    window.find_text("*", "Saved calls.csv.").await;
    let told = std::fs::read_to_string(&history).unwrap();
    assert!(told.lines().count() == 2 && told.contains("+15005550110"), "{told}");
    window.click("a", "Settings").await;

    let charles = json!({ "name": "Charles Babbage", "numbers": [{ "number": "+15005550102" }] });
    desk.ask(Method::POST, "/api/v1/people", Some(charles)).await;
    window.click("button", "Restore a backup").await;
    window.click("dialog//button", "Choose a backup").await;
    let data_dir = desk.data_dir();
    let set_aside = || {
        let files = std::fs::read_dir(&data_dir).unwrap();
        files.filter_map(Result::ok).any(|file| file.file_name().to_string_lossy().contains("before-restore"))
    };
    choose(&desk, "Choose a backup", &backup, set_aside);
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

#[tokio::test]
async fn in_the_place_of_a_damaged_database_comes_a_backup_if_the_owner_wants_it() {
    let desk = Desk::new();
    let mut app = desk.start(&["--hidden"]);
    let ada = json!({ "name": "Ada Lovelace", "numbers": [{ "number": "+15005550101" }] });
    desk.ask(Method::POST, "/api/v1/people", Some(ada)).await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("kept.bspbackup");
    backup_files::back_up(&desk.data_dir(), &backup).unwrap();
    assert!(Command::new("kill").arg(app.0.id().to_string()).status().unwrap().success());
    wait_for_end("it ends", &mut app.0);
    let database = Store::path(&desk.data_dir());
    let damaged = "nothing of the kind".repeat(300);
    std::fs::write(&database, &damaged).unwrap();

    let log = desk.data_dir().join("said");
    let _app = spawn(desk.app().stderr(File::create(&log).unwrap()));
    decide(&desk, "BenSpamsPhones can't start", &["Return"]);
    assert!(std::fs::read_to_string(&log).unwrap().contains("the database is damaged"));
    choose(&desk, "Choose a backup", &backup, || {
        OwnerFile::read(&desk.data_dir()).is_ok_and(|file| file.is_some())
    });
    let people = desk.ask(Method::GET, "/api/v1/people", None).await;
    assert_eq!(people["items"][0]["name"], "Ada Lovelace");
    let kept = std::fs::read_dir(desk.data_dir()).unwrap().filter_map(Result::ok);
    let kept = kept.filter(|file| std::fs::read(file.path()).is_ok_and(|bytes| bytes == damaged.as_bytes()));
    assert_eq!(kept.count(), 1, "the damaged file is kept");
}
