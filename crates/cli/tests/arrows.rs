//! Dependencies point one way: between crates, and between the modules of each. If one points back, this test names the
//! file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use syn::visit::{self, Visit};

/// What each crate may depend on, as drawn in `docs/ARCHITECTURE.md`.
const ALLOWED: &[(&str, &[&str])] = &[
    ("twilio", &[]),
    ("twilio-sandbox", &["twilio"]),
    ("benspamsphones-sound", &[]),
    ("benspamsphones-core", &[]),
    ("benspamsphones-app", &["benspamsphones-core", "benspamsphones-sound", "twilio"]),
    (
        "benspamsphones-server",
        &["benspamsphones-app", "benspamsphones-core", "benspamsphones-sound", "twilio"],
    ),
    (
        "benspamsphones-host",
        &["benspamsphones-app", "benspamsphones-core", "benspamsphones-server", "twilio", "twilio-sandbox"],
    ),
    (
        "bsp",
        &[
            "benspamsphones-app",
            "benspamsphones-core",
            "benspamsphones-host",
            "benspamsphones-server",
            "twilio",
            "twilio-sandbox",
        ],
    ),
    (
        "benspamsphones-desktop",
        &["benspamsphones-app", "benspamsphones-core", "benspamsphones-host", "benspamsphones-server"],
    ),
    ("xtask", &[]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let described = command.output().unwrap();
    assert!(described.status.success(), "{}", String::from_utf8_lossy(&described.stderr));
    let described: Value = serde_json::from_slice(&described.stdout).unwrap();
    described["packages"].as_array().unwrap().clone()
}

#[test]
fn crates_depend_downwards() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let listed: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, listed, "each crate has a line in this test");
    for package in &packages {
        let name = package["name"].as_str().unwrap();
        let (_, allowed) = ALLOWED.iter().find(|(listed, _)| *listed == name).unwrap();
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = dependency["name"].as_str().unwrap();
            if dependency["kind"] != "dev" && ours.contains(on) {
                assert!(allowed.contains(&on), "{name} must not depend on {on}");
            }
        }
    }
}

/// For each module, the modules it uses and the first file that does.
type Uses = BTreeMap<String, BTreeMap<String, PathBuf>>;

/// Collects the modules that a file uses as `crate::module`.
#[derive(Default)]
struct Named(BTreeSet<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let syn::UseTree::Path(path) = &item.tree
            && path.ident == "crate"
        {
            self.used(&path.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if let (Some(first), Some(module)) = (segments.next(), segments.next())
            && first.ident == "crate"
        {
            self.0.insert(module.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}

impl Named {
    fn used(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => drop(self.0.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
            syn::UseTree::Rename(name) => drop(self.0.insert(name.ident.to_string())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.used(tree)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn uses(source: &Path) -> Uses {
    let mut files = Vec::new();
    rust_files(source, &mut files);
    let mut tests: BTreeSet<String> = BTreeSet::new();
    for name in ["lib.rs", "main.rs"] {
        let Ok(text) = fs::read_to_string(source.join(name)) else { continue };
        for item in syn::parse_file(&text).unwrap().items {
            if let syn::Item::Mod(module) = &item
                && is_for_tests(&module.attrs)
            {
                tests.insert(module.ident.to_string());
            }
        }
    }
    let mut uses = Uses::new();
    for file in files {
        let path = file.strip_prefix(source).unwrap();
        let top = path.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let is_a_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if ["lib", "main"].contains(&top.as_str()) || is_a_test || tests.contains(&top) {
            continue;
        }
        let mut named = Named::default();
        named.visit_file(&syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap());
        let of_this = uses.entry(top.clone()).or_default();
        for module in named.0 {
            if module != top {
                of_this.entry(module).or_insert_with(|| path.to_owned());
            }
        }
    }
    uses
}

fn circle(uses: &Uses) -> Option<Vec<String>> {
    fn walk(uses: &Uses, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
        let here = way.last().unwrap().clone();
        for next in uses.get(&here).into_iter().flat_map(BTreeMap::keys) {
            if let Some(at) = way.iter().position(|module| module == next) {
                return Some(way[at..].to_vec());
            }
            if uses.contains_key(next) && !done.contains(next) {
                way.push(next.clone());
                if let Some(found) = walk(uses, way, done) {
                    return Some(found);
                }
                way.pop();
            }
        }
        done.insert(here);
        None
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|module| {
        if done.contains(module) { None } else { walk(uses, &mut vec![module.clone()], &mut done) }
    })
}

#[test]
fn no_modules_form_a_circle() {
    for package in packages() {
        let source = Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src");
        let uses = uses(&source);
        if let Some(circle) = circle(&uses) {
            let next = |at: usize| &circle[(at + 1) % circle.len()];
            let arrows: Vec<String> = circle
                .iter()
                .enumerate()
                .map(|(at, module)| {
                    format!("{module} uses {} in {}", next(at), uses[module][next(at)].display())
                })
                .collect();
            panic!("modules of {} form a circle:\n{}", package["name"], arrows.join("\n"));
        }
    }
}

#[test]
fn a_circle_is_found() {
    let file = |text: &str| {
        let mut named = Named::default();
        named.visit_file(&syn::parse_file(text).unwrap());
        named.0.into_iter().map(|module| (module, PathBuf::new())).collect::<BTreeMap<_, _>>()
    };
    let down = "use crate::{b::B, c}; #[cfg(test)] mod tests { use crate::a; }";
    let back = "fn f() -> crate::a::A { todo() }";
    let uses =
        |last: &str| Uses::from([("a".into(), file(down)), ("b".into(), file(last)), ("c".into(), file(""))]);
    assert_eq!(circle(&uses("use std::fmt;")), None);
    assert_eq!(circle(&uses(back)), Some(vec!["a".to_owned(), "b".to_owned()]));
}
