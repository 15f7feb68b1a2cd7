//! `bsp`: the switchboard without a display, and the command line for a running one.

mod access;
mod args;
mod call;
mod calls;
mod client;
mod completers;
mod completions;
mod credentials;
mod doctor;
mod exit;
mod file;
mod follow;
mod groups;
mod hang_up;
mod health;
mod keeping;
mod limits;
mod man;
mod output;
mod people;
mod protection;
mod protocols;
mod sandbox;
mod serve;
#[cfg_attr(not(target_os = "linux"), path = "no_service.rs")]
mod service;
mod sounds;
mod spend;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use benspamsphones_server::TALKATIVE;
use benspamsphones_server::config::OpenSockets;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use args::{Arguments, Command};
use exit::Failure;
use output::Output;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The program chooses the TLS crypto provider; an error means that one is already set.
    let _ = rustls::crypto::ring::default_provider().install_default();
    completions::answer_a_shell();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Invalid arguments may still include `--json`.
        Err(error) => {
            let output = Output { json: std::env::args_os().any(|argument| argument == "--json") };
            return output.usage_error(&error);
        }
    };
    let output = Output { json: arguments.json };
    let sockets = match &arguments.command {
        Command::Serve(_) => service::take_sockets(),
        _ => Ok(OpenSockets::default()),
    };
    let sockets = match sockets {
        Ok(sockets) => sockets,
        Err(failure) => return output.failure(&failure),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&Failure::other(error)),
    };
    let ended = runtime.block_on(run(arguments, sockets, output));
    // A keyring that still asks for its password must not keep the program running.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        // The reader closed the pipe.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}

async fn run(arguments: Arguments, sockets: OpenSockets, output: Output) -> Result<ExitCode, Failure> {
    let data_dir = data_dir(arguments.data_dir)?;
    start_log(&arguments.log)?;
    match arguments.command {
        Command::Serve(serve) => serve::run(serve, sockets, data_dir, output).await,
        Command::Sandbox(sandbox) => sandbox::run(sandbox, output).await,
        Command::Call(call) => call::run(call, &data_dir, output).await,
        Command::Calls(calls) => calls::run(calls, &data_dir, output).await,
        Command::Spend(spend) => spend::run(spend, &data_dir, output).await,
        Command::Hangup(hangup) => hang_up::run(&hangup, &data_dir, output).await,
        Command::Protocols(protocols) => protocols::run(protocols, &data_dir, output).await,
        Command::People(people) => people::run(people, &data_dir, output).await,
        Command::Groups(groups) => groups::run(groups, &data_dir, output).await,
        Command::Sounds(sounds) => sounds::run(sounds, &data_dir, output).await,
        Command::Protection(protection) => protection::run(protection.command, &data_dir, output).await,
        Command::Access(access) => access::run(access.command, &data_dir, output).await,
        Command::Limits(limits) => limits::run(limits.command, &data_dir, output).await,
        Command::Credentials(credentials) => credentials::run(credentials, output).await,
        Command::Backup { file } => keeping::back_up(&file, &data_dir, output),
        Command::Restore(restore) => keeping::restore(&restore, &data_dir, output),
        Command::Export { folder } => keeping::export(folder.as_deref(), &data_dir, output),
        Command::SupportBundle { file, lines } => {
            keeping::support_bundle(&file, lines.as_deref(), &data_dir, output)
        }
        Command::Health => health::run(&data_dir, output).await,
        Command::Doctor(doctor) => doctor::run(doctor, &data_dir, output).await,
        Command::Man(man) => man::run(&man, output),
        Command::Completions { shell } => {
            io::stdout().write_all(&completions::script(shell)?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// `--data-dir`, or this user's data folder.
fn data_dir(told: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let usual = || directories::ProjectDirs::from("", "", "benspamsphones");
    told.or_else(|| usual().map(|dirs| dirs.data_dir().to_owned()))
        .ok_or_else(|| Failure::Usage("there is no home folder; choose a folder with --data-dir".into()))
}

/// Without migrations, which no one who asked for a backup needs to read about.
fn log_filter(told: &str) -> Result<EnvFilter, Failure> {
    let bad = |error: &dyn std::fmt::Display| Failure::Usage(format!("--log: {error}"));
    let mut filter = EnvFilter::try_new(told).map_err(|error| bad(&error))?;
    let held = TALKATIVE.map(|target| format!("{target}=info"));
    for directive in held.iter().map(String::as_str).chain(["rusqlite_migration=warn"]) {
        filter = filter.add_directive(directive.parse().map_err(|error| bad(&error))?);
    }
    Ok(filter)
}

fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = log_filter(filter)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_that_handle_the_ngrok_token_never_log_below_info() {
        for told in ["trace", "debug,hyper=info", "ngrok=trace,muxado=trace"] {
            let filter = log_filter(told).unwrap().to_string();
            for quiet in ["ngrok=info", "muxado=info", "rlibphonenumber=info"] {
                assert!(filter.split(',').any(|directive| directive == quiet), "{filter}");
            }
            assert!(!filter.contains("ngrok=trace") && !filter.contains("muxado=trace"), "{filter}");
        }
    }
}
