"""`/sim` over HTTP, and the server as a process of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import orjson
import pytest
from telegram import Bot

from bot.demo.botapi import Sandbox, SimulatedPerson
from tests.sandbox.conftest import TOKEN, png
from tests.sandbox.test_messages import keys
from tests.support import PATIENCE


class Control:
    """JSON in, JSON out."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    async def __call__(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/sim/{path}", json=body) as answer:
            result = await answer.json()
            assert answer.status == body.pop("_status", 200), result
            return result

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/sim/{path}") as answer:
            return await answer.json()


@pytest.fixture
async def sim(server: Sandbox) -> AsyncIterator[Control]:
    async with aiohttp.ClientSession() as session:
        yield Control(server.url, session)


async def test_a_conversation_from_outside(bot: Bot, server: Sandbox, sim: Control) -> None:
    siti = (await sim("persons", name="Siti", label="Kontak Sudinkes", start_link="abc"))["id"]
    await sim(f"persons/{siti}/open_link", payload="abc")
    first = (await bot.get_updates(timeout=0))[0].message
    assert first is not None
    assert first.text == "/start abc"
    sent = await bot.send_message(siti, "<b>12?</b>", parse_mode="HTML", reply_markup=keys("x"))
    query = (await sim("tap", person=siti, label="x"))["query_id"]
    await bot.answer_callback_query(query, "Tersimpan")
    await bot.edit_message_text("13", siti, sent.message_id)
    transcript = await sim("transcript", chat=siti)
    last = transcript["messages"][-1]
    assert (last["plain"], last["html"], last["edited"]) == ("13", "13", True)
    assert last["keyboards"][0]["inline_keyboard"][0][0]["callback_data"] == "x"
    assert (await sim("notices", person=siti))[0]["text"] == "Tersimpan"
    plain = await sim("transcript", chat=siti, **{"as": "text"})
    assert plain["text"].endswith("Peduli HAM: 13")
    methods = [one["method"] for one in await sim("calls", last=2)]
    assert methods == ["answercallbackquery", "editmessagetext"]
    people = await sim.get("persons")
    assert people[0]["label"] == "Kontak Sudinkes"


async def test_more_of_what_people_do(
    bot: Bot, server: Sandbox, sim: Control, siti: SimulatedPerson
) -> None:
    group = (await sim("groups", title="Staf", members=[siti.id]))["id"]
    await sim("members", chat=group, status="administrator")
    await sim("send", person=siti.id, text="halo", chat=group)
    content = base64.b64encode(png()).decode()
    await sim("file", person=siti.id, kind="photo", base64=content, caption="bukti")
    await sim("location", person=siti.id, latitude=-6.2, longitude=106.8)
    sent = await bot.send_message(siti.id, "a", reply_markup=keys("x"))
    await sim("tap", person=siti.id, at=[0, 0])
    await sim("react", person=siti.id, message_id=sent.message_id, emoji=["👍"])
    await sim("delete", person=siti.id, message_id=sent.message_id)
    asked = (await sim(f"persons/{siti.id}/inline", query="a"))["result"]
    assert await sim("inline-results", query_id=asked) is None
    server.bot.inline[asked]["results"] = [{"id": "1", "title": "Status"}]
    await sim("choose-inline", person=siti.id, query_id=asked, result_id="1")
    await bot.send_message(siti.id, "?", reply_markup={"keyboard": [["Ya"]]})  # type: ignore[arg-type]
    await sim("press", person=siti.id, label="Ya")
    await sim("deactivate", person=siti.id)
    updates = await bot.get_updates(timeout=0)
    assert len(updates) >= 8
    with pytest.raises(AssertionError, match="NoSuchButton"):
        await sim("tap", person=siti.id, label="tidak ada")
    with pytest.raises(AssertionError, match="there is no person 9"):
        await sim("send", person=9, text="halo")


async def test_waiting_and_forgetting(
    bot: Bot, sim: Control, siti: SimulatedPerson, server: Sandbox
) -> None:
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(sim("wait", calls=1, method="sendMessage"))
        await bot.send_message(siti.id, "a")
    assert waiting.result()["sent"] == 1
    assert (await sim("idle", quiet=0.01))["pending"] == 0
    siti.send("halo")
    with pytest.raises(AssertionError, match="waited for idle"):
        await sim("idle", timeout=0.05)
    assert (await sim("reset"))["pending"] == 0
    assert siti.messages == []
    await sim("flood", on=True)
    assert server.bot.flood.enabled
    await sim("bots", token="9:NEW", username="LainBot")
    assert server.bots["9:NEW"].account.username == "LainBot"


async def test_the_events_tell_what_changed(bot: Bot, sim: Control, siti: SimulatedPerson) -> None:
    async with sim.session.get(f"{sim.url}/sim/events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        await answer.content.readline()
        await bot.send_message(siti.id, "a")
        event: dict[str, Any] = {}
        async with asyncio.timeout(PATIENCE):
            while not event:
                line = await answer.content.readline()
                if line.startswith(b"data: "):
                    event = orjson.loads(line[6:])
    assert event == {"kind": "message", "chat_id": siti.id, "message_id": siti.last.id}


async def test_the_server_as_a_process() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.demo.botapi", "--port", "0", "--token", TOKEN, "--no-flood", "--no-log",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode().strip()
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{url}/bot{TOKEN}/getMe") as answer:
                assert (await answer.json())["result"]["is_bot"]
            sim = Control(url, session)
            siti = (await sim("persons", name="Siti"))["id"]
            await sim(f"persons/{siti}/send", text="halo")
            assert (await sim.get("stats"))["pending"] == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def test_uploads_menus_and_the_page(bot: Bot, sim: Control, siti: SimulatedPerson) -> None:
    form = aiohttp.FormData({"kind": "document"})
    form.add_field("file", b"%PDF-1.7", filename="laporan.pdf")
    async with sim.session.post(f"{sim.url}/sim/upload/{siti.id}", data=form) as answer:
        assert len((await answer.json())["result"]) == 1
    document = siti.messages[-1].body["document"]
    async with sim.session.get(f"{sim.url}/sim/files/{document['file_id']}") as answer:
        assert await answer.read() == b"%PDF-1.7"
    async with sim.session.get(f"{sim.url}/sim/files/F0") as answer:
        assert answer.status == 404
    await bot.set_my_commands([("mulai", "Mulai")])
    assert await sim.get(f"commands/{siti.id}") == [{"command": "mulai", "description": "Mulai"}]
    assert [one["id"] for one in (await sim.get(f"chats/{siti.id}"))["messages"]] == [1, 2]
    async with sim.session.get(f"{sim.url}/") as answer:
        if answer.status == 200:  # the page's own tests look at it
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    async with sim.session.get(f"{sim.url}/page/..%2Fserver.py") as answer:
        assert answer.status == 404
