//! `bsp` together with other programs: data on standard output and messages on standard error, JSON where requested,
//! the documented exit codes, manual pages that pass a checker, and completions of existing names.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::{Serving, bsp, run, text};

struct Here {
    serving: Serving,
    folder: tempfile::TempDir,
}

impl Here {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let serving =
            Serving::start(&folder.path().join("data"), |command| command.args(["--sandbox-speed", "100"]));
        Self { serving, folder }
    }

    fn bsp(&self) -> Command {
        bsp(&self.folder.path().join("data"))
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        ended(self.bsp().args(arguments))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (code, out, error) = self.run(&[arguments, &["--json"]].concat());
        assert_eq!((code, error.as_str()), (0, ""), "{arguments:?}: {out}");
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?}: {out}"))
    }
}

fn ended(command: &mut Command) -> (i32, String, String) {
    let ended = run(command);
    (ended.status.code().unwrap(), text(&ended.stdout), text(&ended.stderr))
}

#[test]
fn only_data_is_on_standard_output() {
    let here = Here::start();
    let (code, out, error) = here.run(&["spend"]);
    assert_eq!(code, 0);
    assert!(error.contains("nothing was spent") && !out.contains("nothing"), "{out}{error}");
    for number in ["+15005550100", "+15005550110"] {
        assert_eq!(here.run(&["call", "protocol1", number, "--follow"]).2, "");
    }
    let (_, out, error) = here.run(&["calls", "--limit", "1"]);
    assert_eq!(out.lines().count(), 1, "{out}");
    let id = out.split_whitespace().last().unwrap();
    assert_eq!(id.len(), 36, "the last column is the id: {out}");
    assert_eq!(error, "(older ones: --limit 2)\n");
}

