"""What can be wrong with a file of a roster, in Indonesian: the codes of the reader as sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from messages.environment import FOLDER, plain

PHRASED = ("what", "wanted", "found", "kind", "first", "key", "most")
"""Parameters in which the reader puts words of its own."""


Sentence = Callable[[Mapping[str, Any]], str]


@cache
def _texts() -> tuple[dict[str, tuple[Sentence, Sentence]], dict[str, str], dict[str, str]]:
    said = tomllib.loads((FOLDER / "problems.toml").read_text(encoding="utf-8"))
    codes = {code: (plain(one["what"]), plain(one["fix"])) for code, one in said["codes"].items()}
    return codes, said["phrases"], said["beginnings"]


def problem(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong and how to put it right, as plain text."""
    codes, phrases, beginnings = _texts()
    view = {
        name: _phrase(str(value), phrases, beginnings) if name in PHRASED else value
        for name, value in params.items()
    }
    what, fix = codes.get(code, codes["other"])
    view["code"] = view.get("code", code)
    return what(view), fix(view)


def problem_codes() -> frozenset[str]:
    """The codes that have sentences."""
    return frozenset(_texts()[0])


def _phrase(text: str, phrases: Mapping[str, str], beginnings: Mapping[str, str]) -> str:
    if text in phrases:
        return phrases[text]
    for begins, shown in beginnings.items():
        if text.startswith(begins):
            return shown + text.removeprefix(begins)
    return text
