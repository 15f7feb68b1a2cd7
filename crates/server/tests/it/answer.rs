//! An answer of the server, read whole.

use std::fmt::Write as _;

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn read(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The answer if it is a problem of that status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!((self.status, problem["code"].as_str()), (status, Some(code)), "{problem}");
        assert_eq!(problem["status"], status, "the body tells the status too");
        for field in ["title", "detail"] {
            assert!(!problem[field].as_str().unwrap().is_empty(), "{field}: {problem}");
        }
        problem
    }

    /// The answer if it is a limit's refusal.
    #[track_caller]
    pub fn problem_of_a_limit(self) -> Value {
        let problem = self.json();
        assert_eq!(self.status, 429, "{problem}");
        problem
    }

    /// Everything of the answer that the contract covers. Ends of lines are marked, since the last one counts.
    pub fn snapshot(&self) -> String {
        let mut text = format!("{}\n", self.status);
        for name in ["content-type", "www-authenticate", "location", "allow"] {
            if let Some(value) = self.header(name) {
                // An id is another one each time.
                let value = value.strip_prefix("/api/v1/calls/").map_or(value, |_| "/api/v1/calls/{id}");
                writeln!(text, "{name}: {value}").unwrap();
            }
        }
        text.push('\n');
        text.push_str(&self.text().replace('\n', "⏎\n"));
        text
    }
}
