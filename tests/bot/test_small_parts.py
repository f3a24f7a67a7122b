"""The small parts of the shell, each by itself."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.clock import iso, parse, system_clock
from bot.config import ConfigError, load_config
from bot.demo.botapi import Sandbox
from bot.storage import handled_updates, migrations
from bot.storage.database import FolderGoneError, connect, in_transaction
from bot.storage.outbox import OutboxMessage
from bot.telegram.intake import pause_after
from bot.telegram.pacing import RTT_SAMPLES, TELEGRAM, Window, next_slot
from bot.telegram.rendering import command_menus, length, letters, shorten, split
from bot.telegram.request import AiohttpRequest
from bot.telegram.updates import incoming
from bot.workers import worker
from flows.model.events import (
    Command,
    Edited,
    GroupChanged,
    GroupCommand,
    GroupMoved,
    GroupTap,
    Inline,
    Membership,
    Other,
    Tap,
    Text,
)
from flows.model.outcome import Notice, RegisterCommands, Say
from flows.model.roles import Role
from messages import LANGUAGES
from tests.support import PATIENCE, START

USER = {"id": 5, "is_bot": False, "first_name": "Siti", "last_name": "A", "language_code": "en"}
CHAT = {"id": 5, "type": "private"}
GROUP = {"id": -9, "type": "supergroup", "title": "Rapat"}
CHANNEL = {"id": -8, "type": "channel", "title": "Berita"}
MESSAGE = {"message_id": 7, "date": 1, "chat": CHAT, "from": USER}


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ({"message": MESSAGE | {"text": "12"}}, Text("12", 7)),
        ({"message": MESSAGE | {"text": "/Start@PeduliBot TOKEN x"}}, Command("start", "TOKEN x")),
        ({"message": MESSAGE | {"text": "/\n"}}, Command("", "")),
        ({"message": MESSAGE | {"location": {"latitude": 1, "longitude": 2}}}, Other("location")),
        ({"message": MESSAGE}, None),  # a notice of Telegram itself
        ({"message": MESSAGE | {"pinned_message": MESSAGE}}, None),
        ({"message": MESSAGE | {"dice": {"emoji": "🎲", "value": 3}}}, Other("other")),
        ({"edited_message": MESSAGE | {"text": "13", "edit_date": 2}}, Edited("13", 7)),
        ({"edited_message": MESSAGE | {"edit_date": 2}}, None),
        ({"message": MESSAGE | {"chat": GROUP, "text": "halo"}}, None),
        ({"message": MESSAGE | {"chat": GROUP}}, None),
        ({"edited_message": MESSAGE | {"chat": GROUP, "text": "/status", "edit_date": 2}}, None),
        ({"message": MESSAGE | {"chat": GROUP, "text": "/"}}, GroupCommand("", title="Rapat")),
        ({"message": MESSAGE | {"chat": GROUP, "text": "/Papan@PeduliBot jakpus", "message_thread_id": 3}},
         GroupCommand("papan", "jakpus", "PeduliBot", None, "Rapat")),
        ({"message": MESSAGE | {"chat": GROUP, "text": "/status", "message_thread_id": 3,
                                "is_topic_message": True}},
         GroupCommand("status", "", None, 3, "Rapat")),
        ({"message": {"message_id": 7, "date": 1, "chat": GROUP, "text": "/papan"}}, None),
        (
            {"callback_query": {"id": "q", "from": USER, "chat_instance": "1", "data": "gr.0.1",
                                "message": MESSAGE | {"chat": GROUP}}},
            GroupTap("gr.0.1", 7, "q", None, "Rapat"),
        ),
        (
            {"callback_query": {"id": "q", "from": USER, "chat_instance": "1", "data": "gr.0.1",
                                "message": MESSAGE | {"chat": CHANNEL}}},
            None,
        ),
        ({"inline_query": {"id": "q", "from": USER, "query": "jak", "offset": ""}}, Inline("jak", "q")),
        ({"message": {"message_id": 7, "date": 1, "chat": CHAT, "text": "x"}}, None),
        (
            {"callback_query": {"id": "q", "from": USER, "chat_instance": "1", "data": "g.1", "message": MESSAGE}},
            Tap("g.1", 7, "q"),
        ),
        ({"callback_query": {"id": "q", "from": USER, "chat_instance": "1", "data": "g.1"}}, None),
        ({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                   "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                   "allows_revoting": False, "members_only": False}}, None),
    ],
)  # fmt: skip
def test_updates_become_events(body: dict[str, object], event: object) -> None:
    update = {"update_id": 3, **body}
    parsed = incoming(update)
    assert parsed.event == event
    assert parsed.update_id == 3
    assert '"update_id"' in parsed.body()
    if parsed.speaker:
        assert (parsed.speaker.name, parsed.speaker.language) == ("Siti A", "en")


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("member", True)])
def test_blocking_becomes_an_event(status: str, reachable: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "B"}
    member = {"user": bot, "status": status, "until_date": 0}
    body = {
        "chat": CHAT,
        "from": USER,
        "date": 1,
        "old_chat_member": member,
        "new_chat_member": member,
    }
    parsed = incoming({"update_id": 3, "my_chat_member": body})
    assert parsed.event == Membership(reachable)
    channel = body | {"chat": CHANNEL}
    parsed = incoming({"update_id": 3, "my_chat_member": channel})
    assert parsed.event is None


@pytest.mark.parametrize(
    ("old", "new", "inside", "came"),
    [
        ("left", "member", True, True), ("kicked", "administrator", True, True),
        ("member", "administrator", True, False), ("member", "kicked", False, False),
    ],
)  # fmt: skip
def test_coming_to_a_group_becomes_an_event(old: str, new: str, inside: bool, came: bool) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "B"}
    may = "be_edited manage_chat change_info post_stories edit_stories delete_stories invite_users"
    rights = {f"can_{right}": False for right in may.split()}
    rights |= {f"can_{right}": False for right in ("delete_messages", "manage_video_chats")}
    rights |= {f"can_{right}": False for right in ("restrict_members", "promote_members")}
    whole = {"user": bot, "until_date": 0, "is_anonymous": False, **rights}
    states = {
        "old_chat_member": whole | {"status": old},
        "new_chat_member": whole | {"status": new},
    }
    body = {"chat": GROUP, "from": USER, "date": 1, **states}
    parsed = incoming({"update_id": 3, "my_chat_member": body})
    assert parsed.event == GroupChanged(inside, came)
    assert parsed.speaker
    assert (parsed.speaker.chat_id, parsed.speaker.user_id) == (-9, 5)


def test_a_group_that_moves_becomes_an_event_whoever_says_so() -> None:
    for body in (MESSAGE, {"message_id": 7, "date": 1}):
        moved = body | {"chat": GROUP | {"type": "group"}, "migrate_to_chat_id": -100}
        parsed = incoming({"update_id": 3, "message": moved})
        assert parsed.event == GroupMoved(-100)
        assert parsed.speaker
        assert parsed.speaker.chat_id == -9


def test_long_texts_are_split_between_lines() -> None:
    html = "\n".join(f"<b>{i}</b> " + "x" * 100 for i in range(100))
    parts = split(html)
    assert len(parts) > 2
    assert "\n".join(parts) == html
    assert all(part.count("<b>") == part.count("</b>") for part in parts)
    assert split("a" * 5000)[0].endswith("…")
    assert length(split("<i>" + "😀" * 5000 + "</i>")[0]) <= 4096
    assert split("kurang") == ["kurang"]
    assert all(length(part) <= 4096 for part in split("\n".join(["😀" * 1000] * 4)))


def test_a_quote_goes_on_in_the_next_part() -> None:
    lines = [f"<b>{i}</b> " + "x" * 100 for i in range(100)]
    quote = "<blockquote expandable>" + "\n".join(lines) + "</blockquote>"
    parts = split(f"Awal\n{quote}\nAkhir")
    assert len(parts) > 2
    for part in parts:
        assert part.count("<blockquote expandable>") == part.count("</blockquote>") == 1
    assert parts[0].startswith("Awal\n<blockquote expandable><b>0</b>")
    assert parts[-1].endswith("</blockquote>\nAkhir")
    bare = "\n".join(re.sub("</?blockquote[^>]*>", "", part) for part in parts)
    assert bare == re.sub("</?blockquote[^>]*>", "", f"Awal\n{quote}\nAkhir")
    assert split("<blockquote>a\n" + "b" * 4090 + "</blockquote>\n" + "c" * 50)[1] == "c" * 50


def test_notices_are_plain_and_short() -> None:
    view = {"indicator": "A & <b> " + "x" * 300}
    (letter,) = letters(Notice("q", "notice/stale", view), 5)
    text = letter.payload["text"]
    assert length(text) <= 200
    assert "A & <b>" in text
    assert "&amp;" not in text
    assert letters(Notice("q"), 5)[0].payload == {"callback_query_id": "q"}
    assert shorten("abc", 2) == "a…"


def test_a_long_message_has_its_keyboard_at_the_end() -> None:
    view = {"asked": "y" * 6000, "near": False, "more": 0}
    pieces = letters(Say("staff/which", view, chat_id=9), 5)
    assert [one.chat_id for one in pieces] == [9] * len(pieces)
    assert len(command_menus(RegisterCommands(Role.KANWIL), 5)) == len(LANGUAGES.codes)


def test_pacing() -> None:
    window = Window(2)
    for _ in range(2):
        assert window.wait(0.0) == 0.0
        window.started()
    assert window.wait(0.0) > 0
    window.ended(0.5, 0.5)  # no road at all
    assert window.wait(0.6) == pytest.approx(0.9)
    assert window.wait(1.5) == 0.0
    assert next_slot(None, 5, 0.0, 0.0) == (0.0, 0.0)
    assert next_slot(TELEGRAM, 0, 0.0, 0.0) == (0.0, 0.0)
    for chat, burst, interval in ((5, 4, 1.0), (-5, 5, 3.0)):
        tat, waits = 0.0, []
        for _ in range(burst + 1):
            wait, tat = next_slot(TELEGRAM, chat, tat, 0.0)
            waits.append(wait)
        assert waits[:burst] == [0.0] * burst
        assert waits[burst] == interval


def test_a_call_that_wakes_at_the_very_end_of_the_second_frees_one_place_only() -> None:
    for step in range(1, 400):
        window, end = Window(2), step / 137
        for _ in range(2):
            window.started()
            window.ended(end, end)
            end += 1e-9
        now = step / 137 + 1.0
        while window.wait(now) > 0:
            now += window.wait(now)
        window.started()
        window.started() if window.wait(now) == 0 and now >= end + 1.0 else None
        assert window.wait(now) > 0


def test_the_road_of_the_quickest_call_is_not_waited_for_twice() -> None:
    window = Window(1)
    for _ in range(RTT_SAMPLES - 1):
        window.started()
        window.ended(0.0, 0.2)
    assert window.wait(0.2) == pytest.approx(1.0)  # too few to count on
    window.wait(2.0)
    window.started()
    window.ended(2.0, 2.2)
    assert window.wait(2.2) == pytest.approx(1.0 - 0.75 * 0.2)
    window.wait(4.0)
    window.started()
    window.ended(4.0, 4.04)  # a quicker road from now on
    assert window.wait(4.04) == pytest.approx(1.0 - 0.75 * 0.04)
    window.wait(6.0)
    for _ in range(RTT_SAMPLES):  # once they all are slow, the road is longer
        window.started()
        window.ended(6.0, 6.4)
    window.wait(9.0)
    window.started()
    window.ended(9.0, 9.4)
    assert window.wait(9.4) == pytest.approx(1.0 - 0.75 * 0.4)


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({}, ["BOT_TOKEN is missing"]),
        ({"BOT_TOKEN": "abc"}, ["BOT_TOKEN looks like 123456:ABC…"]),
        (
            {"WEBHOOK_URL": "https://x", "TIMEZONE": "Mars/Base"},
            [
                "BOT_TOKEN is missing",
                "WEBHOOK_LISTEN is missing, which WEBHOOK_URL needs",
                "WEBHOOK_SECRET is missing, which WEBHOOK_URL needs",
                "TIMEZONE is a zone name such as Asia/Jakarta",
            ],
        ),
        (
            {"BOT_TOKEN": "1:x", "RATE_LIMITS": "off"},
            ["RATE_LIMITS=off is only for another server than the official one"],
        ),
        (
            {"BOT_TOKEN": "1:x", "BOT_API_URL": "ftp://x", "WEBHOOK_LISTEN": "8443x"},
            [
                "BOT_API_URL is the root of a Bot API server, such as http://127.0.0.1:8081",
                "WEBHOOK_LISTEN is HOST:PORT, such as 127.0.0.1:8443",
            ],
        ),
        (
            {"BOT_TOKEN": "²:x", "METRICS_LISTEN": "127.0.0.1:²", "WEBHOOK_LISTEN": "h:99999"},
            [
                "BOT_TOKEN looks like 123456:ABC…",
                "WEBHOOK_LISTEN is HOST:PORT, such as 127.0.0.1:8443",
                "METRICS_LISTEN is HOST:PORT, such as 127.0.0.1:8443",
            ],
        ),
        (
            {"BOT_TOKEN": "1:x", "FEED_LISTEN": "127.0.0.1:9102"},
            ["FEED_TOKEN is missing, which FEED_LISTEN needs"],
        ),
        (
            {"BOT_TOKEN": "1:x", "FEED_LISTEN": "0.0.0.0:9102", "FEED_TOKEN": "pendek"},
            [
                "FEED_LISTEN is for this machine only, such as 127.0.0.1:9102; a proxy may pass it on",
                "FEED_TOKEN has 32 letters and figures or more, such as `openssl rand -hex 32` gives",
            ],
        ),
        (
            {"BOT_TOKEN": "1:x", "RATE_LIMITS": "none"},
            ["RATE_LIMITS is telegram or off"],
        ),
    ],
)
def test_settings_are_refused_all_at_once(
    settings: dict[str, str], faults: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert caught.value.faults == faults


def test_settings_in_another_encoding_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=1:x\xed\n")
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert caught.value.faults == ["The file .env is not UTF-8 text"]


def test_settings_come_from_a_file_and_hide_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        "BOT_TOKEN=1:geheim\nTIMEZONE=Asia/Jayapura\nBOT_API_URL=http://127.0.0.1:1/\n",
        encoding="utf-8",
    )
    config = load_config()
    assert "geheim" not in repr(config)
    assert str(config.zone) == "Asia/Jayapura"
    assert config.bot_api_url == "http://127.0.0.1:1"


async def test_the_request_layer_says_nothing_of_the_url() -> None:
    request = AiohttpRequest(read_timeout=0.1)
    with pytest.raises(RuntimeError):
        await request.do_request("http://127.0.0.1:1/bot1:geheim/getMe", "POST")
    await request.initialize()
    await request.initialize()
    with pytest.raises(NetworkError) as caught:
        await request.post("http://127.0.0.1:1/bot1:geheim/getMe")
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None
    await request.shutdown()
    await request.shutdown()


async def test_files_go_through_the_request_layer() -> None:
    from telegram import Bot

    async with Sandbox() as server:
        server.add_bot("1:T")
        siti = server.person("Siti")
        siti.send("halo")
        bot = Bot("1:T", base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot", request=AiohttpRequest(),
                  get_updates_request=AiohttpRequest())  # fmt: skip
        async with bot:
            sent = await bot.send_document(
                siti.id, b"isi berkas", filename="data.txt", caption="Data"
            )
            assert sent.document is not None
            file = await bot.get_file(sent.document.file_id)
            assert bytes(await file.download_as_bytearray()) == b"isi berkas"
            large = b"x" * (3 * 2**20)
            sent = await bot.send_document(siti.id, large, filename="besar.bin")
            assert sent.document is not None
            assert sent.document.file_size == len(large)


def test_clock() -> None:
    assert system_clock().tzinfo is UTC
    moment = datetime(2017, 3, 1, 5, 6, 7, tzinfo=UTC)
    assert parse(iso(moment)) == moment


def test_a_failing_migration_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = connect(tmp_path / "p.db")
    assert migrations.pending(connection) == []
    broken = (*migrations.STEPS, ("m999_broken", ("CREATE TABLE half (a)", "NOT SQL")))
    monkeypatch.setattr(migrations, "STEPS", broken)
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(connection)
    assert migrations.pending(connection) == ["m999_broken"]
    assert connection.execute(
        "SELECT count(*) FROM sqlite_master WHERE name = 'half'"
    ).fetchone() == (0,)
    connection.close()


def test_two_processes_may_migrate_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = connect(tmp_path / "p.db"), connect(tmp_path / "p.db")
    extra = (*migrations.STEPS, ("m998_more", ("CREATE TABLE more (a)",)))
    monkeypatch.setattr(migrations, "STEPS", extra)
    pending = migrations.pending
    monkeypatch.setattr(
        migrations,
        "pending",
        lambda db, calls=[]: (calls.append(1), ["m998_more"] if len(calls) == 1 else pending(db))[
            1
        ],
    )
    migrations.migrate(first)
    assert migrations.migrate(second) == []
    first.close()
    second.close()


def test_handled_ids_are_forgotten_after_two_days(tmp_path: Path) -> None:
    connection = connect(tmp_path / "p.db")
    in_transaction(connection, lambda db: handled_updates.mark_handled(db, [1, 2], iso(START)))
    assert handled_updates.already_handled(connection, [1, 2, 3]) == {1, 2}
    in_transaction(connection, lambda db: handled_updates.forget_old(db, START.replace(day=12)))
    assert handled_updates.already_handled(connection, [1]) == {1}
    in_transaction(connection, lambda db: handled_updates.forget_old(db, START.replace(day=13)))
    assert handled_updates.already_handled(connection, [1]) == set()
    connection.close()


def test_a_letter_of_an_unknown_method_is_refused() -> None:
    from bot.telegram.calls import call

    with pytest.raises(ValueError, match="sendDice"):
        asyncio.run(call(None, OutboxMessage(1, 5, "sendDice", {})))


def test_our_own_disk_is_tried_again_sooner_than_the_bot_api() -> None:
    disk, road = sqlite3.OperationalError("database or disk is full"), NetworkError("gone")
    assert [pause_after(road, n) for n in (0, 3, 6, 50)] == [0.5, 4.0, 30.0, 30.0]
    assert [pause_after(disk, n) for n in (0, 3, 6, 50)] == [0.5, 4.0, 4.0, 4.0]


async def test_what_waits_for_the_evidence_folder_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "TRY_AGAIN", 0.0)
    done = asyncio.Event()

    class Writing(worker.Woken):
        waits = "exports"
        tries = 0

        async def tick(self) -> None:
            self.tries += 1
            if self.tries == 1:
                raise FolderGoneError("/mnt/share")
            done.set()

    writing = Writing.__new__(Writing)
    writing.wake = asyncio.Event()
    work = asyncio.ensure_future(writing.run())
    await asyncio.wait_for(done.wait(), PATIENCE)
    work.cancel()
    assert caplog.messages == ["exports wait, the evidence folder is gone: /mnt/share"]
