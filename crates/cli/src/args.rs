//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use benspamsphones_core::{AskedBy, Outcome};
use benspamsphones_host::arguments::{
    CredentialsArguments, PublicAddressArguments, ServerArguments, TwilioArguments, sandbox_speed,
};
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::{ArgValueCompleter, Shell};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::completions;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something failed, or doctor found a problem
  2  wrong usage
  3  no server answers, or something else does
  4  refused: by the rules here, by Twilio, or because it makes no sense now
  5  no such call, protocol, sound or import
  6  call --follow: the call ended and nobody had answered
  7  call: no answer came, so the phone may ring; do not try again";

/// A personal switchboard: choose what plays, say who to ring, watch it happen.
#[derive(Parser)]
#[command(name = "bsp", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder of the database [default: this user's data folder]
    #[arg(long, global = true, env = "BSP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to log, such as "info" or "debug,hyper=info"
    #[arg(long, global = true, env = "BSP_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// Print JSON, and what went wrong as JSON on standard error
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the switchboard
    Serve(Box<Serve>),
    /// Ring somebody
    Call(Call),
    /// Show the history
    Calls(Calls),
    /// Show what was spent, and what is left
    Spend(Spend),
    /// End a call
    Hangup(Hangup),
    /// List, import or export what can be played, or allow what the rules can't follow
    #[command(subcommand)]
    Protocols(Protocols),
    /// Which numbers and people are not to be called
    Protection(ProtectionArguments),
    /// List people, import an address book, or undo an import
    #[command(subcommand)]
    People(People),
    /// List, add or remove the sound files that protocols play
    #[command(subcommand)]
    Sounds(Sounds),
    /// Tell who may come in from the network, let somebody in, or put somebody out
    Access(AccessCommand),
    /// How much calling is allowed
    Limits(LimitsArguments),
    /// Keep, show or forget credentials in the system's keyring
    Credentials(CredentialsCommand),
    /// Save everything but secrets in one file, also while calls go on
    Backup {
        /// The file, which must not exist yet
        file: PathBuf,
    },
    /// Put a backup in the place of the database; no program may run on it
    Restore(Restore),
    /// Take everything along as JSON: calls, people, blocked numbers, protocols, quick dial and sounds
    Export {
        /// An empty or new folder; one JSON object on standard output if left out
        folder: Option<PathBuf>,
    },
    /// Write a report for whoever helps, without anybody's number, name or message
    SupportBundle {
        /// The file, which must not exist yet; - for standard output
        file: PathBuf,
        /// Take the latest lines of this log along; - for standard input
        #[arg(long, value_name = "FILE")]
        lines: Option<PathBuf>,
    },
    /// Tell what is set up, what answers, and what to do
    Doctor(Box<Doctor>),
    /// Run a small Twilio alone, for trying programs against it
    Sandbox(Sandbox),
    /// Print the manual page of bsp or of one of its commands
    Man(Man),
    /// Print a completion script for a shell; it knows protocols and people while the server runs
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Make up another password, since the one there is was lost
    #[arg(long)]
    pub new_password: bool,
    #[command(flatten)]
    pub server: ServerArguments,
}

#[derive(Args)]
pub(crate) struct Call {
    /// Id of the protocol
    #[arg(value_parser = NonEmptyStringValueParser::new(), add = ArgValueCompleter::new(completions::protocols))]
    pub protocol: String,
    /// The number to ring
    #[arg(
        value_parser = NonEmptyStringValueParser::new(),
        allow_hyphen_values = true,
        add = ArgValueCompleter::new(completions::numbers)
    )]
    pub number: String,
    /// Stay until the call is over and print what happens
    #[arg(long, short)]
    pub follow: bool,
}

#[derive(Args)]
pub(crate) struct Calls {
    /// How many at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CALLS)))]
    pub limit: u16,
    /// Only calls that ended so: completed, busy, no-answer, canceled or failed; open for those that haven't
    #[arg(long)]
    pub outcome: Option<Outcome>,
    /// Only calls placed with the protocol of this id
    #[arg(long, value_name = "ID", add = ArgValueCompleter::new(completions::protocols))]
    pub protocol: Option<String>,
    /// Only calls to this person, by name or id
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(completions::people))]
    pub person: Option<String>,
    /// Only calls asked for on this day or later, such as 2026-03-01
    #[arg(long, value_name = "DATE")]
    pub from: Option<Moment>,
    /// Only calls asked for on this day or earlier
    #[arg(long, value_name = "DATE")]
    pub to: Option<Moment>,
    /// Only calls asked for by this way
    #[arg(long, value_name = "WAY", value_parser = asked_by())]
    pub asked_by: Option<AskedBy>,
    /// Only calls whose numbers, whose protocol, or the name of whom they rang holds this text
    #[arg(long, short, value_parser = query)]
    pub query: Option<String>,
}

