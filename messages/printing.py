"""How figures and dates are printed, by language (through Babel), and what is done to any text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any

from babel.core import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_group_symbol, parse_pattern
from markupsafe import Markup, escape

from messages.spelling import spelled

SHOWN_DECIMALS = 4
ONE = Decimal(1)
PrintableFigure = Decimal | int | Fraction
_FIGURE = parse_pattern(f"#,##0.{'#' * SHOWN_DECIMALS}")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


class Printing:
    """Figures and dates as one language prints them."""

    def __init__(self, locale: str, patterns: Mapping[str, str]) -> None:
        self._locale = Locale.parse(locale)
        self._patterns = patterns
        self._group = get_group_symbol(self._locale)
        # A figure or a day is printed again and again: each row of a status, each reminder.
        self.number: Callable[[PrintableFigure], str] = lru_cache(maxsize=4096)(self._number)
        self.date: Callable[[date], str] = lru_cache(maxsize=512)(self._date)
        self.day: Callable[[date], str] = lru_cache(maxsize=512)(self._day)

    def _number(self, value: PrintableFigure) -> str:
        """Return a figure the language's way (14.250; 12,5); at most four decimals, half up."""
        if isinstance(value, int) or (isinstance(value, Decimal) and value.same_quantum(ONE)):
            return format(int(value), ",").replace(",", self._group)
        if isinstance(value, Fraction):
            exact = Decimal(value.numerator) / Decimal(value.denominator)
        else:
            exact = Decimal(value)
        step = Decimal(1).scaleb(-SHOWN_DECIMALS)
        rounded = exact.quantize(step, ROUND_HALF_UP) if abs(exact) < Decimal(10) ** 20 else exact
        with localcontext(prec=60):  # Babel quantizes again, in the context it finds
            return str(_FIGURE.apply(rounded, self._locale))

    def _date(self, value: date) -> str:
        return format_date(value, format=self._patterns["date"], locale=self._locale)

    def _day(self, value: date) -> str:
        return format_date(value, format=self._patterns["day"], locale=self._locale)

    def total(self, value: Decimal) -> str:
        """Return a total with its two decimals (82,35)."""
        return format_decimal(value, format="#,##0.00", locale=self._locale)

    def moment(self, value: datetime) -> str:
        """Return date and time of day (31 Maret 2017 pukul 14.05), in the zone that `value` carries."""
        return format_datetime(value, format=self._patterns["moment"], locale=self._locale)

    def weekday(self, value: date) -> str:
        """Return the name of a day of the week (Rabu)."""
        return format_date(value, format="EEEE", locale=self._locale)

    def month(self, value: date) -> str:
        """Return the name of a month (Maret)."""
        return format_date(value, format="MMMM", locale=self._locale)

    def measure(self, value: PrintableFigure, unit: str) -> str:
        """Return a figure with its unit; the per-cent sign stands close (15%, 84 per 100.000 kelahiran)."""
        printed = self.number(value)
        return f"{printed}{unit}" if unit.startswith("%") else f"{printed} {unit}"

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters of templates: each by its name in code, and by its Indonesian one."""
        return {
            "number": self.number, "angka": self.number,
            "total": self.total, "dua": self.total,
            "date": self.date, "tanggal": self.date,
            "moment": self.moment, "waktu": self.moment,
            "day": self.day, "hari": self.day,
            "weekday": self.weekday, "nama_hari": self.weekday,
            "month": self.month, "bulan": self.month,
            "spelled": spelled, "eja": spelled,
            "measure": self.measure, "satuan": self.measure,
            "bold": bold, "tebal": bold,
            "unbroken": unbroken, "rapat": unbroken,
            "upper_first": upper_first, "kapital": upper_first,
            "lower_first": lower_first, "kecil": lower_first,
        }  # fmt: skip


def bold(value: str) -> Markup:
    """Return text of the instrument: escaped, with **…** as bold."""
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(value))))  # noqa: S704  # escaped just before


def unbroken(value: str) -> str:
    """Return a short expression that no line break may fall into: `≤ 110`, `20–23`."""
    return value.replace(" ", "\u00a0").replace("–", "\u2060–\u2060")


def upper_first(value: str) -> str:
    """Return the text with its first letter large, the others as they are (`capitalize` lowers them)."""
    return value[:1].upper() + value[1:]


def lower_first(value: str) -> str:
    """Return the text with its first letter small, as after a colon; an abbreviation stays as it is."""
    return value[:1].lower() + value[1:] if value[1:2].islower() else value
