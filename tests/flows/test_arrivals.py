"""What reviewers are told of work that came, and when: policy, text, and every move that brings work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.model.answer_state import Standing, State
from flows.model.facts import Board, Office, Overseer, Region, StaffFacts
from flows.model.outcome import MuteArrivals, RecordMove, SaveAnswer, Say
from flows.model.roles import RUNNING, Role
from flows.model.workdays import Calendar
from flows.model.workflow import TRANSITIONS, Action, Transition
from flows.policy.schedule import Postpone, Send, Withhold
from flows.staff import arrivals, review_queue
from flows.staff.arrivals import A_DAY, ReviewerNotices, brought, decision
from scoring import Answer
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World

FRIDAY = datetime(2017, 3, 10, 10, tzinfo=UTC)
LATER = FRIDAY + timedelta(hours=1)


@pytest.mark.parametrize(
    "move", TRANSITIONS, ids=lambda move: f"{move.state}-{move.role}-{move.action}"
)
def test_every_move_that_brings_work_to_somebody_else_is_noted(move: Transition) -> None:
    """By the table, not by the screens: whoever invents a new road cannot forget the news."""
    change = RecordMove(7, 1, 1, move.action, move.next)
    waits = {role for role, states in review_queue.WAITS.items() if move.next in states} & RUNNING
    assert set(brought([change], move.role)) == {(7, role) for role in waits - {move.role}}


def test_many_moves_of_one_office_are_one_piece_of_news() -> None:
    moves = [RecordMove(7, number, 1, "submit", State.SENT) for number in range(5)]
    moves += [RecordMove(8, 1, 1, "answer", State.FIXED)]
    answer = SaveAnswer(9, 1, 1, Answer(inputs={}), None)
    assert brought([answer, *moves], Role.CONTACT) == [(7, Role.COORDINATOR), (8, Role.KANWIL)]


@pytest.mark.parametrize(
    ("heard", "now", "decided"),
    [
        (ReviewerNotices(), FRIDAY, Send()),
        (ReviewerNotices(muted=True), FRIDAY, Withhold("muted")),
        (ReviewerNotices(muted=True), FRIDAY.replace(hour=20), Withhold("muted")),
        (ReviewerNotices(), FRIDAY.replace(hour=7), Postpone(FRIDAY.replace(hour=8))),
        (ReviewerNotices(), FRIDAY.replace(hour=17), Postpone(FRIDAY.replace(day=13, hour=8))),
        (ReviewerNotices(FRIDAY - timedelta(minutes=40), 1), FRIDAY, Postpone(FRIDAY.replace(minute=20))),
        (ReviewerNotices(FRIDAY - timedelta(hours=1), 1), FRIDAY, Send()),
        (ReviewerNotices(FRIDAY - timedelta(hours=2), A_DAY - 1), FRIDAY, Send()),
        (ReviewerNotices(FRIDAY - timedelta(hours=2), A_DAY), FRIDAY, Postpone(FRIDAY.replace(day=13, hour=8))),
    ],
)  # fmt: skip
def test_when_a_reviewer_is_told(heard: ReviewerNotices, now: datetime, decided: object) -> None:
    assert decision(heard, now, Calendar()) == decided


def test_an_hour_s_distance_that_ends_after_work_waits_for_the_morning() -> None:
    heard = ReviewerNotices(FRIDAY.replace(hour=16, minute=30), 1)
    decided = decision(heard, FRIDAY.replace(hour=16, minute=50), Calendar())
    assert decided == Postpone(FRIDAY.replace(day=13, hour=8))


def test_what_comes_in_one_hour_is_of_one_hour() -> None:
    first, last = FRIDAY, FRIDAY.replace(minute=59, second=59, microsecond=999)
    assert arrivals.hour_of(first) == arrivals.hour_of(last) == FRIDAY
    assert arrivals.hour_of(FRIDAY - timedelta(seconds=1)) == FRIDAY - arrivals.HOUR


@pytest.fixture
def world() -> World:
    owes = {"kesehatan": [1, 2, 13], "tamhut": [3], "sosial": [14]}
    made = World(owes)
    made.now = FRIDAY
    made.link("H", None, role=Role.COORDINATOR)
    made.link("B", None, role=Role.KANWIL)
    made.type("Hana", "/start H")
    made.type("Budi", "/start B")
    return made


def facts_of(world: World, who: str) -> StaffFacts:
    from flows.model.events import Command

    return world.staff(who, Command("verifikasi"))


def stands(
    facts: StaffFacts, *moved: tuple[str, int, Action, State, Role], late: bool = False
) -> StaffFacts:
    """The board with answers that stand where these moves have put them."""
    offices: list[Office] = list(facts.board.offices)
    for at, office in enumerate(offices):
        tasks = list(office.desk.tasks)
        for place, task in enumerate(tasks):
            for code, number, action, state, role in moved:
                if (code, number) == (office.unit.code, task.indicator.no):
                    standing = Standing(state, action, role, 1, "Orang", FRIDAY, late=late)
                    tasks[place] = replace(task, standing=standing)
        offices[at] = replace(office, desk=replace(office.desk, tasks=tuple(tasks)))
    return replace(facts, board=Board(facts.board.regions, tuple(offices)))


def news(facts: StaffFacts, since: datetime = FRIDAY) -> str | None:
    desk = Overseer(facts.seat, facts.board)
    message = arrivals.message(desk, facts.seats, since)
    assert message is None or message.quiet
    return text_of(message) if message else None


SENT = (Action.SUBMIT, State.SENT, Role.CONTACT)
BACK = (Action.RESEND, State.SENT, Role.CONTACT)
FIXED = (Action.RESEND, State.FIXED, Role.CONTACT)
APPROVED = (Action.APPROVE, State.APPROVED, Role.COORDINATOR)


def test_bagian_hukum_reads_who_sent_and_who_mended(world: World) -> None:
    facts = stands(facts_of(world, "Hana"), ("kesehatan", 1, *SENT), ("kesehatan", 2, *SENT),
                   ("kesehatan", 13, *BACK), ("tamhut", 3, *BACK), ("sosial", 14, *SENT))  # fmt: skip
    text = news(facts)
    assert text is not None
    assert "Sudin Kesehatan mengirim 2 dan memperbaiki 1 jawaban" in text
    assert "Sudin Tamhut memperbaiki 1 jawaban" in text
    assert "Sudin Sosial mengirim 1 jawaban." in text
    assert "[🗂 Buka antrean]" in text
    assert "Seluruhnya" not in text


def test_the_kanwil_reads_what_was_approved_and_mended(world: World) -> None:
    facts = stands(facts_of(world, "Budi"), ("kesehatan", 1, *APPROVED), ("kesehatan", 2, *FIXED),
                   ("tamhut", 3, *APPROVED), late=True)  # fmt: skip
    text = news(facts)
    assert text is not None
    assert "1 jawaban Sudin Kesehatan disetujui Bagian Hukum, 1 diperbaiki" in text
    assert "1 jawaban Sudin Tamhut disetujui Bagian Hukum." in text
    assert "⏰ 3 di antaranya dikirim setelah batas akhir." in text
    two = replace(facts.board, regions=(world.region, Region(2, "x", "Jakarta Utara")))
    assert "Sudin Tamhut (Jakarta Pusat) disetujui" in str(news(replace(facts, board=two)))


def test_what_one_knows_already_is_only_counted(world: World) -> None:
    facts = stands(facts_of(world, "Hana"), ("kesehatan", 1, *SENT), ("tamhut", 3, *SENT))
    assert news(facts, LATER) is None
    own = (Action.UNDO, State.SENT, Role.COORDINATOR)
    facts = stands(facts, ("kesehatan", 1, *own))
    assert "Sudin Kesehatan" not in str(news(facts))
    assert "Seluruhnya 2 jawaban menunggu Anda." in str(news(facts))


def test_what_nobody_has_moved_does_not_wait(world: World) -> None:
    assert news(facts_of(world, "Hana")) is None


def test_one_s_own_office_is_left_out(world: World) -> None:
    facts = stands(facts_of(world, "Hana"), ("kesehatan", 1, *SENT), ("tamhut", 3, *SENT))
    contact = replace(facts.seat, id=99, role=Role.CONTACT, unit=world.units["tamhut"])
    text = str(news(replace(facts, seats=(*facts.seats, contact))))
    assert "Sudin Kesehatan" in text
    assert "Tamhut" not in text
    assert "Seluruhnya" not in text


def test_a_whole_city_fits_one_message(world: World) -> None:
    facts = stands(facts_of(world, "Hana"), ("tamhut", 3, *SENT))
    office = next(office for office in facts.board.offices if office.unit.code == "tamhut")
    many = tuple(
        replace(office, unit=replace(office.unit, id=n, short=f"Kantor {n}")) for n in range(40)
    )
    text = str(news(replace(facts, board=Board(facts.board.regions, many))))
    assert "dan 34 UKPD lagi." in text
    assert len(text) < 400


def test_the_switch_says_where_it_stands(world: World) -> None:
    outcome = world.type("Hana", "/jeda")
    assert "menyala" in text_of(outcome.messages[0])
    outcome = world.press("Hana", "🔕 Matikan kabar")
    assert outcome.changes == (MuteArrivals(world.seats["Hana"][0].id, muted=True),)
    message = outcome.messages[-1]
    assert isinstance(message, Say)
    assert "dimatikan" in text_of(message)
    outcome = world.press("Hana", "🔔 Nyalakan kabar")
    assert outcome.changes == (MuteArrivals(world.seats["Hana"][0].id, muted=False),)
