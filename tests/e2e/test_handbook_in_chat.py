"""`/bantuan` over HTTP: the handbook's page of one's role, by the address in the settings, and its short form."""

from __future__ import annotations

import pytest

from bot.config import ConfigError, read_config
from bot.demo.botapi import SimulatedPerson
from flows.contact import joining
from flows.model.roles import Role
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.support import ROOT

HANDBOOK = ROOT / "docs/id"


def links(person: SimulatedPerson) -> list[str]:
    """Return where the words of all that a person got lead to."""
    entities = [one for message in person.replies for one in message.body.get("entities", [])]
    return [one["url"] for one in entities if one["type"] == "text_link"]


@pytest.mark.parametrize(
    ("address", "contact", "admin"),
    [
        ("https://a.id/panduan/", "https://a.id/panduan/kontak/", "https://a.id/panduan/administrator/"),
        ("https://a.id/{page}.html", "https://a.id/kontak.html", "https://a.id/administrator.html"),
    ],
)  # fmt: skip
async def test_each_role_has_its_page(stage: Stage, address: str, contact: str, admin: str) -> None:
    config = replace(stage.config(), handbook_url=address)
    stage.config = lambda: config  # type: ignore[method-assign]
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        nia = await stage.joined("admin", "Nia")
        await act(siti, "/bantuan")
        await act(nia, "/bantuan")
        await stage.server.idle()
        assert links(siti) == [contact]
        assert links(nia) == [admin]


def test_every_role_has_a_page_that_is_there() -> None:
    assert set(joining.PAGES) == set(Role)
    assert [page for page in joining.PAGES.values() if not (HANDBOOK / f"{page}.md").exists()] == []


async def test_without_an_address_the_short_form_is_there(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        await act(siti, "/bantuan")
        assert "Singkatnya\n1. /lanjut membuka pertanyaan berikutnya." in siti.text
        assert links(siti) == []


def test_an_address_is_one() -> None:
    assert read_config({"bot_token": "1:A", "handbook_url": "https://a.id/x"}).handbook_url
    with pytest.raises(ConfigError, match="HANDBOOK_URL is where the handbook is"):
        read_config({"bot_token": "1:A", "handbook_url": "panduan"})
