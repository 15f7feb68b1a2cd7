//! The command line.
//!
//! A long file, because it is one list: the help, the manual pages and the completions are made from it.

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

use crate::completers;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something failed, doctor found a problem, or health is bad
  2  wrong usage
  3  no server answers, or another program does
  4  refused by the rules here, by Twilio, or because it isn't possible now
  5  no such call, protocol, sound or import
  6  call --follow: the call ended, and nobody answered or confirmed it where that was asked for
  7  call: no answer came, so the phone may ring; do not try again";

/// A personal switchboard: choose what plays, enter a number, watch the call happen.
#[derive(Parser)]
#[command(name = "bsp", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder for everything the program keeps [default: this user's data folder]
    #[arg(long, global = true, env = "BSP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to log, such as "info" or "debug,hyper=info"
    #[arg(long, global = true, env = "BSP_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// Print JSON, and errors as JSON on standard error
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the switchboard
    Serve(Box<Serve>),
    /// Call a number
    Call(Call),
    /// Show the history
    Calls(Calls),
    /// Show what you spent, and what is left on the account
    Spend(Spend),
    /// Hang up a call
    Hangup(Hangup),
    /// List, import or export protocols, or allow TwiML that the rules can't check
    #[command(subcommand)]
    Protocols(Protocols),
    /// Show or change which numbers and people are never called
    Protection(ProtectionArguments),
    /// List people, import an address book, or undo an import
    #[command(subcommand)]
    People(People),
    /// List or show groups of people, or add people to them
    #[command(subcommand)]
    Groups(Groups),
    /// List, add or remove the sound files that protocols play
    #[command(subcommand)]
    Sounds(Sounds),
    /// List, add or revoke access from the network
    Access(AccessCommand),
    /// Show or set the limits
    Limits(LimitsArguments),
    /// Save, list or remove credentials in the system's keyring
    Credentials(CredentialsCommand),
    /// Save everything except secrets in one file; works during calls
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Restore a backup; stop the program first
    Restore(Restore),
    /// Export everything as JSON: calls, people, groups, blocked numbers, protocols, quick dial and sounds
    Export {
        /// An empty or new folder [default: one JSON object on standard output]
        folder: Option<PathBuf>,
    },
    /// Write a support report without numbers, names or messages
    SupportBundle {
        /// The new file; - for standard output
        file: PathBuf,
        /// Include the latest lines of this log; - for standard input
        #[arg(long, value_name = "FILE")]
        lines: Option<PathBuf>,
    },
    /// Check what is set up and what answers, and say what to do
    Doctor(Box<Doctor>),
    /// Ask the running switchboard whether it can do its work, for the health check of a container
    Health,
    /// Run only the Twilio sandbox, for testing other programs
    Sandbox(Sandbox),
    /// Print the manual page of bsp or of one of its commands
    Man(Man),
    /// Print a completion script for a shell; it knows your protocols and people while the server runs
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct Serve {
    /// Generate a new password
    #[arg(long)]
    pub new_password: bool,
    #[command(flatten)]
    pub server: ServerArguments,
}

#[derive(Args)]
pub(crate) struct Call {
    /// Id of the protocol
    #[arg(value_parser = NonEmptyStringValueParser::new(), add = ArgValueCompleter::new(completers::protocols))]
    pub protocol: String,
    /// The number to call
    #[arg(
        value_parser = NonEmptyStringValueParser::new(),
        allow_hyphen_values = true,
        add = ArgValueCompleter::new(completers::numbers)
    )]
    pub number: String,
    /// What the protocol says as {message}; - reads it from standard input
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub message: Option<String>,
    /// Wait until the call ends, and print what happens
    #[arg(long, short)]
    pub follow: bool,
}

