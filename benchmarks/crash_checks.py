"""What must hold of the file that a killed process leaves, and of the season's end."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from benchmarks.asked import Kind
from benchmarks.contact import Contact
from bot.demo.botapi import Sandbox
from bot.storage import answer_rows, people, record
from bot.storage.roster import read_roster
from flows.model.facts import Office
from flows.model.totals import region_score
from tests.support import season

SHOWN = ("sendmessage", "editmessagetext")
Key = tuple[str, int, str]
"""What was said: the method, the chat, and the text with the message that it changes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stored revision."""

    receipt: int
    unit: str
    indicator: int
    revision: int
    content: str
    figures: tuple[Decimal, ...]


@contextmanager
def copied(database: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the file and its WAL as the dead process left them; the original stays untouched."""
    target = database.with_name("copy.db")
    for tail in ("", "-wal"):
        source = Path(f"{database}{tail}")
        if source.exists():
            shutil.copyfile(source, f"{target}{tail}")
    connection = sqlite3.connect(target)
    try:
        yield connection
    finally:
        connection.close()
        for tail in ("", "-wal", "-shm"):
            Path(f"{target}{tail}").unlink(missing_ok=True)


@contextmanager
def snapshot(database: Path) -> Iterator[sqlite3.Connection]:
    """Everything as of one moment, of what a bot is writing: its two files, copied in turn, may not fit."""
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as live:
            live.backup(copy)
        yield copy


def stored(connection: sqlite3.Connection) -> dict[int, Row]:
    """Every revision by its receipt."""
    rows = connection.execute(
        "SELECT r.id, u.short, r.indicator, r.revision, r.body FROM record r"
        " JOIN units u ON u.id = r.unit_id WHERE r.kind = 'answer'"
    )
    revisions = {}
    for receipt, unit, indicator, revision, body in rows:
        entry = orjson.loads(body)
        content = orjson.dumps([entry["answer"], entry["reason"]]).decode()
        given = entry["answer"].get("inputs", {}).values()
        revisions[receipt] = Row(
            receipt, unit, indicator, revision, content, tuple(Decimal(one) for one in given)
        )
    return revisions


@dataclass
class Tally:
    """Violations by kind; all must stay zero."""

    lost: int = 0
    doubled: int = 0
    drafts_lost: int = 0
    broken: int = 0
    failed_updates: int = 0


def check(connection: sqlite3.Connection, contacts: Sequence[Contact], tally: Tally) -> list[str]:
    """After a kill: what was seen as stored is stored, nothing twice, the chain holds. Returns complaints."""
    rows = stored(connection)
    faults = []
    for contact in contacts:
        contact.look()
        for seen in contact.seen.values():
            row = rows.get(seen.receipt)
            figures = None if row is None else sorted(row.figures)
            if row is None or (row.unit, row.indicator) != (contact.short, seen.indicator):
                faults.append(f"lost: {contact.short} saw {seen}, the record has {row}")
            elif seen.figures is not None and sorted(seen.figures) != figures:
                faults.append(f"figures: {contact.short} saw {seen}, the record has {row}")
    tally.lost += len(faults)
    done = {(row.unit, row.indicator) for row in rows.values()}
    fallen = [found for one in contacts if (found := _fallen_back(connection, one, done))]
    tally.drafts_lost += len(fallen)
    faults += fallen
    twice = [
        f"doubled: {key}"
        for key, count in Counter((r.unit, r.indicator, r.content) for r in rows.values()).items()
        if count > 1
    ]
    tally.doubled += len(twice)
    verdict = record.verify(connection)
    if verdict.broken:
        tally.broken += 1
        faults.append(f"the record does not hold: {verdict.broken}")
    if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        tally.broken += 1
        faults.append("the file is damaged")
    failed = connection.execute("SELECT update_id, error FROM failed_updates").fetchall()
    tally.failed_updates += len(failed)
    return [*faults, *twice, *(f"failed update {number}: {error}" for number, error in failed)]


def _fallen_back(
    connection: sqlite3.Connection, contact: Contact, done: set[tuple[str, int]]
) -> str | None:
    """A prompt was shown, so the file must stand at it or further: the same question, the same input."""
    shown = contact.shown()
    if shown is None:
        return None
    turn, prompt = shown
    focus = people.read_focus(connection, contact.person.id)
    if focus.turn > turn:
        return None
    if focus.indicator is None and (contact.short, prompt.indicator) in done:
        return None  # the last answer was stored on this turn; nothing is asked after it
    codes = []
    if prompt.indicator is not None:
        codes = [one.code for one in contact.instrument.indicator(prompt.indicator).inputs]
    asked = codes[prompt.input] if prompt.kind in (Kind.ASK, Kind.ZERO) else None
    stands = (focus.turn, focus.indicator, focus.stage.name)
    if stands != (turn, prompt.indicator, prompt.kind.name) or (asked and focus.input != asked):
        return f"draft: {contact.short} was shown {turn} {prompt}, the file has {focus}"
    return None


