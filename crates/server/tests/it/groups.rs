//! Groups of people, and how their members follow changes of the people.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{TestServer, id, send};

const ONE: &str = "+15005550142";
const TWO: &str = "+15005550143";
const THREE: &str = "+15005550144";

async fn person(server: &TestServer, name: &str, numbers: &[&str]) -> String {
    let added = server.post_json("/api/v1/people", &with_numbers(name, numbers)).await;
    assert_eq!(added.status, 201, "{}", added.text());
    id(&added.json()).to_owned()
}

fn with_numbers(name: &str, numbers: &[&str]) -> Value {
    let numbers: Vec<Value> = numbers.iter().map(|number| json!({ "number": number })).collect();
    json!({ "name": name, "numbers": numbers })
}

async fn put(server: &TestServer, path: &str, body: &Value) -> Answer {
    send(server.request(Method::PUT, path).json(body)).await
}

async fn members(server: &TestServer, path: &str) -> Vec<(String, String)> {
    let group = server.get(path).await.json();
    let text = |member: &Value, field: &str| member[field].as_str().unwrap().to_owned();
    let members = group["members"].as_array().unwrap();
    members.iter().map(|member| (text(member, "person"), text(member, "number"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_added_read_changed_and_deleted() {
    let mut server = TestServer::start().await;
    let ada = person(&server, "Ada", &[ONE, TWO]).await;
    let bob = person(&server, "Bob", &[ONE]).await;
    let members = json!([{ "person": bob }, { "person": ada, "number": "(500) 555-0143" }]);
    let added =
        server.post_json("/api/v1/groups", &json!({ "name": " The  Family", "members": members })).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let path = format!("/api/v1/groups/{}", id(&added.json()));
    assert_eq!(added.header("location"), Some(path.as_str()));
    let kept = json!([{ "person": bob, "number": ONE }, { "person": ada, "number": TWO }]);
    assert_eq!((&added.json()["name"], &added.json()["members"]), (&json!("The Family"), &kept));
    server.stop().await;
    server.start_again().await;
    let list = server.get("/api/v1/groups").await.json();
    assert_eq!(list, json!({ "items": [added.json()] }));

    let read = server.get(&path).await.header("etag").unwrap().to_owned();
    let save = async |tag: &str, fields: Value| {
        send(server.request(Method::PUT, &path).header("if-match", tag).json(&fields)).await
    };
    let swapped =
        json!({ "name": "the family", "members": [{ "person": ada, "number": TWO }, { "person": bob }] });
    let saved = save(&read, swapped.clone()).await;
    assert_eq!((saved.status, &saved.json()["members"][1]["person"]), (200, &json!(bob)));
    save(&read, swapped).await.problem(412, "changed_meanwhile");
    let now = saved.header("etag").unwrap().to_owned();
    assert_eq!(server.get(&path).await.header("etag"), Some(now.as_str()));
    assert_eq!(save(&now, json!({ "name": "Nobody" })).await.json()["members"], json!([]));

    let delete = async || send(server.request(Method::DELETE, &path)).await;
    assert_eq!(delete().await.status, 204);
    delete().await.problem(404, "unknown_group");
    save(&now, json!({ "name": "Nobody" })).await.problem(404, "unknown_group");
    server.get("/api/v1/groups/nothing").await.problem(404, "unknown_group");
    let people = server.get("/api/v1/people").await.json();
    assert_eq!(people["items"].as_array().unwrap().len(), 2, "its members stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_group_is_refused_as_a_whole() {
    let server = TestServer::start().await;
    let ada = person(&server, "Ada", &[ONE]).await;
    let cy = person(&server, "Cy", &[]).await;
    let add = async |fields: Value| server.post_json("/api/v1/groups", &fields).await;
    let night = add(json!({ "name": "Nacht" })).await.json();
    let day = add(json!({ "name": "Über Tag" })).await.json();
    add(json!({ "name": " NACHT " })).await.problem(409, "group_exists");
    add(json!({ "name": "ÜBER TAG" })).await.problem(409, "group_exists");
    let path = format!("/api/v1/groups/{}", id(&day));
    put(&server, &path, &json!({ "name": "nacht" })).await.problem(409, "group_exists");
    assert_eq!(put(&server, &path, &json!({ "name": "ÜBER TAG" })).await.status, 200, "its own name");
    let nobody = "018f0000-0000-7000-8000-000000000000";
    for wrong in [
        json!({ "name": " \t" }),
        json!({ "name": "a".repeat(201) }),
        json!({ "name": "A", "members": [{ "person": nobody }] }),
        json!({ "name": "A", "members": [{ "person": cy }] }),
        json!({ "name": "A", "members": [{ "person": ada, "number": TWO }] }),
        json!({ "name": "A", "members": [{ "person": ada, "number": "mom" }] }),
        json!({ "name": "A", "members": [{ "person": ada }, { "person": ada, "number": "500 555 0142" }] }),
        json!({ "name": "A", "members": vec![json!({ "person": ada }); 101] }),
    ] {
        add(wrong).await.problem(422, "invalid_group");
    }
    for wrong in [json!({ "members": [] }), json!({ "name": "A", "members": [{ "person": "ada" }] })] {
        assert_eq!(add(wrong).await.status, 400);
    }
    let list = server.get("/api/v1/groups").await.json();
    let names: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
    assert_eq!(names, [&night["name"], &json!("ÜBER TAG")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_groups_is_limited() {
    let server = TestServer::start().await;
    for n in 0..200 {
        let added = server.post_json("/api/v1/groups", &json!({ "name": format!("Group {n}") })).await;
        assert_eq!(added.status, 201);
    }
    server.post_json("/api/v1/groups", &json!({ "name": "More" })).await.problem(422, "invalid_group");
}

#[tokio::test(flavor = "multi_thread")]
async fn members_follow_their_people() {
    let server = TestServer::start().await;
    let ada = person(&server, "Ada", &[ONE, TWO]).await;
    let bob = person(&server, "Bob", &[ONE]).await;
    let all = json!([{ "person": ada, "number": TWO }, { "person": bob }, { "person": ada, "number": ONE }]);
    let group = server.post_json("/api/v1/groups", &json!({ "name": "Family", "members": all })).await.json();
    let path = format!("/api/v1/groups/{}", id(&group));
    let in_it = |all: &[(&String, &str)]| -> Vec<(String, String)> {
        all.iter().map(|(person, number)| ((*person).clone(), (*number).to_owned())).collect()
    };
    let adas = format!("/api/v1/people/{ada}");
    let mut watching = server.watch().await;
    let mut heard = async |expected: &[&str]| {
        for what in expected {
            assert_eq!(watching.next_event().await.unwrap().data, json!({ "what": what }));
        }
    };
    // Another order and another name don't change the group.
    put(&server, &adas, &with_numbers("Ada L.", &[TWO, ONE])).await;
    assert_eq!(members(&server, &path).await, in_it(&[(&ada, TWO), (&bob, ONE), (&ada, ONE)]));
    heard(&["people"]).await;
    put(&server, &adas, &with_numbers("Ada", &[THREE, ONE])).await;
    assert_eq!(members(&server, &path).await, in_it(&[(&ada, THREE), (&bob, ONE), (&ada, ONE)]));
    heard(&["groups", "people"]).await;
    put(&server, &adas, &with_numbers("Ada", &[ONE])).await;
    assert_eq!(members(&server, &path).await, in_it(&[(&bob, ONE), (&ada, ONE)]));
    heard(&["groups", "people"]).await;
    assert_eq!(send(server.request(Method::DELETE, &format!("/api/v1/people/{bob}"))).await.status, 204);
    assert_eq!(members(&server, &path).await, in_it(&[(&ada, ONE)]));
    heard(&["groups", "people"]).await;
    put(&server, &path, &json!({ "name": "Family" })).await;
    heard(&["groups"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_undone_leaves_no_members_behind() {
    let server = TestServer::start().await;
    let ada = person(&server, "Ada", &[ONE]).await;
    let card = |name: &str, number: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nTEL:{number}\r\nEND:VCARD\r\n")
    };
    // She gets a number, and another person is new.
    let book = json!({ "vcard": card("Ada", ONE) + &card("Ada", TWO) + &card("Bob", THREE) });
    let import = server.post_json("/api/v1/people/import", &book).await.json()["import"].clone();
    let people = server.get("/api/v1/people").await.json();
    let bob = people["items"].as_array().unwrap().iter().find(|person| person["name"] == "Bob").unwrap();
    let all =
        json!([{ "person": ada, "number": TWO }, { "person": id(bob) }, { "person": ada, "number": ONE }]);
    let group = server.post_json("/api/v1/groups", &json!({ "name": "Family", "members": all })).await.json();
    let undo = format!("/api/v1/people/imports/{}/undo", id(&import));
    let undone = server.post_json(&undo, &json!({})).await.json();
    assert_eq!((&undone["removed"], &undone["changed"]), (&json!(1), &json!(1)));
    let path = format!("/api/v1/groups/{}", id(&group));
    assert_eq!(members(&server, &path).await, [(ada, ONE.to_owned())]);
}
