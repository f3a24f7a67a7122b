"""Monday's digest: in order of time, without blame, with a button for what each line asks; and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.model.answer_state import Standing, State
from flows.model.desk import Extension
from flows.model.events import Command
from flows.model.facts import Board, Office, Overseer, StaffFacts
from flows.model.gathered import Gathered
from flows.model.outcome import Say
from flows.model.outreach import Outreach, ReminderEffect, Unanswered
from flows.model.reminder_kinds import reminder_kind
from flows.model.roles import Role
from flows.staff import call_list, digest
from messages import label
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

FRIDAY = datetime(2017, 3, 10, 2, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2], "tamhut": [3]})
    made.now = FRIDAY
    made.link("A", "kesehatan")
    made.link("B", None, role=Role.KANWIL)
    made.link("H", None, role=Role.COORDINATOR)
    for who, token in (("Siti", "A"), ("Budi", "B"), ("Hana", "H")):
        made.type(who, f"/start {token}")
    return made


def facts_of(world: World, who: str = "Budi") -> StaffFacts:
    return world.staff(who, Command("ingatkan"))


def of_week(
    facts: StaffFacts, effects: Sequence[ReminderEffect], ended: datetime | None = None
) -> Say | None:
    desk, unanswered = Overseer(facts.seat, facts.board), facts.gathered.of(Outreach).unanswered
    return digest.of_week(facts, desk, unanswered, effects, ended)


def text(facts: StaffFacts, *effects: ReminderEffect, ended: datetime | None = None) -> str:
    message = of_week(facts, effects, ended)
    assert message is not None
    return text_of(message)


def buttons(message: Say | None) -> list[str]:
    assert message is not None
    return [label(one.label, one.view) for row in message.keyboard for one in row]


def fills(world: World) -> None:
    for words in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", words)


def test_effects_stand_in_the_order_of_time(world: World) -> None:
    summary = text(facts_of(world), ReminderEffect(reminder_kind("manual"), 10, 5), ReminderEffect(reminder_kind("d+1"), 4, 0), ReminderEffect(reminder_kind("d-1"), 1, 1),
                    ReminderEffect(reminder_kind("d-14"), 5, 5), ReminderEffect(reminder_kind("nudge"), 2, 1), ReminderEffect(reminder_kind("d-7"), 20, 12),
                    ReminderEffect(reminder_kind("d+0"), 1, 0))  # fmt: skip
    lines = [
        "14 hari sebelum batas akhir: 5 dikirim, semuanya dijawab",
        "7 hari sebelum batas akhir: 20 dikirim, 12 dijawab",
        "1 hari sebelum batas akhir: 1 dikirim, dijawab",
        "pada batas akhir: 1 dikirim, belum ada yang menjawab",
        "1 hari sesudah batas akhir: 4 dikirim, belum ada yang menjawab",
        "dikirim sendiri oleh staf: 10 dikirim, 5 dijawab",
        "isian yang masih terbuka: 2 dikirim, 1 dijawab",
    ]
    places = [summary.index(f"• {line}\n") for line in lines]
    assert places == sorted(places)
    assert "43 dikirim, 24 dijawab dalam 24 jam." in summary


@pytest.mark.parametrize(
    ("effect", "sentence"),
    [
        (
            ReminderEffect(reminder_kind("d-7"), 2, 0),
            "2 dikirim, belum ada yang menjawab dalam 24 jam.",
        ),
        (ReminderEffect(reminder_kind("d-7"), 2, 2), "2 dikirim, semuanya dijawab dalam 24 jam."),
        (ReminderEffect(reminder_kind("d-7"), 1, 1), "1 dikirim, dijawab dalam 24 jam."),
    ],
)
def test_no_figure_is_a_reproach(world: World, effect: ReminderEffect, sentence: str) -> None:
    summary = text(facts_of(world), effect)
    assert sentence in summary
    assert "0 dari" not in summary.partition("Pengingat minggu ini")[2]


def test_each_line_that_asks_for_something_has_its_button(world: World) -> None:
    message = of_week(facts_of(world), ())
    assert buttons(message) == ["🔔 Ingatkan 1 UKPD", "🔗 Undang 1 UKPD", "📊 Lihat status"]
    silent = Outreach(unanswered={1: Unanswered(3, FRIDAY)})
    gathered = Gathered({Outreach: silent})
    message = of_week(replace(facts_of(world), gathered=gathered), ())
    assert buttons(message)[1] == "☎️ Telepon 1 UKPD"


@pytest.mark.parametrize(
    ("pressed", "answered"),
    [
        ("🔔 Ingatkan 1 UKPD", "staff/reminder_preview"),
        ("☎️ Telepon 1 UKPD", "staff/calls"),
        ("🔗 Undang 1 UKPD", "staff/not_joined"),
        ("📊 Lihat status", "staff/region"),
    ],
)
def test_every_button_does_what_it_says(world: World, pressed: str, answered: str) -> None:
    for day in (11, 12, 13):
        world.reminded("Siti", datetime(2017, 3, day, 2, tzinfo=UTC))
    world.do("Budi", "waits 12")
    message = of_week(facts_of(world), ())
    assert message is not None
    world.tell("Budi", message)
    outcome = world.press("Budi", pressed)
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == [answered]


def test_late_ones_come_first_when_there_are_any(world: World) -> None:
    fills(world)
    world.do("Budi", "waits 25")
    message = of_week(facts_of(world), ())
    assert message is not None
    scopes = [one.data.rpartition(".")[2] for row in message.keyboard for one in row]
    assert scopes[0] == "l*"


def test_filled_and_not_sent_has_a_line_of_its_own(world: World) -> None:
    assert "belum dikirim" not in text(facts_of(world))
    fills(world)
    assert "Terisi, belum dikirim: 1 UKPD (Sudin Kesehatan)" in text(facts_of(world))


def verified(facts: StaffFacts, at: datetime, state: State = State.VERIFIED) -> StaffFacts:
    """The board with everything in one state; what nobody filled has the first answer there is."""
    stored = next(t.mine for o in facts.board.offices for t in o.desk.tasks if t.mine)
    offices: list[Office] = []
    for office in facts.board.offices:
        standing = Standing(state, "verify", Role.KANWIL, 1, "Budi", at)
        tasks = tuple(
            replace(one, mine=one.mine or stored, standing=standing)
            for one in office.desk.tasks
            if one.indicator.no != 3
        )
        offices.append(replace(office, desk=replace(office.desk, tasks=tasks)))
    return replace(facts, board=Board(facts.board.regions, tuple(offices)))


def test_the_last_one_says_the_result_and_that_none_follows(world: World) -> None:
    fills(world)
    facts = verified(facts_of(world, "Hana"), FRIDAY)
    message = of_week(facts, (ReminderEffect(reminder_kind("d-7"), 1, 1),))
    assert message is not None
    assert digest.is_last(message)
    summary = text_of(message)
    assert (
        "Ringkasan terakhir Jakarta Pusat</b>, data tahun 2016: semua isian (2) sudah diverifikasi."
        in summary
    )
    assert "Jakarta Pusat — hasil akhir verifikasi <b>" in summary
    assert "Ringkasan mingguan berakhir di sini" in summary
    assert "Menunggu pemeriksaan" not in summary


def test_it_comes_once_and_again_only_after_a_change(world: World) -> None:
    fills(world)
    facts = verified(facts_of(world), FRIDAY)
    assert of_week(facts, (), FRIDAY + timedelta(days=3)) is None
    assert (
        of_week(facts, (ReminderEffect(reminder_kind("d-7"), 1, 1),), FRIDAY + timedelta(days=3))
        is None
    )
    again = verified(facts_of(world), FRIDAY + timedelta(days=5))
    assert "Ringkasan terakhir" in text(again, ended=FRIDAY + timedelta(days=3))
    undone = verified(facts_of(world), FRIDAY + timedelta(days=5), State.APPROVED)
    assert "Ringkasan mingguan" in text(undone, ended=FRIDAY + timedelta(days=3))


def test_many_regions_are_cut(world: World) -> None:
    fills(world)
    facts = verified(facts_of(world), FRIDAY)
    regions = tuple(replace(world.region, id=n, name=f"Kota {n}") for n in range(1, 15))
    facts = replace(facts, board=Board(regions, facts.board.offices))
    assert "… dan 2 daerah lagi: /status" in text(facts)


def test_it_says_how_much_is_filled(world: World) -> None:
    fills(world)
    assert "terisi 2 dari 3" in text(facts_of(world))


def test_where_some_are_late_only_they_are_counted_for_a_reminder(world: World) -> None:
    world.link("T", "tamhut")
    world.type("Tono", "/start T")
    assert "🔔 Ingatkan 2 UKPD" in buttons(of_week(facts_of(world), ()))
    world.now = datetime(2017, 4, 3, 2, tzinfo=UTC)
    facts = facts_of(world)
    first, *others = facts.board.offices
    later = replace(first.desk, extension=Extension(date(2017, 4, 30), "Pejabat baru."))
    offices = (replace(first, desk=later), *others)
    facts = replace(facts, board=replace(facts.board, offices=offices))
    assert "🔔 Ingatkan 1 UKPD" in buttons(of_week(facts, ()))


def test_a_letter_says_what_lacks_and_since_when_it_is_late(world: World) -> None:
    facts = facts_of(world)
    assert call_list._letter(facts, facts.board.offices[0], None).view["late"] is None
    fills(world)
    world.now = datetime(2017, 4, 3, 2, tzinfo=UTC)
    facts = facts_of(world)
    view = call_list._letter(facts, facts.board.offices[0], None).view
    assert (view["late"], view["all_unsent"], view["nothing_filled"]) == (3, True, False)
