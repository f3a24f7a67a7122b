"""What can be wrong with a file of a roster, an instrument or answers, for people: its codes as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from messages.environment import LANGUAGES, plain
from messages.languages import INDONESIAN

PHRASED = ("what", "wanted", "found", "kind", "first", "key", "most", "hole", "better", "role")
"""Parameters in which the reader puts words of its own."""
ROSTERS, INSTRUMENTS, IMPORTS = "problems", "instrument_problems", "import_problems"
"""The tables of sentences; the others say only what they say otherwise than the first."""
_sentence = cache(plain)
"""Made when it is said for the first time: there are hundreds, and most never are."""


@cache
def _texts(
    language: str, about: str = ROSTERS
) -> tuple[dict[str, tuple[str, str]], dict[str, str], dict[str, str]]:
    table = LANGUAGES[language].table(ROSTERS)
    if about != ROSTERS:
        own = LANGUAGES[language].table(about)
        table = {name: {**part, **own.get(name, {})} for name, part in table.items()}
    codes = {code: (texts["what"], texts["fix"]) for code, texts in table["codes"].items()}
    return codes, table["phrases"], table["beginnings"]


def problem(
    code: str, params: Mapping[str, Any], language: str = INDONESIAN, about: str = ROSTERS
) -> tuple[str, str]:
    """Return what is wrong and how to put it right, as plain text."""
    codes, phrases, beginnings = _texts(language, about)
    view = {
        name: _phrase(str(value), phrases, beginnings) if name in PHRASED else value
        for name, value in params.items()
    }
    what, fix = codes.get(code, codes["other"])
    view["code"] = view.get("code", code)
    return _sentence(what, language)(view), _sentence(fix, language)(view)


def problem_codes(about: str = ROSTERS) -> frozenset[str]:
    """Return the codes that have sentences."""
    return frozenset(_texts(INDONESIAN, about)[0])


def _phrase(text: str, phrases: Mapping[str, str], beginnings: Mapping[str, str]) -> str:
    if text in phrases:
        return phrases[text]
    for begins, shown in beginnings.items():
        if text.startswith(begins):
            return shown + text.removeprefix(begins)
    return text
