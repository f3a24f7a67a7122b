"""Makes `landings.tar.xz`: a small database of each landing that changed the tables, by that landing's own code.

`python -m tests.upgrades.make` in a clone with its history. Each is played by the dispatcher of its time; what a
landing did not know yet, it refuses or takes for words, as it did then.
"""

from __future__ import annotations

import io
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
PACKED = HERE / "landings.tar.xz"
TABLES = ("bot/storage/schema.py", "bot/storage/migrations.py")
HELPERS = "51f4a3a:tests/support.py"
STEP = re.compile(r'\("(m\d+_\w+)"')
PLAY = """
import asyncio, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from bot.dispatch import Dispatcher
from bot.storage.database import open_database
from flows.model.events import Command, Tap, Text
from tests.support import HeldClock, make_database, update

TALK = [
    (21, "/start KANWIL"), (51, "/start HUKUM"), (11, "/start KES"), (31, "/start DIK1"), (61, "/start JABAR"),
    (11, "/lanjut"), (11, "12 dari 14.250"), (11, "simpan"), (31, "/lanjut"), (31, "90 dari 100"), (31, "simpan"),
    (21, "/status"), (21, "/undang sudindik 2"), (21, "/undang kanwil"), (51, "/undang sudinkes"),
    (21, "/serahterima sudinkes"), (21, Tap("H.1.3", 9, "q1")), (21, Tap("S.1.4.suspend", 9, "q2")),
    (51, "/ingatkan"), (11, "/tanya apakah 2016?"), (11, "/ringkasan"), (11, "/lanjut"), (11, "3"),
]


async def main():
    path = make_database(Path(sys.argv[1]))
    async with open_database(path) as database:
        dispatcher = Dispatcher(database, HeldClock(), ZoneInfo("Asia/Jakarta"), "https://t.me/PeduliHamBot")
        for number, (who, what) in enumerate(TALK, 1):
            event = what
            if isinstance(what, str):
                name, _, args = what.lstrip("/").partition(" ")
                event = Command(name, args) if what.startswith("/") else Text(what, number)
            await dispatcher.handle([update(number, who, event, f"Orang {who}")])


asyncio.run(main())
"""


def landings() -> dict[str, list[str]]:
    """Each commit of the main line that has other steps than the one before it, the oldest first."""
    log = ["git", "log", "--first-parent", "--reverse", "--format=%h", "--", *TABLES]
    steps_by_commit: dict[str, list[str]] = {}
    for commit in subprocess.check_output(log, text=True).split():
        source = subprocess.run(
            ["git", "show", f"{commit}:{TABLES[1]}"], capture_output=True, text=True, check=False
        )
        steps = STEP.findall(source.stdout)
        runs = subprocess.check_output(["git", "ls-tree", commit, "scoring/"])  # not the very first
        if steps and runs and steps not in steps_by_commit.values():
            steps_by_commit[commit] = steps
    return steps_by_commit


def made(commit: str, folder: Path) -> bytes:
    """The database that this commit's code makes."""
    code, path = folder / "code", folder / "p.db"
    code.mkdir()
    archive = subprocess.check_output(["git", "archive", commit])
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(code, filter="data")
    helpers = code / "tests/support.py"
    if not helpers.exists():  # the first landings had none
        helpers.write_bytes(subprocess.check_output(["git", "show", HELPERS]))
    environment = {**os.environ, "PYTHONPATH": str(code)}
    subprocess.run([sys.executable, "-c", PLAY, path], cwd=code, env=environment, check=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    return path.read_bytes()


def main() -> None:
    """Make all of them anew."""
    with tarfile.open(PACKED, "w:xz", preset=9) as packed:
        for number, (commit, steps) in enumerate(landings().items(), 1):
            with tempfile.TemporaryDirectory() as folder:
                content = made(commit, Path(folder))
            entry = tarfile.TarInfo(f"{number:02}-{commit}-{len(steps)}.db")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
            sys.stdout.write(f"{entry.name}: {len(content)} bytes\n")


if __name__ == "__main__":
    main()
