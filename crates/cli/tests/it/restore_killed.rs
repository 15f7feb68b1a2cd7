//! `bsp restore`, the start after it, and both twice in a row, killed at random points. Afterwards nothing may be lost:
//! everyone who opted out or was blocked still isn't called, no key makes a second call, every device has access, and
//! every late call is there.
//!
//! `KILLS=240` sets the number of kills; a few are enough for everyday use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use twilio_sandbox::{Sandbox, SandboxConfig};

use crate::harness::{PATIENCE, Serving, bsp, run, text};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const PRESSES_NINE: &str = "+15005550128";
const EARLY: &str = "+15005550142";
const LATE: &str = "+15005550143";
const BLOCKED: [&str; 2] = ["+14155550001", "+14155550002"];
const UNWILLING: &str = "+14155550003";
const KILLS_BY_DEFAULT: usize = 12;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(bound)).unwrap()
    }
}

fn with_account<'a>(sandbox: &Sandbox, command: &'a mut Command) -> &'a mut Command {
    command
        .args(["--mode", "sandbox", "--twilio-api-base", sandbox.base_url().as_str()])
        .args(["--log", "warn"])
        .env("TWILIO_SID", sandbox.account_sid().as_str())
        .env("TWILIO_TOKEN", TOKEN)
}

