"""The minutes of a meeting that was held in chat: what the record says of it, and nothing else."""

from __future__ import annotations

from datetime import UTC

from bot.papers import checking, kinds
from bot.papers.checking import Finding
from bot.papers.making import Format, Source, Subject, make
from bot.storage import papers
from tests.papers.reading import page_texts, word_tables
from tests.storage.test_criteria import HOUSES, agree, propose, season


def test_the_minutes_say_what_the_meeting_agreed_upon_and_are_proved_by_the_record() -> None:
    world = season()
    propose(world, 9, "Rentang dan poin", HOUSES)
    propose(world, 10, "Tidak dinilai periode ini", "Datanya tidak ada di mana pun.")
    agree(world, 9, 10)
    entry = world._one("SELECT max(id) FROM criteria_versions")
    subject = Subject("criteria_minutes", province="31", parameters={"entry": entry})
    source = Source(world.connection, world.roster, subject, world.now, UTC)
    [agreed, people, *_] = word_tables(make(source, kinds.draw(source), Format.DOCX).content)
    assert agreed[2][:4] == [
        "9. Keluarga berpenghasilan rendah yang tidak memiliki rumah", "ambang",
        "≤ 10 → 10\n10,1–20 → 8\n20,1–30 → 6\n30,1–40 → 4\n40,1–50 → 2\n> 50 → 0",
        "≤ 12 → 10\n12,1–22 → 8\n22,1–32 → 6\n32,1–42 → 4\n42,1–52 → 2\n> 52 → 0",
    ]  # fmt: skip
    assert agreed[3][1:4] == ["tidak dipakai", "", "Datanya tidak ada di mana pun."]
    assert "Budi" in people[1]
    made = make(source, kinds.draw(source), Format.PDF)
    text = " ".join(page_texts(made.content))
    assert "Rapat diikuti oleh 1 (satu) orang" in text
    assert made.code in text
    papers.keep(world.connection, made.row)
    world.type("Siti", "/ringkasan")
    verdict = checking.check(world.connection, made.code, world.now, UTC)
    assert verdict.finding is Finding.SAME
