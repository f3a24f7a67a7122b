"""The office's form: what it shows, and that it takes what the chat takes, asks what the chat asks, and no more."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.storage import returned_sheet_rows
from flows.contact import contact_files, form, form_rows
from flows.contact.form_rules import rule_of
from flows.contact.form_weighing import weighed
from flows.model.answer_state import Previous, State
from flows.model.events import SheetRead, Text, Upload
from flows.model.facts import ContactFacts, Stage
from flows.model.outcome import AddProof, Outcome, SaveAnswer, Say
from flows.model.quotas import Room
from flows.model.returned_sheet import SheetRow, SheetState
from flows.model.returned_sheet_changes import SettleSheet, TakeSheet
from flows.model.roles import Role
from flows.model.roster_draft import Wrong
from messages import render
from scoring import Absence, Answer, Indicator, InputKind, load_bundled, load_directory
from scoring.replacing import replace
from tests.flows import forms
from tests.flows.sheets import opened
from tests.flows.world import World
from tests.support.tables import each_row

UPLOAD = Upload("document", "f", "u", "formulir-2017.xlsx", 9000, None, 7)
WHOLE: dict[str, dict[str, object]] = {
    "1.kematian_ibu": {"given": 12},
    "1.kelahiran_hidup": {"given": 14250},
    "2.kematian_bayi": {"given": "300 dari 14.250"},
    "13.balita_kurang_gizi": {"absence": "belum ada data", "reason": "menunggu rekap puskesmas"},
}


@pytest.fixture
def world() -> World:
    """Siti answers for the health office; Tini does as well."""
    world = World({"kesehatan": [1, 2, 13], "tamhut": [3]})
    world.link("A", "kesehatan")
    world.link("T", "kesehatan")
    world.link("D", "tamhut")
    world.link("B", None, Role.KANWIL)
    for who, link in (("Siti", "A"), ("Tini", "T"), ("Dedi", "D")):
        world.type(who, f"/start {link}")
    return world


def asked_for(world: World, who: str = "Siti") -> bytes:
    world.type(who, "/formulir")
    return forms.newest(world.sent_messages)


def back(world: World, content: bytes, who: str = "Siti", name: str = "formulir.xlsx") -> Outcome:
    """Send a form back and have it read."""
    rows = forms.rows(content)
    world.send(who, Upload("document", "f", "u", name, 9000, None, 7))
    seat, sheet = world.seats[who][0].id, newest_sheet(world)
    return world.happen(who, SheetRead(seat, sheet, name, rows))


def newest_sheet(world: World) -> int:
    return int(world.connection.execute("SELECT max(id) FROM returned_sheets").fetchone()[0])


def message_names(outcome: Outcome) -> list[str]:
    return [one.name for one in outcome.messages if isinstance(one, Say)]


def text(outcome: Outcome, name: str) -> str:
    message = next(one for one in outcome.messages if isinstance(one, Say) and one.name == name)
    return render(name, message.view)


def contact(world: World, who: str = "Siti") -> ContactFacts:
    facts = world.facts(who, Text("halo", 1))
    assert isinstance(facts, ContactFacts)
    return facts


def stored(world: World) -> dict[int, tuple[Any, ...]]:
    desk = contact(world).desk
    return {
        task.indicator.no: (
            task.mine.answer,
            task.mine.reason,
            [one.code for one in task.mine.marks],
        )
        for task in desk.tasks
        if task.mine
    }


def test_a_form_is_stored_by_one_tap_as_if_it_had_been_typed(world: World) -> None:
    outcome = back(world, forms.filled(asked_for(world), WHOLE))
    assert message_names(outcome) == ["form/preview"]
    shown = text(outcome, "form/preview")
    assert "E11 · Angka kematian ibu: 12 dari 14.250 → 10 poin" in shown
    assert "belum ada data (“menunggu rekap puskesmas”)" in shown
    assert stored(world) == {}
    done = world.press("Siti", "✅ Simpan…")
    assert message_names(done) == ["form/applied", "summary/closing"]
    figures, absence = stored(world)[1], stored(world)[13]
    assert figures[0].inputs == {"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14250)}
    assert figures[2] == ["sheet", "sheet"]
    assert absence[:2] == (Answer(absence=Absence.NOT_AVAILABLE), "menunggu rekap puskesmas")
    world.do_again("Siti", "1 ✅ Simpan 3 jawaban")
    assert not any(isinstance(one, SaveAnswer) for one in world.outcomes[-1].changes)


def test_the_same_form_again_changes_nothing(world: World) -> None:
    back(world, forms.filled(asked_for(world), WHOLE))
    world.press("Siti", "✅ Simpan…")
    outcome = back(world, asked_for(world))
    assert message_names(outcome) == ["form/nothing"]
    assert "3 jawaban sama" in text(outcome, "form/nothing")


def test_another_contact_of_the_office_may_send_it_under_any_name(world: World) -> None:
    content = forms.filled(asked_for(world), WHOLE)
    outcome = back(world, content, "Tini", "Laporan akhir.xlsx")
    assert message_names(outcome) == ["form/preview"]
    world.press("Tini", "✅ Simpan…")
    assert len(stored(world)) == 3


def test_what_is_odd_is_asked_back_in_the_chat(world: World) -> None:
    for line in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", line)
    content = asked_for(world)
    outcome = back(
        world,
        forms.filled(
            content, {"2.kematian_bayi": {"given": 300}, "2.kelahiran_hidup": {"given": 9000}}
        ),
    )
    assert "Akan ditanyakan dahulu" in text(outcome, "form/preview")
    done = world.press("Siti", "▶️ Tanyakan…")
    assert message_names(done) == ["form/applied", "answering/doubt"]
    assert 2 not in stored(world)
    assert message_names(world.type("Siti", "ya")) == ["answering/confirm"]
    world.type("Siti", "simpan")
    assert stored(world)[2][2] == ["sheet", "sheet"]


def row(code: str = "kematian_ibu", **more: Any) -> SheetRow:
    known = {"key": f"1.1.{VERSION}.1.0.{code}", "cell": "E11", "correction": "12"}
    return SheetRow(**(known | more))


VERSION = load_bundled("permenkumham-25-2013").hash[:8]
SECOND = row("kelahiran_hidup", cell="E12", correction="14.250")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([row(key="")], "no_key"),
        ([row(key="1.1.x.1.0.kematian_ibu.y")], "no_key"),
        ([row(key=f"1.1.{VERSION}.99.0.kematian_ibu")], "no_key"),
        ([row("entah")], "no_key"),
        ([row(key=f"2.1.{VERSION}.1.0.kematian_ibu")], "other_period"),
        ([row(key=f"1.2.{VERSION}.1.0.kematian_ibu")], "other_office"),
        ([row(key="1.1.00000000.1.0.kematian_ibu")], "other_version"),
        ([row(), row(cell="E30")], "twice"),
        ([row(), row("kelahiran_hidup", key=f"1.1.{VERSION}.1.4.kelahiran_hidup")], "twice"),
        ([row(correction="12 dari 14.251"), SECOND], "twice"),
        ([row(verdict="not_available", sentence="menunggu rekap")], "both"),
        ([row(correction="", verdict="entah", sentence="menunggu rekap")], "unknown_absence"),
        ([row(correction="", verdict="not_available")], "reason_missing"),
        ([row(correction="", verdict="not_available", sentence="12")], "reason"),
        ([row(), row("kelahiran_hidup", correction="")], "missing"),
        ([row()], "missing"),
        ([row(correction="1.250,5"), SECOND], "not_whole"),
        ([row(correction="12-14"), SECOND], "number_range"),
        ([row(correction="banyak"), SECOND], "number_text"),
        ([row(correction="-3"), SECOND], "number_negative"),
        ([row(correction="12 dan 13"), SECOND], "number_several"),
        ([row(correction="12% dari 300"), SECOND], "number_percent_of"),
        ([row(correction="84 per 100.000"), SECOND], "number_rate"),
        ([row(correction="14.251"), SECOND], "part_above_whole"),
        ([row(correction="0"), row("kelahiran_hidup", correction="0")], "whole_is_zero"),
        ([row(correction="1.25"), SECOND], "unclear"),
    ],
)  # fmt: skip
def test_a_cell_that_the_chat_would_not_take_says_why(
    world: World, rows: list[SheetRow], why: str
) -> None:
    result = weighed(contact(world), rows)
    assert [one.why for one in result.conflicts] == [why] or why in {
        one.why for one in result.conflicts
    }
    assert (result.ready, result.doubts) == ((), ())
    view = form._conflict(result.conflicts[0])
    preview = {"name": "x", "again": False, "ready": [], "doubts": [], "conflicts": [view], "more": 0, "guest": False, "kind": "count", "short_form": None, "year": 2016,
               "same": 0, "left": 0}  # fmt: skip
    assert result.conflicts[0].cell in render("form/preview", preview)


def test_a_pair_in_the_first_cell_may_stand_in_the_second_too(world: World) -> None:
    result = weighed(contact(world), [row(correction="12 dari 14.250"), SECOND])
    assert (len(result.ready), result.conflicts) == (1, ())


def test_a_rough_figure_keeps_its_mark_for_the_reviewer(world: World) -> None:
    result = weighed(contact(world), [row(correction="sekitar 12"), SECOND])
    [ready] = result.ready
    codes = {(one.input, one.code) for one in ready.marks}
    assert ("kematian_ibu", "about") in codes
    assert ("kelahiran_hidup", "about") not in codes
    assert {("kematian_ibu", "sheet"), ("kelahiran_hidup", "sheet")} <= codes


def test_what_contradicts_another_cell_of_the_form_is_asked_back(world: World) -> None:
    """As in the chat, where the second of two answers would be: both name the births of one year."""
    births = {"1.kematian_ibu": {"given": 12}, "1.kelahiran_hidup": {"given": 14250},
              "2.kematian_bayi": {"given": 300}, "2.kelahiran_hidup": {"given": 14200}}  # fmt: skip
    outcome = back(world, forms.filled(asked_for(world), births))
    shown = text(outcome, "form/preview")
    assert "Akan ditanyakan dahulu" in shown
    assert message_names(world.press("Siti", "✅ Simpan 1…")) == ["form/applied", "answering/doubt"]
    assert list(stored(world)) == [1]


def test_after_the_last_day_a_form_stores_nothing(world: World) -> None:
    world.do_waits("Siti", "400")
    result = weighed(contact(world), [row(), SECOND])
    assert [one.why for one in result.conflicts] == ["over"]


def test_some_of_a_form_leaves_the_rest_for_the_chat(world: World) -> None:
    typed = {key: WHOLE[key] for key in ("1.kematian_ibu", "1.kelahiran_hidup")}
    back(world, forms.filled(asked_for(world), typed))
    assert message_names(world.press("Siti", "✅ Simpan…")) == ["form/applied"]


KINDS = load_directory(Path("tests/scoring/instruments/kinds"))


EVERY = [
    one
    for folder in (
        *Path("tests/scoring/instruments").iterdir(),
        Path("scoring/instruments/permenkumham-25-2013"),
    )
    if (folder / "instrument.yaml").exists()
    for one in load_directory(folder).indicators
]


@each_row("indicator", EVERY)
def test_every_rule_is_said_in_figures_of_its_inputs(indicator: Indicator) -> None:
    rule = rule_of(indicator)
    assert set(rule["inputs"]) <= {one.code for one in indicator.inputs}
    assert len(rule["bands"]) == len(indicator.bands)


def test_what_is_stored_stands_in_its_cell_as_it_is_typed() -> None:
    fields = {one.kind: one for indicator in KINDS.indicators for one in indicator.inputs}
    choice, choices = fields[InputKind.CHOICE], fields[InputKind.CHOICES]
    assert form_rows._stored(choice, choice.options[1].code) == choice.options[1].text
    codes = ",".join(one.code for one in choices.options[:2])
    assert form_rows._stored(choices, codes) == "a, b"
    assert form_rows._stored(fields[InputKind.YES_NO], "ya") == "ya"


def test_last_year_s_figure_stands_beside_the_cell(world: World) -> None:
    task = contact(world).desk.the_task(1)
    field = task.indicator.inputs[0]
    before = Previous(2015, Answer(inputs={field.code: Decimal(14)}), "")
    assert form_rows._past(replace(task, previous=before), field) == Decimal(14)
    nothing = Previous(2015, Answer(inputs={}), "")
    assert form_rows._past(replace(task, previous=nothing), field) is None


def test_an_empty_row_of_a_wrong_key_is_nothing(world: World) -> None:
    result = weighed(contact(world), [row(key="", correction=""), row(correction="")])
    assert (result.conflicts, result.left) == ((), 1)


def test_a_zero_is_meant_where_it_stands_in_a_cell(world: World) -> None:
    result = weighed(contact(world), [row(correction="0"), SECOND])
    assert [one.answer.inputs["kematian_ibu"] for one in result.ready if one.answer.inputs] == [0]


def test_nothing_newer_is_overwritten(world: World) -> None:
    content = asked_for(world)
    for line in ("/lanjut", "13 dari 14.250", "simpan"):
        world.type("Siti", line)
    outcome = back(world, forms.filled(content, WHOLE))
    assert "sudah berubah sejak formulir ini dibuat" in text(outcome, "form/preview")
    world.press("Siti", "✅ Simpan…")
    assert stored(world)[1][0].inputs["kematian_ibu"] == Decimal(13)


def test_a_preview_is_shown_again_where_answers_have_changed(world: World) -> None:
    back(world, forms.filled(asked_for(world), WHOLE))
    for line in ("/lanjut", "13 dari 14.250", "simpan"):
        world.type("Tini", line)
    again = world.press("Siti", "✅ Simpan 3…")
    assert message_names(again) == ["form/preview"]
    assert text(again, "form/preview").startswith("⚠️ Jawaban sudah berubah")
    assert message_names(world.press("Siti", "✅ Simpan 2…"))[0] == "form/applied"


def test_what_was_sent_is_locked(world: World) -> None:
    back(world, forms.filled(asked_for(world), WHOLE))
    world.press("Siti", "✅ Simpan…")
    world.move(("kesehatan", 1), State.SENT, Role.CONTACT)
    content = asked_for(world)
    book = opened(content)
    cell = book["Formulir"].cell(forms.keyed(book)["1.kematian_ibu"], 5)
    assert cell.protection.locked
    outcome = back(world, forms.filled(content, {"1.kematian_ibu": {"given": 99}}))
    assert "sudah dikirim dan terkunci" in text(outcome, "form/preview")


def test_figures_in_place_of_an_absence_that_was_sent_open_it_again(world: World) -> None:
    back(world, forms.filled(asked_for(world), WHOLE))
    world.press("Siti", "✅ Simpan…")
    world.move(("kesehatan", 13), State.SENT, Role.CONTACT)
    typed = {"13.balita_kurang_gizi": {"given": 20, "absence": None, "reason": None},
             "13.balita_ditimbang": {"given": 4000}}  # fmt: skip
    outcome = back(world, forms.filled(asked_for(world), typed))
    assert message_names(outcome) == ["form/preview"]
    world.press("Siti", "✅ Simpan…")
    assert contact(world).desk.the_task(13).state is State.DRAFT


def test_it_is_dropped_or_replaced_or_expires(world: World) -> None:
    content = forms.filled(asked_for(world), WHOLE)
    back(world, content)
    assert message_names(world.press("Siti", "✖️ Batal")) == ["form/dropped"]
    back(world, content)
    world.do_waits("Siti", "2")
    world.press("Siti", "✅ Simpan…")
    assert stored(world) == {}


@pytest.mark.parametrize("why", ["too_big", "empty", "gone", "no_queue", "unreadable"])
def test_what_is_no_form_says_so_where_it_is_called_one(world: World, why: str) -> None:
    outcome = world.send("Siti", UPLOAD)
    assert any(isinstance(one, TakeSheet) for one in outcome.changes)
    seat = world.seats["Siti"][0].id
    refusal = world.happen("Siti", SheetRead(seat, 1, "formulir-2017.xlsx", why=why))
    assert message_names(refusal) == ["form/refused"]


def test_faults_of_a_workbook_are_told_by_cell(world: World) -> None:
    world.send("Siti", UPLOAD)
    fault = Wrong("far", "Sel ini jauh.", "Hapus.", None, "Formulir", "ZZ9")
    seat = world.seats["Siti"][0].id
    outcome = world.happen("Siti", SheetRead(seat, 1, "formulir.xlsx", wrong=(fault,) * 12))
    assert "Formulir ZZ9" in text(outcome, "sheet/problems")
    stranger = SheetRead(seat + 100, 1, "formulir.xlsx", rows=(row(),))
    assert form.read(contact(world), stranger) == Outcome()


def test_a_workbook_proves_nothing_before_it_was_read(world: World) -> None:
    came = Upload("document", "f", "u", "rekap.xlsx", 9000, None, 7)
    outcome = world.send("Siti", came)
    assert (message_names(outcome), outcome.changes) == (
        ["form/reading"],
        (TakeSheet(came, quiet=True),),
    )
    [row] = returned_sheet_rows.waiting(world.connection)
    assert row.upload == came
    handed_on = world.happen("Siti", replace(came, sheet=row.id))
    assert message_names(handed_on) == ["evidence/which"]
    assert SettleSheet(row.id, SheetState.REFUSED) in handed_on.changes
    assert returned_sheet_rows.waiting(world.connection) == []
    assert world.connection.execute("SELECT upload FROM returned_sheets").fetchall() == [(None,)]
    pdf = world.send("Siti", Upload("document", "g", "v", "rekap.pdf", 9000, None, 8))
    assert not any(isinstance(one, TakeSheet) for one in pdf.changes)


def test_a_workbook_proves_what_it_was_sent_for(world: World) -> None:
    """Its sender may have gone on to the next answer before it was read."""
    back(world, forms.filled(asked_for(world), WHOLE))
    world.press("Siti", "✅ Simpan…")
    facts = contact(world)
    focus = replace(facts.focus, stage=Stage.EVIDENCE, indicator=2)
    came = Upload("document", "f", "u", "rekap.xlsx", 9000, None, 7)
    [take] = contact_files.uploaded(replace(facts, focus=focus), came, Room()).changes
    assert isinstance(take, TakeSheet)
    assert take.upload.about == 2
    world.send("Siti", came)
    handed_on = world.happen("Siti", replace(take.upload, sheet=newest_sheet(world)))
    assert [one.indicator for one in handed_on.changes if isinstance(one, AddProof)] == [2]


def test_a_tap_on_nobody_s_form_is_refused(world: World) -> None:
    seat = world.seats["Siti"][0].id
    world.do_forges("Siti", f"sa.{seat}.99.1")
    assert not any(isinstance(one, SaveAnswer) for one in world.outcomes[-1].changes)


def test_before_the_opening_there_is_no_form(world: World) -> None:
    world.do_waits("Siti", "-60")
    assert message_names(world.type("Siti", "/formulir")) == ["joining/not_yet"]
