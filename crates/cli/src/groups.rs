//! `bsp groups`: list, show, add, remove.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use reqwest::header::{ETAG, IF_MATCH};
use serde_json::{Map, Value, json};

use crate::args::Groups;
use crate::client::{Client, items, text};
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(arguments: Groups, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    let client = Client::find(data_dir)?;
    match arguments {
        Groups::List => list(&client, output).await?,
        Groups::Show { group } => show(&client, &group, output).await?,
        Groups::Add { group, people } => add(&client, &group, &people, output).await?,
        Groups::Remove { group, people } => remove(&client, &group, &people, output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &Client, output: Output) -> Result<(), Failure> {
    let (list, groups) = client.list(client.request(Method::GET, PATH)?).await?;
    let people = People::read(client).await?;
    output.data(&list, |out| {
        for group in &groups {
            let names: Vec<_> = members(group).map(|member| people.name_of(member)).collect();
            let line = format!("{:<30} {}", group["name"].as_str().unwrap_or_default(), names.join(", "));
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    })
}

async fn show(client: &Client, wanted: &str, output: Output) -> Result<(), Failure> {
    let group = find(client, wanted).await?.ok_or_else(|| unknown(wanted))?;
    let people = People::read(client).await?;
    output.data(&group, |out| {
        for (place, member) in (1..).zip(members(&group)) {
            let number = member["number"].as_str().unwrap_or_default();
            let extension = member["extension"].as_str().map(|keys| format!(" x {keys}"));
            let may = if people.may_call(member) { "" } else { "  (do not call)" };
            let name = people.name_of(member);
            writeln!(out, "{place:>3}  {name:<30} {number}{}{may}", extension.unwrap_or_default())?;
        }
        Ok(())
    })
}

async fn add(client: &Client, wanted: &str, named: &[String], output: Output) -> Result<(), Failure> {
    let people = People::read(client).await?;
    let new = named.iter().map(|name| people.member(name)).collect::<Result<Vec<_>, _>>()?;
    let Some(group) = find(client, wanted).await? else {
        let fields = json!({ "name": wanted, "members": new });
        let added = client.json(client.request(Method::POST, PATH)?.json(&fields)).await?;
        return tell(&added, output);
    };
    let changed = change(client, &group, |mut now| {
        now.extend(new);
        now
    });
    tell(&changed.await?, output)
}

async fn remove(client: &Client, wanted: &str, named: &[String], output: Output) -> Result<(), Failure> {
    let group = find(client, wanted).await?.ok_or_else(|| unknown(wanted))?;
    if named.is_empty() {
        client.done(client.request(Method::DELETE, &path_of(&group)?)?).await?;
        return output.done(&json!({ "id": group["id"] }));
    }
    let people = People::read(client).await?;
    let gone = named.iter().map(|name| people.member(name)).collect::<Result<Vec<_>, _>>()?;
    let goes = |member: &Value| {
        gone.iter().any(|gone| {
            gone["person"] == member["person"]
                && (gone.get("number").is_none_or(|number| *number == member["number"]))
        })
    };
    let changed = change(client, &group, |now| now.into_iter().filter(|member| !goes(member)).collect());
    tell(&changed.await?, output)
}

async fn change(
    client: &Client,
    group: &Value,
    members: impl FnOnce(Vec<Value>) -> Vec<Value>,
) -> Result<Value, Failure> {
    let path = path_of(group)?;
    let read = client.answer(client.request(Method::GET, &path)?, "application/json").await?;
    let tag = read.headers().get(ETAG).cloned();
    let mut now: Value = read.json().await.map_err(Failure::NoAnswer)?;
    let Value::Array(before) = now["members"].take() else {
        return Err(Failure::StrangeAnswer("it has no list"));
    };
    let fields = json!({ "name": now["name"], "members": members(before) });
    let mut request = client.request(Method::PUT, &path)?.json(&fields);
    if let Some(tag) = tag {
        request = request.header(IF_MATCH, tag);
    }
    client.json(request).await
}

fn tell(group: &Value, output: Output) -> Result<(), Failure> {
    let members = match members(group).count() {
        1 => "1 member".to_owned(),
        count => format!("{count} members"),
    };
    output.sentence(group, format!("{} has {members}", text(group, "name")?))
}

/// By name or id.
async fn find(client: &Client, wanted: &str) -> Result<Option<Value>, Failure> {
    let (_, groups) = client.list(client.request(Method::GET, PATH)?).await?;
    let key = benspamsphones_core::group::key_of(wanted);
    let is_it = |group: &Value| {
        group["id"] == wanted
            || group["name"].as_str().is_some_and(|name| benspamsphones_core::group::key_of(name) == key)
    };
    Ok(groups.into_iter().find(is_it))
}

fn unknown(wanted: &str) -> Failure {
    Failure::Problem {
        status: 404,
        title: "No such group".into(),
        detail: format!("There is no group {wanted}. bsp groups list shows them"),
        members: Map::new(),
    }
}

fn path_of(group: &Value) -> Result<String, Failure> {
    Ok(format!("{PATH}/{}", text(group, "id")?))
}

fn members(group: &Value) -> impl Iterator<Item = &Value> {
    group["members"].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

const PATH: &str = "/api/v1/groups";

/// All people, to find members by name, id or number.
struct People(Vec<Value>);

impl People {
    async fn read(client: &Client) -> Result<Self, Failure> {
        let people = client.json(client.request(Method::GET, "/api/v1/people")?).await?;
        Ok(Self(items(&people, "items")?.to_vec()))
    }

    fn of(&self, member: &Value) -> Option<&Value> {
        self.0.iter().find(|person| person["id"] == member["person"])
    }

    fn name_of(&self, member: &Value) -> &str {
        self.of(member).and_then(|person| person["name"].as_str()).unwrap_or("?")
    }

    fn may_call(&self, member: &Value) -> bool {
        self.of(member).is_none_or(|person| person["may_call"] != false)
    }

    /// By id or name, with the usual number; or by a number.
    fn member(&self, wanted: &str) -> Result<Value, Failure> {
        let has = |person: &&Value| {
            let numbers = person["numbers"].as_array().map(Vec::as_slice).unwrap_or_default();
            numbers.iter().any(|number| number["number"] == wanted)
        };
        let named: Vec<&Value> = self
            .0
            .iter()
            .filter(|person| {
                person["id"] == wanted
                    || person["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(wanted))
            })
            .collect();
        match named[..] {
            [person] => Ok(json!({ "person": person["id"] })),
            [] => match self.0.iter().filter(has).collect::<Vec<_>>()[..] {
                [person] => Ok(json!({ "person": person["id"], "number": wanted })),
                [] => Err(Failure::Usage(format!("no person has the name, id or number {wanted}"))),
                _ => {
                    Err(Failure::Usage(format!("several people have the number {wanted}; use a name or id")))
                }
            },
            _ => Err(Failure::Usage(format!(
                "several people are called {wanted}; use a number, or an id from bsp people list --json"
            ))),
        }
    }
}
