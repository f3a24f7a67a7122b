"""One walk: small plays by everybody, moved by a seeded die."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.fuzz.town import SEATS
from benchmarks.walks.contacts import Contacts
from benchmarks.walks.hands import GUEST, ICONS, NONSENSE, PROVINCE, SHORT, WRITES
from benchmarks.walks.model import OWED
from benchmarks.walks.staff import Staff


class Walker(Contacts, Staff):
    """Plays, and what should do nothing."""

    async def begin(self) -> None:
        roles = {
            "HUKUM": "coordinator",
            "KANWIL": "kanwil",
            "JABAR": "kanwil",
            "ADMIN": "admin",
            "DUA": "kanwil",
        }
        units = {"KES": 1, "KES2": 1, "DIK1": 2, "DIK2": 3, "JAKUT": 4, "BDG": 5, "DUA2": 1}
        people = [one for one in SEATS.items() if one[1] != "ADMIN"]
        for who, token in [*people, (61, "DUA"), (61, "DUA2")]:
            await self.say(who, f"/start {token}")
            self.model.seats[len(self.model.seats) + 1] = (
                who,
                roles.get(token, "contact"),
                units.get(token),
                "held",
            )
        self.compare("joined")

    async def play(self) -> None:
        """One play, then the database and what is shown against the model."""
        plays: tuple[tuple[int, Callable[[], Any]], ...] = (
            (30, self.answers), (6, self.absent), (10, self.submits), (26, self.judges), (8, self.bulk),
            (12, self.proves), (12, self.mends), (5, self.asks), (3, self.extends), (2, self.pauses),
            (2, self.reminds), (3, self.seats), (2, self.hands_over), (4, self.forwards), (10, self.old),
            (6, self.foreign), (6, self.nonsense), (5, self.readies),
        )  # fmt: skip
        play = self.dice.choices([p for _, p in plays], [w for w, _ in plays])[0]
        self.town.clock.advance(seconds=self.dice.choice((1, 30, 600)))
        await play()
        self.seen[play.__name__] += 1
        self.compare(play.__name__)
        if not self.wrong and self.dice.random() < 0.5:
            await self.looks()

    async def looks(self) -> None:
        """What a contact and the Kanwil are shown is what the model says."""
        _seat, who, _, unit = self.dice.choice(self.held("contact"))
        assert unit is not None
        if (
            self.focus(who)["stage"] not in ("note",)
            and len([s for s in self.held("contact", "kanwil") if s[1] == who]) == 1
        ):
            await self.say(who, "/ringkasan")
            self.summary(who, unit)
        kanwil = next((s for s in self.held("kanwil") if s[1] == PROVINCE[unit]), None)
        if kanwil is None:
            return
        await self.tap(kanwil[1], f"f.{kanwil[0]}.{unit}")
        rows = [line.strip() for line in self.text(kanwil[1]).split("\n")]
        icons = [
            line.split(" ")[0] for line in rows if line[:1] and line.split(" ")[0] in ICONS.values()
        ]
        wanted = [ICONS[self.model.answer((unit, number)).state] for number in OWED[unit]]
        if icons != wanted:
            self.wrong.append(f"shown of office {unit}: {icons}, not {wanted}")

    def summary(self, who: int, unit: int) -> None:
        """`/ringkasan` counts what is filled, and names what is to be filled, mended and sent."""
        every = [(SHORT[number], self.model.answer((unit, number))) for number in OWED[unit]]
        lists = {
            "Perlu diperbaiki": [short for short, one in every if one.is_to_do and one.revisions],
            "Belum diisi": [short for short, one in every if not one.revisions],
            "Terisi, belum dikirim": [short for short, one in every if one.is_unsent],
        }
        text = f"{self.text(who)}\n"
        count = f"{self.model.done(unit)} dari {len(OWED[unit])} isian"
        if count not in text:
            self.wrong.append(f"shown to {who}: not {count!r} in {text!r}")
        for title, names in lists.items():
            is_right = (
                f"{title}: {', '.join(names)}\n" in text if names else f"{title}: " not in text
            )
            if not is_right:
                self.wrong.append(f"shown to {who}: not {title} {names} in {text!r}")

    async def old(self) -> None:
        """Any button ever shown, by the one who was shown it."""
        if self.town.memory.shown:
            button = self.dice.choice(self.town.memory.shown)
            await self.pressed(button.chat, button.data)

    async def foreign(self) -> None:
        """A button that somebody else was shown."""
        shown = self.town.memory.shown
        strong = [
            one
            for one in shown[-300:]
            if one.data.split(".")[0] in ("J", "w", "wr", "B", "E", "N", "ag", "ad")
        ]
        if (
            strong and self.dice.random() < 0.7
        ):  # by somebody who could do the same from the own seat
            button = self.dice.choice(strong[-20:])
            await self.pressed(self.dice.choice([11, 12, 21, 31, 61]), button.data)
        elif shown:
            button = self.dice.choice(shown)
            await self.pressed(self.dice.choice([*SEATS, 61, GUEST, 51]), button.data)

    async def pressed(self, who: int, data: str) -> None:
        verb, first, *_ = data.split(".")
        focus = self.focus(who)
        stale = verb in WRITES and first != str(focus["turn"])
        seat = self.model.seats.get(int(first)) if verb not in WRITES else None
        theirs = verb not in WRITES and (seat is None or seat[0] != who or seat[3] != "held")
        await self.tap(who, data)
        if theirs and self.focus(who)["turn"] != focus["turn"]:
            self.wrong.append(f"{who} pressed another's button, and it did something: {data}")
        if not (stale or theirs):  # it may be right; the judge of the town looks at what it did
            self.adopt()

    async def nonsense(self) -> None:
        who = self.dice.choice([11, 12, 13, 21, 31, 61])
        waits = self.focus(who)["stage"] in ("note", "reason", "explain", "judge", "extend")
        await self.say(who, self.dice.choice(NONSENSE))
        if waits:  # an old button had opened a wait for words, and these may do
            self.adopt()
