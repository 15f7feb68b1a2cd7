//! Address books of other programs: previewed, imported and undone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::harness::{TestServer, id, send};

async fn post(server: &TestServer, query: &str, kind: &str, file: &[u8]) -> Answer {
    let request = server.request(Method::POST, &format!("/api/v1/people/import{query}"));
    send(request.header("content-type", kind).body(file.to_vec())).await
}

async fn import(server: &TestServer, file: &[u8]) -> Value {
    let answer = post(server, "", "text/vcard", file).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n")
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

async fn people(server: &TestServer) -> Vec<String> {
    let list = server.get("/api/v1/people").await.json();
    let told = list["items"].as_array().unwrap().iter().map(|person| {
        let numbers = person["numbers"].as_array().unwrap().iter();
        let numbers: Vec<&str> = numbers.map(|number| number["number"].as_str().unwrap()).collect();
        format!("{} {}", person["name"].as_str().unwrap(), numbers.join(" "))
    });
    told.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_kind_are_read_by_their_bytes() {
    let server = TestServer::start().await;
    let sep = "sep=;\r\nVorname;Nachname;Mobiltelefon\r\nJörg;Groß;+14155550106\r\n";
    let latin: Vec<u8> = sep.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    let files: [(&str, Vec<u8>, &str); 8] = [
        (
            "text/x-vcard",
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;QUOTED-PRINTABLE:J=C3=BCrgen A\r\nTEL;CELL:+14155550101\r\nEND:VCARD\r\n".into(),
            "Jürgen A +14155550101",
        ),
        (
            "text/vcard; charset=utf-8",
            b"BEGIN:VCARD\rVERSION:2.1\rFN;ENCODING=QUOTED-PRINTABLE:Bj=C3=B6rn\rTEL;CELL:+14155550102\rEND:VCARD\r".into(),
            "Björn +14155550102",
        ),
        (
            "text/vcard",
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=\r\n=B2;=D0=90;;;\r\nTEL;CELL:+14155550103\r\nEND:VCARD\r\n".into(),
            "А Ив +14155550103",
        ),
        (
            "text/vcard",
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:J\xf6rg M\xfcller\r\nTEL;CELL:+14155550104\r\nEND:VCARD\r\n".into(),
            "Jörg Müller +14155550104",
        ),
        ("text/vcard", utf_16(&("\u{feff}".to_owned() + &card("FN:Zoë\r\nTEL:+14155550105"))), "Zoë +14155550105"),
        ("text/csv", latin, "Jörg Groß +14155550106"),
        ("text/csv", utf_16("Name,Phone\r\nŁukasz,+14155550107\r\n"), "Łukasz +14155550107"),
        (
            "application/octet-stream",
            b"First Name,Last Name,Phone 1 - Label,Phone 1 - Value\nAda,L,Mobile,+14155550108\n".into(),
            "Ada L +14155550108",
        ),
    ];
    for (kind, file, expected) in files {
        let answer = post(&server, "", kind, &file).await;
        assert_eq!((answer.status, &answer.json()["added"]), (200, &json!(1)), "{}", answer.text());
        let people = people(&server).await;
        assert!(people.iter().any(|person| person == expected), "{expected}: {people:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_book_is_refused() {
    let server = TestServer::start().await;
    for file in [&b"Shopping list\r\nmilk, bread\r\n"[..], b"", b"{}", b"\x89PNG\r\n\x1a\n\0\0"] {
        for query in ["", "?dry_run=true"] {
            post(&server, query, "text/vcard", file).await.problem(422, "not_an_address_book");
        }
    }
    server
        .post_json("/api/v1/people/import", &json!({ "vcard": "" }))
        .await
        .problem(422, "not_an_address_book");
    // Another site's page can send these without a preflight.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        post(&server, "", kind, card("FN:A\r\nTEL:+14155550101").as_bytes())
            .await
            .problem(415, "wrong_media_type");
    }
    post(&server, "?dry_run=perhaps", "text/vcard", b"").await.problem(400, "bad_parameter");
    assert!(people(&server).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_what_the_import_does_and_changes_nothing() {
    let server = TestServer::start().await;
    import(&server, card("UID:1\r\nFN:John\r\nTEL:+14155550107").as_bytes()).await;
    import(&server, card("FN:Ada\r\nTEL:+14155550101").as_bytes()).await;
    let before = people(&server).await;
    let file = card("UID:2\r\nFN:John\r\nTEL:+14155550108")
        + &card("FN:Ada\r\nTEL;TYPE=home:+14155550101\r\nTEL;TYPE=cell,pref:+14155550102")
        + &card("UID:1\r\nFN:John\r\nTEL:+14155550107")
        + &card("FN:Zoë\r\nTEL;TYPE=home:+14155550103\r\nTEL;TYPE=cell,pref:+14155550104")
        + &card("FN:Office\r\nTEL;TYPE=work,fax:+14155550173")
        + &card("FN:Nobody");
    let tried = post(&server, "?dry_run=true", "text/vcard", file.as_bytes()).await.json();
    assert_eq!(people(&server).await, before);
    let mut taken = import(&server, file.as_bytes()).await;
    let done = taken.as_object_mut().unwrap().shift_remove("import").unwrap();
    assert_eq!(tried, taken, "what was shown is what was done");
    assert_eq!((&done["added"], &done["changed"]), (&json!(2), &json!(1)));
    let count = ["added", "changed", "unchanged", "kept_apart"].map(|name| taken[name].as_u64().unwrap());
    assert_eq!(count, [2, 1, 1, 1]);
    let outcome =
        |at: usize| (taken["people"][at]["outcome"].as_str().unwrap(), taken["people"][at]["why"].as_str());
    assert_eq!(
        [0, 1, 2, 3].map(outcome),
        [("kept_apart", Some("another_uid")), ("merged", None), ("unchanged", None), ("added", None)]
    );
    assert_eq!(
        taken["left_out"],
        json!(["Office has only a fax or pager number.", "Nobody has no phone number."])
    );
    assert_eq!(taken["not_taken"][0]["reason"], "only_fax");
    assert_eq!(
        people(&server).await,
        [
            "Ada +14155550101 +14155550102",
            "John +14155550107",
            "John +14155550108",
            "Zoë +14155550104 +14155550103"
        ]
    );
    let again = import(&server, file.as_bytes()).await;
    assert_eq!((&again["added"], &again["changed"], &again["import"]), (&json!(0), &json!(0), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_can_be_undone_once_also_after_a_new_start() {
    let mut server = TestServer::start().await;
    import(&server, card("FN:Ada\r\nTEL:+14155550101").as_bytes()).await;
    let file = card("UID:1\r\nFN:Ada\r\nTEL:+14155550102") + &card("FN:Bob\r\nTEL:+14155550103");
    let done = import(&server, file.as_bytes()).await["import"].clone();
    assert_eq!(people(&server).await.len(), 2);
    server.stop().await;
    server.start_again().await;
    let mut watching = server.watch().await;
    let imports = server.get("/api/v1/people/imports").await.json();
    assert_eq!((imports["items"].as_array().unwrap().len(), &imports["items"][0]), (2, &done));
    let undo = format!("/api/v1/people/imports/{}/undo", id(&done));
    let undone = server.post_json(&undo, &json!({})).await;
    assert_eq!((undone.status, undone.json()), (200, json!({ "removed": 1, "changed": 1, "kept": [] })));
    assert_eq!(watching.next_event().await.unwrap().data, json!({ "what": "people" }));
    assert_eq!(people(&server).await, ["Ada +14155550101"]);
    server.post_json(&undo, &json!({})).await.problem(404, "unknown_import");
    server.post_json("/api/v1/people/imports/nonsense/undo", &json!({})).await.problem(404, "unknown_import");
    assert_eq!(import(&server, file.as_bytes()).await["import"]["changed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_takes_nothing_away_that_was_said_since() {
    let server = TestServer::start().await;
    import(&server, card("FN:Ada\r\nTEL:+14155550101").as_bytes()).await;
    let file = card("FN:Ada\r\nTEL:+14155550102")
        + &card("FN:Bob\r\nTEL:+14155550103")
        + &card("FN:Carl\r\nTEL:+14155550104")
        + &card("FN:Dora\r\nTEL:+14155550105");
    let done = import(&server, file.as_bytes()).await["import"].clone();
    let list = server.get("/api/v1/people").await.json()["items"].clone();
    for (at, change) in [
        (0, json!({ "name": "Ada", "may_call": false, "numbers": list[0]["numbers"] })),
        (1, json!({ "name": "Bob", "may_call": false, "numbers": list[1]["numbers"] })),
        (2, json!({ "name": "Karl", "numbers": list[2]["numbers"] })),
    ] {
        let path = format!("/api/v1/people/{}", id(&list[at]));
        assert_eq!(send(server.request(Method::PUT, &path).json(&change)).await.status, 200);
    }
    let undo = format!("/api/v1/people/imports/{}/undo", id(&done));
    let undone = server.post_json(&undo, &json!({})).await.json();
    assert_eq!((&undone["removed"], &undone["changed"]), (&json!(1), &json!(0)));
    let mut kept: Vec<_> = undone["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kept| (kept["name"].as_str(), kept["why"].as_str()))
        .collect();
    kept.sort_unstable();
    let (protected, changed) = (Some("not_to_be_called"), Some("changed_since"));
    assert_eq!(kept, [(Some("Ada"), protected), (Some("Bob"), protected), (Some("Karl"), changed)]);
    assert_eq!(
        people(&server).await,
        ["Ada +14155550101 +14155550102", "Bob +14155550103", "Karl +14155550104"]
    );
    for number in ["+14155550101", "+14155550102", "+14155550103"] {
        send(server.placing("protocol1", number)).await.problem(403, "not_to_be_called");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_cards_of_one_name_make_people_who_can_be_changed() {
    let server = TestServer::start().await;
    let file: String = (110..170)
        .map(|number| card(&format!("FN:Information\r\nTEL;TYPE=work:+14155550{number}")))
        .collect();
    for _ in 0..2 {
        import(&server, file.as_bytes()).await;
        let list = server.get("/api/v1/people").await.json()["items"].clone();
        let mut numbers = 0;
        for person in list.as_array().unwrap() {
            let path = format!("/api/v1/people/{}", id(person));
            let same = json!({ "name": person["name"], "numbers": person["numbers"] });
            let kept = send(server.request(Method::PUT, &path).json(&same)).await;
            assert_eq!(kept.status, 200, "{}", kept.text());
            numbers += person["numbers"].as_array().unwrap().len();
        }
        assert_eq!(numbers, 60, "none is lost, and none is there twice");
    }
}
