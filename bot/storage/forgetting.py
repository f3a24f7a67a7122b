"""Forgets a person: seats end, names, account and words go; the record says under which number they stand.

The caller holds the transaction; bytes of files go afterwards, by what the record then says was removed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from html import escape

import orjson
from msgspec import Struct

from bot.storage import people, record, removal, stranger_rows
from bot.storage.erasing import Erasure, ErasureSubject
from bot.storage.record import Entry
from flows.model.record_kinds import EntryKind

PERSON, GUEST = "orang no. {}", "tamu no. {}"
"""What stands for a person, or for a guest of one-question links, once they are forgotten."""
ERASED = -(10**15)
"""Accounts and chats from here down are nobody's: Telegram's groups have 13 digits, persons no minus."""
OF_GUESTS = ERASED * 2


class Candidate(Struct, frozen=True):
    """Somebody who can be forgotten, with where they have or had a seat (None: a guest)."""

    id: int
    name: str
    telegram_id: int
    seats: str | None

    @property
    def mark(self) -> str:
        """What stands for them once they are forgotten."""
        return (GUEST if self.seats is None else PERSON).format(self.id)


class Report(Struct, frozen=True):
    """What went, or would go."""

    mark: str
    entries: int
    letters: int
    updates: int
    seats: int
    removed: tuple[int, ...]
    shared: bool
    notices: int = 0
    """Wordings of the privacy notice that named them."""


def candidates(connection: sqlite3.Connection) -> list[Candidate]:
    """Return everybody who is known: persons by number, then guests without a seat."""
    persons = connection.execute(
        "SELECT p.id, p.name, p.telegram_id, coalesce(group_concat(DISTINCT s.role || coalesce("
        " ' ' || u.short || ' (' || ur.name || ')', ' ' || r.name, '')), '')"
        " FROM persons p LEFT JOIN seats s ON s.person_id = p.id"
        " LEFT JOIN units u ON u.id = s.unit_id LEFT JOIN regions ur ON ur.id = u.region_id"
        " LEFT JOIN regions r ON r.id = s.region_id"
        " WHERE p.forgotten_at IS NULL GROUP BY p.id ORDER BY p.id"
    )
    guests = connection.execute(
        "SELECT min(id), max(person), telegram_id, NULL FROM requests WHERE telegram_id > ?"
        " AND telegram_id NOT IN (SELECT telegram_id FROM persons) GROUP BY telegram_id ORDER BY 1",
        (ERASED,),
    )
    return [Candidate(*row) for row in (*persons, *guests)]


def matching(known: Iterable[Candidate], given: str) -> list[Candidate]:
    """Return those whom a number, a name or an @handle may mean: exactly so, else by a part of the name."""
    wanted = " ".join(given.split()).casefold().removeprefix("@")
    known = list(known)
    numbered = re.fullmatch(r"(?:(orang|tamu) )?(?:no\. ?)?(\d+)", wanted)
    if numbered:
        kind, digits = numbered.groups()
        return [
            candidate
            for candidate in known
            if candidate.id == int(digits) and (candidate.seats is None) == (kind == "tamu")
        ]
    names = [(candidate.name.casefold().removeprefix("@"), candidate) for candidate in known]
    exact = [one for name, one in names if name == wanted]
    return exact or [one for name, one in names if wanted and wanted in name]


def forget(connection: sqlite3.Connection, who: Candidate, now: str) -> Report:
    """Erase everything about somebody, and put on record that it was done, under their number."""
    subject = _subject(connection, who)
    seats = _end_seats(connection, subject, now)
    removed = removal.unused_of(connection, subject.telegram_id)
    removal.note(connection, removed, now)
    erasure = Erasure(subject)
    erasure.of_record(connection)
    letters = _out_of_letters(connection, subject, now)
    updates = _out_of_updates(connection, subject)
    notices = _out_of_notices(connection, subject)
    _out_of_tables(connection, subject)
    if subject.person_id is not None:
        connection.execute(
            "UPDATE persons SET name = ?, telegram_id = ?, language = 'id',"
            " language_chosen_at = NULL, unreachable_since = NULL, paused_until = NULL,"
            " forgotten_at = ? WHERE id = ?",
            (subject.mark, subject.erased_chat, now, subject.person_id),
        )
    report = Report(
        subject.mark,
        sum(erasure.entries.values()),
        letters,
        updates,
        seats,
        removed,
        subject.shared,
        notices,
    )
    _put_on_record(connection, erasure, report, now)
    return report


def _subject(connection: sqlite3.Connection, who: Candidate) -> ErasureSubject:
    """Return somebody with all the names that they have had here."""
    is_person = who.seats is not None
    person_id = who.id if is_person else None
    requests = connection.execute(
        "SELECT id, person FROM requests WHERE telegram_id = ?", (who.telegram_id,)
    ).fetchall()
    names = {who.name, *(name for _, name in requests)}
    names |= {
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT json_extract(body, '$.by') FROM record WHERE person_id = ?"
            " UNION SELECT DISTINCT by FROM evidence WHERE chat_id = ?",
            (person_id, who.telegram_id),
        )
    }
    others = {
        name.casefold()
        for (name,) in connection.execute(
            "SELECT name FROM persons WHERE telegram_id <> ?1"
            " UNION SELECT person FROM requests WHERE telegram_id <> ?1",
            (who.telegram_id,),
        )
    }
    all_names = tuple(sorted(name for name in names if name))
    return ErasureSubject(
        who.mark,
        (ERASED if is_person else OF_GUESTS) - who.id,
        who.telegram_id,
        all_names,
        person_id,
        tuple(number for number, _ in requests),
        any(name.casefold() in others for name in all_names),
    )


def _end_seats(connection: sqlite3.Connection, subject: ErasureSubject, now: str) -> int:
    held = connection.execute(
        "SELECT id FROM seats WHERE person_id = ? AND until IS NULL", (subject.person_id,)
    ).fetchall()
    for (seat_id,) in held:
        people.change_seat(connection, seat_id, "end", now)
    return len(held)


def _out_of_letters(connection: sqlite3.Connection, subject: ErasureSubject, now: str) -> int:
    """Empty the letters to them, and take their name out of those to others; numbers stay taken."""
    run = connection.execute
    count = run(  # calls for no chat's order, such as menus, name it in their payload
        "UPDATE outbox SET chat_id = ?2, payload = '{}', error = NULL, done_at = coalesce(done_at, ?3),"
        " state = CASE state WHEN 'queued' THEN 'dropped' ELSE state END"
        " WHERE chat_id = ?1 OR (chat_id = 0 AND instr(payload, ?1))",
        (subject.telegram_id, subject.erased_chat, now),
    ).rowcount
    names = [orjson.dumps(name)[1:-1].decode().lower() for name in subject.names]
    names += [escape(name) for name in names] + [f"tg://user?id={subject.telegram_id}"]
    rows = run(
        "SELECT id, payload FROM outbox WHERE EXISTS"
        " (SELECT 1 FROM json_each(?) n WHERE instr(lower(payload), n.value))",
        (orjson.dumps(names).decode(),),
    ).fetchall()
    for letter_id, payload in rows:
        changed = orjson.dumps(subject.without_in(orjson.loads(payload))).decode()
        run("UPDATE outbox SET payload = ? WHERE id = ?", (changed, letter_id))
    return count


def _out_of_updates(connection: sqlite3.Connection, subject: ErasureSubject) -> int:
    """Empty updates that failed, where they are theirs or name them; their codes stay taken."""
    names = [orjson.dumps(name)[1:-1].decode() for name in subject.names]
    words = [str(subject.telegram_id), *(names if not subject.shared else ())]
    return connection.execute(
        "UPDATE failed_updates SET body = '{}', error = '', state = CASE state WHEN 'replayed' THEN state"
        " ELSE 'dropped' END WHERE EXISTS (SELECT 1 FROM json_each(?) n"
        " WHERE instr(body, n.value) OR instr(error, n.value))",
        (orjson.dumps(words).decode(),),
    ).rowcount


def _out_of_notices(connection: sqlite3.Connection, subject: ErasureSubject) -> int:
    """Take their name out of what people are told about their data; return how many wordings had it."""
    count = 0
    for period_id, of, body in connection.execute(
        "SELECT period_id, of, body FROM privacy_settings"
    ).fetchall():
        known = orjson.loads(body)
        changed = subject.without_in(known)
        if changed != known:
            count += 1
            connection.execute(
                "UPDATE privacy_settings SET body = ? WHERE period_id = ? AND of = ?",
                (orjson.dumps(changed).decode(), period_id, of),
            )
    return count


def _out_of_tables(connection: sqlite3.Connection, subject: ErasureSubject) -> None:
    """Take account, name and words out of the tables beside the record."""
    run = connection.execute
    chat, nobody = subject.telegram_id, subject.erased_chat
    stranger_rows.forget(connection, [chat])
    for table in ("focus", "menus", "chosen_periods", "paper_checks", "returned_sheets"):
        run(f"DELETE FROM {table} WHERE chat_id = ?", (chat,))
    for table in (
        "evidence",
        "campaigns",
        "roster_files",
        "answer_files",
        "paper_orders",
        "export_orders",
        "meetings",
    ):
        run(f"UPDATE {table} SET chat_id = ? WHERE chat_id = ?", (nobody, chat))
    run(
        "UPDATE requests SET telegram_id = ?, person = ?, document = NULL WHERE telegram_id = ?",
        (nobody, subject.mark, chat),
    )
    run(
        "UPDATE invitations SET label = ? WHERE used_seat IN"
        " (SELECT id FROM seats WHERE person_id = ?)",
        (subject.mark, subject.person_id),
    )
    for table, column, key in _TEXTS:
        for row_id, text in run(
            f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL"
        ).fetchall():
            changed = subject.without(text)
            if changed != text:
                run(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (changed, row_id))
    for chat_id, state in run("SELECT chat_id, state FROM focus").fetchall():
        changed = orjson.dumps(subject.without_in(orjson.loads(state))).decode()
        if changed != state:
            run("UPDATE focus SET state = ? WHERE chat_id = ?", (changed, chat_id))
    run(
        "UPDATE roster_files SET content = NULL WHERE chat_id = ?"
        " AND state NOT IN ('waiting', 'confirmed')",
        (nobody,),
    )


_TEXTS = (
    ("invitations", "label", "id"),
    ("campaigns", "words", "id"),
    ("roster_files", "name", "id"),
    ("extension_requests", "settled_by", "id"),
    ("meeting_decisions", "by", "rowid"),
)
"""Columns in which a name may stand, beside those that repeat the record."""


def _put_on_record(
    connection: sqlite3.Connection, erasure: Erasure, report: Report, now: str
) -> None:
    """Append what was erased to the chain of each period that had it; letters and files are told once."""
    newest: int = connection.execute("SELECT max(id) FROM periods").fetchone()[0]
    for place, period_id in enumerate(sorted(erasure.entries) or [newest]):
        is_first = place == 0
        details = {
            "by": "operator",
            "person": report.mark,
            "entries": erasure.entries.get(period_id, 0),
            "letters": report.letters if is_first else 0,
            "files": len(report.removed) if is_first else 0,
            "removed": report.removed if is_first else (),
            "left": erasure.left.get(period_id, {}),
        }
        record.append(connection, Entry(period_id, EntryKind.FORGOTTEN, now, details=details))
