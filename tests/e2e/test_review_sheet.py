"""The queue as a workbook over real HTTP: saved by LibreOffice in between, and the record as if it were tapped."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.demo.botapi import SimulatedPerson
from bot.roster import bundled, write_workbook
from tests.e2e.conftest import Stage
from tests.e2e.player import act, whole_season
from tests.e2e.test_roster_in_chat import attached, sent
from tests.flows import sheets
from tests.support.libreoffice import converted

SENTENCE = "Menurut laporan Dinas Kesehatan."
RETURN = "Laporan yang dikirim berbeda dengan angkanya."


def through_libreoffice(content: bytes, folder: Path) -> bytes:
    """Return the workbook as LibreOffice saves it; as it is where there is none."""
    if shutil.which("soffice") is None:
        return content
    return converted({"periksa.xlsx": content}, folder, "xlsx")["periksa.xlsx"]


def moves(stage: Stage) -> list[tuple[Any, ...]]:
    """Return what reviewers did, entry by entry, but for when."""
    with closing(sqlite3.connect(stage.database)) as db:
        rows = db.execute(
            "SELECT unit_id, indicator, revision, seat_id, body FROM record WHERE kind = 'move' ORDER BY id"
        ).fetchall()
    made = []
    for *place, text in rows:
        body = orjson.loads(text)
        if body["role"] != "contact":
            keys = ("action", "next", "role", "by", "reason", "code", "corrected", "late")
            made.append((*place, *(orjson.dumps(body.get(key)) for key in keys)))
    return made


async def sending(stage: Stage) -> tuple[SimulatedPerson, SimulatedPerson, SimulatedPerson]:
    """Play the season until Sudinkes has sent its three answers."""
    people = await whole_season(stage)
    siti = people["Sudinkes"]
    await act(siti, "/ringkasan")
    await act(siti, "!📤 Kirim semua jawaban (3)")
    siti.tap("📤 Kirim 3 jawaban")
    await stage.server.idle()
    return siti, people["Bagian Hukum"], people["Kanwil"]


async def judged_by_sheet(
    stage: Stage, who: SimulatedPerson, folder: Path, verdicts: dict[str, dict[str, object]]
) -> None:
    await act(who, "/periksa sudinkes")
    content = attached(who, who.last)
    rows = [str(one["no"]) for one in sheets.texts(content)]
    typed = [verdicts.get(number, {}) for number in rows]
    content = through_libreoffice(sheets.filled(content, typed), folder)
    mark = await sent(who, content, "periksa selesai.xlsx")
    preview = await who.wait_for("Pratinjau pemeriksaan", after=mark)
    assert "Tidak akan dicatat" not in preview.text, preview.text
    who.tap(f"✅ Terapkan ({len(verdicts)})")
    await who.wait_for("Tercatat · R-")
    await stage.server.idle()


def copied(source: Path, target: Path) -> None:
    """Put the content of a database in the place of another's."""
    with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
        before.backup(after)


async def test_the_record_is_the_same_by_workbook_and_by_taps(stage: Stage, tmp_path: Path) -> None:
    async with stage.running():
        siti, hana, budi = await sending(stage)
    kept = tmp_path / "sent.db"
    copied(stage.database, kept)
    async with stage.running():
        yes: dict[str, object] = {"verdict": "Setujui", "seen": "ya"}
        await judged_by_sheet(stage, hana, tmp_path, {"1": yes, "2": yes})
        verdicts: dict[str, dict[str, object]] = {
            "1": {"verdict": "Koreksi", "correction": "13 dari 14.250", "sentence": SENTENCE},
            "2": {
                "verdict": "Kembalikan",
                "code": "Beda dengan data dukung",
                "sentence": RETURN,
            },
        }
        await judged_by_sheet(stage, budi, tmp_path, verdicts)
        assert "dikembalikan Kanwil" in siti.text
    by_sheet = moves(stage)
    actions = [orjson.loads(one[4]) for one in by_sheet]
    assert sorted(actions) == ["approve", "approve", "correct", "return"]
    copied(kept, stage.database)
    async with stage.running():
        await act(hana, "/verifikasi sudinkes")
        await act(hana, "!Sudinkes · 3")
        hana.tap("👍 Setujui")
        await stage.server.idle()
        await act(hana, "!➡️ Berikutnya (2)")
        hana.tap("👍 Setujui")
        await stage.server.idle()
        await act(budi, "/verifikasi sudinkes")
        await act(budi, "!Sudinkes · 2")
        await act(budi, "!✏️ Koreksi angka")
        await act(budi, "13 dari 14.250")
        await act(budi, SENTENCE)
        await act(budi, "!➡️ Berikutnya (1)")
        await act(budi, "!↩️ Kembalikan")
        await act(budi, "!Beda dengan data dukung")
        await act(budi, RETURN)
        await stage.server.idle()
    assert moves(stage) == by_sheet


