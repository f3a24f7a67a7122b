"""Figures in the words of an official, made together with what they mean; nothing may be taken to mean more.

A clear phrasing is taken with its meaning (or asked back); a misleading one is never taken in silence.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from decimal import Decimal

from flows.reading.asked import Asked, asked
from flows.reading.numbers import Ambiguous, NoNumber, Pair, TypedNumber, parse
from scoring import load_bundled

ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
WORDED = re.compile(
    r"\b(?:se)?(?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|puluh|belas|nol|nihil)"
    r"(?:puluh|b[e]?las|ratus|ribu)?\b"
)
"""A word of a figure, but for scales right behind digits, which the other judge knows."""
LEADS = (
    "", "", "", "jumlahnya ", "Total: ", "ada ", "kematian ibu: ", "2016: ", "Selamat pagi, ", "= ",
    "hanya ",
)  # fmt: skip
UNITS = (
    "", "", " orang", " jiwa", " org", " kasus", " ibu", " orang/tahun",
)  # fmt: skip
TAILS = (
    "", "", ".", "!", " pak", ", terima kasih", " 🙏", " (BPS, 2016)", ", sumber: dinkes",
    " tahun 2016", " saja", "\n",
)  # fmt: skip
ABOUT = (
    "sekitar ", "kurang lebih ", "± ", "kira-kira ", "hampir ",
)  # fmt: skip
SPOILED = (
    "{a} sampai {b}", "{a} atau {b}", "{a} eh {b}", "{a} dikurangi {b}", "{a} koma {c}",
    "antara {a} dan {b}", "{a} L {b} P", "{a} laki-laki {b} perempuan", "{a} orang/bulan",
    "{a} per bulan", "lebih dari {a}", "{a}+{b}", "{a}O", "{a}l", "{a}S", "{a} km", "{a} bayi",
    "{a} keluarga", "Rp {a}", "{a} permil", "{a}‰", "{a}% dari {b}", "{a} tahun 2015", "{a} (2015)",
    "{a} (ribu)", "{a} puskesmas", "{a}\n{b}", "{a}\t{b}", "tidak {a}", "bukan {a}", "{a} setengah",
    "{a}½", "{a}-{b}", "{a} s/d {b}", "{a} x {b}", "{a} ({b})", "TW1 {a} TW2 {b}", "{a} per 1.000",
    "{a} bulan", "no {a}", "{a} ribuan", "{a} belum termasuk {b}", "{a} Januari", "{a} & {b}",
    "{a} minus {b}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A text with its meaning: one figure, two, or none that may be taken in silence."""

    text: str
    meaning: tuple[Decimal, ...] = ()
    is_rough: bool = False


def question() -> Asked:
    """Return the question that the phrasings answer."""
    indicator = load_bundled("permenkumham-25-2013").indicator(1)
    return asked(indicator, "kematian_ibu", 2016, "Jakarta Pusat")


def spelled(number: int) -> str:
    """Spell a figure below a thousand million in words."""
    for size, name in ((10**6, "juta"), (1000, "ribu")):
        if number >= size:
            head, rest = divmod(number, size)
            begin = "seribu" if (head, size) == (1, 1000) else f"{spelled(head)} {name}"
            return f"{begin} {spelled(rest)}" if rest else begin
    if number >= 100:
        head, rest = divmod(number, 100)
        begin = "seratus" if head == 1 else f"{ONES[head]} ratus"
        return f"{begin} {spelled(rest)}" if rest else begin
    if number >= 20:
        head, rest = divmod(number, 10)
        return f"{ONES[head]} puluh {ONES[rest]}".strip()
    if number > 11:
        return f"{ONES[number - 10]} belas"
    return {10: "sepuluh", 11: "sebelas", 0: "nol"}.get(number) or ONES[number]


def _written(dice: random.Random, number: int) -> str:
    grouped = f"{number:,}".replace(",", ".")
    ways = [str(number), grouped, grouped, spelled(number), f"{grouped} ({spelled(number)})"]
    if number >= 1000 and number % 1000 == 0:
        ways.append(f"{number // 1000} ribu")
    if 1000 <= number < 10**6 and number % 1000 >= 100:
        ways.append(f"{number // 1000} ribu {number % 1000}")
    if number >= 10**6 and number % 1000 == 0 and number % 10**6:
        ways.append(f"{number // 10**6} juta {number % 10**6 // 1000} ribu")
    return dice.choice(ways)


def drawn(dice: random.Random) -> Phrasing:
    """Draw a phrasing, two in five of them misleading."""
    first = dice.choice(
        (dice.randrange(2, 40), dice.randrange(40, 2000), dice.randrange(2, 900) * 1000)
    )
    if 1900 <= first <= 2100:
        first += 300
    roll = dice.random()
    if roll < 0.4:
        form = dice.choice(SPOILED)
        text = form.format(a=first, b=first + dice.randrange(1, 50), c=dice.randrange(1, 10))
        return Phrasing(dice.choice(LEADS[:3]) + text)
    if roll < 0.55:
        whole = first * dice.randrange(2, 3000) + 1
        link = dice.choice((" dari ", " dr ", " dari total "))
        return Phrasing(
            _written(dice, first) + link + _written(dice, whole), (Decimal(first), Decimal(whole))
        )
    is_rough = roll > 0.9
    lead = dice.choice(ABOUT) if is_rough else dice.choice(LEADS)
    text = lead + _written(dice, first) + dice.choice(UNITS) + dice.choice(TAILS)
    return Phrasing(text, (Decimal(first),), is_rough)


def judged(phrasing: Phrasing, about: Asked) -> str | None:
    """Return what is wrong with how it is read; None where nothing is."""
    reading = parse(phrasing.text, about)
    if isinstance(reading, NoNumber | Ambiguous):
        return None
    if isinstance(reading, TypedNumber) and reading.percent:
        return None  # a percentage is refused where a count is due
    taken = (reading.part, reading.whole) if isinstance(reading, Pair) else (reading.value,)
    if taken != phrasing.meaning:
        return f"taken as {taken}, it means {phrasing.meaning or 'nothing certain'}"
    is_marked = isinstance(reading, TypedNumber) and bool(reading.marks)
    return "taken without a mark" if phrasing.is_rough and not is_marked else None


def is_taken(phrasing: Phrasing, about: Asked) -> bool:
    """Tell whether it is taken at once."""
    return isinstance(parse(phrasing.text, about), TypedNumber | Pair)
