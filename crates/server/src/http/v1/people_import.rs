//! `/api/v1/people/import`: address books of other programs; `/api/v1/people/imports`: those that can be taken back.

use axum::Json;
use axum::extract::{FromRef, FromRequest, Request, State};
use axum::http::StatusCode;
use benspamsphones_app::app::{self, App, Import, KeptFor, TakenPeople, UndoneImport};
use benspamsphones_core::address_book::{LeftOut, Unusable};
use benspamsphones_core::address_import::{Apart, ImportOutcome, ImportStep};
use benspamsphones_core::{Person, PersonNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::answer::{Parameters, PathPart, is_json, media_type};
use crate::http::large_body::{LargeBody, LargeJson};
use crate::http::problem::{Code, Problem};

/// Largest address book that is taken, in bytes: pictures stand in them.
pub(crate) const MAX_ADDRESS_BOOK: usize = 32 * 1024 * 1024;

/// As what a file may be declared. Its content tells what it is.
const FILES: [&str; 6] = [
    "text/vcard",
    "text/x-vcard",
    "text/directory",
    "text/csv",
    "application/vnd.ms-excel",
    "application/octet-stream",
];

/// An address book as text. It is better to send its bytes with `Content-Type: text/vcard` or `text/csv`, because then
/// the encoding is detected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBookFile {
    /// The text of the file.
    #[schema(example = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+15005550100\nEND:VCARD\n")]
    vcard: String,
}

/// An address book, as bytes or within JSON.
pub(crate) struct AddressBookBody(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for AddressBookBody
where
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = media_type(request.headers());
        if is_json(&kind) {
            let LargeJson(file) =
                LargeJson::<AddressBookFile, MAX_ADDRESS_BOOK>::from_request(request, state).await?;
            return Ok(Self(file.vcard.into_bytes()));
        }
        if !FILES.contains(&kind.as_str()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::WrongMediaType,
                "The type of the file is missing",
                "Send Content-Type: text/vcard, text/csv, or application/json.",
            ));
        }
        let body = LargeBody::<MAX_ADDRESS_BOOK>::from_request(request, state).await?;
        Ok(Self(body.bytes))
    }
}

/// Whether anything is changed.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportPeopleParameters {
    /// Only report what the import would do.
    #[serde(default)]
    #[param(default = false)]
    dry_run: bool,
}

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
    /// They are new, although somebody of that name is there.
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
    /// Somebody has no number.
    NoNumber,
    /// All of somebody's numbers are those of fax machines or pagers.
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
    items: Vec<ImportView>,
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

/// Why somebody stays.
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

/// Import an address book
///
/// vCard 2.1, 3.0 or 4.0, or a CSV file from Google or Outlook, in any encoding. People who already exist get the
/// numbers they didn't have. `X-BSP-DO-NOT-CALL:TRUE` in a card marks the person as do not call, as this program's exports
/// write it; an import never removes that mark. With `dry_run` nothing is changed. An import can be undone for a day.
#[utoipa::path(post, path = "/api/v1/people/import", operation_id = "importPeople", tag = "people",
    params(ImportPeopleParameters),
    request_body(content(
        (AddressBookFile = "application/json"),
        (String = "text/vcard"),
        (String = "text/x-vcard"),
        (String = "text/csv"),
    )),
    responses(
        (status = 200, body = TakenPeopleView),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "Not an address book"),
    ))]
pub(crate) async fn import(
    State(app): State<App>,
    Parameters(parameters): Parameters<ImportPeopleParameters>,
    AddressBookBody(file): AddressBookBody,
) -> Result<Json<TakenPeopleView>, Problem> {
    let taken =
        if parameters.dry_run { app.try_address_book(file).await } else { app.take_address_book(file).await };
    Ok(Json(taken?.into()))
}

/// Imports that can be undone
#[utoipa::path(get, path = "/api/v1/people/imports", operation_id = "listPeopleImports", tag = "people", responses(
    (status = 200, body = PeopleImportList),
    (status = 401, body = Problem, content_type = "application/problem+json"),
))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<PeopleImportList>, Problem> {
    Ok(Json(PeopleImportList { items: app.imports().await?.into_iter().map(ImportView::from).collect() }))
}

/// Undo an import
///
/// Removes the people it added and the numbers it added to others. People who were changed since then stay, and so do
/// people now marked as do not call.
#[utoipa::path(post, path = "/api/v1/people/imports/{id}/undo", operation_id = "undoPeopleImport", tag = "people",
    params(("id" = String, Path, format = "uuid", description = "Id of the import")),
    responses(
        (status = 200, body = UndoneImportView),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub(crate) async fn undo(
    State(app): State<App>,
    PathPart(id): PathPart,
) -> Result<Json<UndoneImportView>, Problem> {
    Ok(Json(app.undo_import(&id).await?.into()))
}
