"""What a terminal shows, in its language: English as in the code, or what `indonesian.toml` has for it."""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from msgspec import Struct, field

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
            return _spoken(value)
    return _spoken(locale.getlocale()[0] or "")  # Windows sets none of them


def _spoken(name: str) -> str:
    """Return the language of a locale, as its system names it: id_ID, or Indonesian_Indonesia."""
    return "id" if name.lower().startswith(("id", "in_", "indonesian")) else "en"


def phrase(text: str, /, **words: object) -> str:
    """Return a text of the code in the terminal's language, with its words put in."""
    return Sentence(text, words).shown()


class Sentence(Struct, frozen=True):
    """A text of the code with its words, before it is known in which language somebody reads it."""

    text: str
    words: Mapping[str, object] = field(default_factory=dict)

    def shown(self, language: str = "") -> str:
        """Return it in a language, else in the terminal's, with the sentences among its words."""
        words = {
            name: word.shown(language) if isinstance(word, Sentence) else word
            for name, word in self.words.items()
        }
        return known_as(self.text, language).format(**words)


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


def known_as(text: str, language: str = "") -> str:
    """Return a text in a language, else in the terminal's, as it stands."""
    return indonesian().get(text, text) if (language or terminal_language()) == "id" else text


def system_words(error: OSError) -> str:
    """Return what the system says of a file, in the terminal's language."""
    return known_as((error.strerror or str(error) or type(error).__name__).lower())


def problem_words(
    problem: InstrumentProblem, about: str = "problems", language: str = ""
) -> tuple[str, str]:
    """Return what is wrong in a file, and how to put it right; `about`: the table of its sentences."""
    if (language or terminal_language()) != "id":
        return problem.message, problem.fix
    from messages.problem_words import problem as in_words  # only now: it reads all templates
    from messages.problem_words import problem_codes

    near = Sentence(" Did you mean `{nearest}`?", {"nearest": problem.nearest}).shown("id")
    params = _readers_words(problem.params)
    if problem.code in problem_codes(about):
        what, fix = in_words(problem.code, params, about=about)
    else:
        entry = problem.entry
        what, fix = (known_as(text, "id").format(**params) for text in (entry.message, entry.fix))
    return what, f"{fix}{near if problem.nearest else ''}"


def problem_line(problem: InstrumentProblem, language: str = "") -> str:
    """Return one problem of a file as a line: its code, where, what, how to fix it."""
    what, fix = problem_words(problem, language=language)
    return f"{problem.code} {problem.file}:{problem.line}: {what.rstrip('.')} — {fix}"


def _readers_words(params: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters of a fault with what the reader of the file calls things in Indonesian."""
    from messages.problem_words import PHRASED
    from scoring.errors import REFUSALS, AnswerProblem

    shown = dict(params)
    for name in PHRASED:
        if isinstance(text := shown.get(name), str):
            beginning = next((one for one in BEGINNINGS if text.startswith(one)), "")
            shown[name] = known_as(beginning, "id") + known_as(text.removeprefix(beginning), "id")
    if isinstance(refusal := shown.get("refusal"), AnswerProblem):
        shown["reason"] = known_as(REFUSALS[refusal.code], "id").format(**refusal.params)
    return shown


@cache
def indonesian() -> Mapping[str, str]:
    """Return what each English text is in Indonesian."""
    place = resources.files("bot") / "indonesian.toml"
    return tomllib.loads(place.read_text(encoding="utf-8"))
