//! Backup, restore, export and the support bundle on the command line, and what `bsp serve` says about a damaged
//! database.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Serving, bsp, run, text};

struct Here {
    folder: tempfile::TempDir,
    serving: Option<Serving>,
}

impl Here {
    fn start() -> Self {
        let mut here = Self { folder: tempfile::tempdir().unwrap(), serving: None };
        here.serve();
        here
    }

    fn serve(&mut self) {
        self.serving = Some(Serving::start(&self.data(), |command| command.args(["--sandbox-speed", "100"])));
    }

    fn stop(&mut self) {
        let mut serving = self.serving.take().unwrap();
        serving.signal("TERM");
        assert_eq!(serving.wait(), Some(0));
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let ended = run(bsp(&self.data()).args(arguments));
        (ended.status.code().unwrap(), text(&ended.stdout), text(&ended.stderr))
    }

    fn calls(&self) -> usize {
        self.run(&["calls"]).1.lines().count()
    }
}

#[test]
fn a_backup_is_made_while_it_runs_and_restored_while_it_does_not() {
    let mut here = Here::start();
    let file = here.file("phones.bspbackup");
    assert_eq!(here.run(&["call", "protocol1", "+15005550100", "--follow"]).0, 0);
    let calls = here.calls();
    let (code, said, _) = here.run(&["backup", &file]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(here.run(&["backup", &file]).0, 2, "nothing is overwritten");
    assert_eq!(here.run(&["call", "protocol1", "+15005550142", "--follow"]).0, 0);
    assert_ne!(here.calls(), calls);
    let (code, _, why) = here.run(&["restore", &file]);
    assert!(code == 1 && why.contains("Quit that one first"), "{code} {why}");

    here.stop();
    let (code, said, why) = here.run(&["restore", &file]);
    assert_eq!(code, 0, "{why}");
    assert!(said.contains("1 calls") && said.contains("benspamsphones-before-restore-"), "{said}");
    assert!(said.contains("do-not-call data, and 1 call that the limits still count."), "{said}");
    let text_file = here.file("text");
    fs::write(&text_file, "no backup").unwrap();
    assert_eq!(here.run(&["restore", &text_file]).0, 4);
    here.serve();
    assert_eq!(here.calls(), calls + 1);
}

#[test]
fn everything_is_taken_along_with_and_without_a_server() {
    let mut here = Here::start();
    assert_eq!(here.run(&["call", "protocol1", "+15005550100", "--follow"]).0, 0);
    here.run(&["export", &here.file("running")]);
    here.stop();
    let (code, all, why) = here.run(&["export"]);
    assert_eq!(code, 0, "{why}");
    let all: Value = serde_json::from_str(&all).unwrap();
    let calls = fs::read(here.folder.path().join("running/calls.json")).unwrap();
    assert_eq!(all["calls"][0]["id"], serde_json::from_slice::<Value>(&calls).unwrap()[0]["id"]);

    let log = here.file("log");
    fs::write(&log, "called +15005550100\n").unwrap();
    let (code, report, why) = here.run(&["support-bundle", "-", "--lines", &log]);
    assert_eq!(code, 0, "{why}");
    assert!(report.contains("00\"") && !report.contains("5550100"), "{report}");
}

#[test]
fn a_damaged_database_is_said_with_what_to_do() {
    let mut here = Here::start();
    here.stop();
    let database = here.data().join("benspamsphones.db");
    let mut bytes = fs::read(&database).unwrap();
    let half = bytes.len() / 2 / 4_096 * 4_096;
    bytes[half..].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let (code, _, why) = here.run(&["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]);
    assert!(code == 1 && why.contains("damaged") && why.contains("bsp restore --begin-anew"), "{code} {why}");
    assert_eq!(fs::read(&database).unwrap(), bytes);
    let (code, said, why) = here.run(&["restore", "--begin-anew"]);
    assert_eq!(code, 0, "{why}");
    let aside = said.split_whitespace().last().unwrap();
    assert_eq!(fs::read(aside).unwrap(), bytes, "{said}");
    here.serve();
}
