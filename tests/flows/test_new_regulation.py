"""A new regulation in chat: last year's answers offered through the map, and what changes for the office."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.export import answers_table
from bot.export.export_scope import ExportScope
from bot.instruments.instrument_map import map_as_yaml
from bot.instruments.matching import propose
from bot.papers import paper_kinds
from bot.papers.making import PaperSource, PaperSubject
from bot.storage import previous_answers, record
from flows.model.events import Command
from flows.model.marks import Mark
from flows.model.needs import History
from flows.model.record_kinds import EntryKind
from flows.model.roles import Role
from flows.staff import review_queue
from messages import render
from scoring.load import BUNDLED, hash_texts, load_texts
from scoring.migration import Kind, MapLine, MappedAnswer, Migration
from scoring.source import read_directory
from tests.flows.world import World

CODE = "permenkumham-25-2013"
KINDS = Path("tests/scoring/instruments/kinds")
OLD: tuple[tuple[str, str, str], ...] = (
    ("hidup.yaml", "number: 1\n", "number: 21\n"),
    ("hidup.yaml", "code: kematian-ibu\n", "code: ibu-meninggal\n"),
    (
        "hidup.yaml",
        "      - title: Laporan kematian ibu dan kelahiran hidup {tahun}\n",
        "      - title: Catatan {tahun}\n",
    ),
    ("rasa-aman.yaml", "code: demonstrasi-anarkis\n", "code: unjuk-rasa\n"),
)


def before(world: World, texts: dict[str, str], code: str, answers: dict[int, Any]) -> None:
    """A period of the year before by these texts, with answers of the first office."""
    world.write(
        "INSERT OR IGNORE INTO instruments VALUES (?, ?, ?)",
        hash_texts(texts), code, orjson.dumps(texts).decode(),
    )  # fmt: skip
    world.write(
        "INSERT INTO periods (id, code, instrument, data_year, opens, deadline,"
        " verification_deadline, institution, help_contact, state) VALUES (7, 'lama', ?, 2015,"
        " '2016-02-01', '2016-03-31', '2016-05-15', 'Kanwil', 'Bidang HAM', 'closed')",
        hash_texts(texts),
    )
    for number, inputs in answers.items():
        details = {"answer": {"inputs": inputs}, "reason": None, "by": "A"}
        at = "2016-03-01T00:00:00Z"
        record.append(
            world.connection, record.Entry(7, EntryKind.ANSWER, at, 1, number, 1, details=details)
        )


def mapped(world: World, migration: Migration) -> None:
    assert previous_answers.keep_map(world.connection, 1, map_as_yaml(migration))
    assert not previous_answers.keep_map(world.connection, 1, map_as_yaml(migration))
    world.dispatcher.roster.forget()


def last_year_of(world: World, number: int) -> Any:
    return world.desk(world.units["kesehatan"]).the_task(number).previous


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2, 3, 15]})
    made.link("A", "kesehatan")
    texts = dict(read_directory(BUNDLED / CODE))
    for file, words, other in OLD:
        assert words in texts[file], words
        texts[file] = texts[file].replace(words, other, 1)
    births = {"kematian_ibu": "12", "kelahiran_hidup": "14000"}
    before(made, texts, CODE, {21: births, 15: {"demonstrasi_anarkis": "0"}})
    made.write("INSERT INTO assignments VALUES (7, 1, 21, '2016-02-01', NULL)")
    made.write("INSERT INTO assignments VALUES (7, 1, 15, '2016-02-01', NULL)")
    then, now = load_texts(texts), made.period.instrument
    kept = [one for one in propose(then, now).changes if 15 not in (*one.old, *one.new)]
    gone = (MapLine(Kind.DROPPED, (15,), ()), MapLine(Kind.NEW, (), (15,)))
    mapped(made, Migration(then.code, now.code, (*kept, *gone)))
    return made


def test_the_office_is_told_once_at_the_start_what_changes(world: World) -> None:
    world.type("Siti", "/start A")
    (notice,) = [one for one in world.inboxes["Siti"] if one.name == "joining/regulation"]
    assert "🆕 <b>Baru</b>\n• 15. Jumlah demonstrasi yang anarkis" in notice.text
    assert "⏹ <b>Tidak ditanyakan lagi</b>\n• Jumlah demonstrasi yang anarkis" in notice.text
    assert "• 1. Angka kematian ibu: data dukung" in notice.text
    world.type("Siti", "/mulai")
    assert world.inboxes["Siti"][-2].name == "joining/regulation"
    for typed in ("12 dari 14.000", "simpan"):
        world.type("Siti", typed)
    world.type("Siti", "/mulai")
    assert "joining/regulation" not in [one.name for one in world.inboxes["Siti"][-2:]]


def is_marked(world: World) -> None:
    """Look at the reviewer's card, at the sheet to be signed and at the export."""
    world.link("K", None, Role.COORDINATOR)
    world.type("Hana", "/start K")
    facts = world.staff("Hana", Command("verifikasi"))
    [office] = facts.board.offices
    card = review_queue.card(facts, office, office.desk.the_task(1), History())
    text = render("reviewing/card", card.view)
    assert "Jumlah kematian ibu: <b>12</b> orang <i>(sama seperti tahun sebelumnya)</i>" in text
    subject = PaperSubject("office_sheet", unit_id=office.unit.id)
    sheet = paper_kinds.draw(PaperSource(world.connection, world.roster, subject, world.now, UTC))
    assert "(jumlah kematian ibu: sama seperti tahun sebelumnya)" in str(sheet.paper.blocks)
    [row] = [
        row
        for row in answers_table.table(world.connection, ExportScope(world.roster, UTC)).rows
        if "sama seperti" in str(row)
    ]
    assert "jumlah kematian ibu: sama seperti tahun sebelumnya" in str(row)


