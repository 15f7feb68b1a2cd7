//! Completions that ask the running server: ids of protocols, people and their numbers, groups, and calls under way.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use clap_complete::CompletionCandidate;
use reqwest::Method;
use serde_json::Value;

use crate::client::Client;

/// No one who pressed Tab waits longer.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn protocols(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, "/api/v1/protocols", |protocol, found| {
        let name = protocol["name"].as_str().or(protocol["say"]["text"].as_str());
        found.extend(candidate(protocol["id"].as_str(), name));
    })
}

pub(crate) fn people(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, "/api/v1/people", |person, found| {
        found.extend(candidate(person["name"].as_str(), person["numbers"][0]["number"].as_str()));
    })
}

pub(crate) fn groups(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, "/api/v1/groups", |group, found| {
        found.extend(candidate(group["name"].as_str(), None))
    })
}

pub(crate) fn numbers(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, "/api/v1/people", |person, found| {
        for number in person["numbers"].as_array().into_iter().flatten() {
            found.extend(candidate(number["number"].as_str(), person["name"].as_str()));
        }
    })
}

pub(crate) fn open_calls(current: &OsStr) -> Vec<CompletionCandidate> {
    candidates(current, "/api/v1/calls?outcome=open", |call, found| {
        found.extend(candidate(call["id"].as_str(), call["to"].as_str()));
    })
}

type Found = (String, Option<String>);

fn candidate(value: Option<&str>, about: Option<&str>) -> Option<Found> {
    value.map(|value| (value.to_owned(), about.map(str::to_owned)))
}

/// The entries of a server's list that begin with what was typed. Empty without a server.
fn candidates(
    current: &OsStr,
    path: &str,
    each: impl Fn(&Value, &mut Vec<Found>),
) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    // As typed, without quotes and backslashes.
    let typed: String = current.chars().filter(|c| !matches!(c, '\\' | '"' | '\'')).collect();
    let mut found = Vec::new();
    for item in ask(path).unwrap_or_default() {
        each(&item, &mut found);
    }
    found.retain(|(value, _)| {
        value.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(&typed))
            || value.to_lowercase().starts_with(&typed.to_lowercase())
    });
    // Bash inserts a word as it is given; the others quote it themselves.
    let is_bash = env::var_os("_CLAP_COMPLETE_COMP_TYPE").is_some();
    found
        .into_iter()
        .map(|(value, about)| {
            let value = if is_bash { quoted(&value) } else { value };
            CompletionCandidate::new(value).help(about.map(Into::into))
        })
        .collect()
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-' | '_' | '.' | '/' | ':' | '@' | ',');
    word.chars().flat_map(|c| if plain(c) { vec![c] } else { vec!['\\', c] }).collect()
}

fn ask(path: &str) -> Option<Vec<Value>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let answer = runtime.block_on(async {
        let client = Client::find(&crate::data_dir(told_data_dir()).ok()?).ok()?;
        let request = client.request(Method::GET, path).ok()?;
        tokio::time::timeout(PATIENCE, client.list(request)).await.ok()?.ok()
    });
    answer.map(|(_, items)| items)
}

/// From the command line so far, or from the environment.
fn told_data_dir() -> Option<PathBuf> {
    let words: Vec<_> = env::args_os().collect();
    let named = words.iter().enumerate().find_map(|(place, word)| {
        if word == "--data-dir" {
            return words.get(place + 1).map(PathBuf::from);
        }
        word.to_str()?.strip_prefix("--data-dir=").map(PathBuf::from)
    });
    named.or_else(|| env::var_os("BSP_DATA_DIR").map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_word() {
        assert_eq!(quoted("Ada Lovelace"), "Ada\\ Lovelace");
        assert_eq!(quoted("$(rm -rf ~)"), "\\$\\(rm\\ -rf\\ \\~\\)");
        assert_eq!(quoted("+15005550100"), "+15005550100");
    }
}
