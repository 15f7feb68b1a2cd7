//! `bsp doctor`: what is set up, what works, and how to fix the rest.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use benspamsphones_app::connection_test;
use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_host::variables;
use benspamsphones_server::vault::Connection;
use reqwest::Method;
use serde_json::{Value, json};

use crate::args::Doctor;
use crate::client::Client;
use crate::exit::{self, Failure};
use crate::output::Output;

const PROBLEM: &str = "problem";

enum Finding {
    Good(String),
    Note(String),
    Problem(String),
}

impl Finding {
    fn of(verdict: &Value) -> Self {
        let field = |name: &str| verdict[name].as_str().unwrap_or_default();
        let sentence = format!("{} {}", field("sentence"), field("next_step")).trim_end().to_owned();
        match (verdict["good"] == true, field("next_step").is_empty()) {
            (true, true) => Self::Good(sentence),
            (true, false) => Self::Note(sentence),
            (false, _) => Self::Problem(sentence),
        }
    }
}

pub(crate) async fn run(
    arguments: Box<Doctor>,
    data_dir: &Path,
    output: Output,
) -> Result<ExitCode, Failure> {
    let running = ask(data_dir, Method::GET, "/api/v1/status").await;
    let mut findings = vec![("server", server(data_dir, &running))];
    findings.push(("protocols", protocols(data_dir).await));
    // A running server is asked first: it may have been started with another account than this shell's.
    match &running {
        Ok(_) => {
            let tested = ask(data_dir, Method::POST, "/api/v1/self-test").await?;
            let account = &tested["twilio"];
            let account = if account.is_null() { twilio(&arguments).await } else { Finding::of(account) };
            findings.push(("Twilio", account));
            findings.extend(of_server(&tested));
        }
        Err(_) => findings.extend(of_shell(&arguments).await),
    }
    let findings = findings.into_iter().map(|(about, finding)| match finding {
        Finding::Good(sentence) => (about, "ok", sentence),
        Finding::Note(sentence) => (about, "note", sentence),
        Finding::Problem(sentence) => (about, PROBLEM, sentence),
    });
    let findings: Vec<_> = findings.collect();
    let healthy = findings.iter().all(|(_, mark, _)| *mark != PROBLEM);
    let listed = findings
        .iter()
        .map(|(about, mark, sentence)| json!({"about": about, "state": mark, "sentence": sentence}));
    let json = json!({"healthy": healthy, "findings": listed.collect::<Vec<_>>()});
    output.data(&json, |out| {
        findings
            .iter()
            .try_for_each(|(about, mark, sentence)| writeln!(out, "{mark:<8} {about:<10} {sentence}"))
    })?;
    Ok(if healthy { ExitCode::SUCCESS } else { exit::problems() })
}

async fn ask(data_dir: &Path, method: Method, path: &str) -> Result<Value, Failure> {
    let client = Client::find(data_dir)?;
    client.json(client.request(method, path)?).await
}

fn of_server(tested: &Value) -> Vec<(&'static str, Finding)> {
    let verdict = |about: &str, none: &str| match &tested[about] {
        Value::Null => Finding::Note(none.into()),
        verdict => Finding::of(verdict),
    };
    let mut findings = vec![
        (
            "callbacks",
            verdict(
                "public_address",
                "the server has no public address, so it polls call status from Twilio; --public-url, --ngrok or \
                 Settings change that",
            ),
        ),
        ("Pusher", verdict("pusher", "not set up; /api/pusher_auth answers 503")),
    ];
    if tested["public_address_unused"] == true {
        let sentence =
            "a public address is set, but not used: the sandbox on this computer reaches the server directly";
        findings.push(("callbacks", Finding::Note(sentence.into())));
    }
    if let Some(proxy) = tested["untrusted_proxy"].as_str() {
        findings.push((
            "proxy",
            // Anyone can send this header, so it isn't certainly a problem.
            Finding::Note(format!(
                "requests from {proxy} were forwarded, but it isn't a trusted proxy, so everyone behind it counts as one \
                 visitor; if it is yours, start the server with --trust-proxy {proxy}"
            )),
        ));
    }
    findings
}

async fn of_shell(arguments: &Doctor) -> Vec<(&'static str, Finding)> {
    vec![
        ("Twilio", twilio(arguments).await),
        ("callbacks", callbacks(arguments).await),
        ("Pusher", pusher(arguments).await),
    ]
}

