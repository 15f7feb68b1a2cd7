//! `bsp serve`: runs the switchboard until it is stopped.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use benspamsphones_core::Mode;
use benspamsphones_host::stop_signals::StopSignals;
use benspamsphones_host::{LaunchError, Told};
use benspamsphones_server::backup_files;
use benspamsphones_server::config::OpenSockets;
use benspamsphones_server::tunnel::TunnelState;
use benspamsphones_server::{Server, ServerError};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::args::Serve;
use crate::exit::Failure;
use crate::output::Output;
use crate::service::Service;

const TUNNEL: Duration = Duration::from_secs(5);

enum Next {
    Stop,
    Restart,
    Reload,
}

pub(crate) async fn run(
    arguments: Box<Serve>,
    sockets: OpenSockets,
    data_dir: PathBuf,
    output: Output,
) -> Result<ExitCode, Failure> {
    let mut told = Told { new_password: arguments.new_password, ..arguments.server.told(data_dir) };
    take_places(&mut told, sockets).map_err(Failure::other)?;
    // Each connection is an open file; if the system allows few, the listeners' limits are lowered.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::debug!(%error, "the number of open files stays as it is");
    }
    let mut stop = StopSignals::listen().map_err(Failure::other)?;
    let mut service = Service::find().map_err(Failure::other)?;
    loop {
        let mut running = tokio::select! {
            launched = benspamsphones_host::launch(&told) => launched.map_err(explain)?,
            () = stop.recv() => return Ok(ExitCode::SUCCESS),
        };
        let tunnel = tokio::select! {
            tunnel = running.server.tunnel(TUNNEL) => Some(tunnel),
            () = stop.recv() => None,
        };
        let Some(tunnel) = tunnel else {
            running.stop().await;
            return Ok(ExitCode::SUCCESS);
        };
        greet(&mut running.server, &tunnel, &told.data_dir, output)?;
        service.ready(&status(&running.server));
        // A port that the system chose stays the same: bookmarks and Twilio use it.
        told.listen.set_port(running.server.lan().port());
        told.webhook_listen.set_port(running.server.webhook().port());
        let next = wait(&mut stop, &mut service, &running.server, &told).await;
        tracing::info!("stopping");
        match next {
            Next::Stop => service.stopping(),
            // The service manager waits only for the reload that it asked for.
            Next::Reload => service.reloading(),
            Next::Restart => {}
        }
        running.stop().await;
        if let Next::Stop = next {
            return Ok(ExitCode::SUCCESS);
        }
        told.new_password = false;
    }
}

/// Listeners that are already open take the place of the flags.
fn take_places(told: &mut Told, sockets: OpenSockets) -> io::Result<()> {
    if let Some(lan) = &sockets.lan {
        told.listen = lan.local_addr()?;
        told.listen_told = true;
    }
    if let Some(webhook) = &sockets.webhook {
        told.webhook_listen = webhook.local_addr()?;
    }
    told.sockets = sockets;
    Ok(())
}

/// Waits until the switchboard is to stop or start again. If the credentials can't be read, it isn't reloaded and goes on.
async fn wait(stop: &mut StopSignals, service: &mut Service, server: &Server, told: &Told) -> Next {
    loop {
        let wanted = tokio::select! {
            () = stop.recv() => Next::Stop,
            () = server.owner().restart_wanted() => Next::Restart,
            () = service.until_reload(server.app()) => Next::Reload,
        };
        if let Next::Reload = wanted
            && let Err(error) = benspamsphones_host::check(told)
        {
            tracing::error!(%error, "not reloaded");
            service.reloading();
            service.ready(&format!("Not reloaded: {error}"));
            continue;
        }
        return wanted;
    }
}

fn status(server: &Server) -> String {
    let mode = match server.app().mode() {
        Mode::Sandbox => "Sandbox: no phone rings",
        Mode::Live => "Live: phones ring",
    };
    format!("{mode}. Open http://{}/", server.lan())
}

