//! `bsp serve` is killed repeatedly at random moments while Twilio is slow, silent, broken or sends nonsense. Clients
//! without an answer retry with the same key. In the end no phone rang twice, and everything acknowledged is there.
//!
//! `KILLS` is the number of kills, `SEED` determines the moments.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use benspamsphones_core::Limits;
use reqwest::Method;
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use twilio_sandbox::{CallRecord, Sandbox, SandboxConfig};

use crate::crash::{TOKEN, against, data_dir, kill};
use crate::harness::{Serving, news};

/// The called numbers: a person, a person on a long call, and numbers for which Twilio answers late, with 429 once,
/// with 500 after and without dialing, not at all, and with an HTML page.
const RUNG: [&str; 8] = [
    "+15005550142",
    "+15005550114",
    "+15005550120",
    "+15005550122",
    "+15005550123",
    "+15005550124",
    "+15005550125",
    "+15005550126",
];
const CALLS: usize = 3;
const LONGEST_MS: u64 = 2_500;
/// Longer than the lookup patience of 75 seconds.
const SETTLED_WITHIN: Duration = Duration::from_secs(400);

/// A requested call. Each has its own protocol, whose caller number identifies it at the sandbox.
#[derive(Clone)]
struct Wish {
    protocol: String,
    to: &'static str,
    /// Without one it is requested once, through the documented route.
    key: Option<String>,
    /// From the answer; the call must be found there.
    location: Option<String>,
    answered: bool,
}

/// Other acknowledged changes, by the list that must contain them.
type Kept = Vec<(&'static str, &'static str, String)>;

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_rings_twice_and_nothing_is_lost() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let kills = number("KILLS").unwrap_or(10);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let seed = number("SEED").unwrap_or_else(|| u64::from(now.subsec_nanos()) | 1);
    println!("{kills} kills, SEED={seed}");
    let mut random = Random(seed);

    let folder = tempfile::tempdir().unwrap();
    let data_dir = data_dir(&folder);
    let protocols = folder.path().join("protocols.json");
    std::fs::write(&protocols, protocols_of_their_own(usize::try_from(kills).unwrap() * CALLS)).unwrap();
    let sandbox = sandbox().await;
    let start = || {
        Serving::start(&data_dir, |command| {
            against(&sandbox, command).args(["--protocols", protocols.to_str().unwrap()])
        })
    };

    let serving = start();
    let none = serving.request(Method::PUT, "/api/v1/limits").json(&Limits::none()).send().await.unwrap();
    assert!(none.status().is_success());
    kill(serving);

    let (mut wishes, mut kept): (Vec<Wish>, Kept) = Default::default();
    for round in 0..kills {
        for _ in 0..CALLS {
            let protocol = format!("protocol{}", wishes.len());
            let to = RUNG[usize::try_from(random.below(RUNG.len() as u64)).unwrap()];
            let key = (random.below(4) > 0).then(|| format!("key-{protocol}"));
            wishes.push(Wish { protocol, to, key, location: None, answered: false });
        }
        let serving = start();
        let newest = wishes.len() - CALLS;
        let asking = ask(&serving, &wishes, newest);
        let keeping = keep(&serving, round);
        tokio::time::sleep(Duration::from_millis(random.below(LONGEST_MS))).await;
        kill(serving);
        hear(&mut wishes, asking).await;
        kept.extend(keeping.join_all().await.into_iter().flatten());
    }

    let serving = start();
    let newest = wishes.len();
    let asking = ask(&serving, &wishes, newest);
    hear(&mut wishes, asking).await;
    let unanswered = wishes.iter().filter(|wish| !wish.answered && wish.key.is_some()).count();
    assert_eq!(unanswered, 0, "it runs and answers");
    wait_until_all_is_over(&serving).await;
    println!("{} calls rang {} phones", wishes.len(), sandbox.calls().len());
    println!("{} other things were acknowledged, and are there", kept.len());
    judge_calls(&serving, &wishes, &sandbox.calls()).await;
    judge_kept(&serving, &kept).await;
}

fn protocols_of_their_own(count: usize) -> String {
    let protocols = (0..count).map(|at| {
        let phone_number = format!("+1415867{at:04}");
        let protocol =
            json!({"phone_number": phone_number, "twiml": "<Response><Say>Hello</Say></Response>"});
        (format!("protocol{at}"), protocol)
    });
    Value::Object(protocols.collect()).to_string()
}

async fn sandbox() -> Sandbox {
    let config = SandboxConfig {
        auth_token: TOKEN.into(),
        speed: 50.0,
        slow_answer: Duration::from_secs(1),
        ..SandboxConfig::default()
    };
    Sandbox::start("127.0.0.1:0".parse().unwrap(), config).await.unwrap()
}

/// Requests each call from this one on, and retries earlier ones that have a key and no answer.
fn ask(serving: &Serving, wishes: &[Wish], newest: usize) -> JoinSet<(usize, Option<String>)> {
    let mut asking = JoinSet::new();
    for (at, wish) in wishes.iter().enumerate() {
        if wish.answered || (at < newest && wish.key.is_none()) {
            continue;
        }
        let Wish { protocol, to, key, .. } = wish;
        let request = match key {
            Some(key) => serving
                .request(Method::POST, "/api/v1/calls")
                .header("idempotency-key", key)
                .json(&json!({"protocol": protocol, "to": to})),
            None => serving
                .request(Method::POST, "/api/call")
                .json(&json!({"protocol": protocol, "target_number": to})),
        };
        asking.spawn(async move {
            let Ok(answer) = request.send().await else { return (at, None) };
            let location = answer.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned());
            let status = answer.status();
            // Every answer except 503 has a location.
            assert!(location.is_some() || status == 503, "{status}: {:?}", answer.text().await);
            (at, location)
        });
    }
    asking
}

