//! Lists: filters, pages and their URLs.

use std::collections::BTreeSet;

use serde_json::Value;
use twilio::{CallFilter, CallStatus};
use twilio_sandbox::{OwnedNumbers, SandboxConfig};

use crate::world::{MINE, ORDINARY, PATIENCE, World, call_to, world, world_with};

async fn placed(world: &World, to: &str) -> String {
    world.client.create_call(&call_to(to)).await.expect("placed").sid.to_string()
}

fn sids(page: &Value) -> Vec<&str> {
    page["calls"].as_array().expect("calls").iter().map(|call| call["sid"].as_str().expect("a SID")).collect()
}

async fn follow(world: &World, uri: &Value) -> Value {
    let url = world.sandbox.base_url().join(uri.as_str().expect("an address")).expect("a URL");
    world.answer(world.http.get(url)).await.1
}

#[tokio::test]
async fn pages_lead_forth_and_back() {
    let world = world().await;
    let mut newest_first = Vec::new();
    for _ in 0..5 {
        newest_first.insert(0, placed(&world, ORDINARY).await);
    }
    let (_, first) = world.get("/Calls.json?PageSize=2").await;
    assert_eq!(sids(&first), newest_first[..2]);
    let expected = (Some(0), Some(2), Some(0), Some(1));
    let number = |page: &Value, name| page[name].as_u64();
    assert_eq!(
        (number(&first, "page"), number(&first, "page_size"), number(&first, "start"), number(&first, "end")),
        expected
    );
    assert!(first["previous_page_uri"].is_null());

    placed(&world, ORDINARY).await;
    let second = follow(&world, &first["next_page_uri"]).await;
    assert_eq!(sids(&second), newest_first[2..4]);
    let third = follow(&world, &second["next_page_uri"]).await;
    assert_eq!(sids(&third), newest_first[4..]);
    assert!(third["next_page_uri"].is_null());
    assert_eq!(sids(&follow(&world, &third["previous_page_uri"]).await), newest_first[2..4]);
    assert_eq!(sids(&follow(&world, &second["uri"]).await), newest_first[2..4]);
    assert_eq!(sids(&follow(&world, &second["first_page_uri"]).await).len(), 2);
}

#[tokio::test]
async fn filters_keep_what_they_name() {
    let world = world().await;
    let busy = placed(&world, "+15005550110").await;
    let answered = placed(&world, ORDINARY).await;
    world.settled(&busy).await;
    world.settled(&answered).await;
    let today = jiff::Timestamp::now();
    let hour = jiff::SignedDuration::from_hours(1);
    let (earlier, later) = (today - hour, today + hour);
    let both = vec![answered.as_str(), busy.as_str()];
    for (query, expected) in [
        ("To=%2B15005550110".to_owned(), vec![busy.as_str()]),
        ("From=%2B15005550006".to_owned(), both.clone()),
        ("From=%2B15005550010".to_owned(), vec![]),
        ("Status=busy".to_owned(), vec![busy.as_str()]),
        ("Status=completed&To=%2B15005550110".to_owned(), vec![]),
        (format!("StartTime%3E={earlier}"), both.clone()),
        (format!("StartTime%3E={later}"), vec![]),
        (format!("StartTime%3C={later}&StartTime%3E={earlier}"), both.clone()),
        (format!("EndTime%3C={earlier}"), vec![]),
        ("StartTime%3E=2020-01-01".to_owned(), both.clone()),
        ("StartTime%3C=2020-01-01".to_owned(), vec![]),
        ("StartTime=2020-01-01".to_owned(), vec![]),
        ("ParentCallSid=CA00000000000000000000000000000001".to_owned(), vec![]),
    ] {
        let (status, page) = world.get(&format!("/Calls.json?{query}")).await;
        assert_eq!((status, sids(&page)), (200, expected), "{query}");
    }
    for bad in ["Status=initiated", "Status=x", "StartTime=soon", "Colour=red", "PageSize=0", "StartTime%3E="]
    {
        let (status, body) = world.get(&format!("/Calls.json?{bad}")).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(20001)), "{bad}");
    }
}

#[tokio::test]
async fn our_client_finds_all_of_them() {
    let world = world().await;
    let mut expected = BTreeSet::new();
    for _ in 0..60 {
        expected.insert(placed(&world, "+15005550110").await);
    }
    placed(&world, ORDINARY).await;
    world
        .sandbox
        .wait_until(|sandbox| sandbox.calls().iter().all(|call| call.status.is_final()), PATIENCE)
        .await
        .expect("all end");
    let filter = CallFilter {
        to: Some("+15005550110".to_owned()),
        status: Some(CallStatus::Busy),
        limit: 1000,
        ..CallFilter::default()
    };
    let found = world.client.find_calls(&filter).await.expect("found");
    assert_eq!(found.iter().map(|call| call.sid.to_string()).collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn the_oldest_ended_calls_are_forgotten() {
    let world =
        world_with(SandboxConfig { speed: 1000.0, ended_calls_kept: 2, ..SandboxConfig::default() }).await;
    let mut placed_sids = Vec::new();
    for _ in 0..4 {
        let sid = placed(&world, "+15005550110").await;
        world
            .sandbox
            .wait_until(|sandbox| sandbox.call(&sid).is_none_or(|call| call.status.is_final()), PATIENCE)
            .await
            .expect("ends");
        placed_sids.push(sid);
    }
    world.sandbox.wait_until(|sandbox| sandbox.calls().len() == 2, PATIENCE).await.expect("forgets");
    assert_eq!(world.get(&format!("/Calls/{}.json", placed_sids[0])).await.0, 404);
    assert_eq!(world.get(&format!("/Calls/{}.json", placed_sids[3])).await.0, 200);
    assert_eq!(world.sandbox.dials_to("+15005550110"), 4);
}

#[tokio::test]
async fn owned_numbers_are_listed_in_pages() {
    let owned: Vec<String> = (0..120).map(|n| format!("+1415555{n:04}")).collect();
    let config =
        SandboxConfig { owned_numbers: OwnedNumbers::Only(owned.clone()), ..SandboxConfig::default() };
    let world = world_with(config).await;
    let listed = world.client.incoming_phone_numbers().await.expect("listed");
    assert_eq!(listed.len(), owned.len() + 1, "and the test number");
    let (_, page) = world.get("/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550007").await;
    assert_eq!(page["incoming_phone_numbers"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["incoming_phone_numbers"][0]["capabilities"]["voice"], true);
    let (_, last) = world.get("/IncomingPhoneNumbers.json?PageSize=100&Page=1").await;
    assert_eq!(last["incoming_phone_numbers"].as_array().map(Vec::len), Some(21));
    assert_eq!(last["incoming_phone_numbers"][20]["phone_number"], MINE);
}
