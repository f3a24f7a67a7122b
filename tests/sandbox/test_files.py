"""Uploads, albums and downloads, with Telegram's sizes."""

from __future__ import annotations

import aiohttp
import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto, Message
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.size_limits import picture_size
from tests.sandbox.conftest import TOKEN, png
from tests.sandbox.test_messages import refused

MIB = 2**20


async def test_what_a_person_sends_can_be_downloaded(bot: Bot, siti: SimulatedPerson) -> None:
    siti.file("document", b"%PDF-1.7 laporan", "laporan.pdf", caption="AKI 2016")
    siti.file("photo", png(1280, 960))
    siti.file("voice", b"OggS")
    messages = [one.message for one in await bot.get_updates(timeout=0)]
    document, photo, voice = messages
    assert document is not None
    assert document.document is not None
    assert document.document.mime_type == "application/pdf"
    assert document.caption == "AKI 2016"
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7 laporan"
    assert photo is not None
    assert [(one.width, one.height) for one in photo.photo] == [(90, 67), (1280, 960)]
    whole, small = [await bot.get_file(one.file_id) for one in reversed(photo.photo)]
    assert bytes(await whole.download_as_bytearray()) == png(1280, 960)
    assert bytes(await small.download_as_bytearray()) != png(1280, 960), (
        "the first size is not the picture"
    )
    assert voice is not None
    assert voice.voice is not None


async def test_a_file_beyond_20_mb_cannot_be_downloaded(bot: Bot, siti: SimulatedPerson) -> None:
    sent = siti.file("document", b"x", "besar.zip", size=20 * MIB + 1)
    file_id = sent.body["document"]["file_id"]
    await refused(bot.get_file(file_id), "file is too big")
    words = "wrong file_id or the file is temporarily unavailable"
    await refused(bot.get_file("F0"), words)


async def test_addresses_of_files_need_the_token(server: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for token, status in ((TOKEN, 404), ("1:WRONG", 401)):
            async with session.get(f"{server.url}/file/bot{token}/documents/file_9.pdf") as answer:
                assert answer.status == status
                assert (await answer.json())["error_code"] == status


async def test_uploads(bot: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    sent = await bot.send_document(
        siti.id, b"PK isi", filename="rekap.xlsx", caption="<b>Rekap</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert sent.document.file_name == "rekap.xlsx"
    assert sent.caption == "Rekap"
    assert server.bot.files[sent.document.file_id].content == b"PK isi"
    again = await bot.send_document(siti.id, sent.document.file_id)
    assert again.document is not None
    assert again.document.file_unique_id == sent.document.file_unique_id
    photo = await bot.send_photo(siti.id, png(30, 40))
    assert photo.photo[0].height == 40
    logged = server.called("sendPhoto")[-1].params["photo"]
    assert logged["size"] == len(png())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"bukan gambar", "IMAGE_PROCESS_FAILED"),
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2000, 99), "PHOTO_INVALID_DIMENSIONS"),
        (
            png() + bytes(10 * MIB),
            f"file of size {10 * MIB + len(png())} bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_photos_that_are_refused(
    plain: Bot, siti: SimulatedPerson, content: bytes, words: str
) -> None:
    await refused(plain.send_photo(siti.id, content), words)


async def test_other_files_that_are_refused(bot: Bot, siti: SimulatedPerson) -> None:
    document = (await bot.send_document(siti.id, b"a", filename="a.txt")).document
    assert document is not None
    call = bot.send_photo(siti.id, document.file_id)
    await refused(call, "can't use file of type Document as Photo")
    call = bot.send_document(siti.id, "https://example.org/a.pdf")
    await refused(call, "failed to get HTTP URL content")
    await refused(bot.send_document(siti.id, "F0"), "wrong file identifier/HTTP URL specified")
    await refused(bot.send_document(siti.id, b""), "file must be non-empty")
    await refused(
        bot.send_document(siti.id, b"a", caption="a" * 1025), "message caption is too long"
    )


async def test_an_upload_has_at_most_50_mb(plain: Bot, siti: SimulatedPerson) -> None:
    with pytest.raises((NetworkError, TelegramError), match=r"(?i)request entity too large"):
        await plain.send_document(siti.id, bytes(50 * MIB + 1))
    with pytest.raises((NetworkError, TelegramError), match=r"(?i)request entity too large"):
        await plain.send_document(siti.id, bytes(52 * MIB))


async def test_albums(bot: Bot, siti: SimulatedPerson) -> None:
    media = [
        InputMediaPhoto(png(), caption="<i>satu</i>", parse_mode="HTML"),
        InputMediaPhoto(png()),
    ]
    sent = await bot.send_media_group(siti.id, media)
    assert len({one.media_group_id for one in sent}) == 1
    assert siti.replies[0].html == "<i>satu</i>"
    words = "number of media in the album must be from 2 to 10"
    await refused(bot.send_media_group(siti.id, media[:1]), words)
    mixed: list[InputMediaPhoto | InputMediaDocument] = [
        InputMediaPhoto(png()),
        InputMediaDocument(b"a", filename="a.txt"),
    ]
    call = bot.send_media_group(siti.id, mixed)
    await refused(call, "document can't be mixed with other media types")
    broken = [InputMediaPhoto(png()), InputMediaPhoto(b"bukan gambar")]
    with pytest.raises(BadRequest):
        await bot.send_media_group(siti.id, broken)
    assert len(siti.replies) == 2, "all or none"


async def test_an_album_of_a_person_comes_as_separate_updates(
    bot: Bot, siti: SimulatedPerson
) -> None:
    siti.album(("photo", png(), None), ("photo", png(), None), caption="bukti")
    messages = [one.message for one in await bot.get_updates(timeout=0) if one.message]
    assert len({one.media_group_id for one in messages}) == 1
    assert [one.caption for one in messages] == ["bukti", None]


async def test_media_can_be_exchanged(bot: Bot, siti: SimulatedPerson) -> None:
    sent = await bot.send_photo(siti.id, png(), caption="lama")
    edited = await bot.edit_message_media(
        InputMediaDocument(b"a", filename="a.txt", caption="baru"), siti.id, sent.message_id
    )
    assert isinstance(edited, Message)
    assert edited.document is not None
    assert not edited.photo
    assert edited.caption == "baru"
    edited = await bot.edit_message_caption(siti.id, sent.message_id, caption="lagi")
    assert isinstance(edited, Message)
    call = bot.edit_message_text("teks", siti.id, sent.message_id)
    await refused(call, "there is no text in the message to edit")


async def test_contacts_and_places(bot: Bot, siti: SimulatedPerson) -> None:
    siti.contact("+628111")
    siti.location(-6.2, 106.8)
    first, second = [one.message for one in await bot.get_updates(timeout=0)]
    assert first is not None
    assert first.contact is not None
    assert first.contact.user_id == siti.id
    assert second is not None
    assert second.location is not None
    assert (await bot.send_location(siti.id, -6.2, 106.8)).location == second.location
    assert (await bot.send_contact(siti.id, "+62", "Kanwil")).contact is not None


def test_the_size_of_pictures_by_their_heads() -> None:
    jpeg = (
        b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + b"\xff\xc0\x00\x11\x08\x00\x0a\x00\x14" + bytes(9)
    )
    assert picture_size(jpeg) == (20, 10)
    assert picture_size(b"GIF89a\x14\x00\x0a\x00") == (20, 10)
    assert picture_size(b"RIFF\x00\x00\x00\x00WEBP") is not None
    assert picture_size(b"\xff\xd8\xff") is None
    assert picture_size(b"%PDF") is None
