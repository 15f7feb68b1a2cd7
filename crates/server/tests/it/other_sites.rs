//! Pages of other sites can do nothing, even in a signed-in browser.

use reqwest::Method;

use crate::harness::{ORDINARY, TestServer, send, status};
use crate::openapi;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_made_to_point_here() {
    let server = TestServer::start().await;
    let port = server.lan().port().unwrap();
    for host in
        ["evil.example".to_owned(), format!("evil.example:{port}"), format!("127.0.0.1.evil.example:{port}")]
    {
        for (method, path) in openapi::operations() {
            let answer = send(server.request(method.clone(), &path).header("host", &host)).await;
            assert_eq!(answer.status, 421, "{method} {path} {host}");
            if path.starts_with("/api/v1/") {
                answer.problem(421, "unknown_host");
            }
        }
        let answer = send(server.anonymous(Method::GET, "/healthz").header("host", &host)).await;
        assert_eq!(answer.status, 421);
    }
    for host in [format!("localhost:{port}"), "127.0.0.1".into(), format!("[::1]:{port}")] {
        assert_eq!(send(server.request(Method::GET, "/api/call").header("host", host)).await.status, 200);
    }
}

/// RFC 9112, 3.2: an invalid host gets a 400, whatever it starts with.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_read_to_its_end() {
    let server = TestServer::start().await;
    let port = server.lan().port().unwrap();
    let ask = async |version: &str, target: &str, hosts: &[&str]| {
        let hosts: String = hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let request = format!("GET {target} HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n");
        let answer = server.raw(request.as_bytes()).await;
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let there_is_more = format!("127.0.0.1:{port}.evil.com");
    for host in [
        "[::1]evil.com",
        there_is_more.as_str(),
        "localhost:abc",
        "user@localhost",
        "localhost:9001@evil.com",
        "localhost:99999",
        "localhost/evil.com",
        "[::1",
        "",
        "\u{b9}27.0.0.1",
    ] {
        assert_eq!(ask("1.1", "/healthz", &[host]).await, "400", "{host}");
    }
    assert_eq!(ask("1.1", "/healthz", &["localhost", "localhost"]).await, "400", "twice");
    assert_eq!(ask("1.1", "/healthz", &["localhost", "evil.com"]).await, "400", "twice");
    assert_eq!(ask("1.1", "/healthz", &[]).await, "400", "never");
    // The target's host takes precedence over the header and must match it.
    assert_eq!(ask("1.1", "http://evil.com/healthz", &["localhost"]).await, "400");
    assert_eq!(ask("1.1", "http://localhost/healthz", &["evil.com"]).await, "400");
    assert_eq!(ask("1.1", "http://user@localhost/healthz", &["localhost"]).await, "400");
    assert_eq!(ask("1.1", "http://evil.com/healthz", &["evil.com"]).await, "421");
    assert_eq!(ask("1.1", "http://localhost/healthz", &["localhost"]).await, "200");
    for host in ["localhost.", "LocalHost.:1", "127.0.0.1", "[0:0::1]:9001"] {
        assert_eq!(ask("1.1", "/healthz", &[host]).await, "200", "{host}");
    }
    let about_a_route =
        server.raw(b"GET /api/v1/status HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n").await;
    assert!(about_a_route.contains("\"bad_host\""), "{about_a_route}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_on_another_site() {
    let server = TestServer::start().await;
    let ours = server.lan().origin().ascii_serialization();
    let placing = |name: &str, value: &str| {
        let form = [("protocol", "protocol1"), ("target_number", ORDINARY)];
        server.request(Method::POST, "/api/call").form(&form).header(name, value)
    };
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("origin", "nonsense"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        assert_eq!(send(placing(name, value)).await.status, 403, "{name}: {value}");
        for (method, path) in openapi::operations() {
            let answered = status(server.request(method.clone(), &path).header(name, value)).await;
            let reads = method == Method::GET;
            assert_eq!(answered == 403, !reads, "{method} {path} {name}: {value}: {answered}");
        }
    }
    assert!(server.sandbox.calls().is_empty(), "no phone rang");
    let protocols = server.get("/api/v1/protocols").await.json();
    assert_eq!(protocols["items"].as_array().unwrap().len(), 3, "nothing changed");

    assert_eq!(send(placing("origin", &ours)).await.status, 200);
    assert_eq!(send(placing("sec-fetch-site", "same-origin")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_of_a_careful_page() {
    let server = TestServer::start().await;
    for path in ["/", "/api/docs/", "/api/call", "/api/v1/calls", "/no/such/route"] {
        let answer = server.get(path).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("script-src 'self';"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
    }
}
