//! Lists and their pages.

use serde_json::{Value, json};
use twilio::{AnswerDefect, CallFilter, CallStatus, Error};

use crate::fake_twilio::{ACCOUNT, CALLS, FakeTwilio, Reply, call_json, client};

const SECOND_PAGE: &str =
    "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json?Page=1&PageToken=PA1";

fn page(digits: &[usize], next: Value) -> Reply {
    let calls: Vec<Value> = digits.iter().map(|digit| call_json(*digit, "completed")).collect();
    Reply::Json(200, json!({"calls": calls, "next_page_uri": next, "page": 0, "page_size": 2}))
}

fn uris(fake: &FakeTwilio) -> Vec<String> {
    fake.requests().into_iter().map(|request| request.uri.to_string()).collect()
}

#[tokio::test]
async fn every_filter_reaches_the_query() {
    let fake = FakeTwilio::start([page(&[1], Value::Null)]).await;
    let filter = CallFilter {
        to: Some("+15005550010".into()),
        from: Some("+15005550006".into()),
        status: Some(CallStatus::InProgress),
        started_from: Some("2025-01-02T03:04:05Z".parse().expect("a time")),
        started_until: Some("2025-01-02T03:04:06Z".parse().expect("a time")),
        limit: 20,
    };
    let page = fake.client().list_calls(&filter).await.expect("a page");
    assert_eq!((page.calls.len(), page.has_next()), (1, false));
    let [request] = fake.requests().try_into().expect("one request");
    let query: Vec<_> =
        form_urlencoded::parse(request.uri.query().expect("a query").as_bytes()).into_owned().collect();
    let expected = [
        ("To", "+15005550010"),
        ("From", "+15005550006"),
        ("Status", "in-progress"),
        ("StartTime>", "2025-01-02T03:04:05Z"),
        ("StartTime<", "2025-01-02T03:04:06Z"),
        ("PageSize", "20"),
    ];
    assert_eq!(query, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let fake = FakeTwilio::start([page(&[1, 2], SECOND_PAGE.into()), page(&[3], Value::Null)]).await;
    let client = client(fake.url.join("/prefix").expect("a URL"));
    let calls = client.find_calls(&CallFilter::default()).await.expect("calls");
    assert_eq!(calls.len(), 3);
    assert_eq!(uris(&fake), [format!("/prefix{CALLS}?PageSize=50"), format!("/prefix{SECOND_PAGE}")]);
}

#[tokio::test]
async fn no_page_is_read_beyond_the_limit() {
    let fake = FakeTwilio::start([page(&[1, 2], SECOND_PAGE.into())]).await;
    let filter = CallFilter { limit: 1, ..CallFilter::default() };
    assert_eq!(fake.client().find_calls(&filter).await.expect("calls").len(), 1);
    assert_eq!(uris(&fake), [format!("{CALLS}?PageSize=1")]);

    let none = CallFilter { limit: 0, ..CallFilter::default() };
    assert_eq!(fake.client().find_calls(&none).await.expect("nothing"), []);
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn the_credentials_never_follow_a_page_elsewhere() {
    for elsewhere in ["http://127.0.0.1:1/Calls.json", "@127.0.0.1:1/", ".example.com/", ""] {
        let fake = FakeTwilio::start([page(&[1], elsewhere.into())]).await;
        let error = fake.client().find_calls(&CallFilter::default()).await.expect_err("refused");
        assert!(
            matches!(error, Error::UnreadableAnswer { defect: AnswerDefect::ForeignNextPage, .. }),
            "{elsewhere}: {error:?}"
        );
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test]
async fn all_numbers_of_the_account_are_listed() {
    let uri = format!("/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json");
    let number = |last: u8, capabilities: Value| {
        json!({
            "sid": format!("PN0000000000000000000000000000000{last}"),
            "phone_number": format!("+1500555000{last}"), "friendly_name": "mine", "capabilities": capabilities
        })
    };
    let numbers_page = |numbers: Value, next: Value| {
        Reply::Json(200, json!({"incoming_phone_numbers": numbers, "next_page_uri": next}))
    };
    let fake = FakeTwilio::start([
        numbers_page(
            json!([number(1, json!({"voice": true, "sms": false}))]),
            format!("{uri}?Page=1").into(),
        ),
        numbers_page(json!([number(2, json!({"voice": false})), number(3, Value::Null)]), Value::Null),
    ])
    .await;

    let numbers = fake.client().incoming_phone_numbers().await.expect("numbers");

    let voices: Vec<_> =
        numbers.iter().map(|number| (number.phone_number.as_str(), number.capabilities.voice)).collect();
    assert_eq!(voices, [("+15005550001", true), ("+15005550002", false), ("+15005550003", false)]);
    assert_eq!(uris(&fake), [format!("{uri}?PageSize=1000"), format!("{uri}?Page=1")]);
}
