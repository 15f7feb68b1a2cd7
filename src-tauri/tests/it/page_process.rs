//! The window's page: replaced when its process ends, and never blank after the window was closed and opened quickly.

use std::process::Stdio;

use crate::closing::{close_window, page_processes};
use crate::desk::{Desk, wait_until};
use crate::tray_host::TrayHost;

/// `BSP_WINDOW_CYCLES=200` looks longer.
const CYCLES: u32 = 6;

/// How many pages have reported themselves since the program started.
fn ready_pages(desk: &Desk) -> usize {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    desk.logs().into_iter().map(|log| read(log).matches("the window's page is ready").count()).sum()
}

fn is_visible(desk: &Desk) -> bool {
    let visible = ["search", "--onlyvisible", "--name", "^BenSpamsPhones$"];
    desk.command("xdotool").args(visible).stdout(Stdio::null()).status().unwrap().success()
}

/// How many colors the screen shows; a blank window has a handful.
fn colors(desk: &Desk) -> usize {
    // X Window Dump: the size of the header, and at its 20th number that of the color map, then the pixels.
    let screen = std::fs::read(desk.screen_memory()).unwrap();
    let number = |at: usize| u32::from_be_bytes(screen[at * 4..][..4].try_into().unwrap());
    let pixels = usize::try_from(number(0) + number(19) * 12).unwrap();
    screen[pixels..].chunks_exact(4).collect::<std::collections::HashSet<_>>().len()
}

#[tokio::test]
async fn a_page_whose_process_is_killed_is_loaded_again() {
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let app = desk.start(&[]);
    host.wait_for("Sandbox").await;
    desk.wait_for_tray();
    wait_until("the page is ready", || ready_pages(&desk) == 1);
    let [page] = page_processes(&app)[..] else { panic!("one page, one process") };
    let killed = std::process::Command::new("kill").args(["-9", &page.to_string()]).status().unwrap();
    assert!(killed.success());
    wait_until("another page is ready", || ready_pages(&desk) == 2);
    wait_until("it shows something", || colors(&desk) > 200);
    assert!(page_processes(&app).iter().all(|id| *id != page));
    // As before, it can be closed to the tray, and comes back.
    close_window(&desk, || !is_visible(&desk));
    host.choose("Show window").await;
    wait_until("the window is back", || ready_pages(&desk) == 3 && is_visible(&desk));
}

#[tokio::test]
async fn a_window_that_is_closed_and_opened_quickly_is_never_blank() {
    let cycles = std::env::var("BSP_WINDOW_CYCLES").map_or(CYCLES, |count| count.parse().unwrap());
    let desk = Desk::new();
    let host = TrayHost::start(&desk).await;
    let _app = desk.start(&[]);
    let show = host.wait_for("Show window").await;
    desk.wait_for_tray();
    wait_until("the page is ready", || ready_pages(&desk) == 1);
    for cycle in 1..=cycles {
        // Once as soon as there is a window, whatever it shows, and once to look at it.
        for _ in 0..2 {
            wait_until("there is a window", || is_visible(&desk));
            close_window(&desk, || !desk.sees_window("BenSpamsPhones"));
            host.click(&show).await;
        }
        let before = ready_pages(&desk);
        wait_until(&format!("the window of cycle {cycle} shows its page"), || {
            ready_pages(&desk) > before || colors(&desk) > 200
        });
    }
    wait_until("the last window isn't blank", || colors(&desk) > 200);
    let logs: String = desk.logs().into_iter().map(|log| std::fs::read_to_string(log).unwrap()).collect();
    let renewed = logs.matches("did not come up").count();
    eprintln!("{cycles} cycles; pages that had to be loaded again: {renewed}");
}
