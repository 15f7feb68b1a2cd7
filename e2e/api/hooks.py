"""What no schema can say, for schemathesis: values of the description's own formats, and which refusals are right."""

import io
import re
import wave

import schemathesis
from hypothesis import strategies as st

# libphonenumber decides whether digits are a phone number.
schemathesis.openapi.format(
    "phone-number",
    st.sampled_from(
        [
            "+15005550100",
            "+1 (415) 867-5309",
            "tel:+49-30-901820",
            "+44 20 7946 0958",
            "+39 06 698 83145",
            "(212) 736-5000",
            "+33 1 42 68 53 00",
            "+81 3-3224-9999",
        ]
    ),
)
schemathesis.openapi.format(
    "time-zone", st.sampled_from(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
)
schemathesis.openapi.format(
    "web-address",
    st.sampled_from(["https://example.com/voice.xml", "HTTP://EXAMPLE.com:8080/a b?c=d#e", "http:\\\\[2001:db8::1]"]),
)
# Well-formed XML with verbs that Twilio knows, none of which does more than the rules can follow.
schemathesis.openapi.format(
    "twiml",
    st.sampled_from(
        [
            "<Response/>",
            "<Response><Say>Dinner is ready</Say><Pause length='2'/></Response>",
            "<?xml version='1.0'?><Response><Play>https://example.com/bell.mp3</Play></Response>",
        ]
    ),
)
schemathesis.openapi.format(
    "address-book",
    st.sampled_from(
        [
            "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL:+15005550100\nEND:VCARD\n",
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Grace\r\nTEL;PREF=1:tel:+44-20-7946-0958\r\nEND:VCARD\r\n",
            "Name,Phone 1 - Value\nAda,+15005550100\n",
        ]
    ),
)


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(b"\0\1" * 800)
    return file.getvalue()


schemathesis.openapi.media_type("application/octet-stream", st.just(sound()))

# Well-formed requests that are refused all the same, by problem code and part of the text.
RIGHTLY_REFUSED = [
    ("not_sound", ""),
    ("unknown_time_zone", ""),
    # Calls of the last 32 days can't be deleted.
    ("still_counted", ""),
    # Only some protocols take a message, and some need one.
    ("message_not_taken", ""),
    ("message_missing", ""),
    ("long_message", ""),
    ("invalid_protocol", "its message is for {message}"),
    # No schema knows which people exist, or their numbers.
    ("invalid_group", "who was to be a member"),
    ("invalid_group", "so they can't be a member"),
    ("invalid_group", "doesn't have the number"),
    ("invalid_group", "twice with the same number"),
    ("invalid_group", "is not a number"),
    # The limit applies to the trimmed name.
    ("invalid_person", "a name or label has at most"),
    # Valid days, but in the wrong order or too far apart.
    ("bad_period", ""),
    ("unknown_protocol", "which was to be the usual one"),
    ("idempotency_key_reused", ""),
    # Twilio's 4,000 characters include the markup and the keys to press.
    ("invalid_protocol", "there is no room for"),
    # Keys need something audible before them.
    ("invalid_protocol", "this TwiML plays nothing"),
    ("invalid_protocol", "the message is too long"),
]
# The documented route explains refusals in sentences: no schema knows which protocols, numbers and sounds exist. JSON
# Schema accepts 15277.0 as an integer, but it can't be dialed.
DOCUMENTED = re.compile(
    "Protocol .* does not exist|This is not a number|No such number can exist|There is no such sound file|This protocol takes no message|There is no message|The message is too long|target_number must be a string or a whole number",
    re.DOTALL,
)


@schemathesis.check
def refused_for_what_no_schema_says(ctx, response, case):
    """Beside positive_data_acceptance, which takes these statuses for good."""
    if not case.meta.generation.mode.is_positive or response.status_code not in (400, 422, 500):
        return
    told = response.json()
    if "code" not in told:
        assert DOCUMENTED.search(str(told["message"])), told
    else:
        assert any(told["code"] == code and words in told["detail"] for code, words in RIGHTLY_REFUSED), told


@schemathesis.hook
def filter_failure(ctx, failure, case, response):
    """Drops what schemathesis takes for a violation of a format and isn't one: null, which no format is about, and an
    Authorization header, which --auth replaces."""
    claims = re.findall(r"^ *- (?:body|header): (.*)$", failure.message, re.MULTILINE)
    return not claims or not all(is_no_violation(claim, case) for claim in claims)


def is_no_violation(claim, case):
    at = re.fullmatch(r"violates `format` at \S*/properties/(\w+)", claim)
    if not at:
        return False
    name = at[1]
    return name == "Authorization" or (isinstance(case.body, dict) and name in case.body and case.body[name] is None)
