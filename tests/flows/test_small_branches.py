"""Roads that no conversation of the transcripts takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import flows
from flows import engine
from flows.contact import stored, summary
from flows.model import totals
from flows.model.buttons import Verb
from flows.model.events import Command, Tap
from flows.model.facts import Stage
from flows.model.outcome import Notice, Outcome, Say
from flows.model.roles import Role
from flows.reading import dates
from flows.staff import review_queue
from scoring import Mend
from scoring.replacing import replace
from tests.flows.test_names import PUSAT
from tests.flows.world import World


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2, 13], "kesbang": [15]})
    made.link("A", "kesehatan")
    made.link("K", None, Role.COORDINATOR)
    made.link("B", None, Role.KANWIL)
    return made


def names(outcome: Outcome) -> list[Any]:
    return [one.name for one in outcome.messages if isinstance(one, Say)]


def returned(world: World, *typed: str, code: str = "belum-sah") -> tuple[int, int]:
    """Siti's first answer was sent and returned; the seats of Siti and of Hana."""
    for who, link in (("Siti", "A"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)
    siti, hana = world.seats["Siti"][0].id, world.seats["Hana"][0].id
    world.send("Siti", Tap(f"q.{siti}.0", 5, "q"))
    world.press("Siti", "📤 Kirim…")
    world.send("Hana", Tap(f"R.{hana}.1.1.1.{code}", 5, "q"))
    world.type("Hana", "Laporannya belum ditandatangani.")
    return siti, hana


def test_what_waits_for_an_earlier_step_brings_nothing_yet(world: World) -> None:
    returned(world)
    task = world.desk(world.units["kesehatan"]).the_task(1)
    held = summary.scored(replace(task, is_held=True))
    assert summary.points(task) == held.held_points == 10
    assert held.points == 0


TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("siap 10 Desember", date(2026, 12, 10)),
        ("siap 10/12/2026.", date(2026, 12, 10)),
        ("paling lambat 3 Januari 2027, menunggu BPS", date(2027, 1, 3)),
        ("akhir Februari", date(2027, 2, 28)),
        ("siap tgl 10, Desember", date(2026, 12, 10)),
        ("awal bulan Desember", date(2026, 12, 10)),
        ("pertengahan bulannya", None),
        ("tanggal 31 Februari 2027", None),
        ("besok", date(2026, 11, 29)),
        ("belum tahu", None),
        ("data tahun 2025", None),
        ("sejak 1 November 2026", None),
    ],
)
def test_a_day_inside_a_sentence(words: str, day: date | None) -> None:
    assert dates.mentioned(words, TODAY) == day


def test_returned_as_it_is_takes_a_sentence(world: World) -> None:
    siti, _ = returned(world)
    assert names(world.send("Siti", Tap(f"wr.{siti}.1.1", 5, "q"))) == ["answering/explain"]
    assert names(world.type("Siti", "ya")) == ["answering/explain"]
    assert names(world.type("Siti", "Laporan sudah ditandatangani kepala suku dinas.")) == [
        "answering/resent"
    ]


def test_figures_that_an_earlier_version_held_back_are_stored(world: World) -> None:
    returned(world)
    focus = replace(
        world.focus["Siti"], stage=Stage.EXPLAIN, indicator=1, base=1,
        inputs={"kematian_ibu": "13", "kelahiran_hidup": "14250"},
    )  # fmt: skip
    world.put("Siti", focus)
    assert names(world.type("Siti", "Angka disamakan dengan laporan."))[0] == "answering/saved"
    assert len(world.answers["kesehatan", 1]) == 2


def test_held_files_find_no_place_in_an_answer_that_was_sent(world: World) -> None:
    siti, _ = returned(world)
    world.type("Siti", "/lanjut")
    focus = replace(world.focus["Siti"], stage=Stage.IDLE, indicator=None)
    upload = {"kind": "document", "file_id": "f", "unique_id": "u", "name": "a.pdf", "size": 9}
    held = ({**upload, "caption": None, "message_id": 3, "album": None},)
    world.put("Siti", replace(focus, held=held))
    assert names(world.send("Siti", Tap(f"pl.{siti}.2", 5, "q"))) == ["answering/locked"]


def test_an_absence_has_reasons_of_its_own_and_opens_on_its_reason(world: World) -> None:
    for who, link in (("Siti", "A"), ("Hana", "K")):
        world.type(who, f"/start {link}")
    siti, hana = world.seats["Siti"][0].id, world.seats["Hana"][0].id
    world.type("Siti", "/lanjut")
    for _ in range(2):
        world.press("Siti", "Tidak dapat mengisi…")
        world.press("Siti", "Belum ada data")
        world.type("Siti", "rekap masih diolah")
    world.send("Siti", Tap(f"q.{siti}.0", 5, "q"))
    world.press("Siti", "📤 Kirim…")
    message = world.send("Hana", Tap(f"J.{hana}.1.1.1.return", 5, "q")).messages[-1]
    assert isinstance(message, Say)
    labels = [button.view["label"] for row in message.keyboard[:-1] for button in row]
    assert labels == ["Alasan kurang jelas", "Lainnya"]
    world.send("Hana", Tap(f"R.{hana}.1.1.1.alasan", 5, "q"))
    world.type("Hana", "Sebutkan kapan rekapnya siap.")
    task = world.desk(world.units["kesehatan"]).the_task(1)
    assert stored.mend_of(world.period.instrument, task) is Mend.REASON
    assert names(world.send("Siti", Tap(f"e.{siti}.1", 5, "q"))) == ["answering/reason"]


def test_a_city_that_owes_nothing_more_has_no_office_that_decides(world: World) -> None:
    returned(world)
    facts = world.staff("Hana", Command("status"))
    offices = tuple(one for one in facts.board.offices if one.unit.code == "kesbang")
    assert (
        totals.view(facts, facts.board, offices, deciding=True)["deciding"][0]["short"]
        == "Sudin Kesbang"
    )
    assert totals.view(facts, facts.board, offices)["deciding"] == []
    world.send("Siti", Tap("wr.1.99.1", 5, "q"))
    outcome = world.outcomes[-1]
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == ["notice/not_yours"]
    assert Verb.RESEND == "wr"


def test_the_same_figures_once_more_offer_the_way_back_and_ask_nothing(world: World) -> None:
    siti, _ = returned(world, code="hitungan")
    world.send("Siti", Tap(f"e.{siti}.1.f", 5, "q"))
    world.type("Siti", "12 dari 14.250")
    [message] = world.type("Siti", "simpan").messages
    assert isinstance(message, Say)
    assert message.name == "answering/unchanged"
    assert [row[0].label for row in message.keyboard] == ["resend"]
    assert names(world.press("Siti", "📤 Kirim kembali")) == ["answering/explain"]


def test_who_reviews_several_cities_reads_the_city_behind_an_office(world: World) -> None:
    world.type("Budi", "/start B")
    facts = world.staff("Budi", Command("verifikasi"))
    office, board = facts.board.offices[0], facts.board
    assert review_queue.office_name(facts, office) == "Sudin Kesehatan"
    several = replace(facts, board=replace(board, regions=(*board.regions, PUSAT.regions[0])))
    assert review_queue.office_name(several, office) == "Sudin Kesehatan Jakarta Pusat"


def test_the_package_has_its_two_names_and_no_others() -> None:
    assert flows.step is engine.step
    with pytest.raises(AttributeError, match="'flows' has no attribute 'stop'"):
        getattr(flows, "stop")  # noqa: B009 mypy knows better
