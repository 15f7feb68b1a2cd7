//! The desktop's own dialogs: for files, and for decisions before there is a page.

use std::path::PathBuf;

use tauri::AppHandle;
use tauri_plugin_dialog::{
    DialogExt as _, FileDialogBuilder, FilePath, MessageDialogButtons, MessageDialogKind, MessageDialogResult,
};
use tokio::sync::oneshot;

use crate::texts::Texts;
use crate::window;

/// Returns `None` if the person canceled. The caller suggests only the name; the person chooses the folder.
pub(crate) async fn where_to_save(app: &AppHandle, texts: &Texts, name: &str) -> Option<PathBuf> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (answer, chosen) = answer();
    titled(app, texts.choose_where).set_file_name(name).save_file(answer);
    path_of(chosen).await
}

/// Also accepts a database that was set aside.
pub(crate) async fn which_backup(app: &AppHandle, texts: &Texts) -> Option<PathBuf> {
    let (answer, chosen) = answer();
    let dialog = titled(app, texts.choose_backup);
    dialog.add_filter("BenSpamsPhones", &["bspbackup", "db"]).pick_file(answer);
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

pub(crate) async fn complain(app: &AppHandle, title: &str, sentence: String) {
    let (answer, read) = answer();
    app.dialog().message(sentence).title(title).kind(MessageDialogKind::Error).show(answer);
    let _ = read.await;
}

/// Modal: it can't get lost behind the window, and no other can be opened.
fn titled(app: &AppHandle, title: &str) -> FileDialogBuilder<tauri::Wry> {
    let dialog = app.dialog().file().set_title(title);
    match window::of(app) {
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
