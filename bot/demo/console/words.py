"""What the console says, in Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.demo.botapi import Person
from bot.demo.botapi.state import Chat

YOU = "Anda"
NOBODY_YET = "siapa"
BEGIN = "Mulai"
WELCOME = "Peduli HAM — peragaan di terminal. Seluruh angka dan nama rekaan."
STATE = "Keadaan: {title}. {hint}"
WHO = "Siapa Anda? Ketik nomor atau nama, misalnya 1 atau sudinkes."
WHO_FIRST = "Pilih dahulu siapa Anda: ketik nomor atau nama dari daftar, atau /siapa."
NOBODY = "Tidak ada yang bernama “{text}”. Ketik nomor atau nama dari daftar (/siapa)."
SEVERAL = "“{text}” dapat berarti: {names}. Ketik nomornya."
NOT_JOINED = "Belum bergabung. Ketik /1 untuk menekan [{button}] pada tautan undangan."
NOTHING_YET = "Percakapan ini masih kosong."
ANNOUNCED = "→ {who} menerima: {text}"
NOTICE = "  (pemberitahuan) {text}"
NO_BUTTONS = "tidak ada tombol"
NO_SUCH_BUTTON = (
    "Tidak ada tombol /{number} di layar; yang ada: {known}. /lihat menampilkannya lagi."
)
NO_BUTTON_LIKE = "Tidak ada tombol “{text}” di layar; yang ada: {known}."
COPIED = "Di Telegram, tombol [{text}] menyalin: {target}"
SHARED = "Di Telegram, tombol [{text}] mengirim ke percakapan yang dipilih: {target}"
INLINE = "Di Telegram, tombol [{text}] memulai kartu “{target}” di percakapan yang dipilih."
TO_GROUP = (
    "Di Telegram, [{text}] memasukkan bot ke grup. Di sini grupnya sudah ada: /grup, lalu /papan"
)
REACTED = "{emoji} pada: {text}"
NOT_HERE = "Tombol [{text}] membuka {url}, yang tidak ada di terminal."
CANNOT = "Tidak dapat dilakukan: {why}."
ENDED = "Selesai. Bot dan server sudah berhenti."
TOO_SLOW = "Bot belum siap dalam waktu yang wajar. Tunggu sebentar, lalu coba lagi."
SILENT = "Bot belum menjawab."
STOPPED = "Bot sedang mati; pesan Anda menunggu. /nyalakan menjalankannya lagi."
UNKNOWN = "Maksud Anda {nearest}? {given} tidak dikirim. Untuk mengirimnya ke bot, ketik /{given}."
EXPECTS = "{command} memerlukan keterangan: {usage}."
NO_FILE = (
    "Berkas {path} tidak ada. Tulis jalur berkas di komputer ini, misalnya /berkas laporan.pdf."
)
A_FOLDER = "{path} adalah folder. Tulis jalur sebuah berkas."
UNREADABLE = "{path} tidak dapat dibaca: {why}."
EMPTY_FILE = "{path} kosong; Telegram tidak mengirim berkas kosong."
TOO_LARGE = "{path} lebih besar dari 50 MB; Telegram tidak menerimanya."
CLOCK_MOVED = "Sekarang {moment}."
CLOCK_USAGE = (
    "/jam pengingat, /jam ringkasan, /jam batas, atau /jam +1 hari (menit, jam, hari, minggu)"
)
CLOCK_UNKNOWN = "“{text}” bukan tujuan jam. Yang dapat: {usage}."
SIGNAL = "Sinyal: {state}."
SIGNAL_USAGE = "/sinyal putus, /sinyal lambat, /sinyal ganda (boleh beberapa), atau /sinyal baik"
SIGNAL_UNKNOWN = "“{text}” bukan keadaan sinyal. Yang dapat: {usage}."
KILLED = "Bot dimatikan paksa. Pesan yang masuk menunggu sampai /nyalakan."
ARMED = "Bot akan mati di tengah kalimat berikutnya, lalu menyala sendiri."
STARTED = "Bot berjalan lagi."
SAVED = "Latihan disimpan di {path}: {steps} langkah. Putar ulang: peduli-ham rehearse {path}"
NOT_SAVED = (
    "Belum tersimpan: {path} tidak dapat ditulis ({why}). Percakapan tetap ada; coba jalur lain."
)
EXISTS = "{path} sudah ada dan bukan latihan; pilih nama lain."
NO_GROUP = "{who} tidak ada dalam grup mana pun."
LINK_USAGE = "/tautan ALAMAT, misalnya /tautan https://t.me/…?start=… dari pesan bot"
NO_LINK = "{who} tidak mempunyai undangan yang belum dipakai. Tulis alamatnya: {usage}."
STATES = {"drop": "putus-putus", "delay": "lambat", "double": "pesan ganda"}
CLOCKS = {
    "pengingat": "reminder",
    "ringkasan": "digest",
    "batas": "deadline",
    "tenggat": "deadline",
}
SIGNALS = {"putus": "drop", "lambat": "delay", "ganda": "double"}
GOOD = "baik"
SPANS = {"menit": 60, "jam": 3600, "hari": 86400, "minggu": 604800}
LONG = 70
HELP = (
    ("teks", "dikirim ke bot (atau ke grup yang terbuka), juga angka: 12 dari 14.250"),
    ("/1, /2 …", "menekan tombol bernomor itu"),
    ("/tekan simpan", "menekan tombol menurut tulisannya"),
    ("/siapa [nomor atau nama]", "menjadi orang lain; tanpa nama: daftar orang"),
    ("/grup, /pribadi", "membuka grup orang ini, dan kembali ke percakapan dengan bot"),
    ("/lihat", "menampilkan lagi percakapan dan tombolnya"),
    ("/tautan [alamat]", "membuka undangan sendiri, atau tautan dari sebuah pesan"),
    ("/berkas JALUR", "mengirim foto atau berkas; tanpa jalur: perintah /berkas milik bot"),
    ("/jam pengingat|ringkasan|batas|+1 hari", "memajukan jam"),
    ("/sinyal putus|lambat|ganda|baik", "mengganggu atau memulihkan sinyal"),
    ("/matikan [tengah]", "mematikan bot sekarang, atau di tengah kalimat berikutnya"),
    ("/nyalakan", "menjalankan bot lagi"),
    ("/simpan BERKAS.yaml", "menyimpan yang sudah dimainkan sebagai latihan"),
    ("//bantuan", "dua garis miring: perintah bot yang namanya sama dengan perintah di sini"),
    ("/keluar", "mengakhiri"),
)


def title(person: Person, group: Chat | None) -> str:
    """Return whose phone it is, and what is open."""
    where = f" · grup {group.title}" if group else ""
    return f"{person.account.first_name} ({person.account.label}){where}"


def first_line(text: str) -> str:
    """Return the beginning of a message."""
    line = next((one for one in text.splitlines() if one.strip()), "(berkas)")
    return line if len(line) <= LONG else f"{line[: LONG - 1].rstrip()}…"


def of_phone(button: Mapping[str, Any]) -> str:
    """Return what a button does on a phone, which a terminal can only tell."""
    url, text = str(button.get("url", "")), button["text"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "copy_text" in button:
        return COPIED.format(text=text, target=button["copy_text"]["text"])
    if "switch_inline_query" in button:
        return INLINE.format(text=text, target=button["switch_inline_query"])
    if url.startswith("https://t.me/share/url?"):
        return SHARED.format(
            text=text, target="\n".join([asked["url"], asked.get("text", "")]).strip()
        )
    if "startgroup" in asked:
        return TO_GROUP.format(text=text)
    return NOT_HERE.format(text=text, url=url)
