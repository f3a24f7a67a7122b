"""Whom a reminder reaches, and what the Monday digest tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from flows.model.events import Command, Membership
from flows.model.facts import Board, Overseer, Region, StaffFacts, Unit
from flows.model.gathered import Gathered
from flows.model.needs import NextCampaign
from flows.model.outcome import Say
from flows.model.outreach import Outreach, Recent, ReminderEffect
from flows.model.reminder_kinds import reminder_kind
from flows.model.roles import Role
from flows.model.scope import Scope
from flows.model.workdays import Calendar
from flows.staff import audience, digest, reminding
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

FRIDAY = datetime(2017, 3, 10, 2, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2, 13], "tamhut": [3]})
    made.now = FRIDAY
    made.link("A", "kesehatan")
    made.link("A2", "kesehatan")
    made.link("B", None, role=Role.KANWIL)
    for who, token in (("Siti", "A"), ("Rina", "A2"), ("Budi", "B")):
        made.type(who, f"/start {token}")
    return made


def facts_of(world: World) -> StaffFacts:
    return world.staff("Budi", Command("ingatkan"))


def digest_of(world: World, *effects: ReminderEffect) -> Say | None:
    return of_week(facts_of(world), effects)


def of_week(facts: StaffFacts, effects: Sequence[ReminderEffect]) -> Say | None:
    desk, unanswered = Overseer(facts.seat, facts.board), facts.gathered.of(Outreach).unanswered
    return digest.of_week(facts, desk, unanswered, effects)


def test_only_the_chosen_seats(world: World) -> None:
    facts = facts_of(world)
    offices = audience.offices(facts, Scope())
    seat = world.seats["Rina"][0].id
    plan = audience.plan(facts, facts.gathered.of(Outreach), offices, {seat})
    assert [one.contact.name for one in plan.recipients] == ["Rina"]
    assert [(one.office.unit.code, one.reason) for one in plan.skipped] == [
        ("tamhut", "not_joined")
    ]


def test_each_region_waits_for_its_own_morning(world: World) -> None:
    """At 07:30 in Jakarta it is 09:30 in Jayapura, where people are at work."""
    facts = facts_of(world)
    (kes, _), east = facts.board.offices, Region(2, "91.71", "Jayapura", "WIT")
    unit = Unit(9, 2, "dinkes", "Dinas Kesehatan", "Dinkes")
    there = replace(kes, unit=unit, desk=replace(kes.desk, unit=unit, region=east),
                    contacts=(replace(kes.contacts[0], chat_id=77, seat_id=77),))  # fmt: skip
    facts = replace(facts, now=datetime(2017, 3, 10, 0, 30, tzinfo=UTC),
                    board=Board((world.region, east), (kes, there)))  # fmt: skip
    west, _, far = audience.plan(facts, facts.gathered.of(Outreach), facts.board.offices).recipients
    assert west.at == datetime(2017, 3, 10, 1, tzinfo=UTC)
    assert far.at == facts.now
    message = world_preview(facts)
    assert "di luar jam kerja bagi 2 orang; pengingat mereka menunggu" in text_of(message)
    assert "10 Maret 2017 pukul 08.00" in text_of(message)
    assert "[📨 Kirim ke 3 orang]" in text_of(message)


def world_preview(facts: StaffFacts) -> Say:
    message = reminding.preview(facts, "", facts.gathered.of(Outreach), NextCampaign(1)).messages[0]
    assert isinstance(message, Say)
    return message


def test_long_previews_are_cut(world: World) -> None:
    facts = facts_of(world)
    kes = facts.board.offices[0]
    many = tuple(
        replace(
            kes,
            unit=replace(kes.unit, id=n, short=f"K{n}"),
            contacts=(replace(kes.contacts[0], chat_id=n, seat_id=n),),
        )
        for n in range(100, 1300)
    )
    known = {n: Recent(today=1, week=1) for n in range(100, 150)}
    gathered = Gathered({Outreach: Outreach(Calendar(), known)})
    facts = replace(facts, board=Board((world.region,), many), gathered=gathered)
    text = text_of(world_preview(facts))
    assert "Akan menerima (1.150)" in text
    assert "… dan 1.125 lagi" in text
    assert "Sudah diingatkan hari ini: K100 (Siti)" in text
    assert "… dan 40 lagi" in text
    assert "[📨 Kirim ke 1.150 orang]" in text
    assert len(text) < 2500


def test_a_stranger_who_blocks_changes_nothing(world: World) -> None:
    assert world.send("Nobody", Membership(reachable=False)).changes == ()
    assert world.send("Budi", Membership(reachable=False)).messages == ()


def test_the_digest_says_what_is_new_waits_and_lags(world: World) -> None:
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    message = digest_of(world, ReminderEffect(reminder_kind("d-7"), 20, 12), ReminderEffect(reminder_kind("manual"), 10, 5), ReminderEffect(reminder_kind("d+1"), 4, 0),
                        ReminderEffect(reminder_kind("nudge"), 5, 5), ReminderEffect(reminder_kind("d+0"), 1, 0))  # fmt: skip
    assert message is not None
    text = text_of(message)
    assert "Jawaban baru sejak pekan lalu: 1" in text
    assert "Belum bergabung: 1 UKPD (Sudin Tamhut)" in text
    assert "Pengingat minggu ini</b>: 40 dikirim, 22 dijawab dalam 24 jam" in text
    assert "Seminggu tanpa" not in text
    assert "Lewat batas" not in text


def test_the_digest_names_who_is_stuck_and_late(world: World) -> None:
    world.do("Budi", "waits 25")
    message = digest_of(world)
    assert message is not None
    text = text_of(message)
    assert "Seminggu tanpa kemajuan: 1 UKPD (Sudin Kesehatan)" in text
    assert "Lewat batas akhir: 2 UKPD (Sudin Kesehatan, Sudin Tamhut)" in text
    assert "tidak ada pengingat yang dikirim" in text
    world.tell("Budi", message)
    outcome = world.press("Budi", "🔔 Ingatkan 1 UKPD")
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == [
        "staff/reminder_preview"
    ]


def test_no_digest_where_all_is_quiet(world: World) -> None:
    facts = facts_of(world)
    nothing = replace(facts, board=Board((world.region,), ()))
    assert of_week(nothing, ()) is None
    waits = of_week(nothing, (ReminderEffect(reminder_kind("manual"), 1, 1),))
    assert waits is not None


def test_what_waits_opens_the_queue(world: World) -> None:
    for text in (
        "/lanjut",
        "12 dari 14.250",
        "simpan",
        "13 dari 14.250",
        "simpan",
        "5 dari 900",
        "simpan",
    ):
        world.type("Siti", text)
    world.press("Siti", "📤 Kirim semua…")
    world.press("Siti", "📤 Kirim…")
    world.link("K", None, role=Role.COORDINATOR)
    world.type("Hana", "/start K")
    message = of_week(world.staff("Hana", Command("ingatkan")), ())
    assert message is not None
    assert "Menunggu pemeriksaan Anda: " in text_of(message)
    world.tell("Hana", message)
    outcome = world.press("Hana", "🗂 Antrean")
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == ["reviewing/queue"]
