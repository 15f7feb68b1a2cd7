"""Writes time_zones.txt, short_numbers.txt, emergency_numbers.txt and emergency_patterns.txt, which src/numbering.rs reads.

    python3 -m venv /tmp/numbering && /tmp/numbering/bin/pip install phonenumbers==9.0.43 tzdata==2026.6
    /tmp/numbering/bin/python crates/core/data/make.py

From libphonenumber's data (Apache-2.0), as the PyPI package phonenumbers carries it, and the tz database's zone.tab (public
domain), as the PyPI package tzdata carries it. Both are facts about numbering plans and clocks, cut down to what is asked of them.
"""

import collections
import importlib
import pathlib
import re

import phonenumbers
import tzdata
from phonenumbers.tzdata import TIMEZONE_DATA

HERE = pathlib.Path(__file__).parent
# National emergency numbers of the ITU's list that libphonenumber doesn't have.
ITU = "008 010 015 017 018 061 062 063 064 067 08 109 121 126 143 147".split()
SOURCE = f"libphonenumber {phonenumbers.__version__} and tz database {tzdata.IANA_VERSION}; made by make.py"


def zones_of_regions():
    table = (pathlib.Path(tzdata.__file__).parent / "zoneinfo" / "zone.tab").read_text()
    zones = collections.defaultdict(list)
    for line in table.splitlines():
        if line and not line.startswith("#"):
            region, _, zone = line.split("\t")[:3]
            zones[region].append(zone)
    return zones


def code_of(prefix):
    return next(prefix[:n] for n in (1, 2, 3) if int(prefix[:n]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def write_time_zones():
    users = collections.defaultdict(list)
    for region, zones in sorted(zones_of_regions().items()):
        if region in phonenumbers.SUPPORTED_REGIONS:
            users[",".join(zones)].append(region)
    by_code = collections.defaultdict(dict)
    for prefix, zones in TIMEZONE_DATA.items():
        by_code[code_of(str(prefix))][str(prefix)] = zones
    for code, prefixes in by_code.items():
        if len(set(prefixes.values())) == 1:
            continue  # one clock in all of it: the region says as much
        for prefix, zones in sorted(prefixes.items()):
            # The code alone, and prefixes that are as vague: the region's zones are narrower or the same.
            if prefix != code and zones != prefixes.get(code):
                users[",".join(zones)].append("+" + prefix)
    lines = [f"{zones}\t{' '.join(names)}" for zones, names in sorted(users.items())]
    (HERE / "time_zones.txt").write_text(f"# {SOURCE}\n" + "\n".join(lines) + "\n")


def short_metadata():
    names = sorted(path.stem[7:] for path in (pathlib.Path(phonenumbers.__file__).parent / "shortdata").glob("region_*.py"))
    for name in names:
        module = importlib.import_module(f"phonenumbers.shortdata.region_{name}")
        yield phonenumbers.country_code_for_region(name), getattr(module, f"PHONE_METADATA_{name}")


def write_patterns(name, sort):
    lines = set()
    for code, metadata in short_metadata():
        numbers = getattr(metadata, sort)
        if code and numbers and numbers.national_number_pattern:
            lines.add(f"{code}\t{numbers.national_number_pattern}")
    lines = sorted(lines, key=lambda line: (int(line.split("\t")[0]), line))
    (HERE / name).write_text(f"# {SOURCE}\n" + "\n".join(lines) + "\n")


def write_emergency_numbers():
    numbers = set(ITU)
    patterns = [metadata.emergency.national_number_pattern for _, metadata in short_metadata() if metadata.emergency]
    for pattern in filter(None, set(patterns)):
        known = re.compile(pattern)
        for length in range(2, 6):
            numbers.update(text for text in (str(n).zfill(length) for n in range(10**length)) if known.fullmatch(text))
    (HERE / "emergency_numbers.txt").write_text(f"# {SOURCE}, and the ITU's list\n" + "\n".join(sorted(numbers)) + "\n")


write_time_zones()
write_patterns("short_numbers.txt", "short_code")
write_patterns("emergency_patterns.txt", "emergency")
write_emergency_numbers()
