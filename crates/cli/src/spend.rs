//! `bsp spend`: what was spent, and the account's balance.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use reqwest::Method;
use serde_json::Value;

use crate::args::{Spend, SpendByArgument};
use crate::client::{self, Client};
use crate::exit::Failure;
use crate::output::Output;

pub(crate) async fn run(arguments: Spend, data_dir: &Path, output: Output) -> Result<ExitCode, Failure> {
    if arguments.from.zip(arguments.to).is_some_and(|(from, to)| from > to) {
        return Err(Failure::Usage("--from is after --to".into()));
    }
    let client = Client::find(data_dir)?;
    let by = match arguments.by {
        SpendByArgument::Day => "day",
        SpendByArgument::Month => "month",
        SpendByArgument::Protocol => "protocol",
        SpendByArgument::Person => "person",
    };
    let mut query = vec![("by", by.to_owned())];
    query.extend(arguments.from.map(|day| ("from", day.to_string())));
    query.extend(arguments.to.map(|day| ("to", day.to_string())));
    let spending = client.json(client.request(Method::GET, "/api/v1/spend")?.query(&query)).await?;
    let total = client::items(&spending, "total")?;
    output.data(&spending, |out| {
        for item in items(&spending["items"]) {
            let name = item["name"].as_str().or(item["key"].as_str()).unwrap_or("(not in People)");
            for sum in items(&item["sums"]) {
                writeln!(out, "{name:<24} {}", in_words(sum))?;
            }
        }
        for amount in items(&spending["deleted"]) {
            writeln!(out, "{:<24} {}", "(deleted calls)", money(amount))?;
        }
        total.iter().try_for_each(|sum| writeln!(out, "{:<24} {}", "in all", in_words(sum)))
    })?;
    if total.is_empty() {
        output.note("nothing was spent, as far as Twilio has reported")?;
    }
    if output.json {
        return Ok(ExitCode::SUCCESS);
    }
    // The balance is optional: the sums above are shown even if Twilio fails now.
    if let Ok(left) = client.json(client.request(Method::GET, "/api/v1/balance")?).await
        && left["balance"].is_object()
    {
        let low = if left["low"] == true { ", which is low" } else { "" };
        let left = format!("{:<24} {}{low}", "left on the account", money(&left["balance"]));
        output.sentence(&Value::Null, left)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn in_words(sum: &Value) -> String {
    let expected = &sum["expected"];
    let is_expected =
        expected["amount"].as_str().is_some_and(|amount| amount.contains(|digit| matches!(digit, '1'..='9')));
    let more = if is_expected { format!(" and about {} more", money(expected)) } else { String::new() };
    format!("{:>16}{more}", money(&sum["spent"]))
}

fn money(amount: &Value) -> String {
    let field = |name: &str| amount[name].as_str().unwrap_or_default();
    format!("{} {}", field("amount"), field("currency"))
}
