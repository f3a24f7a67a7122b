"""`peduli-ham invitations`: links made anew for whoever has not joined, as cards or as a table."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from typer.testing import Result

from bot.handouts.invitation_cards import InvitationCard, pictures
from bot.storage.people import token_hash
from flows.model.roles import Role

Peduli = Callable[..., Result]
BOT = ("--bot", "PeduliUjiBot")


@pytest.fixture
def ready(peduli: Peduli) -> Peduli:
    assert peduli("setup", "jakarta-pusat", *BOT, "--links", "first.tsv").exit_code == 0
    return peduli


def rows(file: str, delimiter: str = "\t") -> list[dict[str, str]]:
    with Path(file).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter=delimiter))


def is_open(url: str) -> bool:
    with closing(sqlite3.connect("peduli-ham.db")) as connection:
        cursor = connection.execute(
            "SELECT 1 FROM invitations WHERE token_hash = ? AND revoked_at IS NULL",
            (token_hash(url.partition("?start=")[2]),),
        )
        return cursor.fetchone() is not None


def test_cards_hold_links_that_work_and_the_older_ones_do_not(ready: Peduli) -> None:
    result = ready("invitations", "cards.pdf", *BOT)
    assert result.exit_code == 0, result.output
    assert "14 links" in result.output
    assert "peduli-ham handout" in result.output
    assert Path("cards.pdf").stat().st_mode & 0o777 == 0o600
    pages = PdfReader("cards.pdf").pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    assert len(pages) == 2
    for words in ("Sudinkes", "Bagian Hukum", "Pindai kode ini", "data tahun 2016", "021-1234567"):
        assert words in text, words
    assert not any(is_open(row["link"]) for row in rows("first.tsv"))
    verify = ready("verify")
    assert verify.exit_code == 0
    log = ready("export", "--what", "log", "--format", "csv", "--out", "log.csv")
    assert log.exit_code == 0, log.output
    assert "14 tautan yang belum dibuka diganti" in Path("log.csv").read_text(encoding="utf-8")


def test_a_card_s_code_is_its_link() -> None:
    links = [f"https://t.me/PeduliUjiBot?start={place:032d}" for place in range(9)]
    cards = [
        InvitationCard(
            Role.CONTACT, "Jakarta Pusat", f"Sudin {place}", "Kontak", url, date(2026, 12, 29)
        )
        for place, url in enumerate(links)
    ]
    sheets = pictures(cards, 2025, "Bidang HAM, 021-1234567")
    read = [
        code.text for page in sheets for code in zxingcpp.read_barcodes(Image.open(BytesIO(page)))
    ]
    assert len(sheets) == 2
    assert sorted(read) == links
    assert len(pictures(cards[:1], 2025, "x")) == 1


def test_one_region_s_links_as_a_table(ready: Peduli) -> None:
    result = ready("invitations", "links.csv", "--region", "jakpus", "--days", 7, *BOT)
    assert result.exit_code == 0, result.output
    made = rows("links.csv", ",")
    assert {row["role"] for row in made} == {"contact", "coordinator"}
    assert all(is_open(row["link"]) for row in made)
    of_staff = [row for row in rows("first.tsv") if row["role"] in ("kanwil", "admin")]
    assert of_staff
    assert all(is_open(row["link"]) for row in of_staff), "links of the Kanwil stay as they are"


def test_where_everybody_has_joined_nothing_is_written(ready: Peduli) -> None:
    with closing(sqlite3.connect("peduli-ham.db", isolation_level=None)) as connection:
        connection.execute("UPDATE invitations SET used_at = created_at")
    result = ready("invitations", "cards.pdf", *BOT)
    assert result.exit_code == 0
    assert "Everybody has joined" in result.output
    assert list(Path().glob("*cards*")) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("cards.docx", *BOT), r"cards\.docx: no such kind of file\. Give one that ends in \.pdf"),
        (("cards.pdf",), "username is not known"),
        (("cards.pdf", "--region", "Bandung", *BOT), "no such region"),
        (("first.tsv", *BOT), "exists and is not overwritten"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    ready: Peduli, words: tuple[str, ...], line: str
) -> None:
    result = ready("invitations", *words)
    assert result.exit_code == 2
    (message,) = result.stderr.splitlines()
    assert re.search(line, message)
    assert all(is_open(row["link"]) for row in rows("first.tsv"))
    assert not Path("cards.pdf").exists()


def test_two_pages_for_contacts_have_the_code_of_the_bot(ready: Peduli) -> None:
    result = ready("handout", "pages.pdf", *BOT)
    assert result.exit_code == 0, result.output
    assert "both sides of one sheet" in result.output
    front, back = (" ".join(page.extract_text().split()) for page in PdfReader("pages.pdf").pages)
    for words in ("Jakarta Pusat", "data tahun 2016", "021-1234567", "@PeduliUjiBot"):
        assert words in front, words
    assert "4. Mengirim" in back
    again = ready("handout", "pages.pdf", *BOT)
    assert again.exit_code == 2
    assert "is not overwritten" in again.stderr


def test_without_the_bots_name_the_place_for_it_is_left_open(ready: Peduli) -> None:
    result = ready("handout", "pages.pdf", "--region", "jakpus")
    assert result.exit_code == 0, result.output
    assert "has no QR code" in result.output
    text = PdfReader("pages.pdf").pages[0].extract_text()
    assert "Alamat bot: …" in " ".join(text.split())
