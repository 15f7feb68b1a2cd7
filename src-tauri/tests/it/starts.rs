//! Starts: a second one, one without a screen, one whose port is taken.

use std::net::TcpListener;

use crate::desk::{Desk, complaints_of, spawn, wait_for_end, wait_until};
use crate::dialogs::decide;
use crate::driver::Window;

#[tokio::test]
async fn a_second_start_hands_its_link_to_the_first_and_rings_nobody() {
    let desk = Desk::new();
    let window = Window::open(&desk, &[]).await;
    window.find("#number").await;
    let mut second = spawn(desk.app().arg("tel:+1-500-555-0114"));
    let status = wait_for_end("the second start ends", &mut second.0);
    assert!(status.success(), "{status}");
    let filled = "return document.querySelector('#number').value.replace(/\\D/g, '') === '15005550114'";
    window.wait_until("the number is filled in", filled).await;
    // Also with more arguments, and an invalid number changes nothing.
    let mut third = spawn(desk.app().args(["--port", "0", "benspamsphones:nobody"]));
    assert!(wait_for_end("the third start ends", &mut third.0).success());
    window.wait_until("the number is still there", filled).await;
    assert!(desk.calls().await.is_empty(), "a link never dials");
    window.close().await;
}

#[test]
fn without_a_display_it_says_what_to_do() {
    let desk = Desk::new();
    let mut app = desk.app();
    app.env_remove("DISPLAY");
    let (status, complaint) = complaints_of(app);
    assert_eq!(status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("no display") && complaint.contains("bsp serve"), "{complaint}");
}

#[tokio::test]
async fn a_second_start_that_wants_another_folder_or_mode_says_that_it_cannot() {
    let desk = Desk::new();
    let _app = desk.start(&[]);
    for wish in [["--data-dir", "elsewhere"], ["--mode", "live"]] {
        let mut second = spawn(desk.app().args(wish));
        assert!(wait_for_end("the second start ends", &mut second.0).success());
        decide(&desk, "BenSpamsPhones is already running", &["Return"]);
    }
    let mut same = spawn(desk.app().args(["--mode", "sandbox"]));
    assert!(wait_for_end("the second start ends", &mut same.0).success());
    assert!(!desk.sees_window("BenSpamsPhones is already running"), "that is how it runs");
}

#[test]
fn a_webhook_port_that_is_taken_names_its_own_flag() {
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let log = desk.data_dir().join("said");
    let mut app = desk.app();
    app.arg("--webhook-listen").arg(taken.local_addr().unwrap().to_string());
    let _app = spawn(app.stderr(std::fs::File::create(&log).unwrap()));
    wait_until("it says so", || {
        std::fs::read_to_string(&log).is_ok_and(|said| said.contains("start this one with --webhook-listen"))
    });
}

#[test]
fn a_port_that_is_taken_is_said() {
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let log = desk.data_dir().join("said");
    let mut app = desk.app();
    app.arg("--port").arg(taken.local_addr().unwrap().port().to_string());
    let _app = spawn(app.stderr(std::fs::File::create(&log).unwrap()));
    wait_until("it says so", || {
        std::fs::read_to_string(&log).is_ok_and(|said| said.contains("Another program uses that port"))
    });
    wait_until("a window says so", || desk.sees_window("BenSpamsPhones can't start"));
}
