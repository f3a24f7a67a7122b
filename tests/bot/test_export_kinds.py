"""Every kind of entry that the code puts on record has its Indonesian words in the export."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC
from itertools import product
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.export import log_table, reminders_table
from bot.export.export_scope import ExportScope
from bot.storage import record
from bot.storage.roster import read_roster
from flows.model.answer_state import State
from flows.model.record_kinds import EntryKind
from flows.model.reminder_kinds import reminder_kind
from flows.model.workflow import Action
from messages.export_words import sentence, state_words, words
from tests.support import ROOT, make_database
from tests.support.schemas import faults

RowsOf = Callable[..., list[dict[str, Any]]]
BODIES: dict[str, dict[str, Any]] = {
    "answer": {"by": "Siti", "answer": {"value": "84"}, "reason": None, "source": "Ani"},
    "move": {"by": "Budi", "action": "return", "next": "returned", "role": "kanwil", "reason": "Salah tahun", "code": "periode", "late": True},
    "note": {"by": "Budi", "text": "Mohon dicek", "closes": False, "role": "kanwil"},
    "extended": {"by": "Budi", "until": "2017-04-14", "reason": "Banjir"},
    "extension_asked": {"by": "Hana", "until": "2017-04-17", "reason": "Banjir"},
    "extension_settled": {"by": "Budi", "request": 5, "granted": False, "reason": "Banjir"},
    "evidence": {"by": "Siti", "evidence": 1, "name": "laporan.pdf", "caption": None, "file_kind": "document"},
    "stored": {"evidence": 1, "sha256": "a" * 64, "mime": "application/pdf", "size": 12000},
    "refused": {"evidence": 1, "why": "too_big"},
    "withdrawn": {"by": "Siti", "evidence": 1},
    "ticked": {"by": "Siti", "ticks": ["figures", "stamp"]},
    "checked": {"by": "Budi", "ticks": ["figures"]},
    "asked": {"by": "Siti", "request": 1, "until": "2017-03-12T00:00:00Z"},
    "proposed": {"by": "Tamu", "request": 1, "answer": None, "reason": "Bukan data kami"},
    "settled": {"by": "Siti", "request": 1, "used": True},
    "seat": {"by": "Budi", "seat": 1, "action": "suspend"},
    "joined": {"by": "Siti", "role": "contact", "replaces": None},
    "invited": {"by": "Budi", "invitation": 1, "role": "contact"},
    "revoked": {"by": "Budi", "invitation": 1},
    "criterion_comment": {"by": "Siti", "province": "31", "criterion": "i9", "text": "Terlalu ketat", "name": "Siti", "office": "Sudin Perumahan", "role": "contact"},
    "criterion_proposal": {"by": "Hana", "province": "31", "criterion": "i9", "change": {"owner": "Dinas"}, "name": "Hana", "office": "Jakarta Pusat", "role": "coordinator"},
    "criterion_withdrawn": {"by": "Hana", "province": "31", "proposal": 4},
    "meeting_opened": {"by": "Budi", "province": "31", "place": "Aula Kanwil"},
    "meeting_attended": {"by": "Siti", "meeting": 7, "name": "Siti", "office": "Sudin Perumahan", "role": "contact"},
    "criterion_decided": {"by": "Budi", "meeting": 7, "criterion": "i9", "verdict": "changed", "proposal": 4},
    "meeting_dropped": {"by": "Budi", "province": "31", "meeting": 7},
    "agreement": {"by": "Budi", "province": "31", "meeting": 7, "place": "Aula Kanwil", "decisions": [{"verdict": "changed"}], "attendants": []},
    "closed": {"by": "Budi", "province": "31", "cities": [{"region": "31.71", "value": "77.65", "rating": "Peduli HAM", "claimed": "80"}], "criteria": "x"},
    "reopened": {"by": "Budi", "province": "31", "until": "2017-05-22", "reason": "Satu UKPD tertinggal"},
    "sampled": {"by": "Budi", "province": "31", "seed": "ab12", "answers": [[1, 2, 1]]},
    "second_look": {"by": "Cici", "sample": 9, "verdict": "same"},
    "frozen": {"by": "bot", "code": "ABCD-EFGH", "paper": "recap", "format": "pdf", "sha256": "f" * 64},
    "board": {"by": "Budi", "chat": -5, "title": "Koordinasi", "on": True, "thread": None, "region": 1, "province": None},
    "reminded": {"by": "Budi", "campaign": 1, "recipients": 2, "scope": "lr1"},
    "announced": {"by": "Budi", "campaign": 2, "recipients": 12, "scope": "r1", "text": "Rapat pindah ke Aula."},
    "notice_worded": {"by": "Zul", "part": "duration", "places": [""], "text": "lima tahun"},
    "stopped": {"by": "Budi", "campaign": 1},
    "resumed": {"by": "Budi", "campaign": 1},
    "paused": {"by": "Siti", "until": None},
    "setup": {"by": "setup", "created": ["unit Sudinkes"], "changed": [], "links": 3, "roster": "x", "instrument": "y"},
    "previous": {"by": "previous", "year": 2015, "file": "z", "answers": [{}, {}]},
    "imported": {"by": "import", "file": {"name": "kobo.csv", "digest": "a", "map": "b"}, "counts": {"stored": 3, "changed": 1, "refused": 2}},
    "operator": {"by": "operator", "failed": 3, "state": "replayed"},
    "renewed": {"by": "operator", "count": 12},
    "restored": {"by": "operator", "until": "2017-03-10T02:00:00Z"},
    "carried": {"by": "upgrade", "count": 12, "head": "a" * 64, "carried": "b" * 64},
    "forgotten": {"by": "operator", "person": "orang no. 5", "entries": 3, "letters": 7, "files": 0, "removed": [], "left": {}},
    "tidied": {"by": "operator", "counts": {"outbox": 3, "failed": 1}, "bytes": 1200, "removed": []},
}  # fmt: skip


def test_only_one_place_appends_to_the_record() -> None:
    for path in (ROOT / "bot").rglob("*.py"):
        if path.name != "record.py":
            assert "INTO record " not in path.read_text(encoding="utf-8"), path


def test_every_kind_has_its_words_and_somebody_who_writes_it() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    for kind in EntryKind:
        assert kind in words()["kinds"], f"give “{kind}” its words in messages/id/export.toml"
        assert kind in BODIES, f"give “{kind}” an example here"
        assert f"EntryKind.{kind.name}" in code, f"nobody writes “{kind}”"
    assert len(words()["kinds"]) == len(BODIES) == len(EntryKind)


def test_the_texts_of_kinds_are_hashed_and_never_change() -> None:
    assert {kind.name: kind.value for kind in EntryKind} == {kind.upper(): kind for kind in BODIES}


@pytest.fixture
def scope_and_rows(tmp_path: Path) -> Iterator[RowsOf]:
    """One entry of each kind, by the Kanwil's seat 1, whose person is Budi."""
    path = make_database(tmp_path / "p.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(
            "INSERT INTO persons (id, telegram_id, name, joined_at) VALUES (1, 5, 'Budi', '')"
        )
        db.execute(
            "INSERT INTO seats (id, person_id, role, province, since) VALUES (1, 1, 'kanwil', '31', '')"
        )
        for kind, body in BODIES.items():
            is_of_unit = kind not in (
                "seat",
                "setup",
                "previous",
                "imported",
                "operator",
                "carried",
                "forgotten",
                "tidied",
                "renewed",
                "board",
                "reminded",
                "invited",
            )
            record.append(
                db,
                record.Entry(
                    1, EntryKind(kind), "2017-03-10T18:30:00Z", 1 if is_of_unit else None,
                    13 if is_of_unit else None, 2 if kind in ("answer", "move", "checked") else None,
                    1, None if kind in ("stored", "refused", "setup", "previous", "imported", "operator", "renewed", "restored", "proposed", "carried", "forgotten", "tidied") else 1,
                    body,
                ),
            )  # fmt: skip
        roster = read_roster(db)
        assert roster is not None

        def rows(**options: Any) -> list[dict[str, Any]]:
            everyone = bool(options.pop("everyone", True))
            scope = ExportScope(roster, UTC, **options)
            made = log_table.table(db, scope, everyone=everyone)
            keys = [column.key for column in made.columns]
            return [dict(zip(keys, row, strict=True)) for row in made.rows]

        yield rows


