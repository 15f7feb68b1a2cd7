//! Tests whether Twilio can reach this machine: sends a signed request through the public address, as Twilio does.

use std::error::Error as _;
use std::time::Duration;

use serde_json::Value;
use twilio::signature;
use url::Url;

use super::App;
use super::callbacks::{self, NOT_SIGNED, PROBE};
use crate::connection_test::{ConnectionTest, ConnectionTestCode};
use crate::random::random_hex;
use crate::tls_client;

/// Time-out for one response: a person is waiting, and Twilio waits at most 15 s.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, PartialEq, Eq)]
enum Came {
    /// No address, or no auth token to sign with.
    NotSetUp,
    NoSuchName,
    /// Nothing listens there, or a firewall blocks the way.
    Refused,
    /// Twilio would not trust the certificate; the text is the TLS error.
    BadCertificate(String),
    Nowhere,
    Here,
    NotBelieved,
    /// With this status.
    Elsewhere(u16),
    SentOn,
}

impl App {
    /// Tests the public address.
    pub async fn try_public_address(&self) -> ConnectionTest {
        let (host, came) = match self.inner.callbacks.as_ref().zip(self.public_url()) {
            None => (String::new(), Came::NotSetUp),
            Some((callbacks, public_url)) => {
                let nonce = random_hex::<16>();
                let url = callbacks::url_of(&public_url, &format!("{PROBE}{nonce}"));
                let form = [("Probe", nonce.as_str())];
                let signed = callbacks.sign(&url, &form);
                match Url::parse(&url) {
                    Ok(url) => {
                        let host = url.host_str().unwrap_or_default().to_owned();
                        (host, send(url, &form, &signed, &nonce).await)
                    }
                    Err(_) => (url, Came::NoSuchName),
                }
            }
        };
        verdict(&host, &came)
    }
}

async fn send(url: Url, form: &[(&str, &str)], signed: &str, nonce: &str) -> Came {
    let port = url.port_or_known_default().unwrap_or(443);
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    if tokio::net::lookup_host((host, port)).await.is_err() {
        return Came::NoSuchName;
    }
    let client = tls_client::config().ok().and_then(|tls| {
        let builder = reqwest::Client::builder().tls_backend_preconfigured(tls).timeout(PATIENCE);
        builder.redirect(reqwest::redirect::Policy::none()).no_proxy().build().ok()
    });
    let Some(client) = client else {
        return Came::BadCertificate("this system's certificates can't be read".into());
    };
    let answer = match client.post(url).header(signature::HEADER, signed).form(form).send().await {
        Ok(answer) => answer,
        Err(error) => return failure(&error),
    };
    let status = answer.status();
    let said: Value = answer.json().await.unwrap_or_default();
    match status.as_u16() {
        200 if said["probe"] == nonce => Came::Here,
        403 if said["message"] == NOT_SIGNED => Came::NotBelieved,
        300..=399 => Came::SentOn,
        status => Came::Elsewhere(status),
    }
}

fn failure(error: &reqwest::Error) -> Came {
    if error.is_timeout() {
        return Came::Nowhere;
    }
    if let Some(words) = error.source().and_then(tls_words) {
        return Came::BadCertificate(words);
    }
    if error.is_connect() { Came::Refused } else { Came::Nowhere }
}

