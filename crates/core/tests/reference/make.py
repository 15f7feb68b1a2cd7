"""Writes telephone numbers as people write them, and how libphonenumber reads each, for ../reference.rs.

    python make.py answers.tsv

The answers are those of PyPI's phonenumbers, Google's library in Python. Its version has the same numbering plans as the crate
rlibphonenumber that the product reads with. The inputs are the same at each run.

A line is: region, text (as a JSON string), E.164 or nothing, extension, "valid" or "possible" or nothing.
"""

import json
import sys

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

FORMATS = [
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.E164,
    PhoneNumberFormat.RFC3966,
]
TYPES = [value for value in PhoneNumberType.values() if value != PhoneNumberType.UNKNOWN]
# What stands between digits, and what nobody sees there.
BETWEEN = "- . / ( ) [ ] ~ \u00a0 \u00ad \u200b \u2010 \u2013 \u2014 \u2060 \u2212 \u3000".split(" ") + [" "]
# libphonenumber skips these before and behind a number.
AROUND = ["\ufe0f", "\ufeff", "\u202a", "Tel.: ", "<", "\u260e "]
# Where the product is wider, or stricter, on purpose; differences.tsv says why.
ODD = [
    ("US", "415\ufe0f867 5309"),
    ("US", "415\ufeff867 5309"),
    ("US", "+1\u200e 415\u202a 867 5309"),
    ("US", "415\u2009867\u202f5309"),
    ("US", "tel:%2B49%2030%20901820"),
    ("US", "415 867 5309p12"),
    ("DE", "O30 901820"),
    ("DE", "+4930901820.0"),
    ("DE", "030 901820 home"),
    ("DE", "0800 FLOWERS"),
    ("IT", "+39 (0)333 333 7647"),
    ("DE", "030 9018 20O"),
    ("DE", "011 1 415 867 5309"),
    ("US", "00390266307129"),
]
SCRIPTS = [0x0660, 0x06F0, 0x0966, 0xFF10]
EXTENSIONS = [" x 9", " ext. 12", ";ext=9", ",,82044#", " #7"]


class Dice:
    """The same throws with each version of Python. Knuth's MMIX generator."""

    state = 20_261_127

    def throw(self, sides):
        self.state = (self.state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        return (self.state >> 33) * sides >> 31

    def choice(self, sides):
        return sides[self.throw(len(sides))]


dice = Dice()


def national(number):
    return phonenumbers.national_significant_number(number)


def others_like(number):
    """The same number with other last digits, and with its own country code's digits in front, where these are numbers too."""
    digits = national(number)
    yield number
    for _ in range(3):
        tail = min(4, len(digits) - 2)
        yield of(number, digits[:-tail] + "".join(dice.choice("0123456789") for _ in range(tail)))
    code = str(number.country_code)
    for _ in range(6):
        random_tail = "".join(dice.choice("0123456789") for _ in range(len(digits) - len(code)))
        yield of(number, code + random_tail)


def of(number, digits):
    zeros = len(digits) - len(digits.lstrip("0"))
    return phonenumbers.PhoneNumber(
        country_code=number.country_code,
        national_number=int(digits),
        italian_leading_zero=zeros > 0 or None,
        number_of_leading_zeros=zeros if zeros > 1 else None,
    )


def written(number, region):
    """As at home, and as from abroad."""
    for form in FORMATS:
        yield region, phonenumbers.format_number(number, form)
    yield region, national(number)
    yield region, str(number.country_code) + national(number)
    abroad = dice.choice(REGIONS)
    yield abroad, phonenumbers.format_out_of_country_calling_number(number, abroad)
    yield abroad, phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def slipped(text):
    at = dice.throw(len(text))
    slip = dice.throw(9)
    if slip == 0:
        return text[:at] + text[at + 1 :]
    if slip == 1:
        return text[:at] + dice.choice("0123456789") + text[at:]
    if slip == 2:
        return text[:at] + dice.choice("0123456789") + text[at + 1 :]
    if slip == 3 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if slip == 4:
        return text[:at] + dice.choice(BETWEEN) + text[at:]
    if slip == 5:
        zero = dice.choice(SCRIPTS)
        return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in text)
    if slip == 6:
        return text + dice.choice(EXTENSIONS)
    if slip == 7:
        return dice.choice(AROUND) + text + dice.choice(AROUND[:3])
    return dice.choice(["(0)", "0", "00", "011", "+", "1"]) + text


def inputs():
    yield from ODD
    for region in REGIONS:
        for kind in TYPES:
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for number in others_like(example):
                if not phonenumbers.is_valid_number(number):
                    continue
                for where, text in written(number, region):
                    yield where, text
                    if dice.throw(10) < 6:
                        yield where, slipped(text)


def answer(region, text):
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return "", "", ""
    judged = "valid" if phonenumbers.is_valid_number(number) else ""
    judged = judged or ("possible" if phonenumbers.is_possible_number(number) else "")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension or "", judged


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
with open(sys.argv[1], "w", encoding="utf-8", newline="\n") as file:
    for region, text in dict.fromkeys(inputs()):
        print(region, json.dumps(text), *answer(region, text), sep="\t", file=file)
