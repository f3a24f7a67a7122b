"""The drills of docs/operating.md, run as they stand there: backup beside the bot, loss, restore, and on."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from bot.config import Config
from bot.demo.botapi import SimulatedPerson
from scoring.replacing import replace
from tests.e2e.conftest import TOKEN, Stage
from tests.e2e.player import act
from tests.e2e.test_evidence import pdf, settled
from tests.support import ROOT, dump

OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


class Drill(Stage):
    """A stage with the names of files that the document has."""

    def config(self) -> Config:
        return replace(super().config(), files=self.folder / "peduli-ham-files")

    @property
    def folder(self) -> Path:
        return self.database.parent

    @property
    def is_replicated(self) -> bool:
        return any((self.folder / "replica").rglob("*.ltx"))

    def lose(self) -> None:
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.database}{tail}").unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.server.url,
            "BACKUP": str(self.folder / "backup"),
            "DATABASE": str(self.database),
            "REPLICA": str(self.folder / "replica"),
        }

    async def do(self, name: str) -> str:
        """Run a block of the document; check that every line of it succeeds."""
        block = re.search(rf"<!-- drill: {name} -->\n```sh\n(.*?)```", OPERATING, re.S)
        assert block is not None, name
        script = (
            block[1]
            .replace(".ci/env ", "")
            .replace("docs/litestream.yml", str(ROOT / "docs/litestream.yml"))
        )
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder, env=self.environment(), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout)


@pytest.fixture
def drill(stage: Stage) -> Drill:
    path = stage.database.with_name("peduli-ham.db")
    for tail in ("", "-wal", "-shm"):
        if (source := Path(f"{stage.database}{tail}")).exists():
            source.rename(f"{path}{tail}")
    (path.parent / "backup").mkdir()
    return Drill(stage.server, path, stage.clock, setup=stage.setup)


async def one_answer_with_its_proof(drill: Drill) -> SimulatedPerson:
    eko = await drill.joined("Suku Badan Kesatuan Bangsa dan Politik", "Eko")
    await act(eko, "/lanjut")
    await act(eko, "2")
    await act(eko, "!✅ Simpan")
    saved = next(one for one in reversed(eko.replies) if "Tersimpan" in one.text)
    eko.tap("📎 Data dukung", message_id=saved.id)
    await eko.wait_for("Kirim foto")
    eko.file("document", pdf("laporan"), "laporan.pdf")
    await settled(drill)
    siti = await drill.joined("Suku Dinas Kesehatan", "Siti")
    await act(siti, "/lanjut")
    await act(siti, "12 dari 14.250")
    return siti


async def test_backup_and_restore_as_documented(drill: Drill) -> None:
    async with drill.running():
        siti = await one_answer_with_its_proof(drill)
        assert "1 file of evidence, 1 new" in await drill.do("backup")
        await act(siti, "!✅ Simpan")  # shown as stored, and after the backup
        await drill.server.idle()
        assert [row[3] for row in dump(drill.database, "record")].count("answer") == 2
    output = await drill.do("restore")
    assert "files included" in output
    assert [row[3] for row in dump(drill.database, "record")][-1] == "restored"
    assert [row[3] for row in dump(drill.database, "record")].count("answer") == 1
    async with drill.running():
        mark = siti.last.id
        saves = [one for one in siti.every_button() if one[1].startswith("s.")]
        assert saves
        for message_id, data in saves:
            siti.tap(data=data, message_id=message_id)
        await siti.wait_for("14.250 bayi", after=mark)  # the live question, not a stored answer
        await drill.server.idle()
        assert [row[3] for row in dump(drill.database, "record")].count("answer") == 1
        await act(siti, "!✅ Simpan")
        await drill.server.idle()
        assert [row[3] for row in dump(drill.database, "record")].count("answer") == 2
    assert dump(drill.database, "failed_updates") == []


@pytest.mark.skipif(
    not (shutil.which("litestream") or (ROOT / ".venv/bin/litestream").exists()),
    reason="the program litestream is not here",
)
async def test_continuous_replication_as_documented(drill: Drill) -> None:
    command = re.search(r"```sh\n(litestream replicate .*)\n```", OPERATING)
    assert command is not None
    words = command[1].replace("docs/", f"{ROOT}/docs/").split()
    beside = await asyncio.create_subprocess_exec(*words, env=drill.environment(), cwd=drill.folder)
    try:
        async with drill.running():
            await one_answer_with_its_proof(drill)
            await drill.server.idle()
            while not drill.is_replicated:
                await asyncio.sleep(0.05)
    finally:
        beside.send_signal(signal.SIGTERM)  # in order, so that all is replicated
        assert await beside.wait() == 0
    before = dump(drill.database, "record")
    drill.lose()
    assert "files included" in await drill.do("litestream")
    assert dump(drill.database, "record")[:-1] == before
    async with drill.running():
        hana = await drill.joined("coordinator", "Hana")
        await act(hana, "/status")
        assert "Jakarta Pusat" in hana.text
