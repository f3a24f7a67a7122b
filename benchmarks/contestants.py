"""Who takes part in `benchmarks.taps`: how each bot is started, what it calls, how its work is checked."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import country
from benchmarks.machine import ROOT
from benchmarks.peers import ptb_conversation
from tests.support.process import TOKEN, environment

OTHERS = ROOT / ".venv-bench" / "bin" / "python"
"""Made by `.ci/env --bench true`; the bots on aiogram are left out where it is missing."""
NODE = ROOT / ".node-bench" / "node_modules"
"""Made by the same where there is npm; grammY is left out where it is missing."""
PINNED = "from benchmarks.machine import pin; pin(1); from bot.cli import main; main()"
ONE = {"texts": {"sendmessage": 1}, "taps": {"answercallbackquery": 1, "sendmessage": 1}}
EDITS = {"texts": {"sendmessage": 1}, "taps": {"answercallbackquery": 1, "editmessagetext": 1}}
ALL = {**EDITS, "taps": {**EDITS["taps"], "sendmessage": 1}}


class WorkNotDoneError(Exception):
    """What is stored does not show what was asked of the bot."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run: so many updates after the warm-up, of so many contacts, in a folder of its own."""

    load: str
    updates: int
    contacts: int
    template: Path
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "taps.db"

    @property
    def pickle(self) -> Path:
        return self.folder / "answers.pickle"

    @property
    def floor(self) -> Path:
        return self.folder / "floor.db"

    @property
    def chats(self) -> range:
        return range(country.FIRST_CONTACT, country.FIRST_CONTACT + self.contacts)


@dataclass(frozen=True, slots=True)
class Contestant:
    """One bot. `share`: how much of the work it is given where all of it would take hours."""

    name: str
    calls: dict[str, dict[str, int]]
    stores: str
    share: float = 1.0
    button: str | None = None

    def prepare(self, job: Job) -> None:
        """Everything in place before the process starts."""

    def command(self, url: str, job: Job) -> list[str]:
        """The process."""
        raise NotImplementedError

    def settings(self, url: str, job: Job) -> dict[str, str]:
        """Its environment."""
        return environment(url, job.database, None)

    def check(self, job: Job, done: int) -> None:
        """After its end. Raises WorkNotDoneError."""

    @property
    def is_here(self) -> bool:
        return True


class Ours(Contestant):
    """`peduli-ham run`, `synchronous=FULL`."""

    def prepare(self, job: Job) -> None:
        for tail in ("-wal", "-shm"):
            Path(f"{job.database}{tail}").unlink(missing_ok=True)
        shutil.copyfile(job.template, job.database)
        os.sync()  # gigabytes that were just copied are no years of taps

    def command(self, url: str, job: Job) -> list[str]:
        return [sys.executable, "-c", PINNED, "run"]

    def check(self, job: Job, done: int) -> None:
        taps = job.load == "taps"
        wanted = {
            "answers": done if taps else 0,
            "handled": done,
            "failed_updates": 0,
            "letters_sent": done * sum(self.calls[job.load].values()),
            "letters_unsent": 0,
            "at_confirmation": 0 if taps else done // 2,
        }
        counts: dict[str, Any] = country.work_done(job.database)
        if counts != wanted:
            raise WorkNotDoneError(f"asked: {wanted}, done: {counts}")


class PtbEcho(Contestant):
    """python-telegram-bot as it comes."""

    def command(self, url: str, job: Job) -> list[str]:
        return [sys.executable, "-m", "benchmarks.peers.ptb_echo", url]


class PtbConversation(Contestant):
    """ConversationHandler and PicklePersistence."""

    def prepare(self, job: Job) -> None:
        ptb_conversation.prepare(job.pickle, job.chats, confirming=job.load == "taps")

    def command(self, url: str, job: Job) -> list[str]:
        return [sys.executable, "-m", "benchmarks.peers.ptb_conversation", url, str(job.pickle)]

    def check(self, job: Job, done: int) -> None:
        counts = ptb_conversation.stored(job.pickle)
        wanted = (done, 0) if job.load == "taps" else (0, done // 2)
        if counts != wanted:
            raise WorkNotDoneError(f"answers, confirmations asked: {wanted}, done: {counts}")


class Aiogram(Contestant):
    """In an environment of its own."""

    @property
    def is_here(self) -> bool:
        return OTHERS.exists()

    def command(self, url: str, job: Job) -> list[str]:
        script = ROOT / "benchmarks" / "peers" / "aiogram_echo.py"
        return [str(OTHERS), str(script), url, TOKEN]


class Dialogs(Aiogram):
    """aiogram_dialog; what it keeps is in memory."""

    def command(self, url: str, job: Job) -> list[str]:
        script = ROOT / "benchmarks" / "peers" / "aiogram_dialogs.py"
        more = (url, TOKEN, job.load, str(job.chats.start), str(job.contacts))
        return [str(OTHERS), str(script), *more]


class Floor(Contestant):
    """No bot at all: the calls, and what came and is said in one transaction a batch."""

    def prepare(self, job: Job) -> None:
        for tail in ("", "-wal", "-shm"):
            Path(f"{job.floor}{tail}").unlink(missing_ok=True)

    def command(self, url: str, job: Job) -> list[str]:
        return [sys.executable, "-m", "benchmarks.peers.floor", url, str(job.floor)]

    def check(self, job: Job, done: int) -> None:
        with closing(sqlite3.connect(job.floor)) as connection:
            (counts,) = connection.execute(
                "SELECT (SELECT count(*) FROM came), (SELECT count(*) FROM said)"
            )
        wanted = (done, done * sum(self.calls[job.load].values()))
        if counts != wanted:
            raise WorkNotDoneError(f"updates and letters asked: {wanted}, done: {counts}")


class Grammy(Contestant):
    """On Node, in an environment of its own, on our core."""

    @property
    def is_here(self) -> bool:
        return NODE.exists() and shutil.which("node") is not None

    def command(self, url: str, job: Job) -> list[str]:
        core = (
            ["taskset", "-c", "1"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
        )
        script = ROOT / "benchmarks" / "peers" / "grammy" / "echo.js"
        return [*core, "node", str(script), url, TOKEN]

    def settings(self, url: str, job: Job) -> dict[str, str]:
        return {**super().settings(url, job), "NODE_PATH": str(NODE)}


OURS = Ours("Peduli HAM", ALL, "every update, on the disk")
ECHO = PtbEcho("PTB echo", ONE, "nothing")
EVERYBODY = (
    ECHO,
    PtbConversation("PTB conversation + pickle", ALL, "a file, each second", share=0.1),
    Aiogram("aiogram echo", ONE, "nothing"),
    Dialogs("aiogram_dialog", EDITS, "in memory", button="kontak\x1dsave"),
    Grammy("grammY echo", ONE, "nothing"),
    Floor("floor", ALL, "every update, on the disk"),
    OURS,
)


def present() -> tuple[Contestant, ...]:
    """Those that can run here."""
    return tuple(one for one in EVERYBODY if one.is_here)
