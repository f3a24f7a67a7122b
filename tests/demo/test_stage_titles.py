"""What the trace calls things, and what it leaves out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.demo import titles
from bot.demo.botapi import Sandbox, SimulatedPerson
from bot.demo.botapi.state import Call, Chat
from bot.demo.tracing import KEPT, Trace
from bot.storage.changes_since import Changes, NewEntry, Queued


@pytest.fixture
def server() -> Sandbox:
    sandbox = Sandbox(clock=lambda: 1_000_000.0)
    sandbox.add_bot("123:ABC")
    return sandbox


@pytest.fixture
def siti(server: Sandbox) -> SimulatedPerson:
    return server.person("Siti")


@pytest.fixture
def room(server: Sandbox, siti: SimulatedPerson) -> Chat:
    return server.group("Rapat", siti)


def last(server: Sandbox) -> str:
    return titles.of_update(server, server.bot.queue.history[-1])[1]


def test_what_people_do(server: Sandbox, siti: SimulatedPerson, room: Chat) -> None:
    siti.open_link("RAHASIA")
    assert last(server) == "Siti membuka tautan undangan"
    sent = siti.send("12 dari\n14.250")
    assert last(server) == "Siti menulis “12 dari 14.250”"
    siti.edit(sent.id, "13")
    assert last(server) == "Siti mengubah pesannya menjadi “13”"
    siti.file("document", b"%PDF-", "laporan.pdf")
    assert last(server) == "Siti mengirim berkas laporan.pdf"
    siti.file("photo", b"x")
    assert last(server) == "Siti mengirim foto"
    siti.send("/status@PeduliHamBot", chat=room)
    assert last(server) == "Siti mengirim /status@PeduliHamBot di grup Rapat"
    siti.block()
    assert last(server) == "Siti memblokir bot"
    siti.unblock()
    assert last(server) == "Siti memulai ulang bot"
    siti.ask_inline("jakpus")
    assert last(server) == "Siti mengetik @PeduliHamBot jakpus"
    siti.location(1, 2)
    assert last(server) == "Siti mengirim sesuatu"
    siti.send("x" * 100)
    assert len(last(server)) < 90


def test_taps_by_their_labels(server: Sandbox, siti: SimulatedPerson) -> None:
    keyboard = {"inline_keyboard": [[{"text": "✅ Simpan", "callback_data": "s.1"}]]}
    body: dict[str, Any] = {
        "text": "?",
        "from": server.bot.account.user(),
        "reply_markup": keyboard,
    }
    message = siti.chat.add(body, from_bot=True)
    siti.tap("✅ Simpan")
    assert last(server) == "Siti mengetuk ✅ Simpan"
    del message.body["reply_markup"]
    siti.tap(data="s.1", message_id=message.id)
    assert last(server) == "Siti mengetuk tombol lama"


@pytest.mark.parametrize(
    ("method", "params", "status", "why", "title"),
    [
        ("sendmessage", {"text": "<b>84</b> &lt; 85 &amp; lebih"}, 200, "",
         "Pesan ke Siti: 84 < 85 & lebih"),
        ("answercallbackquery", {}, 200, "", "Ketukan dijawab"),
        ("editmessagetext", {"text": "a"}, 400, "Bad Request: message is not modified: x",
         "Sudah demikian, tidak ada yang berubah: Pesan untuk Siti diubah: a"),
        ("sendmessage", {"text": "a"}, 403, "Forbidden: bot was blocked by the user",
         "Ditolak, bot diblokir: Pesan ke Siti: a"),
        ("sendmessage", {"text": "a"}, 429, "Too Many Requests",
         "Ditolak server (429): Pesan ke Siti: a"),
        ("setchattitle", {}, 200, "", "setchattitle"),
    ],
)  # fmt: skip
def test_what_the_bot_says(
    server: Sandbox,
    siti: SimulatedPerson,
    method: str,
    params: dict[str, Any],
    status: int,
    why: str,
    title: str,
) -> None:
    result = {"description": why} if why else {"message_id": 5}
    call = Call(0, method, params, result, status, chat_id=siti.id)
    assert titles.of_call(server, call)[:2] == (siti.id, title)


def test_a_transaction(server: Sandbox, siti: SimulatedPerson) -> None:
    answer = NewEntry(7, "answer", "Sudinkes", 1, 2, "ab" * 32)
    letter = Queued(9, siti.id, "sendMessage", "answering/saved", 5)
    news = Changes((answer, answer), (letter,), (("sent", 3),), (5,))
    assert titles.of_news(news) == "Transaksi: 2 jawaban, 3 pengingat, 1 pesan keluar"
    assert titles.details_of(server, news)[:2] == [
        "update 5 dicatat selesai",
        "R-0007 · jawaban · Sudinkes · indikator 1 · revisi 2 · hash abababababab…",
    ]
    assert titles.details_of(server, news)[-1] == "kotak keluar 9: answering/saved → Siti"
    assert titles.of_news(Changes(handled=(5,))) == "Transaksi: tidak ada yang berubah"


def test_spans() -> None:
    assert titles.span(timedelta(days=2, hours=3, minutes=4)) == "2 hari 3 jam"
    assert titles.span(timedelta(0)) == "0 detik"
    assert titles.seconds(1.25) == "1,2 detik"


def test_the_trace_does_not_grow_for_ever() -> None:
    trace = Trace(lambda: 0.0)
    for index in range(KEPT + 5):
        trace.add("clock", f"baris\n{index}")
    assert len(trace.entries) == KEPT
    assert [one["title"] for one in trace.after(KEPT + 4)] == [f"baris {KEPT + 4}"]
