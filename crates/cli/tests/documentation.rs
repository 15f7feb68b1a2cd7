//! The documentation is consistent: every relative link and anchor has a target, and every mentioned path of the
//! repository exists.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Beginnings of repository paths; other texts in backticks are commands, routes and names.
const FOLDERS: [&str; 7] = ["crates/", "docs/", "e2e/", "fuzz/", "packaging/", "src-tauri/", "ui/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "crates/twilio-sandbox/README.md"]
            .map(PathBuf::from)
            .into();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let path = folder.join(entry.unwrap().file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

fn read(page: &Path) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence
    })
}

/// The targets of `[text](target)`, even if the text spans several lines.
fn links(text: &str) -> Vec<String> {
    let joined = prose(text).collect::<Vec<_>>().join(" ");
    let after = joined.split("](").skip(1);
    after.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

fn code(text: &str) -> Vec<String> {
    let joined = prose(text).collect::<Vec<_>>().join(" ");
    joined.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

/// The anchors that GitHub generates for headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = HashMap::<String, usize>::new();
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let anchors = headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect::<String>()
    });
    anchors
        .map(|anchor| {
            let count = seen.entry(anchor.clone()).or_default();
            *count += 1;
            if *count == 1 { anchor } else { format!("{anchor}-{}", *count - 1) }
        })
        .collect()
}

fn broken(page: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { page.to_owned() } else { page.parent().unwrap().join(path) };
    if !root().join(&file).exists() {
        return Some(format!("{}: {target} doesn't exist", page.display()));
    }
    let known = anchor.is_empty() || anchors(&read(&file)).contains(anchor);
    (!known).then(|| format!("{}: {target} has no such heading", page.display()))
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        for target in links(&read(&page)) {
            count += 1;
            wrong.extend(broken(&page, &target));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "{count} links: the pages were not read");
}

#[test]
fn every_path_that_is_named_exists() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for page in pages() {
        if page == Path::new("CHANGELOG.md") {
            continue;
        }
        for path in code(&read(&page)) {
            // A command may begin with such a word, and some files are made by a build.
            let is_path = FOLDERS.iter().any(|folder| path.starts_with(folder)) && !path.contains(' ');
            if is_path && path != "ui/dist" {
                count += 1;
                if !root().join(&path).exists() {
                    wrong.push(format!("{}: {path}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "{count} paths: the pages were not read");
}

#[test]
fn the_maps_name_every_crate() {
    let folders = fs::read_dir(root().join("crates")).unwrap();
    let crates = folders.map(|entry| format!("crates/{}", entry.unwrap().file_name().to_string_lossy()));
    let maps = ["README.md", "docs/ARCHITECTURE.md"].map(|page| (page, read(Path::new(page))));
    for folder in crates {
        for (page, map) in &maps {
            let is_named = map.contains(&format!("{folder}` ")) || map.contains(&format!("{folder} "));
            assert!(is_named || map.contains(&format!("{folder}`]")), "{page} doesn't name {folder}");
        }
    }
}

#[test]
fn the_readme_is_for_a_newcomer() {
    let lines = read(Path::new("README.md")).lines().count();
    assert!(lines <= 150, "README.md has {lines} lines; what is longer has a page in docs");
}

#[test]
fn what_is_broken_is_found() {
    let text = "# One `two`: three!\n## One two three\n[a](b.md) `docs/x` [c\nd](#e)\n```\n[f](g)\n```\n";
    assert_eq!(links(text), ["b.md", "#e"]);
    assert_eq!(code(text)[1], "docs/x");
    assert_eq!(anchors(text), BTreeSet::from(["one-two-three".to_owned(), "one-two-three-1".to_owned()]));
    let page = Path::new("docs/README.md");
    assert!(broken(page, "nowhere.md").is_some() && broken(page, "../README.md#nowhere").is_some());
    assert_eq!(broken(page, "../README.md#your-first-call"), None);
}
