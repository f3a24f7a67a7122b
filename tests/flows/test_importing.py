"""Answers of a file: taken as if they had been typed, never over what somebody typed, each with where it came from."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from flows.contact import prompts
from flows.contact.importing import ImportedAnswer, Weighing, weighed
from flows.model import marks
from flows.model.answer_state import Standing, State, Stored
from flows.model.events import Text
from flows.model.facts import ContactFacts
from flows.model.marks import IMPORTED, Mark
from flows.model.roles import Role
from messages import render
from scoring import Absence, Answer
from scoring.replacing import replace
from tests.flows.world import World

FILE = "kobo.csv"
MOTHERS = {"kematian_ibu": "12", "kelahiran_hidup": "14.250"}
FIGURES = Answer(inputs={"kematian_ibu": Decimal(12), "kelahiran_hidup": Decimal(14250)})


@pytest.fixture
def facts() -> ContactFacts:
    """The health office, before it has answered anything."""
    world = World({"kesehatan": [1, 2, 13, 16], "tamhut": [3]})
    world.link("A", "kesehatan")
    world.type("Siti", "/start A")
    facts = world.facts("Siti", Text("halo", 1))
    assert isinstance(facts, ContactFacts)
    return facts


def weigh(facts: ContactFacts, *given: ImportedAnswer) -> Weighing:
    return weighed(facts, given, FILE)


def refused(facts: ContactFacts, *given: ImportedAnswer) -> list[tuple[str, str]]:
    result = weigh(facts, *given)
    assert result.taken == ()
    return [(one.cell, one.why) for one in result.refused]


def with_stored(
    facts: ContactFacts, answer: Answer, *marked: Mark, state: State | None = None
) -> ContactFacts:
    """The facts with an answer to indicator 1."""
    stored = Stored(4, 9, answer, None, "Siti", facts.now, (), None, marked)
    standing = None
    if state is not None:
        standing = Standing(state, "send", Role.CONTACT, 4, "Siti", facts.now)
    return replace(facts, desk=facts.desk.with_answer(1, stored, standing))


def imported(*codes: str) -> tuple[Mark, ...]:
    return tuple(Mark(code, IMPORTED, FILE) for code in codes)


def test_figures_are_read_as_the_chat_reads_them(facts: ContactFacts) -> None:
    result = weigh(facts, ImportedAnswer(1, "B2", MOTHERS))
    [taken] = result.taken
    assert (taken.change.answer, taken.change.revision, taken.before) == (FIGURES, 1, None)
    assert taken.change.marks == imported("kematian_ibu", "kelahiran_hidup")
    assert (result.refused, result.same) == ((), 0)


def test_a_reason_stands_for_a_missing_figure(facts: ContactFacts) -> None:
    given = ImportedAnswer(1, "B2", absence="not_available", reason="menunggu rekap puskesmas")
    [taken] = weigh(facts, given).taken
    assert taken.change.answer == Answer(absence=Absence.NOT_AVAILABLE)
    assert taken.change.reason == "menunggu rekap puskesmas"
    assert marks.imported_from(taken.change.marks) == FILE
    stored = with_stored(facts, taken.change.answer, *taken.change.marks)
    assert weigh(stored, replace(given, reason="menunggu data kelurahan")).taken != ()


def test_a_ready_figure_is_taken_where_the_chat_takes_it(facts: ContactFacts) -> None:
    [taken] = weigh(facts, ImportedAnswer(16, "C2", value="33,5")).taken
    assert taken.change.answer == Answer(value=Decimal("33.5"))
    [none] = weigh(facts, ImportedAnswer(16, "C2", value="0")).taken
    assert none.change.answer == Answer(value=Decimal(0))
    assert refused(facts, ImportedAnswer(16, "C2", value="banyak"))[0][0] == "C2"
    assert refused(facts, ImportedAnswer(16, "C2", value="33.5")) == [("C2", "unclear")]


def test_what_the_chat_would_ask_back_is_kept_for_the_reviewer(facts: ContactFacts) -> None:
    babies = {"kematian_bayi": "sekitar 300", "kelahiran_hidup": "15.900"}
    mothers, odd = weigh(
        facts, ImportedAnswer(2, "C2", babies), ImportedAnswer(1, "B2", MOTHERS)
    ).taken
    assert mothers.change.flags == ()
    assert [one.code for one in odd.change.flags] == ["shared_input"]
    assert odd.change.marks[0] == Mark("kematian_bayi", "about")


def test_a_rough_figure_keeps_its_mark_where_nothing_is_in_doubt(facts: ContactFacts) -> None:
    rough = {**MOTHERS, "kematian_ibu": "sekitar 12"}
    [mothers] = weigh(facts, ImportedAnswer(1, "B2", rough)).taken
    assert mothers.change.flags == ()
    assert Mark("kematian_ibu", "about") in mothers.change.marks


def test_each_refusal_has_its_cell(facts: ContactFacts) -> None:
    cells = {"kelahiran_hidup": "C2"}
    bad = ImportedAnswer(1, "B2", {**MOTHERS, "kelahiran_hidup": "banyak"}, cells=cells)
    [(cell, why)] = refused(facts, bad)
    assert (cell, why[:7]) == ("C2", "number_")
    assert refused(facts, ImportedAnswer(3, "D2", {"vegetasi_awal": "1"})) == [("D2", "not_owed")]
    [foreign] = weigh(facts, ImportedAnswer(3, "D2", {"vegetasi_awal": "1"})).refused
    assert foreign.params == {"no": 3}
    assert refused(facts, ImportedAnswer(1, "B2")) == [("B2", "empty")]
    twice = weigh(facts, ImportedAnswer(1, "B2", MOTHERS), ImportedAnswer(1, "B3", MOTHERS))
    assert [(one.cell, one.why, one.params) for one in twice.refused] == [
        ("B3", "twice", {"first": "B2"})
    ]


def test_what_is_stored_already_is_counted_and_not_written(facts: ContactFacts) -> None:
    result = weigh(with_stored(facts, FIGURES), ImportedAnswer(1, "B2", MOTHERS))
    assert (result.taken, result.refused, result.same) == ((), (), 1)
    ready = replace(FIGURES, inputs=None, value=Decimal("33.5"))
    stored = replace(
        facts,
        desk=facts.desk.with_answer(16, Stored(1, 1, ready, None, "Siti", facts.now), None),
    )
    assert weigh(stored, ImportedAnswer(16, "C2", value="33,5")).same == 1


@pytest.mark.parametrize(
    ("marked", "why"),
    [
        ((), "answered"),
        (imported("kematian_ibu"), "answered"),
        ((Mark("kematian_ibu", IMPORTED, "b"), Mark("kelahiran_hidup", IMPORTED, "b")), "answered"),
        (imported("kematian_ibu", "kelahiran_hidup"), None),
    ],
)
def test_only_what_came_whole_from_the_same_file_is_changed(
    facts: ContactFacts, marked: tuple[Mark, ...], why: str | None
) -> None:
    stored = with_stored(facts, FIGURES, *marked)
    given = ImportedAnswer(1, "B2", {**MOTHERS, "kematian_ibu": "13"})
    if why is not None:
        assert refused(stored, given) == [("B2", why)]
        return
    [taken] = weigh(stored, given).taken
    assert (taken.change.revision, taken.before) == (5, FIGURES)


@pytest.mark.parametrize("state", [State.RETURNED_BY_CITY, State.SENT])
def test_what_was_sent_is_mended_in_the_chat(facts: ContactFacts, state: State) -> None:
    own = imported("kematian_ibu", "kelahiran_hidup")
    stored = with_stored(facts, FIGURES, *own, state=state)
    [(_, why)] = refused(stored, ImportedAnswer(1, "B2", {**MOTHERS, "kematian_ibu": "13"}))
    assert why in ("sent", "locked")


def test_behind_the_end_nothing_is_taken(facts: ContactFacts) -> None:
    late = replace(facts, now=facts.now + timedelta(days=900))
    assert refused(late, ImportedAnswer(16, "C2", value="33,5")) == [("C2", "over")]
    assert refused(late, ImportedAnswer(1, "B2", MOTHERS)) == [("B2", "over")]


def test_reviewers_read_where_an_answer_came_from(facts: ContactFacts) -> None:
    [taken] = weigh(facts, ImportedAnswer(1, "B2", {**MOTHERS, "kematian_ibu": "sekitar 12"})).taken
    stored = with_stored(facts, taken.change.answer, *taken.change.marks)
    task = stored.desk.the_task(1)
    assert task.mine is not None
    view = prompts.stored_view(task, task.mine)
    shown = render("answering/_given", {"given": view["own_given"]})
    assert "(diimpor dari kobo.csv)" in shown
    assert view["imported"] == FILE
