"""The record as programs take it: a feed in pages by token, and an export that goes on."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from contextlib import closing
from typing import Any

import aiohttp
import pytest
from typer.testing import CliRunner

from bot.cli import app as commands
from bot.cli import following
from bot.cli.settings import zone
from bot.config import ConfigError
from bot.export.export_scope import ExportScope
from bot.feed import feeding
from bot.given_settings import Secret
from bot.storage.roster import read_roster
from bot.storage.setup import open_existing
from scoring.replacing import replace
from tests.e2e.conftest import Stage
from tests.e2e.player import act, whole_season
from tests.e2e.test_shell import child
from tests.support import PATIENCE
from tests.support.process import free_port
from tests.support.schemas import faults

SECRET = "kunci-umpan-" + "0123456789abcdef" * 2
BEARER = {"Authorization": f"Bearer {SECRET}"}


def fed(stage: Stage) -> str:
    """Have the bot serve the feed; return its address."""
    port = free_port()
    config = replace(stage.config(), feed_listen=f"127.0.0.1:{port}", feed_token=Secret(SECRET))
    stage.config = lambda: config  # type: ignore[method-assign]
    return f"http://127.0.0.1:{port}/record"


async def pages(
    session: aiohttp.ClientSession, url: str, **query: str | int
) -> list[dict[str, Any]]:
    """Return every page from the first one on."""
    got: list[dict[str, Any]] = []
    after, more = 0, True
    while more:
        asked = {**query, "after": after}
        async with session.get(url, params=asked, headers=BEARER) as response:
            assert (response.status, response.content_type) == (200, "application/json")
            got.append(await response.json())
        after, more = got[-1]["next"], got[-1]["more"]
    return got


async def test_the_record_comes_in_pages_and_only_what_is_new(stage: Stage) -> None:
    url = fed(stage)
    async with stage.running(), aiohttp.ClientSession() as session:
        people = await whole_season(stage)
        got = await pages(session, url, limit=7)
        assert faults("record-page", got) == []
        rows = [row for one in got for row in one["rows"]]
        with closing(sqlite3.connect(stage.database)) as db:
            kept = db.execute("SELECT id, hash FROM record ORDER BY id").fetchall()
        assert [(row["entry"], row["hash"]) for row in rows] == kept
        assert {len(one["rows"]) for one in got[:-1]} == {7}

        last = {"after": got[-1]["next"]}
        async with session.get(url, params=last, headers=BEARER) as response:
            tag = response.headers["ETag"]
            assert (await response.json())["rows"] == []
        known = BEARER | {"If-None-Match": tag}
        async with session.get(url, params=last, headers=known) as response:
            assert (response.status, await response.text()) == (304, "")
        async with session.head(url, headers=BEARER) as response:
            assert response.status == 200
        await act(people["Kanwil"], "/undang kesehatan")
        async with session.get(url, params=last, headers=known) as response:
            [row] = (await response.json())["rows"]
        assert (row["kind"], row["by"]) == ("invited", "Budi")
        hidden = await pages(session, url, names="no")
        assert "Budi" not in json.dumps(hidden)
        again = await pages(session, url, limit=7)
    export = ["export", "--everyone", "--format", "jsonl", "--database", str(stage.database)]
    whole = CliRunner().invoke(commands, export).stdout
    assert [row for one in again for row in one["rows"]] == list(
        map(json.loads, whole.splitlines())
    )


async def test_who_follows_from_the_first_gets_what_an_export_has(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage.running():
        await whole_season(stage)
    monkeypatch.setattr(following, "SOME", 3)
    with closing(open_existing(stage.database)) as db:
        roster = read_roster(db)
        assert roster is not None
        scope, stop = ExportScope(roster, zone()), asyncio.Event()
        reached = await following._caught_up(db, scope, stop, everyone=True)
        assert reached.after == db.execute("SELECT max(id) FROM record").fetchone()[0]
        stop.set()
        assert await following._caught_up(db, scope, stop, everyone=True) is scope
    followed = capsys.readouterr().out
    export = ["export", "--everyone", "--format", "jsonl", "--database", str(stage.database)]
    assert followed == CliRunner().invoke(commands, export).stdout


async def test_the_feed_refuses_whoever_has_no_token_and_says_what_it_takes(stage: Stage) -> None:
    url = fed(stage)
    async with stage.running(), aiohttp.ClientSession() as session:
        for headers in (
            {},
            {"Authorization": "Bearer x"},
            {"Authorization": f"Basic {SECRET}"},
            {"Authorization": "Bearer é"},
        ):
            async with session.get(url, headers=headers) as response:
                assert (response.status, await response.text()) == (401, "")
                assert response.headers["WWW-Authenticate"].startswith("Bearer")
        async with session.get(url, headers=BEARER | {"Host": "evil.example"}) as response:
            assert response.status == 403
        for method in ("POST", "PUT", "DELETE"):
            async with session.request(method, url, headers=BEARER) as response:
                assert response.status == 405
        for query, status, error in (
            ({"after": "x"}, 400, "after: give a number, such as 412."),
            ({"after": "-1"}, 400, "after: give a number, such as 412."),
            ({"limit": "0"}, 400, "limit: give 1 to 1000."),
            ({"limit": "1001"}, 400, "limit: give 1 to 1000."),
            ({"names": "n"}, 400, "names: give yes or no."),
            ({"offset": "1"}, 400, "offset: not known. Give after, limit, names, period, trial."),
            ({"period": "1999"}, 404, "period: no such one. There are 2017."),
        ):
            async with session.get(url, params=query, headers=BEARER) as response:
                assert (response.status, await response.json()) == (status, {"error": error})
        async with session.get(url, params={"period": "2017"}, headers=BEARER) as response:
            assert response.status == 200
        second = feeding(stage.config(), None, None)
        with pytest.raises(ConfigError, match="FEED_LISTEN"):
            await second.__aenter__()


async def test_an_export_goes_on_with_what_comes(stage: Stage) -> None:
    process = await child(stage, "export", "--follow", "--after", "1", "--everyone")
    assert process.stdout is not None
    try:
        async with stage.running():
            await stage.joined("Suku Dinas Kesehatan", "Siti")
            first = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
            await stage.joined("kanwil", "Budi")
            second = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
    finally:
        process.send_signal(signal.SIGTERM)
    assert faults("log", [first, second]) == []
    assert [(one["kind"], one["by"]) for one in (first, second)] == [
        ("joined", "Siti"),
        ("joined", "Budi"),
    ]
    assert first["entry"] > 1
    assert await process.wait() == 0
    assert await process.stdout.read() == b""
