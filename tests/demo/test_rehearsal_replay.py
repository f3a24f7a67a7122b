"""What is played on the stage is recorded whole, comes out the same when replayed, and a difference is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.rehearsing import rehearsed
from bot.demo.rehearsal.references import links
from bot.demo.rehearsal.rehearsal_model import Rehearsal
from bot.demo.rehearsal.rehearsal_problems import RehearsalError
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from tests.demo.stages import Staged, staged
from tests.support import PATIENCE
from tests.support.pictures import png

LARGE = b"%PDF-1.4\n" + b"x" * 70_000


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Staged]:
    async with staged(tmp_path, limits="off") as opened:
        yield opened


async def recording(stage: Staged) -> str:
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


def read(text: str) -> Rehearsal:
    return read_rehearsal(text, "coba.yaml")


@pytest.mark.process
async def test_everything_people_do_is_recorded_and_replayed(stage: Staged) -> None:
    server = stage.demo.server
    siti = await stage.asked()
    await stage.post("/sim/persons", name="Rekan", label="Rekan")
    friend = stage.who("Rekan")
    for label in ("Tidak dapat mengisi…", "Data ada di instansi lain", "↗️ Minta ke instansi lain"):
        siti.tap(label)
        await stage.settled()
    await server.until(lambda: bool(links(siti.chat)))
    friend.open_link(links(siti.chat)[0])
    await stage.settled()
    friend.send("12 dari 14.250")
    await stage.settled()
    first = siti.send("5")
    await stage.settled()
    siti.edit(first.id, "6")
    await stage.settled()
    siti.file("document", LARGE, "besar.pdf")
    await stage.settled()
    siti.album(("photo", png(1), "satu.png"), ("photo", png(2), "dua.png"))
    await stage.settled()
    kanwil = stage.who("Kanwil")
    await stage.join(kanwil)
    (group,) = server.groups()
    kanwil.send("/papan", chat=group)
    await server.until(lambda: bool(group.pinned), PATIENCE, "the board")
    await stage.settled()
    kanwil.send("/status", chat=group, reply_to=next(iter(group.messages)))
    await stage.settled()
    query = kanwil.ask_inline("jakpus")
    await stage.settled()
    kanwil.choose_inline(query, str(server.bot.inline[query]["results"][0]["id"]), group)
    await stage.settled()
    siti.block()
    siti.unblock()
    kanwil.contact("+62812")
    kanwil.location(1.0, 2.0)
    await stage.settled()
    text = await recording(stage)
    rehearsal = read(text)
    assert [step.act for step in rehearsal.steps] == [
        "opens", "taps", "taps", "taps", "taps", "opens", "types", "types", "edits", "sends", "sends", "sends", "opens",
        "types", "types", "asks", "chooses", "does", "does", "shares",
    ]  # fmt: skip
    assert rehearsal.people == ("Rekan",)
    assert "# Tidak terekam: Kanwil: location" in text
    assert rehearsal.steps[5].of == "Kontak Sudinkes"
    assert rehearsal.steps[6].heard.says == ("forwarding/confirm",)
    assert rehearsal.files["besar.pdf"].is_made_up
    assert rehearsal.steps[10].album == rehearsal.steps[11].album != 0
    assert rehearsal.steps[13].inside == group.title
    assert rehearsal.steps[15].heard.results
    played, _ = await rehearsed(rehearsal)
    assert played.problem is None, played.problem


@pytest.mark.campaign
@pytest.mark.process
async def test_kills_the_clock_and_a_bad_signal_are_recorded_and_replayed(stage: Staged) -> None:
    siti = await stage.asked()
    await stage.post("/sim/stage/clock", to="reminder")
    await stage.settled()
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
    await stage.settled()
    rehearsal = read(await recording(stage))
    acts = [f"{step.act} {step.value}" for step in rehearsal.steps if not step.who]
    assert acts == [
        "clock reminder", "bot kill", "bot start", "signal double", "signal good", "bot crash", "clock 1 day",
    ]  # fmt: skip
    assert rehearsal.steps[2].heard.others == {"Kontak Sudinkes": ("reminder/nudge",)}
    # though it was said after the start
    assert rehearsal.steps[4].heard.says == ("answering/confirm",)
    played, _ = await rehearsed(rehearsal)
    assert played.problem is None, played.problem
    assert len(stage.answers) == 1


async def test_a_difference_is_told_with_its_line(stage: Staged) -> None:
    await stage.asked()
    text = await recording(stage)
    wrong = text.replace("says: [answering/ask]", "says: [answering/confirm]")
    result = await stage.post("/sim/stage/rehearsal", yaml=wrong, name="latihan.yaml")
    line = 1 + wrong[: wrong.index("answering/confirm")].count("\n")
    assert result["ok"] is False
    assert result["steps"] == 2
    assert result["problem"].startswith(
        f"berbeda latihan.yaml:{line}: langkah 2 dari 2 (Kontak Sudinkes: taps ▶️ Mulai mengisi): "
        "says: tertulis [answering/confirm], yang datang [answering/ask]"
    )
    assert "tulis `says: [answering/ask]` di situ" in result["problem"]


async def test_a_missing_answer_and_a_missing_button_are_told(stage: Staged) -> None:
    await stage.asked()
    text = await recording(stage)
    more = text.replace("says: [joining/welcome]", "says: [joining/welcome, answering/ask]")
    result = await stage.post("/sim/stage/rehearsal", yaml=more)
    assert "[joining/welcome, answering/ask], yang datang [joining/welcome]" in result["problem"]
    other = text.replace('taps: "▶️ Mulai mengisi"', "taps: Mulai mengsi")
    result = await stage.post("/sim/stage/rehearsal", yaml=other)
    assert "tidak ada tombol “Mulai mengsi”" in result["problem"]
    assert "Maksud Anda “▶️ Mulai mengisi”?" in result["problem"]
    left = text.replace("opens: invitation", "opens: link, of: Kanwil")
    result = await stage.post("/sim/stage/rehearsal", yaml=left)
    assert "di percakapan Kanwil ada 0 tautan" in result["problem"]


async def test_somebody_who_is_not_there_is_told_before_anything_is_played(stage: Staged) -> None:
    await stage.asked()
    text = (await recording(stage)).replace("Kontak Sudinkes", "Kontak Sudinkse")
    result = await stage.post("/sim/stage/rehearsal", yaml=text)
    assert result["ok"] is False
    assert result["problem"].count("unknown_person latihan.yaml:") == 2
    assert "Maksud Anda “Kontak Sudinkes”?" in result["problem"]
    with pytest.raises(RehearsalError):
        await rehearsed(read(text))


async def test_the_page_s_way_to_save_and_to_replay(stage: Staged) -> None:
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
        assert answer.status == 400
        assert "Belum ada yang dimainkan" in (await answer.json())["error"]
    await stage.asked()
    assert (await stage.get("/sim/stage"))["recording"] == 2
    async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal?name=Coba") as answer:
        assert "latihan-empty.yaml" in answer.headers["Content-Disposition"]
        text = await answer.text()
    assert "\nrehearsal: Coba\n" in text
    result = await stage.post("/sim/stage/rehearsal", yaml=text)
    assert result == {"ok": True, "steps": 2, "problem": None}
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
    await stage.asked()
    text = await recording(stage)
    old = text.replace("says: [answering/ask]", "says: [answering/confirm]")
    played, now = await rehearsed(read(old), compare=False)
    assert played.ok
    assert now.steps[1].heard.says == ("answering/ask",)
    assert now.starts == read(old).starts


async def test_a_played_database_that_goes_on_cannot_be_recorded(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.asked()
    async with staged(tmp_path) as stage:
        siti = stage.demo.server.people()[0]
        siti.send("12")
        await asyncio.sleep(0)
        async with stage.client.get(f"{stage.demo.url}/sim/stage/rehearsal") as answer:
            assert answer.status == 400
            assert "pilih dahulu salah satu keadaan" in (await answer.json())["error"]