def test_what_is_typed_in_its_place_is_nobody_s_but_this_year_s(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.press("Siti", "↩️ Sama seperti tahun 2015")
    world.type("Siti", "14.100")
    world.press("Siti", "✅ Simpan")
    task = world.desk(world.units["kesehatan"]).the_task(1)
    assert task.mine is not None
    assert task.mine.marks == (Mark("kematian_ibu", "same"),)


def test_figures_of_then_are_offered_and_taken_by_a_tap(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    asked = world.inboxes["Siti"][-1].text
    assert "dari indikator 21 pada instrumen sebelumnya. Bila masih sama, data dukung" in asked
    world.press("Siti", "↩️ Sama seperti tahun 2015")
    assert world.focus["Siti"].inputs == {"kematian_ibu": "12"}
    world.press("Siti", "↩️ Sama seperti tahun 2015")
    world.press("Siti", "✅ Simpan")
    task = world.desk(world.units["kesehatan"]).the_task(1)
    assert task.mine is not None
    figures = {"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14000)}
    assert task.mine.answer.inputs == figures
    assert not task.proofs, "the proof is still wanted"
    assert task.mine.marks == (
        Mark("kematian_ibu", "same"), Mark("kelahiran_hidup", "same"),
    )  # fmt: skip
    is_marked(world)
    assert last_year_of(world, 15) is None, "it is new"


def test_without_a_map_nothing_is_offered_and_nothing_told() -> None:
    world = World({"kesehatan": [1]})
    world.link("A", "kesehatan")
    births = {"kematian_ibu": "12", "kelahiran_hidup": "14000"}
    before(world, dict(read_directory(BUNDLED / CODE)), CODE, {1: births})
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.tap("Siti", f"os.{world.focus['Siti'].turn}.1")
    assert "joining/regulation" not in [one.name for one in world.inboxes["Siti"]]
    assert world.focus["Siti"].inputs == {}
    assert last_year_of(world, 1).carried == ()


def test_a_map_of_another_instrument_is_passed_over(world: World) -> None:
    world.write("UPDATE instrument_maps SET map = 'old: a\nnew: b\nchanges: []\n'")
    assert last_year_of(world, 1) is None
    assert world.desk(world.units["kesehatan"]).regulation is None


def test_each_kind_of_answer_is_taken_as_it_was() -> None:
    world = World({"kesehatan": [2, 3, 5, 7]}, instrument_name="kinds")
    world.link("A", "kesehatan")
    texts = dict(read_directory(KINDS))
    then = load_texts(texts)
    answers = {
        2: {"rencana": True},
        3: {"saluran": ["loket", "daring"]},
        5: {"ada": False},
        7: {"jam": "penuh", "siang": "40", "malam": "7"},
    }
    before(world, texts, then.code, answers)
    mapped(world, propose(then, then))
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    for number, taps in ((2, 1), (3, 1), (5, 1), (7, 3)):
        assert world.focus["Siti"].indicator == number
        for _ in range(taps):
            world.press("Siti", "↩️ Sama seperti tahun 2015")
        world.press("Siti", "✅ Simpan")
        if world.inboxes["Siti"][-1].name != "answering/saved":
            world.type("Siti", "/lanjut")
        world.type("Siti", "/lanjut")
    stored = {no: world.answers["kesehatan", no][-1].answer.inputs for no in answers}
    assert stored == {
        2: {"rencana": True},
        3: {"saluran": ("loket", "daring")},
        5: {"ada": False},
        7: {"jam": "penuh", "siang": Decimal(40), "malam": Decimal(7)},
    }


def test_what_only_some_figures_are_known_of_is_offered_in_part() -> None:
    world = World({"kesehatan": [1]})
    world.link("A", "kesehatan")
    texts = dict(read_directory(BUNDLED / CODE))
    texts["hidup.yaml"] = texts["hidup.yaml"].replace("unit: bayi", "unit: kelahiran", 1)
    before(world, texts, CODE, {1: {"kematian_ibu": "12", "kelahiran_hidup": "14000"}})
    mapped(world, propose(load_texts(texts), world.period.instrument))
    previous = last_year_of(world, 1)
    assert (previous.partial, dict(previous.answer.inputs)) == (True, {"kematian_ibu": Decimal(12)})
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.press("Siti", "↩️ Sama seperti tahun 2015")
    assert "↩️" not in str(world.inboxes["Siti"][-1])
    world.type("Siti", "14.000")
    world.type("Siti", "simpan")
    assert world.answers["kesehatan", 1]


@pytest.mark.parametrize(
    ("ours", "theirs", "kept"),
    [
        ({"a": Decimal(1)}, {"b": Decimal(2)}, True),
        ({"a": Decimal(1)}, {"a": Decimal(1)}, True),
        ({"a": Decimal(1)}, {"a": Decimal(2)}, False),
    ],
)
def test_of_two_that_were_merged_what_they_say_otherwise_is_left_out(
    ours: dict[str, Decimal], theirs: dict[str, Decimal], kept: bool
) -> None:
    deaths = load_texts(dict(read_directory(BUNDLED / CODE))).indicator(1)
    names = {"a": "kematian_ibu", "b": "kelahiran_hidup"}
    offers = [
        MappedAnswer(old, 1, {names[code]: value for code, value in given.items()}, None, ())
        for old, given in ((1, ours), (2, theirs))
    ]
    previous = previous_answers._carried(deaths, 2015, offers)
    assert (previous is not None) is kept
    assert previous is None or previous.carried == (1, 2)


def test_a_ready_value_is_compared_with_and_impossible_figures_are_not() -> None:
    deaths = load_texts(dict(read_directory(BUNDLED / CODE))).indicator(1)
    value = previous_answers._carried(deaths, 2015, [MappedAnswer(1, 1, {}, Decimal(84), ())])
    assert value is not None
    assert value.answer.value == 84
    wrong = {"kematian_ibu": Decimal("1.5"), "kelahiran_hidup": Decimal(2)}
    assert previous_answers._carried(deaths, 2015, [MappedAnswer(1, 1, wrong, None, ())]) is None
