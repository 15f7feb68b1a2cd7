//! Starts `bsp` on ports that the system chooses, in a temporary folder.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use benspamsphones_app::data_dir::OwnerFile;
use eventsource_stream::Eventsource as _;
use futures::StreamExt as _;
use secrecy::ExposeSecret;
use serde_json::Value;

/// Long enough for a busy machine; nothing waits this long when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn bsp(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bsp"));
    command
        .env_clear()
        .env("BSP_DATA_DIR", data_dir)
        .env("HOME", data_dir)
        .env("XDG_RUNTIME_DIR", data_dir)
        .current_dir(data_dir.parent().unwrap());
    command
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) greeting: String,
    pub(crate) owner: OwnerFile,
}

impl Serving {
    pub(crate) fn start(data_dir: &Path, arrange: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut command = bsp(data_dir);
        command.args(["serve", "--port", "0", "--webhook-listen", "127.0.0.1:0"]);
        let mut child = arrange(&mut command).stdout(Stdio::piped()).spawn().unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        while !greeting.contains("Ctrl-C") {
            if lines.read_line(&mut greeting).unwrap() == 0 {
                panic!("bsp serve ended at once: {}", child.wait().unwrap());
            }
        }
        // Later output must not fill the pipe and block the program.
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        let owner = OwnerFile::read(data_dir).unwrap().unwrap();
        Self { child, greeting, owner }
    }

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = self.owner.url.join(path).unwrap();
        client.request(method, url).bearer_auth(self.owner.token().expose_secret())
    }

    /// All events from the first on, until `last` returns true.
    pub(crate) async fn news_until(&self, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let answer =
            self.request(reqwest::Method::GET, "/api/v1/events?last_event_id=0").send().await.unwrap();
        let mut events = answer.bytes_stream().eventsource();
        let mut heard = Vec::new();
        let listening = async {
            while let Some(event) = events.next().await {
                let event = event.unwrap();
                heard.push(serde_json::from_str(&event.data).unwrap());
                if heard.last().is_some_and(&last) {
                    return;
                }
            }
            panic!("the stream ended");
        };
        let in_time = tokio::time::timeout(PATIENCE, listening).await;
        assert!(in_time.is_ok(), "only this was heard: {heard:#?}");
        heard
    }

    pub(crate) fn wait(&mut self) -> Option<i32> {
        let begun = std::time::Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "bsp serve did not stop");
            // std can't wait for a child with a timeout.
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

pub(crate) async fn news(request: reqwest::RequestBuilder) -> tokio::sync::mpsc::Receiver<Value> {
    let (tell, hear) = tokio::sync::mpsc::channel(64);
    let mut events = request.send().await.unwrap().bytes_stream().eventsource();
    tokio::spawn(async move {
        while let Some(Ok(event)) = events.next().await {
            if let Ok(news) = serde_json::from_str(&event.data)
                && tell.send(news).await.is_err()
            {
                return;
            }
        }
    });
    hear
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
