//! The tray: quick dial, live calls, and the way back to the window.

mod act;
mod board;
mod menu;
#[cfg(target_os = "linux")]
mod presence;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use benspamsphones_app::app::CallQuery;
use benspamsphones_app::live::LiveEvent;
use benspamsphones_app::store::StoreError;
use benspamsphones_core::{Call, Person, PhoneNumber, Protocol};
use tauri::tray::{MouseButton, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _};

use self::act::{LastDialled, act};
use self::board::{Action, Board, Names};
use self::menu::TrayMenu;
use crate::switchboard::{Serving, Switchboard};
use crate::texts::Texts;
use crate::tray_state::Tray;
use crate::{notices, texts, window};

const ID: &str = "main";
const LOOK_BACK: usize = 40;
/// Events within this time are shown together.
const SETTLE: Duration = Duration::from_millis(120);

/// Shows the icon and keeps its menu current. If no tray is possible, the window says so.
pub(crate) fn start(app: &AppHandle) {
    app.manage(LastDialled::default());
    // Linux's tray library panics when it isn't installed.
    let menu = match catch_unwind(AssertUnwindSafe(|| put_up(app))) {
        Ok(Ok(menu)) => menu,
        Ok(Err(error)) => {
            tracing::warn!(%error, "there is no tray");
            return;
        }
        Err(_) => {
            tracing::warn!("there is no tray: libayatana-appindicator3 is not installed");
            return;
        }
    };
    watch_presence(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { follow(&app, menu).await });
}

fn put_up(app: &AppHandle) -> tauri::Result<TrayMenu> {
    let menu = TrayMenu::new(app, texts::of(app))?;
    TrayIconBuilder::with_id(ID)
        .icon(tauri::include_image!("icons/tray.png"))
        .tooltip("BenSpamsPhones")
        .menu(menu.menu())
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| {
            if let Some(action) = Action::of_id(event.id().as_ref()) {
                act(app, action);
            }
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::DoubleClick { button: MouseButton::Left, .. } = event {
                window::show(tray.app_handle());
            }
        })
        .build(app)?;
    Ok(menu)
}

#[cfg(target_os = "linux")]
fn watch_presence(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        presence::watch(|shown| app.state::<Tray>().set_shown(shown)).await;
    });
}

#[cfg(not(target_os = "linux"))]
fn watch_presence(app: &AppHandle) {
    app.state::<Tray>().set_shown(true);
}

async fn follow(app: &AppHandle, mut menu: TrayMenu) {
    let mut starts = app.state::<Arc<Switchboard>>().starts();
    while let Some(serving) = starts.next().await {
        follow_one(app, &serving, &mut menu).await;
    }
}

async fn follow_one(app: &AppHandle, serving: &Serving, menu: &mut TrayMenu) {
    let tray = app.state::<Tray>();
    let mut news = serving.app.live().subscribe();
    let mut changes = serving.app.live().changes();
    loop {
        let known = match Known::of(serving).await {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%error, "the tray doesn't know who has which number");
                Known::default()
            }
        };
        match board(serving, &known, texts::of(app)).await.map(|board| menu.show(board)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the tray's menu was not changed"),
            Err(error) => tracing::warn!(%error, "the tray's menu is out of date"),
        }
        let tell = |heard: LiveEvent| notices::of_call(app, &heard, &known.number(&heard.call().to));
        tokio::select! {
            () = serving.app.stopping().cancelled() => return,
            heard = news.recv() => {
                // An error means that events were missed; the menu is rebuilt in any case.
                let _ = heard.map(tell);
            }
            _ = changes.recv() => {}
            () = tray.respoken() => {
                if let Err(error) = menu.speak(texts::of(app)) {
                    tracing::warn!(%error, "the tray's menu speaks the language of before");
                }
            }
        }
        tokio::time::sleep(SETTLE).await;
        while let Ok(heard) = news.try_recv() {
            tell(heard);
        }
        while changes.try_recv().is_ok() {}
    }
}

async fn board(serving: &Serving, known: &Known, texts: &Texts) -> Result<Board, StoreError> {
    let query = CallQuery { limit: LOOK_BACK, ..CallQuery::default() };
    let mut calls: Vec<Call> = serving.app.calls(query).await?.calls;
    let open = serving.app.open_calls().await?;
    let mut pinned = serving.app.quick_dials().await?;
    // Calls whose protocol was deleted can't be repeated.
    calls.retain(|call| known.has_protocol(call.protocol.as_str()));
    pinned.retain(|pinned| known.has_protocol(pinned.protocol.as_str()));
    Ok(Board::of(serving.app.mode(), &pinned, &calls, &open, known, texts))
}

#[derive(Default)]
struct Known {
    protocols: Arc<[Protocol]>,
    people: Vec<Person>,
}

impl Known {
    async fn of(serving: &Serving) -> Result<Self, StoreError> {
        Ok(Self { protocols: serving.app.protocols(), people: serving.app.people().await? })
    }

    fn has_protocol(&self, id: &str) -> bool {
        self.protocols.iter().any(|protocol| protocol.id.as_str() == id)
    }
}

impl Names for Known {
    fn protocol(&self, id: &str) -> String {
        let protocol = self.protocols.iter().find(|protocol| protocol.id.as_str() == id);
        protocol.and_then(|protocol| protocol.name.clone()).unwrap_or_else(|| id.to_owned())
    }

    fn number(&self, number: &PhoneNumber) -> String {
        let has = |person: &&Person| person.numbers.iter().any(|known| known.number == *number);
        self.people.iter().find(has).map_or_else(|| number.in_groups(), |person| person.name.clone())
    }
}
