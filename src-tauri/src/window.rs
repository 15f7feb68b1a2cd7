//! The only window: opened, shown, and gone when it is closed.

use std::time::Duration;

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_opener::OpenerExt as _;
use tauri_plugin_window_state::{AppHandleExt as _, StateFlags};

use crate::awaited_page::AwaitedPage;
use crate::bridge::Page;
use crate::leaving;
use crate::main_window::{self, LABEL};
#[cfg(target_os = "linux")]
use crate::page_process;
use crate::preferences::{self, Close, CloseWithoutTray, Theme};
use crate::tray_state::Tray;

/// How long a page may take to report itself, and then each that replaces it.
const PAGE_PATIENCE: [Duration; 3] =
    [Duration::from_secs(3), Duration::from_secs(6), Duration::from_secs(12)];
pub(crate) const REMEMBERED: StateFlags =
    StateFlags::POSITION.union(StateFlags::SIZE).union(StateFlags::MAXIMIZED);

/// On the main thread: from any other, the graphics card is switched off only after the page has begun to draw, and
/// WebKit's process often crashes then. Opened many times in a row it still crashes now and then, and is loaded again.
pub(crate) fn show(app: &AppHandle) {
    let shown = app.clone();
    let asked = app.run_on_main_thread(move || {
        let shown = match main_window::of(&shown) {
            Some(window) => bring_forward(&window),
            None => open(&shown),
        };
        if let Err(error) = shown {
            tracing::error!(%error, "the window can't be shown");
        }
    });
    if let Err(error) = asked {
        tracing::error!(%error, "the window can't be shown");
    }
}

fn bring_forward(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn open(app: &AppHandle) -> tauri::Result<()> {
    let elsewhere = app.clone();
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("BenSpamsPhones")
        .inner_size(1180.0, 780.0)
        .min_inner_size(340.0, 480.0)
        .theme(theme(preferences::read(app).theme))
        // Everything except this program's own page opens in the browser.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_new_window(move |url, _| {
            open_link(&elsewhere, &url);
            tauri::webview::NewWindowResponse::Deny
        })
        .build()?;
    #[cfg(target_os = "linux")]
    {
        let reviving = app.clone();
        window.with_webview(move |webview| {
            without_gpu(&webview.inner());
            page_process::watch(&webview.inner(), reviving, expect_page);
        })?;
    }
    expect_page(app);
    let app = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => match closing(&app) {
            Closing::ToTray => leaving::say_where(&app),
            Closing::Quit => {
                api.prevent_close();
                leaving::quit(&app);
            }
            Closing::Minimise => {
                api.prevent_close();
                if let Some(window) = main_window::of(&app) {
                    let _ = window.minimize();
                }
            }
        },
        WindowEvent::Destroyed => {
            app.state::<Page>().disconnect();
            if let Err(error) = app.save_window_state(REMEMBERED) {
                tracing::warn!(%error, "where the window was is not remembered");
            }
        }
        _ => {}
    });
    Ok(())
}

/// Replaces a page that doesn't report itself. It gets more time after each attempt, because a busy computer is slow.
pub(crate) fn expect_page(app: &AppHandle) {
    // A driver of tests attaches to the page's process, and would lose it.
    if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        return;
    }
    let app = app.clone();
    let expected = app.state::<AwaitedPage>().expect();
    tauri::async_runtime::spawn(async move {
        for patience in PAGE_PATIENCE {
            tokio::time::sleep(patience).await;
            let Some(window) =
                main_window::of(&app).filter(|_| app.state::<AwaitedPage>().is_missing(expected))
            else {
                return;
            };
            tracing::warn!("the window's page did not come up, and is loaded again");
            app.state::<Page>().revive();
            if let Err(error) = reload(&window) {
                tracing::error!(%error, "the window's page can't be loaded again");
                return;
            }
        }
    });
}

#[cfg(target_os = "linux")]
fn reload(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| page_process::replace(&webview.inner()))
}

#[cfg(not(target_os = "linux"))]
fn reload(window: &WebviewWindow) -> tauri::Result<()> {
    window.reload()
}

/// Renders without the graphics card. The page moves little, and WebKit's graphics memory exceeds all its other memory,
/// most of all with software rendering.
#[cfg(target_os = "linux")]
fn without_gpu(webview: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if let Some(settings) = webview.settings() {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}

/// Only web links are opened in the browser.
fn open_link(app: &AppHandle, url: &url::Url) {
    if !matches!(url.scheme(), "https" | "http") {
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "no browser opened");
    }
}

pub(crate) fn dress(app: &AppHandle, wanted: Theme) {
    if let Some(window) = main_window::of(app) {
        let _ = window.set_theme(theme(wanted));
    }
}

fn theme(wanted: Theme) -> Option<tauri::Theme> {
    match wanted {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

enum Closing {
    ToTray,
    Quit,
    Minimise,
}

fn closing(app: &AppHandle) -> Closing {
    let preferences = preferences::read(app);
    match (app.state::<Tray>().is_shown(), preferences.close, preferences.close_without_tray) {
        (true, Close::Tray, _) => Closing::ToTray,
        (true, Close::Quit, _) | (false, _, CloseWithoutTray::Quit) => Closing::Quit,
        (false, _, CloseWithoutTray::Minimise) => Closing::Minimise,
    }
}
