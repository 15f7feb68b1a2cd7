//! `bsp man`: a manual page for bsp, and one for each of its commands.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{Command, CommandFactory as _};
use serde_json::json;

use crate::args::{Arguments, Man};
use crate::exit::Failure;
use crate::output::Output;

const DATE: &str = "2026-11-27";

pub(crate) fn run(arguments: &Man, output: Output) -> Result<ExitCode, Failure> {
    let pages = pages()?;
    match &arguments.dir {
        Some(dir) => {
            write(dir, &pages)
                .map_err(|error| Failure::Other(format!("{}: {error}", dir.display()).into()))?;
            let files: Vec<_> = pages.iter().map(|(name, _)| dir.join(format!("{name}.1"))).collect();
            output.done(&json!({ "files": files }))?;
        }
        None => {
            let name = ["bsp"].into_iter().chain(arguments.command.iter().map(String::as_str));
            let name = name.collect::<Vec<_>>().join("-");
            let page = pages.iter().find(|(page, _)| *page == name);
            let (_, page) =
                page.ok_or_else(|| Failure::Usage(format!("there is no manual page {name}(1)")))?;
            io::stdout().write_all(page.as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write(dir: &Path, pages: &[(String, String)]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    pages.iter().try_for_each(|(name, page)| fs::write(dir.join(format!("{name}.1")), page))
}

fn pages() -> io::Result<Vec<(String, String)>> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add(&command, &mut pages)?;
    Ok(pages)
}

fn add(command: &Command, pages: &mut Vec<(String, String)>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut page = Vec::new();
    let version = concat!("bsp ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command.clone())
        .title(name.to_uppercase())
        .date(DATE)
        .source(version)
        .manual("BenSpamsPhones")
        .render(&mut page)?;
    let mut page = tidied(&String::from_utf8_lossy(&page));
    if name != "bsp" {
        page.push_str(".SH \"SEE ALSO\"\nbsp(1)\n");
    }
    pages.push((name, page));
    command.get_subcommands().filter(|below| !below.is_hide_set()).try_for_each(|below| add(below, pages))
}

/// Checkers of manual pages complain about longer lines, in bytes.
const LONGEST_LINE: usize = 80;

/// Removes what checkers complain about: repeated blank lines and breaks, trailing blanks, long lines. The exit codes
/// become a list under the usual heading.
fn tidied(page: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut in_exit_codes = false;
    for line in page.lines().map(str::trim_end).filter(|line| !line.is_empty() && *line != "Exit codes:") {
        let before = lines.last().map(String::as_str);
        let code = line.trim_start().split_once("  ").filter(|_| in_exit_codes);
        match (line, code) {
            (".SH EXTRA", _) => lines.push(".SH \"EXIT STATUS\"".into()),
            (".br", _) if before == Some(".br") => {}
            (_, Some((code, meaning))) => {
                lines.extend([".TP".into(), format!("\\fB{code}\\fR")]);
                wrap(meaning, &mut lines);
            }
            // The line after .TP is the head of an entry and must stay one line.
            _ if line.starts_with(['.', '\'']) || before == Some(".TP") => lines.push(line.to_owned()),
            _ => wrap(line, &mut lines),
        }
        if line.starts_with(".SH") {
            in_exit_codes = line == ".SH EXTRA";
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn wrap(text: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    // Escaped, since not every roff reads more than ASCII.
    let ascii: String = text
        .chars()
        .flat_map(
            |c| if c.is_ascii() { vec![c] } else { format!("\\[u{:04X}]", u32::from(c)).chars().collect() },
        )
        .collect();
    for word in ascii.split_whitespace() {
        // A line that begins with a dot would be a command.
        let fits = line.len() + 1 + word.len() <= LONGEST_LINE || word.starts_with(['.', '\'']);
        if !line.is_empty() && !fits {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_names_one_that_there_is_not() {
        let pages = pages().unwrap();
        let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"bsp") && names.contains(&"bsp-access-add"), "{names:?}");
        for (name, page) in &pages {
            for (before, _) in page.match_indices("(1)") {
                let named = page[..before].rsplit([' ', '\n', '"']).next().unwrap().replace("\\-", "-");
                assert!(names.contains(&named.as_str()), "{name}(1) names {named}(1)");
            }
        }
    }
}
