"""Who is forgotten: what is theirs goes everywhere, what others did stays, and nobody else is touched."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.clock import iso
from bot.storage import evidence_rows, privacy_rows, record, removal
from bot.storage.database import in_transaction
from bot.storage.evidence_files import damaged, keep, place_of
from bot.storage.evidence_rows import WaitingEvidence
from bot.storage.forgetting import Candidate, Report, candidates, forget, matching
from bot.storage.record import Entry
from flows.model.events import Command, Text, Upload
from flows.model.privacy import SetNotice
from flows.model.record_kinds import EntryKind
from tests.support import START, make_database
from tests.support.talk import BUDI, SITI, Talk, text_of

NOW = iso(START)
AUTHOR = {"name": "Siti Rahayu", "office": "Sudinkes", "role": "contact"}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Siti (1) and Budi (2) have a seat; Ani is a guest."""
    path = make_database(tmp_path / "p.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        run = connection.execute
        run(
            "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES"
            " (1, 7011, 'Siti Rahayu', ''), (2, 7021, 'Budi', '')"
        )
        run(
            "INSERT INTO seats (id, person_id, role, unit_id, province, since) VALUES"
            " (1, 1, 'contact', 1, NULL, ''), (2, 2, 'kanwil', NULL, '31', '')"
        )
        run(
            "INSERT INTO requests (id, period_id, unit_id, indicator, token_hash, made_by, made_at,"
            " expires_at, telegram_id, person) VALUES (4, 1, 1, 1, 'x', 1, '', ?, 7031, 'Ani')",
            (iso(START + timedelta(days=9)),),
        )
        yield connection


def append(
    db: sqlite3.Connection, kind: EntryKind, person: int | None, by: str, **details: Any
) -> int:
    entry = Entry(1, kind, NOW, 1, 1, None, person, person, {"by": by, **details})
    return record.append(db, entry)


def who(db: sqlite3.Connection, given: str) -> Candidate:
    [candidate] = matching(candidates(db), given)
    return candidate


def forgotten(db: sqlite3.Connection, given: str) -> Report:
    report = in_transaction(db, lambda connection: forget(connection, who(connection, given), NOW))
    assert record.verify(db).broken is None
    return report


def body(db: sqlite3.Connection, entry: int) -> dict[str, Any]:
    (text,) = db.execute("SELECT body FROM record WHERE id = ?", (entry,)).fetchone()
    fields: dict[str, Any] = orjson.loads(text)
    return fields


def cells(db: sqlite3.Connection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = db.execute(query).fetchone()
    return row


def test_their_name_goes_their_official_words_stay(db: sqlite3.Connection) -> None:
    marks = [{"input": "births", "code": "rough", "typed": "kira-kira 12"}]
    answer = append(db, EntryKind.ANSWER, 1, "Siti", answer={}, reason="Banjir", marks=marks)
    note = append(db, EntryKind.NOTE, 2, "Budi", text="Bu siti  rahayu, mohon dicek. Sitirahayu?")
    other = append(db, EntryKind.NOTE, 2, "Budi", text="Baik")
    assert forgotten(db, "siti rahayu").entries == 2
    assert body(db, answer)["by"] == "orang no. 1"
    assert body(db, answer)["reason"] == "Banjir"
    assert body(db, answer)["marks"][0]["typed"] == "…"
    assert body(db, note)["text"] == "Bu orang no. 1, mohon dicek. Sitirahayu?"
    assert (body(db, note)["by"], body(db, other)["text"]) == ("Budi", "Baik")
    assert cells(db, "SELECT until FROM seats WHERE id = 1") == (NOW,)
    entry = body(db, other + 1)
    assert (entry["person"], entry["entries"], set(entry["left"])) == (
        "orang no. 1", 2, {f"{answer}.marks.0.typed", f"{note}.text"},
    )  # fmt: skip


def test_the_privacy_notice_names_them_no_more(db: sqlite3.Connection) -> None:
    change = SetNotice(("", "31.71"), "contact", "Siti Rahayu, 021-1234567")
    privacy_rows.word(db, 1, change, NOW)
    privacy_rows.word(db, 1, SetNotice(("",), "purpose", "Penilaian tahunan"), NOW)
    worded = append(
        db,
        EntryKind.NOTICE_WORDED,
        2,
        "Budi",
        places=["", "31.71"],
        part="contact",
        text=change.words,
    )
    assert forgotten(db, "Siti").notices == 2
    contact = "orang no. 1, 021-1234567"
    assert {of: one.notice for of, one in privacy_rows.by_region(db, 1).items()} == {
        "": {"contact": contact, "purpose": "Penilaian tahunan"},
        "31.71": {"contact": contact},
    }
    assert body(db, worded)["text"] == contact
    assert forgotten(db, "Budi").notices == 0


def test_two_names_in_one_sentence_can_both_go(db: sqlite3.Connection) -> None:
    note = append(db, EntryKind.NOTE, None, "x", text="Siti Rahayu dan Budi hadir")
    forgotten(db, "1")
    forgotten(db, "no. 2")
    assert body(db, note)["text"] == "orang no. 1 dan orang no. 2 hadir"


def test_what_was_said_of_criteria(db: sqlite3.Connection) -> None:
    comment = append(
        db, EntryKind.CRITERION_COMMENT, 1, "Siti Rahayu", text="Kata Siti Rahayu", **AUTHOR
    )
    proposed = append(
        db, EntryKind.CRITERION_PROPOSAL, 1, "Siti Rahayu", change={"owner": "Dinas"}, **AUTHOR
    )
    meeting = append(db, EntryKind.MEETING_OPENED, 2, "Budi", place="Aula")
    append(db, EntryKind.MEETING_ATTENDED, 1, "Siti Rahayu", meeting=meeting, **AUTHOR)
    append(db, EntryKind.CRITERION_DECIDED, 1, "Siti Rahayu", meeting=meeting, criterion="i9")
    other = {**AUTHOR, "name": "Budi"}
    agreed = append(
        db, EntryKind.AGREEMENT, 2, "Budi", attendants=[other, AUTHOR],
        decisions=[{"proposed_by": AUTHOR}],
    )  # fmt: skip
    author = orjson.dumps(AUTHOR).decode()
    run = db.execute
    run(
        "INSERT INTO criteria_comments VALUES (?, 1, '31', 'i9', 'Kata Siti Rahayu', ?, '')",
        (comment, author),
    )
    run(
        "INSERT INTO criteria_proposals (id, period_id, province, criterion, change, author, at)"
        " VALUES (?, 1, '31', 'i9', '{}', ?, '')",
        (proposed, author),
    )
    run("INSERT INTO meetings VALUES (?, 1, '31', 'Aula', 7011, '', 'open')", (meeting,))
    run("INSERT INTO meeting_attendants VALUES (?, 1, ?, '')", (meeting, author))
    run(
        "INSERT INTO meeting_decisions VALUES (?, 'i9', 'as_it_is', NULL, 'Siti Rahayu', '')",
        (meeting,),
    )
    # Somebody else of the same name: only what is surely hers goes.
    run("INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (3, 9, 'SITI RAHAYU', '')")
    assert forgotten(db, "1").shared
    assert body(db, comment)["name"] == "orang no. 1"
    assert body(db, comment)["text"] == "Kata Siti Rahayu"
    assert body(db, agreed)["attendants"] == [other, {**AUTHOR, "name": "orang no. 1"}]
    assert body(db, agreed)["decisions"][0]["proposed_by"]["name"] == "orang no. 1"
    for table in ("criteria_comments", "criteria_proposals", "meeting_attendants"):
        (stored,) = cells(db, f"SELECT author FROM {table}")
        assert orjson.loads(stored) == {**AUTHOR, "name": "orang no. 1"}, table
    assert cells(db, "SELECT by FROM meeting_decisions") == ("orang no. 1",)
    assert cells(db, "SELECT chat_id < 0 FROM meetings") == (1,)


def test_a_guest_is_forgotten_as_a_guest(db: sqlite3.Connection) -> None:
    marks = [{"input": "births", "code": "rough", "typed": "dua lusin"}]
    answer = {"value": "24", "marks": marks}
    proposed = append(
        db, EntryKind.PROPOSED, None, "Ani", request=4, answer=answer, reason=None, document="Ani.pdf"
    )  # fmt: skip
    taken = append(db, EntryKind.ANSWER, 1, "Siti Rahayu", answer={}, source="Ani")
    db.execute("UPDATE requests SET answer = ?", (orjson.dumps(answer).decode(),))
    assert [one.mark for one in candidates(db)] == ["orang no. 1", "orang no. 2", "tamu no. 4"]
    assert forgotten(db, "tamu no. 4").mark == "tamu no. 4"
    assert body(db, proposed)["by"] == "tamu no. 4"
    assert body(db, proposed)["answer"]["marks"][0]["typed"] == "…"
    assert body(db, proposed)["document"] == "tamu no. 4.pdf"
    assert body(db, taken)["source"] == "tamu no. 4"
    person, telegram_id, stored = cells(db, "SELECT person, telegram_id, answer FROM requests")
    assert (person, telegram_id < 0) == ("tamu no. 4", True)
    assert orjson.loads(stored)["marks"][0]["typed"] == "…"
    assert [one.mark for one in candidates(db)] == ["orang no. 1", "orang no. 2"]


def test_letters_updates_labels_and_whatever_others_have_open(db: sqlite3.Connection) -> None:
    run = db.execute
    to_others = {"text": "Siti Rahayu bergabung", "rows": [["Lihat <b>Siti Rahayu</b>", 1]]}
    link = '<a href="tg://user?id=7011">x</a>'
    for chat, payload in (
        (7011, {"text": "Yth."}), (0, {"scope": {"chat_id": 7011}}), (7021, to_others),
        (7021, {"text": link}), (7021, {"text": "Baik"}),
    ):  # fmt: skip
        run(
            "INSERT INTO outbox (chat_id, method, payload, created_at) VALUES (?, 'sendMessage', ?, '')",
            (chat, orjson.dumps(payload).decode()),
        )
    run("INSERT INTO campaigns VALUES (7, 2, 7021, 'r1', '', '', '', NULL, 'finished', NULL, ?)",
        ("Rapat di tempat Siti Rahayu.",))  # fmt: skip
    run("INSERT INTO campaign_recipients VALUES (7, 1, '', 'sent', NULL, 1)")
    for update_id, text in ((1, '{"from":{"id":7011}}'), (2, '"Siti Rahayu"'), (3, "{}")):
        run(
            "INSERT INTO failed_updates (update_id, at, body, error) VALUES (?, '', ?, 'x')",
            (update_id, text),
        )
    run("UPDATE invitations SET label = 'Bu Siti Rahayu' WHERE id = 2")
    run("UPDATE invitations SET used_at = '', used_seat = 1 WHERE id = 1")
    run(
        "INSERT INTO focus VALUES (7011, 1, 3, '{}', ''), (7021, 2, 3, ?, '')",
        ('{"source":"Siti Rahayu"}',),
    )
    run("INSERT INTO chosen_periods VALUES (7011, 1)")
    run(
        "INSERT INTO returned_sheets (seat_id, chat_id, file_id, name, at, rows) VALUES"
        " (1, 7011, 'f', 'punya Siti Rahayu.xlsx', '', '[]')"
    )
    report = forgotten(db, "Siti Rahayu")
    assert run("SELECT * FROM chosen_periods").fetchall() == []
    assert run("SELECT * FROM returned_sheets").fetchall() == []
    assert (report.letters, report.updates, report.seats, report.shared) == (2, 2, 1, False)
    payloads = [text for (text,) in run("SELECT payload FROM outbox ORDER BY id")]
    assert payloads[:2] == ["{}", "{}"]
    states = run("SELECT chat_id > 0, state FROM outbox ORDER BY id").fetchall()
    assert states == [(0, "dropped"), (0, "dropped"), *3 * [(1, "queued")]]
    assert orjson.loads(payloads[2]) == {
        "text": "orang no. 1 bergabung", "rows": [["Lihat <b>orang no. 1</b>", 1]],
    }  # fmt: skip
    assert payloads[3:] == ['{"text":"<a href=\\"orang no. 1\\">x</a>"}', '{"text":"Baik"}']
    assert run("SELECT body, state FROM failed_updates ORDER BY id").fetchall() == [
        ("{}", "dropped"), ("{}", "dropped"), ("{}", "kept"),
    ]  # fmt: skip
    assert run("SELECT words FROM campaigns").fetchall() == [("Rapat di tempat orang no. 1.",)]
    labels = [row[0] for row in run("SELECT label FROM invitations WHERE id < 3 ORDER BY id")]
    assert labels == ["orang no. 1", "Bu orang no. 1"]
    assert run("SELECT chat_id, state FROM focus").fetchall() == [
        (7021, '{"source":"orang no. 1"}')
    ]


def file(db: sqlite3.Connection, folder: Path, content: bytes, chat: int = 7011) -> int:
    entry = Entry(1, EntryKind.EVIDENCE, NOW, 1, 1, 1, 1, 1, {"by": "Siti Rahayu"})
    upload = Upload("document", "f", "u", "KTP Siti Rahayu.pdf", 9, "Siti Rahayu", 1)
    number = evidence_rows.add(db, entry, upload, chat, "Siti Rahayu")
    keep(folder, content)
    digest = hashlib.sha256(content).hexdigest()
    evidence_rows.stored(
        db, WaitingEvidence(number, 1, 1, 1, "f", "", chat), digest, "application/pdf", 9, NOW
    )
    return number


def withdraw(db: sqlite3.Connection, number: int) -> None:
    evidence_rows.withdraw(
        db, Entry(1, EntryKind.WITHDRAWN, NOW, 1, 1, details={"by": "x"}), number
    )


def test_files_that_were_taken_back_go_others_stay(db: sqlite3.Connection, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    kept, gone, twice = (
        file(db, folder, text) for text in (b"kept file", b"gone file", b"kept file")
    )
    for number in (gone, twice):
        withdraw(db, number)
    assert forgotten(db, "1").removed == (gone, twice)
    assert cells(db, f"SELECT by, name, caption FROM evidence WHERE id = {kept}") == (
        "orang no. 1", "KTP orang no. 1.pdf", "orang no. 1",
    )  # fmt: skip
    place = place_of(folder, hashlib.sha256(b"gone file").hexdigest())
    old = (START - timedelta(days=1)).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (old, old))
    keep(folder, b"gone file")  # somebody sends it anew just now
    assert removal.sweep(db, folder, START) == (0, 1)
    os.utime(place, (old, old))
    assert removal.sweep(db, folder, START) == (1, 0)
    assert removal.sweep(db, folder, START) == (0, 0)
    assert not place.exists()
    assert place_of(folder, hashlib.sha256(b"kept file").hexdigest()).exists()
    assert damaged(db, folder) is None
    assert evidence_rows.used(db, 1, 1, 7011) == (0, 9)


def test_no_other_file_can_be_taken_away_by_saying_it_was_removed(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    number = file(db, folder, b"kept file")
    details = {"by": "operator", "person": "orang no. 1", "left": {}, "removed": [number]}
    record.append(db, Entry(1, EntryKind.FORGOTTEN, NOW, details=details))
    place_of(folder, hashlib.sha256(b"kept file").hexdigest()).unlink()
    assert damaged(db, folder) == (2, "file_missing")


async def test_who_comes_back_by_a_new_link_is_a_new_person(talk: Talk) -> None:
    await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    await talk.send(BUDI, Command("start", "KANWIL"), "Budi")
    await talk.send(BUDI, Command("status"), "Budi")
    database = talk.dispatcher.database
    await database.transaction(lambda db: forget(db, who(db, "Siti"), iso(talk.clock.now)))
    assert "undangan" in text_of(await talk.types(SITI, "/lanjut"))
    assert "Siti" not in text_of(await talk.send(BUDI, Command("status"), "Budi"))
    letters = await talk.types(SITI, "/start KES2")
    assert "Siti" in text_of(letters)
    with closing(sqlite3.connect(talk.path)) as connection:
        names = connection.execute("SELECT id, name FROM persons ORDER BY id").fetchall()
        seated = connection.execute("SELECT person_id FROM seats WHERE until IS NULL").fetchall()
    assert names[0] == (1, "orang no. 1")
    assert (names[-1][0] > 1, names[-1][1]) == (True, "Siti")
    assert (1,) not in seated
    assert (await database.read(record.verify)).broken is None
    await talk.send(SITI, Text("halo", 9))