/// Most calls that are shown at once.
pub(crate) const MAX_CALLS: u16 = 200;
/// Longest text to look for, in characters.
const MAX_QUERY_CHARS: usize = 100;

/// A day, or a moment with its offset, as the server takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub String);

/// The text is neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    /// No day.
    #[error("a date is written as 2026-03-01, or with time and offset as 2026-03-01T09:00:00Z")]
    Moment,
    /// A text that is too long to be looked for.
    #[error("at most {MAX_QUERY_CHARS} characters are looked for")]
    Query,
}

impl FromStr for Moment {
    type Err = Misfit;

    fn from_str(text: &str) -> Result<Self, Misfit> {
        // Half a time behind a day would be taken for all of it.
        let is_day = text.parse::<Date>().is_ok_and(|day| day.to_string() == text);
        if is_day || text.parse::<Timestamp>().is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(Misfit::Moment)
        }
    }
}

fn query(text: &str) -> Result<String, Misfit> {
    if text.chars().count() > MAX_QUERY_CHARS { Err(Misfit::Query) } else { Ok(text.to_owned()) }
}

/// The ways of asking for a call, by the names that JSON has.
fn asked_by() -> impl TypedValueParser<Value = AskedBy> {
    PossibleValuesParser::new(AskedBy::ALL.map(AskedBy::as_str)).try_map(|way| way.parse::<AskedBy>())
}

#[derive(Args)]
pub(crate) struct Spend {
    /// Add up by this
    #[arg(long, default_value = "day", value_name = "PART")]
    pub by: SpendByArgument,
    /// The first day, such as 2026-03-01 [default: 30 days to the last one, or twelve months]
    #[arg(long, value_name = "DAY")]
    pub from: Option<Date>,
    /// The last day [default: today]
    #[arg(long, value_name = "DAY")]
    pub to: Option<Date>,
}

/// By what sums are told.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpendByArgument {
    /// By day
    Day,
    /// By month
    Month,
    /// By what was played
    Protocol,
    /// By who was called
    Person,
}

#[derive(Args)]
pub(crate) struct Hangup {
    /// Id of the call
    #[arg(add = ArgValueCompleter::new(completions::open_calls))]
    pub id: String,
}

#[derive(Subcommand)]
pub(crate) enum Protocols {
    /// List the protocols
    List,
    /// Take the protocols of a file in the documented format
    Import {
        /// The file; - for standard input
        file: PathBuf,
        /// Drop the protocols that the file doesn't have
        #[arg(long)]
        replace: bool,
    },
    /// Write the protocols in the documented format
    Export {
        /// The file; standard output if left out
        file: Option<PathBuf>,
    },
    /// Allow that a protocol's TwiML does what the rules here can't follow, such as <Sip> or <Redirect>; it is printed.
    /// Whoever else changes that TwiML takes this back
    Allow {
        /// Its id
        #[arg(value_parser = NonEmptyStringValueParser::new())]
        id: String,
    },
}

#[derive(Args)]
pub(crate) struct ProtectionArguments {
    #[command(subcommand)]
    pub command: Option<ProtectionCommand>,
}

