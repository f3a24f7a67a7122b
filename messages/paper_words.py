"""The words of the papers of a season: sentences by paper and name, and how a cell is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from messages.environment import LANGUAGES, plain
from messages.languages import INDONESIAN

PRINTING = LANGUAGES.default.printing
NOTHING = "–"
PrintedCell = str | int | Decimal | date | None


class Wording:
    """The sentences of one paper, `papers/NAME.toml`; papers are Indonesian, for they go to offices.

    What is said of a paper, `check.toml`, is in other languages too.
    """

    def __init__(self, paper: str, language: str) -> None:
        self._language = language
        self._table = LANGUAGES[language].table(f"papers/{paper}")

    def text(self, name: str, **view: Any) -> str:
        """Return a sentence with its figures in it. Raises jinja2.UndefinedError for a missing one."""
        return self._line(self._table[name], view)

    def lines(self, name: str, **view: Any) -> tuple[str, ...]:
        """Return a list of lines, without those that came out empty."""
        return self._lines(self._table[name], view)

    def sections(self, name: str, **view: Any) -> tuple[tuple[str, ...], ...]:
        """Return groups of lines in the order of the file, without those lines that came out empty."""
        return tuple(self._lines(group, view) for group in self._table[name].values())

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

    def _lines(self, texts: Iterable[str], view: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(filter(None, (self._line(text, view) for text in texts)))

    def _line(self, text: str, view: Mapping[str, Any]) -> str:
        return " ".join(self._compiled(text)(view).split())

    def _compiled(self, text: str) -> Callable[[Mapping[str, Any]], str]:
        return _compiled(text, self._language)


@cache
def wording(paper: str, language: str = INDONESIAN) -> Wording:
    """Return the sentences of a paper."""
    return Wording(paper, language)


def printed(value: PrintedCell, *, two_decimals: bool = False) -> str:
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
