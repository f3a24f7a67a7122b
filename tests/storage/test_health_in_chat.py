"""`/kesehatan` on a real file: counts for the administrator, nothing for others."""

from __future__ import annotations

import sqlite3

from bot.storage import people
from bot.storage.database import connect, in_transaction
from tests.support.talk import BUDI, RINA, Talk


async def test_the_administrator_reads_the_counts(talk: Talk) -> None:
    connection = connect(talk.path)
    fields = {"role": "admin", "province": "31", "label": "admin"}
    in_transaction(
        connection,
        lambda db: people.create_invitation(
            db, "ADMIN", "2030-01-01T00:00:00Z", "2017-01-01T00:00:00Z", fields
        ),
    )
    connection.close()
    letters = await talk.types(RINA, "/start ADMIN", "/kesehatan")
    text = str(letters[-1].payload["text"])
    assert "Kesehatan bot" in text
    assert "Pesan yang gagal diolah: 0\n" in text
    assert "Ukuran basis data: kurang dari 1 MB." in text
    assert "tidak ada yang perlu Anda lakukan" in text
    letters = await talk.types(BUDI, "/start KANWIL", "/kesehatan")
    assert "untuk administrator" in str(letters[-1].payload["text"])


async def test_the_administrator_reads_when_nothing_could_be_written(talk: Talk) -> None:
    connection = connect(talk.path)
    fields = {"role": "admin", "province": "31", "label": "admin"}

    def work(db: sqlite3.Connection) -> None:
        people.create_invitation(
            db, "ADMIN", "2030-01-01T00:00:00Z", "2017-01-01T00:00:00Z", fields
        )
        db.execute(
            "INSERT INTO settings VALUES"
            " ('trouble_database', '2017-03-10T01:10:00Z 2017-03-10T01:25:00Z'),"
            " ('trouble_files', '2017-03-08T01:10:00Z 2017-03-08T01:25:00Z')"
        )

    in_transaction(connection, work)
    connection.close()
    letters = await talk.types(RINA, "/start ADMIN", "/kesehatan")
    text = str(letters[-1].payload["text"])
    assert (
        "⚠️ Basis data tidak dapat ditulisi: 10 Maret 2017 pukul 08.10 sampai 10 Maret 2017 pukul 08.25\n"
    ) in text
    assert "data dukung" not in text  # that was the day before yesterday
