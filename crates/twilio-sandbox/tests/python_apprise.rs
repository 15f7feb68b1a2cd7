//! Apprise, a notification library, places calls through the sandbox as through Twilio.

#[path = "contract/tools.rs"]
mod tools;

use serde_json::json;

#[tokio::test]
async fn apprise_calls_as_it_would_at_twilio() {
    let sandbox = tools::sandbox().await;
    let seen = tools::drive(&tools::tool(".venv/bin/python"), "apprise_call.py", &sandbox).await;
    assert_eq!(seen, json!({ "called": true, "refused": false, "stranger": false }));
    let calls = sandbox.calls();
    let to: Vec<_> = calls.iter().map(|call| call.to.as_str()).collect();
    assert_eq!(to, ["+14155550123", "+14155550124"]);
    for call in &calls {
        let twiml = call.twiml.as_deref().expect("TwiML");
        assert!(twiml.contains("<Say>Backup</Say>") && twiml.contains("&lt;full&gt; &amp; tired"), "{twiml}");
    }
}
