"""The people of a big season: contacts, Bagian Hukum and Kanwil, each following the plan from their own chat.

They find buttons by their labels or codes, and wait for words.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.demo.botapi.state import ChatMessage
from bot.demo.phone import Phone
from scoring import load_bundled
from tests.e2e import big_plan
from tests.e2e.big_plan import LATE, RIGHTS, Given, Plan, Story

INSTRUMENT = load_bundled("permenkumham-25-2013")
NUMBERS = {one.name: one.no for one in INSTRUMENT.indicators}
DOUBT, SAVE, ZERO = "✅ Ya, sudah benar", "✅ Simpan", "Ya, benar 0"
AGREES = {
    "approve": ("👍 Setujui", "👍 Disetujui:"),
    "verify": ("✅ Verifikasi", "✅ Diverifikasi:"),
    "accept": ("✅ Terima alasan", "alasan diterima"),
}
REFUSES = {
    "refuse": ("❌ Tolak alasan", "alasan belum diterima"),
    "reopen": ("🔓 Buka kembali", "Dibuka kembali"),
}
SENTENCES = {
    "return": "Mohon dicocokkan dengan lampiran nomor 3.",
    "correct": "Menurut laporan tahunan provinsi.",
    "refuse": "Mohon dilengkapi dasar hukumnya.",
    "reopen": "Mohon dilengkapi dasar hukumnya.",
}
"""What a reviewer writes with a judgement."""
Test = Callable[[ChatMessage], bool]


@dataclass
class Handset(Phone):
    """A phone whose holder also waits for what comes by itself."""

    async def hears(self, wanted: str | Test, after: int = 0) -> ChatMessage:
        return await self.person.wait_for(wanted, after=after)

    async def push(self, label: str, at: ChatMessage) -> None:
        """Tap what changes its own message, and wait until the tap was answered."""
        notice = await self.person.wait_notice(self.person.tap(label, message_id=at.id))
        assert "tidak berlaku" not in str(notice.get("text")), (label, notice)

    async def changes(self, label: str, at: ChatMessage, wanted: str) -> None:
        """Tap what changes its own message, and wait for the words it then holds."""
        self.person.tap(label, message_id=at.id)
        await self.person.wait_edit(at.id, wanted)


UNABLE, ELSEWHERE = "Tidak dapat mengisi…", "Data ada di instansi lain"
BACK = "◀️ Batal"
CHANGES = ("▶️ Isi angkanya", "✏️ Ubah angka", "✏️ Ubah")
"""What opens the figures of an answer that came back, as the news of it offers it."""


def has(*wanted: str) -> Test:
    return lambda message: bool(set(wanted) & set(message.labels))


def is_card(short: str) -> Test:
    """Return a test for the card of an answer of this office, which may name its city as well."""
    return lambda message: message.text.startswith(short) and " — " in message.text.split("\n")[0]


WORDS = has("◀️ Kembali ke kartu")
"""A judgement waits for words, or for figures."""


def asks(indicator_no: int) -> Test:
    """Return a test for the question of an indicator, at whichever of its stages."""
    name = INSTRUMENT.indicator(indicator_no).name
    return lambda message: (
        message.text.split("\n")[0].endswith(f"— {name}")
        and " dari " in message.text.split("\n")[0]
    )


@dataclass
class Contact:
    """Who answers for an office."""

    phone: Handset
    plan: Plan
    region: str
    short: str
    is_successor: bool = False

    async def gives(self, given: Given) -> ChatMessage:
        """Answer the question that is open; returns the message that a save must be tapped on."""
        if isinstance(given, str):
            way = ("unable", ELSEWHERE) if given == big_plan.NOT_OURS else ("unable",)
            await self.phone.unfolds(*way, given)
            await self.phone.taps(given, has("◀️ Batal"))
            return await self.phone.says(self.because(), "Tersimpan")
        reply = await self.phone.says(" dari ".join(map(_typed, given)), has(SAVE, DOUBT, ZERO))
        while SAVE not in reply.labels:
            reply = await self.phone.taps(
                DOUBT if DOUBT in reply.labels else ZERO, has(SAVE, DOUBT, ZERO), reply
            )
        return reply

    def because(self) -> str:
        """Return why there is no figure, in a sentence that is not said twice."""
        letter = self.phone.person.last.id
        return f"Alasan {self.short}: menurut pembagian tugas kami, surat {letter}."

    async def saves(self, shown: ChatMessage) -> ChatMessage:
        """Save what was confirmed; a figure that a partner gave meanwhile may be asked back first."""
        while True:
            self.phone.person.tap(SAVE, message_id=shown.id)
            reply = await self.phone.person.until(partial(outcome, self.phone, shown), SAVE)
            if reply is shown:
                return shown
            shown = await self.phone.taps(DOUBT, has(SAVE), reply)

    async def answers_all(self) -> None:
        """Answer every question in order, with proof for some."""
        await self.phone.taps("▶️ Mulai mengisi", asks(1))
        for story in self.plan.of(self.region, self.short):
            indicator_no = story.place[2]
            reply = await self.gives(story.given)
            if isinstance(story.given, tuple):
                reply = await self.saves(reply)
            following = asks(indicator_no + 1) if indicator_no < 17 else "Terima kasih"
            await self.phone.hears(following, reply.id)
            await self.proves(story, reply, following)

    async def proves(self, story: Story, saved: ChatMessage, following: str | Test) -> None:
        """Send files in evidence mode: singles, an album of ten, the same file again; then tick the checks."""
        files = files_for(self.plan, story)
        if not files:
            return
        asked = await self.phone.taps("📎 Data dukung", "Kirim foto atau berkasnya", saved)
        if len(files) > 2:
            self.phone.person.album(*[("document", body, name) for name, body in files])
        else:
            for name, body in files:
                self.phone.person.file("document", body, name)
        for name, _ in files:
            await self.phone.hears(partial(_is_receipt, name), asked.id)
        again = await self.phone.says("sudah saya kirim semua ya", has("⬜ Angka sesuai"))
        for label in ("⬜ Angka sesuai", "⬜ Periode", "⬜ Tanda tangan", "⬜ Stempel")[
            : len(files) + 1
        ]:
            await self.phone.push(label, again)
        await self.phone.taps("Selesai", "Data dukung — ", again)
        if story.place[2] < 17:
            await self.phone.taps("➡️ Lanjut", following)

    async def sends(self, rights: list[str], says: str = "sudah dikirim") -> None:
        """Check and send these rights, one after the other."""
        for right in rights:
            index = await self.phone.says("/kategori", "Pilih hak")
            chosen = next(one for one in index.labels if f" {right} · " in one)
            shown = await self.phone.taps(chosen, has("📤 Periksa dan kirim"), index)
            check = await self.phone.taps("📤 Periksa dan kirim", "Periksa sebelum mengirim", shown)
            send = next(one for one in check.labels if one.startswith("📤 Kirim "))
            await self.phone.changes(send, check, says)

    async def sends_in_time(self) -> None:
        waits = (self.region, self.short) in self.plan.late_offices()
        await self.sends([right for right in RIGHTS if not (waits and right == LATE)])

    async def fixes(self) -> None:
        """Mend whatever was returned or reopened: other figures, or the reason once more, and a sentence."""
        reopened = []
        for indicator_no, action in sorted(self.plan.pending.pop((self.region, self.short), [])):
            story = self.plan.stories[self.region, self.short, indicator_no]
            story.given = story.fixes.pop(0)
            await self.opens(indicator_no)
            reply = await self.gives(story.given)
            if isinstance(story.given, tuple):
                reply = await self.saves(reply)
            if action == "reopen":
                reopened.append(
                    next(right for right, owed in RIGHTS.items() if indicator_no in owed)
                )
            else:
                await self.phone.taps("📤 Kirim kembali", "Dikirim kembali ke", reply)
        await self.sends(list(dict.fromkeys(reopened)))

    async def opens(self, indicator_no: int) -> None:
        """Open the question by the button of the news of it; a successor, who got no news, by /lanjut."""
        if self.is_successor:
            shown = await self.phone.says("/lanjut", has(*CHANGES, UNABLE, BACK))
            if UNABLE in shown.labels:
                return
        else:
            shown = await self.phone.hears(told_of(indicator_no))
        opening = next(one for one in (*CHANGES, BACK) if one in shown.labels)
        await self.phone.taps(opening, has(UNABLE), shown)

    async def wonders(self, indicator_no: int) -> None:
        """Ask the reviewers about one answer."""
        await self.phone.says("/tanya", has(INSTRUMENT.indicator(indicator_no).short))
        await self.phone.taps(INSTRUMENT.indicator(indicator_no).short, "Tulis pesannya")
        await self.phone.says(
            f"Apakah data {self.short} sudah memadai?", "Pesan terkirim kepada 3 orang"
        )


def _is_receipt(name: str, message: ChatMessage) -> bool:
    return "Diterima · R-" in message.text and name in message.text


def outcome(phone: Phone, shown: ChatMessage) -> ChatMessage | None:
    """Return the message that was to be saved, once it is; or what was asked back instead."""
    if "Tersimpan" in shown.text:
        return shown
    return next(filter(has(DOUBT), phone.person.newer(shown.id)), None)


def _typed(figure: int) -> str:
    """Write odd figures as plain digits, even ones with the points of thousands."""
    return str(figure) if figure % 2 else f"{figure:,}".replace(",", ".")


def is_queue(message: ChatMessage) -> bool:
    """Tell whether this is the queue itself, and not the news that something has come into it."""
    return "enunggu Anda" in message.text and not message.text.startswith("📥")


def told_of(indicator_no: int) -> Test:
    """Return a test for the message that something came back, with its button."""
    name = INSTRUMENT.indicator(indicator_no).name
    fix = has(*CHANGES)
    return lambda message: (
        message.text.startswith(("↩️ ", "🔓 "))
        and name in message.text.split("\n")[0]
        and fix(message)
    )


def files_for(plan: Plan, story: Story) -> list[tuple[str, bytes]]:
    """Return the files of an office: two for three answers, an album of ten in every sixth office."""
    region, short, indicator_no = story.place
    if not isinstance(story.given, tuple):
        return []
    at = list(big_plan.OFFICES).index(short)
    count = (
        10 if at % 6 == 1 and indicator_no == 8 else 2 if indicator_no in (1 + at % 2, 5, 14) else 0
    )

    def body(place: int) -> bytes:
        same = (
            place == 1 and indicator_no == 14
        )  # the file of every office of the region, once more
        what = region if same else f"{region} {short} {indicator_no} {place}"
        return f"%PDF-1.4\n1 0 obj << /Note ({what}) >> endobj\ntrailer << >>\n%%EOF\n".encode()

    return [(f"bukti-{indicator_no}-{place}.pdf", body(place)) for place in range(count)]


@dataclass
class Reviewer:
    """Bagian Hukum of a region, or one of the Kanwil: opens what waits and does what the plan says."""

    phone: Handset
    plan: Plan
    role: str
    ticks: bool = True

    async def reviews(self, region: str, short: str) -> None:
        """Judge until nothing of this office waits any more."""
        asked = short if self.role == "city" else f"{short} {region}"
        while True:
            queue = await self.phone.says(f"/verifikasi {asked}", is_queue)
            if "Tidak ada jawaban" in queue.text:
                return
            pile = queue.labels[0]
            card = await self.phone.taps(pile, is_card(short), queue)
            story = self.plan.stories[
                region, short, NUMBERS[card.text.split("\n")[0].split(" — ", 1)[1]]
            ]
            bulk = next((one for one in card.labels if "semua tanpa catatan" in one), None)
            if bulk and self.may_pass(region, short, story):
                card = await self.phone.taps(bulk, has("◀️ Kembali ke kartu"), card)
                await self.phone.changes(card.labels[0], card, "sekaligus")
                for line in card.text.split("\n")[1:]:
                    self.passed(self.plan.stories[region, short, NUMBERS[line.removeprefix("• ")]])
            else:
                await self.judges(story, card, queue)

    def may_pass(self, region: str, short: str, story: Story) -> bool:
        """Tell whether the plan says nothing but "yes" to all figures of the right."""
        right = next(owed for owed in RIGHTS.values() if story.place[2] in owed)
        steps = [
            one.steps(self.role)
            for one in self.plan.of(region, short, right)
            if isinstance(one.given, tuple)
        ]
        return all(one in ([], [("approve", "")], [("verify", "")]) for one in steps)

    def passed(self, story: Story) -> None:
        assert len(story.steps(self.role)) == 1, story
        story.steps(self.role).clear()
        if self.role == "kanwil":
            story.verified = story.given

    async def judges(self, story: Story, card: ChatMessage, queue: ChatMessage) -> None:
        """Judge one answer: take the next step of the plan, and take it back at once where the plan says so."""
        action, code = story.steps(self.role).pop(0)
        for label in [one for one in card.labels if one.startswith("⬜")][
            : self.ticks * story.place[2] % 4
        ]:
            await self.phone.push(label, card)
        if action in AGREES:
            label, words = AGREES[action]
            await self.phone.changes(label, card, words)
            story.verified = story.given if self.role == "kanwil" and code != "undo" else None
        elif action == "return":
            await self.phone.taps("↩️ Kembalikan", "Apa alasannya?", card)
            await self.phone.taps("Lainnya" if code == "undo" else code, WORDS)
            await self.phone.says(SENTENCES[action], "Dikembalikan:")
        elif action == "correct":
            assert story.correction is not None
            await self.phone.taps("✏️ Koreksi angka", WORDS, card)
            await self.phone.says(" dari ".join(map(_typed, story.correction)), WORDS)
            await self.phone.says(SENTENCES[action], "Dikoreksi dan diverifikasi")
            story.verified = story.correction
        else:
            label, words = REFUSES[action]
            await self.phone.taps(label, WORDS, card)
            await self.phone.says(SENTENCES[action], words)
        if code == "undo":
            await self.takes_back(queue)
        elif action in ("return", "refuse", "reopen"):
            region, short, indicator_no = story.place
            self.plan.pending.setdefault((region, short), []).append((indicator_no, action))

    async def takes_back(self, queue: ChatMessage) -> None:
        """Open the same card again from the queue and undo what was done."""
        card = await self.phone.taps(queue.labels[0], has("↪️ Batalkan"), queue)
        await self.phone.taps("↪️ Batalkan", WORDS, card)
        await self.phone.says("Keliru menekan tombol.", "Dibatalkan")

    async def replies(self, short: str, indicator_no: int) -> None:
        """Answer a question of an office and close the thread."""
        name = INSTRUMENT.indicator(indicator_no).name
        asked = await self.phone.hears(
            lambda message: message.text.startswith(f"💬 {short} — {name}")
        )
        await self.phone.taps("💬 Balas", "Tulis pesannya", asked)
        await self.phone.says("Sudah memadai, terima kasih.", "Pesan terkirim")
        await self.phone.push("✔️ Tutup percakapan", asked)

    async def hands_over(self, region: str, short: str) -> str:
        """Return the link for the successor of an office's contact."""
        await self.phone.says(f"/serahterima {short} {region}", "Serah terima")
        chosen = await self.phone.hears(
            lambda message: any(x.endswith(f" · {short}") for x in message.labels)
        )
        link = await self.phone.taps(chosen.labels[0], "?start=", chosen)
        match = re.search(r"\?start=(\S+)", link.text)
        assert match
        return match[1]

    async def extends(self, region: str, short: str) -> None:
        """Grant one office more time, by the button with the date."""
        asked = await self.phone.says(f"/perpanjang {short} {region}", "Sampai kapan?")
        await self.phone.taps(asked.labels[-2], "Tulis alasannya", asked)
        await self.phone.says(
            "Kantor terkena banjir pada bulan Maret.", "Kontaknya sudah diberi tahu"
        )


async def together(works: list[Coroutine[Any, Any, None]]) -> None:
    """Let people act at the same time; the first failure ends all."""
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work)