@pytest.mark.campaign
async def test_whatever_else_is_sent_writes_nothing_and_says_why(
    stage: Stage, tmp_path: Path
) -> None:
    async with stage.running():
        _, hana, budi = await sending(stage)
        await act(hana, "/periksa")
        content = attached(hana, hana.last)
        before = moves(stage)

        book = sheets.opened(sheets.filled(content, [{"verdict": "Setujui", "seen": "ya"}]))
        places = sheets.columns(book)
        book["Periksa"].cell(2, places["sentence"]).value = "=1+1"
        formula = sheets.saved(book)
        book = sheets.opened(content)
        book["Periksa"].row_dimensions[2].hidden = True
        hidden = sheets.saved(book)
        book = sheets.opened(content)
        book["Periksa"].title = "Lembar1"
        renamed = sheets.saved(book)
        for name, sample, answer in (
            ("rumus.xlsx", formula, "belum dapat saya baca seluruhnya"),
            ("sembunyi.xlsx", hidden, "belum dapat saya baca seluruhnya"),
            ("lain.xlsx", renamed, "bukan lembar kerja dari /periksa"),
            (
                "roster.xlsx",
                write_workbook(bundled("jakarta-pusat")),
                "bukan lembar kerja dari /periksa",
            ),
            ("rusak.xlsx", content[: len(content) // 2], "belum dapat saya baca seluruhnya"),
            ("teks.xlsx", b"halo", "belum dapat saya baca seluruhnya"),
        ):
            mark = await sent(hana, sample, name)
            message = await hana.wait_for(answer, after=mark)
            assert name in message.text
        mark = await sent(
            budi, sheets.filled(content, [{"verdict": "Setujui", "seen": "ya"}]), "milik-hana.xlsx"
        )
        message = await budi.wait_for("Pratinjau pemeriksaan", after=mark)
        assert "sudah tidak menunggu Anda" in message.text
        assert moves(stage) == before


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [12, 200])
async def test_bad_queues_write_nothing(stage: Stage, count: int) -> None:
    """Damaged, stale, foreign and hostile queues: each is answered, and nothing is judged by one."""
    chance = random.Random(17)
    async with stage.running():
        _, hana, _ = await sending(stage)
        await act(hana, "/periksa")
        verdicts = [{"verdict": "Setujui", "seen": "ya"}] * 3
        content = sheets.filled(attached(hana, hana.last), verdicts)
        before = moves(stage)
        for place in range(count):
            mark = await sent(hana, spoilt(content, chance), f"periksa-{place}.xlsx")
            reply = await hana.wait_for(
                lambda message: message.from_bot and "sedang" not in message.text.casefold(),
                after=mark,
            )
            assert not any("Terapkan" in one for one in reply.labels), reply.text
        await stage.server.idle()
        assert moves(stage) == before


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Return a queue with one thing wrong that makes all of it worthless."""
    kind = chance.choice(
        ("cut", "noise", "keys", "office", "stale", "titles", "verdicts", "formula")
    )
    if kind == "cut":
        return content[: chance.randrange(1, len(content) - 1)]
    if kind == "noise":
        return content[:-300] + chance.randbytes(300)  # the list of its parts
    book = sheets.opened(content)
    sheet, places = book["Periksa"], sheets.columns(book)
    if kind == "titles":
        sheet.cell(1, places["key"]).value = "Catatan"
    for row in range(2, sheet.max_row + 1):
        key, verdict = sheet.cell(row, places["key"]), sheet.cell(row, places["verdict"])
        period, unit, indicator, revision = str(key.value).split(".")
        match kind:
            case "keys":
                key.value = chance.choice(("", "x", "1.1", "9" * 40, f"{period}.{unit}"))
            case "office":
                key.value = f"{period}.999.{indicator}.{revision}"
            case "stale":
                key.value = f"{period}.{unit}.{indicator}.{int(revision) + 7}"
            case "verdicts":
                verdict.value = chance.choice(("mungkin", "<b>", "verify", "1", "Verifikasi"))
            case "formula":
                verdict.value = '=HYPERLINK("x")'
            case _:
                pass
    return sheets.saved(book)
