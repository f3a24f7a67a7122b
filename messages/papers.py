"""The words of the papers of a season: sentences by paper and name, and how a cell is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from messages.environment import LANGUAGES, plain
from messages.languages import INDONESIAN

PRINTING = LANGUAGES.default.printing
NOTHING = "–"
Cell = str | int | Decimal | date | None


class Wording:
    """The sentences of one paper, `papers/NAME.toml`; papers are Indonesian, for they go to offices.

    What is said of a paper, `check.toml`, is in other languages too.
    """

    def __init__(self, paper: str, language: str) -> None:
        self._language = language
        self._table = LANGUAGES[language].table(f"papers/{paper}")

    def text(self, name: str, **view: Any) -> str:
        """Return a sentence with its figures in it. Raises jinja2.UndefinedError for a missing one."""
        return " ".join(self._compiled(self._table[name])(view).split())

    def lines(self, name: str, **view: Any) -> tuple[str, ...]:
        """Return a list of lines, without those that came out empty."""
        rendered = (" ".join(self._compiled(line)(view).split()) for line in self._table[name])
        return tuple(filter(None, rendered))

    def sections(self, name: str, **view: Any) -> tuple[tuple[str, ...], ...]:
        """Return groups of lines in the order of the file, without those lines that came out empty."""
        groups = self._table[name].values()
        rendered = ([" ".join(_compiled(line)(view).split()) for line in group] for group in groups)
        return tuple(tuple(filter(None, group)) for group in rendered)

    def titles(self, role: str, **view: Any) -> tuple[str, ...]:
        """Return the title of whoever signs as `role`, where no settings say it."""
        return tuple(self._compiled(line)(view) for line in self._table["signers"][role])

    def group(self, name: str, **view: Any) -> str:
        """Return what a group of figures is called."""
        return self._compiled(self._table["groups"][name])(view)

    def words(self, name: str) -> Mapping[str, str]:
        """Return what codes are called."""
        table: Mapping[str, str] = self._table[name]
        return table

    def _compiled(self, text: str) -> Callable[[Mapping[str, Any]], str]:
        return _compiled(text, self._language)


@cache
def wording(paper: str, language: str = INDONESIAN) -> Wording:
    """Return the sentences of a paper."""
    return Wording(paper, language)


def printed(value: Cell, *, two_decimals: bool = False) -> str:
    """Return a cell as people read it."""
    match value:
        case None:
            return NOTHING
        case str():
            return value
        case date():
            return PRINTING.date(value)
        case Decimal() if two_decimals:
            return PRINTING.total(value)
        case _:
            return PRINTING.number(value)


@cache
def _compiled(text: str, language: str) -> Callable[[Mapping[str, Any]], str]:
    return plain(text, language)
