//! Attacks on similar programs, one test each. Three of them are elsewhere: pages of other sites in `other_sites.rs`,
//! secrets in logs in `logs.rs`, and too many connections in `doors.rs`.

use benspamsphones_server::net::TrustedProxies;
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::answer::Answer;
use crate::event_stream::EventStream;
use crate::harness::{PASSWORD, Setup, TestServer, USER, send};
use crate::openapi;

async fn sign_in(server: &TestServer, password: &str) -> Result<String, Answer> {
    let form = [("user", USER), ("password", password)];
    let answer = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    match answer.header("set-cookie") {
        Some(cookie) if answer.status == 303 => Ok(cookie.split(';').next().unwrap().to_owned()),
        _ => Err(answer),
    }
}

fn with(cookie: &str, request: RequestBuilder) -> RequestBuilder {
    request.header("cookie", cookie)
}

/// Transmission's CVE-2018-5702.
#[tokio::test(flavor = "multi_thread")]
async fn dns_rebinding_is_refused_and_told_to_the_owner() {
    let server = TestServer::start().await;
    let rebound = server.request(Method::GET, "/api/v1/calls").header("host", "evil.example");
    send(rebound).await.problem(421, "unknown_host");
    server.refusal("127.0.0.1", "unknown_host").await;
}

/// Vaultwarden's GHSA-f7r5-w49x-gxm3: with a browser's cookie and with its Basic credentials.
#[tokio::test(flavor = "multi_thread")]
async fn cross_site_requests_with_the_browsers_own_credentials() {
    let server = TestServer::start().await;
    let cookie = sign_in(&server, PASSWORD).await.unwrap();
    let form = [("protocol", "protocol1"), ("target_number", "+15005550100")];
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "same-site")] {
        for path in ["/api/call", "/api/v1/calls", "/sign-in", "/pair"] {
            let request = server.anonymous(Method::POST, path).form(&form).header(name, value);
            assert_eq!(send(with(&cookie, request)).await.status, 403, "{path} {name}");
        }
    }
    // A form without origin headers: v1 only accepts JSON.
    let silent = with(&cookie, server.anonymous(Method::POST, "/api/v1/calls").form(&form));
    assert_eq!(send(silent).await.status, 415);
    assert!(server.sandbox.calls().is_empty(), "no phone rang");
    server.refusal("127.0.0.1", "cross_site").await;
}

/// qBittorrent's CVE-2023-30801.
#[tokio::test(flavor = "multi_thread")]
async fn default_passwords_do_not_exist() {
    let setup = || Setup { own_password: true, ..Setup::default() };
    let [one, other] = [TestServer::start_with(setup()).await, TestServer::start_with(setup()).await];
    let made = |server: &TestServer| server.first_password.as_ref().unwrap().expose_secret().to_owned();
    assert_ne!(made(&one), made(&other), "each installation makes its own");
    for (user, password) in [("user", "pass"), (USER, "admin"), (USER, USER), (USER, "")] {
        let ask = one.anonymous(Method::GET, "/api/call").basic_auth(user, Some(password));
        assert_eq!(send(ask).await.status, 401, "{user}:{password}");
    }
}

/// Home Assistant's GHSA-wx3j-3v2j-rf45.
#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_makes_the_internet_look_like_this_machine() {
    let server = TestServer::start().await;
    let owner = benspamsphones_app::data_dir::OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let pages = ["/", "/sign-in", "/pair", "/healthz", "/api/openapi.json"]
        .map(|path| (Method::GET, path.to_owned()));
    for (method, path) in openapi::operations().into_iter().chain(openapi::owner_operations()).chain(pages) {
        // Whatever the credentials, the webhook listener only has its own routes.
        let token = owner.token();
        let at = || server.at_webhook(method.clone(), &path);
        let shown = at().bearer_auth(token.expose_secret());
        let password = at().basic_auth(USER, Some(PASSWORD));
        for request in [at(), shown, password, at().header("x-forwarded-for", "127.0.0.1")] {
            assert_eq!(send(request).await.status, 404, "{method} {path}");
        }
    }
    // And nothing is trusted for coming from this machine.
    for header in ["x-forwarded-for", "x-real-ip", "forwarded"] {
        let ask = server.anonymous(Method::GET, "/api/call").header(header, "127.0.0.1");
        assert_eq!(send(ask).await.status, 401, "{header}");
    }
}

