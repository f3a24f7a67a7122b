"""Corners of flows that no conversation reaches by itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from bot.typed_words import vocabulary
from flows import step
from flows.contact.inputs import RefusedInput, option, typed
from flows.contact.prompts import draft_inputs
from flows.engine import choose_seat, needs, opened_link
from flows.model.answer_state import State
from flows.model.buttons import Verb, data, read
from flows.model.events import Command, Edited, Event, Membership, Tap, Text
from flows.model.facts import Focus, NoPeriod, Region, Seat, Stage, require
from flows.model.needs import NewToken, PressedCampaign
from flows.model.outcome import CreateInvitation, Notice, Outcome, RecordMove, Say, SetFocus
from flows.model.outreach import Outreach
from flows.model.roles import Role
from flows.model.workflow import (
    TRANSITIONS,
    Action,
    Refusal,
    Subject,
    Transition,
    TransitionError,
    choices,
    find_transition,
)
from flows.reading import numbers
from flows.reading.asked import ANY
from flows.reading.names import offices, regions
from flows.reading.sentences import is_reason
from flows.route_table import TABLE
from flows.staff import call_list, score_differences
from flows.staff.campaigning import result
from flows.staff.review_decision import corrected
from scoring import Answer
from scoring.replacing import replace
from tests.flows.heard import text_of
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2, 13], "kesbang": [15]})
    made.link("A", "kesehatan")
    made.link("B", None, Role.KANWIL)
    return made


def says(outcome: object) -> list[str | None]:
    return [one.name for one in outcome.messages]  # type: ignore[attr-defined]


def test_buttons_refuse_more_than_64_bytes() -> None:
    with pytest.raises(ValueError, match=r"g\.1"):
        data(Verb.GO, 1, "x" * 64)


@pytest.mark.parametrize("text", ["", "s", "s.", "s.-1", "s.1e3", ".1", "s." + "9" * 16, "s.١"])
def test_foreign_button_data_is_none_of_ours(text: str) -> None:
    assert read(text) is None


def test_no_period_is_said(world: World) -> None:
    facts = NoPeriod("")
    assert says(step(facts, Text("halo", 1))) == ["joining/no_period"]
    assert says(step(facts, Tap("g.1.1", 5, "q"))) == [None, "joining/no_period"]


def test_membership_of_a_stranger_is_nothing(world: World) -> None:
    outcome = world.send("Siti", Membership(reachable=False))
    assert outcome.changes == ()
    assert outcome.messages == ()


def test_a_stranger_taps(world: World) -> None:
    assert says(world.send("Siti", Tap("g.1.1", 5, "q"))) == [None, "joining/stranger"]


def test_a_missing_fact_is_an_error() -> None:
    with pytest.raises(LookupError):
        require(None)


def test_seat_of_a_button_wins(world: World) -> None:
    seats = (Seat(1, Role.KANWIL), Seat(2, Role.KANWIL))
    assert choose_seat(seats, Focus(seat_id=1), Tap("d.2", None, "q")) == seats[1]
    assert choose_seat(seats, Focus(seat_id=1), Tap("s.2.1", None, "q")) == seats[0]
    assert choose_seat((), Focus(), Command("mulai")) is None


def test_a_focus_at_rest_waits_for_no_words_and_makes_older_buttons_old() -> None:
    waiting = Focus(seat_id=3, turn=4, stage=Stage.REASON, review={"unit": "1"}, indicator=7)
    assert waiting.at_rest() == Focus(seat_id=3, turn=5, indicator=7)


def test_needs() -> None:
    staff, contact = Seat(1, Role.KANWIL), Seat(2, Role.CONTACT)
    assert needs(contact, Command("status"), Focus()) == frozenset()
    assert opened_link(Command("start", "T")) == "T"
    assert needs(staff, Command("undang"), Focus()) == {NewToken}
    assert needs(staff, Tap("v.1.2", None, "q"), Focus()) == {NewToken}
    assert needs(staff, Tap("t.1.2", None, "q"), Focus()) == {PressedCampaign, Outreach}


def test_a_question_taken_from_the_unit_is_left(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.owe("kesehatan", [2, 13])
    outcome = world.type("Siti", "12")
    assert says(outcome) == ["free/choices"]
    world.owe("kesehatan", [13])
    assert says(world.send("Siti", Edited("12", 1))) == ["answering/edit_refused"]


def test_a_tap_for_a_question_taken_away_is_stale(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.owe("kesehatan", [2])
    turn = world.focus["Siti"].turn
    outcome = world.send("Siti", Tap(f"s.{turn}.1", 5, "q"))
    assert outcome.changes == ()
    assert says(outcome) == ["notice/stale_idle"]


@pytest.mark.parametrize(
    "button", ["s.{}.1", "m.{}.1.1", "l.{}.1.0", "z.{}.1", "o.{}.1.1", "a.{}.1.9", "o.{}.1"]
)
def test_a_forged_button_of_the_live_turn_that_the_stage_does_not_know(
    world: World, button: str
) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    before = world.focus["Siti"]
    outcome = world.send("Siti", Tap(button.format(before.turn), 5, "q"))
    if button.startswith("o."):
        return_to = world.focus["Siti"]
        assert return_to.inputs == before.inputs
        return
    assert outcome.changes == ()
    assert says(outcome) == ["notice/stale"]


def test_a_stored_ready_value_is_shown_when_it_is_corrected(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.press("Siti", "Tidak dapat mengisi…")
    world.press("Siti", "Hanya ada angka…")
    world.type("Siti", "84")
    world.do("Siti", "edits 1 90")
    assert world.focus["Siti"].value == "90"
    world.type("Siti", "simpan")
    world.press("Siti", "✏️ Ubah")
    world.press("Siti", "Tidak dapat mengisi…")
    world.press("Siti", "Hanya ada angka…")
    message = world.inboxes["Siti"][-1]
    assert "Tersimpan sebelumnya: 90" in text_of(message)


def test_saving_an_incomplete_draft_asks_what_is_missing(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.put("Siti", replace(world.focus["Siti"], stage=Stage.CONFIRM, inputs={}, input=None))
    assert says(world.type("Siti", "simpan")) == ["answering/ask"]


def test_typing_where_only_buttons_help(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    task = world.desk(world.units["kesehatan"]).tasks[0]
    focus = replace(world.focus["Siti"], input=None)
    assert typed(task, focus, "12", 1, ANY, vocabulary()) == RefusedInput("use_buttons")
    assert option(task, focus, 1) is None


def test_two_regions_are_an_overview_and_a_shared_name_is_asked_back(world: World) -> None:
    world.type("Budi", "/start B")
    board = world.board()
    second = Region(2, "31.72", "Jakarta Utara", aliases=("jakut",))
    unit = replace(world.units["kesehatan"], id=9, region_id=2)
    desk = replace(board.offices[0].desk, unit=unit, region=second)
    office = replace(board.offices[0], unit=unit, desk=desk)
    both = replace(board, regions=(*board.regions, second), offices=(*board.offices, office))

    def answer(command: Command) -> Outcome:
        return step(replace(world.staff("Budi", command), board=both), command)

    outcome = answer(Command("status"))
    assert says(outcome) == ["staff/overview"]
    lines = text_of(outcome.messages[0]).split("\n")
    assert [line[:22] for line in lines[1:3]] == [
        "• <b>Jakarta Pusat</b>",
        "• <b>Jakarta Utara</b>",
    ]
    outcome = answer(Command("status", "sudin kesehatan"))
    assert says(outcome) == ["staff/which"]
    assert "Jakarta Utara" in text_of(outcome.messages[0])
    assert says(answer(Command("status", "jakarta"))) == ["staff/which"]
    assert says(answer(Command("status", "sudin kesehatan jakut"))) == ["staff/office"]
    assert says(answer(Command("undang", "kesehatan"))) == ["staff/invite_choose"]
    assert regions(both, "kota adm") == []
    assert offices(both, "xx yy") == []


def test_unreachable_contacts_are_skipped_with_the_reason(world: World) -> None:
    world.type("Siti", "/start A")
    world.send("Siti", Membership(reachable=False))
    world.type("Budi", "/start B")
    outcome = world.type("Budi", "/ingatkan")
    assert says(outcome) == ["staff/reminder_nobody"]
    assert "Tak terjangkau: Sudin Kesehatan" in text_of(outcome.messages[0])
    assert "tak terjangkau" in text_of(world.type("Budi", "/status").messages[0])


def test_result_of_a_reminder() -> None:
    text = text_of(result({"sent": 12, "unreachable": 1}))
    assert "terkirim 12, tak terjangkau 1, gagal 0" in text


def test_a_spinner_never_turns_for_ever(world: World) -> None:
    """Every tap of a person with a seat is answered, whatever its data."""
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    for who in ("Siti", "Budi"):
        for verb in sorted(TABLE.verbs):
            for first in (0, 1, 2, 3):
                for rest in ("", ".1", ".99", ".1.0", ".r1", ".x"):
                    outcome = world.send(who, Tap(f"{verb}.{first}{rest}", 5, "q"))
                    assert any(isinstance(one, Notice) for one in outcome.messages), (
                        who,
                        verb,
                        first,
                        rest,
                    )


def test_welcome_after_the_deadline_says_so(world: World) -> None:
    world.type("Siti", "/start A")
    world.now = world.now.replace(month=4, day=2)
    outcome = world.type("Siti", "/mulai")
    assert "sudah lewat" in text_of(outcome.messages[0])
    assert isinstance(outcome.changes[0], SetFocus)
    assert isinstance(outcome.messages[1], Say)


def test_percent_pairs_and_nested_pairs() -> None:
    assert numbers.parse("5% dari 10") == numbers.NoNumber("percent_of")


def test_before_the_period_opens_no_question_is_asked(world: World) -> None:
    world.now = world.now.replace(month=1, day=20)
    world.type("Siti", "/start A")
    assert says(world.type("Siti", "/lanjut")) == ["joining/not_yet"]
    assert "1 Februari 2017" in text_of(world.inboxes["Siti"][-1])
    world.now = world.now.replace(month=2, day=1)
    assert says(world.type("Siti", "/lanjut")) == ["answering/ask"]


def test_the_kanwil_invites_bagian_hukum_and_an_administrator_the_kanwil(world: World) -> None:
    world.type("Budi", "/start B")
    world.link("Z", None, Role.ADMIN)
    world.type("Zul", "/start Z")
    for asked, role, label_of in (
        ("/undang bagian hukum", Role.COORDINATOR, "Bagian Hukum Jakarta Pusat"),
        ("/undang bagkum jakpus", Role.COORDINATOR, "Bagian Hukum Jakarta Pusat"),
        ("/undang kanwil", Role.KANWIL, "Kanwil DKI Jakarta"),
    ):
        who = "Zul" if role == Role.KANWIL else "Budi"
        facts = world.facts(who, Command("undang", asked[8:]))
        outcome = step(facts, Command("undang", asked[8:]))
        (change,) = outcome.changes
        assert isinstance(change, CreateInvitation)
        assert (change.role, change.label) == (role, label_of)
        assert "NEWTOKEN" in text_of(outcome.messages[0])
    world.link("K", None, Role.COORDINATOR)
    world.type("Hana", "/start K")
    assert says(
        step(world.facts("Hana", Command("undang", "kanwil")), Command("undang", "kanwil"))
    ) == ["staff/invite_not_found"]
    seat = world.seats["Hana"][0].id
    tapped = step(world.facts("Hana", Tap(f"v.{seat}.1.1", 5, "q")), Tap(f"v.{seat}.1.1", 5, "q"))
    assert tapped.changes == ()


def test_a_region_is_chosen_where_there_are_several(world: World) -> None:
    world.type("Budi", "/start B")
    second = Region(2, "31.72", "Jakarta Utara", aliases=("jakut",))
    both = replace(world.board(), regions=(*world.board().regions, second))

    def answer(event: Event) -> Outcome:
        return step(replace(world.staff("Budi", event), board=both), event)

    which = answer(Command("undang", "bagian hukum"))
    assert "[Jakarta Pusat]\n[Jakarta Utara]" in text_of(which.messages[0])
    assert says(answer(Command("undang", "bagian hukum jakut"))) == ["staff/invite_link"]
    assert says(answer(Command("undang", "bagian hukum medan"))) == ["staff/which"]
    seat = world.seats["Budi"][0].id
    assert says(answer(Tap(f"v.{seat}.2.1", 5, "q"))) == [None, "staff/invite_link"]
    assert says(answer(Tap(f"v.{seat}.9.1", 5, "q"))) == [None, "staff/invite_choose"]


def judged(world: World) -> tuple[World, int]:
    """Siti has sent her right; Hana coordinates, Budi is the Kanwil's; returns Hana's seat too."""
    world.link("K", None, Role.COORDINATOR)
    for who, link in (("Siti", "A"), ("Hana", "K"), ("Budi", "B")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.type("Siti", "/kategori")
    world.press("Siti", "Hidup…")
    world.press("Siti", "📤 Periksa dan kirim")
    world.press("Siti", "📤 Kirim…")
    return world, world.seats["Hana"][0].id


def test_every_pair_of_states_is_in_the_table_or_refused_with_a_reason() -> None:
    for state in State:
        for role in Role:
            for action in Action:
                subjects = [
                    find_transition(state, role, action, reason="alasan", subject=s)
                    for s in Subject
                ]
                judgement = next(
                    (one for one in subjects if isinstance(one, Transition)), subjects[0]
                )
                known_move = [
                    m for m in TRANSITIONS if (m.state, m.role, m.action) == (state, role, action)
                ]
                if known_move:
                    assert judgement == known_move[0]
                else:
                    assert isinstance(judgement, Refusal)
                    assert judgement.why in TransitionError
    assert len({(m.state, m.role, m.action) for m in TRANSITIONS}) == len(TRANSITIONS)
    assert find_transition(State.SENT, Role.CONTACT, Action.FILL) == Refusal(
        TransitionError.LOCKED, State.SENT, Action.FILL
    )
    for refused, why in (
        (find_transition(State.SENT, Role.KANWIL, Action.VERIFY), TransitionError.NOT_NOW),
        (find_transition(State.SENT, Role.CONTACT, Action.VERIFY), TransitionError.NOT_YOUR_ROLE),
        (
            find_transition(State.APPROVED, Role.KANWIL, Action.RETURN, reason=" "),
            TransitionError.NO_REASON,
        ),
        (
            find_transition(State.APPROVED, Role.KANWIL, Action.VERIFY, own_unit=True),
            TransitionError.OWN_UNIT,
        ),
    ):
        assert isinstance(refused, Refusal)
        assert refused.why == why


def test_a_figure_is_verified_and_a_reason_accepted_or_refused() -> None:
    for state in (State.APPROVED, State.FIXED):
        figures = {move.action for move in choices(state, Role.KANWIL, Subject.FIGURES)}
        absence = {move.action for move in choices(state, Role.KANWIL, Subject.ABSENCE)}
        assert figures == {Action.VERIFY, Action.CORRECT, Action.RETURN}
        assert absence == {Action.ACCEPT, Action.REFUSE}
        wrong = find_transition(state, Role.KANWIL, Action.VERIFY, subject=Subject.ABSENCE)
        assert wrong == Refusal(TransitionError.NOT_THIS_KIND, state, Action.VERIFY)


def test_undo_runs_top_down() -> None:
    """What the Kanwil has verified, the city cannot take back."""
    assert isinstance(
        find_transition(State.VERIFIED, Role.COORDINATOR, Action.UNDO, reason="x"), Refusal
    )
    assert isinstance(
        find_transition(State.APPROVED, Role.COORDINATOR, Action.UNDO, reason="x"), Transition
    )


def test_a_judgement_overtaken_by_another_reviewer_stores_nothing(world: World) -> None:
    world, seat = judged(world)
    world.send("Hana", Tap(f"J.{seat}.1.1.1.return", 5, "q"))
    world.send("Hana", Tap(f"R.{seat}.1.1.1.lain", 5, "q"))
    world.link("K2", None, Role.COORDINATOR)
    world.type("Joko", "/start K2")
    world.send("Joko", Tap(f"J.{world.seats['Joko'][0].id}.1.1.1.approve", 5, "q"))
    outcome = world.type("Hana", "Kalimat yang datang terlambat.")
    assert says(outcome) == ["reviewing/overtaken", "reviewing/card"]
    assert not any(isinstance(change, RecordMove) for change in outcome.changes)


def test_nobody_judges_their_own_office(world: World) -> None:
    world, seat = judged(world)
    world.link("A2", "kesehatan")
    world.type("Hana", "/start A2")
    outcome = world.send("Hana", Tap(f"C.{seat}.1.1", 5, "q"))
    assert "rekan lain" in text_of(outcome.messages[-1])
    assert outcome.messages[-1].keyboard == ()  # type: ignore[union-attr]
    for data_ in (f"J.{seat}.1.1.1.approve", f"B.{seat}.1.1.3"):
        assert world.send("Hana", Tap(data_, 5, "q")).changes == ()


def test_a_waiting_judgement_of_an_answer_that_left_the_board_is_dropped(world: World) -> None:
    world, seat = judged(world)
    world.send("Hana", Tap(f"J.{seat}.1.1.1.reopen", 5, "q"))
    world.owe("kesehatan", [2, 13])
    assert says(world.type("Hana", "Kalimat biasa.")) == ["free/choices"]


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("12 dari 14.250", True), ("12; 14.250", True), ("12;14.250", True), ("12", False), ("12; x", False),
        ("20 dari 10", False), ("1; 2; 3", False), ("", False), ("sekitar 12 dari 14.250", False),
        ("12 orang; 14.250 bayi", True), ("12; sekitar 14.250", False), ("12; 14.250 orang dewasa", False),
        ("12 sampai 13; 14.250", False), ("12%; 14.250", False), ("dua belas dari 14.250", True),
    ],
)  # fmt: skip
def test_figures_of_a_correction(world: World, text: str, takes: bool) -> None:
    world, seat = judged(world)
    world.send("Hana", Tap(f"J.{seat}.1.1.1.approve", 5, "q"))
    world.send("Budi", Tap(f"J.{world.seats['Budi'][0].id}.1.1.1.correct", 5, "q"))
    world.type("Budi", text)
    assert ("value" in world.focus["Budi"].review) == takes


def test_a_single_figure_corrects_a_count(world: World) -> None:
    task = world.desk(world.units["kesbang"]).tasks[0]
    assert corrected(task, [Decimal(3)]) is not None


def test_an_answer_locked_while_it_was_being_changed_is_not_stored(world: World) -> None:
    world.link("A2", "kesehatan")
    for who, link in (("Siti", "A"), ("Rina", "A2")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.type("Rina", "/kategori")
    world.press("Rina", "Hidup…")
    world.press("Rina", "Kematian ibu…")
    world.press("Rina", "✏️ Ubah")
    world.type("Rina", "13 dari 14.250")
    world.type("Siti", "/kategori")
    world.press("Siti", "Hidup…")
    world.press("Siti", "📤 Periksa dan kirim")
    world.press("Siti", "📤 Kirim…")
    outcome = world.type("Rina", "simpan")
    assert says(outcome) == ["answering/locked"]
    assert len(world.answers["kesehatan", 1]) == 1


def test_an_edited_pair_corrects_both_figures(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Siti", "/lanjut")
    world.type("Siti", "12 dari 14.250")
    outcome = world.do("Siti", "edits 1 13 dari 15.000")
    assert says(outcome) == ["answering/edit_taken", "answering/confirm"]
    assert dict(world.focus["Siti"].inputs) == {"kematian_ibu": "13", "kelahiran_hidup": "15000"}
    outcome = world.do("Siti", "edits 1 14")
    assert says(outcome) == ["answering/edit_taken", "answering/ask"]
    assert dict(world.focus["Siti"].inputs) == {"kematian_ibu": "14"}


def test_the_differences_sum_to_claimed_minus_verified(world: World) -> None:
    world, seat = judged(world)
    budi = world.seats["Budi"][0].id
    for number in (1, 2):
        world.send("Hana", Tap(f"J.{seat}.1.{number}.1.approve", 5, "q"))
    world.send("Budi", Tap(f"J.{budi}.1.2.1.correct", 5, "q"))
    world.type("Budi", "400 dari 14.250")
    world.type("Budi", "Menurut laporan provinsi.")
    facts = world.staff("Budi", Command("status"))
    view = score_differences.view(facts, facts.board, facts.board.regions[0], facts.board.offices)
    listed = sum(row["claimed"] - row["verified"] for row in view["rows"]) + view["waiting_points"]
    assert listed == view["points"] == 10 + 4
    exact = Fraction(view["points"]) * 10 / view["counted"]
    shown = Fraction(view["claimed"]) - Fraction(view["verified"])
    assert abs(exact - shown) <= Fraction(1, 100)
    assert [row["why"] for row in view["rows"]] == ["corrected"]
    world.send("Budi", Tap(f"J.{budi}.1.1.1.verify", 5, "q"))
    world.send("Budi", Tap(f"J.{budi}.1.2.1.undo", 5, "q"))
    world.type("Budi", "dihitung ulang bersama")
    world.send("Budi", Tap(f"J.{budi}.1.2.1.verify", 5, "q"))
    facts = world.staff("Budi", Command("status"))
    view = score_differences.view(facts, facts.board, facts.board.regions[0], facts.board.offices)
    assert view["points"] == 0
    assert "Tidak ada selisih" in text_of(
        score_differences.of_region(facts, facts.board.regions[0]).messages[0]
    )


def test_a_part_that_waits_beside_a_verified_one_is_waiting(world: World) -> None:
    world, seat = judged(world)
    budi = world.seats["Budi"][0].id
    world.send("Hana", Tap(f"B.{seat}.1.1.3", 5, "q"))
    world.send("Budi", Tap(f"J.{budi}.1.1.1.verify", 5, "q"))
    task = world.desk(world.units["kesehatan"]).tasks[0]
    assert score_differences._why([task]) == ("waiting", None, None)


def test_a_reminder_for_nobody_any_more_sends_nothing(world: World) -> None:
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    world.type("Budi", "/ingatkan sudin kesehatan")
    world.send("Siti", Membership(reachable=False))
    outcome = world.press("Budi", "📨 Kirim ke 1 orang")
    assert says(outcome) == [None, "staff/reminder_nobody"]
    assert outcome.changes == ()


def test_evidence_mode_keeps_the_draft_of_its_own_question(world: World) -> None:
    """Correcting, then attaching proof, then going back: the figure typed first is still there."""
    world.type("Siti", "/start A")
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    world.press("Siti", "✏️ Ubah")
    world.type("Siti", "13")
    seat = world.seats["Siti"][0].id
    world.send("Siti", Tap(f"E.{seat}.1", 5, "q"))
    world.send("Siti", Tap(f"F.{seat}.1", 5, "q"))
    world.send("Siti", Tap(f"e.{seat}.1", 5, "q"))
    assert dict(world.focus["Siti"].inputs) == {"kematian_ibu": "13"}


def test_no_file_is_added_to_an_answer_that_was_sent_meanwhile(world: World) -> None:
    world.type("Siti", "/start A")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    seat = world.seats["Siti"][0].id
    world.send("Siti", Tap(f"E.{seat}.1", 5, "q"))
    world.send("Siti", Tap(f"q.{seat}.0", 5, "q"))
    world.press("Siti", "📤 Kirim…")
    outcome = world.do("Siti", "uploads document telat.pdf 100")
    assert says(outcome) == ["answering/locked"]
    assert outcome.changes == ()


def test_what_was_returned_goes_into_the_letter_with_its_reason(world: World) -> None:
    world, _ = judged(world)
    code = world.period.instrument.return_reasons[0]
    returned = State.RETURNED_BY_CITY
    world.move(("kesehatan", 1), returned, Role.COORDINATOR, "Tahunnya 2015.", code.code)
    world.move(("kesehatan", 2), returned, Role.COORDINATOR, "Salah tahun.")
    view = call_list.lacking(world.period.instrument, world.desk(world.units["kesehatan"]))
    assert [one["reason"] for one in view["returned"]] == [
        f"{code.text}; Tahunnya 2015.",
        "Salah tahun.",
    ]
    assert not view["all_unsent"]


def test_ticks_go_with_the_last_file_that_they_were_about(world: World) -> None:
    """Else a document that nobody looked at would pass as ticked."""
    world.type("Siti", "/start A")
    for text in ("/lanjut", "12 dari 14.250", "simpan"):
        world.type("Siti", text)
    seat = world.seats["Siti"][0]
    assert seat.unit is not None
    world.send("Siti", Tap(f"E.{seat.id}.1", 5, "q"))
    world.do("Siti", "uploads document satu.pdf 100")
    world.do("Siti", "uploads document dua.pdf 100")
    world.send("Siti", Tap(f"T.{seat.id}.1.0", 5, "q"))
    world.press("Siti", "🗑 satu.pdf")
    assert world.desk(seat.unit).the_task(1).ticks == {"figures"}, "there is another file"
    world.press("Siti", "🗑 dua.pdf")
    world.do("Siti", "uploads document tiga.pdf 100")
    assert not world.desk(seat.unit).the_task(1).ticks


def test_a_draft_and_its_answer_undo_each_other() -> None:
    answer = Answer(
        inputs={"ada": True, "belum": False, "pilihan": "a", "jumlah": Decimal("12.50")}
    )
    assert draft_inputs(answer) == {"ada": "ya", "belum": "tidak", "pilihan": "a", "jumlah": "12.5"}
    assert draft_inputs(Answer(value=Decimal(5))) == {}


def test_a_guest_sees_and_writes_nothing_but_the_question(world: World) -> None:
    """Every button there is and every command, from somebody who only holds a one-question link."""
    for text in ("/start A", "/lanjut"):
        world.type("Siti", text)
    for label in ("Tidak dapat mengisi…", "Data ada di instansi lain", "↗️ Minta ke instansi lain"):
        world.press("Siti", label)
    world.type("Polres", "/start NEWTOKEN")
    before, kept = world.entries, dict(world.answers)
    outcomes = [
        world.send("Polres", Tap(f"{verb}.{first}.{rest}", 9, "q"))
        for verb in sorted(TABLE.verbs)
        for first in (0, 1, 2, world.focus["Polres"].turn)
        for rest in ("1", "1.1", "1.1.1", "1.1.1.return", "99")
        if (verb, first) != (Verb.DECLINE, world.focus["Polres"].turn)
    ]
    outcomes += [world.type("Polres", f"/{name}") for name in sorted(TABLE.names)]
    assert (world.entries, world.answers) == (before, kept)
    shown = {one.name for outcome in outcomes for one in outcome.messages if isinstance(one, Say)}
    assert shown <= {"forwarding/only", "forwarding/info", "answering/ask"}, shown
    chats = {m.chat_id for o in outcomes for m in o.messages if isinstance(m, Say)}
    assert chats == {None}


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("Menurut rekapitulasi kepolisian, sebagian laporan tercatat dua kali.", True),
        ("Laporan tercatat dua kali", True),
        ("empat belas ribu dua ratus lima puluh", False),
        ("sekitar dua belas orang", False),
    ],
)
def test_a_sentence_with_a_numeral_is_a_reason(words: str, stands: bool) -> None:
    assert is_reason(words, vocabulary()) is stands
