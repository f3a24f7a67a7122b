"""A reply that quotes another question than the open one is held back: it would answer the wrong one."""

from __future__ import annotations

from flows.contact.prompts import input_of, question_text
from flows.model.facts import AnswererFacts, Stage, Task

TYPED = frozenset({Stage.ASK, Stage.CLARIFY, Stage.ZERO, Stage.DOUBT, Stage.CONFIRM, Stage.REASON})


def elsewhere(facts: AnswererFacts, quoted: str) -> str | None:
    """Return the question that the quoted message is about, where it is not the open one; None elsewhere."""
    if not quoted or facts.focus.stage not in TYPED or facts.focus.indicator is None:
        return None
    task = facts.desk.the_task(facts.focus.indicator)
    if task.indicator.name in quoted:
        return _other_input(facts, task, quoted)
    names = sorted((one.indicator.name for one in facts.desk.tasks), key=len, reverse=True)
    return next((name for name in names if name in quoted), None)


def _other_input(facts: AnswererFacts, task: Task, quoted: str) -> str | None:
    """Return the name of another input of the same question, whose own text was quoted."""
    field = input_of(task.indicator, facts.focus)
    texts = {
        one.name: question_text(facts, facts.desk, one).replace("**", "")
        for one in task.indicator.inputs
    }
    if field is None or texts[field.name] in quoted:
        return None
    return next((name for name, text in texts.items() if text in quoted), None)
