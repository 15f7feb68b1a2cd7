//! Costs don't grow with the history: SQLite takes as many steps at 100,000 calls as at 1,000.
//!
//! Counts steps rather than time, so that it never fails by chance.

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::post;
use benspamsphones_core::{CallStatus, Limits, Mode, ProtocolFile, Region, Source, StatusUpdate};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OpenFlags, params};
use tokio_util::sync::CancellationToken;
use twilio::{AccountSid, Auth, Credentials};

use crate::accounts::TwilioAccount;
use crate::app::{About, App, CallQuery, NewCall};
use crate::clock::Clock;
use crate::config::{AppConfig, Pace};
use crate::live::Hub;
use crate::store::{Store, connect, damage, steps};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const DAY_MS: i64 = 86_400_000;
/// Short enough that even the smaller history has a call in each quarter of an hour, by which sums are kept.
const DAYS: i64 = 8;
/// Averages out work done only now and then.
const TIMES: usize = 4;

/// Ended calls with prices; the last one two hours ago.
fn fill(path: &Path, calls: i64) {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "OFF").unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    let last = Timestamp::now().as_millisecond() - 2 * 3_600_000;
    let made = connection.execute(
        "WITH RECURSIVE calls_made (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM calls_made WHERE n < ?1)
        INSERT INTO calls (id, protocol, from_number, to_number, mode, account_sid, requested_at, status, open, sid, news,
            answered_at, ended_at, duration_s, price_micros, price_currency, channel, estimate_micros, estimate_currency,
            estimate_minutes)
        SELECT unhex(printf('%012x70008000%012x', at, n)), 'protocol1', '+15005550006', printf('+1415%07d', 3000000 + n % 5000),
            'sandbox', ?2, at, 'completed', 0, printf('CAfeed%028x', n), 'callbacks', at, at, n % 200,
            13000 * (1 + n % 7), 'USD', printf('private-call-%032x', n), 14000, 'USD', 1
        FROM (SELECT n, ?3 - (?1 - n) * (?4 / ?1) AS at FROM calls_made)",
        params![calls, ACCOUNT, last, DAYS * DAY_MS],
    );
    assert_eq!(i64::try_from(made.unwrap()), Ok(calls));
    let events = "INSERT INTO events (call_id, at, kind, source, status)
        SELECT id, requested_at, 'status', 'callback', column1 FROM calls, (VALUES ('ringing'), ('completed'))";
    connection.execute(events, []).unwrap();
    connection
        .execute(
            "INSERT INTO quarters (mode, quarter, completed)
            SELECT mode, requested_at / 900000, count(*) FROM calls GROUP BY 1, 2",
            [],
        )
        .unwrap();
}

async fn twilio() -> url::Url {
    async fn answer(status: &str, sid: &str) -> axum::response::Response {
        let body = format!(
            r#"{{"sid": "{sid}", "account_sid": "{ACCOUNT}", "status": "{status}", "to": "+14152000000", "from":
                "+15005550006", "date_created": "Sun, 25 Mar 2018 09:53:19 +0000", "direction": "outbound-api", "price": null}}"#
        );
        (StatusCode::CREATED, [("content-type", "application/json")], body).into_response()
    }
    let create = async || answer("queued", &format!("CA{}", crate::random::random_hex::<16>())).await;
    let end = async |axum::extract::Path((_, sid)): axum::extract::Path<(String, String)>| {
        answer("canceled", sid.trim_end_matches(".json")).await
    };
    let router = Router::new()
        .route("/2010-04-01/Accounts/{account}/Calls.json", post(create))
        .route("/2010-04-01/Accounts/{account}/Calls/{sid}", post(end));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}").parse().unwrap()
}

fn config(data_dir: &Path, base_url: url::Url) -> AppConfig {
    let never = Duration::from_secs(3_600);
    let protocols =
        br#"{"protocol1": {"phone_number": "+15005550006", "callback": "https://handler.example.com/twiml"}}"#;
    AppConfig {
        data_dir: data_dir.to_owned(),
        mode: Mode::Sandbox,
        twilio: TwilioAccount {
            pricing_base: None,
            base_url,
            credentials: Credentials {
                account_sid: AccountSid::parse(ACCOUNT).unwrap(),
                auth: Auth::AuthToken("12345".into()),
            },
            auth_token: Some("12345".into()),
        },
        default_region: Region::US,
        first_protocols: ProtocolFile::parse(protocols, Region::US).unwrap(),
        pace: Pace { poll: never, silence: never, between_calls: Duration::ZERO, ..Pace::default() },
        clock: Clock::default(),
    }
}

