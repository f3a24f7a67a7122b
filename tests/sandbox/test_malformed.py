"""Nonsense in, refusal out: no parameter, body or order makes the server fail or stop."""

from __future__ import annotations

import random
from typing import Any

import aiohttp
import orjson
import pytest
from telegram import Bot

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.methods import KNOWN, METHODS
from tests.sandbox.conftest import TOKEN

ODD: list[Any] = [
    None, 0, -1, 1, 5_000_001, 2**63 - 1, 1.5, True, "", "x", "[", "{}", [], {}, [1], ["a"], [{}], [None, None],
    [[]], {"a": 1}, {"inline_keyboard": 1}, {"inline_keyboard": [1]}, {"inline_keyboard": [[1]]},
    {"inline_keyboard": [[{"text": "a", "copy_text": "x"}]]}, {"inline_keyboard": [[{"text": "a", "web_app": "x"}]]},
    {"keyboard": [[1]]}, {"type": "chat"}, {"type": "chat", "chat_id": "x"}, {"message_id": "x"},
    [{"type": "photo"}, {"type": "photo"}], [{"id": 1, "reply_markup": 1}], [{"type": "bold"}],
    [{"type": "bold", "offset": "a", "length": 1}], [{"id": "1", "input_message_content": "x"}],
    [{"id": "1", "input_message_content": {"message_text": 5}}],
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_odd_parameters_are_refused_in_json(
    server: Sandbox, siti: SimulatedPerson, name: str
) -> None:
    chance = random.Random(name)
    async with aiohttp.ClientSession() as session:
        for _ in range(40):
            params = {one: chance.choice(ODD) for one in KNOWN[name] if chance.random() < 0.7}
            params |= {"chat_id": siti.id} if chance.random() < 0.8 else {}
            params |= {"text": "halo"} if chance.random() < 0.8 else {}
            url = f"{server.url}/bot{TOKEN}/{name}"
            headers = {"Content-Type": "application/json"}
            async with session.post(url, data=orjson.dumps(params), headers=headers) as answer:
                assert answer.status in (200, 400, 403, 404, 429), (params, await answer.text())
                result = await answer.json()
                assert result["ok"] is (answer.status == 200)
                assert result["ok"] or result["error_code"] == answer.status


PART = b'--X\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--X--\r\n'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (PART, "multipart/form-data; boundary=X"),
        (PART, "multipart/form-data"),
        (b"sampah", "multipart/form-data; boundary=X"),
        (b"reply_markup=%7B", "application/x-www-form-urlencoded"),
        (b"\xff", "application/json"),
        (b'"a"', "application/json"),
    ],
)
async def test_odd_bodies_are_refused_in_json(server: Sandbox, body: bytes, kind: str) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{server.url}/bot{TOKEN}/sendMessage"
        async with session.post(url, data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == 400
            assert (await answer.json())["description"].startswith("Bad Request: ")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("persons", b"[]", 400),
        ("persons", b"{", 400),
        ("persons/5000001/send", b"[]", 400),
        ("persons/5000001/send", b"{}", 400),
        ("persons/5000001/fly", b"{}", 400),
        ("persons/5000001/edit", b'{"message_id": 1, "text": "x"}', 200),
        ("persons/5000001/edit", b'{"message_id": 99, "text": "x"}', 400),
        ("persons/99/send", b'{"text": "a"}', 400),
        ("persons/123456/send", b'{"text": "a"}', 400),
        ("upload/99", b"", 400),
        ("upload/x", b"", 400),
        ("faults", b'{"kind": "earthquake"}', 400),
        ("faults", b'{"kindly": "x"}', 400),
        ("advance", b'{"seconds": "x"}', 400),
        ("preload", b"{}", 400),
        ("preload", b'{"updates": 12}', 400),
        ("preload", b'{"updates": "x"}', 400),
        ("preload", b'{"updates": [12]}', 400),
        ("preload", b'{"updates": [{}]}', 400),
        ("preload", b'{"updates": [{"message": 12}]}', 400),
        ("preload", b'{"updates": [{"message": {"chat": 12}}]}', 400),
        ("preload", b'{"updates": [{"message": {"chat": {"id": "x"}}}]}', 400),
        ("preload", b'{"updates": [{"callback_query": {"from": []}}]}', 400),
        ("preload", b'{"updates": [{"callback_query": {"message": []}}]}', 400),
        ("advance", b'{"seconds": 1e999}', 400),
        ("groups", b'{"title": "x", "members": 12}', 400),
        ("tap", b'{"person": 5000001, "at": 12}', 400),
        ("persons/5000001/tap", b'{"data": 12}', 400),
        ("tap", b'{"person": 5000001, "label": "x"}', 400),
        ("send", b"[]", 400),
        ("send", b'{"person": 99, "text": "a"}', 400),
        ("wait", b'{"calls": 1, "method": "sendMessage", "timeout": 0.05}', 408),
    ],
)
async def test_odd_orders_are_refused_with_words(
    server: Sandbox, siti: SimulatedPerson, path: str, body: bytes, status: int
) -> None:
    kind = "multipart/form-data; boundary=x" if path.startswith("upload") else "application/json"
    headers = {"Content-Type": kind}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/sim/{path}", data=body, headers=headers) as answer,
    ):
        assert answer.status == status, await answer.text()
        assert status == 200 or len((await answer.json())["error"]) > 8


@pytest.mark.parametrize("path", ["chats/x", "chats/99", "commands/99", "files/none"])
async def test_what_is_not_there(server: Sandbox, path: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.url}/sim/{path}") as answer,
    ):
        assert answer.status in (400, 404)


async def test_nothing_outside_of_the_page_is_served(server: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/page/none.js", "/page/..%2fsandbox.py", "/page/%2e%2e%2fsandbox.py"):
            async with session.get(f"{server.url}{path}") as answer:
                assert answer.status == 404, path


async def test_the_server_goes_on_after_all_that(bot: Bot, siti: SimulatedPerson) -> None:
    assert (await bot.send_message(siti.id, "halo")).text == "halo"
