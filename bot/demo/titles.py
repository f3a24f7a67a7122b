"""One line of Indonesian for each thing that the trace shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from babel.dates import format_datetime

if TYPE_CHECKING:
    from bot.demo.botapi import Sandbox
    from bot.demo.botapi.state import Call
    from bot.storage.changes_since import Changes, NewEntry

Description = tuple[int | None, str, list[str]]
"""The chat, the line, and the details under it."""
LONG = 70
KINDS = {
    "answer": "jawaban", "move": "perpindahan keadaan", "joined": "orang bergabung", "evidence": "berkas",
    "ticked": "centang daftar periksa", "checked": "centang pemeriksa", "note": "pesan tertulis",
    "extended": "perpanjangan", "stored": "berkas tersimpan", "withdrawn": "berkas ditarik", "paused": "jeda",
    "seat": "perubahan kursi", "board": "papan",
    "announced": "pengumuman", "notice_worded": "pemberitahuan privasi",
    "asked": "pertanyaan diteruskan", "proposed": "usulan",
    "settled": "usulan diputuskan",
}  # fmt: skip
OUTCOMES = {"sent": "pengingat", "withheld": "pengingat ditahan", "lapsed": "pengingat gugur"}
FILES = {"document": "berkas", "photo": "foto", "voice": "rekaman suara"}
CALLS = {
    "sendmessage": "Pesan ke {to}", "sendphoto": "Gambar ke {to}", "senddocument": "Berkas ke {to}",
    "editmessagetext": "Pesan untuk {to} diubah", "editmessagereplymarkup": "Tombol untuk {to} diubah",
    "editmessagecaption": "Keterangan untuk {to} diubah", "pinchatmessage": "Pesan disematkan di {to}",
    "unpinchatmessage": "Sematan di {to} dilepas", "answercallbackquery": "Ketukan dijawab",
    "answerinlinequery": "Pencarian dijawab", "sendchataction": "Bot menulis kepada {to}",
}  # fmt: skip
REFUSED = {
    "message is not modified": "Sudah demikian, tidak ada yang berubah",
    "query is too old": "Ketukan ini sudah dijawab atau terlalu lama",
    "bot was blocked": "Ditolak, bot diblokir",
}
FAULTS = {
    "drop_before": "Sinyal: permintaan {method} hilang sebelum sampai",
    "drop_after": "Sinyal: jawaban atas {method} hilang di jalan",
}


def short(text: str, most: int = LONG) -> str:
    """Return the beginning of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def moment(at: datetime, zone: tzinfo, language: str = "id") -> str:
    """Return day, date and time, as people read them."""
    form = "EEEE, d MMMM y 'pukul' HH.mm" if language == "id" else "EEEE, d MMMM y, HH:mm"
    return format_datetime(at.astimezone(zone), form, locale=language)


def name_of(server: Sandbox, chat: int | None) -> str:
    """Return whose chat it is."""
    place = server.chats.get(chat or 0)
    if place is not None and place.type != "private":
        return f"grup {place.title}"
    account = server.accounts.get(chat or 0)
    return account.first_name if account else "seseorang"


def of_update(server: Sandbox, update: dict[str, Any]) -> Description:
    """Describe what somebody did."""
    kind = next(name for name in update if name != "update_id")
    body = update[kind]
    who = body["from"]["first_name"]
    message = body.get("message", body)
    chat = message.get("chat", {}).get("id")
    where = f" di {name_of(server, chat)}" if chat is not None and chat < 0 else ""
    if kind == "callback_query":
        label = _label(message, body["data"])
        return chat, f"{who} mengetuk {label}{where}", [f"tombol {body['data']}"]
    if kind == "edited_message":
        return chat, f"{who} mengubah pesannya menjadi “{short(_text(body))}”", []
    if kind == "inline_query":
        return None, f"{who} mengetik @{server.bot.account.username} {short(body['query'])}", []
    if kind == "chosen_inline_result":
        return None, f"{who} memilih hasil pencarian", []
    if kind == "my_chat_member":
        status = body["new_chat_member"]["status"]
        came = "memulai ulang" if status == "member" else "memblokir"
        title = f"{who} {came} bot" if chat and chat > 0 else f"Bot menjadi {status}{where}"
        return chat, title, []
    return chat, f"{who} {_did(body)}{where}", []


