//! The tray's menu, edited in place: a rebuilt one would close under the pointer.

use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::{AppHandle, Wry};

use super::board::{Action, Board, Line};
use crate::texts::Texts;

struct Section {
    items: Vec<(Line, MenuItem<Wry>)>,
    heading: Option<MenuItem<Wry>>,
    heading_shown: bool,
}

/// From top to bottom: the sections with separators between them, and the fixed end.
pub(crate) struct TrayMenu {
    app: AppHandle,
    menu: Menu<Wry>,
    sections: [Section; 4],
    fixed: [MenuItem<Wry>; 3],
}

impl TrayMenu {
    pub(crate) fn new(app: &AppHandle, texts: &Texts) -> tauri::Result<Self> {
        let line = |action, label| item(app, &Line { action, label: String::from(label) });
        let heading = |what, label| line(Action::Nothing(what), label);
        let plain = || Section { items: Vec::new(), heading: None, heading_shown: false };
        let titled = |heading| Section { heading: Some(heading), ..plain() };
        let fixed = [
            line(Action::Show, texts.show_window)?,
            line(Action::CopyAddress, texts.copy_address)?,
            line(Action::Quit, texts.quit)?,
        ];
        let menu = Menu::new(app)?;
        menu.append(&PredefinedMenuItem::separator(app)?)?;
        for item in &fixed {
            menu.append(item)?;
        }
        let sections = [
            plain(),
            titled(heading("pinned", texts.quick_dial)?),
            titled(heading("recent", texts.once_more)?),
            titled(heading("live", texts.live_calls)?),
        ];
        Ok(Self { app: app.clone(), menu, sections, fixed })
    }

    pub(crate) fn speak(&self, texts: &Texts) -> tauri::Result<()> {
        let [_, pinned, recent, live] = &self.sections;
        let headings = [(pinned, texts.quick_dial), (recent, texts.once_more), (live, texts.live_calls)];
        for (section, label) in headings {
            if let Some(heading) = &section.heading {
                heading.set_text(label)?;
            }
        }
        for (item, label) in self.fixed.iter().zip([texts.show_window, texts.copy_address, texts.quit]) {
            item.set_text(label)?;
        }
        Ok(())
    }

    pub(crate) fn menu(&self) -> &Menu<Wry> {
        &self.menu
    }

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
    /// Returns where the lines that begin at `at` end.
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
