"""The fuzzer over files and settings: changed copies of good ones give an instrument, a roster, settings, or
the house's own errors with code, place, message and fix; never anything else, and never for long.
"""

from __future__ import annotations

import base64
import functools
import io
import os
import random
import re
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from benchmarks.fuzz import values
from benchmarks.fuzz.finding import Complaint, Found
from bot.config import Config, ConfigError, load_config
from bot.demo.rehearsal.reading import read_rehearsal
from bot.holidays import CalendarError, calendar
from bot.media.types import NotTaken
from bot.media.types import judged as media_type
from bot.roster import RosterError, apply_roster, bundled, read_roster, roster_yaml, workbook
from bot.roster.previous_answers import read_lookback
from bot.roster.roster_yaml import read_text
from bot.roster.workbook import read_workbook
from bot.storage.roster import read_roster as stored_roster
from bot.storage.setup import rehearsal
from messages import names
from scoring.answers import parse_answers
from scoring.errors import InstrumentError
from scoring.load import load_bundled, load_texts
from scoring.source import read_directory

ROOT = Path(__file__).parent.parent.parent
MINI = ROOT / "tests" / "scoring" / "instruments"
SLOW = 15.0
SURROGATES = re.compile("[\ud800-\udfff]")
SECRET = "123456:FUZZ-secret-in-no-error"


@functools.cache
def instruments() -> tuple[dict[str, str], ...]:
    return tuple(read_directory(MINI / name) for name in ("mini-2016", "skeleton-2016"))


@functools.cache
def roster() -> str:
    """Two small regions with an instrument of their own beside them, so that a case takes milliseconds."""
    return (Path(__file__).parent / "roster.yaml").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=64)
def _loaded(texts: tuple[tuple[str, str], ...]) -> Any:
    return load_texts(dict(texts))


def _remembering(texts: dict[str, str]) -> Any:
    """The same function, which does the same file only once."""
    return _loaded(tuple(sorted(texts.items())))


@functools.cache
def book() -> bytes:
    opened = load_workbook(io.BytesIO(workbook(read_text(roster(), "r.yaml", MINI))))
    opened["Periode"]["B3"].value = "./mini-2016"  # the writer gives the code, the folder is beside
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


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


def explained(error: InstrumentError) -> str | None:
    """Why an error of the house does not help; None where each has code, place, words and fix."""
    if not error.problems:
        return "an error without a problem"
    for one in error.problems:
        if not (one.code and one.file and one.message.strip() and one.fix.strip()):
            return f"{one.code}: lacks its words"
        if not (str(one.line).isdigit() or "!" in str(one.line)):
            return f"{one.code}: no place ({one.line})"
        if (
            "{" in one.message.replace("{a", "")
            and re.search(r"\{[a-z_]+\}", one.message)
            and not one.params
        ):
            return f"{one.code}: words with a gap"
    return None


def judged(work: Callable[[], object], mine: type[InstrumentError]) -> tuple[str, str | None]:
    """What came of it, and what is wrong with that."""
    began = time.monotonic()
    try:
        work()
        outcome, why = "taken", None
    except mine as error:
        outcome, why = "refused", explained(error)
    except Exception as error:  # anything else is what is looked for
        return "raised", f"{type(error).__name__}: {str(error)[:300]}"
    took = time.monotonic() - began
    return outcome, why or (f"took {took:.0f} s" if took > SLOW else None)


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


def judge_instrument(files: dict[str, str]) -> tuple[str, str | None]:
    return judged(lambda: load_texts(files), InstrumentError)


def judge_roster(said: str | dict[str, str]) -> tuple[str, str | None]:
    """A roster; or what another reader of files is given."""
    roster_yaml.load_texts = _remembering  # type: ignore[attr-defined]
    if isinstance(said, str):
        return judged(lambda: read_text(said, "r.yaml", MINI), RosterError)
    return READERS[said["reader"]](said)


def roster_case(dice: random.Random) -> str | dict[str, str]:
    """Half of them rosters, half what comes to any other reader of a file that somebody sends or writes."""
    if dice.random() < 0.5:
        return text(dice, roster())
    reader = dice.choice(sorted(READERS))
    if reader in ("sent", "evidence"):
        content = dice.choice(samples())
        for _ in range(dice.choice((0, 1, 3))):
            content = _bytes(dice, content)
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
        book(), zipped.getvalue(), ole, roster().encode(), b"a;b\n1;2\n",
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


def judge_evidence(case: dict[str, str]) -> tuple[str, str | None]:
    """Proof is of a kind that is taken, or refused for a reason that has a message."""
    content = base64.b64decode(case["base64"])
    try:
        kind = media_type(content, case["name"])
        return "taken", None if "/" in kind else f"of the kind {kind}"
    except NotTaken as error:
        return "refused", None if f"evidence/refused_{error}" in names() else f"no words: {error}"
    except Exception as error:  # anything else is what is looked for
        return "raised", f"{type(error).__name__}: {str(error)[:300]}"


