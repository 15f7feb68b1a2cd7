//! What `bsp call` says when a limit refuses a call, and how `bsp limits` changes it.

use std::process::Output;

use crate::harness::{Serving, bsp, run, text};

#[test]
fn a_limit_refuses_in_its_words_until_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _serving = Serving::start(&data, |command| command.args(["--sandbox-speed", "100"]));
    let call = |to: &str| run(bsp(&data).args(["call", "protocol1", to]));
    let refused = |output: Output, words: &str| {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains(words), "{said}");
    };
    let first = call("+15005550110");
    assert!(first.status.success(), "{}", text(&first.stderr));
    refused(call("+15005550110"), "less than 10 minutes ago");
    refused(call("+4930901820"), "list of allowed countries");
    refused(call("911"), "emergency number");
    refused(call("+15005550006"), "your own Twilio account");

    let bad = run(bsp(&data).args(["limits", "set", "number_gap_min=0"]));
    assert_eq!(bad.status.code(), Some(2), "{}", text(&bad.stderr));
    let set = run(bsp(&data).args(["limits", "set", "number_gap_min=none", "quiet_hours=22:00-07:00"]));
    assert!(set.status.success(), "{}", text(&set.stderr));
    let told = text(&run(bsp(&data).arg("limits")).stdout);
    assert!(told.lines().any(|line| line.starts_with("number_gap_min") && line.contains("none")), "{told}");
    assert!(told.contains("22:00-07:00"), "{told}");
    assert!(call("+15005550110").status.success());
}
