"""What an office has before it: what it owes, what is asked of it now, and until when."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from msgspec import Struct

from flows.model.answer_state import Standing, Stored
from flows.model.office_relevance import asked_now
from flows.model.regulation import Regulation
from flows.model.tasks import Task
from flows.model.unmet_steps import Steps, marked
from scoring.replacing import replace

T = TypeVar("T")


def require(fact: T | None) -> T:
    """Return the fact itself; LookupError where the shell failed to gather what `needs` asked for."""
    if fact is None:
        raise LookupError("a fact that this step needs was not gathered")
    return fact


class Region(Struct, frozen=True):
    """Daerah: the regency or city that is assessed."""

    id: int
    code: str
    name: str
    zone: str = "WIB"
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> str:
        """Its name and what else it is called, as words that may stand beside a figure."""
        return " ".join((self.name, *self.aliases))


class Unit(Struct, frozen=True):
    """UKPD: an office of a region that owes answers."""

    id: int
    region_id: int
    code: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()


class Extension(Struct, frozen=True):
    """A later last day that one office was granted by name."""

    until: date
    reason: str


class Desk(Struct, frozen=True):
    """What a contact has before them: the tasks that are asked now, in the instrument's order.

    `everything` has those too that other answers put aside (`resting`) or hold back; empty where there are
    none. `regulation`: what a new instrument changes for the office, where a map says it.
    `steps`: what its answers wait for, where any does.
    """

    unit: Unit
    region: Region
    tasks: tuple[Task, ...]
    extension: Extension | None = None
    everything: tuple[Task, ...] = ()
    resting: frozenset[int] = frozenset()
    regulation: Regulation | None = None
    steps: Steps | None = None

    @classmethod
    def of(
        cls,
        unit: Unit,
        region: Region,
        tasks: tuple[Task, ...],
        extension: Extension | None,
        regulation: Regulation | None = None,
        steps: Steps | None = None,
    ) -> Desk:
        """Return the desk of an office that owes `tasks`, some of which may not be asked now."""
        asked, resting = asked_now(tasks)
        everything = tasks if len(asked) < len(tasks) else ()
        desk = cls(unit, region, asked, extension, everything, resting, regulation)
        return desk if steps is None else desk.waiting(steps)

    def waiting(self, steps: Steps) -> Desk:
        """Return the same, those answers marked that bring nothing before an earlier step is fulfilled."""
        given, verified = (steps.held(self, verified=one) for one in (False, True))
        tasks, everything = (marked(one, given, verified) for one in (self.tasks, self.everything))
        return replace(self, tasks=tasks, everything=everything, steps=steps)

    @property
    def unasked(self) -> tuple[Task, ...]:
        """What is owed and not asked now."""
        asked = {task.indicator.no for task in self.tasks}
        return tuple(task for task in self.everything if task.indicator.no not in asked)

    @property
    def owed(self) -> tuple[Task, ...]:
        """All that the office owes, asked now or not."""
        return self.everything or self.tasks

    def task(self, indicator_no: int) -> Task | None:
        for task in self.owed:
            if task.indicator.no == indicator_no:
                return task
        return None

    def is_asked(self, task: Task) -> bool:
        """Tell whether an answer is wanted of the office now."""
        return not self.everything or task.indicator.no in {one.indicator.no for one in self.tasks}

    def the_task(self, indicator_no: int | None) -> Task:
        return require(self.task(indicator_no or 0))

    @property
    def unsent(self) -> tuple[Task, ...]:
        """What is filled or mended, and not sent."""
        return tuple(task for task in self.tasks if task.is_unsent)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do for the office: all is filled, mended and sent."""
        return not any(task.is_to_do or task.is_unsent for task in self.tasks)

    def next_open(self, after: int | None = None) -> Task | None:
        """Return what is to be mended first; then the first open task behind `after`, else of all."""
        returned = next((task for task in self.tasks if task.is_returned and task.is_to_do), None)
        if returned is not None:
            return returned
        still = [task for task in self.tasks if task.is_open]
        later = [task for task in still if after is not None and task.indicator.no > after]
        return next(iter(later or still), None)

    def with_answer(self, indicator_no: int, stored: Stored, standing: Standing | None) -> Desk:
        tasks = tuple(
            replace(task, mine=stored, standing=standing)
            if task.indicator.no == indicator_no
            else task
            for task in self.owed
        )
        return Desk.of(self.unit, self.region, tasks, self.extension, steps=self.steps)
