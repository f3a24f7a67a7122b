"""The queue as a workbook: what it shows, and that it takes what the chat takes, no more."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.reviewing.queue_reader import read
from flows.model.answer_state import Previous, State
from flows.model.events import SheetRead, Upload
from flows.model.outcome import Outcome, RecordMove, Say, SentDocument
from flows.model.returned_sheet import SheetRow, SheetState
from flows.model.returned_sheet_changes import SettleSheet
from flows.model.roles import Role
from flows.staff import clean_answers, review_sheet
from flows.staff.review_decision import announced
from flows.staff.review_sheet_weighing import weighed
from scoring import Answer
from tests.flows import sheets
from tests.flows.world import World

UPLOAD = Upload("document", "f", "u", "periksa.xlsx", 9000, None, 7)


@pytest.fixture
def world() -> World:
    """Siti has sent three answers, which Bagian Hukum has approved; Budi of the Kanwil is to verify them."""
    world = World({"kesehatan": [1, 2, 13], "tamhut": [3]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.KANWIL)
    world.link("K", None, Role.COORDINATOR)
    world.link("D", "tamhut")
    for who, link in (("Siti", "A"), ("Budi", "B"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.press("Siti", "Tidak dapat mengisi…")
    world.press("Siti", "Belum ada data")
    world.type("Siti", "menunggu rekap puskesmas")
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    for number in (1, 2, 13):
        world.move(("kesehatan", number), State.APPROVED, Role.COORDINATOR)
    return world


def row(**more: Any) -> SheetRow:
    given: dict[str, Any] = {"cell": "I2", "key": "1.1.1.1", "verdict": "verify", "seen": True}
    return SheetRow(**given | more)


SENTENCE = "Laporan menyebut 13 kematian."


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"key": "1.1.1"}, "no_key"),
        ({"key": "x.1.1.1"}, "no_key"),
        ({"key": "1.1.1.²"}, "no_key"),
        ({"key": "2.1.1.1"}, "other_period"),
        ({"key": "1.2.3.1"}, "not_yours"),
        ({"key": "1.1.1.2"}, "changed"),
        ({"verdict": ""}, None),
        ({"verdict": "", "sentence": "x"}, "no_verdict"),
        ({"verdict": "benar"}, "unknown_verdict"),
        ({"verdict": "approve"}, "not_allowed"),
        ({"verdict": "undo", "sentence": SENTENCE}, "not_allowed"),
        ({"key": "1.1.13.1"}, "not_allowed"),
        ({"seen": False}, "unseen"),
        ({"code": "Beda dengan data dukung"}, "reason_unused"),
        ({"correction": "13 dari 14.250"}, "correction_unused"),
        ({"verdict": "return", "sentence": SENTENCE}, "reason_missing"),
        ({"verdict": "return", "sentence": SENTENCE, "code": "entah"}, "reason_unknown"),
        ({"verdict": "return", "code": "Beda dengan data dukung"}, "sentence_missing"),
        ({"verdict": "return", "code": "Beda dengan data dukung", "sentence": "ya"}, "sentence"),
        ({"verdict": "correct", "sentence": SENTENCE}, "figures_missing"),
        ({"verdict": "correct", "sentence": SENTENCE, "correction": "tiga belas lebih"}, "figures"),
        ({"verdict": "correct", "sentence": SENTENCE, "correction": "15.000 dari 14.250"}, "figures"),
    ],
)  # fmt: skip
def test_a_row_that_the_chat_would_not_take_says_why(
    world: World, typed: dict[str, Any], why: str | None
) -> None:
    facts = world.staff("Budi", UPLOAD)
    result = weighed(facts, [row(**typed)])
    assert result.ready == ()
    assert [one.why for one in result.conflicts] == ([why] if why else [])
    assert result.left == (why is None)


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        ({}, ("verify", None, None, None)),
        ({"verdict": "return", "code": " beda dengan DATA dukung", "sentence": SENTENCE}, ("return", SENTENCE, "beda-bukti", None)),
        ({"verdict": "correct", "correction": "13 dari 14.250", "sentence": SENTENCE, "seen": False}, ("correct", SENTENCE, None, {"kematian_ibu": 13, "kelahiran_hidup": 14250})),
        ({"key": "1.1.13.1", "verdict": "accept"}, ("accept", None, None, None)),
        ({"key": "1.1.13.1", "verdict": "refuse", "sentence": "Data sudah ada di Dinas."}, ("refuse", "Data sudah ada di Dinas.", None, None)),
    ],
)  # fmt: skip
def test_a_row_is_written_as_if_tapped(world: World, typed: dict[str, Any], moved: Any) -> None:
    facts = world.staff("Budi", UPLOAD)
    [(_, decision)] = weighed(facts, [row(**typed)]).ready
    record = decision.record()
    given = record.corrected and dict(record.corrected.inputs or {})
    assert (str(record.action), record.reason, record.code, given) == moved


def test_one_answer_judged_twice_is_not_judged(world: World) -> None:
    result = weighed(world.staff("Budi", UPLOAD), [row(), row(cell="I9", verdict="return")])
    assert [one.why for one in result.conflicts] == ["twice", "twice"]


def test_nobody_judges_their_own_office(world: World) -> None:
    world.type("Budi", "/start A")
    world.link("A3", "kesehatan")
    world.type("Budi", "/start A3")
    facts = world.staff("Budi", SheetRead(world.seats["Budi"][0].id, 1, "x"))
    [conflict] = weighed(facts, [row()]).conflicts
    assert conflict.why == "own_office"


def test_what_passes_without_a_look_is_what_passes_in_bulk(world: World) -> None:
    """The rule of "verify all" holds: whatever speaks against an answer asks for a look of its own."""
    facts = world.staff("Budi", UPLOAD)
    [office] = [one for one in facts.board.offices if one.unit.code == "kesehatan"]
    for task in office.desk.tasks:
        clean = task in clean_answers.of_right(facts, office, task)
        assert clean == (not clean_answers.attention(office.desk, task))
    assert clean_answers.attention(office.desk, office.desk.the_task(1)) == ["unproved"]
    assert clean_answers.attention(office.desk, office.desk.the_task(13)) == ["absence", "unproved"]


def test_the_workbook_shows_what_the_card_shows(world: World) -> None:
    world.write(
        "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name, size, chat_id,"
        " by, at, state, revision) VALUES (1, 1, 1, 'document', 'f', 'u', 'laporan: 2016.pdf', 9, 1, 'Siti', ?,"
        " 'stored', 1), (1, 1, 1, 'photo', 'g', 'v', '', 9, 1, 'Siti', ?, 'stored', 1),"
        " (1, 1, 1, 'photo', 'h', 'w', '', 9, 1, 'Siti', ?, 'waiting', 1),"
        " (1, 1, 1, 'photo', 'i', 'x', '', 9, 1, 'Siti', ?, 'stored', 1)",
        *["2017-03-10T01:00:00Z"] * 4,
    )
    before = Previous(
        2015, Answer(inputs={"kematian_ibu": Decimal(20), "kelahiran_hidup": Decimal(14_000)})
    )
    world.remember("kesehatan", 1, before)
    world.type("Budi", "/periksa kesehatan")
    [sent] = [
        one
        for one in world.sent_messages
        if isinstance(one, SentDocument) and one.made == "review_sheet"
    ]
    by_no = {one["no"]: one for one in sent.view["rows"]}
    paths = [one["path"] for one in by_no["1"]["files"]]
    folder = "31.71 Jakarta Pusat/1 Hak hidup/01 Angka kematian ibu"
    assert paths == [
        f"{folder}/Sudin Kesehatan - laporan 2016.pdf",
        f"{folder}/Sudin Kesehatan - foto.jpg",
        None,
        f"{folder}/Sudin Kesehatan - foto (2).jpg",
    ]
    shown = {one["no"]: one for one in sheets.texts(sheets.newest(world.sent_messages))}
    assert shown["1"]["given"] == "jumlah kematian ibu: 12 orang\nkelahiran hidup: 14.250 bayi"
    assert shown["1"]["calculation"].splitlines() == [
        "84 per 100.000 kelahiran hidup", "poin 10 dari 10", "rentang ≤ 110",
    ]  # fmt: skip
    assert shown["1"]["files"] == "laporan: 2016.pdf\nfoto\nfoto\nfoto"
    assert shown["1"]["attention"] == "daftar periksa pengirim belum lengkap"
    assert shown["1"]["past"] == "2015: 143 per 100.000 kelahiran hidup"
    assert shown["13"]["given"] == "belum ada data\nmenunggu rekap puskesmas"
    assert shown["1"]["verdict"] is None
    assert shown["1"]["key"] == "1.1.1.1"


def test_rows_may_be_moved_and_numbers_may_be_numbers(world: World) -> None:
    world.type("Budi", "/periksa")
    book = sheets.opened(sheets.newest(world.sent_messages))
    sheet, places = book["Periksa"], sheets.columns(book)
    sheet.move_range("A2:O4", rows=20)
    sheet.insert_cols(1)
    keys = {sheet.cell(line, places["key"] + 1).value: line for line in range(22, 25)}
    line = keys["1.1.1.1"]
    cells: dict[str, Any] = {"verdict": "VERIFIKASI ", "seen": True, "correction": 12.5}
    for key, value in cells.items():
        sheet.cell(line, places[key] + 1).value = value
    typed = [one for one in read(sheets.saved(book), "p.xlsx") if one.verdict]
    assert typed == [SheetRow(f"J{line}", "1.1.1.1", "verify", seen=True, correction="12,5")]


def message_names(outcome: Outcome) -> list[str]:
    return [one.name for one in outcome.messages if isinstance(one, Say)]


def test_whoever_lost_the_seat_writes_nothing(world: World) -> None:
    seat = world.seats["Budi"][0].id
    world.send("Budi", UPLOAD)
    lost = SheetRead(seat + 100, 1, "periksa.xlsx", (row(),))
    outcome = review_sheet.read(world.staff("Budi", lost), lost)
    assert (message_names(outcome), outcome.changes) == (
        ["sheet/refused"],
        (SettleSheet(1, SheetState.REFUSED),),
    )
    assert world.happen("Siti", SheetRead(seat, 1, "periksa.xlsx", (row(),))) == Outcome()
    world.do_leaves("Budi", "")
    assert world.happen("Budi", SheetRead(seat, 1, "periksa.xlsx", (row(),))) == Outcome()


def test_a_forged_button_of_a_sheet_does_nothing(world: World) -> None:
    seat = world.seats["Budi"][0].id
    for data in (f"sa.{seat}.99.1", f"sa.{seat}", f"sd.{seat}.x"):
        outcome = world.tap("Budi", data)
        assert [one.name for one in outcome.messages] == ["notice/not_yours"]  # type: ignore[union-attr]
        assert outcome.changes == ()


def test_the_last_of_an_office_brings_its_result(world: World) -> None:
    """As by taps: the office hears its result once, behind what was corrected."""
    rows = (row(), row(key="1.1.2.1", cell="I3"), row(key="1.1.13.1", cell="I4", verdict="accept"))
    world.send("Budi", UPLOAD)
    world.happen("Budi", SheetRead(world.seats["Budi"][0].id, 1, "periksa.xlsx", rows))
    outcome = world.press("Budi", "✅ Terapkan (3)")
    moves = [one for one in outcome.changes if isinstance(one, RecordMove)]
    assert [(one.indicator, str(one.action)) for one in moves] == [
        (1, "verify"), (2, "verify"), (13, "accept"),
    ]  # fmt: skip
    assert message_names(outcome) == ["sheet/applied", "reviewing/told_result"]


def test_an_office_or_a_region_may_be_named(world: World) -> None:
    world.type("Budi", "/periksa jakarta pusat")
    assert world.sent_messages[-1].view["count"] == 3  # type: ignore[union-attr]
    assert message_names(world.type("Budi", "/periksa tamhut")) == ["sheet/empty"]
    assert "sheet/empty" not in message_names(world.type("Budi", "/periksa entah siapa"))


def test_a_long_queue_comes_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_sheet, "MOST", 2)
    world.type("Budi", "/periksa")
    assert (world.sent_messages[-1].view["count"], world.sent_messages[-1].view["more"]) == (2, 1)  # type: ignore[union-attr]


def test_the_result_of_a_return_is_told_as_by_taps(world: World) -> None:
    facts = world.staff("Budi", UPLOAD)
    typed = row(verdict="return", code="Beda dengan data dukung", sentence=SENTENCE)
    [(_, decision)] = weighed(facts, [typed]).ready
    assert [one.name for one in announced(facts, decision)] == ["reviewing/told_return"]


def test_a_preview_that_was_overtaken_counts_no_more(world: World) -> None:
    world.send("Budi", UPLOAD)
    rows = (row(), row(key="1.1.2.1", cell="I3"))
    world.happen("Budi", SheetRead(world.seats["Budi"][0].id, 1, "periksa.xlsx", rows))
    [old] = world._old("Budi", "✅ Terapkan (2)")
    world.move(("kesehatan", 2), State.SENT, Role.COORDINATOR, action="undo")
    assert message_names(world.tap("Budi", old)) == ["sheet/preview"]
    notice = world.tap("Budi", old).messages[0]
    assert (notice.name, notice.view) == ("notice/sheet", {"over": "replaced"})  # type: ignore[union-attr]
    assert message_names(world.press("Budi", "✅ Terapkan (1)")) == ["sheet/applied"]
