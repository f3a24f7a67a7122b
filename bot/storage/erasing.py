"""Takes a person's name and words out of the record and out of whatever else is kept as text or JSON.

Where an entry is theirs, their number stands instead; in what others wrote, only the name goes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cached_property
from html import escape
from typing import Any

import orjson
from msgspec import Struct, field

from bot.storage import chain, sealing
from bot.storage.sealing import Seal
from flows.model.record_kinds import EntryKind

SHORTEST = 3
"""A name of fewer letters is not looked for inside sentences."""
NOTHING = "…"
"""Stands for words as they were typed, which are erased whole."""


class ErasureSubject(Struct, frozen=True, dict=True):
    """Who is to be forgotten: a person by number, or a guest of one-question links (`requests`).

    `mark` stands for them from now on. `shared`: somebody else is called the same, so only what is surely
    theirs goes.
    """

    mark: str
    erased_chat: int
    telegram_id: int
    names: tuple[str, ...]
    person_id: int | None = None
    requests: tuple[int, ...] = ()
    shared: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What their names look like inside a sentence; None where they cannot be whole_names."""
        whole_names = {name for name in self.names if len(name) >= SHORTEST and not self.shared}
        longest_first = sorted(
            whole_names | {escape(name) for name in whole_names}, key=len, reverse=True
        )
        either = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
        return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE) if either else None

    def without(self, text: str) -> str:
        """Return a sentence with their number in the place of their name."""
        return self.pattern.sub(self.mark, text) if self.pattern else text

    def without_in(self, value: Any) -> Any:
        """Return JSON with their number in the place of their name, and no link to their account."""
        match value:
            case str():
                return self.without(value).replace(f"tg://user?id={self.telegram_id}", self.mark)
            case dict():
                return {key: self.without_in(one) for key, one in value.items()}
            case list():
                return [self.without_in(one) for one in value]
            case _:
                return value

    def is_named(self, text: str) -> bool:
        """Tell whether a text is exactly one of their names."""
        return text in self.names


class Erasure(Struct):
    """What was erased of the record: by period how many entries, and by hash what is left of sentences."""

    subject: ErasureSubject
    entries: dict[int, int] = field(default_factory=dict)
    left: dict[int, dict[str, str]] = field(default_factory=dict)

    def of_record(self, connection: sqlite3.Connection) -> None:
        """Erase the person from every entry, and from the tables that repeat entries."""
        authored = _authored(connection, self.subject.person_id)
        for row in _concerned(connection, self.subject):
            entry_id, period_id, kind, person_id, text, seal = row
            body = orjson.loads(text)
            mine = (
                person_id == self.subject.person_id
                if person_id is not None
                else kind == EntryKind.PROPOSED and body["request"] in self.subject.requests
            )
            instead = _instead(self.subject, body, authored, mine=mine)
            if not instead:
                continue
            changed, new_seal = sealing.erased(body, Seal.parse(seal), instead)
            connection.execute(
                "UPDATE record SET body = ?, seal = ? WHERE id = ?",
                (sealing.dumps(changed), new_seal, entry_id),
            )
            _repeat(connection, kind, entry_id, changed)
            self.entries[period_id] = self.entries.get(period_id, 0) + 1
            self.left.setdefault(period_id, {}).update(
                (f"{entry_id}.{path}", chain.digest_of_words(words))
                for path, words in instead.items()
                if words != self.subject.mark
            )


def _authored(connection: sqlite3.Connection, person_id: int | None) -> list[dict[str, Any]]:
    """Return as whom the person stands in what was said of criteria."""
    rows = connection.execute(
        "SELECT author FROM meeting_attendants WHERE person_id = ?1"
        " UNION SELECT c.author FROM criteria_comments c JOIN record r ON r.id = c.id"
        " WHERE r.person_id = ?1 UNION SELECT p.author FROM criteria_proposals p"
        " JOIN record r ON r.id = p.id WHERE r.person_id = ?1",
        (person_id,),
    )
    return [orjson.loads(author) for (author,) in rows]


