"""Whole numbers in words, as Indonesian minutes write their dates: dua ribu tujuh belas."""

from __future__ import annotations

UNITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
STEPS = ((1000, "ribu", "seribu"), (100, "ratus", "seratus"), (10, "puluh", "sepuluh"))
TEENS = "belas"


def spelled(value: int) -> str:
    """Return a number from 0 to 999,999 in words. Raises ValueError for others."""
    if not 0 <= value < 1_000_000:
        raise ValueError(value)
    return UNITS[0] if value == 0 else " ".join(_parts(value))


def _parts(value: int) -> list[str]:
    if value < 10:
        return [UNITS[value]] if value else []
    if value == 11:
        return ["sebelas"]
    if 11 < value < 20:
        return [UNITS[value - 10], TEENS]
    step, name, single = next(step for step in STEPS if value >= step[0])
    count, rest = divmod(value, step)
    return [*([single] if count == 1 else [*_parts(count), name]), *_parts(rest)]
