"""Drives a sandbox with Twilio's own Python library, unchanged, and says in JSON what it saw."""

import json
import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

BASE_URL = os.environ["SANDBOX_URL"].rstrip("/")
ACCOUNT_SID, AUTH_TOKEN = os.environ["SANDBOX_SID"], os.environ["SANDBOX_TOKEN"]
MINE, ORDINARY, BUSY = "+15005550006", "+14155550123", "+15005550110"
TWIML = "<Response><Say>one two three four five</Say></Response>"
ENDLESS = '<Response><Pause length="10000"/></Response>'
PATIENCE_S = 20

callbacks = queue.Queue()


class Sandbox(TwilioHttpClient):
    def request(self, method, url, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", BASE_URL), **kwargs)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        params = dict(parse_qsl(body, keep_blank_values=True))
        url = f"http://127.0.0.1:{self.server.server_port}{self.path}"
        valid = RequestValidator(AUTH_TOKEN).validate(url, params, self.headers["X-Twilio-Signature"])
        self.send_response(204)
        self.end_headers()
        callbacks.put((params["CallStatus"], valid))

    def log_message(self, *_):
        pass


receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
status_callback = f"http://127.0.0.1:{receiver.server_port}/status"
client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=Sandbox())
seen = {}

# Place a call and hear of it.
call = client.calls.create(
    to=ORDINARY,
    from_=MINE,
    twiml=TWIML,
    status_callback=status_callback,
    status_callback_event=["initiated", "ringing", "answered", "completed"],
)
seen["created"] = call.status
seen["callbacks"] = [callbacks.get(timeout=PATIENCE_S) for _ in range(4)]

# Read it.
fetched = client.calls(call.sid).fetch()
seen["fetched"] = [fetched.status, fetched.duration, fetched.to, fetched.direction, fetched.date_created.tzname()]
# The receiver has the last callback a moment before the sandbox has its answer.
while len(events := client.calls(call.sid).events.list()) < 4:
    pass
seen["events"] = len(events)
seen["notifications"] = len(client.calls(call.sid).notifications.list())

# Give one another document while it plays.
live = client.calls.create(
    to="+14155550125",
    from_=MINE,
    twiml=ENDLESS,
    status_callback=status_callback,
    status_callback_event=["answered", "completed"],
)
callbacks.get(timeout=PATIENCE_S)
changed = client.calls(live.sid).update(twiml="<Response><Hangup/></Response>").status
seen["changed"] = [changed, callbacks.get(timeout=PATIENCE_S)[0]]

# End one.
long = client.calls.create(
    to="+14155550124",
    from_=MINE,
    twiml=ENDLESS,
    status_callback=status_callback,
    status_callback_event=["answered"],
)
seen["answered"] = callbacks.get(timeout=PATIENCE_S)
seen["ended"] = client.calls(long.sid).update(status="completed").status
try:
    client.calls(long.sid).update(status="completed")
except TwilioRestException as error:
    seen["ended_again"] = [error.status, error.code]

# List them, over pages.
busy = [client.calls.create(to=BUSY, from_=MINE, twiml=TWIML).sid for _ in range(5)]
seen["listed"] = [call.sid for call in client.calls.list(to=BUSY, page_size=2)] == busy[::-1]
seen["limited"] = len(client.calls.list(page_size=2, limit=3))
seen["since"] = len(client.calls.list(to=ORDINARY, start_time_after=fetched.start_time, status="completed"))
page = client.calls.page(to=BUSY, page_size=2)
seen["back"] = [call.sid for call in page.next_page().previous_page()] == busy[::-1][:2]

# Everything else.
seen["numbers"] = [number.phone_number for number in client.incoming_phone_numbers.list()]
number = client.incoming_phone_numbers.list()[0]
seen["number"] = client.incoming_phone_numbers(number.sid).fetch().phone_number
seen["account"] = client.api.accounts(ACCOUNT_SID).fetch().status
seen["deleted"] = client.calls(call.sid).delete()
try:
    client.calls.create(to="abc", from_=MINE, twiml=TWIML)
except TwilioRestException as error:
    seen["refused"] = [error.status, error.code]
try:
    Client(ACCOUNT_SID, "wrong", http_client=Sandbox()).calls(call.sid).fetch()
except TwilioRestException as error:
    seen["stranger"] = [error.status, error.code]

print(json.dumps(seen))