def _did(body: dict[str, Any]) -> str:
    text = _text(body)
    for kind, word in FILES.items():
        if kind in body:
            attachment = body[kind]
            name = attachment.get("file_name") if isinstance(attachment, dict) else None
            return f"mengirim {word}{f' {name}' if name else ''}"
    if text.startswith("/start "):
        return "membuka tautan undangan"
    if text.startswith("/"):
        return f"mengirim {short(text)}"
    if text:
        return f"menulis “{short(text)}”"
    return "mengirim sesuatu" if "new_chat_members" not in body else "menambah anggota"


def _text(body: dict[str, Any]) -> str:
    return str(body.get("text") or body.get("caption") or "")


def _label(message: dict[str, Any], data: str) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [one["text"] for row in rows for one in row if one.get("callback_data") == data]
    return str(labels[0]) if labels else "tombol lama"


def of_call(server: Sandbox, call: Call) -> Description:
    """Describe what the bot said, and whether it was taken."""
    to = name_of(server, call.chat_id)
    title = CALLS.get(call.method, call.method).format(to=to)
    text = str(call.params.get("text") or call.params.get("caption") or "")
    if text:
        title = f"{title}: {short(_plain(text))}"
    details = [f"{call.method} → {call.status}"]
    if isinstance(call.result, dict):
        if "message_id" in call.result:
            details.append(f"pesan {call.result['message_id']}")
        if call.status != 200:
            why = str(call.result.get("description", ""))
            details.append(why)
            refusal = next((said for text, said in REFUSED.items() if text in why), None)
            title = f"{refusal or f'Ditolak server ({call.status})'}: {title}"
    return call.chat_id, title, details


def _plain(html: str) -> str:
    """Return the text without its markup."""
    kept, inside = [], False
    for letter in html:
        inside = letter == "<" or (inside and letter != ">")
        if not inside and letter != ">":
            kept.append(letter)
    text = "".join(kept)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'")):
        text = text.replace(entity, sign)
    return text.replace("&amp;", "&")


def of_fault(kind: str, method: str) -> str:
    """Describe what trouble did, where it is worth a line."""
    return FAULTS.get(kind, "").format(method=method)


def of_news(news: Changes) -> str:
    """Describe what a transaction brought."""
    answers = [entry for entry in news.record if entry.kind == "answer"]
    parts = []
    if len(answers) == 1:
        parts.append(f"1 jawaban (revisi {answers[0].revision})")
    elif answers:
        parts.append(f"{len(answers)} jawaban")
    for kind, count in Counter(
        entry.kind for entry in news.record if entry.kind != "answer"
    ).items():
        parts.append(f"{count} {KINDS.get(kind, kind)}")
    parts += [f"{number} {OUTCOMES[outcome]}" for outcome, number in news.reminders]
    messages = sum(1 for letter in news.outbox if letter.chat_id)
    taps = sum(1 for letter in news.outbox if letter.method == "answerCallbackQuery")
    parts += [f"{messages} pesan keluar"] if messages else []
    parts += [f"{taps} jawaban ketukan"] if taps else []
    return "Transaksi: " + (", ".join(parts) or "tidak ada yang berubah")


def details_of(server: Sandbox, news: Changes) -> list[str]:
    """Return every row that the transaction wrote, as far as it means something."""
    details = [f"update {number} dicatat selesai" for number in news.handled]
    details += [_entry(entry) for entry in news.record]
    for letter in news.outbox:
        to = f" → {name_of(server, letter.chat_id)}" if letter.chat_id else ""
        details.append(f"kotak keluar {letter.id}: {letter.name or letter.method}{to}")
    return details[:40]


def _entry(entry: NewEntry) -> str:
    parts = [f"R-{entry.id:04d}", KINDS.get(entry.kind, entry.kind)]
    parts += [entry.office] if entry.office else []
    parts += [f"indikator {entry.indicator}"] if entry.indicator else []
    parts += [f"revisi {entry.revision}"] if entry.revision else []
    return " · ".join([*parts, f"hash {entry.hash[:12]}…"])


def seconds(value: float) -> str:
    """Render a short span, to a tenth."""
    return f"{value:.1f} detik".replace(".", ",")


def span(value: timedelta) -> str:
    """Render a span as people say it, in its two largest units."""
    left = round(value.total_seconds())
    parts = []
    for size, word in ((86_400, "hari"), (3_600, "jam"), (60, "menit"), (1, "detik")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {word}")
    return " ".join(parts[:2]) or "0 detik"
