//! The tray's menu, edited in place: one that is made anew would close under the person's pointer.

use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::{AppHandle, Wry};

use super::board::{Action, Board, Line};

/// Lines that come and go, between others that stay.
struct Section {
    items: Vec<(Line, MenuItem<Wry>)>,
    /// Stands above them while there are any.
    heading: Option<MenuItem<Wry>>,
    heading_shown: bool,
}

/// The menu with its sections from top to bottom, the separators between them, and the fixed end.
pub(crate) struct TrayMenu {
    app: AppHandle,
    menu: Menu<Wry>,
    sections: [Section; 4],
}

impl TrayMenu {
    /// The menu before anything is known.
    ///
    /// # Errors
    /// When the desktop makes none.
    pub(crate) fn new(app: &AppHandle) -> tauri::Result<Self> {
        let heading =
            |what, text| item(app, &Line { action: Action::Nothing(what), label: String::from(text) });
        let plain = || Section { items: Vec::new(), heading: None, heading_shown: false };
        let titled = |heading| Section { heading: Some(heading), ..plain() };
        let fixed = [
            (Action::Show, "Show window"),
            (Action::CopyAddress, "Copy the network address"),
            (Action::Quit, "Quit"),
        ];
        let menu = Menu::new(app)?;
        menu.append(&PredefinedMenuItem::separator(app)?)?;
        for (action, label) in fixed {
            menu.append(&item(app, &Line { action, label: label.into() })?)?;
        }
        let sections = [
            plain(),
            titled(heading("pinned", "Quick dial")?),
            titled(heading("recent", "Once more")?),
            titled(heading("live", "Live calls")?),
        ];
        Ok(Self { app: app.clone(), menu, sections })
    }

    /// The menu itself.
    pub(crate) fn menu(&self) -> &Menu<Wry> {
        &self.menu
    }

    /// Brings the menu to what stands on the board.
    ///
    /// # Errors
    /// When the desktop refuses.
    pub(crate) fn show(&mut self, board: Board) -> tauri::Result<()> {
        let mut at = 0;
        let wanted = [board.mode, board.pinned, board.recent, board.live];
        for (section, lines) in self.sections.iter_mut().zip(wanted) {
            at = section.show(&self.app, &self.menu, at, lines)?;
        }
        Ok(())
    }
}

impl Section {
    /// Edits the lines that begin at `at`, and tells where they end.
    fn show(
        &mut self,
        app: &AppHandle,
        menu: &Menu<Wry>,
        at: usize,
        wanted: Vec<Line>,
    ) -> tauri::Result<usize> {
        let has_heading = self.heading.is_some() && !wanted.is_empty();
        if let Some(heading) = &self.heading
            && has_heading != self.heading_shown
        {
            if has_heading {
                menu.insert(heading, at)?
            } else {
                menu.remove(heading)?
            };
            self.heading_shown = has_heading;
        }
        let at = at + usize::from(has_heading);
        let (stay, go): (Vec<_>, Vec<_>) = self
            .items
            .drain(..)
            .partition(|(line, _)| wanted.iter().any(|other| other.action == line.action));
        for (_, item) in go {
            menu.remove(&item)?;
        }
        self.items = stay;
        for (place, line) in wanted.into_iter().enumerate() {
            let known = self.items.iter().position(|(other, _)| other.action == line.action);
            match known {
                Some(known) if known == place => {
                    let (shown, item) = &mut self.items[place];
                    if shown.label != line.label {
                        item.set_text(&line.label)?;
                        *shown = line;
                    }
                }
                known => {
                    if let Some(known) = known {
                        let (_, item) = self.items.remove(known);
                        menu.remove(&item)?;
                    }
                    let item = item(app, &line)?;
                    menu.insert(&item as &dyn IsMenuItem<Wry>, at + place)?;
                    self.items.insert(place, (line, item));
                }
            }
        }
        Ok(at + self.items.len())
    }
}

fn item(app: &AppHandle, line: &Line) -> tauri::Result<MenuItem<Wry>> {
    let enabled = !matches!(line.action, Action::Nothing(_));
    MenuItem::with_id(app, line.action.id(), &line.label, enabled, None::<&str>)
}
