//! Closing the window: into the tray where one is shown, and the end of the program where none is.

use crate::desk::{Desk, Ending, wait_for_end, wait_until};
use crate::tray_host::TrayHost;

/// How many processes of WebKit show pages of this program.
fn pages(app: &Ending) -> usize {
    // Children are listed by the thread that started them.
    let threads = std::fs::read_dir(format!("/proc/{}/task", app.0.id())).unwrap();
    let started =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let ids: Vec<String> =
        started.flat_map(|ids| ids.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let name = |id: &String| std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    ids.iter().map(name).filter(|name| name.starts_with("WebKitWebProces")).count()
}

/// Closes the window as a person does.
fn close_window(desk: &Desk) {
    let pressed = desk.command("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status();
    assert!(pressed.unwrap_or_else(|error| panic!("xdotool, which ./dev setup installs: {error}")).success());
}

#[tokio::test]
async fn closing_leaves_the_tray_and_calls_go_on() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let app = desk.start(&[]);
    host.wait_for("Sandbox").await;
    wait_until("the window shows its page", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    let id = desk.ring("dinner", "+15005550100").await;
    close_window(&desk);
    wait_until("the page and its memory are gone", || pages(&app) == 0);
    assert!(!desk.sees_window("BenSpamsPhones"));
    // Callbacks still come in, and the tray is still true.
    host.wait_for("Hang up +15005550100 (talking)").await;
    host.choose("Show window").await;
    wait_until("the window is back", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    host.choose("Hang up").await;
    let calls = desk.wait_for_calls("it is over", |calls| calls[0]["ended"] == true).await;
    assert_eq!(calls[0]["id"], id.as_str());
}

#[tokio::test]
async fn where_no_tray_is_shown_closing_ends_it() {
    let desk = Desk::new();
    let mut app = desk.start(&[]);
    wait_until("the window shows its page", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    close_window(&desk);
    let status = wait_for_end("it ends", &mut app.0);
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn where_no_tray_is_shown_closing_may_put_the_window_away() {
    let desk = Desk::new();
    desk.prefer(&serde_json::json!({ "close_without_tray": "minimise" }));
    let app = desk.start(&[]);
    wait_until("the window shows its page", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    close_window(&desk);
    desk.ring("dinner", "+15005550110").await;
    desk.wait_for_calls("it goes on", |calls| calls[0]["ended"] == true).await;
    assert_eq!(pages(&app), 1);
}
