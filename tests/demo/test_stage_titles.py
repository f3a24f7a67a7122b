"""What the trace calls things, and what it leaves out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.demo import titles
from bot.demo.botapi import Person, Sandbox
from bot.demo.botapi.state import Call, Chat
from bot.demo.tracing import KEPT, Trace
from bot.storage.changes_since import Gained, News, Queued


@pytest.fixture
def box() -> Sandbox:
    found = Sandbox(clock=lambda: 1_000_000.0)
    found.add_bot("123:ABC")
    return found


@pytest.fixture
def siti(box: Sandbox) -> Person:
    return box.person("Siti")


@pytest.fixture
def room(box: Sandbox, siti: Person) -> Chat:
    return box.group("Rapat", siti)


def last(box: Sandbox) -> str:
    return titles.of_update(box, box.bot.queue.history[-1])[1]


def test_what_people_do(box: Sandbox, siti: Person, room: Chat) -> None:
    siti.open_link("RAHASIA")
    assert last(box) == "Siti membuka tautan undangan"
    sent = siti.send("12 dari\n14.250")
    assert last(box) == "Siti menulis “12 dari 14.250”"
    siti.edit(sent.id, "13")
    assert last(box) == "Siti mengubah pesannya menjadi “13”"
    siti.file("document", b"%PDF-", "laporan.pdf")
    assert last(box) == "Siti mengirim berkas laporan.pdf"
    siti.file("photo", b"x")
    assert last(box) == "Siti mengirim foto"
    siti.send("/status@PeduliHamBot", chat=room)
    assert last(box) == "Siti mengirim /status@PeduliHamBot di grup Rapat"
    siti.block()
    assert last(box) == "Siti memblokir bot"
    siti.unblock()
    assert last(box) == "Siti memulai ulang bot"
    siti.ask_inline("jakpus")
    assert last(box) == "Siti mengetik @PeduliHamBot jakpus"
    siti.location(1, 2)
    assert last(box) == "Siti mengirim sesuatu"
    siti.send("x" * 100)
    assert len(last(box)) < 90


def test_taps_by_their_labels(box: Sandbox, siti: Person) -> None:
    keyboard = {"inline_keyboard": [[{"text": "✅ Simpan", "callback_data": "s.1"}]]}
    body: dict[str, Any] = {"text": "?", "from": box.bot.account.user(), "reply_markup": keyboard}
    message = siti.chat.add(body, from_bot=True)
    siti.tap("✅ Simpan")
    assert last(box) == "Siti mengetuk ✅ Simpan"
    del message.body["reply_markup"]
    siti.tap(data="s.1", message_id=message.id)
    assert last(box) == "Siti mengetuk tombol lama"


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
    box: Sandbox,
    siti: Person,
    method: str,
    params: dict[str, Any],
    status: int,
    why: str,
    title: str,
) -> None:
    result = {"description": why} if why else {"message_id": 5}
    call = Call(0, method, params, result, status, chat_id=siti.id)
    assert titles.of_call(box, call)[:2] == (siti.id, title)


def test_a_transaction(box: Sandbox, siti: Person) -> None:
    answer = Gained(7, "answer", "Sudinkes", 1, 2, "ab" * 32)
    letter = Queued(9, siti.id, "sendMessage", "answering/saved", 5)
    news = News((answer, answer), (letter,), (("sent", 3),), (5,))
    assert titles.of_news(news) == "Transaksi: 2 jawaban, 3 pengingat, 1 pesan keluar"
    assert titles.details_of(box, news)[:2] == [
        "update 5 dicatat selesai",
        "R-0007 · jawaban · Sudinkes · indikator 1 · revisi 2 · hash abababababab…",
    ]
    assert titles.details_of(box, news)[-1] == "kotak keluar 9: answering/saved → Siti"
    assert titles.of_news(News(handled=(5,))) == "Transaksi: tidak ada yang berubah"


def test_spans() -> None:
    assert titles.span(timedelta(days=2, hours=3, minutes=4)) == "2 hari 3 jam"
    assert titles.span(timedelta(0)) == "0 detik"
    assert titles.seconds(1.25) == "1,2 detik"


def test_the_trace_does_not_grow_for_ever() -> None:
    trace = Trace(lambda: 0.0)
    for number in range(KEPT + 5):
        trace.add("clock", f"baris\n{number}")
    assert len(trace.entries) == KEPT
    assert [one["title"] for one in trace.after(KEPT + 4)] == [f"baris {KEPT + 4}"]
