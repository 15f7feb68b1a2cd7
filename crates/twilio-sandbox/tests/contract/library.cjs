// Drives a sandbox with Twilio's own Node library, unchanged, and says in JSON what it saw.

const { once } = require("node:events");
const http = require("node:http");
const twilio = require("twilio");

const { SANDBOX_URL, SANDBOX_SID: sid, SANDBOX_TOKEN: token } = process.env;
const base = SANDBOX_URL.replace(/\/$/, "");
const [MINE, ORDINARY, BUSY] = ["+15005550006", "+14155550123", "+15005550110"];
const twiml = "<Response><Say>one two three four five</Say></Response>";
const endless = '<Response><Pause length="10000"/></Response>';

class Sandbox extends twilio.RequestClient {
  request(opts) {
    return super.request({ ...opts, uri: opts.uri.replace("https://api.twilio.com", base) });
  }
}

// Callbacks that came, and those who wait for one.
const callbacks = [];
const waiting = [];
const next = () => (callbacks.length ? Promise.resolve(callbacks.shift()) : new Promise((take) => waiting.push(take)));

const receiver = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const params = Object.fromEntries(new URLSearchParams(body));
  const url = `http://127.0.0.1:${receiver.address().port}${request.url}`;
  const valid = twilio.validateRequest(token, request.headers["x-twilio-signature"], url, params);
  response.writeHead(204).end();
  const callback = [params.CallStatus, valid];
  const take = waiting.shift();
  take ? take(callback) : callbacks.push(callback);
});

async function main() {
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const statusCallback = `http://127.0.0.1:${receiver.address().port}/status`;
  const client = twilio(sid, token, { httpClient: new Sandbox() });
  const refusal = (request) => request.then(() => null, (error) => [error.status, error.code]);
  const seen = {};

  // Place a call and hear of it.
  const statusCallbackEvent = ["initiated", "ringing", "answered", "completed"];
  const call = await client.calls.create({ to: ORDINARY, from: MINE, twiml, statusCallback, statusCallbackEvent });
  seen.created = call.status;
  seen.callbacks = [await next(), await next(), await next(), await next()];

  // Read it.
  const fetched = await client.calls(call.sid).fetch();
  const zone = fetched.dateCreated instanceof Date ? "UTC" : null;
  seen.fetched = [fetched.status, fetched.duration, fetched.to, fetched.direction, zone];
  // The receiver has the last callback a moment before the sandbox has its answer.
  let events = [];
  while (events.length < 4) events = await client.calls(call.sid).events.list();
  seen.events = events.length;
  seen.notifications = (await client.calls(call.sid).notifications.list()).length;

  // Give one another document while it plays.
  const live = await client.calls.create({
    to: "+14155550125",
    from: MINE,
    twiml: endless,
    statusCallback,
    statusCallbackEvent: ["answered", "completed"],
  });
  await next();
  const changed = await client.calls(live.sid).update({ twiml: "<Response><Hangup/></Response>" });
  seen.changed = [changed.status, (await next())[0]];

  // End one.
  const wish = { to: "+14155550124", from: MINE, twiml: endless };
  const long = await client.calls.create({ ...wish, statusCallback, statusCallbackEvent: ["answered"] });
  seen.answered = await next();
  seen.ended = (await client.calls(long.sid).update({ status: "completed" })).status;
  seen.ended_again = await refusal(client.calls(long.sid).update({ status: "completed" }));

  // List them, over pages.
  const busy = [];
  for (let n = 0; n < 5; n++) busy.unshift((await client.calls.create({ to: BUSY, from: MINE, twiml })).sid);
  const same = (calls, sids) => JSON.stringify(calls.map((call) => call.sid)) === JSON.stringify(sids);
  seen.listed = same(await client.calls.list({ to: BUSY, pageSize: 2 }), busy);
  seen.limited = (await client.calls.list({ pageSize: 2, limit: 3 })).length;
  seen.since = (await client.calls.list({ to: ORDINARY, startTimeAfter: fetched.startTime, status: "completed" })).length;
  const page = await client.calls.page({ to: BUSY, pageSize: 2 });
  seen.back = same((await (await page.nextPage()).previousPage()).instances, busy.slice(0, 2));

  // Everything else.
  seen.numbers = (await client.incomingPhoneNumbers.list()).map((number) => number.phoneNumber);
  const [number] = await client.incomingPhoneNumbers.list();
  seen.number = (await client.incomingPhoneNumbers(number.sid).fetch()).phoneNumber;
  seen.account = (await client.api.accounts(sid).fetch()).status;
  seen.deleted = await client.calls(call.sid).remove();
  seen.refused = await refusal(client.calls.create({ to: "abc", from: MINE, twiml }));
  seen.stranger = await refusal(twilio(sid, "wrong", { httpClient: new Sandbox() }).calls.list());

  console.log(JSON.stringify(seen));
}

main().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
