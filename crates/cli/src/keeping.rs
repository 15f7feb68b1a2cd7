//! `bsp backup`, `restore`, `export` and `support-bundle`: directly on the data folder, so that they work without a
//! running program and with a broken database.

use std::fs;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use benspamsphones_app::data_dir::DataDirError;
use benspamsphones_server::backup_files::{
    self, CarriedOver, ReplaceError, Replaced, RestoreError, Restored, export, support_bundle,
};

use benspamsphones_app::whole_file::{self, Readers};
use serde_json::{Value, json};

use crate::args::Restore;
use crate::exit::Failure;
use crate::output::Output;

pub(crate) fn back_up(file: &Path, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    must_be_new(file)?;
    backup_files::back_up(data_dir, file).map_err(Failure::other)?;
    let saved = format!("Saved in {}. Keep it as you would an address book.", file.display());
    output.sentence(&json!({"file": file}), saved)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(asked: &Restore, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let Some(file) = &asked.file else {
        let Replaced { aside, carried_over } = backup_files::begin_anew(data_dir).map_err(explain)?;
        let json = json!({"aside": aside, "carried_over": carried_over_json(&carried_over)});
        output.data(&json, |out| {
            writeln!(out, "The next start uses an empty database.")?;
            tell(out, &carried_over)?;
            writeln!(out, "The old database is {}", aside.display())
        })?;
        return Ok(ExitCode::SUCCESS);
    };
    let (restored, replaced) = backup_files::restore(data_dir, file).map_err(explain)?;
    let Restored { made_at, calls, people, protocols } = restored;
    let json = json!({
        "made_at": made_at.map(|at| at.to_string()), "calls": calls, "people": people, "protocols": protocols,
        "aside": replaced.as_ref().map(|replaced| &replaced.aside),
        "carried_over": replaced.as_ref().map(|replaced| carried_over_json(&replaced.carried_over)),
    });
    output.data(&json, |out| {
        let made_at = made_at.map(|at| format!(" of {at:.0}")).unwrap_or_default();
        writeln!(
            out,
            "Restored the backup{made_at}: {calls} calls, {people} people, {protocols} protocols."
        )?;
        if let Some(Replaced { aside, carried_over }) = replaced {
            tell(out, &carried_over)?;
            writeln!(out, "The previous database is {}", aside.display())?;
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

fn carried_over_json(carried_over: &CarriedOver) -> Value {
    let lost: Vec<_> = carried_over.lost.iter().map(|lost| lost.sentence()).collect();
    json!({"calls": carried_over.calls, "lost": lost})
}

fn tell(out: &mut impl io::Write, carried_over: &CarriedOver) -> io::Result<()> {
    let calls = match carried_over.calls {
        0 => String::new(),
        1 => ", and 1 call that the limits still count".into(),
        calls => format!(", and {calls} calls that the limits still count"),
    };
    let far = if carried_over.lost.is_empty() { "" } else { ", as far as it could be read" };
    writeln!(out, "Kept from the previous database{far}: access, do-not-call data{calls}.")?;
    for lost in &carried_over.lost {
        writeln!(out, "Attention: {}", lost.sentence())?;
    }
    Ok(())
}

fn explain(error: ReplaceError) -> Failure {
    match error {
        ReplaceError::DataDir(error @ DataDirError::InUse(_)) => {
            Failure::Other(format!("{error}. You can also restore in its window, under Settings").into())
        }
        // The file or a call in progress is the cause, not a fault of this program.
        ReplaceError::Restore(
            error @ (RestoreError::NotABackup
            | RestoreError::NotAFile(_)
            | RestoreError::Changed(_)
            | RestoreError::LaterVersion
            | RestoreError::Unusable(_)
            | RestoreError::CallsUnderWay(_)),
        ) => Failure::refused("Not restored", format!("{error}. Nothing was changed")),
        ReplaceError::DataDir(DataDirError::Io { .. } | DataDirError::StrangeLock(_))
        | ReplaceError::Restore(RestoreError::Io { .. } | RestoreError::CarryOver(_)) => {
            Failure::other(error)
        }
    }
}

pub(crate) fn export(folder: Option<&Path>, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    match folder {
        Some(folder) => {
            export::into_folder(data_dir, folder).map_err(Failure::other)?;
            output.done(&json!({"folder": folder}))?;
        }
        None => match export::as_one(data_dir, &mut BufWriter::new(io::stdout().lock())) {
            Err(export::ExportError::Io(error)) => return Err(Failure::Output(error)),
            written => written.map_err(Failure::other)?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn support_bundle(
    file: &Path,
    lines: Option<&Path>,
    data_dir: &Path,
    output: Output,
) -> Result<ExitCode, Failure> {
    let lines = match lines {
        None => Ok(Vec::new()),
        Some(stdin) if stdin == Path::new("-") => io::stdin().lock().lines().collect(),
        Some(log) => fs::File::open(log).and_then(|log| BufReader::new(log).lines().collect()),
    };
    let lines: Vec<String> = lines.map_err(|error| Failure::Other(format!("the log: {error}").into()))?;
    let bundle = format!("{:#}\n", support_bundle::make(data_dir, &lines));
    if file == Path::new("-") {
        io::stdout().write_all(bundle.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    must_be_new(file)?;
    whole_file::write(file, bundle.as_bytes(), Readers::OwnerOnly)
        .map_err(|error| Failure::Other(format!("{}: {error}", file.display()).into()))?;
    let written = format!("Saved in {}. Read it before you send it to anyone.", file.display());
    output.sentence(&json!({"file": file}), written)?;
    Ok(ExitCode::SUCCESS)
}

/// A typo must not overwrite an existing file.
fn must_be_new(file: &Path) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::Usage(format!("{} already exists", file.display())));
    }
    Ok(())
}
