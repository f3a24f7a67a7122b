"""Status queries over many regions and many offices: right, and on one screen of a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bot.telegram.rendering import letters
from bot.telegram.typst import png
from flows import step
from flows.model.answer_state import Standing, State, Stored
from flows.model.events import Command, Event, Tap, Text
from flows.model.facts import (
    Board,
    Extension,
    Focus,
    Office,
    Period,
    Person,
    Seat,
    StaffFacts,
    Stage,
)
from flows.model.gathered import Gathered
from flows.model.intents import NONE
from flows.model.needs import Granters, NextCampaign, PendingExtension
from flows.model.outcome import Notice, Outcome, Picture, Say
from flows.model.outreach import Outreach
from flows.model.roles import Role
from flows.model.vocabulary import EMPTY
from flows.model.workdays import Calendar
from messages import label, render
from messages.drawing import figures
from scoring import Absence, Answer
from scoring.replacing import replace
from tests.flows.boards import REGIONS, city, jakarta, office
from tests.flows.ground import START
from tests.flows.world import World

PERIOD = World({}).period
AFTER = datetime(2017, 4, 5, 9, 0, tzinfo=UTC)
FIGURES = Answer(inputs={"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14250)})
SEAT = Seat(7, Role.KANWIL, province="31")


def facts(board: Board, now: datetime = START, period: Period = PERIOD) -> StaffFacts:
    person = Person(1, "Budi")
    needs = (Outreach(), NextCampaign(1), PendingExtension(None), Granters(()))
    known = {type(one): one for one in needs}
    return StaffFacts(
        now=now, period=period, received=now, chat_id=5, focus=Focus(seat_id=7), name="Budi", person=person,
        seats=(SEAT,), seat=SEAT, board=board, calendar=Calendar(), bot_link="", next_receipt=1,
        intents=NONE, words=EMPTY, gathered=Gathered(known),
    )  # fmt: skip


def asked(board: Board, event: Event, now: datetime = START) -> Say:
    messages = [one for one in step(facts(board, now), event).messages if isinstance(one, Say)]
    assert len(messages) == 1, messages
    return messages[0]


def stored(office: Office, at: datetime = START, state: State | None = None) -> Office:
    """The office with its first question answered, and where `state` says so moved on."""
    first, *rest = office.desk.tasks
    answer = FIGURES if first.indicator.no == 1 else Answer(absence=Absence.NOT_AVAILABLE)
    mine = Stored(1, 1, answer, None, "Siti", at)
    standing = Standing(state, "x", Role.KANWIL, 1, "Hana", at, "alasan", None) if state else None
    first = replace(first, mine=mine, standing=standing)
    return replace(office, desk=replace(office.desk, tasks=(first, *rest)))


def with_offices(board: Board, **changed: Office) -> Board:
    return replace(
        board, offices=tuple(changed.get(o.unit.code.replace("-", "_"), o) for o in board.offices)
    )


def office_of(board: Board, code: str) -> Office:
    return next(one for one in board.offices if one.unit.code == code)


def buttons(message: Say) -> list[str]:
    return [label(one.label, one.view) for row in message.keyboard for one in row]


def check_fits(message: Say) -> str:
    """One message, and few enough lines as a phone of 390 pixels wraps them (some 45 letters)."""
    (letter,) = letters(message, 5)
    text = str(letter.payload["text"])
    assert len(text) <= 4096
    assert sum(1 + len(line) // 45 for line in text.split("\n")) <= 40, text
    assert text.count("\n") < 35
    assert len(message.keyboard) <= 10
    return text


@pytest.mark.parametrize("now", [START, AFTER])
@pytest.mark.parametrize("typed", ["/status", "/terlambat", "/status hak hidup", "/status sudin"])
def test_fifty_offices_fit_one_screen(typed: str, now: datetime) -> None:
    board = city(50)
    name, _, args = typed[1:].partition(" ")
    text = check_fits(asked(board, Command(name, args), now))
    assert "lagi" in text


def test_fifty_offices_of_every_state_fit_one_screen() -> None:
    offices = []
    for at, each_office in enumerate(city(50).offices):
        kind = at % 5
        if kind == 0:
            each_office = replace(each_office, contacts=())
        elif kind == 1:
            each_office = replace(
                each_office, contacts=(replace(each_office.contacts[0], reachable=False),)
            )
        elif kind == 2:
            each_office = stored(each_office, state=State.RETURNED)
        elif kind == 3:
            each_office = stored(stored(each_office))
        offices.append(each_office)
    board = replace(city(50), offices=tuple(offices))
    for now in (START, AFTER):
        check_fits(asked(board, Command("status"), now))
        text = check_fits(asked(board, Command("terlambat"), now))
    assert "Lewat batas akhir: 50 UKPD" in text
    board = jakarta()
    check_fits(asked(board, Command("status")))
    check_fits(asked(board, Command("terlambat")))
    check_fits(asked(board, Command("status", "hak hidup")))
    assert "… dan 68 lagi" in check_fits(asked(board, Command("status", "sudin")))


def test_the_fine_ones_are_one_line() -> None:
    board = city(50)
    done = tuple(
        replace(one, desk=replace(one.desk, tasks=stored(one).desk.tasks[:1]))
        for one in board.offices
    )
    text = check_fits(asked(replace(board, offices=done), Command("status")))
    assert "📝 <b>Terisi, belum dikirim</b>\n• Sudin Pemberdayaan 1 —" in text
    assert "… dan 38 UKPD lagi yang belum selesai" in text
    assert "Terisi, belum dikirim: 50 UKPD" in check_fits(
        asked(replace(board, offices=done), Command("terlambat"))
    )
    sent = tuple(
        replace(one, desk=replace(one.desk, tasks=stored(one, state=State.SENT).desk.tasks[:1]))
        for one in board.offices
    )
    text = check_fits(asked(replace(board, offices=sent), Command("status")))
    assert "📤 Sudah dikirim: Sudin Pemberdayaan 1," in text
    assert "… dan 38 lagi" in text
    text = check_fits(asked(replace(board, offices=sent), Command("terlambat")))
    assert "Semua UKPD sudah mengirim" in text


def test_one_right_over_all_regions() -> None:
    board = jakarta()
    board = with_offices(board, kes_pus=stored(office_of(board, "kes-pus"), state=State.VERIFIED))
    message = asked(board, Command("status", "hak hidup"))
    assert message.name == "staff/right"
    text = check_fits(message)
    assert "<b>Hak hidup</b> — 1 dari 90 isian" in text
    assert "<b>Jakarta Pusat</b> 1 dari 15 isian" in text
    assert "… dan 12 lagi" in text
    rows = {row["region"]: row for row in message.view["rows"]}
    assert rows["Jakarta Pusat"]["verified_points"] == rows["Jakarta Pusat"]["points"] > 0
    assert rows["Jakarta Barat"]["points"] == 0
    assert rows["Jakarta Pusat"]["behind"][0] == "Suban Kepegawaian", (
        "by name where as much is left"
    )
    assert message.view["rows"][-1]["region"] == "Jakarta Pusat"
    tap = next(one for row in message.keyboard for one in row if "Barat" in str(one.view))
    opened = asked(board, Tap(tap.data, 5, "q"))
    assert (opened.name, opened.view["region"]) == ("staff/right_region", "Jakarta Barat")
    assert asked(board, Command("status", "hidup jakbar")).view == opened.view
    which = asked(board, Command("status", "hak"))
    first = which.keyboard[0][0]
    assert asked(board, Tap(first.data, 5, "q")).name == "staff/right"


def test_in_a_right_those_with_most_to_do_come_first() -> None:
    region, owes = REGIONS[1], {"Sudin A": (1,), "Sudin B": (1, 2, 3), "Sudin C": (1, 2)}
    offices = [
        office(at, region, f"o{at}", f"Suku Dinas {at}", short, its)
        for at, (short, its) in enumerate(owes.items(), 1)
    ]
    message = asked(Board((region,), tuple(offices)), Command("status", "hak hidup"))
    most = ["Sudin B", "Sudin C", "Sudin A"]
    assert [row["short"] for row in message.view["rows"]] == most


def test_late_names_each_office_once_under_what_is_worst() -> None:
    board = jakarta()
    early = START.replace(day=1)
    until = Extension(datetime(2017, 4, 20, tzinfo=UTC).date(), "cuti bersama")
    granted = office_of(board, "lh-bar")
    board = with_offices(
        board,
        kes_pus=stored(office_of(board, "kes-pus"), START, State.RETURNED),
        sos_ut=stored(office_of(board, "sos-ut"), early, State.RETURNED_BY_CITY),
        sda_pus=replace(office_of(board, "sda-pus"), contacts=()),
        lh_bar=replace(granted, desk=replace(granted.desk, extension=until)),
    )
    message = asked(board, Command("terlambat"))
    assert [row["short"] for row in message.view["returned"]["rows"]] == ["Sudinsos", "Sudinkes"]
    assert message.view["not_begun"]["count"] == 87
    assert message.view["away"]["count"] == 1
    assert "Sudinsos (Jakarta Utara): 1 isian dikembalikan, 9 hari sejak 1 Maret" in check_fits(
        message
    )
    message = asked(board, Command("terlambat"), AFTER)
    assert message.view["late"]["count"] == 89
    assert message.view["not_begun"]["rows"][0]["short"] == "Sudin LH"
    only = asked(board, Command("terlambat", "jakpus"), AFTER)
    assert only.view["late"]["count"] == 15
    all_of_them = step(facts(board, AFTER), Tap("j.7.b2", 5, "q")).messages[-1]
    assert isinstance(all_of_them, Say)
    assert all_of_them.view["count"] == 14
    everywhere = step(facts(board), Tap("j.7.b0", 5, "q")).messages[-1]
    assert isinstance(everywhere, Say)
    assert everywhere.view["count"] == 89
    assert asked(board, Tap("V.7", 5, "q")).view["where"] is None


def test_what_is_half_filled_is_not_finished_and_is_reminded() -> None:
    board = city(2)
    half_filled_office, other = board.offices
    board = replace(board, offices=(stored(half_filled_office), other))
    message = asked(board, Command("terlambat"))
    assert (message.view["partial"]["count"], message.view["not_begun"]["count"]) == (1, 1)
    assert "1 dari 2 isian belum ada, 10 poin" in check_fits(message)
    reminder = step(
        facts(board), Tap(f"j.7.b{half_filled_office.unit.region_id}", 5, "q")
    ).messages[-1]
    assert isinstance(reminder, Say)
    assert reminder.view["count"] == 2


def test_an_extension_is_named_with_its_own_day() -> None:
    board = city(2)
    extended_office = board.offices[0]
    until = Extension(datetime(2017, 4, 3, tzinfo=UTC).date(), "cuti bersama")
    extended_office = replace(extended_office, desk=replace(extended_office.desk, extension=until))
    board = replace(board, offices=(extended_office, board.offices[1]))
    text = check_fits(asked(board, Command("terlambat"), AFTER))
    assert "lewat 2 hari sejak 3 April 2017" in text
    assert "lewat 5 hari\n" in text


def test_a_bare_name_is_answered_only_where_nothing_waits_for_words() -> None:
    board = jakarta()
    assert asked(board, Text("jakpus", 5)).name == "staff/region"
    assert asked(board, Text("sudinkes?", 5)).name == "staff/which"
    assert asked(board, Text("sudinkes jakpus?", 5)).name == "staff/office"
    assert asked(board, Text("kesejahteraan", 5)).name == "staff/right"
    for beside in ("jakba", "bandung", "1", "jakpus " * 20):
        assert asked(board, Text(beside, 5)).name == "free/choices", beside
    waiting = facts(board)
    review = {"unit": str(board.offices[0].unit.id)}
    focus = replace(waiting.focus, stage=Stage.EXTEND, review=review)
    outcome = step(replace(waiting, focus=focus), Text("jakpus", 5))
    assert [one.name for one in outcome.messages if isinstance(one, Say)] == ["extending/ask_date"]


def drawn(outcome: Outcome) -> Picture:
    notice, picture = outcome.messages
    assert isinstance(notice, Notice)
    assert isinstance(picture, Picture)
    return picture


def test_a_picture_shows_each_right_that_is_owed() -> None:
    board = jakarta()
    board = with_offices(board, kes_pus=stored(office_of(board, "kes-pus"), state=State.VERIFIED))
    view = drawn(step(facts(board), Tap("G.7.2", 5, "q"))).view
    assert [(one["name"], one["done"], one["total"]) for one in view["rights"]] == [
        ("Hak hidup", 1, 15)
    ]
    caption = render("staff/picture", view)
    assert "Jakarta Pusat — hasil verifikasi sejauh ini" in caption
    assert "10 Maret 2017" in caption


def test_a_province_is_ordered_by_need_then_by_result_and_proposes_for_the_award() -> None:
    board = jakarta()
    card = step(facts(board), Command("status", ""))
    [overview] = [one for one in card.messages if isinstance(one, Say)]
    opens = [row["open"] for row in overview.view["rows"]]
    assert opens == sorted(opens, reverse=True)
    assert overview.keyboard[-1][-1].data == "G.7.0"
    text = render(overview.name, overview.view)
    assert "yang paling banyak belum diverifikasi lebih dulu" in text
    assert "dikirim tepat waktu" in text
    assert "Usulan penghargaan" not in text
    rows = [dict(row, stage="final") for row in overview.view["rows"]]
    best = overview.view["best"]
    rows[0] |= {"rating": best, "value": Decimal("88.5"), "region": "Jakarta Pusat"}
    over = {
        **overview.view,
        "rows": rows,
        "is_over": True,
        "proposed": rows[:1],
        "simulation": True,
    }
    text = render(overview.name, over)
    assert f"<b>Usulan penghargaan</b> ({best}, simulasi): Jakarta Pusat 88,50" in text
    picture = drawn(step(facts(board), Tap("G.7.0", 5, "q")))
    assert [row["open"] for row in picture.view["rows"]] == opens
    for language in ("id", "en"):
        content = png(picture.name, figures(picture.view, language), language)
        assert content.startswith(b"\x89PNG")


def test_a_province_that_is_over_is_ordered_by_its_results() -> None:
    board = jakarta()
    for each_office in board.offices:
        name = each_office.unit.code.replace("-", "_")
        board = with_offices(board, **{name: stored(each_office, state=State.VERIFIED)})
    card = step(facts(board), Command("status", ""))
    [overview] = [one for one in card.messages if isinstance(one, Say)]
    assert overview.view["is_over"]
    values = [row["value"] for row in overview.view["rows"]]
    assert values == sorted(values, reverse=True)


def test_late_tells_what_is_returned_from_what_was_never_filled() -> None:
    board = city(2)
    returned_office, other = board.offices
    returned_office = replace(
        returned_office,
        desk=replace(
            returned_office.desk, tasks=stored(returned_office, state=State.RETURNED).desk.tasks
        ),
    )
    text = check_fits(
        asked(replace(board, offices=(returned_office, other)), Command("terlambat"), AFTER)
    )
    assert "1 isian perlu diperbaiki, 1 isian belum ada, 20 poin hilang" in text
    assert "2 isian belum ada, 20 poin hilang" in text
