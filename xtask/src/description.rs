//! Sends the running server requests that its own description allows and forbids, and checks its answers against it;
//! then clients generated from the description by other tools place, follow and end a call.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use tempfile::TempDir;
use xshell::{Shell, cmd};

use crate::repository::{Repository, quietly, say};

/// # Errors
/// A checker rejects the description, or the server doesn't follow it.
pub(crate) fn judge(shell: &Shell, repository: &Repository, examples: u32) -> anyhow::Result<()> {
    let tests = repository.root.join("e2e/api");
    judge_documents(shell, repository, &tests)?;
    let switchboard = Switchboard::start(shell, repository, &tests, 10)?;
    drive_clients(shell, repository, &tests, &switchboard)?;
    drop(switchboard);
    let switchboard = Switchboard::start(shell, repository, &tests, 100)?;
    make_up_requests(shell, repository, &tests, &switchboard, examples)
}

/// Two external checkers: what they reject, other client generators reject too.
fn judge_documents(shell: &Shell, repository: &Repository, tests: &Path) -> anyhow::Result<()> {
    let validator = tests.join(".venv/bin/openapi-spec-validator");
    let redocly = tests.join("node_modules/.bin/redocly");
    let _folder = shell.push_dir(tests);
    for document in ["docs/openapi.json", "docs/openapi-owner.json"] {
        let document = repository.root.join(document);
        cmd!(shell, "{validator} {document}").quiet().run()?;
        cmd!(shell, "{redocly} lint --config redocly.yaml {document}")
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .quiet()
            .run()?;
    }
    Ok(())
}

/// Python's by openapi-python-client, TypeScript's by openapi-typescript. Their types are checked as strictly as each
/// language allows.
fn drive_clients(
    shell: &Shell,
    repository: &Repository,
    tests: &Path,
    switchboard: &Switchboard,
) -> anyhow::Result<()> {
    let description = repository.root.join("docs/openapi.json");
    let clients = switchboard.folder.path().join("clients");
    let (url, token) = (&switchboard.url, &switchboard.token);
    let from = tests.join("clients");
    cmd!(shell, "cp -R {from} {clients}").quiet().run()?;
    let _folder = shell.push_dir(&clients);
    let python = tests.join(".venv/bin");
    let path = format!("{}:{}", python.display(), shell.var("PATH")?);
    let generate = cmd!(
        shell,
        "openapi-python-client generate --path {description} --config python.yaml --meta none --output-path switchboard --fail-on-warning"
    );
    quietly(generate.env("PATH", path), "openapi-python-client can't make a client of docs/openapi.json")?;
    cmd!(shell, "{python}/mypy --strict --follow-imports=silent drive.py")
        .env("MYPY_CACHE_DIR", switchboard.folder.path().join("mypy"))
        .quiet()
        .run()?;
    cmd!(shell, "{python}/python drive.py {url} {token}").quiet().run()?;
    let modules = tests.join("node_modules");
    cmd!(shell, "ln -s {modules} node_modules").quiet().run()?;
    cmd!(shell, "node_modules/.bin/openapi-typescript {description} -o switchboard.ts").quiet().run()?;
    cmd!(shell, "node_modules/.bin/tsc --project tsconfig.json").quiet().run()?;
    cmd!(shell, "node drive.js {url} {token}").quiet().run()?;
    say("Clients in Python and TypeScript placed, followed and ended a call.");
    Ok(())
}

/// Not as the owner, who may use methods that the description lacks. The event stream never ends.
fn make_up_requests(
    shell: &Shell,
    repository: &Repository,
    tests: &Path,
    switchboard: &Switchboard,
    examples: u32,
) -> anyhow::Result<()> {
    let _folder = shell.push_dir(switchboard.folder.path());
    for file in ["schemathesis.toml", "hooks.py"] {
        shell.copy_file(tests.join(file), shell.current_dir())?;
    }
    let schemathesis = tests.join(".venv/bin/schemathesis");
    let description = repository.root.join("docs/openapi.json");
    let url = &switchboard.url;
    let examples = examples.to_string();
    let found = quietly(
        cmd!(
            shell,
            "{schemathesis} run {description} --url {url} --auth user:password --generation-deterministic -n {examples} --continue-on-failure --warnings off --request-timeout 20 --no-color --exclude-path /api/v1/events"
        ),
        "the server doesn't do what docs/openapi.json says",
    )?;
    say(found.trim_end().lines().last().unwrap_or_default());
    Ok(())
}

/// A switchboard in the sandbox without limits. Dropping it stops the server.
struct Switchboard {
    server: Child,
    folder: TempDir,
    url: String,
    token: String,
}

impl Switchboard {
    /// `speed` is the factor by which calls run faster than in real time.
    fn start(shell: &Shell, repository: &Repository, tests: &Path, speed: u32) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let said = folder.path().join("said");
        let mut command = Command::new(repository.target.join("debug/bsp"));
        command
            .args(["serve", "--mode", "sandbox", "--log", "error"])
            .args(["--listen", "127.0.0.1:0", "--webhook-listen", "127.0.0.1:0"])
            .args(["--sandbox-speed", &speed.to_string()])
            .arg("--data-dir")
            .arg(folder.path())
            .arg("--protocols")
            .arg(repository.root.join("protocols.example.json"));
        let pusher = [("APPID", "1"), ("KEY", "key"), ("SECRET", "secret"), ("CLUSTER", "eu")];
        command.envs(pusher.map(|(name, value)| (format!("PUSHER_{name}"), value)));
        command.env("BSP_PUSHER_HOST", "http://127.0.0.1:1");
        command.env("BENSPAMSPHONES_USER", "user").env("BENSPAMSPHONES_PASS", "password");
        command.env("BSP_CREDENTIALS", "environment");
        let server =
            command.stdin(Stdio::null()).stdout(File::create(&said)?).spawn().context("bsp isn't built")?;
        let mut switchboard = Self { server, folder, url: String::new(), token: String::new() };
        let owner = switchboard.folder.path().join("owner.json");
        while !owner.exists() {
            if let Some(status) = switchboard.server.try_wait()? {
                bail!("bsp serve ended ({status}): {}", fs::read_to_string(&said)?);
            }
            thread::sleep(Duration::from_millis(100));
        }
        let owner: Value = serde_json::from_str(&fs::read_to_string(owner)?)?;
        let part = |name: &str| {
            owner[name].as_str().map(str::to_owned).with_context(|| format!("owner.json has a {name}"))
        };
        (switchboard.url, switchboard.token) = (part("url")?, part("token")?);
        let (url, token) = (&switchboard.url, &switchboard.token);
        let limitless = tests.join("limitless.py");
        cmd!(shell, "python3 {limitless} {url} {token}").quiet().run()?;
        Ok(switchboard)
    }
}

impl Drop for Switchboard {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