def test_every_kind_fits_the_schema(scope_and_rows: RowsOf) -> None:
    lines = map(orjson.dumps, scope_and_rows())
    assert faults("log", map(orjson.loads, lines)) == []


def test_a_sentence_for_each_kind(scope_and_rows: RowsOf) -> None:
    rows = {row["kind"]: row for row in scope_and_rows()}
    assert set(rows) == set(BODIES)
    for kind, row in rows.items():
        text = str(row["text"])
        assert row["action"] != kind
        assert not text[0].islower(), text
        assert text.endswith("."), text
        assert not set("{}<>") & set(text), text
        assert "None" not in text, text
    assert (
        rows["move"]["text"] == "Revisi 2 menjadi: dikembalikan Kanwil, terlambat (alasan periode)."
    )
    assert rows["move"]["detail"] == "Salah tahun"
    assert rows["extended"]["text"] == "Batas akhir UKPD menjadi 14 April 2017."
    assert rows["seat"]["text"] == "Peran Budi (Kanwil) ditangguhkan."
    assert rows["invited"]["text"] == "Tautan undangan untuk KES (kontak UKPD Sudinkes)."
    assert (rows["invited"]["unit"], rows["invited"]["region"]) == ("Sudinkes", "Jakarta Pusat")
    assert rows["reminded"]["region"] == "Jakarta Pusat"
    assert rows["board"]["region"] == "Jakarta Pusat"
    assert rows["stored"]["role"] == "sistem"
    assert rows["proposed"]["role"] == "pihak luar"
    assert rows["setup"]["role"] == "operator"
    moment = rows["move"]["at"]
    assert moment.isoformat() == "2017-03-11T01:30:00+07:00"
    assert rows["move"]["zone"] == "WIB"


