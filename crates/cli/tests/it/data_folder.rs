//! Bad conditions of the data folder: no space, no lock, links, pipes, an open umask, half a file.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::harness::{PATIENCE, Serving, bsp, run, text};

const SERVE: [&str; 5] = ["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"];

fn after(shell: &str, command: &Command) -> Command {
    let mut wrapped = Command::new("/bin/sh");
    wrapped
        .args(["-c", &format!("{shell}; exec \"$@\""), "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            wrapped.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn no_second_program_runs_when_the_lock_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let serving = Serving::start(&data, |command| command);
    fs::remove_file(data.join("lock")).unwrap();
    for arguments in [SERVE.as_slice(), &["restore", "--begin-anew"]] {
        let second = run(bsp(&data).args(arguments));
        let why = text(&second.stderr);
        assert!(second.status.code() == Some(1) && why.contains("in use by another"), "{arguments:?}: {why}");
    }
    drop(serving);
    drop(Serving::start(&data, |command| command));
}

#[test]
fn a_lock_that_is_a_link_is_refused_and_its_target_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let diary = folder.path().join("diary");
    fs::create_dir(&data).unwrap();
    fs::write(&diary, "dear diary").unwrap();
    symlink(&diary, data.join("lock")).unwrap();
    let ended = run(bsp(&data).args(SERVE));
    let why = text(&ended.stderr);
    assert!(ended.status.code() == Some(1) && why.contains("not a plain file"), "{why}");
    assert_eq!(fs::read(&diary).unwrap(), b"dear diary");
}

#[test]
fn an_open_umask_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let [backup, report, protocols, export] =
        ["phones.bspbackup", "report.json", "protocols.json", "everything"]
            .map(|name| folder.path().join(name));
    let serving = Serving::start(&data, |command| {
        command.arg("--https");
        *command = after("umask 0", command);
        command
    });
    for arguments in [
        &[Path::new("backup"), &backup],
        &[Path::new("support-bundle"), &report],
        &[Path::new("export"), &export],
    ] {
        let ended = run(&mut after("umask 0", bsp(&data).args(arguments)));
        assert!(ended.status.success(), "{arguments:?}: {}", text(&ended.stderr));
    }
    let mut exporting = bsp(&data);
    exporting.args(["protocols", "export"]).arg(&protocols);
    let ended = run(&mut after("umask 0", &exporting));
    assert!(ended.status.success(), "{}", text(&ended.stderr));
    for file in [&backup, &report, &protocols] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    let mut folders = vec![data, export];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
                files += 1;
            }
        }
    }
    assert!(files > 10, "{files}");
    drop(serving);
}

/// To a program, a file size limit looks like a full disk.
#[test]
fn a_start_on_a_full_disk_is_said_plainly() {
    for blocks in [0, 1, 8, 64] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut serve = bsp(&data);
        serve.args(SERVE).args(["--https", "--log", "error"]);
        let ended = run(&mut after(&format!("trap '' XFSZ; ulimit -f {blocks}"), &serve));
        let why = text(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{blocks}: {why}");
        assert!(why.contains("the disk is full") && !why.contains("os error"), "{blocks}: {why}");
        assert_eq!(why.lines().count(), 1, "{blocks}: {why}");
    }
}

#[test]
fn a_backup_that_is_no_file_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for file in [&*pipe, folder.path(), Path::new("/dev/zero")] {
        let mut child =
            bsp(&data).arg("restore").arg(file).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let begun = std::time::Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "it waits for {}", file.display());
            std::thread::sleep(Duration::from_millis(10));
        }
        let ended = child.wait_with_output().unwrap();
        let why = text(&ended.stderr);
        assert!(ended.status.code() == Some(4) && why.contains("is not a plain file"), "{why}");
    }
}

#[test]
fn lost_choices_are_said_and_keep_nothing_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let file = data.join("choices.json");
    for damaged in ["", "{\"mode\":\"li", "\0\0\0\0\0\0\0\0"] {
        fs::write(&file, damaged).unwrap();
        let said = folder.path().join("said");
        let serving = Serving::start(&data, |command| command.stderr(fs::File::create(&said).unwrap()));
        assert!(serving.greeting.contains("sandbox"), "{}", serving.greeting);
        let said = fs::read_to_string(&said).unwrap();
        assert!(said.contains("choices.json is empty or damaged"), "{said}");
        drop(serving);
    }
    // With an account in the environment it would be live, and read numbers without + as another country's.
    let live = |command: &mut Command, region: Option<&str>| {
        command.env("TWILIO_SID", "AC00000000000000000000000000000000").env("TWILIO_TOKEN", "token");
        command.args(["--twilio-api-base", "http://127.0.0.1:1"]);
        command.args(region.map(|region| ["--region", region]).iter().flatten());
    };
    for (region, greeting) in [(None, "sandbox"), (Some("DE"), "LIVE")] {
        let serving = Serving::start(&data, |command| {
            live(command, region);
            command
        });
        assert!(serving.greeting.contains(greeting), "{}", serving.greeting);
    }
    fs::write(&file, "{\"default_region\":\"DE\"}").unwrap();
    drop(Serving::start(&data, |command| command));
    fs::write(&file, "").unwrap();
    let serving = Serving::start(&data, |command| {
        live(command, None);
        command
    });
    assert!(serving.greeting.contains("LIVE"), "{}", serving.greeting);
}
