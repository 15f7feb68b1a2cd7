//! Closing the window: keeps the program in the tray if one is shown, otherwise ends it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use benspamsphones_app::data_dir::OwnerFile;

use crate::desk::{Desk, Ending, PATIENCE, wait_for_end, wait_until};
use crate::driver::Window;
use crate::notification_server::NotificationServer;
use crate::tray_host::TrayHost;

/// The ids of the processes that show pages.
pub(crate) fn page_processes(app: &Ending) -> Vec<u32> {
    // Children are listed under the thread that started them.
    let threads = std::fs::read_dir(format!("/proc/{}/task", app.0.id())).unwrap();
    let started =
        threads.filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok());
    let ids: Vec<String> =
        started.flat_map(|ids| ids.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    let name = |id: &String| std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    let shows_page = |id: &String| name(id).starts_with("WebKitWebProces").then(|| id.parse().unwrap());
    ids.iter().filter_map(shows_page).collect()
}

fn pages(app: &Ending) -> usize {
    page_processes(app).len()
}

/// Presses the keys again if they were lost.
pub(crate) fn close_window(desk: &Desk, closed: impl Fn() -> bool) {
    wait_until("closing the window took", || {
        let pressed = desk.command("xdotool").args(["key", "--clearmodifiers", "alt+F4"]).status();
        assert!(
            pressed.unwrap_or_else(|error| panic!("xdotool, which ./dev setup installs: {error}")).success()
        );
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until && !closed() {
            std::thread::sleep(Duration::from_millis(50));
        }
        closed()
    });
}

/// A normal end removes the owner file.
fn has_ended(desk: &Desk) -> bool {
    OwnerFile::read(&desk.data_dir()).is_ok_and(|file| file.is_none())
}

/// Whether no window is visible; a minimized one still exists.
fn is_put_away(desk: &Desk) -> bool {
    let visible = ["search", "--onlyvisible", "--name", "^BenSpamsPhones$"];
    !desk.command("xdotool").args(visible).stdout(Stdio::null()).status().unwrap().success()
}

#[tokio::test]
async fn closing_leaves_the_tray_and_calls_go_on() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let notifications = NotificationServer::start(&desk).await;
    let app = desk.start(&[]);
    host.wait_for("Sandbox").await;
    desk.wait_for_tray();
    wait_until("the window shows its page", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    close_window(&desk, || !desk.sees_window("BenSpamsPhones"));
    let told = notifications.wait_for(1).await;
    assert_eq!(told[0].title, "BenSpamsPhones is still running");
    assert!(told[0].text.contains("choose Quit"), "{told:?}");
    host.choose("Show window").await;
    wait_until("the window is back", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    let id = desk.ring("dinner", "+15005550100").await;
    close_window(&desk, || !desk.sees_window("BenSpamsPhones"));
    wait_until("the page and its memory are gone", || pages(&app) == 0);
    assert!(!desk.sees_window("BenSpamsPhones"));
    host.wait_for("Hang up +1 500 555 0100 (talking)").await;
    let told = notifications.wait_for(2).await;
    let of_call = told.iter().any(|told| told.text.starts_with("A call is still in progress"));
    assert!(of_call, "the first time has passed, but a call goes on: {told:?}");
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
    close_window(&desk, || has_ended(&desk));
    let status = wait_for_end("it ends", &mut app.0);
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn where_no_tray_is_shown_closing_may_put_the_window_away() {
    let desk = Desk::new();
    desk.prefer(&serde_json::json!({ "close_without_tray": "minimise" }));
    let app = desk.start(&[]);
    wait_until("the window shows its page", || pages(&app) == 1 && desk.sees_window("BenSpamsPhones"));
    close_window(&desk, || is_put_away(&desk));
    desk.ring("dinner", "+15005550110").await;
    desk.wait_for_calls("it goes on", |calls| calls[0]["ended"] == true).await;
    assert_eq!(pages(&app), 1);
}

/// Reopens Settings until they show the sentence: they read the desktop's state when they open.
async fn settings_say(window: &Window, sentence: &str) {
    let begun = Instant::now();
    loop {
        window.click("a", "Settings").await;
        window.find_text("h2", "Window and tray").await;
        let text = window.text().await;
        if text.contains(sentence) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{text}");
        window.click("a", "People").await;
    }
}

#[tokio::test]
async fn a_tray_that_comes_while_the_window_is_open_takes_it() {
    let desk = Desk::new();
    let window = Window::open(&desk, &[]).await;
    settings_say(&window, "This desktop has no tray.").await;
    let host = TrayHost::start(&desk).await;
    host.wait_for("Sandbox").await;
    settings_say(&window, "A tray icon is shown.").await;
    close_window(&desk, || !desk.sees_window("BenSpamsPhones"));
    host.choose("Show window").await;
    wait_until("the window is back", || desk.sees_window("BenSpamsPhones"));
    host.choose("Quit").await;
    wait_until("it ends", || has_ended(&desk));
    window.close().await;
}

#[tokio::test]
async fn a_tray_that_goes_while_the_window_is_open_takes_nothing_along() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let window = Window::open(&desk, &[]).await;
    settings_say(&window, "A tray icon is shown.").await;
    host.stop().await;
    settings_say(&window, "This desktop has no tray.").await;
    assert!(!has_ended(&desk), "it runs");
    close_window(&desk, || has_ended(&desk));
    window.close().await;
}
