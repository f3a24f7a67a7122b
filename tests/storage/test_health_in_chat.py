"""`/kesehatan` on a real file: counts for the administrator, nothing for others."""

from __future__ import annotations

from bot.storage import people
from bot.storage.database import connect, in_transaction
from tests.storage.test_dispatch import BUDI, RINA, Desk, desk

__all__ = ["desk"]


async def test_the_administrator_reads_the_counts(desk: Desk) -> None:
    connection = connect(desk.path)
    fields = {"role": "admin", "province": "31", "label": "admin"}
    in_transaction(
        connection,
        lambda db: people.create_invitation(
            db, "ADMIN", "2030-01-01T00:00:00Z", "2017-01-01T00:00:00Z", fields
        ),
    )
    connection.close()
    letters = await desk.walk(RINA, "/start ADMIN", "/kesehatan")
    text = str(letters[-1].payload["text"])
    assert "Kesehatan bot" in text
    assert "Pesan gagal diolah: 0" in text
    letters = await desk.walk(BUDI, "/start KANWIL", "/kesehatan")
    assert "untuk administrator" in str(letters[-1].payload["text"])
