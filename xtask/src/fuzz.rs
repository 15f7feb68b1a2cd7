//! Runs the targets of `fuzz/`. libFuzzer comes with a crate and the counters with any compiler, so no other tool and
//! no nightly Rust is needed.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Subcommand;
use xshell::{Shell, cmd};

use crate::repository::{Repository, say};

#[derive(Subcommand)]
pub(crate) enum Fuzz {
    /// Check the targets with clippy
    Lint,
    /// Run each target on the same number of inputs, from its seeds alone
    Test {
        /// How many inputs each target gets
        #[arg(long, env = "FUZZ_RUNS", default_value_t = 8_000)]
        runs: u32,
    },
    /// Run targets for some time, from what earlier runs found
    For {
        /// For how many seconds each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// The target to run; all of them if it isn't given
        target: Option<String>,
    },
}

enum Span {
    /// This many inputs, from the seeds. Not the same inputs each time despite the fixed random seed: what a run finds
    /// interesting depends on hash maps and clocks. So a rule must hold for every possible input, and a failing run has
    /// found a real fault, even if the current change didn't cause it.
    Runs(u32),
    /// From everything ever found interesting, for this many seconds.
    Seconds(u32),
}

impl Fuzz {
    pub(crate) fn run(self, shell: &Shell, repository: &Repository) -> anyhow::Result<()> {
        let targets = Targets::new(shell, repository)?;
        match self {
            Self::Lint => targets.cargo("clippy", &["--", "-D", "warnings"]),
            Self::Test { runs } => targets.run(None, &Span::Runs(runs)),
            Self::For { seconds, target } => targets.run(target.as_deref(), &Span::Seconds(seconds)),
        }
    }
}

struct Targets<'a> {
    shell: &'a Shell,
    repository: &'a Repository,
    host: String,
    folder: PathBuf,
}

impl<'a> Targets<'a> {
    fn new(shell: &'a Shell, repository: &'a Repository) -> anyhow::Result<Self> {
        let version = cmd!(shell, "rustc -vV").quiet().read()?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc -vV names the host")?;
        Ok(Self { shell, repository, host: host.to_owned(), folder: repository.target.join("fuzz") })
    }

    /// The flags never change, so what the linter built isn't built again.
    fn cargo(&self, command: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let mut flags =
            String::from("-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 --cfg=fuzzing");
        for counter in ["inline-8bit-counters", "pc-table", "trace-compares"] {
            flags.push_str(&format!(" -Cllvm-args=-sanitizer-coverage-{counter}"));
        }
        let manifest = self.repository.root.join("fuzz/Cargo.toml");
        let (host, folder) = (&self.host, &self.folder);
        // The target is named, so that the counters stay out of build scripts and macros.
        cmd!(
            self.shell,
            "cargo {command} --release --locked --quiet --manifest-path {manifest} --target {host} --target-dir {folder} {arguments...}"
        )
        .env("RUSTFLAGS", flags)
        .quiet()
        .run()?;
        Ok(())
    }

    fn run(&self, only: Option<&str>, span: &Span) -> anyhow::Result<()> {
        let names = self.names()?;
        if let Some(only) = only {
            ensure!(names.contains(only), "there is no target {only}; there are {names:?}");
        }
        self.cargo("build", &[])?;
        names
            .iter()
            .filter(|name| only.is_none_or(|only| only == *name))
            .try_for_each(|name| self.run_one(name, span))
    }

    fn names(&self) -> anyhow::Result<BTreeSet<String>> {
        let entries = fs::read_dir(self.repository.root.join("fuzz/seeds"))?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn run_one(&self, name: &str, span: &Span) -> anyhow::Result<()> {
        let seeds = self.repository.root.join("fuzz/seeds").join(name);
        let (found, end) = match span {
            Span::Runs(runs) => {
                let found = self.folder.join("tested").join(name);
                self.shell.remove_path(&found)?;
                (found, vec!["-seed=1".to_owned(), format!("-runs={runs}")])
            }
            Span::Seconds(seconds) => {
                (self.folder.join("corpus").join(name), vec![format!("-max_total_time={seconds}")])
            }
        };
        self.shell.create_dir(&found)?;
        let binary = self.folder.join(&self.host).join("release").join(name);
        let artifacts = format!("-artifact_prefix={}/{name}-", self.folder.display());
        let log = self.folder.join(format!("{name}.log"));
        let command = cmd!(self.shell, "{binary} {found} {seeds} {end...} -timeout=10 {artifacts}");
        let file = File::create(&log)?;
        let mut command = std::process::Command::from(command);
        let status = command.stdout(file.try_clone()?).stderr(file).status()?;
        let log = self.shell.read_file(&log)?;
        let last: Vec<&str> = log.lines().rev().take(40).collect();
        if !status.success() {
            last.iter().rev().for_each(|line| say(line));
        }
        ensure!(status.success(), "the fuzzer broke a rule of fuzz/targets/{name}.rs");
        say(&format!("fuzz {name}: {}", last.first().unwrap_or(&"")));
        Ok(())
    }
}
