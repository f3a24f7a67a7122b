"""The minutes of a meeting that was held in chat: what the record says of it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

import pytest

from bot.papers import paper_kinds, paper_verification, recorded_minutes
from bot.papers.making import PaperFormat, PaperSource, PaperSubject, make
from bot.papers.paper_verification import PaperFinding
from bot.storage import paper_rows
from flows.model import criteria
from flows.model.roles import Role
from tests.flows.world import World
from tests.papers.reading import page_texts, word_tables
from tests.scoring.samples import instrument
from tests.storage.test_criteria import HOUSES, agree, decide, propose, season


def test_the_minutes_say_what_the_meeting_agreed_upon_and_are_proved_by_the_record() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    agree(world, 9, 10)
    entry = world._scalar("SELECT max(id) FROM criteria_versions")
    subject = PaperSubject("criteria_minutes", province="31", parameters={"entry": entry})
    source = PaperSource(world.connection, world.roster, subject, world.now, UTC)
    [agreed, people, *_] = word_tables(
        make(source, paper_kinds.draw(source), PaperFormat.DOCX).content
    )
    assert agreed[2][:4] == [
        "9. Keluarga berpenghasilan rendah yang tidak memiliki rumah", "ambang",
        "≤ 10 → 10\n10,1–20 → 8\n20,1–30 → 6\n30,1–40 → 4\n40,1–50 → 2\n> 50 → 0",
        "≤ 12 → 10\n12,1–22 → 8\n22,1–32 → 6\n32,1–42 → 4\n42,1–52 → 2\n> 52 → 0",
    ]  # fmt: skip
    assert agreed[3][1:4] == ["tidak dipakai", "dinilai", "Datanya tidak ada di mana pun."]
    assert "Budi" in people[1]
    made = make(source, paper_kinds.draw(source), PaperFormat.PDF)
    text = " ".join(page_texts(made.content))
    assert "Rapat diikuti oleh 1 (satu) orang" in text
    assert made.code in text
    paper_rows.keep(world.connection, made.row)
    world.type("Siti", "/ringkasan")
    verdict = paper_verification.check(world.connection, made.code, world.now, UTC)
    assert verdict.finding is PaperFinding.SAME


def decide_all(world: World, codes: Iterable[str], verdict: str) -> None:
    seat = world.seats["Budi"][0].id
    for code in codes:
        world.tap("Budi", f"kd.{seat}.{code}.{verdict}")


def test_no_row_is_empty_and_a_city_speaks_by_its_bagian_hukum() -> None:
    world = season()
    world.link("K", None, Role.COORDINATOR)
    world.type("Hana", "/start K")
    propose(world, 9, "Rentang dan poin", HOUSES, who="Hana")
    world.type("Budi", "/rakor Aula Kanwil")
    world.type("Hana", "/rakor")
    world.press("Hana", "🙋 Hadir")
    decide(world, 9)
    in_force = world.roster.instrument_of(1)
    codes = [one.code for one in criteria.all_of(in_force) if one.code != "i9"]
    decide_all(world, codes[:16:2], "postponed")
    decide_all(world, [*codes[1:16:2], *codes[16:20]], "as_it_is")
    decide_all(world, codes[20:], "postponed")
    world.type("Budi", "/rakor")
    world.press("Budi", "🏁 Tutup rapat")
    world.press("Budi", "✅ Sahkan kesepakatan")
    entry = world._scalar("SELECT max(id) FROM criteria_versions")
    subject = PaperSubject("criteria_minutes", province="31", parameters={"entry": entry})
    source = PaperSource(world.connection, world.roster, subject, world.now, UTC)
    agreed, late, people, *_ = word_tables(
        make(source, paper_kinds.draw(source), PaperFormat.DOCX).content
    )
    assert [row for row in (*agreed, *late) if not all(row)] == []
    assert "Hasil hitungan dibulatkan setengah ke atas" in str(agreed)
    assert "Nilai daerah adalah jumlah poin dibagi jumlah poin tertinggi" in str(late)
    [changed] = [row for row in agreed if row[0].startswith("9. ")]
    assert changed[4].endswith("; diusulkan Bagian Hukum Jakarta Pusat")
    assert ["Hana", "Bagian Hukum", "Bagian Hukum Jakarta Pusat"] in [row[1:4] for row in people]


@pytest.mark.parametrize(
    ("code", "number", "rows"),
    [
        ("kinds", 2, "ya → 10\ntidak → 0"),
        ("kinds", 3, "Loket → 4\nTelepon → 4\nDaring → 4"),
        ("contoh-83", 3, "Penuh → 10\nSebagian → 5\nKurang → 0"),
    ],
)
def test_what_has_no_range_says_what_each_answer_brings(code: str, number: int, rows: str) -> None:
    criterion = criteria.Criterion(criteria.Sort.INDICATOR, str(number))
    assert recorded_minutes._standing(instrument(code), criterion, {}, "") == rows
