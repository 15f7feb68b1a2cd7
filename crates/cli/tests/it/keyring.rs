//! Credentials in a real keyring: GNOME's, with a bus and a home folder that exist only for the test.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::harness::{bsp, run, text};

const ACCOUNT: &str =
    r#"{"account_sid": "AC00000000000000000000000000000001", "auth_token": "hush-hush-token"}"#;

/// Runs a shell script on its own bus; with `keyring`, an unlocked GNOME keyring runs there.
fn on_a_bus(folder: &Path, keyring: bool, script: &str) -> Output {
    let start = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n";
    let script = if keyring { format!("{start}{script}") } else { script.to_owned() };
    let run = folder.join("run");
    std::fs::create_dir_all(&run).unwrap();
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c", &script])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", &run)
        .env("XDG_DATA_HOME", folder.join("share"))
        .env("BSP", env!("CARGO_BIN_EXE_bsp"))
        .env("BSP_DATA_DIR", folder.join("data"))
        // Verbose logs must not contain the secrets.
        .env("BSP_LOG", "trace")
        .env("ACCOUNT", ACCOUNT);
    let ended = command.stdin(Stdio::null()).output();
    ended.unwrap_or_else(|error| panic!("dbus-run-session is needed, which ./dev setup installs: {error}"))
}

#[test]
fn credentials_are_kept_used_and_forgotten_and_never_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = on_a_bus(
        folder.path(),
        true,
        r#"set -e
"$BSP" credentials
printf '%s' "$ACCOUNT" | "$BSP" credentials set twilio
echo '{"app_id": "7", "key": "k", "secret": "hush-pusher", "cluster": "eu"}' | "$BSP" credentials set pusher
echo '{"authtoken": "2hushNgrok"}' | "$BSP" credentials set ngrok
"$BSP" credentials status
"$BSP" doctor --ngrok --twilio-api-base http://127.0.0.1:9 || true
"$BSP" doctor --twilio-api-base http://127.0.0.1:9 || true
"$BSP" credentials forget twilio
"$BSP" credentials forget twilio
"$BSP" credentials
"#,
    );
    let [said, complained] = [text(&output.stdout), text(&output.stderr)];
    assert!(output.status.success(), "{said}{complained}");
    let states: Vec<_> = said.lines().filter(|line| line.starts_with("Twilio  ")).collect();
    assert_eq!(states, ["Twilio  not set", "Twilio  set", "Twilio  not set"], "{said}");
    assert!(said.contains("Pusher  set"), "{said}");
    assert!(said.contains("ngrok   set"), "{said}");
    assert!(said.contains("by ngrok, with the authtoken from the keyring"), "{said}");
    assert!(said.contains("(from the keyring)"), "the doctor found the account: {said}");
    assert!(said.contains("Forgotten.\nThere was nothing to forget."), "{said}");
    assert!(complained.contains("TRACE"), "the log was on");
    // As text, as the bytes of "hush", and in hexadecimal.
    for told in ["hush", "104, 117, 115, 104", "68757368"] {
        assert!(!said.contains(told) && !complained.contains(told), "{told}: {said}{complained}");
    }
}

#[test]
fn a_server_calls_by_the_account_of_the_keyring() {
    let folder = tempfile::tempdir().unwrap();
    // The standalone sandbox plays Twilio; live mode reads its account from the keyring and uses its address.
    let output = on_a_bus(
        folder.path(),
        true,
        r#"set -e
printf '%s' "$ACCOUNT" | "$BSP" credentials set twilio
TWILIO_SID=AC00000000000000000000000000000001 TWILIO_TOKEN=hush-hush-token \
    "$BSP" sandbox --listen 127.0.0.1:0 >"$HOME/sandbox" 2>&1 & sandbox=$!
trap 'kill $sandbox $server 2>/dev/null' EXIT
until grep -q http: "$HOME/sandbox"; do sleep 0.1; done
base=$(grep -o 'http://127[^ /]*' "$HOME/sandbox" | head -n 1)
echo '{"hello": {"phone_number": "+15005550006", "twiml": "<Response/>"}}' >"$HOME/protocols.json"
"$BSP" serve --port 0 --webhook-listen 127.0.0.1:0 --mode live --twilio-api-base "$base" \
    --protocols "$HOME/protocols.json" >"$HOME/serve" 2>&1 & server=$!
until grep -q Ctrl-C "$HOME/serve" || ! kill -0 $server; do sleep 0.1; done
cat "$HOME/serve"
"$BSP" call hello +15005550110 --follow || echo "exit $?"
"#,
    );
    let [said, complained] = [text(&output.stdout), text(&output.stderr)];
    assert!(output.status.success(), "{said}{complained}");
    assert!(said.contains("LIVE"), "{said}{complained}");
    assert!(said.contains("The line was busy."), "{said}{complained}");
    assert!(said.contains("exit 6"), "nobody answered: {said}{complained}");
    assert!(
        !said.contains("hush-hush-token") && !complained.contains("hush-hush-token"),
        "{said}{complained}"
    );
}

#[test]
fn without_a_keyring_it_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let mut set = bsp(&data_dir);
    set.args(["credentials", "set", "twilio"])
        .env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}/no-bus", folder.path().display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = set.spawn().unwrap();
    child.stdin.take().unwrap().write_all(ACCOUNT.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complained = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complained}");
    assert!(complained.contains("There is no keyring on this computer"), "{complained}");
    assert!(complained.contains("TWILIO_SID"), "{complained}");
    assert!(!complained.contains("hush"), "{complained}");
    // If live mode was chosen, no server starts that only seems to ring.
    std::fs::create_dir_all(&data_dir).unwrap();
    std::fs::write(data_dir.join("choices.json"), r#"{"mode":"live"}"#).unwrap();
    let serve = ["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"];
    let refused = run(bsp(&data_dir).args(serve));
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        text(&refused.stderr).contains("There is no keyring on this computer"),
        "{}",
        text(&refused.stderr)
    );
    std::fs::write(data_dir.join("choices.json"), r#"{"mode":"loud"}"#).unwrap();
    let strange = run(bsp(&data_dir).args(serve));
    assert_eq!(strange.status.code(), Some(1));
    assert!(text(&strange.stderr).contains("choices.json"), "{}", text(&strange.stderr));
}

#[test]
fn input_that_is_no_account_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let mut set = bsp(&folder.path().join("data"));
    set.args(["credentials", "set", "twilio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = set.spawn().unwrap();
    child.stdin.take().unwrap().write_all(br#"{"account_sid": "AC1", "auth_tokn": "hush"}"#).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("hush"), "{}", text(&output.stderr));
}
