"""A workbook that staff ask for in chat, over HTTP: what the seat may see, made beside the bot."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing

import openpyxl

from tests.e2e.conftest import Stage
from tests.e2e.player import act
from tests.e2e.test_review_sheet import sending
from tests.e2e.test_roster_in_chat import attached


async def test_staff_get_the_workbook_they_may_see(stage: Stage) -> None:
    async with stage.running() as app:
        _, hana, budi = await sending(stage)
        await act(budi, "/ekspor")
        budi.tap("Semua isian")
        message = await budi.wait_for("Isian, sebagaimana tercatat")
        assert message.body["document"]["file_name"] == "isian-2017-31.71.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(attached(budi, message)))
        assert book.sheetnames == ["Isian", "Hasil", "Nilai per hak", "Predikat", "Keterangan"]
        assert book["Isian"].max_row == 1 + 21
        await act(hana, "/ekspor sudinkes")
        hana.tap("📤 Yang menunggu Bagian Hukum")
        message = await hana.wait_for("Isian, sebagaimana tercatat", after=hana.last.id)
        name = message.body["document"]["file_name"]
        assert name.startswith("isian-2017-31.71-")
        rows = openpyxl.load_workbook(io.BytesIO(attached(hana, message)))["Isian"]
        titles = {cell.value: cell.column for cell in rows[1]}
        assert {row[titles["UKPD"] - 1].value for row in rows.iter_rows(min_row=2)} == {"Sudinkes"}
        await act(budi, "/ekspor")
        budi.tap("Nilai per hak dan predikat")
        message = await budi.wait_for("Nilai dan predikat, sebagaimana", after=budi.last.id)
        book = openpyxl.load_workbook(io.BytesIO(attached(budi, message)))
        assert book.sheetnames == ["Hasil", "Nilai per hak", "Predikat", "Keterangan"]

        await act(budi, "/ekspor sampai 1 Januari 2017")
        budi.tap("Semua isian")
        message = await budi.wait_for("Isian, sebagaimana tercatat", after=budi.last.id)
        assert message.body["document"]["file_name"] == "isian-2017-31.71-2017-01-01.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(attached(budi, message)))
        assert book["Isian"].max_row == 1

        order = (
            "INSERT INTO export_orders (chat_id, period_id, seat_id, wanted, at) SELECT ?, 1, id,"
            ' \'{"what": "answers", "region": "99.99"}\', \'\' FROM seats WHERE role = \'kanwil\''
        )
        with closing(sqlite3.connect(stage.database)) as db, db:
            db.execute(order, (budi.id,))
        app.exports.wake.set()
        await budi.wait_for("tidak berhasil dibuat", after=budi.last.id)
        with closing(sqlite3.connect(stage.database)) as db:
            states = db.execute("SELECT state FROM export_orders ORDER BY id").fetchall()
        assert states == [("made",)] * 4 + [("failed",)]
