//! The desktop's own dialogs: for files, and for decisions before there is a page.

use std::path::{Path, PathBuf};

use tauri::AppHandle;
use tauri_plugin_dialog::{
    DialogExt as _, FileDialogBuilder, FilePath, MessageDialogButtons, MessageDialogKind, MessageDialogResult,
};
use tokio::sync::oneshot;

use crate::main_window;
use crate::texts::Texts;

/// Returns `None` if the person canceled. The caller suggests only the name; the person chooses the folder.
pub(crate) async fn where_to_save(app: &AppHandle, texts: &Texts, name: &str) -> Option<PathBuf> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (answer, chosen) = answer();
    let dialog = titled(app, texts.choose_where).set_file_name(name);
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    let dialog = match ending {
        Some(ending) => dialog.add_filter(format!("*.{ending}"), &[ending]),
        None => dialog,
    };
    dialog.save_file(answer);
    let path = path_of(chosen).await?;
    Some(match ending {
        Some(ending) => with_ending(path, ending),
        None => path,
    })
}

/// The dialog asks before it replaces the file with the name that was typed, so a name that is completed here must not
/// be another file's.
fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    if path.extension().is_some_and(|has| has.eq_ignore_ascii_case(ending)) {
        return path;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..).map(|number| format!("{name}-{number}.{ending}"));
    let mut names = std::iter::once(format!("{name}.{ending}")).chain(numbered);
    names.find_map(|name| Some(path.with_file_name(name)).filter(|path| !path.exists())).unwrap_or(path)
}

/// Also accepts a database that was set aside.
pub(crate) async fn which_backup(app: &AppHandle, texts: &Texts) -> Option<PathBuf> {
    let (answer, chosen) = answer();
    let dialog = titled(app, texts.choose_backup);
    dialog.add_filter("BenSpamsPhones (*.bspbackup, *.db)", &["bspbackup", "db"]).pick_file(answer);
    path_of(chosen).await
}

pub(crate) async fn which_folder(app: &AppHandle, texts: &Texts) -> Option<PathBuf> {
    let (answer, chosen) = answer();
    titled(app, texts.choose_folder).pick_folder(answer);
    path_of(chosen).await
}

/// One of three choices; `None` if the dialog was closed.
pub(crate) async fn decide(
    app: &AppHandle,
    title: &str,
    sentence: String,
    ways: [&'static str; 3],
) -> Option<usize> {
    let (answer, chosen) = answer();
    let [first, second, third] = ways.map(str::to_owned);
    let message = app.dialog().message(sentence).title(title).kind(MessageDialogKind::Error);
    message.buttons(MessageDialogButtons::YesNoCancelCustom(first, second, third)).show_with_result(answer);
    match chosen.await.ok()? {
        MessageDialogResult::Custom(chosen) => ways.iter().position(|way| *way == chosen),
        MessageDialogResult::Yes
        | MessageDialogResult::No
        | MessageDialogResult::Ok
        | MessageDialogResult::Cancel => None,
    }
}

/// Whether the first of two choices was taken. Closing the dialog is the second.
pub(crate) async fn confirm(
    app: &AppHandle,
    title: &str,
    sentence: String,
    [yes, no]: [&'static str; 2],
) -> bool {
    let (answer, chosen) = answer();
    let message = app.dialog().message(sentence).title(title).kind(MessageDialogKind::Warning);
    let buttons = MessageDialogButtons::OkCancelCustom(yes.to_owned(), no.to_owned());
    message.buttons(buttons).show(answer);
    chosen.await.unwrap_or(false)
}

pub(crate) async fn complain(app: &AppHandle, title: &str, sentence: String) {
    let (answer, read) = answer();
    app.dialog().message(sentence).title(title).kind(MessageDialogKind::Error).show(answer);
    let _ = read.await;
}

/// Modal: it can't get lost behind the window, and no other can be opened.
fn titled(app: &AppHandle, title: &str) -> FileDialogBuilder<tauri::Wry> {
    let dialog = app.dialog().file().set_title(title);
    match main_window::of(app) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

fn answer<T>() -> (impl FnOnce(T), oneshot::Receiver<T>) {
    let (tell, told) = oneshot::channel();
    let answer = move |answer| {
        let _ = tell.send(answer);
    };
    (answer, told)
}

async fn path_of(chosen: oneshot::Receiver<Option<FilePath>>) -> Option<PathBuf> {
    chosen.await.ok().flatten()?.into_path().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_its_ending_gets_it_and_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let whole = |name: &str| with_ending(path(name), "bspbackup");
        assert_eq!(whole("mine"), path("mine.bspbackup"));
        assert_eq!(whole("until 31.12"), path("until 31.12.bspbackup"));
        assert_eq!(whole("Mine.BspBackup"), path("Mine.BspBackup"));
        std::fs::write(path("mine.bspbackup"), "before").unwrap();
        assert_eq!(whole("mine"), path("mine-2.bspbackup"));
        assert_eq!(whole("mine.bspbackup"), path("mine.bspbackup"), "the dialog has asked");
    }
}
