"""A review of one city that goes its own random way: every move that the table allows may happen."""

from __future__ import annotations

import random
from collections.abc import Iterator

from flows.model.events import Tap
from flows.model.facts import Stage, Task, require
from flows.model.roles import Role
from flows.model.workflow import Action, choices
from scoring import load_bundled
from tests.flows.heard import text_of
from tests.flows.world import World

INSTRUMENT = load_bundled("permenkumham-25-2013")
OWES = {"kesehatan": [1, 2, 3], "puskesmas": [2, 3], "kesbang": [15]}
ABSENCES = ("Belum ada data", "Tidak berlaku di daerah ini", "Bukan kewenangan kami")
DOUBT = "✅ Ya, sudah benar"
CONTACTS = {"kesehatan": "Siti", "puskesmas": "Ani", "kesbang": "Eko"}
REVIEWERS = {Role.COORDINATOR: "Hana", Role.KANWIL: "Budi"}
Place = tuple[str, int]


class Driver:
    """Three offices (two share indicators), Bagian Hukum and the Kanwil, moved by a seeded die."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(OWES)
        for unit, who in CONTACTS.items():
            self.world.link(who.upper(), unit)
            self.world.type(who, f"/start {who.upper()}")
        for role, who in REVIEWERS.items():
            self.world.link(who.upper(), None, role)
            self.world.type(who, f"/start {who.upper()}")

    def runs(self, steps: int) -> Iterator[World]:
        """The world after each of so many random steps."""
        for _ in range(steps):
            unit = self.dice.choice(list(OWES))
            task = self.dice.choice(self.world.desk(self.world.units[unit]).tasks)
            self.acts(unit, task)
            yield self.world

    def acts(self, unit: str, task: Task) -> None:
        possible = [
            (role, move.action)
            for role in (Role.CONTACT, *REVIEWERS)
            for move in choices(task.state, role, task.subject)
        ]
        role, action = self.dice.choice(possible)
        if role != Role.CONTACT:
            self.judges(REVIEWERS[role], unit, task, action)
        elif action == Action.SUBMIT:
            self.sends(unit, task)
        else:
            self.answers(unit, task)

    def answers(self, unit: str, task: Task) -> None:
        """Figures or an absence, with the sentence that a return asks for."""
        who, dice = CONTACTS[unit], self.dice
        seat, number = self.world.seats[who][0].id, task.indicator.no
        self.world.send(who, Tap(f"e.{seat}.{number}.f", 5, "q"))
        focus = self.world.focus[who]
        if dice.random() < 0.3 and not focus.inputs and focus.stage == Stage.ASK:
            self.lacks(who)
        else:
            self.fills(who, task)
        if task.is_returned:
            revision = len(self.world.answers[unit, number])
            self.world.send(who, Tap(f"wr.{seat}.{number}.{revision}", 5, "q"))
        if self.world.focus[who].stage == Stage.EXPLAIN:
            self.world.type(who, "Sudah dicocokkan dengan lampiran.")

    def lacks(self, who: str) -> None:
        """An absence, with its reason."""
        self.world.press(who, "Tidak dapat mengisi…")
        absence = self.dice.choice(ABSENCES)
        if absence == ABSENCES[-1]:
            self.world.press(who, "Data ada di instansi lain…")
        self.world.press(who, absence)
        self.world.type(who, f"Menurut surat nomor {self.dice.randrange(1000)}.")

    def fills(self, who: str, task: Task) -> None:
        """Figures, and yes to what is asked back."""
        dice = self.dice
        if len(task.indicator.inputs) == 1:
            self.world.type(who, str(dice.randrange(1, 7)))
        else:
            whole = dice.randrange(200, 2_000)
            self.world.type(who, f"{dice.randrange(1, 60)} dari {whole}")
        if DOUBT in text_of(self.world.inboxes[who][-1]):
            self.world.press(who, DOUBT)
        if self.world.focus[who].stage == Stage.CONFIRM:
            self.world.type(who, "simpan")

    def sends(self, unit: str, task: Task) -> None:
        """The check list of the right, and the button below it where there is one."""
        who, seat = CONTACTS[unit], self.world.seats[CONTACTS[unit]][0].id
        outcome = self.world.send(who, Tap(f"q.{seat}.0", 5, "q"))
        shown = [one for one in outcome.messages if getattr(one, "keyboard", ())]
        for row in shown[-1].keyboard if shown else ():  # type: ignore[union-attr]
            if row[0].label == "send_now":
                self.world.send(who, Tap(row[0].data, 5, "q"))

    def judges(self, who: str, unit: str, task: Task, action: Action) -> None:
        """A judgement with its code, its figures and its words."""
        seat, place = self.world.seats[who][0].id, self.world.units[unit].id
        answer = f"{seat}.{place}.{task.indicator.no}.{require(task.mine).revision}"
        if action == Action.RETURN:
            code = self.dice.choice(INSTRUMENT.return_reasons).code
            self.world.send(who, Tap(f"R.{answer}.{code}", 5, "q"))
        else:
            self.world.send(who, Tap(f"J.{answer}.{action}", 5, "q"))
        if action == Action.CORRECT:
            is_single = len(task.indicator.inputs) == 1
            self.world.type(who, "2" if is_single else f"{self.dice.randrange(1, 90)} dari 1.000")
        if self.world.focus[who].stage == Stage.JUDGE:
            self.world.type(who, f"Alasan nomor {self.dice.randrange(1000)} menurut laporan.")
