"""`peduli-ham demo --console` through a pipe; and as a process: from a file, in a terminal, ended by Ctrl-C."""

from __future__ import annotations

import io
import logging
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.demo.console.line_input import LineInput
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from bot.terminal import indonesian as indonesian_texts

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "demo", "--console"]
PDF = b"%PDF-1.4\n1 0 obj << /Note (rekaan) >> endobj\ntrailer << >>\n%%EOF\n"
SECONDS = 90
COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(autouse=True)
def indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal as most who play have it."""
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")


def played(lines: str, *options: str, file: Path) -> tuple[str, str, int]:
    """Return output, errors and exit code of a process of the console that reads these lines from a file."""
    file.write_text(lines, encoding="utf-8")
    with file.open(encoding="utf-8") as opened:
        done = subprocess.run(
            [*COMMAND, *(options or ("--state", "empty"))],
            stdin=opened, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    return done.stdout, done.stderr, done.returncode


def played_here(lines: str, *options: str) -> tuple[str, str, int]:
    """Return the same of the command in this process, with its bot beside it: no process has to be started."""
    output, errors, root = io.StringIO(), io.StringIO(), logging.getLogger()
    log = logging.StreamHandler(errors)
    log.setLevel(logging.ERROR)
    root.addHandler(log)
    reading, writing = os.pipe()
    with (
        os.fdopen(reading) as given,
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(output),
        redirect_stderr(errors),
    ):
        with os.fdopen(writing, "w") as end:
            end.write(lines)  # a pipe holds far more
        patch.setattr(sys, "stdin", given)
        words = ["demo", "--console", *(options or ("--state", "empty"))]
        with pytest.raises(SystemExit) as end_of_command:
            app(words, prog_name="peduli-ham")
    root.removeHandler(log)
    return output.getvalue(), errors.getvalue(), int(end_of_command.value.code or 0)


def after(text: str, line: str) -> str:
    """Return what came after a line was typed, up to the next one."""
    return text.partition(f"› {line}\n")[2].partition("\n› ")[0]


def test_a_conversation_through_a_pipe(tmp_path: Path) -> None:
    proof, kept = tmp_path / "laporan.pdf", tmp_path / "latihan.yaml"
    proof.write_bytes(PDF)
    output, errors, code = played_here(
        "\n".join(
            [
                "sudinkes", "/1", "/tekan mulai mengisi", "12 dari 14.250", "/1", "/tekan data dukung",
                f"/berkas {proof}", "/siapa hukum", "/1", "/jam pengingat", "/siapa 1", "/matikan",
                "/lanjut", "/nyalakan", "/sinyal ganda", "/ringkasan", "/sinyal baik", "/matikan tengah",
                "/kategori", f"/simpan {kept}", "/keluar", "tidak lagi dibaca",
            ]
        )
    )  # fmt: skip
    assert (errors, code) == ("", 0)
    assert "Belum bergabung. Ketik /1" in after(output, "sudinkes")
    assert "Selamat datang, Bapak/Ibu Siti Aminah." in after(output, "/1")
    assert "/1 [✅ Simpan]   /2 [✏️ Ubah]" in after(output, "12 dari 14.250")
    assert "Diterima · R-0005: laporan.pdf" in after(output, f"/berkas {proof}")
    assert "→ Siti Aminah (Kontak Sudinkes) menerima: " in after(output, "/jam pengingat")
    assert "Sekarang " in after(output, "/jam pengingat")
    assert "Bot sedang mati" in after(output, "/lanjut")
    assert "2 dari 2 — Angka kematian bayi" in after(output, "/nyalakan")
    assert "Sinyal: pesan ganda." in after(output, "/sinyal ganda")
    assert "Pilih hak:" in after(output, "/kategori")
    assert output.endswith("Selesai. Bot dan server sudah berhenti.\n")
    assert "tidak lagi dibaca" not in output
    assert f"{kept}: 16 langkah" in output
    rehearsal = read_rehearsal(kept.read_text(encoding="utf-8"), str(kept))
    assert [step.act for step in rehearsal.steps if not step.who] == [
        "clock", "bot", "bot", "signal", "signal", "bot",
    ]  # fmt: skip
    assert rehearsal.steps[0].value == "invitation"
    assert rehearsal.files["laporan.pdf"].content == PDF


def test_what_cannot_be_done_is_said_in_a_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    foreign = tmp_path / "surat.yaml"
    foreign.write_text("isi: lain\n", encoding="utf-8")
    (tmp_path / "kosong.pdf").touch()
    wrong = {
        "siapa tahu": "Tidak ada yang bernama “siapa tahu”.",
        "/berkas x": "Pilih dahulu siapa Anda",
        "/siapa sudindik": "“sudindik” dapat berarti: 12 Ani Lestari (Kontak Sudindik 1), 13",
        "/simpan kosong": "Belum ada yang dimainkan",
        "/siapa siti": "Belum bergabung.",
        "/7": "Tidak ada tombol /7 di layar; yang ada: /1 sampai /1.",
        "/tekan simpan": "Tidak ada tombol “simpan” di layar; yang ada: Mulai.",
        "/tekan": "/tekan memerlukan keterangan: /tekan simpan.",
        "/jam kemarin": "“kemarin” bukan tujuan jam. Yang dapat: /jam pengingat",
        "/jam -1 hari": "“-1 hari” bukan tujuan jam.",
        "/jam +0 hari": "“+0 hari” bukan tujuan jam.",
        "/jam +9999 hari": "paling jauh 400 hari",
        "/sinyal hilang": "“hilang” bukan keadaan sinyal.",
        "/nyalakan": "Bot sudah berjalan.",
        "/berkas": "Anda belum terdaftar",
        "/berkas tidak-ada.pdf": "Berkas tidak-ada.pdf tidak ada.",
        f"/berkas {tmp_path}": "adalah folder",
        f"/berkas {tmp_path}/kosong.pdf": "kosong",
        "/tautan http://t.me/x?start=a b": "“http://t.me/x?start=a b” bukan tautan bot. Tulis alamatnya:",
        "/keluarr": "Maksud Anda /keluar? /keluarr tidak dikirim.",
        "/1": "Selamat datang, Bapak/Ibu Siti Aminah.",
        f"/simpan {foreign}": "sudah ada dan bukan latihan",
        f"/simpan {tmp_path}/tidak/ada.yaml": "Belum tersimpan",
        f"/simpan {tmp_path}/ada": "2 langkah",
        "//bantuan": "/lanjut",
        "/pribadi": "Siti Aminah (Kontak Sudinkes)",
        "/grup": "grup Koordinasi HAM Jakarta Pusat",
        "/bantuan": "/tekan simpan",
        "/jam": "Sekarang ",
        "/sinyal": "Sinyal: baik.",
        "/siapa": "▸  1  Kontak Sudinkes — Siti Aminah",
    }
    output, errors, code = played_here("\n".join(wrong))
    assert (errors, code) == ("", 0)
    for line, hint in wrong.items():
        assert hint in after(output, line), (line, after(output, line))
    assert foreign.read_text(encoding="utf-8") == "isi: lain\n"
    assert (tmp_path / "ada.yaml").exists()


ENGLISH = {
    "siapa tahu": "Nobody is called “siapa tahu”.",
    "/berkas x": "Choose first who you are",
    "/simpan kosong": "Nothing was played yet",
    "/siapa sudinkes": "Has not joined yet.",
    "/7": "There is no button /7 on the screen, but: /1 to /1.",
    "/tekan simpan": "There is no button “simpan” on the screen, but: Start.",
    "/jam kemarin": "“kemarin” is nowhere that the clock can go.",
    "/jam +9999 days": "400 days at a time at most",
    "/jam +2 days": "It is ",
    "/jam reminder": "The next reminder: there is none any more.",
    "/sinyal hilang": "“hilang” is no state of the signal.",
    "/sinyal slow": "Signal: slow.",
    "/sinyal good": "Signal: good.",
    "/nyalakan": "The bot is running already.",
    "/berkas nowhere.pdf": "There is no file nowhere.pdf.",
    "/tautan a b": "“a b” is no link of the bot.",
    "/keluarr": "Did you mean /keluar?",
    "/1": "Selamat datang, Bapak/Ibu Siti Aminah.",
    "/grup": "· group Koordinasi HAM Jakarta Pusat",
    "/siapa": " · has not joined",
    "/bantuan": "/siapa [number or name]",
}


def test_where_the_terminal_speaks_english_only_the_bot_speaks_indonesian(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    output, errors, code = played_here("\n".join(ENGLISH))
    assert (errors, code) == ("", 0)
    assert "State: The season begins. It was opened just now; nobody has joined yet." in output
    for line, hint in ENGLISH.items():
        assert hint in after(output, line), (line, after(output, line))
    assert output.endswith("Done. The bot and the server have ended.\n")
    own = {text for text in indonesian_texts().values() if text.count(" ") > 1 and "{" not in text}
    assert [text for text in own if text in output] == []


@pytest.mark.campaign
@pytest.mark.process
def test_from_a_file_and_in_a_group(tmp_path: Path) -> None:
    lines = ["kanwil", "/1", "/grup", "/papan", "/pribadi", "/status"]
    output, errors, code = played("\n".join(lines), file=tmp_path / "baris.txt")
    assert (errors, code) == ("", 0)
    assert "Papan" in after(output, "/papan")
    assert "0 dari 21 isian" in after(output, "/status")


def test_what_the_command_does_not_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    refused = CliRunner().invoke(app, ["demo", "--console", "--state", "emty"])
    assert refused.exit_code == 2
    assert refused.stderr == (
        "--state emty: no such state. Give empty, mid, levels, finished. Did you mean empty?\n"
    )
    path = tmp_path / "main.db"
    played_here("kanwil\n/1\n", "--state", "empty", "--database", str(path))
    output, _, code = played_here("kanwil\n", "--database", str(path))
    assert code == 0
    assert "This chat is still empty." in after(output, "kanwil")
    refused = CliRunner().invoke(
        app, ["demo", "--console", "--state", "empty", "--database", str(path)]
    )
    assert refused.exit_code == 2
    assert "was played already" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_keys_without_a_letter_are_no_text() -> None:
    lines = LineInput()
    for data in (b"ab\x1b[A\x1bOHc\n1 juta", b" lebih\ntanpa akhir", b""):
        lines.feed(data)
    typed = []
    while (line := lines._queue.get_nowait()) is not None:
        typed.append(line)
    assert typed == ["abc", "1 juta lebih", "tanpa akhir"]


class Terminal:
    """A terminal with the console in it."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self.master = master
        self.seen = ""

    def read(self, seconds: float) -> bool:
        """Read what comes within so many seconds; tell whether anything came."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        try:
            self.seen += COLOUR.sub("", os.read(self.master, 65_536).decode(errors="replace"))
        except OSError:  # the other end has closed
            return False
        return True

    def wait(self, text: str) -> None:
        end = time.monotonic() + SECONDS
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            self.read(0.2)

    def type(self, line: str, wanted: str) -> None:
        self.seen = ""
        os.write(self.master, f"{line}\n".encode())
        self.wait(wanted)

    def ended(self) -> int:
        end = time.monotonic() + SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < end, self.seen
            self.read(0.1)
        while self.read(0.1):
            pass
        return self.process.returncode


@contextmanager
def terminal() -> Iterator[Terminal]:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "--state", "empty"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(master)


def children(process: subprocess.Popen[bytes]) -> list[int]:
    tasks = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(one) for one in tasks.read_text(encoding="utf-8").split()]


@pytest.mark.process
def test_in_a_terminal_and_ended_by_ctrl_c() -> None:
    with terminal() as console:
        console.wait("siapa › ")
        console.type("siti", "Siti Aminah › ")
        console.type("/1", "/1 [▶️ Mulai mengisi]")
        console.wait("Siti Aminah › ")
        console.type("/siapa hukum", "Hana Putri › ")
        bots = children(console.process)
        assert bots
        os.kill(console.process.pid, signal.SIGINT)
        assert console.ended() == 0
        assert "Selesai. Bot dan server sudah berhenti." in console.seen
        assert "Traceback" not in console.seen
        assert not [pid for pid in bots if Path(f"/proc/{pid}").exists()]


@pytest.mark.process
@pytest.mark.campaign
@pytest.mark.parametrize("end", [b"\x04", b"/keluar\n"])
def test_a_terminal_that_is_left(end: bytes) -> None:
    with terminal() as console:
        console.wait("siapa › ")
        os.write(console.master, end)
        assert console.ended() == 0
        assert "Selesai. Bot dan server sudah berhenti." in console.seen
        assert "Traceback" not in console.seen
