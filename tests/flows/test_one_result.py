"""Chat, group and board give one result at every stage, and no rating stands on an average of what is filled."""

from __future__ import annotations

import re

import pytest

from flows.model.answer_state import State
from flows.model.roles import Role
from tests.flows.world import World

RATING = "· Peduli HAM"
FALSE_AT_THE_END = (
    "Belum diverifikasi",
    "belum diverifikasi",
    "Sebagian",
    "sejauh ini",
    "Bila ditutup",
)


@pytest.fixture
def world() -> World:
    made = World({"kesehatan": [1, 2]})
    made.link("A", "kesehatan")
    made.link("K", None, Role.COORDINATOR)
    for who, link in (("Siti", "A"), ("Hana", "K")):
        made.type(who, f"/start {link}")
    for text in ("/lanjut", "12 dari 14.250", "simpan", "280 dari 14.250", "simpan"):
        made.type("Siti", text)
    made.do("Hana", "group-bot in")
    made.do("Hana", "group /papan")
    return made


def screens(world: World) -> list[str]:
    """What staff read in their chat, and what a group reads when asked and on its board."""
    texts = []
    for who, act in (("Hana", "/status"), ("Hana", "group /status"), ("Hana", "group-board")):
        if act == "/status":
            world.type(who, act)
        else:
            world.do(who, act)
        texts.append(re.sub(r"<[^>]+>", "", world.inboxes[who][-1].text))
    return texts


def test_full_points_of_what_is_filled_are_no_rating(world: World) -> None:
    for text in screens(world):
        assert RATING not in text
        assert "hasil verifikasi" not in text


def test_while_it_is_verified_the_result_so_far_leads(world: World) -> None:
    world.move(("kesehatan", 1), State.VERIFIED, Role.KANWIL)
    for text in screens(world):
        assert "Jakarta Pusat — hasil verifikasi sejauh ini 5,88" in text
        far = "nilai mandiri 10,59 bila ditutup hari ini, kurang 65,41 dari 76 yang diperlukan"
        assert far in text, "a meeting asks how much is missing"


def test_a_reason_instead_of_a_figure_is_not_counted_as_one(world: World) -> None:
    for text in screens(world):
        assert "menunggu data" not in text
    world.type("Siti", "/kategori")
    for step in ("Kematian bayi", "✏️ Ubah", "Tidak dapat mengisi…", "Belum ada data"):
        world.press("Siti", step if step.endswith("…") else f"{step}…")
    world.type("Siti", "masih direkap")
    for text in screens(world):
        assert "2 dari 2 isian terisi" in text
        assert ", 1 di antaranya menunggu data," in text
    assert "Sudin Kesehatan — 2 dari 2 · 10 poin · ⏳ 1 menunggu data" in screens(world)[0]


def test_at_the_end_the_result_leads_with_its_rating(world: World) -> None:
    for number in (1, 2):
        world.move(("kesehatan", number), State.VERIFIED, Role.KANWIL)
    for text in screens(world):
        assert "Jakarta Pusat — hasil akhir verifikasi 10,59 · Belum memenuhi" in text
        assert not any(one in text for one in FALSE_AT_THE_END)


def test_another_office_s_half_is_not_counted_for_who_has_only_a_reason() -> None:
    world = World({"pendidikan1": [6], "pendidikan2": [6]})
    world.link("A", "pendidikan1")
    world.link("B", "pendidikan2")
    for who, link in (("Ani", "A"), ("Tono", "B")):
        world.type(who, f"/start {link}")
        world.type(who, "/lanjut")
    for text in ("80 dari 98", "simpan"):
        world.type("Ani", text)
    for step in ("Tidak dapat mengisi…", "Belum ada data…"):
        world.press("Tono", step)
    world.type("Tono", "masih direkap")
    saved = next(one for one in reversed(world.inboxes["Tono"]) if one.name == "answering/saved")
    assert "1 dari 1 isian, 1 di antaranya menunggu data · 0 dari 10 poin" in saved.text
