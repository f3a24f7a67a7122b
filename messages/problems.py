"""What can be wrong with a file of a roster, for people: the codes of the reader as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from messages.environment import LANGUAGES, plain
from messages.languages import INDONESIAN

PHRASED = ("what", "wanted", "found", "kind", "first", "key", "most")
"""Parameters in which the reader puts words of its own."""


Sentence = Callable[[Mapping[str, Any]], str]


@cache
def _texts(
    language: str,
) -> tuple[dict[str, tuple[Sentence, Sentence]], dict[str, str], dict[str, str]]:
    table = LANGUAGES[language].table("problems")
    codes = {
        code: (plain(texts["what"], language), plain(texts["fix"], language))
        for code, texts in table["codes"].items()
    }
    return codes, table["phrases"], table["beginnings"]


def problem(code: str, params: Mapping[str, Any], language: str = INDONESIAN) -> tuple[str, str]:
    """Return what is wrong and how to put it right, as plain text."""
    codes, phrases, beginnings = _texts(language)
    view = {
        name: _phrase(str(value), phrases, beginnings) if name in PHRASED else value
        for name, value in params.items()
    }
    what, fix = codes.get(code, codes["other"])
    view["code"] = view.get("code", code)
    return what(view), fix(view)


def problem_codes() -> frozenset[str]:
    """Return the codes that have sentences."""
    return frozenset(_texts(INDONESIAN)[0])


def _phrase(text: str, phrases: Mapping[str, str], beginnings: Mapping[str, str]) -> str:
    if text in phrases:
        return phrases[text]
    for begins, shown in beginnings.items():
        if text.startswith(begins):
            return shown + text.removeprefix(begins)
    return text
