"""One walk: small plays by everybody, each with what it must do to the model; buttons are those that were shown."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.fuzz.forging import Forger
from benchmarks.fuzz.town import SEATS, TOKENS, Town
from benchmarks.walks.model import OWED, RIGHTS, Model, One, Place, differences, stored
from bot.sandbox.html_markup import Reader as Html
from flows.buttons import WRITING
from scoring import load_bundled
from tests.support import INSTRUMENT

NONSENSE = ("??", "hm", "…", "apa ya", "12 dari", "-5", "\u200b", "😀")
REASON = "Sudah dicocokkan dengan lampiran nomor {}."
KINDS = ("not_available", "not_applicable", "not_our_authority")
OPEN = frozenset({"empty", "draft", "returned", "returned_by_city"})
AFTER = {"empty": "draft", "draft": "draft", "returned_by_city": "sent", "returned": "fixed"}
ICONS = {"empty": "▫️", "draft": "✅", "returned": "↩️", "returned_by_city": "↩️", "verified": "☑️"}
GUEST, SPARE = 41, (51, 71, 52)
WRITES = frozenset(str(verb) for verb in WRITING)
CODES = {one.no: [field.code for field in one.inputs] for one in load_bundled(INSTRUMENT)}
MAY: dict[tuple[str, str], dict[str, str]] = {
    ("coordinator", "sent"): {"approve": "approved", "return": "returned_by_city", "reopen": "draft"},
    ("coordinator", "approved"): {"undo": "sent"},
    ("coordinator", "returned_by_city"): {"undo": "sent"},
    ("kanwil", "sent"): {"approve": "approved", "reopen": "draft"},
    ("kanwil", "approved"): {"verify": "verified", "correct": "verified", "return": "returned",
                             "accept": "verified", "refuse": "returned"},
    ("kanwil", "fixed"): {"verify": "verified", "correct": "verified", "return": "returned",
                          "accept": "verified", "refuse": "returned"},
    ("kanwil", "returned"): {"undo": "approved"},
    ("kanwil", "verified"): {"undo": "approved"},
}  # fmt: skip
FIGURES, ABSENT = frozenset({"verify", "correct", "return"}), frozenset({"accept", "refuse"})
PROVINCE = {1: 31, 2: 31, 3: 31, 4: 31, 5: 32}


class Walker:
    """Everybody of a town, moved by a seeded die; `wrong` collects what must not be."""

    def __init__(self, town: Town, seed: str) -> None:
        self.town, self.dice = town, random.Random(seed)
        self.forger = Forger(self.dice, town.memory, TOKENS)
        self.model = Model()
        self.wrong: list[str] = []
        self.steps = 0
        self.told: list[Any] = []
        self.seen: Counter[str] = Counter()
        self.log: list[str] = []

    # --- hands -----------------------------------------------------------------------------------------

    async def give(self, update: dict[str, Any], note: str) -> None:
        self.steps += 1
        self.log = [*self.log[-40:], note]
        found = await self.town.give([self.forger.numbered(update)])
        self.told = list(self.town.letters)
        self.wrong += [f"{rule}: {said}" for rule, said in found]

    async def say(self, who: int, words: str) -> None:
        await self.give({"message": self.plain(who) | {"text": words}}, f"{who}: {words}")

    async def tap(self, who: int, data: str) -> None:
        at = int(self.town.clock.now.timestamp())
        below = {"message_id": 5, "date": at, "chat": {"id": who, "type": "private"}, "text": "?"}
        made = {
            "id": f"q{self.steps}",
            "from": self.plain(who)["from"],
            "chat_instance": "1",
            "data": data,
            "message": below,
        }
        await self.give({"callback_query": made}, f"{who}: [{data}]")

    def plain(self, who: int) -> dict[str, Any]:
        self.forger.message_id += 1
        user = {"id": who, "is_bot": False, "first_name": f"Orang <b>{who}"}
        at = int(self.town.clock.now.timestamp())
        return {
            "message_id": self.forger.message_id,
            "date": at,
            "chat": {"id": who, "type": "private"},
            "from": user,
        }

    def shown(self, who: int, prefix: str) -> list[str]:
        """Buttons with this beginning in what has just been said in this chat."""
        rows = [
            cell["callback_data"]
            for one in self.told if one.chat_id == who
            for row in one.payload.get("reply_markup", {}).get("inline_keyboard", []) for cell in row
        ]  # fmt: skip
        return [data for data in rows if data.startswith(prefix)]

    def text(self, who: int) -> str:
        return "\n".join(
            Html(one.payload.get("text", "")).read()[0] for one in self.told if one.chat_id == who
        )

    def focus(self, who: int) -> dict[str, Any]:
        row = self.town.reader.execute(
            "SELECT turn, seat_id, state FROM focus WHERE chat_id = ?", (who,)
        ).fetchone()
        return (
            {"turn": 0, "stage": "idle"}
            if row is None
            else {"turn": row[0], "seat": row[1], "stage": "idle", **json.loads(row[2])}
        )

    def held(self, *roles: str) -> list[tuple[int, int, str, int | None]]:
        """(seat, who, role, unit) of all seats held now."""
        return [
            (n, who, role, unit)
            for n, (who, role, unit, state) in self.model.seats.items()
            if state == "held" and role in roles
        ]

    def reason(self) -> str:
        return REASON.format(self.dice.randrange(1000))

    # --- the walk --------------------------------------------------------------------------------------

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

    async def one(self) -> None:
        """One play, then the database and what is shown against the model."""
        plays: tuple[tuple[int, Callable[[], Any]], ...] = (
            (30, self.answers), (6, self.absent), (10, self.submits), (26, self.judges), (5, self.bulk),
            (5, self.proves), (5, self.asks), (3, self.extends), (2, self.pauses), (2, self.reminds),
            (3, self.seats), (2, self.hands_over), (4, self.forwards), (10, self.old), (6, self.foreign), (6, self.nonsense),
        )  # fmt: skip
        play = self.dice.choices([p for _, p in plays], [w for w, _ in plays])[0]
        self.town.clock.advance(seconds=self.dice.choice((1, 30, 600)))
        await play()
        self.seen[play.__name__] += 1
        self.compare(play.__name__)
        if not self.wrong and self.dice.random() < 0.5:
            await self.looks()

    def compare(self, what: str) -> None:
        actual = stored(self.town.reader)
        found = [f"after {what}: {one}" for one in differences(self.model, actual)]
        self.wrong += found
        self.model = actual if found else self.model

    def adopt(self) -> None:
        """Take over what a button did whose effect is not foreseen; the rights are judged all the same."""
        self.model = stored(self.town.reader)

    async def looks(self) -> None:
        """What a contact and the Kanwil are shown is what the model says."""
        seat, who, _, unit = self.dice.choice(self.held("contact"))
        assert unit is not None
        if (
            self.focus(who)["stage"] not in ("note",)
            and len([s for s in self.held("contact", "kanwil") if s[1] == who]) == 1
        ):
            await self.say(who, "/ringkasan")
            expected = f"Terisi {self.model.done(unit)} dari {len(OWED[unit])}"
            if expected not in self.text(who):
                self.wrong.append(f"shown to {who}: not {expected!r}")
        kanwil = next((s for s in self.held("kanwil") if s[1] == PROVINCE[unit]), None)
        if kanwil is None:
            return
        await self.tap(kanwil[1], f"f.{kanwil[0]}.{unit}")
        rows = [line.strip() for line in self.text(kanwil[1]).split("\n")]
        icons = [
            line.split(" ")[0]
            for line in rows
            if line[:1] and line.split(" ")[0] in {*ICONS.values(), "📤"}
        ]
        wanted = [ICONS.get(self.model.one((unit, number)).state, "📤") for number in OWED[unit]]
        if icons != wanted:
            self.wrong.append(f"shown of office {unit}: {icons}, not {wanted}")

    # --- contacts --------------------------------------------------------------------------------------

    async def opens(self, seat: int, who: int, place: Place) -> None:
        """By the lists, as people do; an answer that stands is opened for a change."""
        unit, number = place
        index = next(i for i, right in enumerate(RIGHTS[unit]) if number in right)
        await self.tap(who, f"k.{seat}")
        for verb in (f"h.{seat}.{index}", f"g.{seat}.{number}", f"e.{seat}.{number}"):
            if verb in self.shown(who, verb[0]) or verb.startswith("e"):
                if (
                    verb.startswith("e")
                    and self.model.one(place).revisions == 0
                    and verb not in self.shown(who, "e")
                ):
                    continue
                await self.tap(who, verb)

    def chosen(self) -> tuple[int, int, Place]:
        seat, who, _, unit = self.dice.choice(self.held("contact"))
        assert unit is not None
        return seat, who, (unit, self.dice.choice(OWED[unit]))

    async def answers(self, absence: int | None = None) -> None:
        seat, who, place = self.chosen()
        before, count = self.model.one(place), len(self.rows())
        part, whole = self.dice.randrange(1, 90), self.dice.randrange(1_000, 20_000)
        figures = dict(zip(CODES[place[1]], (str(part), str(whole)), strict=True))
        words, note = f"{part} dari {whole:,}".replace(",", "."), self.reason()
        await self.opens(seat, who, place)
        stop = self.dice.randrange(3, 30)
        pressed = ""
        for turn in range(14):
            focus = self.focus(who)
            if (
                focus.get("indicator") != place[1]
                or focus["stage"] == "evidence"
                or turn == stop
                or len(self.rows()) > count
            ):
                break
            here = f"{focus['turn']}.{place[1]}"
            drafted, stage = focus.get("inputs", {}), focus["stage"]
            if stage == "ask" and not drafted and absence is not None:
                await self.tap(who, f"a.{here}.{absence}")
            elif stage == "reason":
                await self.say(who, note) if absence is not None else await self.tap(
                    who, f"b.{here}"
                )
            elif stage == "explain":
                await self.say(who, note)
            elif stage == "doubt":
                await self.tap(who, f"y.{here}")
            elif stage == "conflict":
                await self.tap(who, f"m.{here}.1")
            elif stage == "confirm" and drafted == figures and absence is None:
                pressed = f"s.{here}"
                await (
                    self.tap(who, pressed) if self.dice.random() < 0.7 else self.say(who, "simpan")
                )
            elif stage in ("ask", "confirm") and drafted:
                await self.tap(who, f"u.{here}")
            elif stage == "ask" and focus.get("input") == "=":
                await self.tap(who, f"b.{here}")
            elif stage == "ask":
                await self.say(who, words)
            else:
                await self.tap(who, f"b.{here}")
        if len(self.rows()) > count:
            self.kept(
                place,
                seat,
                before,
                KINDS[absence] if absence is not None else tuple(sorted(figures.items())),
                note if absence is not None else None,
            )
            if pressed:  # a second tap, and one more
                await self.tap(who, pressed)
                await self.tap(who, pressed)
        elif before.state in OPEN and stop >= 14 and self.focus(who).get("indicator") == place[1]:
            self.wrong.append(f"{who} cannot answer {place}: {self.focus(who)}")

    def kept(self, place: Place, seat: int, before: One, value: Any, reason: str | None) -> None:
        if before.state not in OPEN:
            self.wrong.append(f"{place} was {before.state}, and was answered")
        self.model.answers[place] = One(
            AFTER.get(before.state, "?"), value, before.revisions + 1, seat, reason
        )

    def rows(self) -> list[Any]:
        return self.town.reader.execute("SELECT id FROM record WHERE kind = 'answer'").fetchall()

    async def absent(self) -> None:
        await self.answers(self.dice.randrange(3))

    async def submits(self) -> None:
        seat, who, (unit, _) = self.chosen()
        index = self.dice.randrange(len(RIGHTS[unit]))
        places = [(unit, number) for number in RIGHTS[unit][index]]
        states = [self.model.one(place).state for place in places]
        ready = not {"empty", "returned", "returned_by_city"} & set(states) and "draft" in states
        await self.tap(who, f"q.{seat}.{index}")
        button = self.shown(who, "w.")
        if bool(button) != ready:
            self.wrong.append(f"{states} can be sent: shown {bool(button)}, expected {ready}")
        if button and ready:
            await self.tap(who, button[0])
            for place in places:
                if self.model.one(place).state == "draft":
                    self.model.moved(place, "sent", corrected=False)
            await self.tap(who, button[0])

    async def proves(self) -> None:
        seat, who, place = self.chosen()
        one = self.model.one(place)
        await self.tap(who, f"E.{seat}.{place[1]}")
        if not one.revisions or one.state not in OPEN:
            return
        for _ in range(self.dice.randrange(3)):
            file = {
                "file_id": f"F{self.steps}",
                "file_unique_id": f"u{self.steps}",
                "file_name": "a<b>.pdf",
                "file_size": 9,
            }
            await self.give({"message": self.plain(who) | {"document": file}}, f"{who}: (file)")
            self.model.files[place] = self.model.files.get(place, 0) + 1
        await self.tap(who, f"E.{seat}.{place[1]}")
        gone = self.shown(who, "W.")
        if gone and self.dice.random() < 0.4:
            await self.tap(who, gone[0])
            await self.tap(who, gone[0])
            self.model.files[place] -= 1
            if not self.model.files[place]:
                del self.model.files[place]
        await self.tap(who, f"F.{seat}.{place[1]}")

    async def asks(self) -> None:
        """A thread: the office asks, a reviewer answers or closes."""
        seat, who, place = self.chosen()
        await self.tap(who, f"N.{seat}.{place[1]}")
        await self.say(who, "hm")
        await self.say(who, "Apakah rumah sakit swasta ikut dihitung?")
        self.model.notes[place] = self.model.notes.get(place, 0) + 1
        other = next((s for s in self.held("kanwil") if s[1] == PROVINCE[place[0]]), None)
        if other is None:
            return
        if self.dice.random() < 0.5:
            await self.tap(other[1], f"N.{other[0]}.{place[0]}.{place[1]}")
            await self.say(other[1], "Ya, semuanya ikut dihitung menurut pasal lima.")
            self.model.notes[place] += 1
        else:
            await self.tap(other[1], f"X.{other[0]}.{place[0]}.{place[1]}")
            del self.model.notes[place]

    async def pauses(self) -> None:
        seat, who, (unit, _) = self.chosen()
        await self.tap(who, f"c.{seat}.0")
        self.model.paused[seat] = None

    async def forwards(self) -> None:
        """A question goes to a guest, whose proposal is used or dropped."""
        seat, who, place = self.chosen()
        await self.opens(seat, who, place)
        focus = self.focus(who)
        if focus.get("indicator") != place[1] or focus["stage"] != "ask" or focus.get("inputs"):
            return
        await self.tap(who, f"O.{focus['turn']}.{place[1]}")
        token = next(iter(self.town.memory.tokens[::-1]), "")
        await self.say(GUEST, f"/start {token}")
        await self.say(GUEST, "??")
        await self.say(GUEST, f"{self.dice.randrange(1, 90)} dari 12.000")
        for _ in range(3):
            state = self.focus(GUEST)
            here = f"{state['turn']}.{place[1]}"
            if state["stage"] == "doubt":
                await self.tap(GUEST, f"y.{here}")
            elif state["stage"] == "confirm":
                await self.tap(GUEST, f"s.{here}")
        offered = self.shown(who, "U.")
        if not offered:
            self.adopt()
            return
        number = int(offered[0].split(".")[2])
        use = self.dice.random() < 0.5
        await self.tap(who, offered[0].replace("U", "U" if use else "P", 1))
        await self.tap(who, offered[0])
        self.model.proposals[number] = "used" if use else "dropped"

    # --- staff -----------------------------------------------------------------------------------------

    def sees(self, who: int, role: str, unit: int) -> bool:
        if role == "coordinator":
            return unit in (1, 2, 3)
        return PROVINCE[unit] == (32 if who == 32 else 31)

    def mine(self, who: int, unit: int) -> bool:
        return any(w == who and u == unit for _, w, _, u in self.held("contact"))

    def offered(self, who: int, role: str, place: Place) -> set[str]:
        one = self.model.one(place)
        found = set(MAY.get((role, one.state), ()))
        found -= FIGURES if isinstance(one.value, str) and role == "kanwil" else ABSENT
        return set() if self.mine(who, place[0]) or not self.sees(who, role, place[0]) else found

    async def judges(self) -> None:
        seat, who, role, _ = self.dice.choice(self.held("coordinator", "kanwil"))
        answered = [place for place, one in self.model.answers.items() if one.revisions]
        if not answered:
            return
        place = self.dice.choice(answered)
        one = self.model.one(place)
        here = f"{seat}.{place[0]}.{place[1]}"
        await self.tap(who, f"C.{here}")
        shown = {
            data.split(".")[5] if data.count(".") > 4 else data.split(".")[-1]
            for data in self.shown(who, "J.")
        }
        allowed = self.offered(who, role, place)
        if shown != allowed:
            self.wrong.append(
                f"{role} {who} on {place}, {one.state}: offered {shown}, expected {allowed}"
            )
        action = self.dice.choice(sorted(allowed) or ["verify", "approve", "undo"])
        if self.dice.random() < 0.1:  # a card of another revision
            await self.tap(who, f"J.{here}.{one.revisions + 1}.{action}")
            return
        await self.tap(who, f"J.{here}.{one.revisions}.{action}")
        if action not in allowed:
            return
        if action == "return":
            await self.tap(who, self.dice.choice(self.shown(who, "R.")))
        if action == "correct":
            await self.say(who, "??")
            await self.say(who, f"{self.dice.randrange(1, 80)} dari 10.000")
        if self.focus(who)["stage"] == "judge":
            await self.say(who, "ya")
            if self.dice.random() < 0.1:
                await self.say(who, "/status")
                return
            await self.say(who, self.reason())
        self.model.moved(place, MAY[role, one.state][action], corrected=action == "correct")
        await self.tap(who, f"J.{here}.{one.revisions}.{action}")
        if (
            self.focus(who)["stage"] == "judge"
        ):  # the same again is a new judgement where the state allows it
            await self.say(who, "/mulai")
        if action in self.offered(who, role, place):
            self.adopt()

    async def bulk(self) -> None:
        seat, who, role, _ = self.dice.choice(self.held("coordinator", "kanwil"))
        place = (1, 1)
        if not self.model.one(place).revisions:
            return
        await self.tap(who, f"C.{seat}.1.1")
        button = self.shown(who, "B.")
        if button and self.mine(who, 1):
            self.wrong.append("the own office's answers are offered at once")
        if not button:
            return
        state, after = ("sent", "approved") if role == "coordinator" else ("approved", "verified")
        await self.tap(who, button[0])
        for number in RIGHTS[1][0]:
            one = self.model.one((1, number))
            if one.state != state or isinstance(one.value, str):
                self.wrong.append(f"at once with {number}, which is {one.state}")
            self.model.moved((1, number), after, corrected=False)
        await self.tap(who, button[0])

    async def extends(self) -> None:
        seat, who, role, _ = self.dice.choice(self.held("kanwil", "coordinator"))
        unit = self.dice.choice(list(OWED))
        await self.say(who, "/mulai")
        await self.tap(who, f"A.{seat}.{unit}")
        if self.focus(who)["stage"] != "extend":
            if role == "kanwil" and self.sees(who, role, unit):
                self.wrong.append(f"{who} cannot extend {unit}")
            return
        day = self.dice.randrange(1, 15)
        until = f"2017-05-{day:02d}"
        await self.say(who, f"{day} Mei 2017")
        await self.say(who, self.reason())
        if self.focus(who)["stage"] == "extend":
            await self.say(who, "/mulai")
        if until > self.model.until.get(unit, "2017-03-31"):
            self.model.until[unit] = until

    async def reminds(self) -> None:
        seat, who, _, _ = self.dice.choice(self.held("coordinator", "kanwil"))
        await self.tap(who, f"p.{seat}")
        await self.say(who, "/ingatkan")
        send = self.shown(who, f"t.{seat}.")
        if send:
            await self.tap(who, send[0])
            await self.tap(who, send[0])
            self.model.campaigns += 1

    async def seats(self) -> None:
        """A contact's seat is suspended; its holder tries; it goes on."""
        kanwil = next((s for s in self.held("kanwil") if s[1] == 31), None)
        others = [s for s in self.held("contact") if s[1] not in (61, 16)]
        if kanwil is None or not others:
            return
        seat, who, role, unit = self.dice.choice(others)
        await self.tap(kanwil[1], f"S.{kanwil[0]}.{seat}.suspend")
        before = len(self.rows())
        await self.say(who, "simpan")
        await self.tap(who, f"e.{seat}.{OWED[unit or 1][0]}")
        if len(self.rows()) != before:
            self.wrong.append("a suspended seat wrote")
        await self.tap(kanwil[1], f"S.{kanwil[0]}.{seat}.resume")

    async def hands_over(self) -> None:
        """Somebody new takes a contact's seat."""
        kanwil = next((s for s in self.held("kanwil") if s[1] == 31), None)
        busy = {who for _, who, _, _ in self.held("contact", "kanwil", "coordinator")}
        spare = next((who for who in SPARE if who not in busy), None)
        others = [s for s in self.held("contact") if s[1] in (12, 13, *SPARE)]
        if kanwil is None or spare is None or not others:
            return
        seat, who, role, unit = self.dice.choice(others)
        await self.tap(kanwil[1], f"H.{kanwil[0]}.{seat}")
        token = self.town.memory.tokens[-1]
        await self.say(spare, f"/start {token}")
        self.model.seats[max(self.model.seats) + 1] = (spare, "contact", unit, "held")
        self.model.seats[seat] = (who, role, unit, "ended")
        await self.say(who, "12 dari 14.250")
        await self.say(who, f"/start {token}")

    # --- what should do nothing ------------------------------------------------------------------------

    async def old(self) -> None:
        """Any button ever shown, by the one who was shown it."""
        if self.town.memory.shown:
            one = self.dice.choice(self.town.memory.shown)
            await self.pressed(one.chat, one.data)

    async def foreign(self) -> None:
        """A button that somebody else was shown."""
        if self.town.memory.shown:
            one = self.dice.choice(self.town.memory.shown)
            await self.pressed(self.dice.choice([*SEATS, 61, GUEST, 51]), one.data)

    async def pressed(self, who: int, data: str) -> None:
        verb, first, *_ = data.split(".")
        focus = self.focus(who)
        stale = verb in WRITES and first != str(focus["turn"])
        seat = self.model.seats.get(int(first)) if verb not in WRITES else None
        theirs = verb not in WRITES and (seat is None or seat[0] != who or seat[3] != "held")
        await self.tap(who, data)
        if not (
            stale or theirs
        ):  # it may still be right; the judge of the town looks at what it did
            self.adopt()

    async def nonsense(self) -> None:
        who = self.dice.choice([11, 12, 13, 21, 31, 61])
        await self.say(who, self.dice.choice(NONSENSE))


__all__ = ["Walker", "replace"]
