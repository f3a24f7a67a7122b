"""What is played on the stage is recorded whole, comes out the same when replayed, and a difference is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli.rehearsing import rehearsed
from bot.demo.rehearsal.cast import links
from bot.demo.rehearsal.model import Rehearsal
from bot.demo.rehearsal.problems import RehearsalError
from bot.demo.rehearsal.reading import read_rehearsal
from tests.demo.stages import Staged, staged
from tests.support import PATIENCE
from tests.support.pictures import png

LARGE = b"%PDF-1.4\n" + b"x" * 70_000


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Staged]:
    async with staged(tmp_path) as one:
        one.demo.stage.limits = "off"
        yield one


async def recording(stage: Staged) -> str:
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


def read(text: str) -> Rehearsal:
    return read_rehearsal(text, "coba.yaml")


async def idle(stage: Staged) -> None:
    await stage.demo.box.idle(0.3)


async def begun(stage: Staged) -> Any:
    siti = stage.who("Kontak Sudinkes")
    await stage.join(siti)
    siti.tap("▶️ Mulai mengisi")
    await siti.wait_for("jumlah kematian ibu")
    return siti


@pytest.mark.process
async def test_everything_people_do_is_recorded_and_replayed(stage: Staged) -> None:
    box = stage.demo.box
    siti = await begun(stage)
    await stage.post("/sim/persons", name="Rekan", label="Rekan")
    friend = stage.who("Rekan")
    for label in ("Tidak dapat mengisi…", "Data ada di instansi lain", "↗️ Minta ke instansi lain"):
        siti.tap(label)
        await idle(stage)
    friend.open_link(links(siti.chat)[0])
    await idle(stage)
    friend.send("12 dari 14.250")
    await idle(stage)
    first = siti.send("5")
    await idle(stage)
    siti.edit(first.id, "6")
    await idle(stage)
    siti.file("document", LARGE, "besar.pdf")
    await idle(stage)
    siti.album(("photo", png(1), "satu.png"), ("photo", png(2), "dua.png"))
    await idle(stage)
    kanwil = stage.who("Kanwil")
    await stage.join(kanwil)
    (group,) = box.groups()
    kanwil.send("/papan", chat=group)
    await box.until(lambda: bool(group.pinned), PATIENCE, "the board")
    await idle(stage)
    kanwil.send("/status", chat=group, reply_to=next(iter(group.messages)))
    await idle(stage)
    query = kanwil.ask_inline("jakpus")
    await idle(stage)
    kanwil.choose_inline(query, str(box.bot.inline[query]["results"][0]["id"]), group)
    await idle(stage)
    siti.block()
    siti.unblock()
    kanwil.contact("+62812")
    kanwil.location(1.0, 2.0)
    await idle(stage)
    text = await recording(stage)
    one = read(text)
    assert [step.act for step in one.steps] == [
        "opens", "taps", "taps", "taps", "taps", "opens", "types", "types", "edits", "sends", "sends", "sends", "opens",
        "types", "types", "asks", "chooses", "does", "does", "shares",
    ]  # fmt: skip
    assert one.people == ("Rekan",)
    assert "# Tidak terekam: Kanwil: location" in text
    assert one.steps[5].of == "Kontak Sudinkes"
    assert one.steps[6].heard.says == ("forwarding/confirm",)
    assert one.files["besar.pdf"].is_made_up
    assert one.steps[10].album == one.steps[11].album != 0
    assert one.steps[13].inside == group.title
    assert one.steps[15].heard.results
    played, _ = await rehearsed(one)
    assert played.problem is None, played.problem


@pytest.mark.process
async def test_kills_the_clock_and_a_bad_signal_are_recorded_and_replayed(stage: Staged) -> None:
    siti = await begun(stage)
    await stage.post("/sim/stage/clock", to="reminder")
    await idle(stage)
    await stage.post("/sim/stage/bot", do="kill")
    siti.send("12 dari 14.250")
    await stage.post("/sim/stage/bot", do="start")
    await siti.wait_for("84 per 100.000")
    await stage.post("/sim/stage/signal", double=True)
    siti.tap("✅ Simpan")
    await siti.wait_for("kematian bayi")
    await stage.post("/sim/stage/signal", double=False)
    await stage.post("/sim/stage/bot", do="crash")
    siti.send("/ringkasan")
    await siti.wait_for("10 dari")
    before = siti.last.id
    await stage.post("/sim/stage/clock", forward=86_400)
    await siti.wait_for("masih menunggu", after=before)
    await idle(stage)
    one = read(await recording(stage))
    acts = [f"{step.act} {step.value}" for step in one.steps if not step.who]
    assert acts == [
        "clock reminder", "bot kill", "bot start", "signal double", "signal good", "bot crash", "clock 1 day",
    ]  # fmt: skip
    assert one.steps[2].heard.others == {"Kontak Sudinkes": ("reminder/nudge",)}
    assert one.steps[4].heard.says == ("answering/confirm",)  # though it was said after the start
    played, _ = await rehearsed(one)
    assert played.problem is None, played.problem
    assert len(stage.answers) == 1


async def test_a_difference_is_told_with_its_line(stage: Staged) -> None:
    await begun(stage)
    text = await recording(stage)
    wrong = text.replace("says: [answering/ask]", "says: [answering/confirm]")
    said = await stage.post("/sim/stage/rehearsal", yaml=wrong, name="latihan.yaml")
    line = 1 + wrong[: wrong.index("answering/confirm")].count("\n")
    assert said["ok"] is False
    assert said["steps"] == 2
    assert said["problem"].startswith(
        f"differs latihan.yaml:{line}: step 2 of 2 (Kontak Sudinkes: taps ▶️ Mulai mengisi): "
        "says: expected [answering/confirm], got [answering/ask]"
    )
    assert "write `says: [answering/ask]` there" in said["problem"]


async def test_a_missing_answer_and_a_missing_button_are_told(stage: Staged) -> None:
    await begun(stage)
    one = await recording(stage)
    more = one.replace("says: [joining/welcome]", "says: [joining/welcome, answering/ask]")
    said = await stage.post("/sim/stage/rehearsal", yaml=more)
    assert "expected [joining/welcome, answering/ask], got [joining/welcome]" in said["problem"]
    other = one.replace('taps: "▶️ Mulai mengisi"', "taps: Mulai mengsi")
    said = await stage.post("/sim/stage/rehearsal", yaml=other)
    assert "there is no button “Mulai mengsi”" in said["problem"]
    assert "Did you mean “▶️ Mulai mengisi”?" in said["problem"]
    left = one.replace("opens: invitation", "opens: link, of: Kanwil")
    said = await stage.post("/sim/stage/rehearsal", yaml=left)
    assert "in the chat of Kanwil there are 0 links" in said["problem"]


async def test_somebody_who_is_not_there_is_told_before_anything_is_played(stage: Staged) -> None:
    await begun(stage)
    text = (await recording(stage)).replace("Kontak Sudinkes", "Kontak Sudinkse")
    said = await stage.post("/sim/stage/rehearsal", yaml=text)
    assert said["ok"] is False
    assert said["problem"].count("unknown_person [latihan.yaml:") == 2
    assert "Did you mean `Kontak Sudinkes`?" in said["problem"]
    with pytest.raises(RehearsalError):
        await rehearsed(read(text))


async def test_the_page_s_way_to_save_and_to_replay(stage: Staged) -> None:
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
        assert answer.status == 400
        assert "Belum ada yang dimainkan" in (await answer.json())["error"]
    await begun(stage)
    assert (await stage.get("/sim/stage"))["recording"] == 2
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal?name=Coba") as answer:
        assert "latihan-empty.yaml" in answer.headers["Content-Disposition"]
        text = await answer.text()
    assert "\nrehearsal: Coba\n" in text
    said = await stage.post("/sim/stage/rehearsal", yaml=text)
    assert said == {"ok": True, "steps": 2, "problem": None}
    assert (await stage.get("/sim/stage"))["recording"] == 2  # and can be played on from there
    siti = stage.who("Kontak Sudinkes")
    siti.send("12 dari 14.250")
    await siti.wait_for("84 per 100.000")
    assert (await stage.post("/sim/stage/rehearsal", yaml="talk: ["))["problem"].startswith(
        "yaml_syntax"
    )
    assert "error" in await stage.post("/sim/stage/rehearsal", 400, name="x")
    assert "error" in await stage.post("/sim/stage/rehearsal", 400, yaml=12)


async def test_written_down_anew(stage: Staged, tmp_path: Path) -> None:
    await begun(stage)
    text = await recording(stage)
    old = text.replace("says: [answering/ask]", "says: [answering/confirm]")
    played, now = await rehearsed(read(old), compare=False)
    assert played.ok
    assert now.steps[1].heard.says == ("answering/ask",)
    assert now.starts == read(old).starts


async def test_a_played_database_that_goes_on_cannot_be_recorded(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await begun(stage)
    async with staged(tmp_path) as stage:
        siti = stage.demo.box.people()[0]
        siti.send("12")
        await asyncio.sleep(0)
        async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
            assert answer.status == 400
            assert "pilih dahulu salah satu keadaan" in (await answer.json())["error"]
