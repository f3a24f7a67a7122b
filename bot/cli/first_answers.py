"""What `peduli-ham init` asks: its words in the language of the terminal, and what each answer has to be."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from babel.dates import format_date
from msgspec import Struct

from bot.roster.roster_rules import has_phone
from bot.terminal import terminal_language

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
LONGEST_INSTITUTION, LONGEST_NAME = 100, 60
CITY = 71
"""The second part of a Kemendagri code: from here on it is a city (kota), below it a regency."""
PLACE = re.compile(r"(\d\d)\.(\d\d)\s+(\S.{2,59})")


class AssessedPlace(Struct, frozen=True):
    """The region that is assessed, with its province and the zone in which most of that lives."""

    code: str
    name: str
    province: str
    zone: str

    @property
    def kind(self) -> str:
        return "kota" if int(self.code.partition(".")[2]) >= CITY else "kabupaten"


class SetupAnswers(Struct, frozen=True):
    """The six answers, and the bot's username that belongs to the token."""

    token: str
    username: str
    place: AssessedPlace
    zone: str
    institution: str
    contact: str
    administrator: str


def word(key: str, **words: object) -> str:
    """Return a sentence in the language of the terminal."""
    return in_language(key, terminal_language(), **words)


def in_language(key: str, language: str, **words: object) -> str:
    """Return a sentence, in Indonesian where it has no other."""
    texts = _table("bot", "cli", "first_run.toml")[key]
    return str(texts.get(language, texts["id"])).format(**words)


def day(moment: date) -> str:
    """Return a date in the language of the terminal."""
    return format_date(moment, "d MMMM yyyy", locale=terminal_language())


@cache
def _table(package: str, *path: str) -> dict[str, Any]:
    place = resources.files(package).joinpath(*path)
    return tomllib.loads(place.read_text(encoding="utf-8"))


def province_name(codes: Iterable[str]) -> str:
    """Return the name of the first of these provinces that has one here, else nothing."""
    known = _provinces()
    return next((known[code][0] for code in codes if code in known), "")


def _provinces() -> dict[str, Any]:
    return _table("bot", "roster", "data", "provinces.toml")


def _place(text: str) -> AssessedPlace:
    match = PLACE.fullmatch(text.strip())
    province = _provinces().get(match[1]) if match else None
    if match is None or province is None:
        raise ValueError(word("bad_place"))
    name = re.sub(r"^(kota|kabupaten|kab\.?)\s+", "", match[3].strip(), flags=re.I)
    return AssessedPlace(f"{match[1]}.{match[2]}", name, province[0], province[1])


def _zone(text: str) -> str:
    if text.strip().upper() not in ZONES:
        raise ValueError(word("bad_zone"))
    return text.strip().upper()


def _contact(text: str) -> str:
    if not has_phone(text):
        raise ValueError(word("bad_contact"))
    return text.strip()


def _worded(key: str, longest: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not 1 < len(text.strip()) <= longest or not text.isprintable():
            raise ValueError(word(f"bad_{key}"))
        return text.strip()

    return check


CHECKS: dict[str, Callable[[str], Any]] = {
    "place": _place,
    "zone": _zone,
    "institution": _worded("institution", LONGEST_INSTITUTION),
    "contact": _contact,
    "administrator": _worded("administrator", LONGEST_NAME),
}
"""What each answer has to be; raises ValueError with what would be accepted."""