#[derive(Args)]
pub(crate) struct Calls {
    /// At most this many calls
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_CALLS)))]
    pub limit: u16,
    /// Only calls with this outcome: confirmed, completed (without that), busy, no-answer, canceled or failed; or open for calls in progress
    #[arg(long)]
    pub outcome: Option<Outcome>,
    /// Only calls with this protocol
    #[arg(long, value_name = "ID", add = ArgValueCompleter::new(completers::protocols))]
    pub protocol: Option<String>,
    /// Only calls to this person, by name or id
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(completers::people))]
    pub person: Option<String>,
    /// Only calls placed on this day or later, such as 2026-03-01
    #[arg(long, value_name = "DATE")]
    pub from: Option<Moment>,
    /// Only calls placed on this day or earlier
    #[arg(long, value_name = "DATE")]
    pub to: Option<Moment>,
    /// Only calls placed from here
    #[arg(long, value_name = "WAY", value_parser = asked_by())]
    pub asked_by: Option<AskedBy>,
    /// Only calls whose number, protocol or person contains this text
    #[arg(long, short, value_parser = query)]
    pub query: Option<String>,
}

pub(crate) const MAX_CALLS: u16 = 200;
/// Longest search text, in characters.
const MAX_QUERY_CHARS: usize = 100;

/// A date, or a time with its offset, in the server's format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub String);

/// Why a text isn't what an argument needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Misfit {
    /// It isn't a date or time.
    #[error("write a date as 2026-03-01, or with time and offset as 2026-03-01T09:00:00Z")]
    Moment,
    /// The search text is too long.
    #[error("a search has at most {MAX_QUERY_CHARS} characters")]
    Query,
}

impl FromStr for Moment {
    type Err = Misfit;

