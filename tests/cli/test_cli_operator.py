"""`peduli-ham doctor` and `failed` on real files, where the bot does not run."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import Result

from bot.cli.doctor_command import LABELS, NAMES, WRONG
from bot.cli.process_lock import is_served
from bot.clock import iso
from bot.portable import locked
from bot.storage.database import connect
from bot.storage.setup import open_existing, verdict

Peduli = Callable[..., Result]
DATABASE = Path("peduli-ham.db")
NOWHERE = "http://127.0.0.1:9"
TRACE = (
    'Traceback (most recent call last):\n  File "/x/flows/contact/answering.py", line 12, in step\n'
    "    raise KeyError(name)\nKeyError: 'Siti Aminah'\n"
)


@pytest.fixture
def ready(peduli: Peduli, monkeypatch: pytest.MonkeyPatch) -> Peduli:
    """A database, a token, and a server that is not there."""
    monkeypatch.setenv("BOT_TOKEN", "123456:ABCDEFGHIJ")
    monkeypatch.setenv("BOT_API_URL", NOWHERE)
    assert peduli("setup", "jakarta-pusat").exit_code == 0
    return peduli


def run(statement: str, *values: object) -> None:
    with closing(sqlite3.connect(DATABASE, isolation_level=None)) as connection:
        connection.execute(statement, values)


def ago(**span: float) -> str:
    return iso(datetime.now(UTC) - timedelta(**span))


def keep(
    update: int = 7, body: str = '{"update_id": 7, "message": {"text": "Siti Aminah"}}'
) -> None:
    run(
        "INSERT INTO failed_updates (update_id, at, body, error) VALUES (?, ?, ?, ?)",
        update, "2017-03-10T02:00:00Z", body, TRACE,
    )  # fmt: skip


@contextmanager
def served() -> Iterator[None]:
    with DATABASE.with_name("peduli-ham.db.lock").open("w", encoding="utf-8") as file, locked(file):
        yield


def checks(peduli: Peduli, code: int = 0) -> dict[str, list[str]]:
    done = peduli("doctor", "--json")
    assert (done.exit_code, bool(done.stderr)) == (code, code == 2), done.stdout
    entries = json.loads(done.stdout)["checks"]
    assert {one["check"] for one in entries} <= set(NAMES)
    wrong = {one["check"]: one["wrong"] for one in entries}
    assert {name for names in wrong.values() for name in names} <= set(WRONG)
    return wrong


@pytest.mark.usefixtures("indonesian")
def test_doctor_without_anything_says_what_is_missing(peduli: Peduli) -> None:
    done = peduli("doctor")
    assert done.exit_code == 1
    assert "BOT_TOKEN belum ada → lengkapi lingkungan atau .env" in done.stdout
    assert "peduli-ham.db: tidak ada berkas itu" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 baik, 0 peringatan, 2 gagal"
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("indonesian")
def test_doctor_where_the_bot_is_not_running_and_the_server_is_away(ready: Peduli) -> None:
    Path("peduli-ham-files").mkdir()
    done = ready("doctor")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = {line[:20].strip(): line[20:].split()[0] for line in done.stdout.splitlines()[1:-1]}
    assert rows == {
        "pengaturan": "baik", "bot": "peringatan", "antrean kirim": "baik", "kiriman 24 jam": "baik",
        "pesan gagal diolah": "baik", "basis data": "baik", "data dukung": "baik", "jam": "peringatan",
        "token": "peringatan", "webhook": "peringatan",
    }  # fmt: skip
    assert "ABCDEF" not in done.stdout


@pytest.mark.usefixtures("indonesian")
def test_doctor_warns_of_what_waits_too_long(ready: Peduli) -> None:
    for state, at in (("queued", ago(minutes=7)), ("failed", ago(hours=1)), ("sent", ago(hours=1))):
        run(
            "INSERT INTO outbox (chat_id, method, payload, created_at, state, done_at)"
            " VALUES (5, 'sendMessage', '{\"text\": \"Siti 14.250\"}', ?, ?, ?)",
            at, state, None if state == "queued" else at,
        )  # fmt: skip
    run(
        "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name, size,"
        " chat_id, by, at) VALUES (1, 1, 1, 'photo', 'f', 'u', 'Siti.jpg', 1, 5, 'Siti', ?)",
        ago(hours=3),
    )
    keep()
    Path("peduli-ham-files").mkdir()
    run("INSERT INTO settings VALUES ('heartbeat', ?), ('heard', ?)", ago(minutes=3), ago(hours=5))
    with served():
        wrong = checks(ready)
        text = ready("doctor").stdout
        run("INSERT INTO settings VALUES ('started', ?)", ago(seconds=50))
        assert checks(ready)["process"] == ["heartbeat_old"]  # its first poll may go on
    assert wrong["process"] == ["heartbeat_old", "poll_old"]
    assert wrong["queue"] == ["unsent_old"]
    assert wrong["sends"] == ["sends_failed"]
    assert wrong["failed_updates"] == ["updates_failed"]
    assert wrong["evidence"] == ["file_old"]
    assert "1 menunggu; tertua 7 menit" in text
    assert "denyut 3 menit lalu; jawaban Telegram terakhir 5 jam lalu" in text
    assert "G-1 KeyError in flows/contact/answering.py:12" in " ".join(text.split())
    for private in ("Siti", "14.250", "ABCDEF"):
        assert private not in text


def test_doctor_warns_where_nothing_is_set_up(ready: Peduli) -> None:
    assert checks(ready)["database"] == []
    DATABASE.unlink()
    connect(DATABASE).close()
    assert checks(ready)["database"] == ["nothing_set_up"]
    shown = " ".join(ready("doctor").stdout.split())
    assert "no period is set up: peduli-ham init, or restore a backup" in shown


def test_doctor_warns_of_a_level_at_which_nobody_sits(ready: Peduli) -> None:
    keep()
    assert "levels" not in checks(ready)
    run("UPDATE periods SET levels = 'secretary, bureau, reader'")
    assert checks(ready)["levels"] == ["level_empty"]
    shown = " ".join(ready("doctor").stdout.split())
    assert "secretary Jakarta Pusat, bureau 31" in shown
    run("INSERT INTO persons (telegram_id, name, joined_at) VALUES (9, 'Joko', 'x')")
    run(
        "INSERT INTO seats (person_id, role, region_id, since) SELECT max(id), 'secretary', 1, 'x'"
        " FROM persons"
    )
    assert "secretary" not in ready("doctor").stdout


def test_doctor_fails_where_data_is_in_danger(
    ready: Peduli, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        "INSERT INTO evidence (period_id, unit_id, indicator, kind, file_id, unique_id, name, size,"
        " chat_id, by, at, state, sha256) VALUES (1, 1, 1, 'photo', 'f', 'u', 'n', 1, 5, 'S', 'x',"
        " 'stored', 'ab')"
    )
    assert checks(ready, 1)["evidence"] == ["files_lost"]
    run("INSERT INTO migrations VALUES ('m999_future', 'x')")
    assert checks(ready, 2)["database"] == ["schema_newer"]
    run("DELETE FROM migrations WHERE name IN ('m999_future', 'm004_handover')")
    assert checks(ready, 1)["database"] == ["schema_older"]
    Path("peduli-ham-files").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    wrong = checks(ready, 1)
    assert wrong["evidence"] == ["not_writable", "disk_full"]
    assert wrong["database"] == ["schema_older", "disk_full"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))
    assert checks(ready, 1)["database"] == ["schema_older", "disk_low"]


def test_doctor_finds_a_damaged_file(ready: Peduli) -> None:
    run("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(DATABASE.read_bytes())
    for start in range(40 * 4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    DATABASE.write_bytes(bytes(content))
    done = ready("doctor", "--json")
    assert done.exit_code == 1
    (check,) = [one for one in json.loads(done.stdout)["checks"] if one["check"] == "database"]
    assert check["state"] == "failure"


def test_doctor_says_what_is_no_database_of_ours(ready: Peduli) -> None:
    DATABASE.unlink()
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("CREATE TABLE a (b)")
    done = ready("doctor")
    assert done.exit_code == 1
    assert "not a database of peduli-ham" in done.stdout


def test_every_word_of_doctor_is_used() -> None:
    source = (Path(__file__).parents[2] / "bot/ops/doctor.py").read_text(encoding="utf-8")
    for word in (*set(WRONG) - {"settings", "unreadable"}, *LABELS):
        made = (
            "sent",
            "failed",
            "unreachable",
            *tuple(
                f"{whose}_{what}"
                for whose in ("person", "office")
                for what in ("bytes", "quota_bytes")
            ),
        )
        assert f'"{word}"' in source or word in made, word


def test_the_lock_tells_whether_the_bot_runs(ready: Peduli) -> None:
    assert not is_served(DATABASE)
    with served():
        assert is_served(DATABASE)
    assert not is_served(DATABASE)


def test_failed_updates_are_listed_and_shown(ready: Peduli) -> None:
    assert ready("failed", "list").stdout == "No update failed.\n"
    keep()
    keep(8, "not json")
    listed = ready("failed", "list").stdout
    assert "G-1" in listed
    assert "G-2" in listed
    assert "Siti" not in listed
    shown = ready("failed", "show", "g-1").stdout
    assert '    "text": "Siti Aminah"' in shown
    assert "KeyError: 'Siti Aminah'" in shown
    assert "not json" in ready("failed", "show", "2").stdout


@pytest.mark.parametrize("code", ["G-9", "abc", "9999999999", ""])
@pytest.mark.parametrize("act", ["show", "replay", "drop"])
def test_an_unknown_code_is_one_line(ready: Peduli, act: str, code: str) -> None:
    keep()
    done = ready("failed", act, code)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{code}: no such kept update. Known: G-1.\n"


def test_what_still_fails_is_kept_with_its_new_error(ready: Peduli) -> None:
    keep(8, "not json")
    done = ready("failed", "replay", "G-1")
    assert done.exit_code == 1
    assert done.stderr == "G-1: failed again (orjson.JSONDecodeError in bot/telegram/wire.py:{}) and is kept.\n".format(
        done.stderr.partition("wire.py:")[2].partition(")")[0]
    )  # fmt: skip
    assert "JSONDecodeError" in ready("failed", "show", "G-1").stdout
    assert acts() == ["1 replay", "1 kept"]


def test_an_update_that_means_nothing_is_done_quietly(ready: Peduli) -> None:
    keep(8, '{"update_id": 8}')
    assert ready("failed", "replay", "G-1").exit_code == 0
    assert acts() == ["1 replay", "1 replayed"]


def test_drop_marks_it_once(ready: Peduli) -> None:
    keep()
    assert ready("failed", "drop", "G-1").stdout == "G-1: dropped.\n"
    again = ready("failed", "drop", "G-1")
    assert (again.exit_code, again.stderr) == (2, "G-1: is dropped already. Nothing was done.\n")
    assert "dropped" in ready("failed", "list").stdout
    assert acts() == ["1 dropped"]
    assert checks(ready)["failed_updates"] == []


def test_beside_a_bot_a_replay_waits_for_it_and_may_be_dropped(ready: Peduli) -> None:
    keep()
    with served():
        for _ in range(2):
            assert "queued" in ready("failed", "replay", "G-1").stdout
        assert ready("failed", "drop", "G-1").exit_code == 0
    assert acts() == ["1 replay", "1 dropped"]


def test_without_a_period_nothing_is_put_on_record(ready: Peduli) -> None:
    keep()
    run("UPDATE periods SET state = 'closed'")
    assert ready("failed", "drop", "G-1").exit_code == 0
    assert acts() == []


def acts() -> list[str]:
    with closing(open_existing(DATABASE)) as connection:
        assert verdict(connection).broken is None
        rows = connection.execute("SELECT body FROM record WHERE kind = 'operator' ORDER BY id")
        bodies = [json.loads(row[0]) for row in rows]
    return [f"{one['failed']} {one['state']}" for one in bodies]
