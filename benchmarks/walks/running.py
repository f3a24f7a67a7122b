"""Walks in parts whose seeds follow from the seed alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.fuzz.town import town
from benchmarks.walks.walker import Walker

PART = 1_500
"""Steps (updates) of one walk, after which another town begins."""


@dataclass(slots=True)
class Walked:
    """How far the walks came, and where the model was left."""

    steps: int = 0
    plays: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Walked) -> None:
        self.steps += other.steps
        self.plays += other.plays
        self.ends += other.ends
        self.wrong += other.wrong


def run(seed: str, steps: int) -> Walked:
    """One walk; it ends at the first thing that is wrong, with how it came there."""
    return asyncio.run(_run(seed, steps))


async def _run(seed: str, steps: int) -> Walked:
    async with town(seed) as place:
        walker = Walker(place, seed)
        await walker.begin()
        while walker.steps < steps and not walker.wrong:
            await walker.play()
        walker.wrong += [f"{rule}: {said}" for rule, said in place.whole()]
        wrong = [
            f"seed {seed}, step {walker.steps}: {one} | {walker.log[-14:]}"
            for one in walker.wrong[:3]
        ]
        ends = Counter(one.state for one in walker.model.answers.values())
        return Walked(walker.steps, walker.seen, ends, wrong)


def parts(steps: int, seed: int) -> list[tuple[str, int]]:
    """Seeds with their steps."""
    seeds: list[tuple[str, int]] = []
    while steps > 0:
        seeds.append((f"{seed}.walk.{len(seeds)}", min(steps, PART)))
        steps -= PART
    return seeds