def judge_holidays(case: dict[str, str]) -> tuple[str, str | None]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "h.yaml"
        path.write_text(case["text"], encoding="utf-8")
        try:
            calendar(date(2017, 3, 1), path)
            return "taken", None
        except CalendarError as error:
            return "refused", None if str(error).strip() else "an error without words"
        except Exception as error:  # anything else is what is looked for
            return "raised", f"{type(error).__name__}: {str(error)[:300]}"


READERS: dict[str, Callable[[dict[str, str]], tuple[str, str | None]]] = {
    "answers": lambda case: judged(
        lambda: parse_answers(case["text"], "a.yaml", _regulation()), InstrumentError
    ),
    "last year": lambda case: judged(
        lambda: read_lookback(case["text"], "l.yaml", _open_period()), RosterError
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


def judge_book(content: bytes) -> tuple[str, str | None]:
    roster_yaml.load_texts = _remembering  # type: ignore[attr-defined]
    return judged(lambda: read_workbook(content, "r.xlsx", MINI), RosterError)


BOMB = b"<row>" + b"0" * (3 * 2**20)


def book_case(dice: random.Random) -> bytes:
    """Cells of all kinds; or the parts of the archive: bombs, deep XML, huge dimensions, links, entities."""
    if dice.random() < 0.55:
        return _cells(dice)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {one.filename: old.read(one) for one in old.infolist()}
        name, roll = dice.choice(sorted(parts)), dice.random()
        sheets = sorted(one for one in parts if one.startswith("xl/worksheets/"))
        sheet = dice.choice(sheets)
        if roll < 0.1:
            del parts[name]
        elif roll < 0.15:
            parts[name] = BOMB * dice.choice((1, 8))
        elif roll < 0.2:
            parts[sheet] = b"<worksheet>" + b"<a>" * dice.choice((500, 50_000)) + b"</worksheet>"
        elif roll < 0.3:
            size = dice.choice((b"A1:XFD1048576", b"A1:ZZZZ9", b"A0", b"", b"B2:A1"))
            parts[sheet] = re.sub(
                rb'<dimension ref="[^"]*"', b'<dimension ref="' + size + b'"', parts[sheet]
            )
        elif roll < 0.4:
            cell = dice.choice((b"XFD1048576", b"A1048576", b"ZZZ1", b"A0", b"1A", b"A99999999999"))
            parts[sheet] = re.sub(
                rb'<c r="[A-Z]+\d+"', b'<c r="' + cell + b'"', parts[sheet], count=1
            )
        elif roll < 0.5:
            entity = (
                b'<!DOCTYPE x [<!ENTITY a "'
                + b"a" * 900
                + b'"><!ENTITY b "'
                + b"&a;" * 900
                + b'">]>'
            )
            parts[name] = parts[name].replace(b"?>", b"?>" + entity, 1)
        elif roll < 0.6:
            parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
            key = "xl/_rels/workbook.xml.rels"
            link = (
                b'<Relationship Id="r9" Type="x/externalLink" Target="file:///etc/passwd"'
                b' TargetMode="External"/>'
            )
            parts[key] = parts.get(key, b"").replace(
                b"</Relationships>", link + b"</Relationships>"
            )
        elif roll < 0.7:
            merged = (
                b'<mergeCells><mergeCell ref="A1:'
                + dice.choice((b"B2", b"XFD9", b"XFD1048576"))
                + b'"/></mergeCells>'
            )
            parts[sheet] = parts[sheet].replace(b"</sheetData>", b"</sheetData>" + merged)
        else:
            parts[name] = _bytes(dice, parts[name])
        for one, content in parts.items():
            new.writestr(one, content)
    content = made.getvalue()
    return _bytes(dice, content) if dice.random() < 0.2 else content


def _bytes(dice: random.Random, content: bytes) -> bytes:
    made = bytearray(content)
    for _ in range(dice.choice((1, 3, 20))):
        if not made:
            break
        at = dice.randrange(len(made))
        if dice.random() < 0.5:
            made[at] = dice.randrange(256)
        else:
            del made[at : at + dice.randrange(1, 50)]
    return bytes(made)


def _cells(dice: random.Random) -> bytes:
    import datetime as when

    odd: tuple[Any, ...] = (
        None, 0, -1, 1.5, 1e300, True, "=1+1", "=HYPERLINK(\"http://x\")", "#REF!", when.date(2017, 1, 1),
        when.datetime(2017, 1, 1, 3, 4),  # noqa: DTZ001 a workbook knows no zones
        when.time(1, 2), "2017-02-30", "31.71", 31.71,
        "x" * 32_000, "\n", "a\nb", "1,2;3",
    )  # fmt: skip
    opened = load_workbook(io.BytesIO(book()))
    for _ in range(dice.choice((1, 1, 2, 5))):
        sheet = dice.choice(opened.worksheets)
        row, column = dice.randrange(1, sheet.max_row + 2), dice.randrange(1, sheet.max_column + 2)
        roll = dice.random()
        if roll < 0.75:
            said: Any = dice.choice(odd) if dice.random() < 0.7 else values.text(dice)[:2000]
            if isinstance(said, str):
                said = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "?", said)
            sheet.cell(row, column).value = said
        elif roll < 0.8:
            sheet.delete_rows(row)
        elif roll < 0.85:
            sheet.insert_rows(row)
        elif roll < 0.9:
            sheet.delete_cols(column)
        elif roll < 0.95:
            sheet.row_dimensions[row].hidden = True
        elif len(opened.worksheets) > 1:
            opened.remove(sheet)
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


NAMES = (
    "BOT_TOKEN", "BOT_API_URL", "RATE_LIMITS", "DATABASE", "FILES", "TIMEZONE", "HOLIDAYS", "WEBHOOK_URL",
    "WEBHOOK_LISTEN", "WEBHOOK_SECRET", "LOG_FORMAT", "METRICS_LISTEN",
)  # fmt: skip
GOOD = {
    "BOT_TOKEN": SECRET, "BOT_API_URL": "http://127.0.0.1:8081", "RATE_LIMITS": "off",
    "TIMEZONE": "Asia/Makassar",
    "WEBHOOK_URL": "https://example.org/hook", "WEBHOOK_LISTEN": "127.0.0.1:8443", "WEBHOOK_SECRET": SECRET,
    "LOG_FORMAT": "json", "METRICS_LISTEN": "9100",
}  # fmt: skip
ODD = (
    "", " ", "off", "json", "0", "-1", "x:y", ":", "::1", "127.0.0.1:99999999999", "host:-5",
    "[::1", "http://", "http://[", "http://a:b",
    "ftp://x", "//x", "..", "../../etc/passwd", "/dev/null", "/proc/self/mem", "Asia/../x",
    "/etc/passwd", "Asia",
    "123:", ":abc", "１２３:abc", "٣:x", "²:x", "a" * 5000, "https://exa mple.org", "http://x\n", "😀",
    "null", "127.0.0.1:²",
)  # fmt: skip


def settings_case(dice: random.Random) -> dict[str, Any]:
    given = {name: good for name, good in GOOD.items() if dice.random() < 0.6}
    for _ in range(dice.choice((1, 1, 2, 4))):
        said = dice.choice(ODD) if dice.random() < 0.7 else values.text(dice)
        given[dice.choice(NAMES)] = re.sub(r"[\x00\ud800-\udfff]", "", said)
    if dice.random() < 0.3:
        raw = "\n".join(f"{name}={said}" for name, said in given.items())
        return {"env": {}, "file": values.mangled(dice, raw)}
    return {"env": given, "file": None}


def judge_settings(case: dict[str, Any]) -> tuple[str, str | None]:
    """Settings, or one error whose sentences each begin with a name and never repeat a secret."""
    before = dict(os.environ)
    for name in NAMES:
        os.environ.pop(name, None)
    os.environ.update(case["env"])
    try:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            file = None
            if case["file"] is not None:
                file = Path(folder) / ".env"
                file.write_bytes(case["file"].encode("utf-8", "surrogatepass"))
            found: Config = load_config(file)
            return "taken", _unusable(found)
    except ConfigError as error:
        why = (
            None
            if error.faults and all(one[:1].isupper() for one in error.faults)
            else "a fault without a name"
        )
        return "refused", "the secret is in the error" if SECRET[7:] in str(error) else why
    except Exception as error:  # anything else is what is looked for
        return "raised", f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        os.environ.clear()
        os.environ.update(before)


def _unusable(found: Config) -> str | None:
    """What the program would stumble over later."""
    if SECRET in repr(found):
        return "the secret is in its repr"
    for place in (found.webhook_listen, found.metrics_listen):
        port = (place or "1").rpartition(":")[2]
        if not port.isascii() or not 0 <= int(port) < 65_536:
            return f"taken as a port: {port!r}"
    number = found.bot_token.get_secret_value().partition(":")[0]
    return (
        None if number.isascii() and number.isdigit() else f"taken as a token's number: {number!r}"
    )


KINDS: dict[str, tuple[Callable[[random.Random], Any], Callable[[Any], tuple[str, str | None]]]] = {
    "instruments": (instrument_case, judge_instrument),
    "rosters": (roster_case, judge_roster),
    "workbooks": (book_case, judge_book),
    "settings": (settings_case, judge_settings),
}


def run(what: str, seed: str, cases: int) -> Found:
    """So many files of one kind."""
    make, judge = KINDS[what]
    dice, found = random.Random(seed), Found()
    for _ in range(cases):
        case = make(dice)
        outcome, why = judge(case)
        found.cases += 1
        found.seen[f"{what} {outcome}"] += 1
        if why and len(found.complaints) < 20:
            found.complaints.append(Complaint(what, "only the house's own errors", why, seed, case))
    return found