fn greet(server: &mut Server, tunnel: &TunnelState, data_dir: &Path, output: Output) -> Result<(), Failure> {
    if output.json {
        let password = server.take_first_password();
        return output.done(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "mode": server.app().mode().as_str(),
            "url": format!("http://{}/", server.lan()),
            "shared_urls": server.shared_urls(),
            "certificate_sha256": server.fingerprint(),
            "user": server.user(),
            "password": password.as_ref().map(|password| password.expose_secret()),
            "public_url": server.public_url().map(|url| url.to_string()),
            "webhook_url": format!("http://{}/", server.webhook()),
            "data_dir": data_dir,
        }));
    }
    let mut out = io::stdout().lock();
    let mode = match server.app().mode() {
        Mode::Sandbox => "sandbox: no phone rings and nothing costs money",
        Mode::Live => "LIVE: phones ring, and Twilio charges for them",
    };
    writeln!(out, "BenSpamsPhones {} - {mode}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "  Open       http://{}/", server.lan())?;
    for url in server.shared_urls() {
        writeln!(out, "             {url}/")?;
    }
    if let Some(fingerprint) = server.fingerprint() {
        writeln!(out, "             certificate SHA-256: {fingerprint}")?;
    }
    match server.take_first_password() {
        Some(password) => {
            writeln!(out, "  Sign in    {} with the password {}", server.user(), password.expose_secret())?;
            writeln!(out, "             (shown only once; bsp serve --new-password makes a new one)")?;
        }
        None => writeln!(out, "  Sign in    {}", server.user())?,
    }
    match (server.public_url(), tunnel) {
        (Some(url), TunnelState::Up(_)) => writeln!(out, "  Callbacks  {url} (by ngrok)")?,
        (Some(url), _) => writeln!(out, "  Callbacks  {url} (http://{}/ here)", server.webhook())?,
        (None, TunnelState::Connecting(None)) => {
            writeln!(
                out,
                "  Callbacks  the ngrok tunnel is opening; until then call status is polled from Twilio"
            )?;
        }
        (None, TunnelState::Connecting(Some(error)) | TunnelState::Failed(error)) => {
            writeln!(out, "  Callbacks  none, so call status is polled from Twilio. {error}")?;
            writeln!(out, "             {}", error.help())?;
        }
        (None, TunnelState::Off | TunnelState::Up(_)) => writeln!(
            out,
            "  Callbacks  none: call status is polled from Twilio (--ngrok or --public-url change that)"
        )?,
    }
    writeln!(out, "  Data       {}", data_dir.display())?;
    if server.app().protocols().is_empty() {
        writeln!(out, "  There are no protocols yet. Import some with: bsp protocols import FILE")?;
    }
    writeln!(out, "Ctrl-C stops it.")?;
    out.flush()?;
    Ok(())
}

fn explain(error: LaunchError) -> Failure {
    match error {
        LaunchError::Server(ServerError::Listen { ref source, flag, .. })
            if source.kind() == io::ErrorKind::AddrInUse =>
        {
            let sentence =
                format!("Another program uses that port (ss -ltnp shows which). Choose another with {flag}");
            Failure::Other(format!("{error}. {sentence}").into())
        }
        LaunchError::Server(ref server) if server.damage().is_some() => {
            Failure::Other(format!("{error}. {}", backup_files::WHAT_TO_DO).into())
        }
        LaunchError::Usage(_) | LaunchError::Secret(_) | LaunchError::Protocols(_, _) => {
            Failure::Usage(error.to_string())
        }
        LaunchError::Server(ServerError::Tls(_)) => Failure::Usage(error.to_string()),
        LaunchError::Vault { .. }
        | LaunchError::StartupSettings(_)
        | LaunchError::Sandbox(_)
        | LaunchError::Server(_) => Failure::other(error),
    }
}