#[derive(Subcommand)]
pub(crate) enum ProtectionCommand {
    /// List blocked numbers, and people who are not to be called [default]
    List,
    /// Block a number
    Block {
        /// The number
        #[arg(allow_hyphen_values = true)]
        number: String,
        /// Why
        #[arg(long)]
        note: Option<String>,
    },
    /// Let a blocked number be called again
    Unblock {
        /// The number
        #[arg(allow_hyphen_values = true)]
        number: String,
    },
    /// Let a person be called again
    Allow {
        /// Their name or id
        person: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum People {
    /// List the people
    List,
    /// Take an address book: vCard, or CSV as Google and Outlook export it
    Import {
        /// The file; - for standard input
        file: PathBuf,
        /// Only show what the import would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Undo an import of the last day
    Undo {
        /// Its id [default: the latest]
        id: Option<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Sounds {
    /// List the sound files
    List,
    /// Keep a sound file and print its id; what Twilio doesn't play is converted
    Add {
        /// The file; - for standard input
        file: PathBuf,
        /// What it is called [default: the file's name]
        #[arg(long)]
        name: Option<String>,
    },
    /// Delete a sound file that no protocol plays
    Remove {
        /// Its id, as listed
        id: String,
    },
}

#[derive(Args)]
pub(crate) struct Restore {
    /// The backup, or a database that was set aside
    #[arg(required_unless_present = "begin_anew")]
    pub file: Option<PathBuf>,
    /// Set the database aside instead, and begin with an empty one; who is not to be called, the latest calls and who may
    /// come in are taken over
    #[arg(long, conflicts_with = "file")]
    pub begin_anew: bool,
}

#[derive(Args)]
pub(crate) struct AccessCommand {
    #[command(subcommand)]
    pub command: Option<Access>,
}

#[derive(Subcommand)]
pub(crate) enum Access {
    /// List devices and browsers that are signed in [default]
    List,
    /// Show a picture by which one phone joins
    Pair,
    /// Make a token for a program and print it
    Add {
        /// What the program is called
        name: String,
    },
    /// Give a device another name
    Rename {
        /// Its id, as listed
        id: String,
        /// What it is called from now on
        name: String,
    },
    /// Put out a device or a browser, at once
    Revoke {
        /// Its id, as listed
        id: String,
    },
    /// List who was refused, and why
    Refused,
    /// Let somebody try again who has to wait
    Forgive {
        /// Their address, as listed
        source: String,
    },
}

#[derive(Args)]
pub(crate) struct LimitsArguments {
    #[command(subcommand)]
    pub command: Option<LimitsCommand>,
}

#[derive(Subcommand)]
pub(crate) enum LimitsCommand {
    /// Show the limits [default]
    Show,
    /// Set limits, such as number_per_day=5 quiet_hours=22:00-08:00 countries=US,DE spend_per_day=none
    Set {
        /// What to set; limits that aren't named stay as they are
        #[arg(required = true, value_name = "LIMIT=VALUE")]
        limits: Vec<String>,
    },
}

#[derive(Args)]
pub(crate) struct CredentialsCommand {
    #[command(subcommand)]
    pub command: Option<KeyringCommand>,
}

#[derive(Subcommand)]
pub(crate) enum KeyringCommand {
    /// Tell what is kept, without telling it [default]
    Status,
    /// Keep what standard input tells as JSON, such as {"account_sid": "AC…", "auth_token": "…"}, {"app_id": "…",
    /// "key": "…", "secret": "…", "cluster": "eu"} or {"authtoken": "…"}; on a terminal each part is asked for
    Set {
        /// Whose
        connection: ConnectionArgument,
    },
    /// Forget what is kept
    Forget {
        /// Whose
        connection: ConnectionArgument,
    },
}

/// Whose credentials.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConnectionArgument {
    /// The account that pays
    Twilio,
    /// The Pusher app
    Pusher,
    /// The account that opens tunnels
    Ngrok,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The command, such as call or access add
    pub command: Vec<String>,
    /// Write every page into this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub dir: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub public_address: PublicAddressArguments,
    #[command(flatten)]
    pub twilio: TwilioArguments,
    #[command(flatten)]
    pub vault: CredentialsArguments,
}

#[derive(Args)]
pub(crate) struct Sandbox {
    /// Where it listens
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// How fast calls live; 1 is like life
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = sandbox_speed)]
    pub speed: f64,
    /// SID of the account it plays [default: a fresh one]
    #[arg(long, env = "TWILIO_SID", value_name = "AC…")]
    pub account_sid: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_checked_before_it_is_sent() {
        for good in ["2026-03-01", "2026-03-01T09:00:00Z", "2026-03-01T09:00:00+01:00"] {
            assert_eq!(good.parse(), Ok(Moment(good.into())));
        }
        for bad in ["2026-13-01", "2026-02-30", "2026-3-1", "yesterday", "", "2026-03-01T09:00", "20260301"] {
            assert_eq!(bad.parse::<Moment>(), Err(Misfit::Moment), "{bad}");
        }
    }
}