    fn from_str(text: &str) -> Result<Self, Misfit> {
        // `Date` also parses a date with half a time, and ignores the rest.
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

/// The names that the API uses.
fn asked_by() -> impl TypedValueParser<Value = AskedBy> {
    PossibleValuesParser::new(AskedBy::ALL.map(AskedBy::as_str)).try_map(|way| way.parse::<AskedBy>())
}

#[derive(Args)]
pub(crate) struct Spend {
    /// How to group the sums
    #[arg(long, default_value = "day", value_name = "PART")]
    pub by: SpendByArgument,
    /// The first day, such as 2026-03-01 [default: 30 days or twelve months before the last day]
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
    /// By protocol
    Protocol,
    /// By person
    Person,
}

#[derive(Args)]
pub(crate) struct Hangup {
    /// Id of the call
    #[arg(add = ArgValueCompleter::new(completers::open_calls))]
    pub id: String,
}

#[derive(Subcommand)]
pub(crate) enum Protocols {
    /// List the protocols
    List,
    /// Import the protocols of a file in the documented format
    Import {
        /// The file; - for standard input
        file: PathBuf,
        /// Remove the protocols that the file doesn't have
        #[arg(long)]
        replace: bool,
    },
    /// Export the protocols in the documented format
    Export {
        /// The file [default: standard output]
        file: Option<PathBuf>,
    },
    /// Allow a protocol's TwiML to do what the rules can't check, such as <Sip> or <Redirect>, and print that TwiML.
    /// The permission ends when anyone else changes it
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
    /// List blocked numbers and people marked as do not call [default]
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
    /// Unblock a number
    Unblock {
        /// The number
        #[arg(allow_hyphen_values = true)]
        number: String,
    },
    /// Allow calls to a person again
    Allow {
        /// Their name or id
        person: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum People {
    /// List the people
    List,
    /// Import an address book: vCard, or CSV from Google or Outlook
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
pub(crate) enum Groups {
    /// List the groups
    List,
    /// Show who is in a group, in order
    Show {
        /// Its name or id
        #[arg(add = ArgValueCompleter::new(completers::groups))]
        group: String,
    },
    /// Add people to the end of a group, which is created if it doesn't exist
    Add {
        /// Its name or id
        #[arg(add = ArgValueCompleter::new(completers::groups))]
        group: String,
        /// Their names, ids or numbers
        #[arg(value_name = "PERSON", add = ArgValueCompleter::new(completers::people))]
        people: Vec<String>,
    },
    /// Remove people from a group; without any, delete the group
    Remove {
        /// Its name or id
        #[arg(add = ArgValueCompleter::new(completers::groups))]
        group: String,
        /// Their names, ids or numbers
        #[arg(value_name = "PERSON", add = ArgValueCompleter::new(completers::people))]
        people: Vec<String>,
    },
}

#[derive(Subcommand)]
pub(crate) enum Sounds {
    /// List the sound files
    List,
    /// Add a sound file and print its id; formats that Twilio doesn't play are converted
    Add {
        /// The file; - for standard input
        file: PathBuf,
        /// Its name [default: the name of the file]
        #[arg(long)]
        name: Option<String>,
    },
    /// Delete a sound file; no protocol may use it
    Remove {
        /// Its id, as listed
        id: String,
    },
}

#[derive(Args)]
pub(crate) struct Restore {
    /// The backup, or a database that an earlier restore kept
    #[arg(required_unless_present = "begin_anew")]
    pub file: Option<PathBuf>,
    /// Start with an empty database instead, and keep the old one under a name with the date; do-not-call data, recent
    /// calls and access are carried over
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
    /// Show a QR code for adding one phone
    Pair,
    /// Create a token for a program and print it
    Add {
        /// Name of the program
        name: String,
    },
    /// Rename a device
    Rename {
        /// Its id, as listed
        id: String,
        /// Its new name
        name: String,
    },
    /// Revoke a device's or browser's access, with immediate effect
    Revoke {
        /// Its id, as listed
        id: String,
    },
    /// List rejected sign-in attempts
    Refused,
    /// Let an address that is locked out try again
    Forgive {
        /// The address, as listed
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
        /// The limits to set; the others stay as they are
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
    /// List which credentials are saved, without showing them [default]
    Status,
    /// Save credentials. On a terminal you are asked for each part; otherwise they are read from standard input as JSON,
    /// such as {"account_sid": "AC…", "auth_token": "…"}, {"app_id": "…", "key": "…", "secret": "…", "cluster": "eu"}
    /// or {"authtoken": "…"}
    Set {
        /// Which credentials
        connection: ConnectionArgument,
    },
    /// Remove saved credentials
    Forget {
        /// Which credentials
        connection: ConnectionArgument,
    },
}

/// Whose credentials.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConnectionArgument {
    /// The Twilio account
    Twilio,
    /// The Pusher app
    Pusher,
    /// The ngrok account, for a tunnel
    Ngrok,
}

#[derive(Args)]
pub(crate) struct Man {
    /// The command, such as call or access add
    pub command: Vec<String>,
    /// Write all pages into this folder instead
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
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:4010", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// How fast calls run; 1 is real time
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = sandbox_speed)]
    pub speed: f64,
    /// Account SID to use [default: a new one]
    #[arg(long, env = "TWILIO_SID", value_name = "AC…")]
    pub account_sid: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_flag_variable_and_command_is_documented() {
        let (settings, commands) =
            (include_str!("../../../docs/settings.md"), include_str!("../../../docs/command-line.md"));
        let bsp = Arguments::command();
        let serve = bsp.find_subcommand("serve").unwrap();
        for argument in bsp.get_arguments().chain(serve.get_arguments()) {
            let flag = argument.get_long().unwrap_or_default();
            let page = if flag == "json" { commands } else { settings };
            assert!(page.contains(&format!("`--{flag}`")), "--{flag}");
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            assert!(
                variable.is_none_or(|name| settings.contains(&format!("`{name}`"))),
                "--{flag}'s variable"
            );
        }
        for command in bsp.get_subcommands() {
            assert!(commands.contains(&format!("\nbsp {}", command.get_name())), "{}", command.get_name());
        }
    }

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