async fn send(
    serving: &Serving,
    method: Method,
    path: &str,
    body: Value,
    key: Option<&str>,
) -> (u16, bool, Value) {
    let mut request = serving.request(method, path).json(&body);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let answer = request.send().await.unwrap();
    let replayed = answer.headers().contains_key("idempotency-replayed");
    let status = answer.status().as_u16();
    (status, replayed, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
}

async fn call(serving: &Serving, to: &str, key: Option<&str>) -> (u16, bool, Value) {
    send(serving, Method::POST, "/api/v1/calls", json!({"protocol": "protocol1", "to": to}), key).await
}

struct World {
    sandbox: Sandbox,
    folder: TempDir,
    /// Tokens of devices, one from before the backups and one from after.
    devices: Vec<String>,
    calls: Vec<String>,
}

impl World {
    async fn make() -> Self {
        let config = SandboxConfig { auth_token: TOKEN.into(), speed: 200.0, ..SandboxConfig::default() };
        let sandbox = Sandbox::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut world = Self { sandbox, folder, devices: Vec::new(), calls: Vec::new() };
        let mut serving = world.serve(&world.template());
        world.write(&serving, 0, EARLY).await;
        serving.signal("TERM");
        assert_eq!(serving.wait(), Some(0));
        for name in ["one", "two"] {
            let saved = run(bsp(&world.template()).arg("backup").arg(world.backup(name)));
            assert!(saved.status.success(), "{}", text(&saved.stderr));
        }
        serving = world.serve(&world.template());
        world.write(&serving, 1, LATE).await;
        let body = json!({"protocol": "protocol3", "to": PRESSES_NINE});
        let (status, _, placed) = send(&serving, Method::POST, "/api/v1/calls", body, None).await;
        assert_eq!(status, 201, "{placed}");
        world.calls.push(placed["id"].as_str().unwrap().to_owned());
        serving.news_until(|news| news["call"]["ended"] == true && news["call"]["to"] == PRESSES_NINE).await;
        let person = json!({"name": "Ada", "may_call": false, "numbers": [{"number": UNWILLING}]});
        assert_eq!(send(&serving, Method::POST, "/api/v1/people", person, None).await.0, 201);
        serving.signal("TERM");
        assert_eq!(serving.wait(), Some(0));
        world
    }

    async fn write(&mut self, serving: &Serving, at: usize, to: &str) {
        let path = format!("/api/v1/blocked-numbers/{}", BLOCKED[at]);
        assert!(send(serving, Method::PUT, &path, json!({}), None).await.0 < 300);
        let device = json!({"name": format!("device {at}")});
        let (status, _, device) = send(serving, Method::POST, "/api/v1/devices", device, None).await;
        assert_eq!(status, 201, "{device}");
        self.devices.push(device["token"].as_str().unwrap().to_owned());
        let (status, _, placed) = call(serving, to, Some(to)).await;
        assert_eq!(status, 201, "{placed}");
        self.calls.push(placed["id"].as_str().unwrap().to_owned());
        serving.news_until(|news| news["call"]["ended"] == true && news["call"]["to"] == to).await;
    }

    fn template(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn backup(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn serve(&self, data: &Path) -> Serving {
        let protocols = self.folder.path().join("protocols.json");
        fs::write(&protocols, PROTOCOLS).unwrap();
        Serving::start(data, |command| with_account(&self.sandbox, command).arg("--protocols").arg(protocols))
    }

    fn command(&self, data: &Path, what: What) -> Command {
        let mut command = bsp(data);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match what {
            What::Restore(name) => command.arg("restore").arg(self.backup(name)),
            What::BeginAnew => command.args(["restore", "--begin-anew"]),
            What::Start => {
                command.args(["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]);
                with_account(&self.sandbox, &mut command)
            }
        };
        command
    }

    /// Runs a command and kills it after that time; `true` if it was still running.
    fn kill(&self, data: &Path, what: What, after: Duration) -> bool {
        let mut child = self.command(data, what).spawn().unwrap();
        std::thread::sleep(after);
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        running
    }

    async fn assert_nothing_is_lost(&self, data: &Path, history: &str) {
        let mut serving = self.serve(data);
        // An empty database has no protocol, and a call without one would be refused for that reason.
        let protocols: Value = serde_json::from_str(PROTOCOLS).unwrap();
        let import = "/api/v1/protocols/import?replace=true";
        let (status, _, imported) = send(&serving, Method::POST, import, protocols, None).await;
        assert_eq!(status, 200, "{imported}\n{history}");
        let code = |answer: &Value| answer["code"].as_str().unwrap_or_default().to_owned();
        for (to, why) in [
            (BLOCKED[0], "blocked_number"),
            (BLOCKED[1], "blocked_number"),
            (PRESSES_NINE, "opted_out"),
            (UNWILLING, "not_to_be_called"),
        ] {
            let (status, _, answer) = call(&serving, to, None).await;
            assert_eq!((status, &*code(&answer)), (403, why), "{to}: {answer}\n{history}");
        }
        for (to, id) in [(EARLY, &self.calls[0]), (LATE, &self.calls[1])] {
            let (status, replayed, answer) = call(&serving, to, Some(to)).await;
            assert!(status < 300 && replayed, "{status} {answer}\n{history}");
            assert_eq!(answer["id"].as_str(), Some(&**id), "{history}");
            assert_eq!(self.sandbox.dials_to(to), 1, "{to} was rung twice\n{history}");
        }
        for token in &self.devices {
            let request = serving.request(Method::GET, "/api/v1/status").build().unwrap();
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let answer = client.get(request.url().clone()).bearer_auth(token).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "a device is shut out\n{history}");
        }
        for id in &self.calls {
            let path = format!("/api/v1/calls/{id}");
            let (status, _, answer) = send(&serving, Method::GET, &path, Value::Null, None).await;
            assert_eq!((status, answer["ended"].as_bool()), (200, Some(true)), "{answer}\n{history}");
        }
        serving.signal("TERM");
        assert_eq!(serving.wait(), Some(0));
        for name in names(data) {
            assert!(
                !name.starts_with("benspamsphones.db-") && !name.starts_with(".bsp-"),
                "{name} is left\n{history}"
            );
        }
    }
}

const PROTOCOLS: &str = r#"{
  "protocol1": {"phone_number": "+15005550006", "say": {"text": "Hello"}},
  "protocol3": {"phone_number": "+15005550006", "say": {"text": "Hello"}}
}"#;

#[derive(Clone, Copy, Debug)]
enum What {
    Restore(&'static str),
    BeginAnew,
    Start,
}

fn names(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn measured(mut child: Child, is_done: impl Fn(&mut Child) -> bool) -> Duration {
    let begun = Instant::now();
    while !is_done(&mut child) {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(2));
    }
    let taken = begun.elapsed();
    let _ = child.kill();
    child.wait().unwrap();
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_killed_at_any_point_and_repeated_loses_nothing() {
    let kills: usize =
        std::env::var("KILLS").map_or(KILLS_BY_DEFAULT, |kills| kills.parse().expect("a number"));
    let world = World::make().await;
    let ended = |child: &mut Child| child.try_wait().unwrap().is_some();
    let tried = world.folder.path().join("tried");
    copy(&world.template(), &tried);
    let restore = measured(world.command(&tried, What::Restore("one")).spawn().unwrap(), ended);
    let owner = tried.join("owner.json");
    let start = measured(world.command(&tried, What::Start).spawn().unwrap(), |_| owner.exists());
    let seed = std::env::var("SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let mut chance = Chance(seed);
    let plans: [&[What]; 9] = [
        &[What::Restore("one")],
        &[What::Restore("one"), What::Restore("two")],
        &[What::Restore("one"), What::Start],
        &[What::Restore("one"), What::Start, What::Restore("two"), What::Start],
        &[What::Restore("one"), What::Restore("two"), What::Start, What::Start],
        &[What::BeginAnew],
        &[What::BeginAnew, What::Restore("one")],
        &[What::Restore("one"), What::BeginAnew, What::Start],
        &[What::Restore("one"), What::Restore("two"), What::Restore("one")],
    ];
    let (mut killed, mut half_way) = (0, 0);
    for round in 0.. {
        if killed >= kills {
            break;
        }
        let data = world.folder.path().join(format!("round {round}"));
        copy(&world.template(), &data);
        let mut history = Vec::new();
        for &what in plans[round % plans.len()] {
            let whole = if matches!(what, What::Start) { start } else { restore };
            // Also slightly after the end; and half of them in the last third, in which most renames happen.
            let from = if chance.below(2) == 0 { Duration::ZERO } else { whole * 2 / 3 };
            let after = from + (whole * 11 / 10 - from) * chance.below(1_000) / 1_000;
            let running = world.kill(&data, what, after);
            killed += usize::from(running);
            let left = names(&data);
            half_way += usize::from(running && left.iter().any(|name| name.contains(".db-restore")));
            history.push(format!("{what:?} after {after:?}, running {running}: {left:?}"));
        }
        world.assert_nothing_is_lost(&data, &history.join("\n")).await;
        fs::remove_dir_all(&data).unwrap();
    }
    println!("{killed} kills, {half_way} of them half way; a restore takes {restore:?}, a start {start:?}");
}
