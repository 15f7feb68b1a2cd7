//! Paging of lists, as Twilio does it.

use serde::Serialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;

const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

/// Where a page begins. Calls created in the meantime don't shift it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the newest, after this many pages.
    Skip(usize),
    /// With the first one older than this place.
    OlderThan(u64),
    /// With a page of those newer than this place.
    NewerThan(u64),
}

#[derive(Debug)]
pub(crate) struct PageRequest {
    pub(crate) size: usize,
    pub(crate) number: usize,
    pub(crate) start: Start,
    pub(crate) filters: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Neighbours {
    pub(crate) next: Option<u64>,
    pub(crate) previous: Option<u64>,
}

impl PageRequest {
    pub(crate) fn read(query: Option<&str>) -> Result<Self, Refusal> {
        let mut page =
            Self { size: PAGE_SIZE_DEFAULT, number: 0, start: Start::Skip(0), filters: Vec::new() };
        let mut token = None;
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "PageSize" => page.size = number(&name, &value)?.min(PAGE_SIZE_MAX),
                "Page" => page.number = number(&name, &value)?,
                "PageToken" => token = Some(parse_token(&value)?),
                _ => page.filters.push((name.into_owned(), value.into_owned())),
            }
        }
        if page.size == 0 {
            return Err(bad("PageSize", "it must be from 1 to 1000"));
        }
        page.start = token.unwrap_or(Start::Skip(page.number));
        Ok(page)
    }

    /// Twilio's paging fields around `items`, which are called `name`.
    pub(crate) fn frame<T: Serialize>(
        &self,
        path: &str,
        name: &str,
        items: &[T],
        neighbours: Neighbours,
    ) -> Value {
        let first = self.number.saturating_mul(self.size);
        let mut frame = Map::new();
        frame.insert(
            name.to_owned(),
            items.iter().map(|item| serde_json::to_value(item).unwrap_or_default()).collect(),
        );
        frame.insert("first_page_uri".to_owned(), self.uri(path, 0, None).into());
        frame.insert(
            "end".to_owned(),
            first.saturating_add(items.len()).saturating_sub(usize::from(!items.is_empty())).into(),
        );
        frame.insert(
            "previous_page_uri".to_owned(),
            neighbours
                .previous
                .map(|place| self.uri(path, self.number.saturating_sub(1), Some(token("PB", place))))
                .into(),
        );
        frame.insert("uri".to_owned(), self.uri(path, self.number, self.token()).into());
        frame.insert("page_size".to_owned(), self.size.into());
        frame.insert("start".to_owned(), first.into());
        frame.insert(
            "next_page_uri".to_owned(),
            neighbours
                .next
                .map(|place| self.uri(path, self.number.saturating_add(1), Some(token("PA", place))))
                .into(),
        );
        frame.insert("page".to_owned(), self.number.into());
        Value::Object(frame)
    }

    fn token(&self) -> Option<String> {
        match self.start {
            Start::Skip(_) => None,
            Start::OlderThan(place) => Some(token("PA", place)),
            Start::NewerThan(place) => Some(token("PB", place)),
        }
    }

    fn uri(&self, path: &str, number: usize, token: Option<String>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.filters);
        query.append_pair("PageSize", &self.size.to_string()).append_pair("Page", &number.to_string());
        if let Some(token) = token {
            query.append_pair("PageToken", &token);
        }
        format!("{path}?{}", query.finish())
    }
}

fn number(name: &str, value: &str) -> Result<usize, Refusal> {
    value.parse().map_err(|_| bad(name, "it must be a whole number"))
}

fn token(prefix: &str, place: u64) -> String {
    format!("{prefix}{place:032x}")
}

fn parse_token(text: &str) -> Result<Start, Refusal> {
    let invalid = || bad("PageToken", "it didn't come from here");
    let (prefix, place) = text.split_at_checked(2).ok_or_else(invalid)?;
    let place = u64::from_str_radix(place, 16).map_err(|_| invalid())?;
    match prefix {
        "PA" => Ok(Start::OlderThan(place)),
        "PB" => Ok(Start::NewerThan(place)),
        _ => Err(invalid()),
    }
}

fn bad(field: &str, reason: &'static str) -> Refusal {
    Refusal::BadParameter { field: field.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stay_in_the_addresses() {
        let page =
            PageRequest::read(Some("To=%2B15005550110&PageSize=2&StartTime%3E=2026-01-01")).expect("a page");
        let frame = page.frame("/x.json", "calls", &[1, 2], Neighbours { next: Some(7), previous: None });
        assert_eq!(
            frame["next_page_uri"],
            "/x.json?To=%2B15005550110&StartTime%3E=2026-01-01&PageSize=2&Page=1&PageToken=PA00000000000000000000000000000007"
        );
        assert_eq!((frame["end"].as_u64(), frame["previous_page_uri"].is_null()), (Some(1), true));
    }

    #[test]
    fn a_token_leads_back_to_its_place() {
        for (text, start) in
            [(token("PA", 9), Start::OlderThan(9)), (token("PB", u64::MAX), Start::NewerThan(u64::MAX))]
        {
            let page = PageRequest::read(Some(&format!("Page=3&PageToken={text}"))).expect("a page");
            assert_eq!((page.start, page.number), (start, 3));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "PageSize=0",
            "PageSize=x",
            "Page=-1",
            "PageToken=",
            "PageToken=XX1",
            "PageToken=PAx",
            "PageToken=%C3%A9",
        ] {
            assert!(PageRequest::read(Some(bad)).is_err(), "{bad}");
        }
    }
}
