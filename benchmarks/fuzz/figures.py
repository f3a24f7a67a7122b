"""The fuzzer over numbers as people type them, against a second reader that was written apart.

A value that is taken must be what the second reader reads; what it finds doubtful must not be taken.
"""

from __future__ import annotations

import random
import re
import unicodedata
from fractions import Fraction
from typing import Any

from benchmarks.fuzz import values
from benchmarks.fuzz.finding import Complaint, Found
from flows.reading.numbers import Ambiguous, NoNumber, Pair, TypedNumber, parse
from tests.support import phrasings

HALF = re.compile(r"(?<=\d) ?½(?= ?[a-z])", re.IGNORECASE)
"""As in "12½ ribu"."""
NIL = re.compile(r"(?<![^\W_])(?:nihil|nol|zero|nil)(?![^\W_])")
WORDS = {"ratus": 2, "ribu": 3, "rb": 3, "juta": 6, "jt": 6, "miliar": 9, "milyar": 9}
SCALE = re.compile(r"^([\d.,' ]*\d)[ ]*(ratus|ribu|rb|juta|jt|miliar|milyar)(?![a-z])")
LINK = re.compile(
    r"[\s_]*(?:(?<![^\W_])(?:dari|per|dr|dan)(?![^\W_])|/|[:;&|]|,(?= )|(?<= ),)[\s_]*"
)
SCALES = re.compile("ratus|ribu|rb|juta|jt|miliar|milyar")
YEAR = re.compile(r"^\D{0,3}20\d\d\s*[:=]\s*")
"""The year before a figure ("2016: 12")."""
SAMPLES = (
    "12", "0", "7", "14.250", "14.250,5", "12,5", "0,5", "1.234.567", "12 500", "1,2 juta",
    "1.2 juta", "12 ribu",
    "3 rb", "2 miliar", "12 orang", "14.250 bayi", "nihil", "nol", "Nihil.", "84%", "0,84 persen",
    "1.5", "97.25",
    "1,250", "1,234.5", "1,234,567", "12 dari 14.250", "12/14250", "12 per 14250",
    "12 orang dari 14.250 bayi",
    "sekitar 1200", "±3", "rp 5.000", "rp. 12", "+5", "-3", "1'250", "0001", "0.001", "1.000,00",
    "250 liter/hari",
    "tidak ada", "-", "dua belas", "1.2.3", "12,5,3", "2016: 12", "1 dari 2 dari 3", "1,5 dari 10", "5 ratus",
    "1 juta 200 ribu", "12 km²", "1e5", "１４.２５０", "٣٤", "12\u200b.500", "1 . 5", "12 , 5", "5 %", "3‰",
)  # fmt: skip


def readings(text: str) -> set[Fraction] | None:
    """Every number that one figure may honestly stand for, digit by digit; None where it is none."""
    if (
        not text
        or not all(c in "0123456789.,' " for c in text)
        or not text[0].isdigit()
        or not text[-1].isdigit()
    ):
        return None
    numbers: set[Fraction] = set()
    for decimal in (",", ".", ""):
        for thousand in (".", ",", "'", " ", ""):
            if decimal == thousand and decimal:
                continue
            whole, mark, part = text.partition(decimal) if decimal else (text, "", "")
            if decimal and (not mark or not part.isdigit()):
                continue
            groups = whole.split(thousand) if thousand else [whole]
            if not all(group.isdigit() for group in groups):
                continue
            if len(groups) > 1 and (
                len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])
            ):
                continue
            digits = "".join(groups)
            numbers.add(Fraction(int(digits + part), 10 ** len(part)))
    return numbers or None


def house(text: str) -> Fraction | None:
    """The Indonesian reading alone: points in the thousands, a comma before decimals; None for any other."""
    whole, mark, part = text.partition(",")
    if mark and not (part.isascii() and part.isdigit()):
        return None
    groups = re.split(r"[.]", whole) if "." in whole else re.split(r"[ ']", whole)
    if not all(group.isascii() and group.isdigit() for group in groups):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    return Fraction(int("".join(groups) + part), 10 ** len(part))


def tidy(text: str) -> str:
    """The text as a reader sees it: digits of any script as 0–9, no footnotes, nothing without width."""
    text = HALF.sub(",5", text)
    seen = "".join(c for c in text if unicodedata.category(c) not in ("No", "Nl", "Cs"))
    seen = unicodedata.normalize("NFKC", seen).casefold()
    seen = "".join(
        c for c in seen if unicodedata.category(c) not in ("Cf", "Cc", "Mn") or c.isspace()
    )
    seen = "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in seen
    )
    return " ".join(YEAR.sub("", seen.strip()).split())


def judged(text: str) -> str | None:
    """What is wrong with how the product reads this text; None where nothing is."""
    try:
        parsed = parse(text)
    except Exception as error:  # the promise is that it never raises
        return f"raises {type(error).__name__}: {error}"
    if isinstance(parsed, NoNumber):
        return None
    if isinstance(parsed, Ambiguous):
        return (
            None
            if parsed.readings and list(parsed.readings) == sorted(parsed.readings)
            else "readings out of order"
        )
    clean = re.sub(r'"(?=[a-z])|(?<=[a-z])"', " ", tidy(text)).replace('"', "").lstrip("|&;:=' ")
    clean = re.sub(r" \.(?=\d{3}\b)|\. (?=\d{3}\b)", ".", clean)
    if len(SCALES.findall(clean)) > 1 and isinstance(parsed, TypedNumber):
        return None  # "1 juta 200 ribu" is the phrasings' own part
    if isinstance(parsed, Pair):
        halves, figures = _halves(clean), [parsed.part, parsed.whole]
        if re.match(r"\W*(?:dari|dr)\b", clean):  # "dari 14.250 ada 12"
            halves = halves[::-1]
        wrong = next((why for why in map(_value_fault, halves, figures) if why), None)
        return wrong and f"a pair of which {wrong}"
    return _value_fault(clean, parsed.value)


