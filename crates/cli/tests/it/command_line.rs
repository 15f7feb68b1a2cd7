//! The other commands, against a running server, and the exit codes that scripts rely on.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Serving, bsp, run, text};

struct Here {
    _serving: Serving,
    folder: tempfile::TempDir,
}

impl Here {
    fn start() -> Self {
        Self::start_at("100")
    }

    fn start_at(speed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serving =
            Serving::start(&folder.path().join("data"), |command| command.args(["--sandbox-speed", speed]));
        Self { _serving: serving, folder }
    }

    fn bsp(&self) -> Command {
        bsp(&self.folder.path().join("data"))
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let ended = run(self.bsp().args(arguments));
        (ended.status.code().unwrap(), text(&ended.stdout))
    }
}

#[test]
fn pairing_names_the_certificate_that_the_phone_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _serving = Serving::start(&data, |command| command.arg("--https"));
    let said = |arguments: &[&str]| text(&run(bsp(&data).args(arguments)).stdout);
    let pairing: Value = serde_json::from_str(&said(&["access", "pair", "--json"])).unwrap();
    let fingerprint = pairing["fingerprint"].as_str().unwrap();
    assert!(fingerprint.len() >= 64, "{fingerprint}");
    let words = said(&["access", "pair"]);
    assert!(words.contains("SHA-256") && words.contains(fingerprint), "{words}");
}

#[test]
fn exit_codes_tell_how_a_call_went() {
    let here = Here::start();
    let (code, said) = here.run(&["call", "protocol1", "+15005550100", "--follow"]);
    assert_eq!(code, 0, "{said}");
    let stations: Vec<_> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(stations.first(), Some(&"requested"));
    assert_eq!(stations.last(), Some(&"completed"));

    assert_eq!(here.run(&["call", "protocol1", "+15005550110", "--follow"]).0, 6, "busy");
    assert_eq!(here.run(&["call", "protocol1", "+15005550111", "--follow"]).0, 6, "nobody answers");
    assert_eq!(here.run(&["call", "protocol1", "911"]).0, 4, "never called");
    assert_eq!(here.run(&["call", "protocol1", "+15005550001"]).0, 4, "refused by Twilio");
    assert_eq!(here.run(&["call", "nonesuch", "+15005550100"]).0, 5);
    assert_eq!(here.run(&["hangup", "0199a0f0-0000-7000-8000-000000000001"]).0, 5);
    assert_eq!(here.run(&["hangup", "nonsense"]).0, 2);
    assert_eq!(here.run(&["call"]).0, 2);
}

