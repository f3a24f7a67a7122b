"""In bulk only what is proved, ticked and without any note passes, as listed: nothing else, and no other list."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from flows.model.answer_state import State
from flows.model.buttons import Verb, read
from flows.model.events import Tap
from flows.model.outcome import Notice, RecordMove
from flows.model.roles import Role
from flows.model.tasks import fingerprint, fingerprint_of
from tests.flows.world import World

TICKS = ("⬜ Angka sesuai", "⬜ Periode", "⬜ Tanda tangan", "⬜ Stempel")


def sent(figures: dict[int, str], *, files: int = 2, ticks: int = 4) -> World:
    """Siti has sent two answers of one right: `files` of them proved, the last with so many ticks."""
    world = World({"kesehatan": [1, 2]})
    world.link("A", "kesehatan")
    world.link("K", None, Role.COORDINATOR)
    for who, link in (("Siti", "A"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    world.type("Siti", "/lanjut")
    seat = world.seats["Siti"][0].id
    for number, text in figures.items():
        world.type("Siti", text)
        world.type("Siti", "simpan")
        if number > files:
            continue
        world.send("Siti", Tap(f"E.{seat}.{number}", 5, "q"))
        world.do("Siti", f"uploads document laporan{number}.pdf 90000")
        world.do("Siti", f"fetched {number} stored")
        for tick in TICKS[: ticks if number == 2 else 4]:
            world.press("Siti", tick)
        world.press("Siti", "Selesai")
        world.type("Siti", "/lanjut")
    world.press("Siti", "📤 Kirim…")
    world.press("Siti", "📤 Kirim…")
    return world


def bulk(world: World) -> list[str]:
    """The buttons in bulk under the card of the first answer."""
    seat = world.seats["Hana"][0].id
    world.send("Hana", Tap(f"C.{seat}.1.1", 5, "q"))
    cells = (cell for row in world.inboxes["Hana"][-1].keyboard for cell in row)
    return [one for _, one in cells if (pressed := read(one)) and pressed.verb == Verb.BULK]


PLAIN = {1: "12 dari 14.250", 2: "300 dari 14.250"}


def test_what_is_whole_passes_after_it_was_listed() -> None:
    world = sent(PLAIN)
    [button] = bulk(world)
    asked = world.tap("Hana", button)
    assert not any(isinstance(one, RecordMove) for one in asked.changes)
    assert {"Angka kematian ibu", "Angka kematian bayi"} <= {
        row["name"]
        for row in asked.messages[-1].view["rows"]  # type: ignore[union-attr]
    }
    passed = world.press("Hana", "Ya, setujui")
    moved = [one for one in passed.changes if isinstance(one, RecordMove)]
    assert {one.indicator for one in moved} == {1, 2}
    assert {one.next for one in moved} == {State.APPROVED}


@pytest.mark.parametrize(
    ("figures", "how"),
    [
        (PLAIN, {"files": 1}),
        (PLAIN, {"ticks": 3}),
        (PLAIN, {"ticks": 0}),
        ({1: "12 dari 14.250", 2: "sekitar 300 dari 14.250"}, {}),
        ({1: "12 dari 14.250", 2: "300 dari 14.250 (angka sementara)"}, {}),
    ],
)
def test_without_proof_without_a_tick_or_with_a_note_nothing_passes_in_bulk(
    figures: dict[int, str], how: dict[str, int]
) -> None:
    world = sent(figures, **how)
    offered = bulk(world)
    assert offered == [], "of two one is left: that is no bulk"


def test_a_button_for_one_list_passes_no_other() -> None:
    """The sums of numbers and revisions of {1, 2} and of {3} are the same."""
    world = sent(PLAIN)
    [button] = bulk(world)
    world.press("Hana", "💬 Tanya UKPD")
    world.type("Hana", "Tahun berapa?")
    outcome = world.tap("Hana", button)
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == [
        "notice/stale_card"
    ]
    facts = world.facts("Siti", Tap("n.1", 5, "q"))
    tasks = facts.desk.tasks  # type: ignore[union-attr]
    lists = [one for size in (1, 2) for one in combinations(tasks, size)]
    assert len({fingerprint(one) for one in lists}) == len(lists)
    assert all(fingerprint((a, b)) == fingerprint((b, a)) for a, b in product(tasks, tasks))


def test_answers_of_other_offices_with_the_same_sum_are_another_list() -> None:
    """As `/pengajuan` writes them: the office with the indicator, and the revision."""
    assert fingerprint_of([(1001, 1), (1002, 1)]) != fingerprint_of([(2003, 1)])
    assert fingerprint_of([(1001, 2)]) != fingerprint_of([(2002, 1)])
    assert fingerprint_of([(1001, 1), (2001, 1)]) == fingerprint_of([(2001, 1), (1001, 1)])
