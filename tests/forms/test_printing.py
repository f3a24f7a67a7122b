"""Form and queue as they are printed: no key runs over the page, nothing is cut off, a trial says that it is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.telegram.calls import MADE
from bot.telegram.rendering import letters
from flows.model.answer_state import State
from flows.model.outcome import SentDocument
from flows.model.roles import Role
from messages.export_words import words
from tests.flows.world import World
from tests.papers.reading import page_texts
from tests.support.libreoffice import converted, needs_libreoffice

BANNER = "UJI COBA · latihan, bukan penilaian sebenarnya"


def made(world: World, who: str, command: str, *, trial: bool) -> bytes:
    """Return the workbook that a command brings."""
    outcome = world.type(who, command)
    document = next(one for one in outcome.messages if isinstance(one, SentDocument))
    [letter] = letters(document, 7, trial=trial)
    return MADE[letter.payload["made"]](letter.payload["figures"])


@pytest.fixture
def printed(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, list[str]]:
    """Return the pages of both as LibreOffice prints them."""
    world = World({"kesehatan": list(range(1, 10)), "tamhut": [3]})
    world.link("A", "kesehatan")
    world.link("B", None, Role.KANWIL)
    world.type("Siti", "/start A")
    world.type("Budi", "/start B")
    for text in ("/lanjut", "12", "14250"):
        world.type("Siti", text)
    world.press("Siti", "✅ Simpan…")
    form = made(world, "Siti", "/formulir", trial=request.param)
    world.move(("kesehatan", 1), State.APPROVED, Role.COORDINATOR)
    queue = made(world, "Budi", "/periksa", trial=request.param)
    pages = converted({"form.xlsx": form, "review.xlsx": queue}, tmp_path)
    return {Path(name).stem: page_texts(content) for name, content in pages.items()}


@needs_libreoffice
@pytest.mark.parametrize("printed", [False], indirect=True)
def test_no_key_is_printed_and_the_guide_is_whole(printed: dict[str, list[str]]) -> None:
    for name, pages in printed.items():
        text = " ".join(pages)
        titles: dict[str, Any] = words()["columns"][name]
        assert titles["key"] not in text
        assert "kematian_ibu" not in text
        assert titles["unit" if name == "review" else "points"] in text
        for line in words()[name]["lines"]:
            assert line in text
        assert "UJI COBA" not in text


@needs_libreoffice
@pytest.mark.parametrize("printed", [True], indirect=True)
def test_every_page_of_a_trial_says_so(printed: dict[str, list[str]]) -> None:
    for pages in printed.values():
        assert len(pages) >= 3
        assert all(BANNER in page for page in pages), pages