/// Grafana OnCall accepted unsigned callbacks.
#[tokio::test(flavor = "multi_thread")]
async fn forged_callbacks_are_refused_and_told_to_the_owner() {
    let server = TestServer::start().await;
    let form = [("CallStatus", "completed")];
    let forged = server.at_webhook(Method::POST, "/api/twilio_update/private-call-1").form(&form);
    assert_eq!(send(forged.header("x-twilio-signature", "x")).await.status, 403);
    server.refusal("127.0.0.1", "forged_callback").await;
}

/// Both of Twilio's routes reject requests whose signature can't be checked, each in its own format.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_signature_can_be_for_is_turned_away() {
    let not_signed = "{\"message\": \"This request is not signed by Twilio for this address\"}\n";
    let unreadable = "{\"message\": \"The body can't be read\"}\n";
    for (route, unreadable, not_signed) in [("update", unreadable, not_signed), ("gather", "", "")] {
        let server = TestServer::start().await;
        let post = async |channel: &str, body: Vec<u8>| {
            let request = server.at_webhook(Method::POST, &format!("/api/twilio_{route}/{channel}"));
            let answer = send(request.header(twilio::signature::HEADER, "AAAA").body(body)).await;
            (answer.status, answer.text().to_owned())
        };
        assert_eq!(post("private-call-1", vec![b'a'; 65_537]).await, (413, unreadable.to_owned()), "{route}");
        assert_eq!(post("%FF", b"a=b".to_vec()).await, (403, not_signed.to_owned()), "{route}");
        let forged = server.refusal("127.0.0.1", "forged_callback").await;
        assert_eq!(forged["count"], 1, "{route}: a body that is too long is no forgery");
    }
}

/// Transmission 3.00 locked its owner out.
#[tokio::test(flavor = "multi_thread")]
async fn a_lockout_shuts_out_who_guesses_and_nobody_else() {
    let trusted_proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let server = TestServer::start_with(Setup { trusted_proxies, ..Setup::default() }).await;
    let from = |source: &str, password: &str| {
        let ask = server.anonymous(Method::GET, "/api/v1/status").header("x-forwarded-for", source);
        send(ask.basic_auth(USER, Some(password)))
    };
    let cookie = sign_in(&server, PASSWORD).await.unwrap();
    for _ in 0..5 {
        from("192.168.1.7", "wrong").await.problem(401, "unauthorized");
    }
    from("192.168.1.7", "wrong").await.problem(429, "locked_out");
    let answer = from("192.168.1.7", PASSWORD).await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait), "{wait}");
    answer.problem(429, "locked_out");

    // Another client, a signed-in browser at the same address, and the window still have access.
    assert_eq!(from("192.168.1.8", PASSWORD).await.status, 200);
    let same_place = server.anonymous(Method::GET, "/api/v1/status").header("x-forwarded-for", "192.168.1.7");
    assert_eq!(send(with(&cookie, same_place)).await.status, 200);
    assert_eq!(server.as_owner(Method::GET, "/api/v1/status", None).await.0, 200);

    let seen = server.refusal("192.168.1.7", "locked_out").await;
    assert!(seen["waits_s"].as_u64().is_some(), "{seen}");
    assert_eq!(server.refusal("192.168.1.7", "wrong_password").await["waits_s"], seen["waits_s"]);
    let forgive = "/api/v1/refusals?source=192.168.1.7";
    assert_eq!(server.as_owner(Method::DELETE, forgive, None).await.0, 204);
    assert_eq!(from("192.168.1.7", PASSWORD).await.status, 200);
    assert!(server.refusals().await.iter().all(|refusal| refusal["source"] != "192.168.1.7"));
}

