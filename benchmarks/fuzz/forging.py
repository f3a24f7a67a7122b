"""Updates as Telegram makes them, good and bad, from everybody: shown, old, foreign and forged buttons."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fuzz import values

Update = dict[str, Any]
NOW = 1_489_111_200
GROUPS = (-1001, -1002)
NAMES = {
    11: "Siti Kanari", 12: "Rina Jalak", 13: "Ani Perkutut", 14: "Eko Cucakrowo", 15: "Tuti Kutilang",
    16: "Asep Murai", 21: "Hana Kenari", 31: "Budi Gelatik", 32: "Jaka Prenjak", 41: "Gita Tekukur",
    51: "Orang Asing", 52: "<b>Bobby & 'Tables'", 61: "Dua Jabatan", 71: "Admin Rajawali",
}  # fmt: skip
PHONE = "+62812555000"
SAID = (
    "12", "14.250", "12 dari 14.250", "12,5", "1,2 juta", "nihil", "0", "7", "84%", "ya", "tidak", "simpan",
    "ubah", "selesai", "kirim", "1.5", "97.25", "3 dari 2", "-3", "12 orang", "50 dari 1.000", "5", "1", "2",
    "Sudah diperbaiki sesuai lampiran berkas.", "Data berada di instansi vertikal lain.", "Jakarta Pusat",
    "sudinkes", "sudindik 2", "20 April 2017", "31 Maret 2017", "2017-05-01", "30-04-2017", "hak hidup",
    "Mohon penjelasan tentang cakupan angka ini.", "bandung", "jakarta utara", "12; 14.250", "lanjut",
)  # fmt: skip
COMMANDS = (
    "mulai", "start", "lanjut", "kategori", "ringkasan", "bantuan", "tanya", "jeda", "posisi", "status",
    "terlambat", "ingatkan", "telepon", "undang", "verifikasi", "serahterima", "perpanjang", "peran", "papan",
    "kesehatan", "entah", "",
)  # fmt: skip
ARGS = (
    "", "", "", "", "3", "0", "99", "sudinkes", "sudindik 2", "jakpus", "jakarta utara", "bandung", "dinkes",
    "bagian hukum jakpus", "kanwil", "terlambat", "belum bergabung", "belum bergabung jakpus", "siti", "hana",
    "berhenti", "hak hidup", "x" * 300, "1 hari", "semua",
)  # fmt: skip


@dataclass(slots=True)
class Shown:
    """A button that was shown in a chat, below a message."""

    chat: int
    message: int
    data: str


@dataclass(slots=True)
class Memory:
    """What somebody who looks over everybody's shoulder would know: all buttons and all links."""

    shown: list[Shown] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    texts: list[tuple[int, int]] = field(default_factory=list)


