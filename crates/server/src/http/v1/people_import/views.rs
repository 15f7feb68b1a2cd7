//! An import, and what happened to each person, as the answers show it.

use benspamsphones_app::app::{self, Import, KeptFor, TakenPeople, UndoneImport};
use benspamsphones_core::address_book::{LeftOut, Unusable};
use benspamsphones_core::address_import::{Apart, ImportOutcome, ImportStep};
use benspamsphones_core::{Person, PersonNumber};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The result, or the result of a dry run.
#[derive(Serialize, ToSchema)]
pub(crate) struct TakenPeopleView {
    /// Who is new.
    added: usize,
    /// People who existed and have more numbers now, or are now marked as do not call.
    changed: usize,
    /// People who existed with all of this.
    unchanged: usize,
    /// People added although someone with that name exists; they are also in `added`.
    kept_apart: usize,
    /// What could not be used, in words.
    left_out: Vec<String>,
    /// What happened to each person in the file, in order.
    people: Vec<TakenPersonView>,
    /// What could not be used, for programs.
    not_taken: Vec<LeftOutView>,
    /// The import to undo; `null` for a dry run, or if nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<ImportView>,
}

/// What happened to a person in the file.
#[derive(Serialize, ToSchema)]
#[schema(title = "TakenPerson")]
pub(crate) struct TakenPersonView {
    /// What they are called.
    name: String,
    outcome: OutcomeView,
    /// Why an existing person with that name isn't the same person.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<ApartView>,
    /// Whether they may be called afterwards.
    may_call: bool,
    /// The numbers they didn't have before.
    numbers: Vec<PersonNumber>,
}

/// What happened to a person in the file.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportOutcome)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutcomeView {
    /// They are new.
    Added,
    /// They are new, although there is a person of that name.
    KeptApart,
    /// They were there and have more numbers now, or are now marked as do not call.
    Merged,
    /// They were there with all of this.
    Unchanged,
}

/// Why two people with one name are kept separate.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptApartFor)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ApartView {
    /// The program that wrote the file says that they are two people.
    AnotherUid,
    /// There are several of that name, and nothing tells which of them is meant.
    Several,
    /// One person can't have that many numbers.
    NoRoom,
}

/// What was not imported from the file.
#[derive(Serialize, ToSchema)]
#[schema(title = "LeftOut")]
pub(crate) struct LeftOutView {
    /// Whose it is, if there is a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The number as it was written, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<String>,
    reason: LeftOutReason,
    /// The same in words.
    sentence: String,
}

/// Why something was not imported.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LeftOutReason {
    /// An entry has no name.
    NoName,
    /// A person has no number.
    NoNumber,
    /// All of a person's numbers are those of fax machines or pagers.
    OnlyFax,
    /// A text isn't a number.
    NotANumber,
    /// No country has such a number.
    ImpossibleNumber,
    /// More numbers than one person can have.
    TooManyNumbers,
    /// A name that is too long.
    LongName,
    /// The file ends in the middle of an entry.
    BreaksOff,
    /// More people than one file can have.
    TooManyPeople,
}

/// An import that can be undone.
#[derive(Serialize, ToSchema)]
#[schema(title = "PeopleImport")]
pub(crate) struct ImportView {
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    #[schema(value_type = String, format = "date-time")]
    imported_at: Timestamp,
    /// Until when it can be undone.
    #[schema(value_type = String, format = "date-time")]
    undo_until: Timestamp,
    /// How many people were new.
    added: u32,
    /// How many got more numbers.
    changed: u32,
}

/// Imports that can be undone, the latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct PeopleImportList {
    pub(crate) items: Vec<ImportView>,
}

/// The result of undoing an import.
#[derive(Serialize, ToSchema)]
pub(crate) struct UndoneImportView {
    /// How many people were removed.
    removed: usize,
    /// How many have fewer numbers again.
    changed: usize,
    /// Who stays.
    kept: Vec<KeptPersonView>,
}