def _concerned(connection: sqlite3.Connection, subject: ErasureSubject) -> list[tuple[Any, ...]]:
    """Return the entries that are the person's, or in which a name of theirs may stand."""
    names = orjson.dumps(
        [orjson.dumps(name)[1:-1].decode().lower() for name in subject.names]
    ).decode()
    return connection.execute(
        "SELECT id, period_id, kind, person_id, body, seal FROM record WHERE person_id = ?"
        " OR EXISTS (SELECT 1 FROM json_each(?) n WHERE instr(lower(body), n.value))"
        " OR (kind = 'proposed' AND json_extract(body, '$.request')"
        " IN (SELECT value FROM json_each(?))) ORDER BY id",
        (subject.person_id, names, orjson.dumps(subject.requests).decode()),
    ).fetchall()


def _instead(
    subject: ErasureSubject, body: dict[str, Any], authored: Iterable[dict[str, Any]], *, mine: bool
) -> dict[str, str]:
    """Return what shall stand in the place of which words of an entry."""
    instead: dict[str, str] = {}
    theirs = set(_paths_of(body, list(authored)))
    for path, words in sealing.words_of(body):
        key = path.rpartition(".")[2]
        if (mine and path == "by") or path in theirs:
            new = subject.mark
        elif mine and key == "typed":
            new = NOTHING
        elif subject.is_named(words) and (not subject.shared or (mine and key == "name")):
            new = subject.mark
        else:
            new = subject.without(words)
        if new != words:
            instead[path] = new
    return instead


def _paths_of(value: Any, authors: list[dict[str, Any]], path: str = "") -> Iterator[str]:
    """Yield where the name of one of these authors stands."""
    if isinstance(value, dict):
        if value in authors:
            yield f"{path}name"
        for key, inner in value.items():
            yield from _paths_of(inner, authors, f"{path}{key}.")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths_of(inner, authors, f"{path}{place}.")


def _repeat(connection: sqlite3.Connection, kind: str, entry_id: int, body: dict[str, Any]) -> None:
    """Write what an entry says now where a table repeats it."""
    run = connection.execute
    given: tuple[object, ...]
    author = orjson.dumps({key: body.get(key) for key in ("name", "office", "role")}).decode()
    match kind:
        case EntryKind.EVIDENCE:
            given = (body["by"], body["name"], body.get("caption"), body["evidence"])
            run("UPDATE evidence SET by = ?, name = ?, caption = ? WHERE id = ?", given)
        case EntryKind.EXTENSION_ASKED:
            run("UPDATE extension_requests SET reason = ? WHERE id = ?", (body["reason"], entry_id))
        case EntryKind.EXTENSION_SETTLED:
            given = (body["by"], body["request"])
            run("UPDATE extension_requests SET settled_by = ? WHERE id = ?", given)
        case EntryKind.CRITERION_COMMENT:
            given = (author, body["text"], entry_id)
            run("UPDATE criteria_comments SET author = ?, text = ? WHERE id = ?", given)
        case EntryKind.CRITERION_PROPOSAL:
            run("UPDATE criteria_proposals SET author = ? WHERE id = ?", (author, entry_id))
        case EntryKind.MEETING_ATTENDED:
            given = (author, body["meeting"], body["person_id"])
            run(
                "UPDATE meeting_attendants SET author = ? WHERE meeting_id = ? AND person_id = ?",
                given,
            )
        case EntryKind.CRITERION_DECIDED:
            given = (body["by"], body["meeting"], body["criterion"])
            run("UPDATE meeting_decisions SET by = ? WHERE meeting_id = ? AND criterion = ?", given)
        case EntryKind.PROPOSED:
            answer = None if body["answer"] is None else sealing.dumps(body["answer"])
            given = (body["by"], answer, body["reason"], body["request"])
            run("UPDATE requests SET person = ?, answer = ?, reason = ? WHERE id = ?", given)