/// The TLS error, wherever it is in the chain of causes. An I/O error hides the error that it wraps from the chain.
fn tls_words(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(error.to_string());
    }
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let wrapped = wrapped.and_then(|wrapped| tls_words(wrapped as &(dyn std::error::Error + 'static)));
    wrapped.or_else(|| error.source().and_then(tls_words))
}

fn verdict(host: &str, came: &Came) -> ConnectionTest {
    let bad = |code, sentence: String, next_step: &'static str| {
        ConnectionTest::bad(code, sentence, next_step).about(host)
    };
    match came {
        Came::NotSetUp => bad(
            ConnectionTestCode::AddressNotSetUp,
            "There is no public address, or no auth token to sign with.".into(),
            "Choose a public address in Settings, and enter the auth token of your Twilio account.",
        ),
        Came::NoSuchName => bad(
            ConnectionTestCode::AddressUnknownName,
            format!("DNS: no name server knows {host}."),
            "Check the spelling. A new name may take a while to work.",
        ),
        Came::Refused => bad(
            ConnectionTestCode::AddressRefused,
            format!("{host} refuses the connection."),
            "Check that the tunnel or proxy is running, and that the router forwards the port to it.",
        ),
        Came::BadCertificate(words) => bad(
            ConnectionTestCode::AddressBadCertificate,
            format!("TLS: Twilio would not trust the certificate of {host} ({words})."),
            "Twilio doesn't accept self-signed certificates. A tunnel has a valid one.",
        ),
        Came::Nowhere => bad(
            ConnectionTestCode::AddressSilent,
            format!("{host} did not answer within {} s.", PATIENCE.as_secs()),
            "Something on the way holds the request. Check that the tunnel or proxy points at the webhook \
             listener.",
        ),
        Came::Here => {
            let sentence = "Twilio can reach this computer, and its signature is accepted.";
            ConnectionTest::good(ConnectionTestCode::AddressGood, sentence)
        }
        Came::NotBelieved => bad(
            ConnectionTestCode::AddressNotBelieved,
            "Signature: the request arrived, but was signed for another address than this program knows."
                .into(),
            "The public address must be exactly the one that Twilio calls, including https:// and the path.",
        ),
        Came::Elsewhere(404 | 405) => bad(
            ConnectionTestCode::AddressWrongRoute,
            format!("Route: {host} answers, but it is not this program’s webhook listener."),
            "Point the tunnel or proxy at the webhook listener, and don't change the path.",
        ),
        Came::Elsewhere(401 | 421) => bad(
            ConnectionTestCode::AddressOfPeople,
            format!("Route: {host} leads to the listener for people."),
            "Point the tunnel or proxy at the webhook listener instead. Nothing else may be open to the internet.",
        ),
        Came::Elsewhere(status @ 502..=504) => bad(
            ConnectionTestCode::AddressGateway,
            format!("{host} answers {status} and doesn’t reach this program."),
            "Point the tunnel or proxy at the webhook listener on this computer.",
        ),
        Came::Elsewhere(status) => bad(
            ConnectionTestCode::AddressElsewhere,
            format!("Route: {host} answers {status}, but it isn’t this program."),
            "Point the tunnel or proxy at the webhook listener.",
        ),
        Came::SentOn => bad(
            ConnectionTestCode::AddressSentOn,
            format!("{host} redirects the request to another address."),
            "Enter that address, because a signature is valid for one address only. Usually it is the same \
             one with https://.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_is_told_from_the_others() {
        let said = |came: &Came| verdict("calls.example.com", came);
        assert!(said(&Came::Here).good);
        let all = [
            Came::NotSetUp,
            Came::NoSuchName,
            Came::Refused,
            Came::BadCertificate("expired".into()),
            Came::Nowhere,
            Came::NotBelieved,
            Came::Elsewhere(404),
            Came::Elsewhere(421),
            Came::Elsewhere(502),
            Came::Elsewhere(200),
            Came::SentOn,
        ];
        let sentences: std::collections::HashSet<_> = all.iter().map(|came| said(came).sentence).collect();
        assert_eq!(sentences.len(), all.len());
        let codes: std::collections::HashSet<_> =
            all.iter().map(|came| format!("{:?}", said(came).code)).collect();
        assert_eq!(codes.len(), all.len());
        assert!(all.iter().all(|came| !said(came).good && said(came).next_step.is_some()));
        assert!(said(&Came::NoSuchName).sentence.starts_with("DNS: "));
    }
}
