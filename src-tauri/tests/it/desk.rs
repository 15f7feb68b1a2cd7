//! A desktop for one test: a screen, a window manager, a session bus and optionally a keyring. All of it ends with the
//! test.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use benspamsphones_app::data_dir::OwnerFile;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;

/// Long enough for a busy machine; nothing waits this long when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A bus that starts no services by itself: only what the test starts is there.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=FOLDER</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

pub(crate) struct Ending(pub Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Desk {
    // Dropped in this order: users of the bus and the screen first.
    _keyring: Option<Ending>,
    _manager: Ending,
    _screen: Ending,
    _bus: Ending,
    display: String,
    pub(crate) bus_address: String,
    home: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::build(false)
    }

    pub(crate) fn with_keyring() -> Self {
        Self::build(true)
    }

    fn build(keyring: bool) -> Self {
        let home = tempfile::Builder::new().prefix("desk").tempdir().unwrap();
        for folder in ["run", "share", "config", "cache", "data"] {
            std::fs::create_dir_all(home.path().join(folder)).unwrap();
        }
        let rules = home.path().join("bus.conf");
        std::fs::write(&rules, BUS.replace("FOLDER", &home.path().join("run").display().to_string()))
            .unwrap();
        let mut bus = Command::new("dbus-daemon");
        bus.arg("--config-file").arg(&rules).args(["--nofork", "--print-address=1"]);
        let (bus, bus_address) = start_and_read_line(bus, home.path());
        let mut screen = Command::new("Xvfb");
        screen.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"]);
        screen.arg("-fbdir").arg(home.path().join("run"));
        let (screen, number) = start_and_read_line(screen, home.path());
        let display = format!(":{number}");
        let mut manager = Command::new("openbox");
        let manager = spawn(clean(&mut manager, home.path()).env("DISPLAY", &display));
        let mut desk = Self {
            _keyring: None,
            _manager: manager,
            _screen: screen,
            _bus: bus,
            display,
            bus_address,
            home,
        };
        if keyring {
            desk._keyring = Some(desk.start_keyring());
        }
        desk
    }

    fn start_keyring(&self) -> Ending {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--unlock", "--components=secrets", "--foreground"]).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("gnome-keyring-daemon: {error}"));
        child.stdin.take().unwrap().write_all(b"pw").unwrap();
        Ending(child)
    }

    /// A command on this desktop, without settings from the tester's environment.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        clean(&mut command, self.home.path())
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env("BSP_DATA_DIR", self.data_dir())
            .env("BSP_PORT", "0")
            .env("BSP_WEBHOOK_LISTEN", "127.0.0.1:0");
        command
    }

    pub(crate) fn app(&self) -> Command {
        self.command(program())
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Ending {
        let app = spawn(self.app().args(arguments));
        self.wait_for_server();
        app
    }

    pub(crate) fn wait_for_server(&self) {
        let data_dir = self.data_dir();
        wait_until("the server runs", || OwnerFile::read(&data_dir).ok().flatten().is_some());
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The file with the pixels of the screen.
    pub(crate) fn screen_memory(&self) -> PathBuf {
        self.home.path().join("run/Xvfb_screen0")
    }

    pub(crate) fn sees_window(&self, title: &str) -> bool {
        let tree = self.command("xwininfo").args(["-root", "-tree"]).output().unwrap();
        let lines = String::from_utf8_lossy(&tree.stdout).into_owned();
        // Programs have invisible windows of one pixel.
        lines.lines().any(|line| {
            line.contains(&format!("\"{title}")) && !line.contains(" 1x1+") && !line.contains(" 10x10+")
        })
    }

    /// Without a tray, closing the window would end the program.
    pub(crate) fn wait_for_tray(&self) {
        let says =
            |log| std::fs::read_to_string(log).is_ok_and(|log| log.contains("the desktop's tray shown=true"));
        wait_until("the program has found the tray", || self.logs().into_iter().any(says));
    }

    pub(crate) fn logs(&self) -> Vec<PathBuf> {
        let folder = self.home.path().join("share/io.github.benspamsphones/logs");
        let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(!files.is_empty());
        files
    }

    pub(crate) fn prefer(&self, preferences: &Value) {
        let file = serde_json::json!({ "preferences": preferences });
        std::fs::write(self.data_dir().join("preferences.json"), file.to_string()).unwrap();
    }

    /// Sends a request to the running server over the network, as `bsp` does.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let owner = OwnerFile::read(&self.data_dir()).unwrap().expect("the server runs");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut request = client.request(method, owner.url.join(path).unwrap());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.bearer_auth(owner.token().expose_secret()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap_or(Value::Null)
    }

    pub(crate) async fn limitless(&self) {
        let none = serde_json::to_value(benspamsphones_core::Limits::none()).unwrap();
        self.ask(Method::PUT, "/api/v1/limits", Some(none)).await;
    }

    /// Calls a number with confirmed consent; returns the call's id.
    pub(crate) async fn ring(&self, protocol: &str, to: &str) -> String {
        let wish = serde_json::json!({ "protocol": protocol, "to": to, "consent": true });
        let call = self.ask(Method::POST, "/api/v1/calls", Some(wish)).await;
        call["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn calls(&self) -> Vec<Value> {
        let list = self.ask(Method::GET, "/api/v1/calls?limit=50", None).await;
        list["items"].as_array().unwrap().clone()
    }

    pub(crate) async fn wait_for_calls(&self, what: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let calls = self.calls().await;
            if wanted(&calls) {
                return calls;
            }
            assert!(begun.elapsed() < PATIENCE, "{what}: {calls:#?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn wait_for_refused_call(&self) -> Value {
        let begun = Instant::now();
        loop {
            let list = self.ask(Method::GET, "/api/v1/refused-calls", None).await;
            if let Some(refused) = list["items"].as_array().unwrap().first() {
                return refused.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "no call was refused");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

pub(crate) fn program() -> &'static str {
    env!("CARGO_BIN_EXE_benspamsphones")
}

pub(crate) fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn wait_for_end(what: &str, child: &mut Child) -> ExitStatus {
    let mut ended = None;
    wait_until(what, || {
        ended = child.try_wait().unwrap();
        ended.is_some()
    });
    ended.unwrap()
}

pub(crate) fn complaints_of(mut command: Command) -> (ExitStatus, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = stderr.read_to_string(&mut text);
        text
    });
    let mut child = Ending(child);
    let status = wait_for_end("the program ends", &mut child.0);
    (status, reading.join().unwrap())
}

pub(crate) fn spawn(command: &mut Command) -> Ending {
    let started = command.stdin(Stdio::null()).spawn();
    Ending(started.unwrap_or_else(|error| panic!("{command:?}, which ./dev setup installs: {error}")))
}

fn start_and_read_line(mut command: Command, home: &Path) -> (Ending, String) {
    let mut child = spawn(clean(&mut command, home).stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.trim().is_empty(), "{command:?} said nothing");
    (child, line.trim().to_owned())
}

fn clean<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("XDG_DATA_HOME", home.join("share"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("LANG", "C.UTF-8")
        .env("GDK_BACKEND", "x11")
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1")
        .env("GTK_A11Y", "none")
        .current_dir(home)
}