fn server(data_dir: &Path, running: &Result<Value, Failure>) -> Finding {
    match running {
        Ok(status) => {
            let mode = if status["mode"] == "live" { "LIVE: phones ring" } else { "sandbox: no phone rings" };
            let url = Client::find(data_dir).map(|client| client.url().to_string()).unwrap_or_default();
            Finding::Good(format!("answers at {url} ({mode}); data in {}", data_dir.display()))
        }
        // A server that stops removes its token file; if the file is left, the server was killed.
        Err(failure @ Failure::NotRunning(_))
            if OwnerFile::read(data_dir).is_ok_and(|file| file.is_none()) =>
        {
            Finding::Note(failure.to_string())
        }
        Err(failure) => {
            Finding::Problem(format!("{failure} (the last one was killed, or another program has its port)"))
        }
    }
}

async fn protocols(data_dir: &Path) -> Finding {
    let list = ask(data_dir, Method::GET, "/api/v1/protocols").await;
    match list.map(|list| list["items"].as_array().map_or(0, Vec::len)) {
        Ok(0) => Finding::Problem("there are none; import some with: bsp protocols import FILE".into()),
        Ok(count) => Finding::Good(format!("{count}")),
        Err(_) => Finding::Note("they are known only while the server runs".into()),
    }
}

async fn twilio(arguments: &Doctor) -> Finding {
    let api_base = arguments.twilio.twilio_api_base.as_ref();
    let (account, whence) = match variables::twilio_account(api_base) {
        Ok(Some(account)) => (Some(account), variables::origin(Connection::Twilio)),
        Ok(None) => match arguments.vault.vault().twilio().await {
            Ok(keys) => (keys.and_then(|keys| keys.account(api_base)), "the keyring".to_owned()),
            Err(error) => return Finding::Note(format!("{error} {}", error.help())),
        },
        Err(error) => return Finding::Problem(error.to_string()),
    };
    let Some(account) = account else {
        let sentence = "no credentials, so a server started from here uses the sandbox; \"bsp credentials set \
                        twilio\" saves them in the keyring";
        return Finding::Note(sentence.into());
    };
    let tested = connection_test::of_twilio(account).await;
    let next_step = tested.next_step.unwrap_or_default();
    let sentence = format!("{} (from {whence}) {next_step}", tested.sentence);
    let sentence = sentence.trim_end().to_owned();
    match (tested.good, next_step.is_empty()) {
        (true, true) => Finding::Good(sentence),
        (true, false) => Finding::Note(sentence),
        (false, _) => Finding::Problem(sentence),
    }
}

async fn callbacks(arguments: &Doctor) -> Finding {
    let told = &arguments.public_address;
    if told.public_url.is_none() && (told.ngrok == Some(true) || told.ngrok_domain.is_some()) {
        return ngrok(arguments).await;
    }
    match &told.public_url {
        None => Finding::Note(
            "no public address is set here, so call status is polled from Twilio, unless one is chosen in Settings"
                .into(),
        ),
        Some(url) if url.scheme() == "https" => Finding::Good(format!("Twilio reports to {url}")),
        Some(url) if url.scheme() == "http" => {
            Finding::Note(format!("Twilio reports to {url}, unencrypted; use https instead"))
        }
        Some(url) => Finding::Problem(format!("{url} is not a web address")),
    }
}

/// Opens no tunnel: the account may have few sessions at once, and the server needs one.
async fn ngrok(arguments: &Doctor) -> Finding {
    match variables::ngrok() {
        Ok(Some(_)) => {
            let origin = variables::origin(Connection::Ngrok);
            return Finding::Good(format!("by ngrok, with the authtoken from {origin}"));
        }
        Ok(None) => {}
        Err(error) => return Finding::Problem(error.to_string()),
    }
    match arguments.vault.vault().ngrok().await {
        Ok(Some(_)) => Finding::Good("by ngrok, with the authtoken from the keyring".into()),
        Ok(None) => Finding::Problem(
            "ngrok needs an authtoken: save it with \"bsp credentials set ngrok\", or set NGROK_AUTHTOKEN"
                .into(),
        ),
        Err(error) => Finding::Problem(format!("{error} {}", error.help())),
    }
}

async fn pusher(arguments: &Doctor) -> Finding {
    let (keys, origin) = match variables::pusher() {
        Ok(Some(keys)) => (Ok(Some(keys)), variables::origin(Connection::Pusher)),
        Ok(None) => {
            let keys = arguments.vault.vault().pusher().await;
            (keys.map_err(|error| error.to_string()), "the keyring".to_owned())
        }
        Err(error) => return Finding::Problem(error.to_string()),
    };
    match keys {
        Ok(Some(keys)) => {
            Finding::Good(format!("app {} on cluster {} (from {origin})", keys.app_id, keys.cluster))
        }
        Ok(None) => Finding::Note("not set up; /api/pusher_auth answers 503".into()),
        Err(words) => Finding::Note(words),
    }
}