#[test]
fn a_call_that_asks_for_it_has_to_be_confirmed() {
    let here = Here::start();
    let (code, said) = here.run(&["call", "alert", "+15005550130", "--follow"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Confirmed; the call took"), "{said}");
    let (code, said) = here.run(&["call", "alert", "+15005550131", "--follow"]);
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("Answered but not confirmed"), "{said}");
    let (_, confirmed) = here.run(&["calls", "--outcome", "confirmed"]);
    assert!(confirmed.contains("confirmed") && confirmed.contains("+15005550130"), "{confirmed}");
    assert!(!confirmed.contains("+15005550131"), "{confirmed}");
    let (_, protocols) = here.run(&["protocols", "list"]);
    assert!(protocols.contains("says \"Hello {name}. {message}\", asks for 1 to confirm"), "{protocols}");
}

#[test]
fn a_long_call_is_hung_up_and_found_in_the_history() {
    // At real speed, where it lasts five minutes: it never ends before it is hung up.
    let here = Here::start_at("1");
    let (code, said) = here.run(&["call", "protocol1", "+15005550114", "--json"]);
    assert_eq!(code, 0);
    let call: Value = serde_json::from_str(&said).unwrap();
    let id = call["id"].as_str().unwrap();
    let (code, said) = here.run(&["hangup", id]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(here.run(&["hangup", id]).0, 4, "it is over");
    let (_, listed) = here.run(&["calls", "--query", "5550114"]);
    assert!(listed.contains(id), "{listed}");
    assert_eq!(here.run(&["calls", "--query", "5550199"]).1, "");
}

#[test]
fn the_history_is_asked_in_the_words_that_it_answers_with() {
    let here = Here::start();
    assert_eq!(here.run(&["call", "protocol1", "+15005550100", "--follow"]).0, 0);
    let calls = |more: &[&str]| -> Value {
        let (code, said) = here.run(&[&["calls", "--json"], more].concat());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&said).unwrap()["items"].clone()
    };
    let all = calls(&[]);
    let (way, outcome) = (all[0]["asked_by"].as_str().unwrap(), all[0]["status"].as_str().unwrap());
    assert_eq!(way, "command_line");
    assert_eq!(calls(&["--asked-by", way, "--outcome", outcome])[0]["id"], all[0]["id"]);
    assert_eq!(calls(&["--asked-by", "tray"]), Value::Array(Vec::new()));
    assert_eq!(here.run(&["calls", "--asked-by", "carrier_pigeon"]).0, 2);
}

#[test]
fn what_was_spent_and_what_is_left() {
    let here = Here::start();
    let (code, said) = here.run(&["spend"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("left on the account") && said.contains("20 USD"), "{said}");
    assert_eq!(here.run(&["call", "protocol1", "+15005550100", "--follow"]).0, 0);
    let (_, said) = here.run(&["spend", "--by", "protocol", "--json"]);
    let spending: Value = serde_json::from_str(&said).unwrap();
    let sum = &spending["total"][0];
    // The price arrives a moment after the end.
    let amounts = [&sum["spent"]["amount"], &sum["expected"]["amount"]];
    assert!(amounts.iter().any(|amount| *amount == "0.014"), "{said}");
    assert!(here.run(&["spend"]).1.contains("in all"));
    assert_eq!(here.run(&["spend", "--from", "yesterday"]).0, 2);
    assert_eq!(here.run(&["spend", "--from", "2026-03-02", "--to", "2026-03-01"]).0, 2);
}

#[test]
fn protocols_go_out_and_come_back() {
    let here = Here::start();
    let file = here.folder.path().join("protocols.json");
    let file = file.to_str().unwrap();
    assert_eq!(here.run(&["protocols", "export", file]).0, 0);
    let exported = fs::read_to_string(file).unwrap();
    let one = r#"{"only": {"phone_number": "+15005550006", "say": {"text": "Hello"}}}"#;
    fs::write(file, one).unwrap();
    assert_eq!(here.run(&["protocols", "import", "--replace", file]).0, 0);
    let (_, listed) = here.run(&["protocols", "list"]);
    assert!(listed.starts_with("only ") && listed.contains("says \"Hello\""), "{listed}");
    fs::write(file, &exported).unwrap();
    assert_eq!(here.run(&["protocols", "import", "--replace", file]).0, 0);
    assert_eq!(here.run(&["protocols", "export"]).1, exported);
    fs::write(file, "{\"bad\": {}}").unwrap();
    assert_eq!(here.run(&["protocols", "import", file]).0, 4);
}

#[test]
fn without_a_server_that_is_what_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["calls"][..], &["call", "protocol1", "+15005550100"], &["protocols", "list"]] {
        let ended = run(bsp(&folder.path().join("data")).args(arguments));
        assert_eq!(ended.status.code(), Some(3), "{arguments:?}");
        assert!(text(&ended.stderr).contains("bsp serve"), "{}", text(&ended.stderr));
    }
}

#[test]
fn completions_are_made_for_each_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = run(bsp(folder.path()).args(["completions", shell]));
        assert!(ended.status.success() && text(&ended.stdout).contains("COMPLETE"), "{shell}");
    }
}

#[test]
fn who_may_come_in() {
    let here = Here::start();
    let (code, token) = here.run(&["access", "add", "backup script"]);
    assert_eq!(code, 0);
    assert!(token.trim().starts_with("bsp_") && token.trim().len() == 68, "{token}");
    let (_, listed) = here.run(&["access"]);
    assert!(listed.contains("backup script") && !listed.contains(token.trim()), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    assert_eq!(here.run(&["access", "rename", id, "night watch"]).0, 0);
    let (_, renamed) = here.run(&["access"]);
    assert!(renamed.contains("night watch") && !renamed.contains("backup script"), "{renamed}");
    assert_eq!(here.run(&["access", "rename", "0199a0f0-0000-7000-8000-000000000001", "x"]).0, 5);
    assert_eq!(here.run(&["access", "revoke", id]).0, 0);
    assert_eq!(here.run(&["access", "revoke", id]).0, 5);
    assert_eq!(here.run(&["access", "list"]).1, "");

    let (code, picture) = here.run(&["access", "pair"]);
    assert_eq!(code, 0);
    assert!(picture.contains("/pair?code="), "{picture}");
    assert_eq!(here.run(&["access", "refused"]), (0, String::new()));
    assert_eq!(here.run(&["access", "forgive", "192.168.1.7"]).0, 0);
}

#[test]
fn health_is_told_by_the_exit_code() {
    let here = Here::start();
    assert_eq!(here.run(&["health"]), (0, "ready\n".to_owned()));
    assert_eq!(here.run(&["health", "--json"]), (0, "{\"ready\":true}\n".to_owned()));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(bsp(&folder.path().join("data")).arg("health")).status.code(), Some(3));
}
