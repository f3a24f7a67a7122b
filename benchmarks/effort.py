"""What a piece of work takes a person: taps, typed messages, messages and words, counted over rehearsals.

`python -m benchmarks.effort [FILE…]` plays them with the real bot (as `peduli-ham rehearse` does), prints a
table, keeps it, and writes `docs/benchmarks.md` anew. Exit code 1 where a bound is not kept, or one cannot be
played.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.machine import ROOT, circumstances, keep
from bot.demo.lifecycle import running
from bot.demo.rehearsal.hearing import Moment, assigned
from bot.demo.rehearsal.over_http import OverHttp
from bot.demo.rehearsal.rehearsal_model import Rehearsal, RehearsalStep
from bot.demo.rehearsal.rehearsal_player import RehearsalPlayer
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.storage import outbox_history

SPEED = 3
"""Words a second that an official reads on a phone."""
WORKS = {
    "join": "Join by link",
    "answers": "Three answers, all",
    "proof": "Attach a proof, with its ticks",
    "correct": "Correct a saved answer",
    "send": "Send all",
    "unsent": "Send what a reminder names",
    "mend": "Replace a returned document",
    "figures": "Correct returned figures",
    "meeting": "Status of a city in a meeting",
    "approve": "Approve one",
    "return": "Return one",
    "remind": "Remind",
    "late": "Late list",
    "result": "Result of a city, all verified",
}
BOUNDS: dict[str, dict[str, float]] = {
    "answers": {"reading": 120},
    "mend": {"reading": 35, "taps": 2, "typed": 0},
    "send": {"taps": 3},
    "unsent": {"taps": 2, "typed": 0},
    "meeting": {"first": 12},
    "result": {"messages": 1, "first": 12},
}
TAPPED = frozenset({"taps", "opens", "presses", "chooses", "shares", "sends"})
TYPED = frozenset({"types", "edits", "asks"})
READ = frozenset({"sendMessage", "editMessageText", "sendPhoto", "sendDocument"})
_FOLDED = re.compile(r"<blockquote expandable>(.*?)</blockquote>", re.DOTALL)
_SHOWN = 3
"""Lines of a folded quotation that Telegram shows until it is opened."""
_TAG = re.compile(r"<[^>]+>")
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|\n|$)")


@dataclass(slots=True)
class Effort:
    """The count of one piece of work in one rehearsal."""

    work: str
    rehearsal: str
    taps: int = 0
    typed: int = 0
    files: int = 0
    messages: int = 0
    words: int = 0
    first_words: int = 0

    def add(self, act: str, texts: Sequence[str]) -> None:
        """One step of the person, and what the bot said to it in that chat."""
        self.taps += act in TAPPED
        self.typed += act in TYPED
        self.files += act == "sends"
        if texts and not self.messages:
            self.first_words = words(first_sentence(texts[0]))
        self.messages += len(texts)
        self.words += sum(words(text) for text in texts)

    def row(self, code: str) -> dict[str, Any]:
        """Its line of the table, with the bounds it has to keep."""
        row = asdict(self) | {"reading": seconds(self.words), "first": seconds(self.first_words)}
        bounds = BOUNDS.get(code, {})
        exceeded = [name for name, most in bounds.items() if row[name] > most]
        return row | {"bounds": bounds, "exceeded": exceeded}


def plain(text: str) -> str:
    """Telegram's HTML as it is read."""
    return html.unescape(_TAG.sub("", text))


def unfolded(text: str) -> str:
    """What stands on the screen before anybody opens a folded quotation."""
    return _FOLDED.sub(lambda match: "\n".join(match[1].splitlines()[:_SHOWN]), text)


def news(text: str, before: str) -> str:
    """The lines of a changed message that it did not have before: nobody reads the others again."""
    known = before.splitlines()
    return "\n".join(line for line in text.splitlines() if line not in known)


def words(text: str) -> int:
    """Words and figures; marks and bullets are none."""
    return sum(1 for one in plain(text).split() if any(map(str.isalnum, one)))


def first_sentence(text: str) -> str:
    """To the first full stop or the end of the first line that says something."""
    match = _SENTENCE.match(plain(text).strip())
    return match[0] if match else ""


