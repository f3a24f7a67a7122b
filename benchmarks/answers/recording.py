"""Answers and updates of the local Bot API server, over HTTP: every method, every kind of update."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import ClientSession, FormData

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.state import Chat

TOKEN = "123456:RECORD"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (200).to_bytes(4, "big") * 2 + bytes(8)
Recorded = list[tuple[str, Any]]
KEYS = {"inline_keyboard": [
    [{"text": "Simpan", "callback_data": "a:1", "style": "success"}],
    [{"text": "Buka", "url": "https://a.id/x"}, {"text": "Bagikan", "switch_inline_query": "x"}],
    [{"text": "Salin", "copy_text": {"text": "R-0412"}}],
    [{"text": "Formulir", "web_app": {"url": "https://a.id/"}}],
]}  # fmt: skip
MARKED = (
    "<b>Hak <i>hidup</i></b> <u>a</u> <s>b</s> <tg-spoiler>c</tg-spoiler>"
    ' <code>d</code> <a href="a.id">e</a>\n'
    '<pre>f</pre><pre><code class="language-sql">g</code></pre><blockquote>h</blockquote>\n'
    '<blockquote expandable>i</blockquote><tg-time unix="1647531900" format="wDT">j</tg-time>'
    " /lanjut @kanwil_dki #ham2016 $USD surat@jakarta.go.id https://a.id/"
)


ALLOWED = ["message", "edited_message", "callback_query", "inline_query", "chosen_inline_result",
           "my_chat_member", "chat_member", "message_reaction"]  # fmt: skip


class Recorder:
    """Calls a method and keeps what was answered."""

    def __init__(self, http: ClientSession, url: str) -> None:
        self.http, self.url = http, url
        self.kept: Recorded = []

    async def __call__(self, method: str, **params: Any) -> Any:
        form = FormData()
        for key, value in params.items():
            if isinstance(value, bytes):
                form.add_field(key, value, filename=f"{key}.png", content_type="image/png")
            else:
                form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        async with self.http.post(f"{self.url}/bot{TOKEN}/{method}", data=form) as response:
            body = await response.json()
        if not body["ok"]:
            raise AssertionError(f"{method}: {body['description']}")
        self.kept.append((method, body["result"]))
        return body["result"]


async def recorded() -> Recorded:
    """A play in which everything occurs, with all its answers in order."""
    async with Sandbox() as server, ClientSession() as http:
        server.add_bot(TOKEN)
        server.bot.queue.brake = False
        siti = server.person("Siti", username="siti")
        budi = server.person("Budi")
        siti.send("/start")
        group = server.group("Staf", siti, budi)
        call = Recorder(http, server.url)
        await call("getUpdates", timeout=0, allowed_updates=ALLOWED)
        await _texts(call, siti)
        await _files(call, siti)
        await _settings(call)
        await _chats(call, server, siti, group)
        await _updates(call, server, siti, group)
        return call.kept


async def _texts(call: Recorder, siti: SimulatedPerson) -> None:
    chat = siti.id
    first = await call(
        "sendMessage", chat_id=chat, text=MARKED, parse_mode="HTML", reply_markup=KEYS,
        link_preview_options={"is_disabled": True}, protect_content=True,
    )  # fmt: skip
    number = first["message_id"]
    plain = await call("sendMessage", chat_id=chat, text="balasan",
                       reply_parameters={"message_id": number})  # fmt: skip
    await call(
        "sendMessage", chat_id=chat, text="telepon",
        reply_markup={"keyboard": [[{"text": "Nomor", "request_contact": True}]], "resize_keyboard": True},
    )  # fmt: skip
    await call(
        "editMessageText", chat_id=chat, message_id=number, text="<b>baru</b>", parse_mode="HTML"
    )
    await call("editMessageReplyMarkup", chat_id=chat, message_id=number, reply_markup=KEYS)
    other = plain["message_id"]
    await call("copyMessage", chat_id=chat, from_chat_id=chat, message_id=other)
    await call("forwardMessage", chat_id=chat, from_chat_id=chat, message_id=other)
    await call(
        "setMessageReaction", chat_id=chat, message_id=other,
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )  # fmt: skip
    await call("pinChatMessage", chat_id=chat, message_id=other)
    await call("getChat", chat_id=chat)
    await call("unpinChatMessage", chat_id=chat, message_id=other)
    await call("sendContact", chat_id=chat, phone_number="+62812", first_name="Ani")
    await call("sendLocation", chat_id=chat, latitude=-6.2, longitude=106.8)
    await call("sendChatAction", chat_id=chat, action="typing")
    await call("sendMessageDraft", chat_id=chat, draft_id=1, text="menulis")
    await call("deleteMessage", chat_id=chat, message_id=other)
    await call("deleteMessages", chat_id=chat, message_ids=[number])


async def _files(call: Recorder, siti: SimulatedPerson) -> None:
    chat = siti.id
    photo = await call("sendPhoto", chat_id=chat, photo=PNG, caption="<b>foto</b>", parse_mode="HTML",
                       reply_markup=KEYS)  # fmt: skip
    await call("editMessageCaption", chat_id=chat, message_id=photo["message_id"], caption="lain")
    document = await call("sendDocument", chat_id=chat, document=PNG, caption="berkas")
    await call("sendVoice", chat_id=chat, voice=b"OggS" + bytes(20))
    identity = document["document"]["file_id"]
    await call("getFile", file_id=identity)
    await call(
        "editMessageMedia", chat_id=chat, message_id=photo["message_id"],
        media={"type": "document", "media": identity, "caption": "diganti"},
    )  # fmt: skip
    await call(
        "sendMediaGroup", chat_id=chat, one=PNG, two=PNG,
        media=[{"type": "photo", "media": "attach://one", "caption": "dua"},
               {"type": "photo", "media": "attach://two"}],
    )  # fmt: skip


async def _settings(call: Recorder) -> None:
    await call("getMe")
    await call("setMyCommands", commands=[{"command": "mulai", "description": "mulai"}])
    await call("getMyCommands")
    await call("deleteMyCommands")
    for what in ("Name", "Description", "ShortDescription"):
        field = {"Name": "name", "Description": "description"}.get(what, "short_description")
        await call(f"setMy{what}", **{field: "Peduli HAM"})
        await call(f"getMy{what}")
    await call("setChatMenuButton", menu_button={"type": "commands"})
    await call("getChatMenuButton")
    await call("getWebhookInfo")
    await call("setWebhook", url="http://127.0.0.1:9/hook", secret_token="rahasia")
    await call("getWebhookInfo")
    await call("deleteWebhook")


async def _chats(call: Recorder, server: Sandbox, siti: SimulatedPerson, group: Chat) -> None:
    for status in ("administrator", "member", "administrator"):
        server.set_member(group, server.bot.account, status, by=siti.account)
    await call("getChat", chat_id=group.id)
    await call("getChatMember", chat_id=group.id, user_id=siti.id)
    await call("getChatMember", chat_id=group.id, user_id=server.bot.account.id)
    await call("getChatAdministrators", chat_id=group.id)
    await call("getChatMemberCount", chat_id=group.id)
    await call("sendMessage", chat_id=group.id, text="halo")


async def _updates(call: Recorder, server: Sandbox, siti: SimulatedPerson, group: Chat) -> None:
    sent = await call("sendMessage", chat_id=siti.id, text="pilih", reply_markup=KEYS)
    siti.tap("Simpan")
    message = siti.send("halo @siti /bantuan 2016", reply_to=sent["message_id"])
    siti.edit(message.id, "halo lagi")
    siti.contact("+6281200000000")
    siti.location(-6.2, 106.8)
    siti.file("photo", PNG, "a.png", caption="foto #satu")
    siti.file("document", b"%PDF-1.7", "laporan akhir.pdf")
    siti.file("voice", b"OggS" + bytes(20))
    siti.album(("photo", PNG, "a.png"), ("photo", PNG, "b.png"), caption="dua")
    siti.react(sent["message_id"], "👍")
    siti.react(sent["message_id"])
    siti.send("/status@PeduliHamBot", chat=group)
    server.upgrade(server.group("Kecil", siti, kind="group"))
    asked = siti.ask_inline("status")
    siti.block()
    siti.unblock()
    article = {"type": "article", "id": "1", "title": "Status",
               "input_message_content": {"message_text": "<b>x</b>", "parse_mode": "HTML"}}  # fmt: skip
    server.set_member(group, server.person("Tamu").account, "member", by=siti.account)
    updates = await call("getUpdates", timeout=0, allowed_updates=ALLOWED)
    await call("answerInlineQuery", inline_query_id=asked, results=[article], cache_time=0)
    siti.choose_inline(asked, "1", group)
    tap = next(one["callback_query"] for one in updates if "callback_query" in one)
    await call("answerCallbackQuery", callback_query_id=tap["id"], text="Tersimpan")
    siti.send("sesudahnya")
    await call(
        "getUpdates", timeout=0, offset=updates[-1]["update_id"] + 1, allowed_updates=ALLOWED
    )
    await call("leaveChat", chat_id=group.id)


def everything() -> Recorded:
    return asyncio.run(recorded())
