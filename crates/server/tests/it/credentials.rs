//! Authentication.

use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_server::net::TrustedProxies;
use reqwest::Method;
use secrecy::ExposeSecret;

use crate::harness::{PASSWORD, Setup, TestServer, USER, send};
use crate::openapi;

/// Every route that needs credentials, including the owner's: all except the one that exchanges a code for them.
fn locked() -> Vec<(Method, String)> {
    let pages = ["/", "/page.css", "/api/docs/", "/api/openapi.json", "/no/such/route", "/api/v1/nothing"];
    let pages = pages.into_iter().map(|path| (Method::GET, path.to_owned()));
    let operations = openapi::operations().into_iter().chain(openapi::owner_operations());
    operations.chain(pages).filter(|(_, path)| path != "/api/v1/pair").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_them() {
    // A different source for each request, or most would only be locked out.
    let trusted_proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let server = TestServer::start_with(Setup { trusted_proxies, ..Setup::default() }).await;
    let mut sources = 0_u32;
    for (method, path) in locked() {
        let mut bare = || {
            sources += 1;
            let source = std::net::Ipv4Addr::from(0x0a00_0000 + sources).to_string();
            server.anonymous(method.clone(), &path).header("x-forwarded-for", source)
        };
        for request in [
            bare(),
            bare().basic_auth(USER, Some("wrong")),
            bare().basic_auth(USER, None::<&str>),
            bare().basic_auth("somebody", Some(PASSWORD)),
            bare().basic_auth("", Some(PASSWORD)),
            // The colon is in the wrong place.
            bare().basic_auth(format!("{USER}:{PASSWORD}"), None::<&str>),
            bare().bearer_auth(PASSWORD),
            bare().bearer_auth(""),
            bare().header("authorization", "Basic"),
            bare().header("authorization", "Basic %%%"),
            bare().header("authorization", &b"Basic \xff"[..]),
            bare().header("authorization", format!("Digest username=\"{USER}\"")),
        ] {
            let answer = send(request).await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(
                answer.header("www-authenticate"),
                Some("Basic realm=\"Login Required\", charset=\"UTF-8\"")
            );
            if path.starts_with("/api/v1/") {
                answer.problem(401, "unauthorized");
            } else {
                assert_eq!(answer.text(), "Nope\n", "{method} {path}");
            }
        }
    }
    assert!(server.sandbox.calls().is_empty());
    assert_eq!(send(server.anonymous(Method::GET, "/api/v1/protocols")).await.status, 401);
    assert_eq!(server.get("/api/v1/protocols").await.json()["items"].as_array().unwrap().len(), 3);
}

/// A method that a path doesn't support must not reveal that the path exists.
#[tokio::test(flavor = "multi_thread")]
async fn no_method_gets_around_them() {
    let server = TestServer::start().await;
    let mut paths: Vec<String> = locked().into_iter().map(|(_, path)| path).collect();
    paths.dedup();
    assert!(paths.len() > 40, "{paths:?}");
    for path in paths {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let answer = send(server.anonymous(method.clone(), &path)).await;
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
    assert!(server.sandbox.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_it_runs_anybody_may_know() {
    let server = TestServer::start().await;
    let answer = send(server.anonymous(Method::GET, "/healthz")).await;
    assert_eq!((answer.status, answer.text()), (200, r#"{"status":"ok"}"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_has_a_token() {
    let mut server = TestServer::start().await;
    let file = OwnerFile::read(server.dir.path()).unwrap().unwrap();
    assert_eq!(file.url, server.lan());
    let token = file.token();
    let ask =
        |server: &TestServer| server.anonymous(Method::GET, "/api/call").bearer_auth(token.expose_secret());
    assert_eq!(send(ask(&server)).await.status, 200);
    server.stop().await;
    assert!(OwnerFile::read(server.dir.path()).unwrap().is_none(), "nobody answers there any more");
    server.start_again().await;
    assert_eq!(send(ask(&server)).await.status, 401, "a token is for one run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_made_once_and_kept_hashed() {
    let mut server = TestServer::start_with(Setup { own_password: true, ..Setup::default() }).await;
    let password = server.first_password.clone().unwrap();
    assert!(password.expose_secret().len() >= 20);
    assert_eq!(server.get("/api/call").await.status, 200);

    server.stop().await;
    for entry in std::fs::read_dir(server.dir.path()).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        let needle = password.expose_secret().as_bytes();
        assert!(!content.windows(needle.len()).any(|window| window == needle), "it is nowhere on the disk");
    }
    let connection = rusqlite::Connection::open(server.dir.path().join("benspamsphones.db")).unwrap();
    let hash: String = connection
        .query_row("SELECT value FROM settings WHERE name = 'web_password_argon2id'", [], |row| row.get(0))
        .unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");

    server.start_again().await;
    assert!(server.first_password.is_none(), "it is shown once");
    let ask = |user: &str, password: &str| {
        send(server.anonymous(Method::GET, "/api/call").basic_auth(user, Some(password)))
    };
    // Wrong passwords before and after the right one, which is cached from then on.
    for _ in 0..2 {
        assert_eq!(ask(USER, "wrong").await.status, 401);
        assert_eq!(ask("somebody", password.expose_secret()).await.status, 401);
        assert_eq!(ask(USER, password.expose_secret()).await.status, 200);
    }
}