def _halves(clean: str) -> tuple[str, str]:
    """Return what stands before and behind the first link that has a figure before it."""
    start = re.search(r"\d[\d.,']*", clean)
    if start and re.match(r"\W*(?:dari|dr)\b", clean):
        return clean[: start.end()], clean[start.end() :]
    links = (link for link in LINK.finditer(clean) if re.search(r"\d", clean[: link.start()]))
    best = next(links, None)
    return (clean[: best.start()], clean[best.end() :]) if best else (clean, clean)


def _value_fault(clean: str, value: Any) -> str | None:
    """One accepted value against the second reader."""
    if not re.search(r"\d", clean) and NIL.search(clean):
        return None if value == 0 else f"nihil is taken as {value}"
    start = re.search(r"\d", clean)
    if phrasings.WORDED.search(clean):
        return None  # figures in words are the phrasings' own part
    if start is None:
        return f"{value} is taken where no digit stands"
    rest = clean[start.start() :]
    scaled = SCALE.match(rest)
    figure = scaled[1].strip() if scaled else (re.match(r"[\d.,' ]*\d", rest) or [""])[0]
    power = 10 ** (WORDS[scaled[2]] if scaled else 0)
    behind = rest[(scaled.end() if scaled else len(figure)) :]
    if re.search(r"\d", re.sub(r"[a-z²³/()-]+[ \d]*", "", behind)):
        return f"{value} is taken, and a figure stands behind it: {behind[:30]!r}"
    every = readings(figure)
    if every is None:
        return f"{value} is taken where {figure!r} is no number"
    here = house(figure)
    if (
        here is not None
        and here * power != Fraction(value)
        and not (power > 1 and Fraction(value) / power in every)
    ):
        return f"{figure!r} is taken as {value}, here it is {float(here * power)}"
    if Fraction(value) / power not in every:
        return f"{figure!r} is taken as {value}, which it cannot be"
    return None


def typed(dice: random.Random) -> str:
    """A figure as somebody may type it."""
    roll = dice.random()
    if roll < 0.35:
        return _composed(dice)
    if roll < 0.45:
        return f"{_composed(dice)} {dice.choice(('dari', '/', 'per', 'dr', 'DARI', 'dan'))} {_composed(dice)}"
    if roll < 0.85:
        return values.mangled(dice, dice.choice(SAMPLES))
    return values.text(dice)


def _composed(dice: random.Random) -> str:
    digits = str(
        dice.choice(
            (
                dice.randrange(10),
                dice.randrange(100_000),
                dice.randrange(10**9),
                dice.randrange(10**17),
            )
        )
    )
    mark = dice.choice((".", ".", ",", "'", " ", ""))
    if mark and dice.random() < 0.7:
        size = 3 if dice.random() < 0.85 else dice.choice((1, 2, 4))
        head = len(digits) % size
        parts = ([digits[:head]] if head else []) + [
            digits[i : i + size] for i in range(head, len(digits), size)
        ]
        digits = mark.join(parts)
    if dice.random() < 0.4:
        digits += dice.choice((",", ",", ".")) + str(dice.randrange(10 ** dice.choice((1, 2, 3))))
    before = dice.choice(
        ("", "", "", "", "sekitar ", "rp", "± ", "+", "-", "kurang lebih ", "~", "lebih dari ")
    )
    after = dice.choice(
        (
            "",
            "",
            "",
            " orang",
            "%",
            " persen",
            " juta",
            " ribu",
            " rb",
            " ratus",
            " bayi.",
            " m3",
            "jt",
        )
    )
    return before + digits + after


def run(seed: str, cases: int) -> Found:
    """So many texts."""
    dice, tally = random.Random(seed), Found()
    about = phrasings.question()
    for _ in range(cases):
        phrasing = phrasings.drawn(dice)
        misread = phrasings.judged(phrasing, about)
        if misread and len(tally.complaints) < 20:
            detail = f"{phrasing.text!r}: {misread}"
            rule = "what is taken is what was meant"
            tally.complaints.append(Complaint("numbers", rule, detail, seed, phrasing.text))
        tally.seen["phrasing taken"] += phrasings.is_taken(phrasing, about)
        text = typed(dice)
        tally.cases += 1
        why = judged(text)
        if why and len(tally.complaints) < 20:
            tally.complaints.append(
                Complaint(
                    "numbers",
                    "what is taken is what was typed",
                    f"{text[:80]!r}: {why}",
                    seed,
                    text,
                )
            )
        try:
            tally.seen[type(parse(text)).__name__] += 1
        except Exception:
            tally.seen["raised"] += 1
    return tally


def smaller(complaint: Complaint) -> Complaint:
    """The shortest text that is still read wrongly, by leaving out characters."""
    text: str = complaint.case
    at = 0
    while at < len(text):
        fewer = text[:at] + text[at + 1 :]
        if judged(fewer):
            text = fewer
        else:
            at += 1
    complaint.case, complaint.detail = text, f"{text!r}: {judged(text)}"
    return complaint


__all__ = ["TypedNumber", "judged", "run", "smaller"]
