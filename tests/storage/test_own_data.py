"""`/data`: contacts, staff, guests and strangers are given what is held about them, and of nobody else."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import msgspec
import pytest

from bot.clock import iso
from bot.storage import forgetting, own_data_rows, privacy_rows
from bot.storage.outbox import OutboxMessage
from flows.model import own_data as model
from flows.model.events import Command, Tap, Text, Upload
from flows.model.privacy import PrivacySettings
from tests.support.talk import ANI, BUDI, JAKARTA, SITI, Talk, button, text_of, token

GUEST, STRANGER = 901, 77


def file_of(letters: list[OutboxMessage]) -> str:
    [letter] = [one for one in letters if one.method == "sendDocument"]
    assert letter.payload["filename"] == "data-saya.txt"
    return str(letter.payload["text"])


async def ask(talk: Talk, who: int, name: str = "Siti") -> list[OutboxMessage]:
    return await talk.send(who, Command("data"), name)


async def test_a_stranger_hears_how_little_it_is(talk: Talk) -> None:
    assert "tidak ada data yang disimpan" in text_of(await ask(talk, STRANGER, "Lain"))
    with closing(sqlite3.connect(talk.path)) as connection:
        connection.execute(
            "INSERT INTO failed_updates (update_id, at, body, error)"
            """ VALUES (1, '', '{"from":{"id":77}}', '')"""
        )
        connection.commit()
    talk.clock.advance(minutes=11)  # strangers are answered once in ten minutes
    text = text_of(await ask(talk, STRANGER, "Lain"))
    assert "(sekarang 1)" in text
    assert "1 pesan Anda gagal diolah" in text


async def test_a_contact_reads_account_seat_entries_files_and_their_own_words(talk: Talk) -> None:
    letters = await talk.types(SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan")
    await talk.send(SITI, Tap(button(letters, "Data dukung"), 5, "q"))
    await talk.send(SITI, Upload("photo", "f1", "u1", None, 100, "Terlampir", 50))
    await talk.types(SITI, "/tanya Apakah benar?")
    await talk.types(ANI, "/start DIK1", "/tanya Rahasia?")
    document = file_of(await ask(talk, SITI))
    for words in ("Nomor akun Telegram: 11", "(orang no. 1)", "kontak Suku Dinas Kesehatan",
                  "kematian_ibu = 12", "Terlampir", "Apakah benar?", "BERKAS YANG ANDA KIRIM"):  # fmt: skip
        assert words in document, words
    assert "Rahasia" not in document


async def test_staff_read_it_in_the_language_that_they_chose(talk: Talk) -> None:
    await talk.send(BUDI, Command("start", "KANWIL"), "Budi")
    assert "staf Kanwil DKI Jakarta, sejak" in file_of(await ask(talk, BUDI, "Budi"))
    with closing(sqlite3.connect(talk.path)) as connection:
        connection.execute("UPDATE persons SET language = 'en', language_chosen_at = ''")
        connection.commit()
    document = file_of(await ask(talk, BUDI, "Budi"))
    assert document.startswith("WHAT IS HELD ABOUT YOU")
    assert "staff of the Kanwil DKI Jakarta, since" in document


async def test_a_guest_is_told_of_the_question_that_they_opened(talk: Talk) -> None:
    letters = await talk.types(SITI, "/start KES", "/lanjut")
    for words in ("Tidak dapat mengisi", "Data ada di instansi lain", "Minta ke instansi lain"):
        letters = await talk.send(SITI, Tap(button(letters, words), 5, "q"))
    opened = Command("start", token(letters))
    await talk.send(GUEST, opened, "Polres")
    document = file_of(await ask(talk, GUEST, "Polres"))
    assert "PERTANYAAN YANG DITERUSKAN KEPADA ANDA" in document
    assert "atas nama Polres, dibuka " in document
    assert "Nama:" not in document
    for event in (Text("12 dari 14.250", 3), Text("kirim", 4)):
        await talk.send(GUEST, event, "Polres")
    assert ", dijawab " in file_of(await ask(talk, GUEST, "Polres"))


async def test_who_lost_every_seat_and_who_was_forgotten(talk: Talk) -> None:
    await talk.types(SITI, "/start KES")
    database = talk.dispatcher.database
    await database.transaction(lambda db: db.execute("UPDATE seats SET until = since"))
    assert " sampai " in file_of(await ask(talk, SITI))

    def forget(connection: sqlite3.Connection) -> None:
        [siti] = forgetting.matching(forgetting.candidates(connection), "Siti")
        forgetting.forget(connection, siti, iso(talk.clock.now))

    await database.transaction(forget)
    assert "tidak ada data yang disimpan" in text_of(await ask(talk, SITI))


async def test_of_many_entries_the_newest_are_listed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_data_rows, "MOST", 2)
    await talk.types(
        SITI, "/start KES", "/lanjut", "12 dari 14.250", "simpan", "3 dari 14.250", "simpan"
    )
    document = file_of(await ask(talk, SITI))
    assert "CATATAN ATAS NAMA ANDA (3)" in document
    assert "Di sini 2 yang terbaru" in document
    assert "bergabung" not in document
    assert model.MOST > 2


async def test_the_notice_says_what_the_region_or_the_period_has_set(talk: Talk) -> None:
    def work(connection: sqlite3.Connection) -> None:
        whole = PrivacySettings({"controller": "Kanwil & Pemkot", "purpose": "untuk penghargaan"})
        privacy_rows.save(connection, 1, "", whole, iso(talk.clock.now))
        privacy_rows.save(connection, 1, "31.71", PrivacySettings({"purpose": "untuk Jakpus"}), "")

    with closing(sqlite3.connect(talk.path, isolation_level=None)) as connection:
        work(connection)
    text = text_of(await talk.types(SITI, "/start KES"))
    assert "Kanwil &amp; Pemkot menyimpan" in text
    assert "untuk Jakpus" in text
    assert "Penanggung jawab:</b> Kanwil &amp; Pemkot" in text_of(
        await talk.types(SITI, "/privasi")
    )
    assert "untuk penghargaan" in text_of(await talk.send(BUDI, Command("start", "KANWIL"), "Budi"))
    again = text_of(await talk.send(BUDI, Command("start"), "Budi"))
    assert "Data pribadi" not in again


def test_what_is_read_is_json_beside_its_moments(talk: Talk) -> None:
    with closing(sqlite3.connect(talk.path)) as connection:
        own = own_data_rows.read(connection, SITI, talk.clock.now, JAKARTA)
    assert not own.is_known
    assert msgspec.json.encode(own)
