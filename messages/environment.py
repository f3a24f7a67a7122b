"""The Jinja2 environment and its Indonesian filters (numbers and dates through Babel)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, parse_pattern
from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, Undefined
from markupsafe import Markup, escape

FOLDER = Path(__file__).parent / "id"
LOCALE = "id_ID"
SHOWN_DECIMALS = 4
_LOCALE = Locale.parse(LOCALE)
_FIGURE = parse_pattern(f"#,##0.{'#' * SHOWN_DECIMALS}")
_BLANKS = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+\n[ \t]*")
_GAP = re.compile(r"\n[ \t]*\n[ \t]*\n")
"""The same without its margins: it is found by its first newline, and so much faster."""
_INCLUDE = re.compile(r"""\{% include "([^"]+)" %\}\n?""")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@lru_cache(maxsize=4096)
def angka(value: Decimal | int | Fraction) -> str:
    """A figure the Indonesian way (14.250; 12,5); at most four decimals, half up."""
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(value)
    step = Decimal(1).scaleb(-SHOWN_DECIMALS)
    rounded = exact.quantize(step, ROUND_HALF_UP) if abs(exact) < Decimal(10) ** 20 else exact
    with localcontext(prec=60):  # Babel quantizes again, in the context it finds
        return str(_FIGURE.apply(rounded, _LOCALE))


def dua(value: Decimal) -> str:
    """A total with its two decimals (82,35)."""
    return format_decimal(value, format="#,##0.00", locale=LOCALE)


@lru_cache(maxsize=512)
def tanggal(value: date) -> str:
    """31 Maret 2017."""
    return format_date(value, format="d MMMM y", locale=LOCALE)


def waktu(value: datetime) -> str:
    """31 Maret 2017 pukul 14.05, in the zone that `value` carries."""
    return format_datetime(value, format="d MMMM y 'pukul' HH.mm", locale=LOCALE)


def tebal(value: str) -> Markup:
    """Text of the instrument: escaped, with **…** as bold."""
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(value))))  # noqa: S704  # escaped just before


def satuan(value: Decimal | int | Fraction, unit: str) -> str:
    """A figure with its unit; the per-cent sign stands close (15%, 84 per 100.000 kelahiran hidup)."""
    return f"{angka(value)}{unit}" if unit.startswith("%") else f"{angka(value)} {unit}"


def rapat(value: str) -> str:
    """A short expression that no line break may fall into: `≤ 110`, `20–23`."""
    return value.replace(" ", "\u00a0").replace("–", "\u2060–\u2060")


def kapital(value: str) -> str:
    """The first letter large, the others as they are (Jinja's `capitalize` lowers them)."""
    return value[:1].upper() + value[1:]


@lru_cache(maxsize=512)
def hari(value: date) -> str:
    """Senin, 17 April 2017: a day on which people are to do something."""
    return format_date(value, format="EEEE, d MMMM y", locale=LOCALE)


@cache
def marks() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """The one mark and the one word for each state, of answers and of offices."""
    return tomllib.loads((FOLDER / "marks.toml").read_text(encoding="utf-8"))


def tanda(state: str, of: str = "answers") -> str:
    """The mark of a state. Raises KeyError for an unknown one."""
    return marks()[of][state][0]


def keadaan(state: str, of: str = "answers") -> str:
    """What a state is called. Raises KeyError for an unknown one."""
    return marks()[of][state][1]


def kecil(value: str) -> str:
    """The first letter small, for what follows a colon; an abbreviation stays as it is."""
    return value[:1].lower() + value[1:] if value[1:2].islower() else value


class Inlining(BaseLoader):
    """Puts the text of a partial where it is included by name. All files are read at once, at the start.

    An include at run time copies the whole context, for every line of a message that is shared; the
    empty expression keeps `trim_blocks` from eating what follows a partial that ends in a tag.
    """

    def __init__(self, folder: Path) -> None:
        paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.j2")}
        self._paths = paths
        self._texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}

    def get_source(self, environment: Environment, template: str) -> tuple[str, Any, Any]:
        if template not in self._texts:
            raise TemplateNotFound(template)

        def partial(match: re.Match[str]) -> str:
            return self.get_source(environment, match[1])[0].removesuffix("\n") + "{{ '' }}"

        whole = _INCLUDE.sub(partial, self._texts[template])
        return whole, str(self._paths[template]), lambda: True


class Looking(Environment):
    """Looks into a view by key first: as an attribute, a dict costs an error that is caught each time."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj.attribute` is in a template."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment() -> Environment:
    """The one environment: strict about missing variables, escaping on."""
    made = Looking(
        loader=Inlining(FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(
        angka=angka,
        satuan=satuan,
        rapat=rapat,
        dua=dua,
        tanggal=tanggal,
        waktu=waktu,
        tebal=tebal,
        kapital=kapital,
        hari=hari,
        kecil=kecil,
        tanda=tanda,
        keadaan=keadaan,
    )
    return made


def filling() -> Environment:
    """What fills the template of a document in: the filters and partials of all messages, names escaped."""
    return environment().overlay()


@cache
def _template(name: str) -> Template:
    found = environment().get_template(f"{name}.j2")
    found.globals = dict(found.globals)  # each rendering copies them, and a chain of maps slowly
    return found


def render(name: str, view: Mapping[str, Any]) -> str:
    """The message `name` as Telegram HTML.

    Raises jinja2.TemplateNotFound for an unknown name, jinja2.UndefinedError for a missing variable.
    """
    text = _template(name).render(view)
    return (_BLANKS.sub("\n\n", text) if _GAP.search(text) else text).strip()


@cache
def labels() -> Mapping[str, Template | str]:
    """The labels by code; one without variables is its own text."""
    texts = tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))
    plain = environment().overlay(autoescape=False)  # a button shows plain text, never HTML
    return {code: plain.from_string(text) if "{" in text else text for code, text in texts.items()}


def plain(text: str) -> Callable[[Mapping[str, Any]], str]:
    """A text that becomes part of a message, which escapes it, or of a plain file."""
    return environment().overlay(autoescape=False).from_string(text).render


def label(code: str, view: Mapping[str, Any]) -> str:
    """The text of a button. Raises KeyError for an unknown code."""
    found = labels()[code]
    return found if isinstance(found, str) else found.render(view)


@cache
def lenient(text: str) -> Template:
    """A sentence of an export: plain text, in which what an old entry lacks is left out, not refused."""
    return environment().overlay(autoescape=False, undefined=Undefined).from_string(text)


def typed_words() -> dict[str, Any]:
    """How people write names when they type: which words say nothing, what is short for what."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def everyday_words() -> dict[str, Any]:
    """What people ask for in everyday words: phrasings by intent, for contacts and for staff."""
    return tomllib.loads((FOLDER / "intents.toml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every message there is, partial files (with a leading underscore) left out."""
    found = (path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.j2"))
    return sorted(name for name in found if not name.rsplit("/", 1)[-1].startswith("_"))
