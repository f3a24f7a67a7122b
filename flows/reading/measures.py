"""Units of measure as people write them, and whether a typed one is the one that was asked for.

The same measure is converted exactly (m³/hari → liter per hari); another one is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct, field

MeasurePart = tuple[str, Fraction]
"""What is measured, and how many of its basic unit this one is."""

_AREA = {
    "ha": "10000", "hektar": "10000", "hektare": "10000", "m2": "1", "meter persegi": "1",
    "m persegi": "1", "km2": "1000000", "kilometer persegi": "1000000",
    "km persegi": "1000000", "are": "100",
    "ar": "100", "hm2": "10000", "dam2": "100", "cm2": "0.0001", "meter kuadrat": "1", "m kuadrat": "1",
    "km kuadrat": "1000000", "mtr2": "1", "meter2": "1",
}  # fmt: skip
_VOLUME = {
    "liter": "1", "ltr": "1", "lt": "1", "litre": "1", "m3": "1000", "meter kubik": "1000", "m kubik": "1000",
    "kubik": "1000", "ml": "0.001", "mililiter": "0.001", "l": "1", "kl": "1000", "kiloliter": "1000",
    "hl": "100", "hektoliter": "100", "dl": "0.1", "desiliter": "0.1", "dm3": "1", "cm3": "0.001",
    "cc": "0.001", "meter3": "1000", "mtr3": "1000",
}  # fmt: skip
_TIME = {
    "detik": "1", "dtk": "1", "dt": "1", "det": "1", "sekon": "1", "s": "1", "menit": "60", "mnt": "60",
    "jam": "3600", "hari": "86400", "hr": "86400",
    "minggu": "604800", "pekan": "604800",
}  # fmt: skip
_COUNTED = {
    "person": "orang org orng jiwa kapita",
    "baby": "bayi",
    "toddler": "balita",
    "child": "anak",
    "family": "keluarga kk",
    "house": "rumah",
    "piece": "unit buah",
    "case": "kasus kejadian peristiwa",
    "post": "jabatan",
    "month": "bulan bln",
    "year": "tahun thn th setahun",
    "quarter": "triwulan tw semester",
    "money": "rp rupiah",
    "length": "meter km kilometer",
    "mass": "kg ton kilogram kilo",
    "times": "kali",
    "clock": "wib wita wit",
}
UNITS: dict[str, MeasurePart] = {
    **{name: ("area", Fraction(size)) for name, size in _AREA.items()},
    **{name: ("volume", Fraction(size)) for name, size in _VOLUME.items()},
    **{name: ("time", Fraction(size)) for name, size in _TIME.items()},
    **{name: (kind, Fraction(1)) for kind, names in _COUNTED.items() for name in names.split()},
    "kepala keluarga": ("family", Fraction(1)),
}
GLUED = frozenset({"org", "orang", "jiwa", "ha", "kk", "m2", "m3", "km2", "liter", "ltr", "unit"})
"""Units that people write right behind the digits."""
ALSO = {
    "person": frozenset({"case"}),
    "baby": frozenset({"person", "child", "case"}),
    "toddler": frozenset({"person", "child", "case"}),
    "child": frozenset({"person", "case"}),
    "house": frozenset({"piece"}),
    "case": frozenset({"times"}),
}
"""What is counted in another word all the same: babies are persons, but families are not."""


class MeasureUnit(Struct, frozen=True):
    """A unit: what of (None: left out, as in "per hari"), and per what else."""

    of: MeasurePart | None = None
    per: Mapping[str, Fraction] = field(default_factory=dict)


def known(
    words: Sequence[str], more: Mapping[str, MeasurePart] | None = None
) -> tuple[MeasurePart, int] | None:
    """Return the unit that these words begin with, and how many words it takes."""
    units = {**UNITS, **(more or {})}
    for length in (2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and name in units:
            return units[name], length
    return None


def of_text(text: str) -> MeasureUnit | None:
    """Return the unit that an input names ("liter per hari", "ha"); None where no other converts to it."""
    parts = re.split(r"\s*/\s*|\s+per\s+", text.casefold().strip())
    measured: list[MeasurePart] = []
    for part in parts:
        words = part.split()
        unit = known(words)
        if unit is None or unit[1] != len(words):
            return None
        measured.append(unit[0])
    return (
        MeasureUnit(measured[0], dict(measured[1:]))
        if len(dict(measured[1:])) == len(measured) - 1
        else None
    )


def factor(typed: MeasureUnit, asked: MeasureUnit | None) -> Fraction | None:
    """Return by how much a figure in `typed` is multiplied to be in `asked`; None where it cannot be."""
    if asked is None or asked.of is None:
        return None
    result = Fraction(1)
    if typed.of is not None:
        kind, size = typed.of
        if kind != asked.of[0] and kind not in ALSO.get(asked.of[0], ()):
            return None
        result *= size / asked.of[1] if kind == asked.of[0] else 1
    per = {kind: size for kind, size in typed.per.items() if kind != "year" or "year" in asked.per}
    if "year" in typed.per and "time" in asked.per:
        return None
    if per and set(per) != set(asked.per):
        return None
    for kind, size in per.items():
        result *= asked.per[kind] / size
    return result


def converted(value: Decimal, by: Fraction) -> Decimal | None:
    """Return the figure in the other unit; None where it has no end in decimals."""
    exact = Fraction(value) * by
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return Decimal(exact.numerator) / Decimal(exact.denominator) if rest == 1 else None
