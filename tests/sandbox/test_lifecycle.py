"""Start and end: ports, waiting polls and pages, connections that vanish; and what stays small."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import time
from urllib.parse import urlsplit

import aiohttp
import pytest
from telegram import Bot, Update

from bot.demo.botapi import Sandbox, SimulatedPerson, __main__
from bot.demo.botapi import state as state_module
from bot.demo.botapi import world as world_module
from tests.sandbox.conftest import TOKEN
from tests.support import PATIENCE


def place(server: Sandbox) -> tuple[str, int]:
    parts = urlsplit(server.url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


async def test_the_end_waits_for_nobody() -> None:
    """Waiting polls, delayed conflicts, slow answers and open pages are let go at once."""
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:

        async def status(path: str) -> int:
            try:
                async with session.post(f"{server.url}{path}") as answer:
                    return answer.status
            except aiohttp.ClientError:
                return 0

        async def listen() -> bytes:
            async with session.get(f"{server.url}/sim/events") as answer:
                return await answer.read()

        async with Sandbox() as server:
            server.add_bot(TOKEN)
            calls = []
            for offset in (1, 2, 3):  # 2 ends 1 at once, 3 ends 2 after a pause
                path = f"/bot{TOKEN}/getUpdates?timeout=50&offset={offset}"
                calls.append(group.create_task(status(path)))
                await asyncio.sleep(0.05)
            server.fault("delay", seconds=60)
            calls.append(group.create_task(status(f"/bot{TOKEN}/getMe")))
            page = group.create_task(listen())
            await asyncio.sleep(0.1)
            began = time.monotonic()
        assert time.monotonic() - began < 40
        assert [await one for one in calls] == [409, 409, 500, 200]
        assert await page
    assert server.news == []


async def test_an_end_with_a_page_that_does_not_read() -> None:
    async with Sandbox() as server:
        server.add_bot(TOKEN)
        reader, writer = await asyncio.open_connection(*place(server), limit=2**22)
        writer.write(b"GET /sim/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"selamat datang")
        siti = server.person("Siti" * 16)
        for _ in range(world_module.NEWS_KEPT + 50):
            siti.send("a")
        assert server.news[0].qsize() <= world_module.NEWS_KEPT + 1, "bounded"
        await asyncio.wait_for(reader.readuntil(b"\r\n0\r\n\r\n"), PATIENCE)  # told to connect anew
        assert server.news == []
        writer.close()
        await writer.wait_closed()
        began = time.monotonic()
    assert time.monotonic() - began < 40


async def test_pages_that_vanish_are_forgotten(server: Sandbox, siti: SimulatedPerson) -> None:
    for _ in range(5):
        reader, writer = await asyncio.open_connection(*place(server))
        writer.write(b"GET /sim/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"selamat datang")
        writer.transport.abort()
    assert len(server.news) == 5
    for _ in range(20):
        siti.send("a")
        await asyncio.sleep(0.02)
    assert server.news == []


async def test_a_poll_whose_client_vanished_takes_nothing_away(
    bot: Bot, server: Sandbox, siti: SimulatedPerson
) -> None:
    _, writer = await asyncio.open_connection(*place(server))
    head = f"GET /bot{TOKEN}/getUpdates?timeout=50 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    writer.write(head.encode())
    await asyncio.sleep(0.1)
    writer.transport.abort()
    await asyncio.sleep(0.05)
    siti.send("halo")
    await asyncio.sleep(0.05)
    updates = await bot.get_updates(timeout=1)
    assert [one.message.text for one in updates if one.message] == ["halo"]


@pytest.mark.parametrize(
    ("kind", "error"), [("reset", ConnectionResetError), ("drop_before", None)]
)
async def test_a_reset_is_a_reset_and_a_drop_an_end(
    server: Sandbox, kind: str, error: type[Exception] | None
) -> None:
    server.fault(kind)
    reader, writer = await asyncio.open_connection(*place(server))
    writer.write(f"GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    if error is None:
        assert await reader.read() == b""
    else:
        with pytest.raises(error):
            await reader.read()
    writer.close()


async def test_a_port_that_is_taken_is_said_and_leaves_nothing_open() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OSError, match="address already in use"):
            async with Sandbox(port=port):
                pass
    async with Sandbox(port=port) as server:
        assert server.url.endswith(f":{port}")


async def test_the_process_serves_until_it_is_told_to_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = argparse.Namespace(
        page=None,
        port=0,
        host="127.0.0.1",
        token=TOKEN,
        username="XBot",
        flood=False,
        log=False,
        keep=10,
    )
    async with asyncio.TaskGroup() as group:
        running = group.create_task(__main__._main(given))
        url = ""
        async with asyncio.timeout(PATIENCE):
            while not url:
                await asyncio.sleep(0.01)
                url = capsys.readouterr().out.strip()
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}/bot{TOKEN}/getMe") as answer,
        ):
            assert (await answer.json())["result"]["username"] == "XBot"
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, PATIENCE)


async def test_ptb_s_own_request_layer(plain: Bot, siti: SimulatedPerson, server: Sandbox) -> None:
    siti.send("halo")
    updates = await plain.get_updates(timeout=1, allowed_updates=Update.ALL_TYPES)
    assert updates[-1].message is not None
    assert updates[-1].message.text == "halo"
    sent = await plain.send_document(siti.id, b"isi", filename="a.txt", caption="<b>a</b>")
    assert sent.document is not None
    file = await plain.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"isi"
    assert await plain.get_updates(offset=updates[-1].update_id + 1, timeout=0) == ()
    server.fault("drop_after", method="sendMessage")
    with pytest.raises(Exception, match=r"(?i)disconnected"):
        await plain.send_message(siti.id, "hilang")
    assert siti.text == "hilang"


async def test_what_is_remembered_stays_small(
    bot: Bot, siti: SimulatedPerson, server: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_module, "QUERIES_KEPT", 8)
    monkeypatch.setattr(world_module, "NOTICES_KEPT", 5)
    monkeypatch.setattr("bot.demo.botapi.simulated_people.INLINE_KEPT", 8)
    monkeypatch.setattr("bot.demo.botapi.methods_files.KEPT", 1000)
    sent = await bot.send_message(siti.id, "a")
    for i in range(30):
        query = siti.tap(data=str(i), message_id=sent.message_id)
        await bot.answer_callback_query(query)
        siti.ask_inline(str(i))
        siti.file("document", bytes(300), "a.bin")
    assert len(server.bot.queries) <= 8
    assert len(server.bot.inline) <= 9
    assert len(siti.notices) == 5
    assert sum(len(one.content) for one in server.bot.files.values()) <= 1000
    assert server.calls.maxlen
    assert server.bot.queue.history.maxlen


async def test_twenty_thousand_people_cost_little(server: Sandbox) -> None:
    people, costs = [], []
    for _ in range(10):
        began = time.process_time()
        people += [server.person("Orang", started=True) for _ in range(2_000)]
        costs.append(time.process_time() - began)
    assert min(costs[5:]) < 5 * min(costs[:5]), "the last cost as little as the first"
    assert len({one.id for one in people}) == 20_000
    assert server.person("Lain", person_id=people[-1].id + 7).id + 1 == server.person("Lagi").id


async def test_an_idle_server_uses_no_time(bot: Bot, server: Sandbox) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    began = time.process_time()
    await asyncio.sleep(0.5)
    assert time.process_time() - began < 0.05