def check_end(
    connection: sqlite3.Connection,
    joined: int,
    *,
    spinners_may_drop: bool = False,
) -> list[str]:
    """At a season's end: exactly the answers that were given, everything sent, the totals by hand.

    In a bad network the answer to a tap, which only ends its spinner, is not repeated; and what somebody was
    to hear as a stranger is dropped once they are known.
    """
    faults = []
    rows = stored(connection)
    expected = Counter({(unit, no): 1 for unit, own in season.ANSWERS.items() for no in own})
    expected[season.CORRECTION[0], season.CORRECTION[1]] += 1
    revisions = Counter((row.unit, row.indicator) for row in rows.values())
    if revisions != expected:
        faults.append(f"revisions: {revisions - expected} too many, {expected - revisions} missing")
    found_joined = connection.execute(
        "SELECT count(*) FROM record WHERE kind = 'joined'"
    ).fetchone()
    if found_joined != (joined,):
        faults.append(f"{found_joined[0]} joined")
    letters = connection.execute(
        "SELECT state, method, name, error FROM outbox"
        " WHERE NOT (state = 'dropped' AND (stranger OR ? AND method = 'answerCallbackQuery'))",
        (spinners_may_drop,),
    ).fetchall()
    twice = connection.execute(
        "SELECT payload ->> 'callback_query_id', count(*) FROM outbox"
        " WHERE method = 'answerCallbackQuery' GROUP BY 1 HAVING count(*) > 1"
    ).fetchall()
    faults += [f"a tap was handled {count} times: {query}" for query, count in twice]
    unsent = [letter for letter in letters if letter[0] != "sent"]
    if unsent or not letters:
        faults.append(f"outbox: {unsent} of {len(letters)} unsent")
    result = scored(connection)
    points = {one.no: one.points for one in result.indicators}
    if points != {no: None if p is None else Decimal(p) for no, p in season.POINTS.items()}:
        faults.append(f"points: {points}")
    if (result.total, result.total_if_closed_now) != (season.TOTAL, season.TOTAL_IF_CLOSED_NOW):
        faults.append(f"totals: {result.total}, {result.total_if_closed_now}")
    return faults


def scored(connection: sqlite3.Connection, city: str | None = None) -> Any:
    """The stored answers through the shared scoring module: of one city, or of the only one."""
    roster = read_roster(connection)
    assert roster is not None
    regions = [one.id for one in roster.regions.values() if city in (None, one.name)]
    units = [one for one in roster.units.values() if one.region_id in regions]
    latest_answers = answer_rows.latest(connection, roster, [one.id for one in units], UTC)
    offices = tuple(
        Office(unit, answer_rows.desk(roster, unit, answer_rows.AnswerRecords(latest_answers)), ())
        for unit in units
        if unit.id in roster.owed
    )
    return region_score(roster.instrument_of(regions[0]), offices)


def letters(connection: sqlite3.Connection, where: str = "1") -> Counter[Key]:
    """Return the rows of the outbox that say or change something, as `executed` counts calls."""
    rows = connection.execute(f"SELECT method, chat_id, payload FROM outbox WHERE {where}")
    calls = ((method.lower(), chat, orjson.loads(body)) for method, chat, body in rows)
    return Counter(_key(*one) for one in calls if one[0] in SHOWN)


def executed(server: Sandbox, start: int = 0) -> Counter[Key]:
    """Return what the server has carried out, from one call on."""
    return Counter(
        _key(call.method.lower(), int(call.params["chat_id"]), call.params)
        for call in list(server.calls)[start:]
        if call.method.lower() in SHOWN and call.status == 200
    )


def repeated(server: Sandbox, connection: sqlite3.Connection) -> Counter[Key]:
    """Return calls that the server executed oftener than there are letters."""
    return executed(server) - letters(connection)


def untaken(server: Sandbox, connection: sqlite3.Connection) -> list[str]:
    """Updates that were acknowledged and not handled, and letters that were marked and not sent."""
    handled = {row[0] for row in connection.execute("SELECT update_id FROM handled")}
    missing = [one for one in server.bot.queue.history if one["update_id"] not in handled]
    faults = [f"acknowledged, not handled: {one}" for one in missing]
    new = "method = 'sendMessage' AND state = 'sent'"
    return faults + [
        f"marked, not sent: {one}" for one in letters(connection, new) - executed(server)
    ]


def _key(method: str, chat_id: int, payload: dict[str, Any]) -> Key:
    return method, chat_id, f"{payload.get('message_id', '')}{payload.get('text', '')}"


def states(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows of the outbox are in which state."""
    return dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state"))


def outbox_states(path: Path) -> dict[str, int]:
    """Return the same of a file that a bot writes to."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return states(connection)
