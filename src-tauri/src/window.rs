//! The one window: opened, shown, and gone when it is closed.

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_opener::OpenerExt as _;
use tauri_plugin_window_state::{AppHandleExt as _, StateFlags};

use crate::bridge::Page;
use crate::preferences::{self, Close, CloseWithoutTray, Theme};
use crate::tray_state::Tray;

const LABEL: &str = "main";
/// What of a window is remembered.
pub(crate) const REMEMBERED: StateFlags =
    StateFlags::POSITION.union(StateFlags::SIZE).union(StateFlags::MAXIMIZED);

/// Shows the window, a new one if the last was closed.
pub(crate) fn show(app: &AppHandle) {
    let shown = match of(app) {
        Some(window) => bring_forward(&window),
        None => open(app),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window can't be shown");
    }
}

/// The window, while there is one.
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
        // Everything but this program's own page is the browser's to show.
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

/// Draws the page without the graphics card. It moves little, and what WebKit keeps for that costs more memory than all else
/// of it together, most where there is no card and software plays one.
#[cfg(target_os = "linux")]
fn without_gpu(webview: &webkit2gtk::WebView) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if let Some(settings) = webview.settings() {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
}

/// Shows a link of the page's in the browser: the web's, and no other.
fn open_link(app: &AppHandle, url: &url::Url) {
    if !matches!(url.scheme(), "https" | "http") {
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "no browser opened");
    }
}

/// Dresses the window that is open.
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
