//! The owner always gets in, however many others connect. The default counts are small; `BSP_SLOW_BODIES=8192` and
//! `BSP_STREAMS=4096` run the full attack.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use benspamsphones_app::data_dir::OwnerFile;
use benspamsphones_server::net::ConnectionBounds;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::harness::{PASSWORD, PATIENCE, Setup, TestServer, USER, send};

const HALF_A_BODY: &str = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
    content-length: 9000\r\n\r\nuser=";

fn how_many(variable: &str, else_so_many: usize) -> usize {
    std::env::var(variable).ok().and_then(|told| told.parse().ok()).unwrap_or(else_so_many)
}

fn address(server: &TestServer) -> SocketAddr {
    server.lan().socket_addrs(|| None).unwrap()[0]
}

async fn connect_from(source: [u8; 4], to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::from(source), 0))?;
    socket.connect(to).await
}

async fn say(mut stream: TcpStream, beginning: &str) -> String {
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[derive(Default)]
struct Attack {
    begun: AtomicUsize,
    put_out: AtomicUsize,
    news: Notify,
}

impl Attack {
    /// Two sources that keep their connections open and reconnect when one is closed.
    fn begin(door: SocketAddr, connections: usize, tasks: &mut JoinSet<()>) -> Arc<Self> {
        let attack = Arc::new(Self::default());
        for n in 0..connections {
            let (attack, source) = (attack.clone(), [127, 0, 0, if n % 2 == 0 { 2 } else { 3 }]);
            tasks.spawn(async move {
                loop {
                    attack.hold(source, door).await;
                    attack.put_out.fetch_add(1, Ordering::Relaxed);
                    attack.news.notify_waiters();
                    sleep(Duration::from_secs(1)).await;
                }
            });
        }
        attack
    }

    async fn hold(&self, source: [u8; 4], door: SocketAddr) {
        let Ok(mut stream) = connect_from(source, door).await else { return };
        if stream.write_all(HALF_A_BODY.as_bytes()).await.is_err() {
            return;
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.news.notify_waiters();
        loop {
            let mut answer = [0; 512];
            tokio::select! {
                read = stream.read(&mut answer) => if !matches!(read, Ok(1..)) { return },
                () = sleep(Duration::from_secs(8)) => if stream.write_all(b"x").await.is_err() { return },
            }
        }
    }

    async fn until(&self, reached: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !reached(self) {
            assert!(begun.elapsed() < PATIENCE * 6);
            let _ = timeout(Duration::from_millis(50), self.news.notified()).await;
        }
    }
}

/// KDE Connect's CVE-2020-26164, from an attacker who knows about idle timeouts: one byte every 8 s.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_answered_while_two_sources_hold_all_they_can() {
    let connections = how_many("BSP_SLOW_BODIES", 600);
    let bounds = if connections > 600 {
        ConnectionBounds::default()
    } else {
        ConnectionBounds {
            strangers: 128,
            waiting: 48,
            waiting_of_one_source: 32,
            ..ConnectionBounds::default()
        }
    };
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let server = TestServer::start_with(Setup { bounds, ..Setup::default() }).await;
    let owner = OwnerFile::read(server.dir.path()).unwrap().unwrap();
    let form = [("user", USER), ("password", PASSWORD)];
    let signed_in = send(server.anonymous(Method::POST, "/sign-in").form(&form)).await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();

    let mut attackers = JoinSet::new();
    let attack = Attack::begin(address(&server), connections, &mut attackers);
    attack.until(|attack| attack.begun.load(Ordering::Relaxed) >= connections).await;
    attack.until(|attack| attack.put_out.load(Ordering::Relaxed) >= connections / 3).await;

    let mut slowest = Duration::ZERO;
    for _ in 0..how_many("BSP_ROUNDS", 20) {
        let begun = Instant::now();
        // New connections, like those of `bsp` and a freshly opened browser.
        let as_bsp = TestServer::client().get(server.lan().join("/api/v1/status").unwrap());
        assert_eq!(send(as_bsp.bearer_auth(owner.token().expose_secret())).await.status, 200);
        let as_browser = TestServer::client().get(server.lan().join("/api/v1/status").unwrap());
        assert_eq!(send(as_browser.header("cookie", &cookie)).await.status, 200);
        assert_eq!(send(server.anonymous(Method::GET, "/sign-in")).await.status, 200, "and who is new");
        slowest = slowest.max(begun.elapsed());
    }
    if connections > 600 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let memory: Vec<_> =
            status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM")).collect();
        println!("three answers took {slowest:?} at most; attacker and server together: {memory:?}");
    }
    attackers.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_now_and_then_keeps_no_connection() {
    let bounds = ConnectionBounds { stranger: Duration::from_millis(600), ..ConnectionBounds::default() };
    for https in [false, true] {
        let server = TestServer::start_with(Setup { bounds, https, ..Setup::default() }).await;
        // A head, a body, a chunked body, a TLS handshake; each continues for as long as it may.
        let half_a_head = "GET / HTTP/1.1\r\nhost: localhost\r\nx: ";
        let chunked =
            "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n1\r\nu\r\n";
        let handshake = "\x16\x03\x01\x02\x00";
        for beginning in ["", half_a_head, HALF_A_BODY, chunked, handshake] {
            let mut stream = TcpStream::connect(address(&server)).await.unwrap();
            let _ = stream.set_nodelay(true);
            stream.write_all(beginning.as_bytes()).await.unwrap();
            let (mut from, mut to) = stream.into_split();
            let dribbling = tokio::spawn(async move {
                let more: &[u8] = if beginning == chunked { b"1\r\nx\r\n" } else { b"x" };
                while beginning.is_empty() || to.write_all(more).await.is_ok() {
                    sleep(Duration::from_millis(60)).await;
                }
            });
            let mut answer = Vec::new();
            let closed = timeout(PATIENCE, from.read_to_end(&mut answer)).await;
            assert!(closed.is_ok(), "{beginning:?} is still waited for");
            dribbling.abort();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_let_in_keeps_their_place_and_who_is_new_finds_one() {
    let bounds = ConnectionBounds {
        let_in_of_one_source: 2,
        strangers: 4,
        waiting: 3,
        waiting_of_one_source: 2,
        ..ConnectionBounds::default()
    };
    let server = TestServer::start_with(Setup { bounds, ..Setup::default() }).await;
    let mut streams = [server.watch().await, server.watch().await];
    for stream in &mut streams {
        stream.next_block().await.unwrap();
    }
    let mut silent = Vec::new();
    for n in 0..40 {
        let mut stream = connect_from([127, 0, 0, 1 + n % 3], address(&server)).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(HALF_A_BODY.as_bytes()).await.unwrap();
        }
        silent.push(stream);
        // This source holds all authenticated places; a new connection is still answered.
        let one_more = TestServer::client().get(server.lan().join("/api/v1/status").unwrap());
        assert_eq!(send(one_more.basic_auth(USER, Some(PASSWORD))).await.status, 200, "{n}");
    }
    server.place("protocol1", crate::harness::ORDINARY).await;
    for stream in &mut streams {
        assert!(stream.next_event().await.is_some(), "it was never put out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_by_the_thousand() {
    let count = how_many("BSP_STREAMS", 200);
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let server = TestServer::start().await;
    let authorization = BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let head = format!(
        "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {authorization}\r\n\r\n"
    );
    let opening = (0..count).map(|_| async {
        let mut stream = TcpStream::connect(address(&server)).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.windows(4).any(|end| end == b"\n\n\r\n") {
            let read = timeout(PATIENCE * 3, stream.read_buf(&mut answer)).await.unwrap().unwrap();
            assert_ne!(read, 0, "{}", String::from_utf8_lossy(&answer));
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
        stream
    });
    let mut streams = futures::future::join_all(opening).await;
    server.place("protocol1", crate::harness::ORDINARY).await;
    for stream in &mut streams {
        let mut news = Vec::new();
        while !news.windows(11).any(|name| name == b"event: call") {
            let read = timeout(PATIENCE * 3, stream.read_buf(&mut news)).await.unwrap().unwrap();
            assert_ne!(read, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_told_so_before_their_body_came() {
    let server = TestServer::start().await;
    let post = |path: &str, more: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n{more}\r\n"
        )
    };
    for path in ["/api/call", "/api/v1/calls", "/api/v1/people/import"] {
        let answer = say(TcpStream::connect(address(&server)).await.unwrap(), &post(path, "")).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n"), "{path}: {answer}");
        // A body that would be discarded isn't requested.
        let expecting = post(path, "expect: 100-continue\r\n");
        let answer = say(TcpStream::connect(address(&server)).await.unwrap(), &expecting).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{path}: {answer}");
    }
    // A client that sends it anyway still reads the answer, whatever its size.
    for path in ["/api/call", "/api/v1/people/import"] {
        let request = server.anonymous(Method::POST, path).header("content-type", "application/json");
        assert_eq!(send(request.body(vec![b'x'; 3 << 20])).await.status, 401, "{path}");
    }
    // Also for an authenticated client that announces too much.
    let authorization = BASE64_STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let head = format!("authorization: Basic {authorization}\r\n");
    let request = post("/api/v1/people/import", &head).replace("9000", "900000000");
    let answer = say(TcpStream::connect(address(&server)).await.unwrap(), &request).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""), "{answer}");
}

/// Server and client share one thread, so blocking it would show.
#[tokio::test(flavor = "current_thread")]
async fn a_large_address_book_holds_nobody_up() {
    let server = TestServer::start().await;
    let card = |n: usize| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {n}\r\nTEL:+1415867{n:04}\r\nEND:VCARD\r\n")
    };
    let book: String = (0..9_000).map(card).collect();
    let book = json!({ "vcard": book });
    let importing = server.post_json("/api/v1/people/import", &book);
    let answered = AtomicUsize::new(0);
    let asking = async {
        loop {
            assert_eq!(send(server.anonymous(Method::GET, "/healthz")).await.status, 200);
            answered.fetch_add(1, Ordering::Relaxed);
        }
    };
    let imported = tokio::select! {
        imported = importing => imported,
        () = asking => unreachable!(),
    };
    assert_eq!(imported.status, 200, "{imported:?}");
    assert_eq!(imported.json()["added"], 9_000);
    let answered = answered.into_inner();
    assert!(answered >= 20, "{answered}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_address_book_holds_is_refused_in_a_sentence() {
    let server = TestServer::start().await;
    let card = format!("BEGIN:VCARD\r\nFN:Ada\r\n{}END:VCARD\r\n", "TEL:+14158675309\r\n".repeat(2_000));
    let refused = server.post_json("/api/v1/people/import", &json!({ "vcard": card })).await;
    let problem = refused.problem(413, "too_large");
    assert!(problem["detail"].as_str().unwrap().contains("more than 1000 fields"), "{problem}");
}
