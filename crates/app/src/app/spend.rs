//! Spending by day, month, protocol or person.

use std::collections::BTreeMap;

use benspamsphones_core::spending::{self, Span};
use benspamsphones_core::{Mode, Money, PersonId, SpendBy};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::App;
pub use crate::store::spend_rows::Spent;
use crate::store::{StoreError, people_rows, spend_rows, whose_spend_rows};

/// What to sum up, and how to group it.
#[derive(Debug, Clone)]
pub struct SpendQuery {
    /// Sandbox or real calls.
    pub mode: Mode,
    /// How to group.
    pub by: SpendBy,
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// The time zone of the days.
    pub zone: TimeZone,
}

/// Spending over a period.
#[derive(Debug, Clone)]
pub struct Spending {
    /// The total, one sum for each currency.
    pub total: Vec<Spent>,
    /// Days and months in order; protocols and people from most to least expensive.
    pub parts: Vec<Part>,
    /// The cost of deleted calls, which can no longer be assigned to a protocol or person.
    pub deleted: Vec<Money>,
}

/// Spending of one group.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which group.
    pub whose: Whose,
    /// One sum for each currency. Only days and months include expected costs.
    pub sums: Vec<Spent>,
}

/// A group of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A day, or a month by its first day.
    Time(Date),
    /// The id of the protocol at the time of the call.
    Protocol(String),
    /// A person, by id and name.
    Person(PersonId, String),
    /// Numbers that no one in People has.
    Nobody,
}

impl App {
    /// Sums up spending.
    ///
    /// # Errors
    /// When the database can't be read.
    pub async fn spending(&self, query: SpendQuery) -> Result<Spending, StoreError> {
        self.inner.store.read(move |connection| read(connection, &query)).await
    }
}

fn read(connection: &Connection, query: &SpendQuery) -> Result<Spending, StoreError> {
    let SpendQuery { mode, first, last, ref zone, .. } = *query;
    let whole = spending::whole(first, last, zone);
    let total = spend_rows::between(connection, mode, None, whole.from, whole.to)?;
    let (parts, deleted) = match query.by {
        SpendBy::Day => (by_day(connection, mode, &spending::days(first, last, zone))?, Vec::new()),
        SpendBy::Month => (by_month(connection, mode, &spending::months(first, last, zone))?, Vec::new()),
        SpendBy::Protocol => {
            let sums = whose_spend_rows::of_protocols(connection, mode, whole.from, whole.to)?;
            let deleted = rest(&total, sums.values());
            (dearest_first(sums.into_iter().map(|(id, sums)| (Whose::Protocol(id), sums))), deleted)
        }
        SpendBy::Person => by_person(connection, mode, whole, &total)?,
    };
    Ok(Spending { total, parts, deleted })
}

fn by_day(connection: &Connection, mode: Mode, days: &[Span]) -> Result<Vec<Part>, StoreError> {
    let sums = spend_rows::of_days(connection, mode, days)?;
    let part = |(day, sums): (&Span, _)| Part { whose: Whose::Time(day.first_day), sums };
    Ok(days.iter().zip(sums).map(part).collect())
}

fn by_month(connection: &Connection, mode: Mode, months: &[Span]) -> Result<Vec<Part>, StoreError> {
    let month = |month: &Span| {
        let sums = spend_rows::between(connection, mode, None, month.from, month.to)?;
        Ok(Part { whose: Whose::Time(month.first_day), sums })
    };
    months.iter().map(month).collect()
}

fn by_person(
    connection: &Connection,
    mode: Mode,
    whole: Span,
    total: &[Spent],
) -> Result<(Vec<Part>, Vec<Money>), StoreError> {
    let whose_spend_rows::OfPeople { people: mut sums, all } =
        whose_spend_rows::of_people(connection, mode, whole.from, whole.to)?;
    let kept: Vec<Spent> = all.iter().cloned().map(only_spent).collect();
    let nobodys = rest(&kept, sums.values());
    let mut whose = Vec::new();
    for person in people_rows::list(connection)? {
        if let Some(sums) = sums.remove(&person.id) {
            whose.push((Whose::Person(person.id, person.name), sums));
        }
    }
    let mut parts = dearest_first(whose.into_iter());
    if !nobodys.is_empty() {
        parts.push(Part { whose: Whose::Nobody, sums: nobodys.into_iter().map(only_spent).collect() });
    }
    Ok((parts, rest(total, [all].iter())))
}

/// Without currencies that come to zero.
fn rest<'a>(total: &[Spent], parts: impl Iterator<Item = &'a Vec<Money>>) -> Vec<Money> {
    let mut left: BTreeMap<&str, i64> =
        total.iter().map(|sum| (sum.spent.currency(), sum.spent.micros())).collect();
    for amount in parts.flatten() {
        *left.entry(amount.currency()).or_default() -= amount.micros();
    }
    let left = left.into_iter().filter(|(_, micros)| *micros != 0);
    left.filter_map(|(currency, micros)| Money::of_micros(micros, currency)).collect()
}

/// Amounts in different currencies can't be compared; the largest number decides, so that the order is stable.
fn dearest_first(parts: impl Iterator<Item = (Whose, Vec<Money>)>) -> Vec<Part> {
    let mut parts: Vec<Part> =
        parts.map(|(whose, sums)| Part { whose, sums: sums.into_iter().map(only_spent).collect() }).collect();
    let dearest = |part: &Part| part.sums.iter().map(|sum| sum.spent.micros()).max();
    parts.sort_by_key(|part| std::cmp::Reverse(dearest(part)));
    parts
}

fn only_spent(spent: Money) -> Spent {
    Spent { held: spent.times(0), spent }
}
