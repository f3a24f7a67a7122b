"""A person of a scene: does what the scene says, with the buttons and words that people have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.demo.botapi import Person
from bot.demo.botapi.state import Chat, Message
from bot.demo.inside import Inside
from bot.demo.papers import paper, photo

Figures = dict[str, dict[str, list[str]]]
Said = dict[str, Any]
PACE = timedelta(seconds=25)
"""How long somebody takes from one step to the next."""
BEGIN = "▶️ Mulai mengisi"
SAVE, DOUBT, ZERO = "✅ Simpan", "✅ Ya, sudah benar", "Ya, benar 0"
PROVE, DONE, GO_ON = "📎 Data dukung", "Selesai", "➡️ Lanjut"
REPLACE, CHANGE, RESEND = "📎 Ganti data dukung", "✏️ Ubah angka", "📤 Kirim kembali"
AGREE = ("✅ Verifikasi", "👍 Setujui", "✅ Terima alasan")
BULK, SURE = "semua tanpa catatan", ("Ya, setujui", "Ya, verifikasi")
RETURN, CORRECT = "↩️ Kembalikan", "✏️ Koreksi angka"
MOST = 12
"""More answers of one office never wait for one reviewer."""


class SceneError(Exception):
    """The bot did not say what the scene needs next; says who expected what, and what there was."""


@dataclass(slots=True)
class Player:
    """One person at the phone. `key`: the office, or the role."""

    bot: Inside
    person: Person
    key: str
    group: Chat
    figures: Figures
    names: dict[int, str]
    year: int

    async def does(self, what: str, more: Said) -> None:
        """Carry out one doing of a scene. Raises SceneError where the bot says something else."""
        await DOINGS[what](self, more)

    # What everybody does

    async def say(self, text: str, chat: Chat | None = None) -> Message | None:
        """Write; returns the bot's last word where it had one."""
        return await self._after(lambda: self.person.send(text, chat=chat), chat)

    async def tap(self, label: str, at: Message | None = None) -> Message | None:
        """Press a button, by the beginning of its label."""
        found = self._find(label, at)
        return await self._after(lambda: self.person.tap(found[1], message_id=found[0]))

    async def _after(self, act: Callable[[], object], chat: Chat | None = None) -> Message | None:
        place = chat or self.person.chat
        before = place.next_message
        act()
        await self.bot.settle()
        self.bot.clock.forward(self.bot.clock() + PACE)
        said = [one for one in place.messages.values() if one.from_bot and one.id >= before]
        return said[-1] if said else None

    def _find(self, label: str, at: Message | None) -> tuple[int, str]:
        for message in [at] if at else reversed(self.person.replies):
            for one in message.labels:
                if one.startswith(label) or label in one:
                    return message.id, one
        raise self._wrong(f"tombol {label!r}")

    def _wrong(self, wanted: str) -> SceneError:
        last = self.person.text if self.person.replies else "–"
        return SceneError(f"{self.key}: {wanted}; yang ada: {last[:200]!r}")

    def _expect(self, text: str) -> Message:
        """The newest message with these words."""
        for one in reversed(self.person.replies[-4:]):
            if text in one.text:
                return one
        raise self._wrong(text)

    async def join(self, _: Said) -> None:
        """Open the invitation."""
        await self.say(f"/start {self.person.account.start_link}")
        self._expect("Selamat datang")

    async def words(self, more: Said) -> None:
        """Write something, in the group or to the bot."""
        await self.say(more["text"], self.group if more.get("group") else None)

    async def board(self, _: Said) -> None:
        """Have the board pinned in the group."""
        await self.say("/papan", self.group)
        await self.bot.tick()
        if not self.group.pinned:
            raise self._wrong("papan tersemat")

    # Contacts

    async def answer(self, more: Said) -> None:
        """Answer these questions in the order in which they are asked, with proof for some."""
        for number in more["numbers"]:
            await self._opens(number)
            saved = await self._gives(self.figures[self.key][str(number)])
            if files := more.get("files", {}).get(str(number)):
                await self._proves(saved, files, number)

    async def _opens(self, number: int) -> None:
        """Come to this question, which is the next open one."""
        if not self._is_asked(number):
            known = [one for one in (BEGIN, GO_ON) if one in self.person.last.labels]
            await (self.tap(known[0]) if known else self.say("/lanjut"))
        if not self._is_asked(number):
            raise self._wrong(self.names[number])

    def _is_asked(self, number: int) -> bool:
        head = self.person.text.split("\n")[0]
        return " dari " in head and head.endswith(f"— {self.names[number]}")

    async def _gives(self, figures: list[str]) -> Message:
        for one in figures:
            await (self.tap(one[1:], self.person.last) if one.startswith("!") else self.say(one))
            await self._sure()
        if SAVE in self.person.last.labels:
            card = self.person.last
            await self.tap(SAVE, card)
            if "Tersimpan" in card.text:
                return card
        return self._expect("Tersimpan")

    async def _sure(self) -> None:
        """Whatever is asked back is as it was meant."""
        for label in (DOUBT, ZERO) * 2:
            if label in self.person.last.labels:
                await self.tap(label)

    async def _proves(self, saved: Message, files: list[str], number: int) -> None:
        await self.tap(PROVE, saved)
        await self._uploads(files, number)
        await self.tap(DONE)

    async def _uploads(self, files: list[str], number: int) -> None:
        """Send these files where they are waited for, and tick all that can be seen on them."""
        for name in files:
            office, title = self.person.account.label, self.names[number]
            await self._after(lambda: self._sends(name, office, title))  # noqa: B023
        received = self._expect("Diterima")
        for label in [one for one in received.labels if one.startswith("⬜")]:
            await self.tap(label, received)

    def _sends(self, name: str, office: str, title: str) -> None:
        if name.endswith(".pdf"):
            self.person.file("document", paper(title, office, self.year), name)
        else:
            self.person.file("photo", photo(title, office, self.year), None)

    async def send(self, more: Said) -> None:
        """Hand in one right, or every right once all is answered."""
        if right := more.get("right"):
            await self.say("/kategori")
            await self.tap(right, self.person.last)
            await self.tap("📤 Periksa dan kirim", self.person.last)
            await self.tap("📤 Kirim ", self.person.last)
            return
        for _ in range(MOST):
            await self.say("/ringkasan")
            ready = [one for one in self.person.last.labels if one.startswith("📤 Kirim ")]
            if not ready:
                return
            await self.tap(ready[0], self.person.last)
            await self.tap("📤 Kirim ", self.person.last)
        raise self._wrong("semua hak terkirim")

    async def fix(self, more: Said) -> None:
        """Mend what was returned, its document or its figures, and send it back."""
        if files := more.get("files"):
            ((number, names),) = files.items()
            await self.tap(REPLACE)
            await self._uploads(names, int(number))
        else:
            await self.tap(CHANGE)
            for one in more["figures"]:
                await self.say(one)
                await self._sure()
            await self.tap(SAVE, self.person.last)
        await self.tap(RESEND)
        self._expect("Dikirim kembali")

    # Reviewers

    async def review(self, more: Said) -> None:
        """Judge everything of an office that waits."""
        returns, correct = more.get("returns", {}), more.get("correct", {})
        numbers = {self.names[int(one)]: one for one in (*returns, *correct)}
        for _ in range(MOST):
            queue = await self.say(f"/verifikasi {more['office']}")
            if queue is None or "Tidak ada jawaban" in queue.text:
                return
            card = await self.tap(queue.labels[0], queue)
            if card is None:
                raise self._wrong("kartu")
            name = card.text.split("\n")[0].partition(" — ")[2]
            number = numbers.get(name, "")
            if number in returns:
                await self._returns(card, *returns[number])
            elif number in correct:
                await self._corrects(card, *correct[number])
            else:
                await self._agrees(card, bulk=not numbers)
        raise self._wrong("tidak ada yang menunggu")

    async def _agrees(self, card: Message, *, bulk: bool) -> None:
        for label in (BULK, *AGREE) if bulk else AGREE:
            if any(label in one for one in card.labels):
                await self.tap(label, card)
                await self._confirms()
                return
        raise self._wrong("tombol setuju")

    async def _confirms(self) -> None:
        """Approving several at once is asked once more."""
        for label in SURE:
            if label in self.person.last.labels:
                await self.tap(label)

    async def _returns(self, card: Message, reason: str, words: str) -> None:
        await self.tap(RETURN, card)
        await self.tap(reason)
        await self.say(words)
        self._expect("Dikembalikan")

    async def _corrects(self, card: Message, figures: str, words: str) -> None:
        await self.tap(CORRECT, card)
        await self.say(figures)
        await self.say(words)
        self._expect("Dikoreksi")

    async def remind(self, more: Said) -> None:
        """Remind an office by hand, where the plan has not done so on the same day."""
        await self.say(f"/ingatkan {more['office']}")
        if "Sudah diingatkan hari ini" in self.person.text:
            return
        await self.tap("📨 Kirim ke")
        await self.bot.tick()


DOINGS: dict[str, Callable[[Player, Said], Awaitable[None]]] = {
    "join": Player.join,
    "say": Player.words,
    "board": Player.board,
    "answer": Player.answer,
    "send": Player.send,
    "fix": Player.fix,
    "review": Player.review,
    "remind": Player.remind,
}
