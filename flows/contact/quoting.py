"""A reply that quotes another question than the open one, or a figure of one's own, is held back.

It would answer the wrong question.
"""

from __future__ import annotations

from flows.contact.prompts import input_of, question_text
from flows.model.events import Text
from flows.model.facts import AnswererFacts, Stage, Task
from flows.model.outcome import Say
from flows.reading import numbers
from flows.reading.sentences import tidy

TYPED = frozenset({Stage.ASK, Stage.CLARIFY, Stage.ZERO, Stage.DOUBT, Stage.CONFIRM, Stage.REASON})


def held_back(facts: AnswererFacts, event: Text) -> Say | None:
    """Return why a reply is not taken; None where it may be."""
    if facts.focus.stage not in TYPED or facts.focus.indicator is None:
        return None
    other = _elsewhere(facts, facts.desk.the_task(facts.focus.indicator), event.quoted)
    if other is not None:
        return Say("answering/quoted", {"indicator": other})
    if event.own and numbers.is_figure(event.own) and numbers.is_figure(event.text):
        return Say("answering/quoted", {"indicator": None, "own": tidy(event.own)})
    return None


def _elsewhere(facts: AnswererFacts, task: Task, quoted: str) -> str | None:
    """Return the question that the quoted message is about, where it is not the open one; None elsewhere."""
    if not quoted:
        return None
    if task.indicator.name in quoted:
        return _other_input(facts, task, quoted)
    names = sorted((one.indicator.name for one in facts.desk.tasks), key=len, reverse=True)
    return next((name for name in names if name in quoted), None)


def _other_input(facts: AnswererFacts, task: Task, quoted: str) -> str | None:
    """Return the name of another input of the same question, whose own text was quoted."""
    field = input_of(task.indicator, facts.focus)
    texts = {
        question.name: question_text(facts, facts.desk, question).replace("**", "")
        for question in task.indicator.inputs
    }
    if field is None or texts[field.name] in quoted:
        return None
    return next((name for name, text in texts.items() if text in quoted), None)