async fn steps_at(folder: &Path) -> Vec<(&'static str, u64)> {
    let config = config(folder, twilio().await);
    let path = Store::path(folder);
    let steps = steps::watch(&path);
    // The check for damage does grow: at the start for a small file, later for a large one.
    let looked_through = if damage::is_checked_first(&path, true) {
        let connection = connect(&path, OpenFlags::default()).unwrap();
        // Read the schema first.
        connection.query_row("SELECT count(*) FROM tokens", [], |_| Ok(())).unwrap();
        steps.take();
        damage::check(&connection).unwrap();
        steps.take()
    } else {
        0
    };
    let mut counted = Vec::new();
    let app =
        App::open(&config, Some("https://calls.example.com".parse().unwrap()), CancellationToken::new())
            .await
            .unwrap();
    // Like the follower.
    assert!(app.open_calls().await.unwrap().is_empty());
    let days_ago = Timestamp::now() - SignedDuration::from_hours(48);
    assert!(app.unpriced_calls(days_ago).await.unwrap().is_empty());
    counted.push(("the start", steps.take() - looked_through));

    let limits = Limits {
        quiet_hours: None,
        calls_at_once: Some(50),
        spend_per_day: Some(1_000_000.into()),
        spend_per_month: Some(1_000_000.into()),
        ..Limits::default()
    };
    app.set_limits(limits).await.unwrap();
    let mut serial = 0;
    let mut place = async || {
        serial += 1;
        let to = format!("+1415{:07}", 2_000_000 + serial);
        let new_call = NewCall { protocol: "protocol1".into(), to, ..NewCall::default() };
        let call = app.place_call(new_call).await.unwrap().call;
        assert!(call.estimate.is_some(), "it is taken for as dear as the dearest");
        call
    };
    // Prepare the statements first.
    place().await;
    steps.take();
    let mut calls = Vec::new();
    for _ in 0..TIMES {
        calls.push(place().await);
    }
    counted.push(("placing a call", steps.take()));

    let mut channels = Vec::new();
    for call in &calls {
        channels.push(app.channels_of(call.id).await.unwrap().unwrap().own);
    }
    steps.take();
    for (call, channel) in calls.iter().zip(channels) {
        for status in [CallStatus::Ringing, CallStatus::InProgress] {
            let mut news = StatusUpdate::of(Source::Callback, status, Timestamp::now());
            news.sid.clone_from(&call.sid);
            let seen = app.observe(About::Channel(channel.clone()), news).await.unwrap();
            assert_eq!(seen.unwrap().status, status);
        }
    }
    counted.push(("callbacks", steps.take()));

    for call in &calls {
        app.hang_up(call.id).await.unwrap();
    }
    counted.push(("hanging up", steps.take()));

    for _ in 0..TIMES {
        let page = app.calls(CallQuery { limit: 50, ..CallQuery::default() }).await.unwrap();
        assert!(page.calls.len() == 50 && page.next.is_some() && page.total > Some(1_000));
    }
    counted.push(("the first page of calls", steps.take()));
    app.refused_calls(None, 50).await.unwrap();
    app.call(calls[0].id).await.unwrap();
    app.latest_event().await.unwrap();
    counted.push(("other pages", steps.take()));
    app.close().await;
    counted
}

#[tokio::test]
async fn nothing_costs_more_steps_with_a_hundred_times_the_history() {
    let histories = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for (folder, calls) in histories.iter().zip([1_000, 100_000]) {
        let path = Store::path(folder.path());
        Store::open(&path, Hub::new()).unwrap().close().await;
        fill(&path, calls);
    }
    // The date changes which sums are read, from all quarters of an hour to none.
    let counts = loop {
        let day = Timestamp::now().as_millisecond() / DAY_MS;
        let [few, many] = [steps_at(histories[0].path()).await, steps_at(histories[1].path()).await];
        if Timestamp::now().as_millisecond() / DAY_MS == day {
            break few.into_iter().zip(many);
        }
    };
    for ((what, few), (_, many)) in counts {
        println!("{what}: {few} and {many}");
        assert!(few > 0 && many * 10 <= few * 11, "{what}: {few} steps at 1,000 calls and {many} at 100,000");
    }
}
