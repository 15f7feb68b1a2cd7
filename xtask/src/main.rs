//! This repository's chores that need more than a few lines of shell. `./dev` installs what they need and calls them.

mod bundle;
mod description;
mod fuzz;
mod repository;
mod size;

use clap::{Parser, Subcommand};
use xshell::Shell;

use crate::repository::Repository;

/// Chores of this repository. ./dev calls them, once it has installed what they need.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Feed made-up bytes to the readers of files and requests
    #[command(subcommand)]
    Fuzz(fuzz::Fuzz),
    /// Hold the running server against docs/openapi.json, and drive it with clients generated from that
    Description {
        /// How many requests are made up for each operation
        #[arg(long, env = "EXAMPLES", default_value_t = 20)]
        examples: u32,
    },
    /// Build the .deb and the .rpm, with the window, the tray and bsp
    Bundle,
    /// Build the packages, and print how large they and the binaries are, and what memory bsp serve needs
    Size,
}

fn main() -> anyhow::Result<()> {
    let chore = Arguments::parse().chore;
    let repository = Repository::find()?;
    let shell = Shell::new()?;
    shell.change_dir(&repository.root);
    match chore {
        Chore::Fuzz(fuzz) => fuzz.run(&shell, &repository),
        Chore::Description { examples } => description::judge(&shell, &repository, examples),
        Chore::Bundle => bundle::make(&shell, &repository),
        Chore::Size => size::measure(&shell, &repository),
    }
}
