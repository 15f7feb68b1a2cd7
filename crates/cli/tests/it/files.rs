//! Files of other programs, on the command line.

use std::fs;

use serde_json::Value;

use crate::harness::{Serving, bsp, run, text};

struct Here {
    _serving: Serving,
    folder: tempfile::TempDir,
}

impl Here {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serving = Serving::start(&folder.path().join("data"), |command| command);
        Self { _serving: serving, folder }
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let ended = run(bsp(&self.folder.path().join("data")).args(arguments));
        (ended.status.code().unwrap(), text(&ended.stdout), text(&ended.stderr))
    }

    fn write(&self, name: &str, content: &[u8]) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn an_address_book_is_tried_imported_and_undone() {
    let here = Here::start();
    let book = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:J\xf6rg\r\nTEL;CELL:+14155550104\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Nobody\r\nEND:VCARD\r\n";
    let file = here.write("book.vcf", book);
    let (code, out, notes) = here.run(&["people", "import", &file, "--dry-run"]);
    assert_eq!(
        (code, out.contains("J\u{f6}rg"), notes.contains("Nothing was changed")),
        (0, true, true),
        "{out}{notes}"
    );
    assert_eq!(here.run(&["people", "list"]).1, "");
    let (code, out, notes) = here.run(&["people", "import", &file]);
    assert_eq!(code, 0, "{notes}");
    assert!(out.starts_with("new ") && out.lines().count() == 1, "{out}");
    assert!(notes.contains("left out: Nobody has no phone number."), "{notes}");
    assert!(here.run(&["people", "list"]).1.contains("+14155550104"));
    let (code, out, _) = here.run(&["people", "undo", "--json"]);
    let undone: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &undone["removed"]), (0, &Value::from(1)));
    assert_eq!(here.run(&["people", "undo"]).0, 5, "there is none any more");
    let list = here.write("list.txt", b"milk, bread\n");
    let (code, out, problem) = here.run(&["people", "import", &list]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(problem.contains("not an address book"), "{problem}");
}

#[test]
fn people_are_added_to_groups_by_name_or_number() {
    let here = Here::start();
    let card =
        |name: &str, number: &str| format!("BEGIN:VCARD\r\nFN:{name}\r\nTEL:{number}\r\nEND:VCARD\r\n");
    let book = card("Ada", "+14155550104") + &card("Ada", "+14155550105") + &card("Bob", "+14155550106");
    assert_eq!(here.run(&["people", "import", &here.write("book.vcf", book.as_bytes())]).0, 0);
    assert_eq!(here.run(&["groups", "add", "Family", "bob", "+14155550105"]).1, "Family has 2 members\n");
    assert_eq!(here.run(&["groups", "add", "FAMILY", "Ada"]).1, "Family has 3 members\n");
    let shown = here.run(&["groups", "show", "family"]).1;
    let numbers: Vec<&str> = shown.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(numbers, ["+14155550106", "+14155550105", "+14155550104"], "{shown}");
    assert!(here.run(&["groups", "list"]).1.contains("Bob, Ada, Ada"));
    assert_eq!(here.run(&["groups", "add", "Family", "Ada"]).0, 4, "she is in it with that number");
    assert_eq!(here.run(&["groups", "add", "Family", "Zoe"]).0, 2);
    assert_eq!(here.run(&["groups", "remove", "Family", "+14155550105"]).1, "Family has 2 members\n");
    assert_eq!(here.run(&["groups", "remove", "Family", "Ada"]).1, "Family has 1 member\n");
    assert_eq!(here.run(&["groups", "remove", "Family"]).0, 0);
    assert_eq!(here.run(&["groups", "show", "Family"]).0, 5);
    assert_eq!(here.run(&["people", "list"]).1.lines().count(), 2, "the people stay");
}

#[test]
fn sounds_are_added_listed_and_removed() {
    let here = Here::start();
    // A tenth of a second of silence at 16 kHz, which phones don't play.
    let mut wav =
        b"RIFF\xa4\x0c\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0data\x80\x0c\0\0"
            .to_vec();
    wav.extend([0; 3_200]);
    let (code, out, notes) = here.run(&["sounds", "add", &here.write("Dinner bell.wav", &wav)]);
    assert_eq!((code, notes.contains("converted")), (0, true), "{notes}");
    let id = out.trim();
    let (_, listed, _) = here.run(&["sounds", "list"]);
    assert!(listed.contains(id) && listed.contains("Dinner bell"), "{listed}");
    assert_eq!(here.run(&["sounds", "remove", id]).0, 0);
    assert_eq!(here.run(&["sounds", "remove", id]).0, 5);
    assert_eq!(here.run(&["sounds", "add", &here.write("page.mp3", b"<html>")]).0, 4);
}

#[test]
fn a_misspelt_option_is_pointed_out() {
    let here = Here::start();
    let file = r#"{"a": {"phone_number": "+15005550006", "twiml": "<Response/>", "time_limt": 60}}"#;
    let (code, _, notes) = here.run(&["protocols", "import", &here.write("protocols.json", file.as_bytes())]);
    assert_eq!(code, 0, "{notes}");
    assert!(notes.contains("Did you mean \"time_limit\"?"), "{notes}");
    let twice = r#"{"a": {}, "a": {}}"#;
    let (code, _, problem) = here.run(&["protocols", "import", &here.write("twice.json", twice.as_bytes())]);
    assert_eq!(code, 4);
    assert!(problem.contains("the id \"a\" appears twice"), "{problem}");
}
