"""The sentences of this package: its languages, and short ways to what is said in one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, Undefined

from messages.languages import INDONESIAN, Languages

LANGUAGES = Languages(Path(__file__).parent)
FOLDER = LANGUAGES.default.folder
_DEFAULT = LANGUAGES.default
angka = _DEFAULT.printing.number
dua = _DEFAULT.printing.total
tanggal = _DEFAULT.printing.date
render = LANGUAGES.render
label = LANGUAGES.label
menu_line = LANGUAGES.menu_line
spoken = LANGUAGES.spoken


def environment(language: str = INDONESIAN) -> Environment:
    """Return the one environment of a language."""
    return LANGUAGES[language].environment


def filling() -> Environment:
    """Return what fills in a document: filters and partials of all messages, names escaped.

    A figure of a view, which comes as a length and as people read it, stands as people read it.
    """
    return environment().overlay(finalize=_as_read)


def _as_read(value: Any) -> Any:
    return value["text"] if isinstance(value, Mapping) and {"at", "text"} == value.keys() else value


def plain(text: str, language: str = INDONESIAN) -> Callable[[Mapping[str, Any]], str]:
    """Return what renders a text that becomes part of a message, which escapes it, or of a plain file."""
    return environment(language).overlay(autoescape=False).from_string(text).render


@cache
def lenient(text: str, language: str = INDONESIAN) -> Template:
    """Return a sentence of an export: plain text, in which what an old entry lacks is left out."""
    return environment(language).overlay(autoescape=False, undefined=Undefined).from_string(text)


def typed_words() -> dict[str, Any]:
    """Return how people write names when they type: which words say nothing, what is short for what."""
    return _DEFAULT.table("words")


def everyday_words() -> dict[str, Any]:
    """Return what people ask for in everyday words: phrasings by intent, for contacts and for staff."""
    return _DEFAULT.table("intents")


def names() -> list[str]:
    """Return every message there is, partial files (with a leading underscore) left out."""
    paths = (path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.j2"))
    return sorted(name for name in paths if not name.rsplit("/", 1)[-1].startswith("_"))
