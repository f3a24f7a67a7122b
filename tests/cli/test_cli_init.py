"""`peduli-ham init`: six questions against a real Bot API server, and what there is afterwards."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.first_answers import CHECKS, in_language
from bot.demo.botapi import Sandbox
from bot.terminal import terminal_language

Peduli = Callable[..., Result]
TOKEN = "123456:ABCDEF"
NOWHERE = "http://127.0.0.1:9"
ANSWERS = (
    TOKEN, "32.73 Kota Bandung", "", "Kantor Wilayah Jawa Barat", "Bidang HAM, 022-1234567", "Rina Wulandari",
)  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    """A Bot API server with one bot, on a loop of its own: the command has its own too."""
    sandbox, ready, loop = Sandbox(), threading.Event(), asyncio.new_event_loop()
    sandbox.add_bot(TOKEN, "PeduliUjiBot", "x")
    done = asyncio.Event()

    async def serve() -> None:
        async with sandbox:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    yield sandbox
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


@pytest.fixture
def init(folder: Path, server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `peduli-ham init` with these lines typed."""
    monkeypatch.setenv("BOT_API_URL", server.url)
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")

    def run(*typed: str, options: tuple[str, ...] = ()) -> Result:
        text = "".join(f"{line}\n" for line in typed)
        return CliRunner().invoke(app, ["init", *options], input=text, prog_name="peduli-ham")

    return run


def test_a_bar_says_what_telegram_is_asked_where_somebody_watches(
    init: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    watched = init(*ANSWERS)
    for shown in ("bertanya kepada Telegram", "memasang nama, keterangan, dan menu bot"):
        assert shown in watched.stderr
        assert shown not in watched.stdout


def test_six_answers_make_an_installation(
    init: Callable[..., Result], peduli: Peduli, server: Sandbox
) -> None:
    result = init(*ANSWERS)
    assert result.exit_code == 0, result.output
    assert Path(".env").stat().st_mode & 0o777 == 0o600
    assert f"BOT_TOKEN={TOKEN}\n" in Path(".env").read_text(encoding="utf-8")
    assert re.search(r"https://t\.me/PeduliUjiBot\?start=[\w-]{32}\n", result.output)
    assert "Rina Wulandari" in result.output
    assert "▄" in result.output, "a QR code"
    assert re.search(r"batas akhir \d+ \w+ \d{4}", result.output)
    texts = server.bot.texts
    assert texts["name:"] == "Peduli HAM Jawa Barat"
    assert "022-1234567" in texts["description:"]
    assert "lanjut" in {one["command"] for one in server.bot.commands["default::"]}
    report = peduli("doctor")
    assert report.exit_code == 0
    assert "0 gagal" in report.output
    assert "@PeduliUjiBot" in report.output


def test_a_wrong_answer_is_asked_again(init: Callable[..., Result]) -> None:
    token, place, zone, institution, contact, name = ANSWERS
    result = init(
        "x", "1:unknown", token, "Bandung", "99.01 Entah", place, "GMT", zone or "WIB",
        "x", institution, "Bidang HAM", contact, "y", name,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    for key in ("token", "place", "zone", "institution", "contact", "administrator"):
        assert in_language(f"bad_{key}", "id") in result.output, key


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--token", "1:unknown", "does not know this token"),
        ("--place", "Bandung", "31.71 Jakarta Pusat"),
    ],
)
def test_a_wrong_option_is_one_line(
    init: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    value: str,
    problem: str,
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    given = (option, value) if option == "--token" else ("--token", TOKEN, option, value)
    result = init(options=given)
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert problem in line
    assert not Path(".env").exists()
    assert not Path("peduli-ham.db").exists()


def test_whoever_stops_half_way_has_written_nothing(init: Callable[..., Result]) -> None:
    result = init(*ANSWERS[:3])
    assert result.exit_code == 2
    assert "tidak dijawab, jadi tidak ada yang ditulis" in result.stderr
    assert not Path(".env").exists()
    assert not Path("peduli-ham.db").exists()


def test_without_a_network_nothing_is_written(
    init: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_API_URL", NOWHERE)
    result = init(*ANSWERS)
    assert result.exit_code == 2
    assert "Periksa jaringan" in result.stderr
    assert not Path(".env").exists()


def test_nothing_is_written_over(init: Callable[..., Result]) -> None:
    assert init(*ANSWERS).exit_code == 0
    before = Path(".env").read_text(encoding="utf-8")
    assert ".env: sudah ada" in init(*ANSWERS).stderr
    other = init(*ANSWERS, options=("--env", "other.env"))
    assert other.exit_code == 2
    assert "sudah ada periode di sana" in other.stderr
    assert Path(".env").read_text(encoding="utf-8") == before
    assert not Path("other.env").exists()


def test_the_bot_s_texts_are_set_again_and_a_refusal_holds_nothing_up(
    init: Callable[..., Result], server: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert init(*ANSWERS).exit_code == 0
    server.bot.texts.clear()
    assert init(options=("--texts",)).exit_code == 0
    assert server.bot.texts["name:"] == "Peduli HAM Jawa Barat"
    monkeypatch.setenv("BOT_API_URL", NOWHERE)
    refused = init(options=("--texts",))
    assert refused.exit_code == 0
    assert "belum terpasang" in refused.output


def test_texts_need_a_period(init: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    assert init(options=("--texts",)).exit_code == 2


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("31.71 Jakarta Pusat", "kota", "Jakarta Pusat"),
        ("32.04 Kabupaten Bandung", "kabupaten", "Bandung"),
        ("94.03 kab. Nabire", "kabupaten", "Nabire"),
    ],
)
def test_a_place_is_read_from_its_code(typed: str, kind: str, name: str) -> None:
    place = CHECKS["place"](typed)
    assert (place.kind, place.name) == (kind, name)


@pytest.mark.parametrize(
    ("value", "language"), [("id_ID.UTF-8", "id"), ("in_ID", "id"), ("en_US", "en"), ("", "en")]
)
def test_the_terminal_says_which_language(
    monkeypatch: pytest.MonkeyPatch, value: str, language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", value)
    assert terminal_language() == language
