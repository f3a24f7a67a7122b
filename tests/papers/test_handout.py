"""The two pages for contacts: on one sheet whatever the period, and naming nothing that is not there."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from bot.handouts.two_pages import handout, pictures
from flows.model.roles import Role
from flows.reading import numbers
from flows.route_table import TABLE
from messages import drawing
from messages.environment import FOLDER, LANGUAGES
from messages.languages import LABELS

WORDS = LANGUAGES.default.table("papers/handout")
BUTTONS = [
    texts["id"]
    for texts in tomllib.loads((FOLDER.parent / LABELS).read_text(encoding="utf-8")).values()
]
USUAL: dict[str, Any] = {
    "link": "https://t.me/peduli_ham_bot", "region": "Jakarta Pusat", "year": "2025",
    "deadline": date(2027, 1, 15), "help": "Bagian Hukum Jakarta Pusat, 021-1234567",
    "levels": [], "trial": False,
}  # fmt: skip
LONGEST: dict[str, Any] = {
    "region": "Kabupaten Kepulauan Siau Tagulandang Biaro", "levels": ["secretary", "bureau"], "trial": True,
    "help": "Bagian Hukum Sekretariat Daerah Kabupaten Kepulauan Siau Tagulandang Biaro, 0432-1234567",
}  # fmt: skip


def text_of(**changed: Any) -> list[str]:
    figures = drawing.figures({**USUAL, **changed})
    pages = PdfReader(BytesIO(handout(figures))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def lines() -> list[str]:
    return [line for side in ("front", "back") for group in WORDS[side].values() for line in group]


@pytest.mark.parametrize("changed", [{}, LONGEST, {"link": ""}], ids=["usual", "longest", "no-bot"])
def test_it_is_one_sheet_of_two_sides(changed: dict[str, Any]) -> None:
    front, back = text_of(**changed)
    assert "1. Bergabung" in front
    assert "3. Melampirkan data dukung" in front
    assert "8. Yang tidak boleh dikirim" in back
    assert "Catatan Anda" in back
    assert {**USUAL, **changed}["help"] in front
    assert "Batas akhirnya 15 Januari 2027." in back
    assert ("UJI COBA" in front) == bool(changed.get("trial"))
    assert ("Alamat bot: …" in front) == (changed.get("link") == "")


def test_whoever_looks_at_answers_is_named() -> None:
    assert "diperiksa Bagian Hukum, lalu Kanwil." in text_of()[1]
    by_both = "diperiksa Bagian Hukum, Sekretaris Kota/Daerah, Biro Hukum provinsi, lalu Kanwil."
    assert by_both in text_of(levels=["secretary", "bureau"])[1]


def test_its_code_opens_the_bot() -> None:
    first, second = pictures(drawing.figures(USUAL))
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(first)))
    assert code.text == USUAL["link"]
    assert zxingcpp.read_barcodes(Image.open(BytesIO(second))) == []


def test_it_is_black_on_white() -> None:
    for page in pictures(drawing.figures(USUAL)):
        colours = Image.open(BytesIO(page)).convert("RGB").getcolors(1 << 16)
        assert colours
        assert all(isinstance(tone, tuple) and max(tone) - min(tone) < 8 for _, tone in colours)


def test_every_button_and_command_is_one_of_a_contact() -> None:
    known = {re.sub(r"^[^A-Za-z]+", "", text) for text in BUTTONS} | {"Mulai"}
    spans = [span for line in lines() for span in re.findall(r"`([^`]+)`", line)]
    buttons = [span for span in spans if not span.startswith("/")]
    assert len(buttons) > 12
    assert [one for one in (*buttons, *WORDS["buttons"].values()) if one not in known] == []
    commands = [span[1:] for span in spans if span.startswith("/")]
    asked = {*commands, *WORDS["commands"]}
    assert asked <= {route.name for route in TABLE.shown if Role.CONTACT in route.roles}


def test_figures_are_read_as_it_says() -> None:
    typed = {one for line in lines() for one in re.findall(r"\*([^*]+)\*", line)}
    figures = {one for one in typed if re.search(r"\d|nihil", one)} | {WORDS["example"]["typed"]}
    assert len(figures) == 5
    for figure in figures:
        assert not isinstance(numbers.parse(figure), numbers.NoNumber | numbers.Ambiguous), figure


def test_it_quotes_what_the_bot_says() -> None:
    folder = Path(LANGUAGES.default.folder)
    spoken = " ".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.j2"))
    quoted = [words for line in lines() for words in re.findall("“([^”]+)”", line)]
    assert quoted
    assert [words for words in quoted if words not in spoken] == []
