"""Which of an office's questions are asked now: some hang on its answers to others, and rest meanwhile."""

from __future__ import annotations

from flows.model.tasks import Task
from scoring import Given
from scoring.conditions import Comparison, holds
from scoring.relevance import answers_of


def asked_now(tasks: tuple[Task, ...]) -> tuple[tuple[Task, ...], frozenset[int]]:
    """Return the tasks that are asked now, and the numbers of those that another answer put aside.

    What is in neither waits for an answer that the office still owes. A condition on what the office does
    not owe, or cannot give, holds nothing back: it is asked, and counted.
    """
    if not any(task.indicator.relevant for task in tasks):
        return tasks, frozenset()
    judge = _Judge({task.indicator.no: task for task in tasks})
    asked = tuple(task for task in tasks if judge.is_asked(task))
    resting = (task.indicator.no for task in tasks if judge.relevance(task) is False)
    return asked, frozenset(resting)


class _Judge:
    """What holds among one office's answers; each task is judged once."""

    def __init__(self, by_no: dict[int, Task]) -> None:
        self._by_no = by_no
        self._known: dict[int, bool | None] = {}

    def is_asked(self, task: Task) -> bool:
        relevance = self.relevance(task)
        return not self._waits(task) if relevance is None else relevance

    def relevance(self, task: Task) -> bool | None:
        """Return whether the condition holds; None while nobody can tell."""
        indicator = task.indicator
        if indicator.relevant is None:
            return True
        if indicator.no not in self._known:
            self._known[indicator.no] = holds(indicator.relevant, self._given)
        return self._known[indicator.no]

    def _waits(self, task: Task) -> bool:
        """Tell whether the office still owes an answer that the condition is about."""
        condition = task.indicator.relevant
        tests = condition.tests if condition else ()
        earlier = (self._by_no.get(test.indicator or 0) for test in tests)
        return any(
            one is not None and one.mine is None and self.relevance(one) is not False
            for one in earlier
        )

    def _given(self, test: Comparison) -> tuple[Given | None, ...] | None:
        earlier = self._by_no.get(test.indicator or 0)
        if earlier is None:
            return ()
        if self.relevance(earlier) is False:
            return None
        answer = earlier.verified or (earlier.mine.answer if earlier.mine else None)
        if answer is None:
            return ()
        return answers_of(earlier.indicator, test.input, answer) or None