/// A person who stays although the import was undone.
#[derive(Serialize, ToSchema)]
#[schema(title = "KeptPerson")]
pub(crate) struct KeptPersonView {
    /// What they are called.
    name: String,
    why: KeptForView,
}

/// Why a person stays.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptFor)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeptForView {
    /// They are not to be called, which would be forgotten with them.
    NotToBeCalled,
    /// They were changed since.
    ChangedSince,
}

impl From<TakenPeople> for TakenPeopleView {
    fn from(taken: TakenPeople) -> Self {
        let TakenPeople { steps, left_out, import } = taken;
        let count =
            |wanted: fn(&ImportOutcome) -> bool| steps.iter().filter(|step| wanted(&step.outcome)).count();
        let kept_apart = count(|outcome| matches!(outcome, ImportOutcome::KeptApart(_)));
        Self {
            added: kept_apart + count(|outcome| *outcome == ImportOutcome::Added),
            changed: count(|outcome| *outcome == ImportOutcome::Merged),
            unchanged: count(|outcome| *outcome == ImportOutcome::Unchanged),
            kept_apart,
            left_out: left_out.iter().map(ToString::to_string).collect(),
            people: steps.into_iter().map(TakenPersonView::from).collect(),
            not_taken: left_out.into_iter().map(LeftOutView::from).collect(),
            import: import.map(ImportView::from),
        }
    }
}

impl From<ImportStep> for TakenPersonView {
    fn from(step: ImportStep) -> Self {
        let (outcome, why) = match step.outcome {
            ImportOutcome::Added => (OutcomeView::Added, None),
            ImportOutcome::Merged => (OutcomeView::Merged, None),
            ImportOutcome::Unchanged => (OutcomeView::Unchanged, None),
            ImportOutcome::KeptApart(Apart::AnotherUid) => {
                (OutcomeView::KeptApart, Some(ApartView::AnotherUid))
            }
            ImportOutcome::KeptApart(Apart::Several) => (OutcomeView::KeptApart, Some(ApartView::Several)),
            ImportOutcome::KeptApart(Apart::NoRoom) => (OutcomeView::KeptApart, Some(ApartView::NoRoom)),
        };
        let Person { name, may_call, .. } = step.person;
        Self { name, outcome, why, may_call, numbers: step.new_numbers }
    }
}

impl From<LeftOut> for LeftOutView {
    fn from(left_out: LeftOut) -> Self {
        let sentence = left_out.to_string();
        let number = left_out.why.number().map(str::to_owned);
        let reason = match left_out.why {
            Unusable::NoName => LeftOutReason::NoName,
            Unusable::NoNumber => LeftOutReason::NoNumber,
            Unusable::OnlyFax => LeftOutReason::OnlyFax,
            Unusable::NotANumber(..) => LeftOutReason::NotANumber,
            Unusable::Impossible(_) => LeftOutReason::ImpossibleNumber,
            Unusable::TooManyNumbers => LeftOutReason::TooManyNumbers,
            Unusable::LongName => LeftOutReason::LongName,
            Unusable::BreaksOff => LeftOutReason::BreaksOff,
            Unusable::TooManyPeople => LeftOutReason::TooManyPeople,
        };
        Self { name: left_out.name, number, reason, sentence }
    }
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        let undo_until = app::undo_until(&import);
        let Import { id, imported_at, added, changed } = import;
        Self { id, imported_at, undo_until, added, changed }
    }
}

impl From<UndoneImport> for UndoneImportView {
    fn from(undone: UndoneImport) -> Self {
        let kept = undone.kept.into_iter().map(|(person, why)| KeptPersonView {
            name: person.name,
            why: match why {
                KeptFor::Protection => KeptForView::NotToBeCalled,
                KeptFor::Change => KeptForView::ChangedSince,
            },
        });
        Self { removed: undone.removed, changed: undone.changed, kept: kept.collect() }
    }
}
