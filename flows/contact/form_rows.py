"""The rows of an office's form: each question, what is stored, last year's figure, how it is scored."""

from __future__ import annotations

from typing import Any, assert_never

from flows.contact import drafts, form_rules, prompts
from flows.contact.draft_answers import codes_of, draft_inputs
from flows.contact.prompts import shown
from flows.model.facts import ContactFacts, Task
from scoring import Input, InputKind

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def rows(facts: ContactFacts) -> list[dict[str, Any]]:
    """Return each question of the office, in the order of the chat."""
    return [_question(facts, task) for task in facts.desk.tasks]


def _question(facts: ContactFacts, task: Task) -> dict[str, Any]:
    mine, indicator = task.mine, task.indicator
    right = facts.period.instrument.right(indicator.right)
    return {
        "no": str(indicator.no),
        "right": right.name,
        "name": indicator.name,
        "unit": indicator.unit,
        "state": str(task.state),
        "locked": mine is not None and not drafts.may_answer(task),
        "shared": bool(task.others),
        "absence": str(mine.answer.absence) if mine and mine.answer.absence else None,
        "reason": (mine.reason or "") if mine else "",
        "evidence": [one["title"] for one in prompts.evidence_view(facts, facts.desk, task)],
        "rule": form_rules.rule_of(indicator),
        "inputs": [_input(facts, task, field) for field in indicator.inputs],
    }


def _input(facts: ContactFacts, task: Task, field: Input) -> dict[str, Any]:
    stored = draft_inputs(task.mine.answer) if task.mine else {}
    return {
        "key": key(facts, task, field.code),
        "code": field.code,
        "name": field.name,
        "unit": field.unit,
        "kind": str(field.kind),
        "options": [option.text for option in field.options],
        "stored": _stored(field, stored.get(field.code)),
        "past": _past(task, field),
        "conditional": field.relevant is not None,
    }


def key(facts: ContactFacts, task: Task, code: str) -> str:
    """Return which input of which revision, in which period and office, a row is about."""
    revision = task.mine.revision if task.mine else 0
    version = facts.period.instrument.hash[:8]
    return f"{facts.period.id}.{facts.desk.unit.id}.{version}.{task.indicator.no}.{revision}.{code}"


def _stored(field: Input, text: str | None) -> str | None:
    """Return what is stored as it is typed into the cell; yes and no by their codes."""
    if text is None:
        return None
    match field.kind:
        case InputKind.CHOICE:
            return next((option.text for option in field.options if option.code == text), None)
        case InputKind.CHOICES:
            chosen = codes_of(text)
            return ", ".join(
                letter
                for letter, option in zip(LETTERS, field.options, strict=False)
                if option.code in chosen
            )
        case InputKind.YES_NO | InputKind.DOCUMENT | InputKind.COUNT | InputKind.AMOUNT:
            return text
        case _:
            assert_never(field.kind)


def _past(task: Task, field: Input) -> object:
    """Return last year's figure for this input, where it is known."""
    previous = task.previous
    if previous is None or previous.partial or previous.answer.inputs is None:
        return None
    value = previous.answer.inputs.get(field.code)
    return None if value is None or field.options else shown(field, value)