class Forger:
    """Makes the next update; `poisoned` tells that its shape was broken on purpose.

    `is_plain`: what is asked for comes without the oddities that real updates may have.
    """

    def __init__(
        self,
        dice: random.Random,
        memory: Memory,
        tokens: tuple[str, ...],
        *,
        is_plain: bool = False,
    ) -> None:
        self.dice, self.is_plain = dice, is_plain
        self.memory = memory
        self.fresh = tokens
        self.number = 0
        self.message_id = 100_000

    def update(self, now: int) -> Update:
        """One update, good, hostile or broken."""
        dice = self.dice
        made = self._made(now)
        if dice.random() < 0.25:
            return self.numbered(values.broken(dice, made)) | {"_poisoned": True}
        return self.numbered(made)

    def numbered(self, made: Update) -> Update:
        self.number += 1
        return {"update_id": self.number, **made}

    def _made(self, now: int) -> Update:
        who = self.dice.choice(list(NAMES))
        roll = self.dice.random()
        makers: tuple[tuple[float, Callable[[int, int], Update]], ...] = (
            (0.42, self.tap), (0.68, self.text), (0.77, self.command), (0.81, self.start),
            (0.87, self.upload), (0.90, self.edited), (0.93, self.other), (0.945, self.member),
            (0.965, self.in_group), (0.98, self.inline), (1.1, self.unknown),
        )  # fmt: skip
        return next(maker for most, maker in makers if roll < most)(who, now)

    def odd(self, chance: float) -> bool:
        return not self.is_plain and self.dice.random() < chance

    def person(self, who: int) -> dict[str, Any]:
        first, _, last = NAMES[who].partition(" ")
        made = {
            "id": who,
            "is_bot": False,
            "first_name": first,
            "last_name": last,
            "language_code": "id",
        }
        if self.odd(0.03):
            made["first_name"] = values.text(self.dice) or "x"
        if self.odd(0.1):
            made["username"] = f"user{who}"
        return made

    def message(self, who: int, now: int, **fields: Any) -> Update:
        self.message_id += 1
        chat = {"id": who, "type": "private", "first_name": NAMES[who]}
        made = {
            "message_id": self.message_id,
            "date": now,
            "chat": chat,
            "from": self.person(who),
            **fields,
        }
        if self.odd(0.05):
            made["forward_origin"] = {
                "type": "hidden_user",
                "date": now,
                "sender_user_name": NAMES[who],
            }
        if self.odd(0.03):
            chat["type"] = self.dice.choice(("channel", "group", "supergroup", "secret"))
        return made

    def text(self, who: int, now: int, words: str | None = None) -> Update:
        if words is None:
            words = self.dice.choice(SAID) if self.dice.random() < 0.7 else values.text(self.dice)
        made = self.message(who, now, text=words)
        if self.odd(0.1):
            made["entities"] = [{"type": "bold", "offset": 0, "length": 3}]
        self.memory.texts = [*self.memory.texts[-50:], (who, made["message_id"])]
        return {"message": made}

    def command(self, who: int, now: int) -> Update:
        args = self.dice.choice(ARGS) if self.dice.random() < 0.85 else values.text(self.dice)
        name = self.dice.choice(COMMANDS)
        if self.dice.random() < 0.2:
            name += self.dice.choice(("@PeduliHamBot", "@other", "\n", "@", "\u200b"))
        return self.text(who, now, f"/{name} {args}".rstrip() if args else f"/{name}")

    def start(self, who: int, now: int) -> Update:
        known = [*self.fresh, *self.memory.tokens]
        token = self.dice.choice(known)
        if self.dice.random() < 0.4:
            token = values.mangled(self.dice, token)
        if self.dice.random() < 0.1:
            token = "".join(self.dice.choices("abcdefghijklmnopqrstuvwxyz_-0123456789", k=32))
        return self.text(who, now, f"/start {token}")

    def tap(self, who: int, now: int) -> Update:
        """Own and recent mostly; old, somebody else's, changed, or made up."""
        shown, roll = self.memory.shown, self.dice.random()
        mine = [one for one in shown[-400:] if one.chat == who]
        if mine and roll < 0.55:
            button = self.dice.choice(mine[-8:])
        elif mine and roll < 0.7:
            button = self.dice.choice(mine)
        elif shown:
            button = self.dice.choice(shown)
        else:
            button = Shown(who, 1, "s.1.1")
        data = button.data if roll < 0.8 else self.forged(button.data)
        return self.pressed(who, now, button.message, data)

    def forged(self, data: str) -> str:
        dice, parts = self.dice, data.split(".")
        roll = dice.random()
        if roll < 0.6:
            place = dice.randrange(len(parts))
            parts[place] = dice.choice(
                ("0", "1", "2", "3", "4", "5", "7", "13", "99", "-1", "", "9" * 15, "9" * 40, "٣", "x",
                 "verify", "approve", "undo", "correct", "accept", "end", "suspend", "resume",
                 "ask", "wr", "ag", "ad", "un", "pl", "cm", "f", "r", "y", "a", *"sxbwWKBJCQHSvtAET")
            )  # fmt: skip
            return ".".join(parts)
        if roll < 0.7:
            return ".".join([*parts, "1"])
        if roll < 0.8:
            return ".".join(parts[:-1])
        return values.mangled(dice, data) if roll < 0.95 else values.text(dice)

    def pressed(self, who: int, now: int, message: int, data: str) -> Update:
        chat = {"id": who, "type": "private", "first_name": NAMES[who]}
        below: dict[str, Any] = {"message_id": message, "date": now, "chat": chat, "text": "?"}
        if self.odd(0.03):
            below = {"message_id": message, "date": 0, "chat": chat}
        made = {
            "id": f"q{self.number}",
            "from": self.person(who),
            "chat_instance": "1",
            "data": data,
            "message": below,
        }
        if self.odd(0.02):
            del made["message"]
            made["inline_message_id"] = "AAA"
        return {"callback_query": made}

    def upload(self, who: int, now: int) -> Update:
        dice = self.dice
        sizes = (0, 1, 5_000, 20 * 2**20, 20 * 2**20 + 1, 2**40)
        file = {"file_id": f"F{dice.randrange(99)}", "file_unique_id": f"u{dice.randrange(99)}"}
        fields: dict[str, Any] = {}
        if dice.random() < 0.5:
            names = ("laporan.pdf", "x.exe", "../../x", "", "a" * 300, "\u202efdp.exe", "<b>.pdf")
            fields["document"] = file | {
                "file_name": dice.choice(names),
                "file_size": dice.choice(sizes),
            }
        else:
            fields["photo"] = [
                file | {"width": 90, "height": n, "file_size": dice.choice(sizes)} for n in (60, 90)
            ]
        if dice.random() < 0.3:
            fields["caption"] = values.text(dice)[:1024]
        if dice.random() < 0.3:
            fields["media_group_id"] = str(dice.randrange(5))
        return {"message": self.message(who, now, **fields)}

    def edited(self, who: int, now: int) -> Update:
        mine = [number for chat, number in self.memory.texts if chat == who] or [1]
        made = self.text(who, now)["message"]
        return {"edited_message": made | {"message_id": self.dice.choice(mine), "edit_date": now}}

    def other(self, who: int, now: int) -> Update:
        kinds: tuple[dict[str, Any], ...] = (
            {"location": {"latitude": -6.2, "longitude": 106.8}},
            {"contact": {"phone_number": f"{PHONE}{who}", "first_name": NAMES[who], "user_id": who}},
            {"sticker": {"file_id": "S", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                         "is_animated": False, "is_video": False}},
            {"voice": {"file_id": "V", "file_unique_id": "v", "duration": 3}},
            {"dice": {"emoji": "🎲", "value": 3}}, {"new_chat_title": "x"}, {},
            {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                      "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                      "allows_revoting": False,
                      "members_only": False}},
        )  # fmt: skip
        return {"message": self.message(who, now, **self.dice.choice(kinds))}

    def member(self, who: int, now: int) -> Update:
        statuses = ("member", "kicked", "left", "creator", "brand_new")
        chat: dict[str, Any] = {"id": who, "type": "private"}
        if self.dice.random() < 0.4:
            chat = {"id": self.dice.choice(GROUPS), "type": "supergroup", "title": "Koordinasi"}
        members: list[dict[str, Any]] = [
            {
                "status": self.dice.choice(statuses),
                "user": {"id": 9, "is_bot": True, "first_name": "B"},
            }
            for _ in "ab"
        ]
        old, new = members
        made = {
            "chat": chat,
            "from": self.person(who),
            "date": now,
            "old_chat_member": old,
            "new_chat_member": new,
        }
        for member in members:
            member |= {"until_date": 0} if member["status"] == "kicked" else {}
            member |= {"is_anonymous": False} if member["status"] == "creator" else {}
        return {"my_chat_member": made}

    def in_group(self, who: int, now: int) -> Update:
        dice, group = self.dice, self.dice.choice(GROUPS)
        chat = {
            "id": group,
            "type": dice.choice(("group", "supergroup")),
            "title": "Koordinasi <b>",
        }
        if dice.random() < 0.4 and self.memory.shown:
            button = dice.choice(self.memory.shown)
            made = self.pressed(who, now, button.message, button.data)
            made["callback_query"].setdefault("message", {"message_id": 1, "date": now})["chat"] = (
                chat
            )
            return made
        words = dice.choice(
            (
                "/papan",
                "/status",
                "/status sudinkes",
                "/bantuan",
                "/papan berhenti",
                "/start@PeduliHamBot",
                "halo",
            )
        )
        made = self.message(who, now, text=words)
        made["chat"] = chat
        if dice.random() < 0.1:
            made["migrate_to_chat_id"] = dice.choice((-1003, -1001))
        if dice.random() < 0.2:
            made |= {"message_thread_id": 5, "is_topic_message": True}
        return {"message": made}

    def inline(self, who: int, _: int) -> Update:
        asked = self.dice.choice(SAID) if self.dice.random() < 0.6 else values.text(self.dice)
        return {
            "inline_query": {
                "id": f"i{self.number}",
                "from": self.person(who),
                "query": asked,
                "offset": "",
            }
        }

    def unknown(self, who: int, now: int) -> Update:
        kinds: tuple[Update, ...] = (
            {}, {"brand_new_kind": {"id": 1}}, {"channel_post": self.message(who, now, text="12")},
            {"edited_channel_post": self.message(who, now, text="12")},
            {"business_message": self.message(who, now, text="/status")},
            {"guest_message": self.message(who, now, text="/status")},
            {"message_reaction": {"chat": {"id": who, "type": "private"}, "message_id": 1, "date": now,
                                  "old_reaction": [], "new_reaction": []}},
            {"chosen_inline_result": {"result_id": "1", "from": self.person(who), "query": "x"}},
            {"pre_checkout_query": {"id": "1", "from": self.person(who), "currency": "IDR", "total_amount": 1,
                                    "invoice_payload": "x"}},
        )  # fmt: skip
        return self.dice.choice(kinds)