/// qBittorrent's #18443.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_do_not_outlive_a_password() {
    let mut server = TestServer::start_with(Setup { own_password: true, ..Setup::default() }).await;
    let password = server.first_password.clone().unwrap();
    let cookie = sign_in(&server, password.expose_secret()).await.unwrap();
    let status = "/api/v1/status";
    assert_eq!(send(with(&cookie, server.anonymous(Method::GET, status))).await.status, 200);
    // A restart alone ends no session.
    server.stop().await;
    server.start_again().await;
    assert_eq!(send(with(&cookie, server.anonymous(Method::GET, status))).await.status, 200);
    let (code, made) = server.as_owner(Method::POST, "/api/v1/credentials/web-password", None).await;
    assert_eq!(code, 200, "{made}");
    server.stop().await;
    server.start_again().await;
    assert_eq!(send(with(&cookie, server.anonymous(Method::GET, status))).await.status, 401);
    let (_, sessions) = server.as_owner(Method::GET, "/api/v1/sessions", None).await;
    assert_eq!(sessions["items"], json!([]));
    let new = made["password"].as_str().unwrap();
    assert!(sign_in(&server, new).await.is_ok());
}

/// The same with a password from the environment.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_do_not_outlive_a_password_of_the_environment() {
    let mut server = TestServer::start().await;
    let cookie = sign_in(&server, PASSWORD).await.unwrap();
    let ask = |server: &TestServer| send(with(&cookie, server.anonymous(Method::GET, "/api/v1/status")));
    server.stop().await;
    server.start_again().await;
    assert_eq!(ask(&server).await.status, 200, "it is the same password");
    server.stop().await;
    server.setup.password = "another-password".into();
    server.start_again().await;
    assert_eq!(ask(&server).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_drops_its_streams_and_no_others() {
    let server = TestServer::start().await;
    let (status, device) =
        server.as_owner(Method::POST, "/api/v1/devices", Some(&json!({"name": "Ada's phone"}))).await;
    assert_eq!(status, 201);
    let token = device["token"].as_str().unwrap().to_owned();
    let cookie = sign_in(&server, PASSWORD).await.unwrap();
    let listen = || server.anonymous(Method::GET, "/api/v1/events");
    let mut of_device = EventStream::new(listen().bearer_auth(&token).send().await.unwrap());
    let mut of_session = EventStream::new(with(&cookie, listen()).send().await.unwrap());
    for stream in [&mut of_device, &mut of_session] {
        stream.next_block().await.unwrap();
    }
    let path = format!("/api/v1/devices/{}", device["id"].as_str().unwrap());
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 204);
    assert!(of_device.next_event().await.is_none(), "it has ended");
    send(listen().bearer_auth(&token)).await.problem(401, "unauthorized");
    assert_eq!(server.as_owner(Method::DELETE, &path, None).await.0, 404);

    server.place("protocol1", "+15005550142").await;
    assert!(of_session.next_event().await.is_some());
    let sign_out = with(&cookie, server.anonymous(Method::DELETE, "/api/v1/session"));
    let answer = send(sign_out).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    while of_session.next_event().await.is_some() {}
    send(with(&cookie, listen())).await.problem(401, "unauthorized");
}

/// FileCodeBox's CVE-2025-51663.
#[tokio::test(flavor = "multi_thread")]
async fn a_spoofed_x_forwarded_for_changes_nothing() {
    let server = TestServer::start().await;
    let wrong = |source: u8| {
        let ask = server.anonymous(Method::GET, "/api/v1/status");
        send(ask.header("x-forwarded-for", format!("10.0.0.{source}")).basic_auth(USER, Some("wrong")))
    };
    for source in 0..5 {
        wrong(source).await.problem(401, "unauthorized");
    }
    wrong(6).await.problem(429, "locked_out");
    server.refusal("127.0.0.1", "wrong_password").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_have_bounds() {
    let server = TestServer::start().await;
    let long = "x".repeat(40_000);
    let many: String = (0..80).map(|n| format!("x-{n}: 1\r\n")).collect();
    for head in [
        format!("GET /{long} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{many}\r\n"),
    ] {
        let answer = server.raw(head.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
}
