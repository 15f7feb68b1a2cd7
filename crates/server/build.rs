//! Embeds the built interface (`ui/dist`) in the binary, if it has been built.
//!
//! Without it the crate still compiles, so that the server doesn't need Node; the page at `/` then says how to build
//! it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    let ui = root.join("../../ui");
    let built = ui.join("dist");
    let mut directives = String::from("cargo:rerun-if-changed=build.rs\n");
    // A missing path counts as changed in every build; `ui` is in every checkout.
    let watched = if built.is_dir() { &built } else { &ui };
    if watched.is_dir() {
        directives += &format!("cargo:rerun-if-changed={}\n", watched.display());
    }

    // A copy, so that a build of the interface in the meantime can't remove a file from under the compiler.
    let copy = out.join("ui");
    if copy.is_dir() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(&copy)?;
    let mut paths = Vec::new();
    if built.is_dir() {
        copy_tree(&built, &copy, "", &mut paths)?;
    }
    paths.sort();
    let files: String = paths
        .iter()
        .map(|path| {
            let file = copy.join(path);
            format!(
                "    File {{ path: {path:?}, bytes: include_bytes!({:?}) }},\n",
                file.display().to_string()
            )
        })
        .collect();
    fs::write(out.join("ui.rs"), format!("&[\n{files}]\n"))?;
    io::Write::write_all(&mut io::stdout(), directives.as_bytes())
}

/// Copies the files under `from` and lists their paths, with `/` as the separator on every system.
fn copy_tree(from: &Path, to: &Path, prefix: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(to.join(&name))?;
            copy_tree(&entry.path(), &to.join(&name), &format!("{path}/"), paths)?;
        } else {
            fs::copy(entry.path(), to.join(&name))?;
            paths.push(path);
        }
    }
    Ok(())
}
