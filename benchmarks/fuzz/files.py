"""The fuzzer over files and settings: changed copies of good ones give an instrument, a roster, settings, or
the house's own errors with code, place, message and fix; never anything else, and never for long.
"""

from __future__ import annotations

import base64
import functools
import io
import random
import re
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.fuzz import settings, values, workbooks
from benchmarks.fuzz.finding import Complaint, Found
from benchmarks.fuzz.judging import MINI, ROOT, Verdict, judged, remember_instruments, roster
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.holidays import CalendarError, calendar
from bot.media.types import NotTaken
from bot.media.types import judged as media_type
from bot.roster import RosterError, apply_roster, bundled, read_roster
from bot.roster.previous_answers_file import read_previous_answers
from bot.roster.roster_yaml import read_text
from bot.storage.roster import read_roster as stored_roster
from bot.storage.setup import rehearsal
from messages import names
from scoring.answers import parse_answers
from scoring.errors import InstrumentError
from scoring.load import load_bundled, load_texts
from scoring.source import read_directory

SURROGATES = re.compile("[\ud800-\udfff]")


@functools.cache
def instruments() -> tuple[dict[str, str], ...]:
    return tuple(read_directory(MINI / name) for name in ("mini-2016", "skeleton-2016"))


def text(dice: random.Random, good: str) -> str:
    """A changed copy of a file of lines: lines dropped, doubled, moved, indented, values replaced."""
    lines = good.split("\n")
    for _ in range(dice.choice((1, 1, 1, 2, 3, 10))):
        if not lines:
            break
        at, roll = dice.randrange(len(lines)), dice.random()
        if roll < 0.15:
            del lines[at]
        elif roll < 0.25:
            lines.insert(dice.randrange(len(lines) + 1), lines[at])
        elif roll < 0.35:
            lines[at] = " " * dice.randrange(8) + lines[at].lstrip()
        elif roll < 0.65 and ":" in lines[at]:
            key = lines[at].partition(":")[0]
            lines[at] = f"{key}: {_scalar(dice)}"
        elif roll < 0.75:
            lines[at] = re.sub(
                r"\d+", lambda _: dice.choice(("0", "-1", "9" * 30, "1e9", "x", "1_0")), lines[at]
            )
        else:
            lines[at] = values.mangled(dice, lines[at])
    made = "\n".join(lines)
    made = values.mangled(dice, made) if dice.random() < 0.1 else made
    return SURROGATES.sub("?", made)  # a file of UTF-8 holds none


def _scalar(dice: random.Random) -> str:
    odd = (
        "", "~", "null", "[]", "{}", "[1, 2]", "{a: b}", "&a x", "*a", "!!python/object:os.system x",
        "- x", "|", ">", "yes", "2017-13-45", "0x1F", "1e400", "NaN", ".inf", "-0", "[" * 300, "{a: " * 200,
        "'", '"', "../..", "./x", "/etc", "https://x", "0o17", "12:30:45", "<<: x", "? x", "%", "@x", "`x`",
    )  # fmt: skip
    return dice.choice(odd) if dice.random() < 0.8 else repr(values.text(dice)[:300])


def instrument_case(dice: random.Random) -> dict[str, str]:
    files = dict(dice.choice(instruments()))
    name = dice.choice(sorted(files))
    roll = dice.random()
    if roll < 0.04:
        del files[name]
    elif roll < 0.08:
        files[dice.choice(("x.yaml", "instrument.yml", "ä.yaml"))] = files[name]
    else:
        files[name] = text(dice, files[name])
    return files


def judge_instrument(files: dict[str, str]) -> Verdict:
    return judged(lambda: load_texts(files), InstrumentError)


def judge_roster(case: str | dict[str, str]) -> Verdict:
    """A roster; or what another reader of files is given."""
    remember_instruments()
    if isinstance(case, str):
        return judged(lambda: read_text(case, "r.yaml", MINI), RosterError)
    return READERS[case["reader"]](case)


def roster_case(dice: random.Random) -> str | dict[str, str]:
    """Half of them rosters, half what comes to any other reader of a file that somebody sends or writes."""
    if dice.random() < 0.5:
        return text(dice, roster())
    reader = dice.choice(sorted(READERS))
    if reader in ("sent", "evidence"):
        content = dice.choice(samples())
        for _ in range(dice.choice((0, 1, 3))):
            content = values.damaged(dice, content)
        name = dice.choice(("a", "b ", "c\u202e")) + dice.choice(SUFFIXES)
        return {"reader": reader, "name": name, "base64": base64.b64encode(content).decode()}
    return {"reader": reader, "text": text(dice, GOODS[reader])}


