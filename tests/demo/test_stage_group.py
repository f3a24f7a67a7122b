"""The coordination group and inline mode over /sim, and the news of the stage."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import pytest_asyncio

from tests.demo.stages import Staged, staged

GROUP = "Koordinasi HAM Jakarta Pusat"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staged]:
    folder: Path = tmp_path_factory.mktemp("group")
    async with staged(folder, "mid") as opened:
        yield opened


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_group_and_who_is_in_it(stage: Staged) -> None:
    (group,) = await stage.get("/sim/groups")
    assert group["title"] == GROUP
    assert len(group["pinned"]) == 1
    persons = {one["id"]: one for one in await stage.get("/sim/persons")}
    assert {persons[one]["label"] for one in group["members"]} > {"Kanwil", "Bagian Hukum"}
    for person_id, person in persons.items():
        assert (group["id"] in person["chats"]) == (person_id in group["members"])


async def test_a_group_as_each_of_its_people_sees_it(stage: Staged) -> None:
    (group,) = await stage.get("/sim/groups")
    hana, siti = stage.who("Bagian Hukum"), stage.who("Kontak Sudinkes")
    sent = await stage.post(
        f"/sim/persons/{siti.id}/send", text="Baik, terima kasih.", chat=group["id"]
    )
    for viewer, mine in ((siti, True), (hana, False)):
        seen = await stage.get(f"/sim/chats/{group['id']}?as={viewer.id}")
        assert seen["title"] == GROUP
        message = next(one for one in seen["messages"] if one["id"] == sent["result"])
        assert message["out"] is mine
        assert message["from"] == "Siti Aminah"
    await stage.post(
        f"/sim/persons/{siti.id}/edit", chat=group["id"], message_id=sent["result"], text="Baik."
    )
    seen = await stage.get(f"/sim/chats/{group['id']}?as={hana.id}")
    assert next(one for one in seen["messages"] if one["id"] == sent["result"])["text"] == "Baik."
    outsider = stage.who("Kontak Sudinsos")
    async with stage.client.get(
        f"{stage.demo.url}/sim/chats/{group['id']}?as={outsider.id}"
    ) as answer:
        assert answer.status == 400
    await stage.post(f"/sim/persons/{outsider.id}/send", 400, text="halo", chat=group["id"])


async def test_the_board_can_be_tapped_by_anybody(stage: Staged) -> None:
    (group,) = await stage.get("/sim/groups")
    siti = stage.who("Kontak Sudinkes")
    seen = await stage.get(f"/sim/chats/{group['id']}?as={siti.id}")
    board = next(one for one in seen["messages"] if one["id"] == group["pinned"][0])
    data = board["keyboard"][0][0]["callback_data"]
    before = seen["messages"][-1]["id"]
    await stage.post(
        f"/sim/persons/{siti.id}/tap", chat=group["id"], message_id=board["id"], data=data
    )
    await stage.settled()
    seen = await stage.get(f"/sim/chats/{group['id']}?as={siti.id}")
    replies = [one for one in seen["messages"] if one["id"] > before]
    answered = [one for one in siti.notices if one["chat_id"] == group["id"]]
    assert replies or answered
    assert "Siti" not in " ".join(one.get("text", "") for one in replies)


async def test_a_status_card_by_inline_mode(stage: Staged) -> None:
    (group,) = await stage.get("/sim/groups")
    budi, siti = stage.who("Kanwil"), stage.who("Kontak Sudinkes")
    asked = await stage.post(f"/sim/persons/{budi.id}/inline", query="jakpus")
    path = f"/sim/inline/{asked['result']}"
    await stage.settled()
    results = (await stage.get(path))["results"]
    assert results
    assert {"id", "title", "message_text"} <= set(results[0])
    chosen = await stage.post(
        f"/sim/persons/{budi.id}/choose_inline",
        query_id=asked["result"],
        result_id=results[0]["id"],
        chat=group["id"],
    )
    for viewer, mine in ((budi, True), (siti, False)):
        seen = await stage.get(f"/sim/chats/{group['id']}?as={viewer.id}")
        message = next(one for one in seen["messages"] if one["id"] == chosen["result"])
        assert message["via_bot"] == "Peduli HAM"
        assert message["out"] is mine
        assert message["from"] == "Budi Santoso"


async def test_the_page_is_told_of_the_stage_and_the_trace(stage: Staged) -> None:
    async with stage.client.get(f"{stage.demo.url}/sim/events") as events:
        await stage.post("/sim/stage/clock", forward=30)
        received: list[dict[str, Any]] = []
        while not {"stage", "trace"} <= {one["kind"] for one in received}:
            line = await events.content.readline()
            if line.startswith(b"data: "):
                received.append(orjson.loads(line[6:]))