#[test]
fn a_message_comes_from_the_command_line_or_from_standard_input() {
    let here = Here::start();
    let (code, _, error) = here.run(&["call", "alert", "+15005550100", "--message", "--fire & smoke"]);
    assert_eq!((code, error.as_str()), (0, ""));
    let mut command = here.bsp();
    command.args(["call", "alert", "+15005550101", "--message", "-"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"two\nlines\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(here.run(&["call", "alert", "+15005550102"]).0, 0, "it has one of its own");
    let (code, _, error) = here.run(&["call", "dinner", "+15005550103", "--message", "Hi"]);
    assert!(code == 4 && error.contains("takes no message"), "{code} {error}");

    let folder = here.folder.path().join("export");
    assert_eq!(here.run(&["export", folder.to_str().unwrap()]).0, 0);
    let calls: Value = serde_json::from_slice(&fs::read(folder.join("calls.json")).unwrap()).unwrap();
    let messages: Vec<&Value> = calls.as_array().unwrap().iter().map(|call| &call["message"]).collect();
    assert_eq!(messages, [&Value::Null, &Value::from("two\nlines"), &Value::from("--fire & smoke")]);
}

#[test]
fn every_command_speaks_json() {
    let here = Here::start();
    let call = here.json(&["call", "protocol1", "+15005550110"]);
    let id = call["id"].as_str().unwrap().to_owned();
    let (_, followed, _) = here.run(&["call", "protocol1", "+15005550111", "--follow", "--json"]);
    assert!(followed.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{followed}");
    assert_eq!(here.json(&["calls", "--outcome", "busy"])["items"][0]["id"], id.as_str());
    assert!(here.json(&["spend"])["total"].is_array());
    assert!(here.json(&["protocols", "list"])["items"].is_array());
    assert_eq!(here.json(&["limits"])["number_gap_min"], 10);
    assert_eq!(here.json(&["limits", "set", "number_gap_min=5"])["number_gap_min"], 5);
    let findings = here.json(&["doctor"]);
    assert_eq!((&findings["healthy"], &findings["findings"][0]["about"]), (&true.into(), &"server".into()));
    let device = here.json(&["access", "add", "watch"]);
    assert!(device["token"].as_str().unwrap().starts_with("bsp_"), "{device}");
    let listed = here.json(&["access"]);
    let device = listed["devices"][0]["id"].as_str().unwrap();
    assert_eq!(here.json(&["access", "rename", device, "night"])["name"], "night");
    assert_eq!(here.json(&["access", "revoke", device])["revoked"], device);
    assert!(here.json(&["access", "pair"])["url"].as_str().unwrap().contains("/pair?code="));
    assert!(here.json(&["access", "refused"])["items"].is_array());
    assert_eq!(here.json(&["access", "forgive", "192.168.1.7"])["forgiven"], "192.168.1.7");
    let file = |name: &str| here.folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(here.json(&["protocols", "export", &file("p.json")])["file"], file("p.json"));
    let count = here.json(&["protocols", "list"])["items"].as_array().unwrap().len();
    assert_eq!(here.json(&["protocols", "import", &file("p.json")])["imported"], count);
    assert_eq!(here.json(&["backup", &file("b.db")])["file"], file("b.db"));
    assert_eq!(here.json(&["support-bundle", &file("s.json")])["file"], file("s.json"));
    assert_eq!(here.json(&["export", &file("everything")])["folder"], file("everything"));
    assert!(here.json(&["export"])["calls"].is_array());
    let long = here.json(&["call", "protocol1", "+15005550114"]);
    assert_eq!(here.json(&["hangup", long["id"].as_str().unwrap()])["id"], long["id"]);
}

#[test]
fn problems_are_json_too() {
    let here = Here::start();
    let problem = |arguments: &[&str]| -> (i32, Value) {
        let (code, out, error) = here.run(&[arguments, &["--json"]].concat());
        assert_eq!(out, "", "{arguments:?}");
        let told: Value = serde_json::from_str(&error).unwrap_or_else(|_| panic!("{arguments:?}: {error}"));
        assert_eq!(told["exit_code"], code, "{told}");
        assert!(told["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{told}");
        (code, told["code"].clone())
    };
    assert_eq!(problem(&["call", "protocol1", "911"]), (4, "emergency_number".into()));
    assert_eq!(problem(&["call", "nonesuch", "+15005550100"]), (5, "unknown_protocol".into()));
    assert_eq!(problem(&["hangup", "nonsense"]), (2, "usage".into()));
    assert_eq!(problem(&["calls", "--limit", "none"]), (2, "usage".into()));
    assert_eq!(problem(&["nothing"]), (2, "usage".into()));
    assert_eq!(problem(&["backup", here.folder.path().to_str().unwrap()]), (2, "usage".into()));
    let nowhere = tempfile::tempdir().unwrap();
    let (code, _, error) = ended(bsp(nowhere.path()).args(["calls", "--json"]));
    assert_eq!(
        (code, serde_json::from_str::<Value>(&error).unwrap()["code"].as_str()),
        (3, Some("not_running"))
    );
}

#[test]
fn what_makes_no_sense_is_never_sent() {
    let here = Here::start();
    for wrong in [
        &["calls", "--from", "2026-13-01"][..],
        &["calls", "--to", "2026-02-30"],
        &["calls", "--from", "yesterday"],
        &["calls", "--limit", "0"],
        &["calls", "--limit", "201"],
        &["calls", "--query", &"x".repeat(101)],
        &["spend", "--from", "2026-13-01"],
        &["spend", "--from", "2026-03-02", "--to", "2026-03-01"],
        &["limits", "set", "number_gap_min=0"],
        &["limits", "set", "quiet_hours=25:00-07:00"],
        &["limits", "set", "spend_per_day=much"],
        &["limits", "set", "countries="],
    ] {
        let (code, out, error) = here.run(wrong);
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?}: {error}");
    }
    assert_eq!(here.run(&["calls", "--from", "2026-03-01T00:00:00Z"]).0, 0);
    let nowhere = tempfile::tempdir().unwrap();
    assert_eq!(ended(bsp(nowhere.path()).args(["limits", "set", "number_gap_min=0"])).0, 2);
}

fn stranger(answer: &'static str) -> tempfile::TempDir {
    stand_in(move |_| answer)
}

fn stand_in(answer: impl Fn(&str) -> &'static str + Send + 'static) -> tempfile::TempDir {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut head = Vec::new();
            let mut buffer = [0; 4096];
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                let read = connection.read(&mut buffer).unwrap_or(0);
                if read == 0 {
                    break;
                }
                head.extend_from_slice(&buffer[..read]);
            }
            let _ = connection.write_all(answer(&text(&head)).as_bytes());
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let owner = format!("{{\"url\": \"http://{address}/\", \"token\": \"left-behind\"}}");
    fs::write(folder.path().join("owner.json"), owner).unwrap();
    folder
}

const COMMANDS: [&[&str]; 10] = [
    &["calls"],
    &["call", "protocol1", "+15005550100"],
    &["call", "protocol1", "+15005550100", "--follow"],
    &["spend"],
    &["hangup", "0199a0f0-0000-7000-8000-000000000001"],
    &["protocols", "list"],
    &["limits"],
    &["access"],
    &["access", "revoke", "0199a0f0-0000-7000-8000-000000000001"],
    &["access", "pair"],
];

#[test]
fn a_stranger_on_the_port_is_not_the_server() {
    for answer in [
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 2\r\nconnection: close\r\n\r\nNo",
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 302 Found\r\nlocation: /login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\nconnection: close\r\n\r\nHello",
        "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ] {
        let folder = stranger(answer);
        for command in COMMANDS {
            let (code, out, error) = ended(bsp(folder.path()).args(command));
            assert_eq!((code, out.as_str()), (3, ""), "{command:?}: {error}");
            assert!(error.contains("another program answers"), "{error}");
        }
    }
}

#[test]
fn an_answer_that_says_nothing_is_a_failure() {
    let folder = stranger(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    );
    for command in COMMANDS.iter().filter(|command| !command.contains(&"--follow")) {
        for json in [&[][..], &["--json"]] {
            let (code, out, error) = ended(bsp(folder.path()).args(*command).args(json));
            assert_eq!((code, out.as_str()), (1, ""), "{command:?}: {error}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page_that_a_checker_takes() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    let (code, _, error) = ended(bsp(folder.path()).args(["man", "--dir"]).arg(&pages));
    assert_eq!(code, 0, "{error}");
    let mut files: Vec<_> = fs::read_dir(&pages).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    for page in [
        "bsp.1",
        "bsp-call.1",
        "bsp-access.1",
        "bsp-access-add.1",
        "bsp-limits-set.1",
        "bsp-credentials-set.1",
    ] {
        assert!(names.contains(&page), "{names:?}");
    }
    let (code, one, _) = ended(bsp(folder.path()).args(["man", "access", "add"]));
    assert_eq!((code, one), (0, fs::read_to_string(pages.join("bsp-access-add.1")).unwrap()));
    assert_eq!(ended(bsp(folder.path()).args(["man", "nothing"])).0, 2);
    if Command::new("mandoc").arg("-v").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "mandoc is missing: run ./dev setup");
        return;
    }
    for file in &files {
        let judged = Command::new("mandoc").args(["-Tlint", "-Wstyle"]).arg(file).output().unwrap();
        assert_eq!(text(&judged.stdout), "", "{}", file.display());
    }
}

#[test]
fn completions_know_protocols_people_and_calls() {
    let here = Here::start();
    let person = r#"{"name": "Ada Lovelace", "numbers": [{"number": "+15005550142"}]}"#;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let added = here.serving.request(reqwest::Method::POST, "/api/v1/people");
    let added = added.header("content-type", "application/json").body(person);
    assert_eq!(runtime.block_on(added.send()).unwrap().status(), 201);
    let complete = |shell: &str, words: &[&str]| -> String {
        let mut command = here.bsp();
        command.env("COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        command.env("_CLAP_IFS", "\n");
        if shell == "bash" {
            command.env("_CLAP_COMPLETE_COMP_TYPE", "9");
        }
        let (code, out, error) = ended(command.arg("--").args(words));
        assert_eq!(code, 0, "{error}");
        out
    };
    for shell in ["bash", "zsh", "fish"] {
        let said = complete(shell, &["bsp", "call", "proto"]);
        assert!(
            ["protocol1", "protocol2", "protocol3"].iter().all(|id| said.contains(id)),
            "{shell}: {said}"
        );
        assert!(!complete(shell, &["bsp", "call", "x"]).contains("protocol1"), "{shell}");
        assert!(complete(shell, &["bsp", "call", "protocol1", "+1500"]).contains("+15005550142"), "{shell}");
        assert!(complete(shell, &["bsp", "doc"]).contains("doctor"), "{shell}");
    }
    assert_eq!(complete("bash", &["bsp", "calls", "--person", "ada"]).trim(), "Ada\\ Lovelace");
    assert!(complete("zsh", &["bsp", "calls", "--person", "Ada"]).contains("Ada Lovelace"));
    assert_eq!(complete("bash", &["bsp", "hangup", ""]).lines().filter(|line| line.len() == 36).count(), 0);
}

#[test]
fn the_shells_take_the_scripts() {
    let here = Here::start();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_bsp")).parent().unwrap().to_path_buf();
    let path = std::env::join_paths([program, "/usr/bin".into(), "/bin".into()]).unwrap();
    let asks = [
        (
            "bash",
            "source <(bsp completions bash); COMP_WORDS=(bsp call proto); COMP_CWORD=2; COMP_TYPE=9; \
             _clap_complete_bsp bsp proto call; printf '%s\\n' \"${COMPREPLY[@]}\"",
        ),
        ("fish", "bsp completions fish | source; complete --do-complete 'bsp call proto'"),
        ("zsh", "autoload -U compinit; compinit -D; source <(bsp completions zsh); print $_comps[bsp]"),
    ];
    for (shell, script) in asks {
        let mut command = Command::new(shell);
        command.env_clear().env("PATH", &path).env("HOME", here.folder.path());
        command.env("BSP_DATA_DIR", here.folder.path().join("data")).args(["-c", script]);
        let Ok(said) = command.output() else { continue };
        let out = text(&said.stdout);
        let wanted = if shell == "zsh" { "_clap_dynamic_completer_bsp" } else { "protocol2" };
        assert!(out.contains(wanted), "{shell}: {out}{}", text(&said.stderr));
    }
}

#[test]
fn another_twiml_than_the_shown_one_is_not_allowed() {
    let folder = stand_in(|head| {
        if head.starts_with("GET ") {
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\netag: \"read\"\r\ncontent-length: 16\r\nconnection: close\r\n\r\n{\"twiml\": \"<x>\"}"
        } else if head.starts_with("PUT ") && head.contains("if-match: \"read\"\r\n") {
            "HTTP/1.1 412 Precondition Failed\r\ncontent-type: application/problem+json\r\ncontent-length: 55\r\nconnection: close\r\n\r\n{\"title\": \"No\", \"detail\": \"Changed\", \"code\": \"changed\"}"
        } else {
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
        }
    });
    let (code, out, error) = ended(bsp(folder.path()).args(["protocols", "allow", "protocol1"]));
    assert_eq!((code, out.as_str()), (4, ""), "{error}");
    assert!(error.contains("Changed"), "{error}");
}
