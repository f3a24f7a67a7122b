"""What was kept long enough goes, and nothing that is under way, proved, or the newest of its table."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot.clock import iso
from bot.storage import evidence_rows, privacy_rows, record, removal
from bot.storage.evidence_files import damaged, keep, place_of
from bot.storage.evidence_rows import WaitingEvidence
from bot.storage.record import Entry
from bot.storage.tidying import Tidied, tidy
from flows.model.events import Upload
from flows.model.privacy import KEEP, PrivacySettings
from flows.model.record_kinds import EntryKind
from tests.support import START, make_database

LATER = START + timedelta(days=KEEP["letters"] + 1)
OLD, NEW = iso(START), iso(LATER - timedelta(days=1))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = make_database(tmp_path / "p.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (1, 7011, 'Siti', '')"
        )
        connection.execute(
            "INSERT INTO seats (id, person_id, role, unit_id, since) VALUES (1, 1, 'contact', 1, '')"
        )
        yield connection


def letter(
    db: sqlite3.Connection, at: str, state: str = "sent", campaign: int | None = None
) -> int:
    cursor = db.execute(
        "INSERT INTO outbox (chat_id, method, payload, created_at, done_at, state, campaign_id)"
        " VALUES (7011, 'sendMessage', '{\"text\":\"Yth.\"}', ?, ?, ?, ?)",
        (OLD, at, state, campaign),
    )
    return cursor.lastrowid or 0


def ids(db: sqlite3.Connection, table: str) -> list[int]:
    return [row[0] for row in db.execute(f"SELECT id FROM {table} ORDER BY id")]


def tidied_entries(db: sqlite3.Connection) -> list[dict[str, object]]:
    rows = db.execute("SELECT body FROM record WHERE kind = 'tidied'")
    return [orjson.loads(body) for (body,) in rows]


def tidied(db: sqlite3.Connection) -> Tidied:
    done = tidy(db, LATER)
    assert record.verify(db).broken is None
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    return done


def test_nothing_old_is_nothing_to_tell(db: sqlite3.Connection) -> None:
    letter(db, NEW)
    db.execute("UPDATE invitations SET expires_at = ?", (NEW,))
    assert tidied(db).counts == {}
    assert tidied_entries(db) == []


def test_letters_that_went_out_go_but_for_those_that_something_waits_for(
    db: sqlite3.Connection,
) -> None:
    db.execute(
        "INSERT INTO campaigns VALUES (7, 1, 1, '', '', '', '', NULL, 'finished', NULL, NULL)"
    )
    db.execute(
        "INSERT INTO campaigns VALUES (8, 1, 1, '', '', '', '', NULL, 'stopped', NULL, NULL)"
    )
    gone = [letter(db, OLD), letter(db, OLD, "unreachable"), letter(db, OLD, campaign=7)]
    db.execute("INSERT INTO campaign_recipients VALUES (7, 1, '', 'sent', NULL, ?)", (gone[2],))
    stays = [
        letter(db, NEW),
        letter(db, OLD, "queued"),
        letter(db, OLD, campaign=8),
        letter(db, OLD),
    ]
    db.execute(
        "INSERT INTO boards (chat_id, region_id, seat_id, at, letter_id) VALUES (-5, 1, 1, '', ?)",
        (stays[3],),
    )
    stays.append(letter(db, OLD))  # the newest: its number is not given twice
    db.execute("UPDATE invitations SET expires_at = ?", (NEW,))
    done = tidied(db)
    assert (done.counts, done.bytes) == ({"letters": 3}, {"letters": 3 * len('{"text":"Yth."}')})
    assert ids(db, "outbox") == stays
    assert tidied_entries(db)[0]["counts"] == {"letters": 3}
    assert tidied(db).counts == {}


def test_failed_updates_links_guests_orders_and_rosters(db: sqlite3.Connection) -> None:
    run = db.execute
    for at in (OLD, OLD, NEW):
        run(
            "INSERT INTO failed_updates (update_id, at, body, error) VALUES (1, ?, '{}', 'abc')",
            (at,),
        )
        run(
            "INSERT INTO paper_orders (chat_id, period_id, subject, format, at, state)"
            " VALUES (1, 1, '{}', 'pdf', ?, 'made')",
            (at,),
        )
        run(
            "INSERT INTO roster_files (seat_id, chat_id, file_id, name, at, state, content, settled_at)"
            " VALUES (1, 1, '', '', '', 'applied', x'0102', ?)",
            (at,),
        )
        run(
            "INSERT INTO returned_sheets (seat_id, chat_id, file_id, name, at, state)"
            " VALUES (1, 1, '', 'periksa.xlsx', ?, 'applied')",
            (at,),
        )
        run(
            "INSERT INTO requests (period_id, unit_id, indicator, token_hash, made_by, made_at,"
            " expires_at, telegram_id, person) VALUES (1, 1, 1, ?, 1, '', ?, 7031, 'Ani')",
            (f"x{run('SELECT count(*) FROM requests').fetchone()[0]}", at),
        )
    run("UPDATE requests SET answered_at = '' WHERE id = 2")
    run("UPDATE invitations SET expires_at = ?", (NEW,))
    run("UPDATE invitations SET expires_at = ? WHERE id < 5", (OLD,))
    run("UPDATE invitations SET used_at = '', used_seat = 1 WHERE id = 1")
    run("UPDATE invitations SET revoked_at = ? WHERE id = 2", (NEW,))
    done = tidied(db)
    assert done.counts == {
        "failed": 2,
        "invitations": 2,
        "orders": 2,
        "rosters": 2,
        "sheets": 2,
        "guests": 1,
    }
    assert {what: size for what, size in done.bytes.items() if size} == {"failed": 10, "rosters": 4}
    assert ids(db, "failed_updates") == ids(db, "paper_orders") == ids(db, "returned_sheets") == [3]
    assert {1, 2, 5} <= set(ids(db, "invitations"))
    assert not {3, 4} & set(ids(db, "invitations"))
    assert [row[0] for row in run("SELECT person FROM requests ORDER BY id")] == [
        None,
        "Ani",
        "Ani",
    ]


def test_files_that_were_taken_back_go_by_the_setting_of_their_period(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    places = []
    for content in (b"taken back", b"kept file"):
        entry = Entry(1, EntryKind.EVIDENCE, OLD, 1, 1, 1, 1, 1, {"by": "Siti"})
        number = evidence_rows.add(
            db, entry, Upload("document", "f", "u", "a.pdf", 9, None, 1), 7011, "Siti"
        )
        digest = hashlib.sha256(content).hexdigest()
        keep(folder, content)
        places.append(place_of(folder, digest))
        waits = WaitingEvidence(number, 1, 1, 1, "f", "", 7011)
        evidence_rows.stored(db, waits, digest, "application/pdf", len(content), OLD)
    taken_back = Entry(1, EntryKind.WITHDRAWN, OLD, 1, 1, details={"by": "x"})
    evidence_rows.withdraw(db, taken_back, 1)
    db.execute("UPDATE invitations SET expires_at = ?", (NEW,))
    privacy_rows.save(db, 1, "", PrivacySettings(keep={"withdrawn": 400}), OLD)
    assert tidied(db).counts == {}
    privacy_rows.save(db, 1, "", PrivacySettings(keep={"withdrawn": 30}), OLD)
    done = tidied(db)
    assert (done.counts, done.bytes, done.removed) == ({"withdrawn": 1}, {"withdrawn": 10}, (1,))
    assert tidied_entries(db)[0]["removed"] == [1]
    assert damaged(db, folder) is None
    far = LATER + timedelta(days=9999)
    assert removal.sweep(db, folder, far) == (1, 0)
    assert [place.exists() for place in places] == [False, True]
    assert damaged(db, folder) is None
    assert tidied(db).counts == {}


def test_a_database_without_a_period_has_nothing(tmp_path: Path) -> None:
    path = make_database(tmp_path / "empty.db", lambda _: None)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert tidy(connection, LATER).counts == {}


def test_settings_of_a_region_lie_over_those_of_its_period(db: sqlite3.Connection) -> None:
    assert privacy_rows.settings(db, 1) == PrivacySettings()
    whole = PrivacySettings({"contact": "A", "purpose": "B"}, {"letters": 3})
    privacy_rows.save(db, 1, "", PrivacySettings({"contact": "before"}), OLD)
    privacy_rows.save(db, 1, "", whole, OLD)
    privacy_rows.save(db, 1, "31.71", PrivacySettings({"contact": "C"}), OLD)
    assert privacy_rows.settings(db, 1) == whole
    both = privacy_rows.settings(db, 1, "31.71")
    assert both == PrivacySettings({"contact": "C", "purpose": "B"}, {"letters": 3})
    assert (both.days("letters"), both.days("failed")) == (3, KEEP["failed"])
    assert privacy_rows.own_settings(db, 1, "31.71") == PrivacySettings({"contact": "C"})
    assert privacy_rows.own_settings(db, 1, "31.72") == PrivacySettings()
