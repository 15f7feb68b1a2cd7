//! A server's response, fully read.

use std::fmt::Write as _;

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;

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

    #[track_caller]
    pub fn problem_of_a_limit(self) -> Value {
        let problem = self.json();
        assert_eq!(self.status, 429, "{problem}");
        problem
    }

    /// Everything in the response that the contract covers. Line endings are marked, because the last one counts.
    pub fn snapshot(&self) -> String {
        let mut text = format!("{}\n", self.status);
        for name in ["content-type", "www-authenticate", "location", "allow"] {
            if let Some(value) = self.header(name) {
                // Ids differ each time.
                let value = value.strip_prefix("/api/v1/calls/").map_or(value, |_| "/api/v1/calls/{id}");
                writeln!(text, "{name}: {value}").unwrap();
            }
        }
        text.push('\n');
        text.push_str(&self.text().replace('\n', "⏎\n"));
        text
    }
}
