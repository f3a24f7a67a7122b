"""Quotas of evidence over real HTTP: by what arrives, to the byte, the same bytes once."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from bot.app import App
from bot.storage import evidence_rows, record
from bot.storage.evidence_files import damaged
from flows.model.quotas import Quota
from tests.e2e.conftest import Stage
from tests.e2e.test_evidence import answered, pdf, rows, settled

SIZE = 1000


def paper(content_no: int, size: int = SIZE) -> bytes:
    """Return a document of so many bytes."""
    content = pdf(f"{content_no}")
    return content + b"\n" * (size - len(content))


def bounded(app: App, person: int, office: int) -> None:
    app.files.quota = app.dispatcher.quota = Quota(person, office)


def kept(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]


async def test_what_arrives_counts_and_not_what_was_declared(stage: Stage) -> None:
    async with stage.running() as app:
        eko = await answered(stage)
        bounded(app, 3 * SIZE, 10 * SIZE)
        for file_no in range(2):
            eko.file("document", paper(file_no), f"{file_no}.pdf")
            await settled(stage)
        eko.file("document", paper(2, SIZE + 1), "besar.pdf", size=1)  # declared as one byte
        await eko.wait_for("besar.pdf tidak disimpan")
        await settled(stage)
        eko.file("document", paper(0), "lagi.pdf")  # the same bytes again cost nothing
        await settled(stage)
        eko.file("document", paper(3), "pas.pdf")
        await settled(stage)
        eko.file("document", paper(4, 200), "lebih.pdf")
        await eko.wait_for("lebih.pdf tidak disimpan")
        await settled(stage)
    states = [(name, state, why) for name, state, why, *_ in rows(stage)]
    assert states == [
        ("0.pdf", "stored", None),
        ("1.pdf", "stored", None),
        ("besar.pdf", "refused", "quota_person"),
        ("lagi.pdf", "stored", None),
        ("pas.pdf", "stored", None),
    ]  # the last was not even noted
    assert sum(kept(app.config.files)) == 3 * SIZE
    with sqlite3.connect(stage.database) as connection:
        assert evidence_rows.fullest(connection) == (3 * SIZE, 3 * SIZE)
        assert record.verify(connection).broken is None
        assert damaged(connection, app.config.files) is None


async def test_many_at_once_do_not_slip_past_together(stage: Stage) -> None:
    async with stage.running() as app:
        eko = await answered(stage)
        bounded(app, 100 * SIZE, 5 * SIZE)
        for file_no in range(12):
            eko.file("document", paper(file_no), f"{file_no}.pdf", size=1)
        await settled(stage)
        await asyncio.sleep(0)
        await eko.wait_for("data dukung UKPD Anda")
    states = [row[1] for row in rows(stage)]
    assert states.count("stored") == 5
    assert states.count("refused") == 7
    assert sorted(kept(app.config.files)) == [SIZE] * 5
