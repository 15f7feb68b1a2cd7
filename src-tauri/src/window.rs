//! The only window: opened, shown, and gone when it is closed.

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_opener::OpenerExt as _;
use tauri_plugin_window_state::{AppHandleExt as _, StateFlags};

use crate::bridge::Page;
use crate::preferences::{self, Close, CloseWithoutTray, Theme};
use crate::tray_state::Tray;

const LABEL: &str = "main";
pub(crate) const REMEMBERED: StateFlags =
    StateFlags::POSITION.union(StateFlags::SIZE).union(StateFlags::MAXIMIZED);

pub(crate) fn show(app: &AppHandle) {
    let shown = match of(app) {
        Some(window) => bring_forward(&window),
        None => open(app),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window can't be shown");
    }
}

pub(crate) fn of(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
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
    window.with_webview(|webview| without_gpu(&webview.inner()))?;
    let app = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => match closing(&app) {
            Closing::ToTray => {}
            Closing::Quit => app.exit(0),
            Closing::Minimise => {
                api.prevent_close();
                if let Some(window) = app.get_webview_window(LABEL) {
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
    if let Some(window) = app.get_webview_window(LABEL) {
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
