"""The local server's answers by others' types, and the recording that they judge."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.answers import judging
from benchmarks.answers.recording import ALLOWED, Recorded, recorded
from bot.demo.botapi.methods import METHODS

LAST = {"logout", "close"}
"""After these a bot can call nothing."""


@pytest.fixture
async def answers() -> Recorded:
    return await recorded()


def and_a_wrong_one(answers: Recorded) -> Recorded:
    """Also a message with a field that nobody knows: a judge that says nothing of it judges nothing."""
    message: dict[str, Any] = dict(answers)["sendMessage"]
    return [*answers, ("sendMessage", {**message, "unheard_of": 1})]


async def test_every_method_and_every_kind_of_update_is_recorded(answers: Recorded) -> None:
    assert set(METHODS) - {method.lower() for method, _ in answers} == LAST
    updates = [one for method, answer in answers if method == "getUpdates" for one in answer]
    assert {kind for one in updates for kind in one} - {"update_id"} == set(ALLOWED)


@pytest.mark.skipif(not judging.has_aiogram(), reason="made by .ci/env --bench true")
async def test_aiogram_knows_every_object_and_field(answers: Recorded) -> None:
    faults = judging.by_aiogram(and_a_wrong_one(answers))
    assert faults == ["sendMessage: .unheard_of: unknown to Message"]


@pytest.mark.skipif(
    not judging.has_types(), reason="made by python -m benchmarks.answers --install"
)
async def test_the_types_of_grammy_fit_every_answer(answers: Recorded) -> None:
    faults = judging.by_types(and_a_wrong_one(answers))
    assert [one for one in faults if "unheard_of" not in one] == []
    assert len(faults) == 1
