//! The desktop's own dialogs, by their windows and keys.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::desk::{Desk, wait_until};

/// How long a dialog may take over a key before it is pressed again.
const ANSWER: Duration = Duration::from_secs(3);

/// Types a file's name into the dialog of this title, and waits until `done`.
pub(crate) fn choose(desk: &Desk, title: &str, path: &Path, done: impl Fn() -> bool) {
    let path = path.to_str().unwrap();
    wait_until(title, || desk.sees_window(title));
    // Whose keys went nowhere types again: a dialog is in sight a moment before it has the keyboard.
    wait_until("the dialog took the name", || {
        // The page behind has keys of its own, and must not get those that are meant for the dialog.
        if desk.sees_window(title) && !has_keyboard(desk, title) {
            return done();
        }
        // The first key opens the line for a name in some of them, and the next ones may be lost meanwhile.
        press(desk, &["type", "/"]);
        std::thread::sleep(Duration::from_millis(200));
        press(desk, &["key", "--clearmodifiers", "ctrl+a"]);
        press(desk, &["type", "--delay", "5", path]);
        for _ in 0..2 {
            // The first may only go into the folder; none is left over for the window behind.
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

/// Presses a key that a button of the dialog of this title has, with Alt.
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

/// Gives the dialog of this title the keyboard; `false` when it is gone meanwhile, or doesn't take it yet.
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
