//! The client's failures. Each test counts the requests: one too many would be a second call.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use twilio::{AnswerDefect, BackOff, EndCall, Error, Outcome};

use crate::fake_twilio::{
    FakeTwilio, Reply, TOKEN, base_url, call_json, call_sid, client, error_json, hangs_up_after,
    impatient_client, wish,
};

fn too_many(retry_after: &str) -> Reply {
    let body = error_json(429, 20429, "Too Many Requests").to_string().into_bytes();
    Reply::Raw(429, "retry-after", retry_after.to_owned(), body)
}

#[tokio::test]
async fn a_refusal_is_told_in_twilios_terms_and_ours() {
    let message = "The phone number you are attempting to call, +15005550001, is not valid.";
    let fake = FakeTwilio::start([Reply::Json(400, error_json(400, 21217, message))]).await;

    let error = fake.client().create_call(&wish()).await.expect_err("refused");

    assert!(matches!(&error, Error::Refused(api) if api.status == 400 && api.message == message));
    assert_eq!((error.outcome(), error.code()), (Outcome::NotCarriedOut, Some(21217)));
    let explanation = error.explanation();
    assert_eq!(explanation.sentence, "The number to call is not a valid phone number.");
    assert_eq!(explanation.link.as_deref(), Some("https://www.twilio.com/docs/api/errors/21217"));
    for text in [format!("{error}"), format!("{error:?}")] {
        assert!(text.contains("…01") && !text.contains("5005550001"), "{text}");
    }
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn an_unknown_code_shows_twilios_own_message() {
    let fake = FakeTwilio::start([Reply::Json(400, error_json(400, 21999, "Something new."))]).await;
    let explanation = fake.client().create_call(&wish()).await.expect_err("refused").explanation();
    assert_eq!(explanation.sentence, "Twilio says: Something new.");
    assert_eq!(explanation.link.as_deref(), Some("https://www.twilio.com/docs/errors/21999"));
}

#[tokio::test]
async fn what_isnt_twilios_answer_is_not_taken_for_it() {
    for body in [
        "",
        "<html>no</html>",
        "[]",
        "{\"code\": \"x\"}",
        "{\"message\": \"Forbidden\"}",
        "{}",
        "null",
        "\"no\"",
    ] {
        let fake =
            FakeTwilio::start([Reply::Raw(403, "content-type", "text/html".into(), body.into())]).await;
        let error = fake.client().create_call(&wish()).await.expect_err("refused");
        assert!(
            matches!(&error, Error::Refused(api) if !api.from_twilio && api.message == "HTTP 403 Forbidden"),
            "{body}: {error:?}"
        );
        assert_eq!((error.outcome(), error.code()), (Outcome::NotCarriedOut, None));
        let explanation = error.explanation();
        assert!(
            explanation.sentence.starts_with("Something between here and Twilio answered"),
            "{explanation:?}"
        );
        assert!(explanation.next_step.contains("proxy"), "{explanation:?}");
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_gateways_failure_is_not_twilios() {
    let page = b"<html>502 Bad Gateway</html>".to_vec();
    let fake = FakeTwilio::start([Reply::Raw(502, "content-type", "text/html".into(), page)]).await;
    let error = fake.client().create_call(&wish()).await.expect_err("failed");
    assert_eq!(error.outcome(), Outcome::Unknown);
    let explanation = error.explanation();
    assert!(explanation.sentence.contains("between here and Twilio"), "{explanation:?}");
    assert!(explanation.next_step.contains("may have been carried out"), "{explanation:?}");
}

#[tokio::test]
async fn an_error_of_twilios_without_a_code_is_explained_by_its_status() {
    let body = json!({ "status": 403, "message": "Forbidden" });
    let fake = FakeTwilio::start([Reply::Json(403, body)]).await;
    let error = fake.client().create_call(&wish()).await.expect_err("refused");
    assert!(matches!(&error, Error::Refused(api) if api.from_twilio));
    assert_eq!(error.explanation().sentence, "The credentials are not allowed to do this.");
}

#[tokio::test]
async fn an_unknown_call_is_not_found() {
    let fake = FakeTwilio::start([
        Reply::Json(404, error_json(404, 20404, "The requested resource was not found")),
        Reply::Json(401, error_json(401, 20003, "Authenticate")),
        Reply::Raw(404, "content-type", "text/html".into(), b"<html>no such page</html>".to_vec()),
    ])
    .await;
    let client = fake.client();
    assert!(client.fetch_call(&call_sid()).await.expect_err("404").is_not_found());
    assert!(!client.fetch_call(&call_sid()).await.expect_err("401").is_not_found());
    assert!(!client.fetch_call(&call_sid()).await.expect_err("a proxy's 404").is_not_found());
}

#[tokio::test]
async fn a_call_that_is_answered_429_is_the_callers_to_send_again() {
    let fake = FakeTwilio::start([too_many("2")]).await;
    let error = fake.client().create_call(&wish()).await.expect_err("429");
    assert_eq!(fake.requests().len(), 1);
    assert_eq!(BackOff::default().wait_after(&error), Some(Duration::from_secs(2)));
}

#[tokio::test]
async fn a_429_is_tried_again_with_the_same_request() {
    let fake =
        FakeTwilio::start([too_many("0"), too_many("0"), Reply::Json(200, call_json(1, "canceled"))]).await;
    fake.client().end_call(&call_sid(), EndCall::Cancel).await.expect("ended at last");
    let requests = fake.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[tokio::test]
async fn a_429_without_a_time_is_tried_again_after_a_short_wait() {
    let body = b"slow down".to_vec();
    let fake = FakeTwilio::start([
        Reply::Raw(429, "content-type", "text/plain".into(), body),
        Reply::Json(200, call_json(1, "ringing")),
    ])
    .await;
    fake.client().fetch_call(&call_sid()).await.expect("found at last");
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn a_429_that_stays_is_reported_after_three_tries() {
    let fake = FakeTwilio::start([too_many("0"), too_many("0"), too_many("0")]).await;
    let error = fake.client().fetch_call(&call_sid()).await.expect_err("still 429");
    assert!(
        matches!(&error, Error::TooManyRequests { retry_after: Some(Duration::ZERO), api: Some(_) }),
        "{error:?}"
    );
    assert_eq!((error.outcome(), error.code()), (Outcome::NotCarriedOut, Some(20429)));
    assert_eq!(fake.requests().len(), 3);
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_caller() {
    let fake = FakeTwilio::start([too_many("3600")]).await;
    let error = fake.client().fetch_call(&call_sid()).await.expect_err("429");
    let hour = Duration::from_secs(3600);
    assert!(matches!(error, Error::TooManyRequests { retry_after: Some(wait), .. } if wait == hour));
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_5xx_is_never_tried_again() {
    for status in [500, 502, 503, 504] {
        let fake = FakeTwilio::start([Reply::Raw(status, "retry-after", "0".into(), Vec::new())]).await;
        let error = fake.client().create_call(&wish()).await.expect_err("failed");
        assert!(matches!(&error, Error::Server(api) if api.status == status), "{error:?}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(fake.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_5xx_after_a_429_ends_the_tries() {
    let fake = FakeTwilio::start([too_many("0"), Reply::Json(500, json!({}))]).await;
    let error = fake.client().end_call(&call_sid(), EndCall::Cancel).await.expect_err("failed");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn silence_is_a_time_out_of_unknown_outcome() {
    let fake = FakeTwilio::start([Reply::Silence]).await;
    let error = impatient_client(fake.url.clone()).create_call(&wish()).await.expect_err("no answer");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_broken_connection_is_never_tried_again() {
    let answers: [&[u8]; 3] = [
        b"",
        b"HTTP/1.1 201 Created\r\ncontent-le",
        b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"sid\": \"CA",
    ];
    for answer in answers {
        let (url, requests) = hangs_up_after(answer);
        let error = client(url).create_call(&wish()).await.expect_err("broken");
        assert!(matches!(error, Error::Interrupted(_)), "{error:?}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(requests.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn nobody_there_means_nothing_sent() {
    // Bound but not listening for the whole test: another process could take a free port.
    let deaf = tokio::net::TcpSocket::new_v4().expect("a socket");
    deaf.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let port = deaf.local_addr().expect("an address").port();
    let error = client(base_url(port)).create_call(&wish()).await.expect_err("refused by the system");
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    assert_eq!(error.outcome(), Outcome::NotCarriedOut);
    for text in [format!("{error}"), format!("{error:?}")] {
        assert!(!text.contains(TOKEN) && !text.contains("2010-04-01"), "{text}");
    }
}

#[tokio::test]
async fn a_success_that_is_no_call_has_an_unknown_outcome() {
    let bodies: [Vec<u8>; 5] = [
        b"".to_vec(),
        b"OK".to_vec(),
        b"<html>Sign in to the hotel's network</html>".to_vec(),
        b"{\"sid\": \"CA1\", \"status\": \"+15005550010\"}".to_vec(),
        vec![0xff; 16],
    ];
    for body in bodies {
        let fake =
            FakeTwilio::start([Reply::Raw(200, "content-type", "text/html".into(), body.clone())]).await;
        let error = fake.client().create_call(&wish()).await.expect_err("not a call");
        assert!(
            matches!(
                &error,
                Error::UnreadableAnswer { status: 200, defect: AnswerDefect::NotAsDocumented(_) }
            ),
            "{error:?}"
        );
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(!format!("{error} {error:?}").contains("5005550010"));
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let body = vec![b' '; 2 * 1024 * 1024];
    let fake = FakeTwilio::start([Reply::Raw(201, "content-type", "application/json".into(), body)]).await;
    let error = fake.client().create_call(&wish()).await.expect_err("too large");
    assert!(
        matches!(error, Error::UnreadableAnswer { status: 201, defect: AnswerDefect::TooLarge }),
        "{error:?}"
    );
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 307, 308] {
        let fake = FakeTwilio::start([Reply::Raw(status, "location", "/elsewhere".into(), Vec::new())]).await;
        let error = fake.client().create_call(&wish()).await.expect_err("a redirect");
        assert!(
            matches!(&error, Error::UnreadableAnswer { defect: AnswerDefect::NotAnAnswer, .. }),
            "{error:?}"
        );
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(fake.requests().len(), 1);
    }
}
