"""The day that an office named when it wrote why a figure is not there yet, and when it is asked again."""

from __future__ import annotations

from datetime import date

from flows.model.answer_state import Stored
from flows.model.facts import Desk, Task
from flows.model.roles import Role
from flows.model.workdays import DAY, Calendar
from flows.model.workflow import Action, Refusal, find_transition
from flows.reading import dates


def promised_day(stored: Stored | None) -> date | None:
    """Return the day the office named for its figure; None where it named none."""
    if stored is None or stored.answer.absence != "not_available" or not stored.reason:
        return None
    return dates.mentioned(stored.reason, stored.at.date())


def ask_again(task: Task, calendar: Calendar) -> date | None:
    """Return the first working day after the one that was named; None where no figure is to come any more."""
    named = promised_day(task.mine)
    if named is None or isinstance(
        find_transition(task.state, Role.CONTACT, Action.FILL, subject=task.subject), Refusal
    ):
        return None
    return calendar.on_or_after(named + DAY)


def days(desk: Desk, calendar: Calendar) -> set[date]:
    """Return the days on which this office is asked again."""
    promised = (ask_again(task, calendar) for task in desk.tasks)
    return {day for day in promised if day is not None}


def due(desk: Desk, day: date, calendar: Calendar) -> list[Task]:
    """Return what is asked about on a day, the one worth most first."""
    promised = [task for task in desk.tasks if ask_again(task, calendar) == day]
    return sorted(promised, key=lambda task: (-task.indicator.max_points, task.indicator.no))
