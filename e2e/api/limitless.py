"""Takes the owner's limits off, so that made-up requests reach what is behind them: python3 limitless.py URL TOKEN"""

import json
import sys
import urllib.request

url, token = sys.argv[1:]
headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
with urllib.request.urlopen(urllib.request.Request(f"{url}api/v1/limits", headers=headers)) as answer:
    limits = dict.fromkeys(json.load(answer)) | {"countries": "any"}
body = json.dumps(limits).encode()
with urllib.request.urlopen(urllib.request.Request(f"{url}api/v1/limits", body, headers, method="PUT")) as answer:
    assert answer.status == 200
