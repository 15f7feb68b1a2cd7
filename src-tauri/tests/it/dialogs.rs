//! Drives the desktop's own dialogs by their windows and keys.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::desk::{Desk, wait_until};

/// How long a dialog may take to react before a key is pressed again.
const ANSWER: Duration = Duration::from_secs(3);

pub(crate) fn choose(desk: &Desk, title: &str, path: &Path, done: impl Fn() -> bool) {
    let path = path.to_str().unwrap();
    wait_until(title, || desk.sees_window(title));
    // Types again if keys were lost: a dialog is visible a moment before it has the focus.
    wait_until("the dialog took the name", || {
        // The page behind has its own keys, and must not receive the dialog's.
        if desk.sees_window(title) && !has_keyboard(desk, title) {
            return done();
        }
        // In some dialogs the first key opens a field for the name, and the next ones may be lost meanwhile.
        press(desk, &["type", "/"]);
        std::thread::sleep(Duration::from_millis(200));
        press(desk, &["key", "--clearmodifiers", "ctrl+a"]);
        press(desk, &["type", "--delay", "5", path]);
        for _ in 0..2 {
            // The first Return may only open the folder; none must reach the window behind.
            if desk.sees_window(title) {
                press(desk, &["key", "Return"]);
            }
            let until = Instant::now() + ANSWER;
            while Instant::now() < until && !done() && desk.sees_window(title) {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let until = Instant::now() + ANSWER;
        while Instant::now() < until && !done() {
            std::thread::sleep(Duration::from_millis(50));
        }
        done()
    });
}

/// Presses the access key of a button in the dialog with this title, with Alt.
pub(crate) fn decide(desk: &Desk, title: &str, keys: &[&str]) {
    wait_until(title, || desk.sees_window(title));
    wait_until("the dialog took the key", || {
        for key in keys {
            press(desk, &["key", "--clearmodifiers", key]);
        }
        let until = Instant::now() + ANSWER;
        while Instant::now() < until && desk.sees_window(title) {
            std::thread::sleep(Duration::from_millis(50));
        }
        !desk.sees_window(title)
    });
}

/// Focuses the dialog with this title; `false` if it is gone, or doesn't take the focus yet.
fn has_keyboard(desk: &Desk, title: &str) -> bool {
    let focus = ["search", "--onlyvisible", "--name", title, "windowfocus"];
    let focused = desk.command("xdotool").args(focus).stdout(Stdio::null()).status();
    focused.is_ok_and(|focused| focused.success()) && {
        let names = desk.command("xdotool").args(["getwindowfocus", "getwindowname"]).output();
        names.is_ok_and(|names| String::from_utf8_lossy(&names.stdout).contains(title))
    }
}

fn press(desk: &Desk, arguments: &[&str]) {
    let pressed = desk.command("xdotool").args(arguments).stdout(Stdio::null()).status();
    let pressed = pressed.unwrap_or_else(|error| panic!("xdotool, which ./dev setup installs: {error}"));
    assert!(pressed.success(), "{arguments:?}");
}
