"""What a terminal shows, in its language: English as in the code, or what `indonesian.toml` has for it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.errors import InstrumentProblem

BEGINNINGS = (
    "the answer to indicator ", "the condition `", "the limit `", "the rule ", "the setting `",
    "a number above ",
)  # fmt: skip
"""How the reader of a file begins, where a name follows."""


def terminal_language() -> str:
    """Return id where the terminal is set to Indonesian, else en."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "id" if value.lower().startswith(("id", "in_")) else "en"
    return "en"


def phrase(text: str, /, **words: object) -> str:
    """Return a text of the code in the terminal's language, with its words put in."""
    return known_as(text).format(**words)


def decimals(value: float, places: int = 1) -> str:
    """Return a number with so many decimals behind the terminal's sign: 0.5, in Indonesian 0,5."""
    text = f"{value:.{places}f}"
    return text.replace(".", ",") if terminal_language() == "id" else text


def sized(size: int, least: int = 0) -> str:
    """Return a number of bytes in the unit that reads best; below `least` as it is."""
    if size < least:
        return phrase("{size} bytes", size=size)
    mega, giga = size / 2**20, size / 2**30
    return f"{decimals(giga)} GB" if giga >= 1 else f"{decimals(mega)} MB"


def known_as(text: str) -> str:
    """Return a text in the terminal's language, as it stands."""
    return indonesian().get(text, text) if terminal_language() == "id" else text


def problem_words(problem: InstrumentProblem, about: str = "problems") -> tuple[str, str]:
    """Return what is wrong in a file, and how to put it right; `about`: the table of its sentences."""
    if terminal_language() != "id":
        return problem.message, problem.fix
    from messages.problems import problem as in_words  # only now: it reads all templates
    from messages.problems import problem_codes

    near = phrase(" Did you mean `{nearest}`?", nearest=problem.nearest) if problem.nearest else ""
    params = _readers_words(problem.params)
    if problem.code in problem_codes(about):
        what, fix = in_words(problem.code, params, about=about)
    else:
        entry = problem.entry
        what, fix = (known_as(text).format(**params) for text in (entry.message, entry.fix))
    return what, f"{fix}{near}"


def _readers_words(params: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of a fault with what the reader of the file calls things in Indonesian."""
    from messages.problems import PHRASED
    from scoring.errors import REFUSALS, AnswerProblem

    shown = dict(params)
    for name in PHRASED:
        if isinstance(text := shown.get(name), str):
            beginning = next((one for one in BEGINNINGS if text.startswith(one)), "")
            shown[name] = known_as(beginning) + known_as(text.removeprefix(beginning))
    if isinstance(refusal := shown.get("refusal"), AnswerProblem):
        shown["reason"] = known_as(REFUSALS[refusal.code]).format(**refusal.params)
    return shown


@cache
def indonesian() -> Mapping[str, str]:
    """Return what each English text is in Indonesian."""
    place = resources.files("bot") / "indonesian.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))
