"""Criteria in chat, where things are not as they should be: forged, gone, typed oddly, decided already."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from flows.contact import criteria_views
from flows.contact.draft_answers import draft_inputs
from flows.model.answer_state import Stored
from flows.model.buttons import Verb
from flows.model.facts import Focus, Stage
from flows.model.office_relevance import asked_now
from flows.model.roles import Role
from flows.model.tasks import Task
from flows.reading import ranges
from scoring import Answer
from scoring.conditions import Comparison, Condition, Operator
from scoring.load import BUNDLED, load_directory
from scoring.replacing import replace
from tests.flows.ground import START
from tests.flows.world import World
from tests.scoring.test_kinds import KINDS
from tests.storage.test_criteria import HOUSES, agree, decide, propose, season

FOLDERS = (BUNDLED / "permenkumham-25-2013", *sorted(Path("tests/scoring/instruments").iterdir()))
USUAL = [Decimal(10), Decimal(5), Decimal(0)]


def seat(world: World, who: str = "Budi") -> int:
    return world.seats[who][0].id


def last(world: World, who: str = "Budi") -> str | None:
    return world.inboxes[who][-1].name


def test_buttons_of_nothing_are_refused() -> None:
    world, number = season(), 0
    number = seat(world)
    for forged in (
        "kr.{}.zzz",
        "kr.{}.h99",
        "kc.{}.zzz",
        "ka.{}.zzz",
        "kp.{}.i9.nope",
        "kt.{}.999",
    ):
        world.tap("Budi", forged.format(number))
        assert last(world) == "notice/not_yours", forged
    for forged in ("ka.{}.i9", "kb.{}", "kd.{}.i9.as_it_is", "kx.{}", "ky.{}.1", "kh.{}.1"):
        world.tap("Budi", forged.format(number))
        assert last(world) == "notice/meeting_over", forged
    world.tap("Budi", f"kr.{number}")
    assert last(world) == "criteria/rights"


def test_a_contact_at_no_question_comments_and_is_at_none() -> None:
    world = season()
    world.type("Siti", "/kriteria 9")
    world.press("Siti", "💬 Komentar")
    world.type("Siti", "Ambangnya terlalu ketat untuk kota padat.")
    assert last(world, "Siti") == "criteria/commented"
    world.put("Siti", Focus(seat(world, "Siti"), stage=Stage.COMMENT, review={"criterion": "i99"}))
    world.type("Siti", "Ambangnya terlalu ketat.")
    assert world._scalar("SELECT count(*) FROM criteria_comments") == 1


def test_staff_comment_as_well() -> None:
    world = season()
    world.type("Budi", "/kriteria 9")
    world.press("Budi", "💬 Komentar")
    world.type("Budi", "Ambangnya menurut laporan tahun lalu.")
    assert last(world) == "criteria/commented"


def test_a_button_of_several_choices_is_none_of_another_question() -> None:
    world = season()
    world.type("Siti", "/kategori")
    world.press("Siti", "📝 Keluarga tanpa rumah")
    world.press("Siti", "✏️ Ubah")
    focus = world.focus["Siti"]
    world.tap("Siti", f"{Verb.CHOSEN}.{focus.turn}.9")
    assert last(world, "Siti") in ("notice/stale", "notice/unknown")


def test_several_choices_go_back_into_a_draft_as_they_were() -> None:
    assert draft_inputs(Answer(inputs={"sarana": ("a", "b")})) == {"sarana": "a,b"}


def test_what_hangs_on_a_question_that_rests_rests_as_well() -> None:
    test = Comparison("ada", Operator.EQUALS, (True,), 5)
    chained = Comparison(KINDS.indicator(6).inputs[0].code, Operator.EQUALS, (True,), 6)
    stored = Stored(1, 1, Answer(inputs={"ada": False}), None, "Siti", START)
    tasks = (
        Task(KINDS.indicator(5), stored),
        Task(
            replace(KINDS.indicator(6), relevant=Condition(needs_all=True, groups=((test,),))), None
        ),
        Task(
            replace(KINDS.indicator(7), relevant=Condition(needs_all=True, groups=((chained,),))),
            None,
        ),
    )
    asked, resting = asked_now(tasks)
    assert [task.indicator.no for task in asked if task.indicator.no == 6] == []
    assert 6 in resting


def test_words_for_a_criterion_that_is_gone_are_for_something_else() -> None:
    world = season()
    review = {"criterion": "i99", "part": "owner"}
    world.put("Budi", Focus(seat(world), stage=Stage.PROPOSE, review=review))
    world.type("Budi", "Dinas Perumahan")
    assert world._scalar("SELECT count(*) FROM criteria_proposals") == 0


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("precision", "x"), ("precision", "99"), ("evidence", "a | b | c | d"), ("evidence", "|"),
        ("owner", "Dinas " * 400), ("bands", "a; b"), ("bands", ";"), ("bands", "10 = ≤ 1; > 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_asked_again(part: str, words: str) -> None:
    world = season()
    world.tap("Budi", f"kp.{seat(world)}.i9.{part}")
    world.type("Budi", words)
    assert last(world) == "criteria/ask_figures"
    assert world._scalar("SELECT count(*) FROM criteria_proposals") == 0


@pytest.mark.parametrize("words", ["tepat", "2"])
def test_a_precision_is_judged_with_the_bands_that_stand(words: str) -> None:
    world = season()
    world.tap("Budi", f"kp.{seat(world)}.i15.precision")
    world.type("Budi", words)
    assert last(world) in ("criteria/ask_figures", "criteria/effect")


def test_what_was_left_out_is_taken_up_again_without_a_word() -> None:
    world = season()
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    agree(world, 10)
    world.type("Budi", "/kriteria 10")
    world.press("Budi", "✍️ Usulkan perubahan")
    world.press("Budi", "Dinilai kembali")
    assert last(world) == "criteria/effect"
    world.press("Budi", "✅ Ajukan usulan")
    agree(world, 10)
    assert world.roster.owed[1] == (9, 10)


def test_who_types_a_place_late_sees_the_meeting_that_another_has_opened() -> None:
    world = season()
    world.link("B2", None, Role.KANWIL)
    world.type("Rina", "/start B2")
    world.type("Budi", "/rakor")
    world.type("Rina", "/rakor Balai Kota")
    world.type("Budi", "Aula Kanwil")
    assert last(world) == "meeting/overview"
    assert world._scalar("SELECT count(*) FROM meetings") == 1


def test_the_last_decision_leads_back_to_the_meeting() -> None:
    world = season()
    world.type("Budi", "/rakor Aula Kanwil")
    number = seat(world)
    for forged in ("kd.{}.i9.nope", "kd.{}.i9.changed.99", "kd.{}.zzz.as_it_is"):
        world.tap("Budi", forged.format(number))
        assert last(world) == "notice/not_yours", forged
    world.press("Budi", "▶️ Bahas kriteria berikutnya")
    for _ in range(21):
        world.press("Budi", "✅ Setuju apa adanya")
    assert last(world) == "meeting/overview"
    world.press("Budi", "🏁 Tutup rapat")
    world.press("Budi", "✅ Sahkan kesepakatan")
    after = world.roster.period_of("31").instrument
    assert all(one.is_confirmed for one in after), (
        "all is agreed upon, so it is no simulation any more"
    )


def test_decisions_that_do_not_hold_together_are_not_agreed_upon() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    broken = json.dumps({"bands": [{"points": 10, "range": "≤ 12"}, {"points": 0, "range": "x"}]})
    world.write("UPDATE criteria_proposals SET change = ?", broken)
    world.type("Budi", "/rakor Aula Kanwil")
    decide(world, 9)
    world.tap("Budi", f"ka.{seat(world)}.i9")
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    assert last(world) == "meeting/closing"
    world.tap("Budi", f"ky.{seat(world)}.{world._scalar('SELECT id FROM meetings')}")
    assert last(world) == "meeting/closing"
    assert world._scalar("SELECT count(*) FROM criteria_versions") == 0


def test_papers_of_several_cities_are_asked_for_by_city() -> None:
    world = season()
    world.write("INSERT INTO regions VALUES (3, '31.72', '31', 'kota', 'Jakarta Utara', 'WIB')")
    world.write(
        "INSERT INTO units VALUES (8, 3, 'perumahan', 'Sudin Perumahan', 'Perumahan Utara')"
    )
    world.write("INSERT INTO assignments VALUES (1, 8, 9, '2017-02-01', NULL)")
    for typed, then in (("/berkas", "papers/which"), ("/rekap", "notice/paper_ordered")):
        world.type("Budi", typed)
        assert last(world) == "papers/whose"
        world.press("Budi", "Jakarta Utara")
        assert last(world) == then


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_criterion_of_every_instrument_can_be_shown(folder: Path) -> None:
    instrument = load_directory(folder)
    for indicator in instrument:
        view = criteria_views.indicator_view(instrument, indicator)
        assert view["rule"]["kind"] == indicator.rule.kind


def test_ranges_are_read_as_people_type_them() -> None:
    assert ranges.rows("", USUAL) is None
    assert ranges.rows("≤ 1; 2; > 2", USUAL) == [
        {"points": 10, "range": "≤ 1"}, {"points": 5, "range": "2"}, {"points": 0, "range": "> 2"},
    ]  # fmt: skip
    assert ranges.rows("10: <=1\n2,5 = 2 s.d. 3\n0 → >3", USUAL) == [
        {"points": 10, "range": "≤ 1"}, {"points": 2.5, "range": "2–3"}, {"points": 0, "range": "> 3"},
    ]  # fmt: skip
    assert ranges.rows("≤ 1 → 10 poin; > 1 = 0", USUAL) == [
        {"points": 10, "range": "≤ 1"}, {"points": 0, "range": "> 1"},
    ]  # fmt: skip
    assert ranges.rows("10 = ≤ 1; > 1", USUAL) is None
    assert ranges.decimal("x") is None
    assert ranges.decimal("NaN") is None
