//! How browsers, phones and programs sign in, and what they see before.

use benspamsphones_server::net::TrustedProxies;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{PASSWORD, Setup, TestServer, USER, send, trusting};

/// How programs are asked to sign in (RFC 7617).
const CHALLENGE: &str = "Basic realm=\"Login Required\", charset=\"UTF-8\"";

async fn sign_in(server: &TestServer, user: &str, password: &str) -> Answer {
    send(server.anonymous(Method::POST, "/sign-in").form(&[("user", user), ("password", password)])).await
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

async fn pairing(server: &TestServer) -> Value {
    let (status, pairing) = server.as_owner(Method::POST, "/api/v1/pairings", None).await;
    assert_eq!(status, 201, "{pairing}");
    pairing
}

/// A phone can't open addresses that only this computer or the proxy can.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_joins_through_the_proxy_where_there_is_one() {
    let alone = pairing(&TestServer::start().await).await;
    assert_eq!((&alone["shared"], &alone["ways"]), (&json!(false), &json!([])));
    assert!(alone["url"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{alone}");

    let setup = |proxies: &[&str]| Setup {
        allowed_hosts: vec!["switchboard.example.com".into()],
        trusted_proxies: TrustedProxies::new(proxies.iter().map(|proxy| proxy.parse().unwrap()).collect()),
        ..Setup::default()
    };
    let behind = pairing(&TestServer::start_with(setup(&["127.0.0.1/32"])).await).await;
    let url = format!("https://switchboard.example.com/pair?code={}", behind["code"].as_str().unwrap());
    assert_eq!((&behind["shared"], &behind["url"]), (&json!(true), &json!(url)));
    assert_eq!(behind["ways"][0]["url"], url);
    let named = pairing(&TestServer::start_with(setup(&[])).await).await;
    assert_eq!(named["shared"], false, "{named}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_is_shown_a_page_and_curl_is_told_in_a_word() {
    let server = TestServer::start().await;
    let page = send(server.anonymous(Method::GET, "/").header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!(page.status, 401);
    assert!(page.text().contains("action=\"/sign-in\""));
    assert_eq!(page.header("www-authenticate"), None, "the browser's own window would stand before it");
    let curl = send(server.anonymous(Method::GET, "/").header("accept", "*/*")).await;
    assert_eq!((curl.status, curl.text()), (401, "Nope\n"));
    assert_eq!(curl.header("www-authenticate"), Some(CHALLENGE));
    // Requests by the page's own scripts must not open that window either.
    let ours = format!("{}?x", server.lan());
    for (name, value) in [
        ("sec-fetch-mode", "cors"),
        ("x-bsp-page", "1"),
        ("referer", ours.as_str()),
        ("cookie", "bsp_session=bsp_1"),
    ] {
        let script = server.anonymous(Method::GET, "/api/v1/status").header(name, value);
        let script = send(script.header("user-agent", "Mozilla/5.0 (X11)")).await;
        assert_eq!((script.status, script.header("www-authenticate")), (401, None), "{name}");
    }
    // A program retries once it gets the challenge, whatever its user agent.
    for (name, value) in [
        ("user-agent", "Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; en-US) PowerShell/7.4.6"),
        ("user-agent", "Mozilla/5.0"),
        ("referer", "http://evil.example/"),
    ] {
        let program = send(server.anonymous(Method::GET, "/api/v1/status").header(name, value)).await;
        assert_eq!((program.status, program.header("www-authenticate")), (401, Some(CHALLENGE)), "{value}");
    }
    for open in ["/sign-in", "/sign-in.css", "/pair"] {
        assert_eq!(send(server.anonymous(Method::GET, open)).await.status, 200, "{open}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_from_its_beginning_to_its_end() {
    let server = TestServer::start().await;
    let wrong = sign_in(&server, USER, "wrong").await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("Wrong name or password."));
    assert!(wrong.text().contains(&format!("value=\"{USER}\"")), "the name stays");
    let odd = sign_in(&server, "\"><b>{{lang}}", "wrong").await;
    assert!(odd.text().contains("value=\"&quot;&gt;&lt;b&gt;&#123;&#123;lang}}\""), "{}", odd.text());
    assert_eq!(wrong.header("set-cookie"), None);
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let form = [("user", USER), ("password", PASSWORD)];
    let request = server.anonymous(Method::POST, "/sign-in").header("user-agent", firefox).form(&form);
    let answer = send(request).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");

    let ask = |method, path| server.anonymous(method, path).header("cookie", cookie(&answer));
    assert_eq!(send(ask(Method::GET, "/")).await.status, 200);
    let own = send(ask(Method::GET, "/api/v1/session")).await.json();
    assert_eq!(own, json!({"kind": "session", "name": "Firefox, Linux"}));
    let (_, sessions) = server.as_owner(Method::GET, "/api/v1/sessions", None).await;
    assert_eq!(sessions["items"][0]["name"], "Firefox, Linux");
    assert_eq!(sessions["items"][0]["source"], "127.0.0.1");
    assert!(!sessions.to_string().contains("bsp_"), "its token is told nobody");

    let path = format!("/api/v1/sessions/{}", sessions["items"][0]["id"].as_str().unwrap());
    assert_eq!(send(ask(Method::DELETE, &path)).await.status, 404, "one browser can't end another's");
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    send(ask(Method::GET, "/api/v1/session")).await.problem(401, "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_own_program_sees_who_may_come_in_and_nobody_else() {
    let server = TestServer::start().await;
    let owner = benspamsphones_app::data_dir::OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let token = owner.token();
    for path in ["/api/v1/sessions", "/api/v1/devices", "/api/v1/refusals"] {
        let ask = server.anonymous(Method::GET, path);
        assert_eq!(send(ask.bearer_auth(token.expose_secret())).await.status, 200, "{path}");
        server.get(path).await.problem(404, "no_such_route");
    }
    for path in ["/api/v1/settings", "/api/v1/credentials/web-password"] {
        let ask = server.anonymous(Method::GET, path).bearer_auth(token.expose_secret());
        send(ask).await.problem(404, "no_such_route");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_are_counted_as_they_happen() {
    let server = TestServer::start().await;
    for count in 1..=3 {
        assert_eq!(sign_in(&server, USER, "wrong").await.status, 401);
        let (_, refused) = server.as_owner(Method::GET, "/api/v1/refusals", None).await;
        let items = refused["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["count"]), (1, &json!(count)), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_link_leads_into_the_program_and_a_removed_device_is_told() {
    let server = TestServer::start().await;
    let made = pairing(&server).await;
    assert_eq!(made["fingerprint"], Value::Null, "there is no certificate");
    let code = made["code"].as_str().unwrap();
    let form = [("code", code), ("name", "Ada's phone")];
    let joined = send(server.anonymous(Method::POST, "/pair").form(&form)).await;
    assert_eq!(joined.status, 303);
    let link = format!("/pair?code={code}");
    let device = |method, path: &str| {
        server.anonymous(method, path).header("cookie", cookie(&joined)).header("accept", "text/html")
    };
    for again in [device(Method::GET, &link), device(Method::POST, "/pair").form(&form)] {
        let again = send(again).await;
        assert_eq!((again.status, again.header("location")), (303, Some("/")));
    }
    // The link works for no other device, and says what to do. Opening it doesn't count as guessing.
    for _ in 0..10 {
        let other = send(server.anonymous(Method::GET, &link)).await;
        assert_eq!(other.status, 410);
        assert!(other.text().contains("already used") && other.text().contains("“Add a phone”"));
    }
    let open = pairing(&server).await;
    let open = format!("/pair?code={}", open["code"].as_str().unwrap());
    assert_eq!(send(device(Method::GET, &open)).await.status, 200, "one that is open is offered");

    let stranger = send(server.anonymous(Method::GET, "/").header("accept", "text/html")).await;
    assert!(!stranger.text().contains("no longer has access"));
    let (_, devices) = server.as_owner(Method::GET, "/api/v1/devices", None).await;
    let path = format!("/api/v1/devices/{}", devices["items"][0]["id"].as_str().unwrap());
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    let told = send(device(Method::GET, "/")).await;
    assert_eq!(told.status, 401);
    assert!(told.text().contains("This device no longer has access") && told.text().contains("join again"));
    assert_eq!(send(device(Method::GET, &link)).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_joins_by_a_code_that_opens_once() {
    let server = TestServer::start().await;
    let made = pairing(&server).await;
    let code = made["code"].as_str().unwrap();
    let url = made["url"].as_str().unwrap();
    assert_eq!(url, format!("{}pair?code={code}", server.lan()));
    assert!(made["qr_svg"].as_str().unwrap().contains("<svg"));
    assert_eq!(made["shared"], false, "this machine alone can open it");

    // Opening the page, as link previews do, doesn't use up the code.
    let page = send(server.anonymous(Method::GET, &format!("/pair?code={code}"))).await;
    assert!(page.text().contains(&format!("value=\"{code}\"")));
    let join = |code: &str| {
        send(server.anonymous(Method::POST, "/pair").form(&[("code", code), ("name", "Ada's phone")]))
    };
    let joined = join(code).await;
    assert_eq!(joined.status, 303);
    let own = server.anonymous(Method::GET, "/api/v1/session").header("cookie", cookie(&joined));
    assert_eq!(send(own).await.json(), json!({"kind": "device", "name": "Ada's phone"}));
    let again = join(code).await;
    assert_eq!(again.status, 401);
    assert!(again.text().contains("already used"));
    for _ in 0..4 {
        assert_eq!(join("abcdefgh23456789").await.status, 401);
    }
    assert_eq!(join("abcdefgh23456789").await.status, 429, "codes aren't guessed either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_not_ended_as_a_session() {
    let mut server = TestServer::start().await;
    let (_, device) =
        server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "Script"}))).await;
    let path = format!("/api/v1/sessions/{}", device["id"].as_str().unwrap());
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 404);
    server.stop().await;
    server.start_again().await;
    let own = server.anonymous(Method::GET, "/api/v1/session").bearer_auth(device["token"].as_str().unwrap());
    assert_eq!(send(own).await.status, 200, "it was said that there is no such session");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_joins_by_a_code() {
    let server = TestServer::start().await;
    let code = pairing(&server).await["code"].clone();
    let body = json!({"code": code, "name": "script"});
    let request = server.anonymous(Method::POST, "/api/v1/pair").json(&body);
    let answer = send(request).await;
    assert_eq!(answer.status, 201);
    let device = answer.json();
    let token = device["token"].as_str().unwrap();
    assert_eq!(send(server.anonymous(Method::GET, "/api/call").bearer_auth(token)).await.status, 200);
    send(server.anonymous(Method::POST, "/api/v1/pair").json(&body)).await.problem(401, "wrong_code");

    let path = format!("/api/v1/devices/{}", device["id"].as_str().unwrap());
    let renamed = server.as_owner(Method::PUT, &path, Some(&json!({"name": "cron"}))).await;
    assert_eq!(renamed.0, 204);
    let (_, devices) = server.as_owner(Method::GET, "/api/v1/devices", None).await;
    assert_eq!(devices["items"][0]["name"], "cron");
    assert!(!devices.to_string().contains(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_says_is_never_taken_for_html() {
    let server = TestServer::start().await;
    let evil = "/pair?code=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let page = send(server.anonymous(Method::GET, evil).header("user-agent", "<b>Firefox/1</b>")).await;
    assert!(!page.text().contains("<script") && !page.text().contains("<b>"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn https_and_plain_http_on_one_port() {
    let server = TestServer::start_with(Setup { https: true, ..Setup::default() }).await;
    let (_, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    let network = &settings["network"];
    assert_eq!(network["https"], true);
    assert_eq!(network["fingerprint"].as_str().unwrap().len(), 95);
    let port = server.lan().port().unwrap();
    // A device that trusts this CA accepts the server under each of its names.
    let client = trusting(network["authority"].as_str().unwrap());
    for name in ["localhost", "127.0.0.1"] {
        let ask = client.get(format!("https://{name}:{port}/api/call")).basic_auth(USER, Some(PASSWORD));
        assert_eq!(send(ask).await.status, 200, "{name}");
    }
    let stranger = TestServer::client().get(format!("https://localhost:{port}/healthz")).send().await;
    assert!(stranger.unwrap_err().is_connect(), "who doesn't trust it doesn't believe it");
    let form = [("user", USER), ("password", PASSWORD)];
    let signed_in = send(client.post(format!("https://localhost:{port}/sign-in")).form(&form)).await;
    assert!(signed_in.header("set-cookie").unwrap().contains("; Secure"));
    assert_eq!(server.get("/api/call").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_where_both_ends_speak_it() {
    let server = TestServer::start_with(Setup { https: true, ..Setup::default() }).await;
    let (_, settings) = server.as_owner(Method::GET, "/api/v1/settings", None).await;
    let port = server.lan().port().unwrap();
    let mut requests = http_2(settings["network"]["authority"].as_str().unwrap(), port).await;
    let mut ask = async |authority: &str, signed_in: bool| {
        let mut request = axum::http::Request::get(format!("https://{authority}/api/v1/status"));
        if signed_in {
            let pair =
                base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{USER}:{PASSWORD}"));
            request = request.header("authorization", format!("Basic {pair}"));
        }
        let answer = requests.send_request(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.version(), axum::http::Version::HTTP_2);
        answer.status().as_u16()
    };
    let here = format!("localhost:{port}");
    assert_eq!(ask(&here, true).await, 200);
    assert_eq!(ask(&here, false).await, 401);
    assert_eq!(ask("evil.example", true).await, 421);
    // An unread body doesn't end other requests on the connection.
    let unwanted =
        axum::http::Request::post(format!("https://{here}/api/call")).body("x".repeat(1 << 20).into());
    assert_eq!(requests.send_request(unwanted.unwrap()).await.unwrap().status(), 401);
    let news = axum::http::Request::get(format!("https://{here}/healthz")).body(axum::body::Body::empty());
    assert_eq!(requests.send_request(news.unwrap()).await.unwrap().status(), 200);
}

async fn http_2(authority: &str, port: u16) -> hyper::client::conn::http2::SendRequest<axum::body::Body> {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    use rustls::pki_types::pem::PemObject as _;

    let mut roots = rustls::RootCertStore::empty();
    roots.add(rustls::pki_types::CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (requests, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_before_one_is_in_speak_the_browsers_language() {
    let server = TestServer::start().await;
    let ask = |path, languages: &str| {
        server.anonymous(Method::GET, path).header("accept", "text/html").header("accept-language", languages)
    };
    for path in ["/", "/sign-in", "/pair"] {
        let german = send(ask(path, "de-AT,de;q=0.9,en;q=0.6")).await;
        assert!(german.text().contains("<html lang=\"de\">"), "{path}");
        assert_eq!(german.header("vary"), Some("accept-language"), "{path}");
        assert!(!german.text().contains("{{"), "{path}: every place is filled");
        let english = send(ask(path, "fr")).await;
        assert!(english.text().contains("<html lang=\"en\">"), "{path}");
        assert!(!english.text().contains("{{"), "{path}");
    }
    assert!(send(ask("/pair", "de")).await.text().contains("Name dieses Geräts"));
    let form = [("user", USER), ("password", "wrong")];
    let wrong = server.anonymous(Method::POST, "/sign-in").header("accept-language", "de").form(&form);
    assert!(send(wrong).await.text().contains("Name oder Passwort stimmt nicht."));
    let form = [("code", "abcdefgh23456789"), ("name", "Telefon")];
    let wrong = server.anonymous(Method::POST, "/pair").header("accept-language", "de").form(&form);
    assert!(send(wrong).await.text().contains("Dieser Code wurde schon benutzt"));
}
