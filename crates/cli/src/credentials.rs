//! `bsp credentials`: this user's keyring, shared with the window. Secrets come from standard input, never from an
//! argument: other users can read a command line.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use benspamsphones_app::accounts::PusherKeys;
use benspamsphones_server::vault::{Connection, NgrokToken, TwilioKeys, Vault, VaultError};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use crate::args::{ConnectionArgument, CredentialsCommand, KeyringCommand};
use crate::exit::Failure;
use crate::output::Output;

/// In bytes; more than credentials need.
const LONGEST: u64 = 16 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TwilioInput {
    account_sid: String,
    auth_token: Option<SecretString>,
    api_key: Option<String>,
    api_secret: Option<SecretString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PusherInput {
    app_id: String,
    key: String,
    secret: SecretString,
    cluster: String,
    host: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NgrokInput {
    authtoken: SecretString,
}

pub(crate) async fn run(arguments: CredentialsCommand, output: Output) -> Result<ExitCode, Failure> {
    let vault = Vault::Keyring;
    match arguments.command.unwrap_or(KeyringCommand::Status) {
        KeyringCommand::Status => status(vault, output).await?,
        KeyringCommand::Set { connection: ConnectionArgument::Twilio } => {
            let input: TwilioInput = read("Twilio", &["account_sid", "auth_token"])?;
            let keys = TwilioKeys::new(&input.account_sid, input.auth_token, input.api_key, input.api_secret)
                .map_err(|error| Failure::Usage(error.to_string()))?;
            vault.keep_twilio(&keys).await.map_err(explain)?;
            let sentence = "Saved. The server uses it from its next start. For live mode, add --mode live.";
            output.sentence(&json!({"kept": "twilio"}), sentence)?;
        }
        KeyringCommand::Set { connection: ConnectionArgument::Pusher } => {
            let input: PusherInput = read("Pusher", &["app_id", "key", "secret", "cluster"])?;
            let PusherInput { app_id, key, secret, cluster, host } = input;
            let keys = PusherKeys::new(&app_id, &key, secret, &cluster, host.as_deref())
                .map_err(|error| Failure::Usage(error.to_string()))?;
            vault.keep_pusher(&keys).await.map_err(explain)?;
            output.sentence(&json!({"kept": "pusher"}), "Saved. The server uses it from its next start.")?;
        }
        KeyringCommand::Set { connection: ConnectionArgument::Ngrok } => {
            let input: NgrokInput = read("ngrok", &["authtoken"])?;
            let token =
                NgrokToken::new(&input.authtoken).map_err(|error| Failure::Usage(error.to_string()))?;
            vault.keep_ngrok(&token).await.map_err(explain)?;
            let sentence = "Saved. The server uses it from its next start. To open the tunnel, use --ngrok or \
                            Settings.";
            output.sentence(&json!({"kept": "ngrok"}), sentence)?;
        }
        KeyringCommand::Forget { connection } => {
            let connection = match connection {
                ConnectionArgument::Twilio => Connection::Twilio,
                ConnectionArgument::Pusher => Connection::Pusher,
                ConnectionArgument::Ngrok => Connection::Ngrok,
            };
            let forgotten = vault.forget(connection).await.map_err(explain)?;
            let sentence = if forgotten { "Forgotten." } else { "There was nothing to forget." };
            output.sentence(&json!({"forgotten": forgotten}), sentence)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn status(vault: Vault, output: Output) -> Result<(), Failure> {
    let twilio = vault.twilio().await.map_err(explain)?.is_some();
    let pusher = vault.pusher().await.map_err(explain)?.is_some();
    let ngrok = vault.ngrok().await.map_err(explain)?.is_some();
    let word = |kept| if kept { "set" } else { "not set" };
    let lines = format!("Twilio  {}\nPusher  {}\nngrok   {}", word(twilio), word(pusher), word(ngrok));
    output.sentence(&json!({"twilio": twilio, "pusher": pusher, "ngrok": ngrok}), lines)
}

/// Reads JSON from standard input. On a terminal it asks for each part, without showing what is typed.
fn read<T: for<'a> Deserialize<'a>>(whose: &str, parts: &[&str]) -> Result<T, Failure> {
    let mut text = String::new();
    if io::stdin().is_terminal() {
        let mut answers = serde_json::Map::new();
        for part in parts {
            answers.insert((*part).to_owned(), ask(whose, part)?.into());
        }
        text = serde_json::Value::from(answers).to_string();
    } else {
        io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
    }
    // The parser's own message could repeat a part of a secret.
    serde_json::from_str(&text).map_err(|error| {
        let sentence = format!(
            "standard input is not the expected JSON (line {}); see bsp credentials set --help",
            error.line()
        );
        Failure::Usage(sentence)
    })
}

fn ask(whose: &str, part: &str) -> Result<String, Failure> {
    let mut prompt = io::stderr().lock();
    write!(prompt, "{whose} {}: ", part.replace('_', " "))?;
    prompt.flush()?;
    if matches!(part, "auth_token" | "secret" | "authtoken") {
        return rpassword::read_password().map_err(Failure::other);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn explain(error: VaultError) -> Failure {
    Failure::Other(format!("{error} {}", error.help()).into())
}
