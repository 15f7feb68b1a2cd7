"""Places a call, follows and ends it, with the client that openapi-python-client made of docs/openapi.json.

python drive.py URL TOKEN
"""

import json
import sys
from collections.abc import Iterator
from typing import TypeVar
from uuid import UUID, uuid4

from switchboard import AuthenticatedClient
from switchboard.api.calls import get_call, hang_up_call, list_calls, place_call
from switchboard.api.documented import list_protocol_ids, place_documented_call
from switchboard.api.protocols import list_protocols
from switchboard.models import Call, CallStatus, PlaceCall, PlaceForm, Problem
from switchboard.models import CallList, CallWithEvents, ProblemCode, ProtocolIds, ProtocolList

# Answered for five minutes.
ANSWERED = "+15005550114"
T = TypeVar("T")


def expect(kind: type[T], answer: object) -> T:
    assert isinstance(answer, kind), answer
    return answer


def statuses(client: AuthenticatedClient, call: UUID) -> Iterator[CallStatus]:
    """What happens to a call, as the stream of events tells it."""
    last = {"Last-Event-ID": "0"}
    with client.get_httpx_client().stream("GET", "/api/v1/events", headers=last, timeout=60) as events:
        assert events.status_code == 200, events.read()
        for line in events.iter_lines():
            if line.startswith("data:"):
                news = json.loads(line.removeprefix("data:"))
                if news.get("call", {}).get("id") == str(call):
                    yield Call.from_dict(news["call"]).status


def main(url: str, token: str) -> None:
    with AuthenticatedClient(url, token, raise_on_unexpected_status=True) as client:
        # A protocol that needs nothing from the internet.
        protocols = expect(ProtocolList, list_protocols.sync(client=client)).items
        protocol = next(protocol.id for protocol in protocols if protocol.twiml or protocol.say)
        wish = PlaceCall(protocol=protocol, to=ANSWERED)
        key = str(uuid4())
        placed = expect(Call, place_call.sync(client=client, body=wish, idempotency_key=key))
        again = expect(Call, place_call.sync(client=client, body=wish, idempotency_key=key))
        assert again.id == placed.id, "the same key, the same call"

        seen: set[CallStatus] = set()
        for status in statuses(client, placed.id):
            if status == CallStatus.IN_PROGRESS and status not in seen:
                expect(Call, hang_up_call.sync(placed.id, client=client))
            if status == CallStatus.COMPLETED:
                break
            seen.add(status)
        told = expect(CallWithEvents, get_call.sync(placed.id, client=client))
        assert told.ended and told.events, told
        newest = expect(CallList, list_calls.sync(client=client, limit=1)).items[0]
        assert newest.id == placed.id, newest

        over = expect(Problem, hang_up_call.sync(placed.id, client=client))
        assert over.code == ProblemCode.CALL_OVER, over

        ids = expect(ProtocolIds, list_protocol_ids.sync(client=client)).protocols
        form = PlaceForm(protocol=ids[0], target_number="+15005550143")
        assert place_documented_call.sync(client=client, body=form) == ids[0]


if __name__ == "__main__":
    main(*sys.argv[1:])