def test_a_correction_says_to_what(scope_and_rows: RowsOf, tmp_path: Path) -> None:
    body: dict[str, object] = {
        "by": "Budi",
        "action": "correct",
        "next": "verified",
        "role": "kanwil",
        "reason": "Salah",
    }
    with closing(sqlite3.connect(tmp_path / "p.db", isolation_level=None)) as db:
        body |= {"corrected": {"value": "84.5"}}
        record.append(
            db, record.Entry(1, EntryKind.MOVE, "2017-03-12T00:00:00Z", 1, 1, 2, 1, 1, body)
        )
    [row] = [row for row in scope_and_rows() if row["action"] == "Dikoreksi"]
    assert (
        row["text"]
        == "Revisi 2 menjadi: sudah diverifikasi; angka menurut pemeriksa: Angka kematian ibu 84,5."
    )


def test_staff_only_is_the_default(scope_and_rows: RowsOf) -> None:
    kinds = {str(row["kind"]) for row in scope_and_rows(everyone=False)}
    assert set(BODIES) - kinds == {"stored", "refused", "proposed"}


def test_without_names_nobody_is_named_and_nothing_typed_is_shown(scope_and_rows: RowsOf) -> None:
    exported = str([list(row.values()) for row in scope_and_rows(names=False)])
    typed = (
        "Budi",
        "Siti",
        "Tamu",
        "Ani",
        "KES",
        "laporan.pdf",
        "Salah",
        "Mohon",
        "Banjir",
        "Koordinasi",
    )
    for name in typed:
        assert name not in exported, name
    assert "Peran #1 (Kanwil) ditangguhkan." in exported


def test_days_are_those_of_the_region(scope_and_rows: RowsOf) -> None:
    from datetime import date

    eleventh = {row["kind"] for row in scope_and_rows(since=date(2017, 3, 11))}
    tenth = {row["kind"] for row in scope_and_rows(until=date(2017, 3, 10))}
    assert "move" in eleventh
    assert "setup" in tenth  # of no region: in the zone of the settings, here UTC
    assert not eleventh & tenth
    assert {row["region"] for row in scope_and_rows(region_id=1)} == {"Jakarta Pusat"}
    assert scope_and_rows(region_id=3) == []


def test_states_moves_and_reasons_have_words() -> None:
    assert set(words()["states"]) == {str(one) for one in State} | {"mended", "deferred"}
    for action in Action:
        assert sentence("move", "title", {"action": str(action)}) != action
    assert reminders_table.kind(reminder_kind("d-7")) == "7 hari sebelum batas akhir"
    assert reminders_table.kind(reminder_kind("d+0")) == "pada batas akhir"
    assert reminders_table.kind(reminder_kind("d+1")) == "1 hari setelah batas akhir"
    assert reminders_table.kind(reminder_kind("manual")) == "oleh staf"
    assert reminders_table.words_of("reasons", "403 Forbidden") == "403 Forbidden"
    assert sentence("of-a-newer-program", "text", {}) == "of-a-newer-program"


def test_reminders_are_told_with_their_reasons(scope_and_rows: RowsOf, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "p.db", isolation_level=None)) as db:
        db.execute(
            "INSERT INTO campaigns VALUES (7, 1, 5, 'r1', '', '', '', NULL, 'running', NULL, NULL)"
        )
        db.execute(
            "INSERT INTO seats (id, person_id, role, unit_id, since) VALUES (2, 1, 'contact', 1, '')"
        )
        line = "INSERT INTO reminders VALUES (?, 1, ?, ?, ?, '2017-03-11', '2017-03-11T01:00:00Z', ?, ?, ?)"
        db.execute(line, (1, 1, 2, "manual", "sent", None, 7))
        db.execute(line, (2, 5, None, "d-7", "withheld", "not_joined", None))
        roster = read_roster(db)
        assert roster is not None
        [sent, withheld] = reminders_table.table(db, ExportScope(roster, UTC)).rows
        assert sent[3:7] == ("Jakarta Pusat", "Sudinkes", "Budi", 2)
        assert sent[7] == "oleh staf"
        assert sent[9:13] == ("terkirim", None, "Budi", 7)
        assert sent[13:] == ("2017", "31.71", "kes", "manual", "sent", None)
        assert withheld[3:6] == ("Bandung", "Dinkes", None)
        assert withheld[9:13] == ("tidak dikirim", "belum bergabung", None, None)
        [only] = reminders_table.table(db, ExportScope(roster, UTC, region_id=3, names=False)).rows
        assert only == withheld
        assert ExportScope(roster, UTC).whom(None, 9) == "#9"


def test_an_answer_at_a_level_has_words_of_its_own() -> None:
    for state, level in product(("approved", "fixed"), ("secretary", "bureau")):
        assert state_words(f"{state}_{level}") != state_words(state)
    assert state_words("approved") == "disetujui Bagian Hukum, menunggu Kanwil"
