"""Answers of other tools sent by an administrator over real HTTP: mapped once, previewed, stored by one tap."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import orjson
import pytest

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import ChatMessage
from bot.storage import record
from tests.cli.test_cli_import import KOBO
from tests.e2e.conftest import Stage
from tests.e2e.test_roster_in_chat import attached, sent

AGREED, STORE = "👌 Ya, petanya benar", "📥 Simpan 2 jawaban"
LATER = KOBO.replace(",12,14250", ",14,15900").replace(
    "Sudinsos,,,,not_available,,,", "Sudinsos,,,,ada,5,900,"
)


async def came(who: SimulatedPerson, content: str | bytes, name: str, wanted: str) -> ChatMessage:
    raw = content.encode() if isinstance(content, str) else content
    mark = await sent(who, raw, name)
    return await who.wait_for(wanted, after=mark)


async def agreed(who: SimulatedPerson, button: str, at: ChatMessage, wanted: str) -> ChatMessage:
    who.tap(button, message_id=at.id)
    return await who.wait_for(wanted, after=at.id)


def query(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(stage.database)) as db:
        return db.execute(sql).fetchall()


def answers(stage: Stage) -> list[tuple[Any, ...]]:
    return query(
        stage,
        "SELECT indicator, revision, person_id, body FROM record WHERE kind = 'answer' ORDER BY id",
    )


async def test_a_file_of_another_tool_is_mapped_once_previewed_and_stored(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        proposed = await came(zul, KOBO, "kobo.csv", "Kolom mana berisi apa?")
        assert "“hak/i1/i1_kematian_ibu” → 1. Angka kematian ibu" in proposed.text
        assert "Tidak dipakai: start; tahun." in proposed.text
        preview = await agreed(zul, AGREED, proposed, "Pratinjau impor")
        assert "Akan disimpan: 2 jawaban" in preview.text
        assert answers(stage) == []
        await agreed(zul, STORE, preview, "2 jawaban tersimpan")
        siti.send("/lanjut")
        await siti.wait_for("Angka kematian bayi")
        again = await came(zul, LATER, "kobo.csv", "Pratinjau impor")
        assert "menurut peta yang disetujui" in again.text
        assert "berubah (dari berkas yang sama): 2" in again.text
        await stage.server.idle()
    made = answers(stage)
    assert [(no, revision) for no, revision, *_ in made] == [(1, 1), (12, 1)]
    [person] = query(stage, "SELECT id FROM persons WHERE name = 'Zul'")[0]
    for _, _, who, body in made:
        entry = orjson.loads(body)
        assert (who, entry["by"]) == (person, "Zul")
        assert {mark[1] if isinstance(mark, list) else mark["code"] for mark in entry["marks"]}
    with closing(sqlite3.connect(stage.database)) as db:
        assert record.verify(db).broken is None
    assert query(stage, "SELECT state, content FROM answer_files WHERE state = 'applied'") == [
        ("applied", None)
    ]


async def test_what_was_answered_meanwhile_stands_and_is_told_by_cell(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
        proposed = await came(zul, KOBO, "kobo.csv", "Kolom mana berisi apa?")
        preview = await agreed(zul, AGREED, proposed, "Pratinjau impor")
        for text in ("/lanjut", "20", "14.250"):
            mark = siti.last.id
            siti.send(text)
            shown = await siti.wait_for(lambda reply: reply.from_bot, after=mark + 1)
        siti.tap("✅ Simpan", message_id=shown.id)
        await stage.server.idle()
        done = await agreed(zul, STORE, preview, "1 jawaban tersimpan")
        assert "• 2 · Jakarta Pusat, Sudinkes, Angka kematian ibu: sudah dijawab" in done.text
        await stage.server.idle()
    assert [no for no, *_ in answers(stage)] == [1, 12]


@pytest.mark.campaign
async def test_a_map_is_corrected_as_a_file(stage: Stage) -> None:
    """One that is wrong is told by line, and the file of answers need not come again."""
    odd = KOBO.replace("Sudinkes", "Puskesmas")
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        alone = await came(zul, "form: table\n", "peta.yaml", "tidak ada berkas jawaban")
        assert "peta kolom" in alone.text
        proposed = await came(zul, odd, "kobo.csv", "Kolom mana berisi apa?")
        text = attached(zul, zul.chat.messages[proposed.id - 1]).decode()
        bad = text.replace("column: ukpd", "column: Kantor")
        wrong = await came(zul, bad, "peta-impor.yaml", "Peta kolom untuk kobo.csv")
        assert "“Kantor”" in wrong.text
        first = await came(zul, text, "peta-impor.yaml", "Pratinjau impor")
        assert "• 2: UKPD “Puskesmas” tidak dikenal di Jakarta Pusat" in first.text
        right = f"{text.rstrip()}\noffices:\n  Puskesmas: sudinkes\n"
        preview = await came(zul, right, "peta-impor.yaml", "Akan disimpan: 2 jawaban")
        await agreed(zul, STORE, preview, "2 jawaban tersimpan")
        await stage.server.idle()
    assert len(answers(stage)) == 2


@pytest.mark.campaign
async def test_whatever_else_comes_writes_nothing_and_says_why(stage: Stage) -> None:
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        hana = await stage.joined("coordinator", "Hana")
        await came(hana, KOBO, "kobo.csv", "hanya dapat diimpor oleh administrator")
        for name, content, wanted in (
            ("kosong.csv", "a,b\n1,2\n", "Tidak ada judul kolom yang kami kenali"),
            ("rusak.csv", b"\xff\xfe\x00", "tidak berisi tabel yang dapat dibaca"),
            ("lain.jsonl", "{}\n", "bukan ekspor jawaban dari bot ini"),
            ("s.yaml", "answers:\n  99: {value: 1}\n", "99"),
        ):
            reply = await came(zul, content, name, wanted)
            assert name in reply.text
        await stage.server.idle()
    assert answers(stage) == []
    assert {row[0] for row in query(stage, "SELECT state FROM answer_files")} == {"refused"}


async def test_an_export_and_a_file_of_score_need_no_map(stage: Stage) -> None:
    score = "answers:\n  1: {kematian_ibu: 12, kelahiran_hidup: 14250}\n  12: {absence: not_available}\n"
    async with stage.running():
        zul = await stage.joined("admin", "Zul")
        preview = await came(zul, score, "nilai.yaml", "Pratinjau impor")
        assert "Akan disimpan: 1 jawaban" in preview.text
        await agreed(zul, "📥 Simpan 1 jawaban", preview, "1 jawaban tersimpan")
        await stage.server.idle()
    assert [no for no, *_ in answers(stage)] == [1]
