//! Many listening clients, and some that never finish their request, in addition to those that place calls.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

pub(crate) const STREAMS: usize = 2_000;
/// Clients that send a byte of their request every half second.
pub(crate) const SLOW: usize = 200;

pub(crate) struct Crowd(#[expect(dead_code, reason = "its tasks end with it")] Runtime);

impl Crowd {
    pub(crate) fn gather(address: SocketAddr) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            for _ in 0..STREAMS {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let head = format!(
                    "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {}\r\n\r\n",
                    STANDARD.encode("user:pass")
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                let mut status = [0; 15];
                stream.read_exact(&mut status).await.unwrap();
                assert_eq!(&status, b"HTTP/1.1 200 OK");
                tokio::spawn(async move {
                    let mut news = [0; 16 * 1024];
                    while stream.read(&mut news).await.is_ok_and(|length| length > 0) {}
                });
            }
            for _ in 0..SLOW {
                tokio::spawn(async move {
                    loop {
                        let Ok(mut stream) = TcpStream::connect(address).await else { continue };
                        for byte in b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: 1".iter().cycle() {
                            tokio::time::sleep(Duration::from_millis(500)).await;
                            if stream.write_all(&[*byte]).await.is_err() {
                                break;
                            }
                        }
                    }
                });
            }
        });
        Self(runtime)
    }
}