def seconds(count: int) -> int:
    """How long so many words take, rounded up."""
    return -(-count // SPEED)


def counted(
    name: str, steps: Iterable[tuple[RehearsalStep, Sequence[str]]]
) -> list[dict[str, Any]]:
    """The work that is marked on the steps; where none is, all that each person did."""
    efforts: dict[tuple[str, str], Effort] = {}
    every = list(steps)
    is_marked = any(step.task for step, _ in every)
    for step, texts in every:
        if not step.who or (is_marked and not step.task):
            continue
        code = step.task or step.who
        work = WORKS.get(code, code)
        efforts.setdefault((code, step.who), Effort(work, name)).add(step.act, texts)
    return [one.row(code) for (code, _), one in efforts.items()]


def answered(database: Path, moments: Sequence[Moment], since: int) -> list[list[str]]:
    """What each act brought to be read in its own chat, message by message."""
    with closing(sqlite3.connect(database)) as connection:
        texts = _texts(connection)
        letters = outbox_history.after(connection, since)
    return [
        [texts[one.id] for one in mine if one.chat_id == moment.chat_id and one.method in READ]
        for moment, mine in zip(moments, assigned(moments, letters), strict=True)
    ]


def _texts(connection: sqlite3.Connection) -> dict[int, str]:
    """What there was to read in each letter, by its number."""
    texts: dict[int, str] = {}
    shown: dict[tuple[int, int], str] = {}
    for number, chat, sent, changed, text in connection.execute(
        "SELECT id, chat_id, message_id, payload ->> '$.message_id',"
        " coalesce(payload ->> '$.text', payload ->> '$.caption', '') FROM outbox ORDER BY id"
    ):
        key, now = (chat, changed or sent), unfolded(text)
        texts[number] = news(now, shown.get(key, "")) if changed else now
        shown[key] = now
    return texts


async def measured(rehearsal: Rehearsal) -> tuple[list[dict[str, Any]], str | None]:
    """Play one on a stage of its own; the rows, and what went wrong."""
    with tempfile.TemporaryDirectory(prefix="peduli-ham-") as folder:
        path = Path(folder) / "demo.db"
        async with running(
            path, state=rehearsal.state, start=rehearsal.starts, limits="off"
        ) as demo:
            with closing(sqlite3.connect(demo.stage.path)) as connection:
                since = outbox_history.newest(connection)
            driver = OverHttp(rehearsal, demo.recorder)
            played = await RehearsalPlayer(
                rehearsal.steps, rehearsal.file, driver, compares=()
            ).play()
            if played.problem is not None:
                return [], played.problem.shown("en")
            texts = answered(demo.stage.path, driver.moments, since)
    return counted(rehearsal.name, zip(rehearsal.steps, texts, strict=True)), None


def _table(rows: Sequence[dict[str, Any]]) -> str:
    columns = ("taps", "typed", "files", "messages", "words", "reading", "first")
    width = max((len(row["work"]) for row in rows), default=4)
    lines = [f"{'work':<{width}}  " + "  ".join(f"{name:>8}" for name in columns)]
    for row in rows:
        numbers = "  ".join(f"{row[name]:>8}" for name in columns)
        over = f"  OVER: {', '.join(row['exceeded'])}" if row["exceeded"] else ""
        lines.append(f"{row['work']:<{width}}  {numbers}{over}")
    return "\n".join(lines)


def main() -> None:
    """Play, print, keep, and write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--print-only", action="store_true", help="keep and write nothing")
    asked = parser.parse_args()
    files = asked.files or sorted((ROOT / "tests" / "rehearsals").glob("*.yaml"))
    about = circumstances()
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    for file in files:
        rehearsal = read_rehearsal(file.read_text(encoding="utf-8"), str(file))
        new_rows, problem = asyncio.run(measured(rehearsal))
        rows += new_rows
        problems += [problem] if problem else []
    order = list(WORKS.values())
    rows.sort(key=lambda row: order.index(row["work"]) if row["work"] in order else len(order))
    print(_table(rows))
    for problem in problems:
        print(f"NOT PLAYED {problem}")
    if not asked.print_only:
        keep("effort", {**about, "speed": SPEED, "rows": rows})
        report.main()
    sys.exit(1 if problems or any(row["exceeded"] for row in rows) else 0)


if __name__ == "__main__":
    main()
