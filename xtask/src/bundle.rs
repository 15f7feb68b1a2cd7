//! The packages: release builds, the files that come with the window's program, and Tauri's bundler.

use std::path::Path;

use serde_json::{Map, Value, json};
use xshell::{Shell, cmd};

use crate::repository::{Repository, say};

pub(crate) fn make(shell: &Shell, repository: &Repository) -> anyhow::Result<()> {
    let release = repository.target.join("release");
    cmd!(shell, "cargo build --release --locked --package benspamsphones-desktop --package bsp").run()?;
    let stage = repository.target.join("package");
    let files = stage_files(shell, repository, &release, &stage)?;
    let config = stage.join("files.json");
    let deb = repository.root.join("packaging/deb");
    let linux = json!({
        "deb": {
            "files": files,
            "postInstallScript": deb.join("postinst"),
            "preRemoveScript": deb.join("prerm"),
            "postRemoveScript": deb.join("postrm"),
        },
        "rpm": {"files": files},
    });
    shell.write_file(&config, json!({"bundle": {"linux": linux}}).to_string())?;
    let tauri = repository.root.join("packaging/node_modules/.bin/tauri");
    let _folder = shell.push_dir(repository.root.join("src-tauri"));
    cmd!(shell, "{tauri} bundle --bundles deb,rpm --config {config}").run()?;
    say("Ready:");
    for kind in ["deb", "rpm"] {
        for path in shell.read_dir(release.join("bundle").join(kind))? {
            if path.extension().is_some_and(|extension| extension == kind) {
                say(&path.display().to_string());
            }
        }
    }
    Ok(())
}

/// bsp, its manual pages, completions and services, and the metadata for software centers. Returns each file's destination and
/// source.
fn stage_files(
    shell: &Shell,
    repository: &Repository,
    release: &Path,
    stage: &Path,
) -> anyhow::Result<Map<String, Value>> {
    shell.remove_path(stage)?;
    let bsp = release.join("bsp");
    let man = stage.join("man");
    shell.create_dir(&man)?;
    cmd!(shell, "{bsp} man --dir {man}").run()?;
    let pages = shell.read_dir(&man)?;
    cmd!(shell, "gzip -9n {pages...}").run()?;
    let mut files = Map::new();
    let mut add = |to: String, from: &Path| files.insert(to, json!(from));
    add("/usr/bin/bsp".to_owned(), &bsp);
    for page in shell.read_dir(&man)? {
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        add(format!("/usr/share/man/man1/{name}"), &page);
    }
    for (kind, to) in [
        ("bash", "/usr/share/bash-completion/completions/bsp"),
        ("zsh", "/usr/share/zsh/vendor-completions/_bsp"),
        ("fish", "/usr/share/fish/vendor_completions.d/bsp.fish"),
    ] {
        let path = stage.join(kind);
        shell.write_file(&path, cmd!(shell, "{bsp} completions {kind}").output()?.stdout)?;
        add(to.to_owned(), &path);
    }
    let units = repository.root.join("packaging/systemd");
    for unit in ["bsp.service", "bsp.socket", "bsp-callbacks.socket"] {
        add(format!("/usr/lib/systemd/system/{unit}"), &units.join(unit));
    }
    add("/usr/lib/systemd/user/bsp.service".to_owned(), &units.join("user/bsp.service"));
    let about = "io.github.benspamsphones.metainfo.xml";
    add(format!("/usr/share/metainfo/{about}"), &repository.root.join("packaging").join(about));
    Ok(files)
}