async fn hear(wishes: &mut [Wish], asking: JoinSet<(usize, Option<String>)>) {
    for (at, location) in asking.join_all().await {
        wishes[at].answered = location.is_some();
        wishes[at].location = location;
    }
}

fn keep(serving: &Serving, round: u64) -> JoinSet<Option<(&'static str, &'static str, String)>> {
    let blocked = format!("+1415866{round:04}");
    let name = format!("name {round}");
    let to_keep = [
        (
            Method::PUT,
            format!("/api/v1/blocked-numbers/{blocked}"),
            json!({"note": null}),
            ("/api/v1/blocked-numbers", "number", blocked),
        ),
        (
            Method::POST,
            "/api/v1/people".into(),
            json!({"name": name, "numbers": []}),
            ("/api/v1/people", "name", name.clone()),
        ),
        (
            Method::POST,
            "/api/v1/devices".into(),
            json!({"name": name}),
            ("/api/v1/devices", "name", name.clone()),
        ),
    ];
    let mut keeping = JoinSet::new();
    for (method, path, body, kept) in to_keep {
        let request = serving.request(method, &path).json(&body);
        keeping.spawn(async move {
            let answer = request.send().await.ok()?;
            assert!(answer.status().is_success() || answer.status() == 503, "{path}: {answer:?}");
            answer.status().is_success().then_some(kept)
        });
    }
    keeping
}

async fn get(serving: &Serving, path: &str) -> Value {
    let answer = serving.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn history(serving: &Serving) -> Vec<Value> {
    let mut calls = Vec::new();
    let mut path = "/api/v1/calls?limit=200".to_owned();
    loop {
        let page = get(serving, &path).await;
        calls.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => path = format!("/api/v1/calls?limit=200&cursor={next}"),
            None => return calls,
        }
    }
}

async fn wait_until_all_is_over(serving: &Serving) {
    let mut news = news(serving.request(Method::GET, "/api/v1/events")).await;
    let mut open = open(serving).await;
    let ending = async {
        while !open.is_empty() {
            let news = news.recv().await.unwrap();
            if news["call"]["ended"] == true {
                open.remove(news["call"]["id"].as_str().unwrap());
            } else if news == json!({}) {
                open = self::open(serving).await;
            }
        }
    };
    let in_time = tokio::time::timeout(SETTLED_WITHIN, ending).await;
    assert!(in_time.is_ok(), "open still: {:#?}", self::open(serving).await);
}

async fn open(serving: &Serving) -> BTreeSet<String> {
    let calls = history(serving).await;
    let open = calls.iter().filter(|call| call["ended"] == false);
    open.map(|call| call["id"].as_str().unwrap().to_owned()).collect()
}

async fn judge_calls(serving: &Serving, wishes: &[Wish], dialled: &[CallRecord]) {
    let mut rung: HashMap<(&str, &str), Vec<&CallRecord>> = HashMap::new();
    for record in dialled {
        rung.entry((&record.from, &record.to)).or_default().push(record);
    }
    let twice: Vec<_> = rung.iter().filter(|(_, records)| records.len() > 1).collect();
    assert!(twice.is_empty(), "dialled twice: {twice:#?}");

    let calls = history(serving).await;
    for (at, wish) in wishes.iter().enumerate() {
        let from = format!("+1415867{at:04}");
        let ours: Vec<_> = calls.iter().filter(|call| call["protocol"] == wish.protocol.as_str()).collect();
        // A request without an answer may have been lost before it was stored.
        assert!(
            ours.len() == 1 || (ours.is_empty() && wish.location.is_none()),
            "{} calls: {ours:#?}",
            ours.len()
        );
        let record = rung.get(&(from.as_str(), wish.to)).map(|records| records[0]);
        let Some(call) = ours.first() else {
            assert_eq!(record, None, "a phone rang that nobody wrote down");
            continue;
        };
        if let Some(location) = &wish.location {
            assert_eq!(*location, format!("/api/v1/calls/{}", call["id"].as_str().unwrap()));
        }
        match record {
            Some(record) => {
                assert_eq!(call["sid"], record.sid.as_str(), "{call:#} {record:#?}");
                assert_eq!(call["status"], record.status.as_str(), "{call:#} {record:#?}");
            }
            None => {
                assert_eq!(call["sid"], Value::Null, "{call:#}");
                assert!(call["status"] == "failed" || call["status"] == "canceled", "{call:#}");
            }
        }
    }
}

async fn judge_kept(serving: &Serving, kept: &Kept) {
    for list in ["/api/v1/blocked-numbers", "/api/v1/people", "/api/v1/devices"] {
        let there = get(serving, list).await;
        let there = there["items"].as_array().unwrap();
        for (_, field, value) in kept.iter().filter(|(of, ..)| *of == list) {
            assert!(there.iter().any(|item| item[*field] == value.as_str()), "{list} lost {value}");
        }
    }
}
