"""The office's form over real HTTP: out, back, previewed, stored; what is worthless writes nothing."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import Any

import orjson
import pytest

from bot.demo.botapi import SimulatedPerson
from tests.e2e.conftest import Stage
from tests.e2e.test_roster_in_chat import attached, sent
from tests.flows import forms
from tests.flows.sheets import opened, saved

TYPED: dict[str, dict[str, object]] = {
    "1.kematian_ibu": {"given": 12},
    "1.kelahiran_hidup": {"given": 14250},
    "2.kematian_bayi": {"given": "300 dari 14.250"},
    "13.balita_kurang_gizi": {"absence": "belum ada data", "reason": "menunggu rekap puskesmas"},
}


def answers(stage: Stage) -> list[tuple[Any, ...]]:
    """Return the answers of the record, but for when they came and their marks."""
    with closing(sqlite3.connect(stage.database)) as db:
        rows = db.execute(
            "SELECT unit_id, indicator, revision, body FROM record WHERE kind = 'answer' ORDER BY indicator"
        ).fetchall()
    made = []
    for *place, text in rows:
        body = orjson.loads(text)
        made.append(
            (
                *place,
                orjson.dumps(
                    {key: body.get(key) for key in ("answer", "reason", "inputs", "absence")}
                ),
            )
        )
    return made


async def form_of(who: SimulatedPerson) -> bytes:
    who.send("/formulir")
    message = await who.wait_for("Formulir Suku Dinas Kesehatan")
    return attached(who, message)


async def test_a_form_comes_back_and_is_stored(stage: Stage) -> None:
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        content = forms.filled(await form_of(siti), TYPED)
        mark = await sent(siti, content, "Laporan Siti (final).xlsx")
        preview = await siti.wait_for("Pratinjau formulir", after=mark)
        assert "12 dari 14.250 → 10 poin" in preview.text
        assert answers(stage) == []
        siti.tap("✅ Simpan 3 jawaban")
        await siti.wait_for("jawaban tersimpan")
        await stage.server.idle()
        by_form = answers(stage)
    assert [row[1] for row in by_form] == [1, 2, 13]


@pytest.mark.parametrize("count", [20, pytest.param(200, marks=pytest.mark.campaign)])
async def test_bad_forms_write_nothing(stage: Stage, count: int) -> None:
    """Damaged, foreign and hostile forms: each is answered, and none is stored."""
    chance = random.Random(17)
    async with stage.running():
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        content = forms.filled(await form_of(siti), TYPED)
        for number in range(count):
            bad = spoilt(content, chance)
            mark = await sent(siti, bad, f"formulir-{number}.xlsx")
            reply = await siti.wait_for(
                lambda message: "Sedang kami baca" not in message.text and message.from_bot,
                after=mark,
            )
            assert reply.text
        await stage.server.idle()
        assert answers(stage) == []


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Return a form with one thing wrong that makes all of it worthless."""
    kind = chance.choice(
        ("cut", "noise", "keys", "figures", "office", "version", "titles", "formula")
    )
    if kind == "cut":
        return content[: chance.randrange(1, len(content) - 1)]
    if kind == "noise":
        place = chance.randrange(len(content) // 3)
        return content[:place] + chance.randbytes(200) + content[place + 200 :]
    book = opened(content)
    sheet = book["Formulir"]
    head, places = forms.columns(book)
    for row in forms.keyed(book).values():
        key, given = sheet.cell(row, places["key"]), sheet.cell(row, places["given"])
        parts = str(key.value).split(".")
        match kind:
            case "keys":
                key.value = chance.choice(("", "x", "1.1", "=1+1", "9" * 40))
            case "office":
                key.value = ".".join((parts[0], "2", *parts[2:]))
            case "version":
                key.value = ".".join((*parts[:2], "00000000", *parts[3:]))
            case "titles":
                sheet.cell(head, places["key"]).value = "Catatan"
            case "figures":
                given.value = chance.choice(
                    ("banyak", "12-13", "1/2", "-4", "<b>", '=HYPERLINK("x")', "9" * 60)
                )
                sheet.cell(row, places["absence"]).value = None
            case _:
                given.value = "=1+1"
                sheet.cell(row, places["absence"]).value = None
    return saved(book)
