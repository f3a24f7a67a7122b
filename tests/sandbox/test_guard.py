"""The server answers its own page and programs on this machine, and no page of another origin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from telegram import Bot

from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.control_outside import ACTS, READING
from tests.sandbox.conftest import TOKEN

EVIL = "http://evil.example"
WRITES = [
    "persons", "persons/5000001/send", "persons/5000001/tap", "faults", "redeliver", "preload",
    "advance", *sorted(set(ACTS) - READING),
]  # fmt: skip
READS = ["persons", "groups", "stats", "chats/5000001", "commands/5000001", "events"]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


async def status(session: aiohttp.ClientSession, verb: str, url: str, **more: object) -> int:
    async with session.request(verb, url, **more) as answer:  # type: ignore[arg-type]
        if answer.status in (400, 403, 415):
            assert len(await answer.text()) > 20
        return answer.status


def asked(server: Sandbox) -> tuple[int, int, int, int]:
    return len(server.chats), len(server.bots), server.counts.total(), len(server.faults.orders)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://[not"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Host": "evil.example"},
        {"Host": "evil.example:8817", "Origin": "http://evil.example:8817"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::1"},
    ],
)
async def test_what_a_foreign_page_sends_is_refused(
    server: Sandbox, siti: SimulatedPerson, session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    before = asked(server)
    for path in READS:
        assert await status(session, "GET", f"{server.url}/sim/{path}", headers=headers) == 403
    for path in WRITES:
        sent = await status(session, "POST", f"{server.url}/sim/{path}", json={}, headers=headers)
        assert sent == 403, path
    for path in ("", "page/main.js", f"bot{TOKEN}/sendMessage?chat_id={siti.id}&text=x"):
        assert await status(session, "GET", f"{server.url}/{path}", headers=headers) == 403, path
    assert asked(server) == before


async def test_a_link_to_the_page_may_be_followed_but_the_page_not_framed(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    (tmp_path / "index.html").write_text("<p>halo</p>", encoding="utf-8")
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with Sandbox(page_folder=tmp_path) as server:
        for dest, expected in (("document", 200), ("iframe", 403)):
            headers = link | {"Sec-Fetch-Dest": dest}
            assert await status(session, "GET", server.url, headers=headers) == expected
            assert await status(session, "GET", f"{server.url}/sim/persons", headers=headers) == 403
        async with session.get(server.url) as answer:
            assert await answer.text() == "<p>halo</p>"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_there_is_no_page_where_none_is_given(
    server: Sandbox, session: aiohttp.ClientSession
) -> None:
    assert await status(session, "GET", server.url) == 404


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_the_own_page_and_programs_are_served(
    server: Sandbox, siti: SimulatedPerson, session: aiohttp.ClientSession, host: str
) -> None:
    port = urlsplit(server.url).port
    own = {"Host": f"{host}:{port}", "Origin": f"http://{host}:{port}"}
    for headers in ({}, own, own | {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert await status(session, "GET", f"{server.url}/sim/persons", headers=headers) == 200
        url = f"{server.url}/sim/persons/{siti.id}/send"
        assert await status(session, "POST", url, json={"text": "x"}, headers=headers) == 200


@pytest.mark.parametrize("path", WRITES)
async def test_nothing_is_written_by_a_get(
    server: Sandbox, siti: SimulatedPerson, session: aiohttp.ClientSession, path: str
) -> None:
    before = asked(server)
    url = f"{server.url}/sim/{path}?person={siti.id}&text=x&token=1:X&kind=reset"
    expected = (405, 200) if path in ("persons", "groups") else (405,)  # those list
    assert await status(session, "GET", url) in expected
    assert asked(server) == before


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"])  # fmt: skip
async def test_a_body_says_that_it_is_json(
    server: Sandbox, siti: SimulatedPerson, session: aiohttp.ClientSession, kind: str
) -> None:
    before = asked(server)
    headers = {"Content-Type": kind}
    for path in WRITES:
        url = f"{server.url}/sim/{path}"
        assert await status(session, "POST", url, data=b'{"text": "x"}', headers=headers) == 415
    upload = f"{server.url}/sim/upload/{siti.id}"
    assert await status(session, "POST", upload, json={"kind": "photo"}) == 415
    assert asked(server) == before


async def test_orders_before_there_is_a_bot_are_refused_with_words(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox() as server:
        assert await status(session, "GET", f"{server.url}/sim/persons") == 200
        server.person("Siti", person_id=5000001)
        for path in ("persons", "groups", "stats", "files/x", "chats/5000001", "commands/5000001"):
            assert await status(session, "GET", f"{server.url}/sim/{path}") < 500, path
        for path in WRITES:
            url = f"{server.url}/sim/{path}"
            assert await status(session, "POST", url, json={}) < 500, path


async def test_what_listens_beyond_this_machine_goes_by_any_name(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox(host="0.0.0.0") as server:  # of a container
        server.add_bot(TOKEN)
        url = f"{server.url}/bot{TOKEN}/getMe"
        assert await status(session, "GET", url, headers={"Host": "sandbox:8081"}) == 200
        headers = {"Host": "sandbox:8081", "Origin": EVIL}
        assert await status(session, "GET", url, headers=headers) == 403


async def test_a_bot_is_served_as_before(bot: Bot, siti: SimulatedPerson) -> None:
    assert (await bot.send_message(siti.id, "halo")).text == "halo"
