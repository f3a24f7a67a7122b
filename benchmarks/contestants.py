"""Who takes part in `benchmarks.taps`: how each bot is started, what it calls, how its work is checked."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import country
from benchmarks.machine import ROOT
from benchmarks.peers import ptb_conversation
from tests.support.process import TOKEN, environment

OTHERS = ROOT / ".venv-bench" / "bin" / "python"
"""Made by `.ci/env --bench true`; the bots on aiogram are left out where it is missing."""
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
        found: dict[str, Any] = country.work_done(job.database)
        if found != wanted:
            raise WorkNotDoneError(f"asked: {wanted}, done: {found}")


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
        found = ptb_conversation.stored(job.pickle)
        wanted = (done, 0) if job.load == "taps" else (0, done // 2)
        if found != wanted:
            raise WorkNotDoneError(f"answers, confirmations asked: {wanted}, done: {found}")


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


OURS = Ours("Peduli HAM", ALL, "every update, on the disk")
ECHO = PtbEcho("PTB echo", ONE, "nothing")
EVERYBODY = (
    ECHO,
    PtbConversation("PTB conversation + pickle", ALL, "a file, each second", share=0.1),
    Aiogram("aiogram echo", ONE, "nothing"),
    Dialogs("aiogram_dialog", EDITS, "in memory", button="kontak\x1dsave"),
    OURS,
)


def present() -> tuple[Contestant, ...]:
    """Those that can run here."""
    return tuple(one for one in EVERYBODY if one.is_here)