SUFFIXES = (
    ".yaml",
    ".yml",
    ".xlsx",
    ".XLSX ",
    ".csv",
    ".tsv",
    ".txt",
    ".pdf",
    ".docx",
    ".zip",
    ".heic",
    ".doc",
    "",
)
ANSWERS = """answers:
  1: {kematian_ibu: 12, kelahiran_hidup: 14250}
  2: {value: 8.5}
  3: {absence: not_applicable, accepted: true}
  4: {parts: [{absence: not_available}, {belum_sd: 1, anak_7_12: 2}], expected: 2}
  15: {value: 2}
"""
LAST = """year: 2015
note: menurut laporan
regions:
  "31.71":
    sudinkes:
      1: {kematian_ibu: 12, kelahiran_hidup: 14100}
      2: {value: 21.5}
"""
HOLIDAYS = """off: [2017-03-28, 2017-04-14]
working: [2017-04-15]
"""
GOODS = {
    "answers": ANSWERS,
    "last year": LAST,
    "holidays": HOLIDAYS,
    "rehearsal": (ROOT / "tests/rehearsals/satu-hak-dengan-bukti.yaml").read_text("utf-8"),
}


@functools.cache
def samples() -> tuple[bytes, ...]:
    """Files of all kinds that come as proof or as a roster."""
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.pdf", b"%PDF-1.4")
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8
    return (
        workbooks.book(), zipped.getvalue(), ole, roster().encode(), b"a;b\n1;2\n",
        b"%PDF-1.4\n/Encrypt 1 0 R\n%%EOF",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "a\tb".encode("utf-16"),
        b"\xff\xd8\xff\xe0" + b"\0" * 64,
        b"{" + b"a," * 5_000, b"", b"<html><table>",
    )  # fmt: skip


@functools.cache
def _regulation() -> Any:
    return load_bundled("permenkumham-25-2013")


@functools.cache
def _open_period() -> Any:
    """The shipped roster as the database has it."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "x.db"
        now = datetime(2017, 2, 1, tzinfo=UTC)
        with closing(rehearsal(path)) as connection:
            apply_roster(connection, bundled("jakarta-pusat"), now=now, bot_username=None)
            return stored_roster(connection)


def judge_evidence(case: dict[str, str]) -> Verdict:
    """Proof is of a kind that is taken, or refused for a reason that has a message."""
    return judged(
        lambda: media_type(base64.b64decode(case["base64"]), case["name"]),
        NotTaken,
        lambda error: None if f"evidence/refused_{error}" in names() else f"no words: {error}",
        lambda kind: None if "/" in kind else f"of the kind {kind}",
    )


def judge_holidays(case: dict[str, str]) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "h.yaml"
        path.write_text(case["text"], encoding="utf-8")
        return judged(
            lambda: calendar(date(2017, 3, 1), path),
            CalendarError,
            lambda error: None if str(error).strip() else "an error without words",
        )


READERS: dict[str, Callable[[dict[str, str]], Verdict]] = {
    "answers": lambda case: judged(
        lambda: parse_answers(case["text"], "a.yaml", _regulation()), InstrumentError
    ),
    "last year": lambda case: judged(
        lambda: read_previous_answers(case["text"], "l.yaml", _open_period()), RosterError
    ),
    "rehearsal": lambda case: judged(
        lambda: read_rehearsal(case["text"], "x.yaml"), InstrumentError
    ),
    "sent": lambda case: judged(
        lambda: read_roster(base64.b64decode(case["base64"]), case["name"], MINI), RosterError
    ),
    "holidays": judge_holidays,
    "evidence": judge_evidence,
}


KINDS: dict[str, tuple[Callable[[random.Random], Any], Callable[[Any], Verdict]]] = {
    "instruments": (instrument_case, judge_instrument),
    "rosters": (roster_case, judge_roster),
    "workbooks": (workbooks.book_case, workbooks.judge_book),
    "settings": (settings.settings_case, settings.judge_settings),
}


def run(what: str, seed: str, cases: int) -> Found:
    """So many files of one kind."""
    make, judge = KINDS[what]
    dice, tally = random.Random(seed), Found()
    for _ in range(cases):
        case = make(dice)
        outcome, why = judge(case)
        tally.cases += 1
        tally.seen[f"{what} {outcome}"] += 1
        if why and len(tally.complaints) < 20:
            tally.complaints.append(Complaint(what, "only the house's own errors", why, seed, case))
    return tally
