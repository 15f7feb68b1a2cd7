//! Why there is no tunnel, and what to do about it.

use crate::vault::VaultError;

/// ngrok's codes for an invalid token: malformed, of an older kind, revoked, missing
/// (<https://ngrok.com/docs/errors/reference>).
const BAD_TOKEN: [&str; 4] = ["ERR_NGROK_105", "ERR_NGROK_106", "ERR_NGROK_107", "ERR_NGROK_4018"];
const TOO_MANY: &str = "ERR_NGROK_108";
/// Another session uses the address, often this program's own previous one.
const TAKEN: &str = "ERR_NGROK_334";

/// Why there is no tunnel.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TunnelError {
    /// There is no token.
    #[error("There is no ngrok authtoken.")]
    NoToken,
    /// The token can't be read.
    #[error("Your ngrok authtoken can’t be read. {0}")]
    Vault(VaultError),
    /// Nothing that arrives through a tunnel could be verified.
    #[error(
        "Without the auth token of your Twilio account, Twilio’s reports can’t be verified, so none are accepted."
    )]
    NoAuthToken,
    /// No connection can be made; the system's error.
    #[error("ngrok can’t be reached ({0}).")]
    Unreachable(String),
    /// The server isn't ngrok, or something on the way decrypts the connection.
    #[error("Something else answers instead of ngrok: its certificate isn’t ngrok’s ({0}).")]
    Tls(String),
    /// No answer in time.
    #[error("ngrok doesn’t answer.")]
    Silent,
    /// The tunnel was open, and broke.
    #[error("The tunnel was disconnected.")]
    Cut,
    /// ngrok rejects the token; its code.
    #[error("ngrok rejects this authtoken ({0}).")]
    BadToken(String),
    /// The account has too many sessions.
    #[error("Your ngrok account already has as many programs connected as it allows.")]
    TooMany,
    /// Another program uses the address.
    #[error("Another program with your ngrok account uses this address.")]
    Taken,
    /// ngrok refuses for another reason.
    #[error("ngrok refuses: {words}")]
    Refused {
        /// Its code, if it sent one.
        code: Option<String>,
        /// Its message, without the token.
        words: String,
    },
    /// The answer can't be parsed.
    #[error("ngrok sent an unexpected answer ({0}).")]
    Strange(String),
}

impl TunnelError {
    pub(super) fn refused(code: Option<String>, words: String) -> Self {
        match code {
            Some(code) if BAD_TOKEN.contains(&code.as_str()) => Self::BadToken(code),
            Some(code) if code == TOO_MANY => Self::TooMany,
            Some(code) if code == TAKEN => Self::Taken,
            code => {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                Self::Refused { code, words }
            }
        }
    }

    /// What to do about it, in a sentence.
    pub fn help(&self) -> String {
        let said = match self {
            Self::NoToken => {
                "Enter it in Settings, save it with “bsp credentials set ngrok”, or set NGROK_AUTHTOKEN."
            }
            Self::NoAuthToken => "Enter it in addition to the API key.",
            Self::Vault(VaultError::Locked(_)) => "Unlock the keyring, then choose ngrok again.",
            Self::Vault(_) => "Repair the keyring, or set the environment variable NGROK_AUTHTOKEN.",
            Self::Unreachable(_) | Self::Silent => {
                "Check that this computer is online and may connect to connect.ngrok-agent.com:443. The \
                 program keeps trying."
            }
            Self::Tls(_) => {
                "Something on the way inspects encrypted connections, which doesn’t work with ngrok. Try \
                 another network."
            }
            Self::Cut => "The program opens it again.",
            Self::BadToken(_) => "Copy it again from https://dashboard.ngrok.com/get-started/your-authtoken.",
            Self::TooMany => "Stop ngrok elsewhere. The program keeps trying.",
            Self::Taken => "Stop that one, or choose another domain. The program keeps trying.",
            Self::Refused { code: Some(code), .. } => {
                return format!("https://ngrok.com/docs/errors/{} says more.", code.to_ascii_lowercase());
            }
            Self::Refused { code: None, .. } | Self::Strange(_) => {
                "The program keeps trying. If that doesn’t help, forward an address yourself."
            }
        };
        said.to_owned()
    }

    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::NoToken | Self::Vault(_) | Self::NoAuthToken | Self::BadToken(_) => true,
            Self::Unreachable(_)
            | Self::Tls(_)
            | Self::Silent
            | Self::Cut
            | Self::TooMany
            | Self::Taken
            | Self::Refused { .. }
            | Self::Strange(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_known_by_its_code() {
        let of =
            |code: &str| TunnelError::refused(Some(code.into()), "In words,\n\nof several lines.".into());
        assert!(of("ERR_NGROK_107").is_final(), "the same token would be refused again");
        assert!(!of("ERR_NGROK_108").is_final(), "the other program may end");
        let other = of("ERR_NGROK_103");
        assert_eq!(other.to_string(), "ngrok refuses: In words, of several lines.");
        assert_eq!(other.help(), "https://ngrok.com/docs/errors/err_ngrok_103 says more.");
    }
}
