//! `bsp serve` as a service: what it tells systemd, the listeners that systemd opens for it, and the units of the packages.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use reqwest::StatusCode;

use crate::harness::{PATIENCE, Serving, bsp, run, text};

/// The service manager's end.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    fn new(folder: &Path) -> Self {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket, path }
    }

    fn hear(&self) -> String {
        let mut message = [0; 4096];
        let length = self.socket.recv(&mut message).unwrap();
        String::from_utf8(message[..length].to_vec()).unwrap()
    }

    /// The next message with this line; what comes before it is returned too.
    fn until(&self, line: &str) -> Vec<String> {
        let mut heard = vec![self.hear()];
        while !heard.last().unwrap().lines().any(|told| told == line) {
            heard.push(self.hear());
        }
        heard
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn sign_in(address: SocketAddr, password: &str) -> StatusCode {
    let client = client();
    let request = client.get(format!("http://{address}/api/call")).basic_auth("user", Some(password));
    request.send().await.unwrap().status()
}

fn address(serving: &Serving) -> SocketAddr {
    serving.owner.url.socket_addrs(|| None).unwrap()[0]
}

#[tokio::test]
async fn systemd_is_told_of_the_start_the_reload_and_the_stop() {
    let folder = tempfile::tempdir().unwrap();
    let manager = Manager::new(folder.path());
    let password = folder.path().join("password");
    fs::write(&password, "first\n").unwrap();
    let mut serving = Serving::start(&folder.path().join("data"), |command| {
        command.env("NOTIFY_SOCKET", &manager.path).env("BENSPAMSPHONES_PASS_FILE", &password)
    });
    let ready = manager.until("READY=1");
    assert_eq!(ready.len(), 1, "nothing is said before: {ready:?}");
    assert!(ready[0].contains("\nSTATUS=Sandbox: no phone rings. Open http://127.0.0.1:"), "{ready:?}");
    let here = address(&serving);
    assert_eq!(sign_in(here, "first").await, 200);

    fs::write(&password, "second\n").unwrap();
    serving.signal("HUP");
    let reloading = manager.until("RELOADING=1").pop().unwrap();
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    manager.until("READY=1");
    assert_eq!(sign_in(here, "second").await, 200, "at the same address, with what the file holds now");
    assert_eq!(sign_in(here, "first").await, 401);

    fs::remove_file(&password).unwrap();
    serving.signal("HUP");
    manager.until("RELOADING=1");
    let ready = manager.until("READY=1").pop().unwrap();
    assert!(ready.contains("STATUS=Not reloaded: BENSPAMSPHONES_PASS_FILE"), "{ready}");
    assert_eq!(sign_in(here, "second").await, 200, "what ran goes on");

    serving.signal("TERM");
    manager.until("STOPPING=1");
    assert_eq!(serving.wait(), Some(0));
}

#[test]
fn the_watchdog_is_told_again_and_again_that_it_works() {
    let folder = tempfile::tempdir().unwrap();
    let manager = Manager::new(folder.path());
    let _serving = Serving::start(&folder.path().join("data"), |command| {
        command.env("NOTIFY_SOCKET", &manager.path).env("WATCHDOG_USEC", "30000")
    });
    manager.until("READY=1");
    for _ in 0..3 {
        assert_eq!(manager.hear(), "WATCHDOG=1\n");
    }
}

/// Listeners as systemd hands them over: from file 3 on, with the process they are meant for.
fn hand_over(lan: &TcpListener, webhook: &TcpListener, folder: &Path, names: Option<&str>) -> Command {
    let mut command = bsp(&folder.join("data"));
    let program = command.get_program().to_owned();
    let mut shell = Command::new("/bin/sh");
    shell.env_clear();
    for (name, value) in command.env("LISTEN_FDS", "2").get_envs() {
        shell.env(name, value.unwrap());
    }
    if let Some(names) = names {
        shell.env("LISTEN_FDNAMES", names);
    }
    shell.args(["-c", r#"LISTEN_PID=$$ exec "$0" serve --listen 127.0.0.1:1 3<&0 4<&2 </dev/null 2>said"#]);
    shell.arg(program).stdin(OwnedFd::from(lan.try_clone().unwrap()));
    shell.stderr(OwnedFd::from(webhook.try_clone().unwrap())).current_dir(folder);
    shell
}

#[tokio::test]
async fn listeners_that_are_open_already_are_used_also_after_a_restart() {
    for (names, swapped) in [(None, false), (Some("callbacks:interface"), true), (Some("a:b"), false)] {
        let folder = tempfile::tempdir().unwrap();
        let manager = Manager::new(folder.path());
        let [first, second] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let mut command = hand_over(&first, &second, folder.path(), names);
        let mut child = command.env("NOTIFY_SOCKET", &manager.path).stdout(Stdio::null()).spawn().unwrap();
        let (lan, webhook) = if swapped { (&second, &first) } else { (&first, &second) };
        let [lan, webhook] = [lan, webhook].map(|listener| listener.local_addr().unwrap());
        for start in ["the first", "after a reload"] {
            let ready = manager.until("READY=1").pop().unwrap();
            assert!(ready.contains(&format!("Open http://{lan}/")), "{ready}");
            let client = client();
            let ask = async |address| {
                client.get(format!("http://{address}/healthz")).send().await.unwrap().status()
            };
            assert_eq!(ask(lan).await, 200, "{start} {names:?}");
            assert_eq!(ask(webhook).await, 404, "Twilio's listener has no such route: {start} {names:?}");
            if start == "the first" {
                signal("HUP", child.id());
                manager.until("RELOADING=1");
            }
        }
        signal("TERM", child.id());
        manager.until("STOPPING=1");
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn sockets_without_a_use_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = |command: &mut Command| {
        assert_eq!(command.stdout(Stdio::null()).status().unwrap().code(), Some(2));
        fs::read_to_string(folder.path().join("said")).unwrap()
    };
    let mut two_for_twilio = hand_over(&listener, &listener, folder.path(), Some("callbacks:callbacks"));
    let said = refused(&mut two_for_twilio);
    assert!(said.contains(r#"socket 2 ("callbacks")"#) && said.contains("already"), "{said}");
    let mut datagrams = hand_over(&listener, &listener, folder.path(), None);
    let (one, _other) = UnixDatagram::pair().unwrap();
    let said = refused(datagrams.stderr(OwnedFd::from(one)));
    assert!(said.contains("socket 2") && said.contains("not a valid tcp socket"), "{said}");
}

fn signal(name: &str, process: u32) {
    assert!(
        Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap().success()
    );
}

/// Whether a tool of systemd is here; says so if not.
#[expect(clippy::print_stderr, reason = "the output must say what was not tested")]
fn has(tool: &str) -> bool {
    let has = Command::new(tool).arg("--version").output().is_ok_and(|ended| ended.status.success());
    if !has {
        eprintln!("there is no {tool}, so this was not tested");
    }
    has
}

#[tokio::test]
async fn systemds_own_tool_hands_over_both_listeners() {
    if !has("systemd-socket-activate") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let manager = Manager::new(folder.path());
    // It takes no port 0, so these are free ones.
    let [callbacks, interface] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [callbacks, interface] = [callbacks, interface].map(|listener| listener.local_addr().unwrap());
    let mut command = Command::new("systemd-socket-activate");
    for (name, value) in bsp(&folder.path().join("data")).get_envs() {
        command.arg(format!(
            "--setenv={name}={value}",
            name = name.display(),
            value = value.unwrap().display()
        ));
    }
    command
        .arg(format!("--setenv=NOTIFY_SOCKET={}", manager.path.display()))
        .args([format!("--listen={callbacks}"), format!("--listen={interface}")])
        .args(["--fdname=callbacks:interface", env!("CARGO_BIN_EXE_bsp"), "serve"])
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    // The first connection starts it, and waits for it.
    let client = client();
    let first = loop {
        match client.get(format!("http://{interface}/healthz")).send().await {
            Err(error) if error.is_connect() => {
                assert!(child.try_wait().unwrap().is_none(), "{error}");
                tokio::task::yield_now().await;
            }
            answer => break answer.unwrap(),
        }
    };
    assert_eq!(first.status(), 200);
    assert!(manager.until("READY=1").pop().unwrap().contains(&format!("Open http://{interface}/")));
    let page = client.get(format!("http://{callbacks}/healthz")).send().await.unwrap();
    assert_eq!(page.status(), 404);
    signal("TERM", child.id());
    assert!(child.wait().unwrap().success());
}

fn units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/systemd")
}

/// The packages' units, with the program that was just built.
fn units_here(folder: &Path) -> PathBuf {
    let here = folder.join("units");
    fs::create_dir(&here).unwrap();
    for unit in fs::read_dir(units()).unwrap() {
        let path = unit.unwrap().path();
        if path.is_file() {
            let unit = fs::read_to_string(&path).unwrap().replace("/usr/bin/bsp", env!("CARGO_BIN_EXE_bsp"));
            fs::write(here.join(path.file_name().unwrap()), unit).unwrap();
        }
    }
    here
}

#[test]
fn systemd_understands_the_units_and_finds_the_service_well_protected() {
    if !has("systemd-analyze") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = units_here(folder.path());
    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no"]).current_dir(&here);
    let verified = run(command.args(["./bsp.service", "./bsp.socket", "./bsp-callbacks.socket"]));
    assert!(verified.status.success() && verified.stderr.is_empty(), "{}", text(&verified.stderr));

    let mut command = Command::new("systemd-analyze");
    command.args(["verify", "--man=no", "--user"]).env("XDG_RUNTIME_DIR", folder.path());
    let user = fs::read_to_string(units().join("user/bsp.service")).unwrap();
    let path = folder.path().join("bsp.service");
    fs::write(&path, user.replace("/usr/bin/bsp", env!("CARGO_BIN_EXE_bsp"))).unwrap();
    let verified = run(command.arg(&path));
    assert!(verified.status.success() && verified.stderr.is_empty(), "{}", text(&verified.stderr));

    // In tenths: 2.0 at most.
    let mut command = Command::new("systemd-analyze");
    command.args(["security", "--offline=yes", "--threshold=20", "--no-pager", "./bsp.service"]);
    let rated = run(command.current_dir(&here));
    assert!(rated.status.success(), "{}", text(&rated.stdout));
    assert!(text(&rated.stdout).contains("Overall exposure level"), "{}", text(&rated.stdout));
}

/// Each secret that can be in the environment can come from systemd.
#[test]
fn the_service_asks_for_every_documented_secret() {
    let unit = fs::read_to_string(units().join("bsp.service")).unwrap();
    let settings = fs::read_to_string(units().join("../../docs/settings.md")).unwrap();
    let asked: Vec<_> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("LoadCredential=")?.split_once(":benspamsphones."))
        .collect();
    assert!(asked.iter().all(|(id, file)| id == file), "{asked:?}");
    let documented = settings.split("`NAME_FILE`").nth(1).unwrap().split("\n\n").next().unwrap();
    for (id, _) in &asked {
        assert!(documented.contains(&format!("`{id}`")), "{id}");
    }
    assert_eq!(documented.matches('`').count() / 2, asked.len() + 3, "{documented}");
}
