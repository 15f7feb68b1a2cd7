"""Drives a sandbox with Apprise's Twilio plugin, unchanged but for its address, and says in JSON what it saw."""

import json
import os

from apprise import Apprise
from apprise.plugins.twilio import NotifyTwilio

BASE_URL = os.environ["SANDBOX_URL"].rstrip("/")
ACCOUNT_SID, AUTH_TOKEN = os.environ["SANDBOX_SID"], os.environ["SANDBOX_TOKEN"]

# Apprise has no setting for it.
NotifyTwilio.notify_call_url = NotifyTwilio.notify_call_url.replace("https://api.twilio.com", BASE_URL)


def told(token, targets):
    plugin = Apprise()
    assert plugin.add(f"twilio://{ACCOUNT_SID}:{token}@+15005550006/{targets}?method=call")
    return bool(plugin.notify(title="Backup", body="The disk is <full> & tired"))


print(
    json.dumps(
        {
            "called": told(AUTH_TOKEN, "+14155550123/+14155550124"),
            "refused": told(AUTH_TOKEN, "+15005550001"),
            "stranger": told("wrong", "+14155550123"),
        }
    )
)
