"""The fuzzer over updates: towns of some thousand updates each, with people brought into many positions."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import Any

from benchmarks.fuzz.finding import Complaint, Found
from benchmarks.fuzz.forging import Forger
from benchmarks.fuzz.town import SEATS, TOKENS, Town, town

ANSWER = ("/lanjut", "12 dari 14.250", "[y]", "[s]")
SEND = ("/kategori", "[q]", "[w]")
PRELUDE = (
    *((who, f"/start {token}") for who, token in (*SEATS.items(), (61, "DUA"), (61, "DUA2"))),
    *((who, said) for who in (11, 13, 14, 15, 16) for said in ANSWER),
    *((who, said) for who in (13, 14, 15, 16) for said in SEND),
    *((21, said) for said in ("/verifikasi", "[C]", "[J approve]", "/verifikasi", "[C]", "[J return]", "[R]",
                              "Dokumennya belum ditandatangani kepala kantor.", "/perpanjang", "[A]",
                              "20 April 2017", "Menunggu rekap dari kecamatan sampai April.")),
    *((31, said) for said in ("[ag]", "/verifikasi", "[C]", "[J verify]")),
    (11, "/kategori"), (11, "[E]"), (31, "/ingatkan"), (31, "[t]"), (61, "/posisi"), (15, "/lanjut"),
)  # fmt: skip
"""Everybody opens the own link; some answer, send, approve, return, verify. The rest is left to the dice."""
TOWN = 3_000
"""Updates a town: enough for deep positions, few enough that a case can be shown again soon."""
Batch = tuple[float, list[dict[str, Any]]]
"""When, and which updates."""


def run(seed: str, cases: int) -> Found:
    """So many updates in one town."""
    return asyncio.run(_run(seed, cases))


async def _run(seed: str, cases: int) -> Found:
    dice, tally = random.Random(seed), Found()
    given: list[Batch] = []
    async with town(seed) as place:
        forger = Forger(dice, place.memory, TOKENS)
        for who, words in PRELUDE:
            batch = [forger.numbered(_prelude_update(forger, place, who, words))]
            given.append((place.clock.now.timestamp(), batch))
            _complain(tally, seed, given, await place.give(batch))
            tally.cases += 1
        while tally.cases < cases and len(tally.complaints) < 5:
            place.clock.advance(seconds=dice.choice((1, 1, 1, 30, 3600)))
            if dice.random() < 0.002:
                place.clock.advance(days=dice.choice((1, 3, 10)))
            now = int(place.clock.now.timestamp()) - dice.choice((0, 0, 0, 100, -50))
            batch = [forger.update(now) for _ in range(dice.choice((1, 1, 2, 5, 20)))]
            given.append((place.clock.now.timestamp(), batch))
            _complain(tally, seed, given, await place.give(batch))
            tally.cases += len(batch)
            tally.seen["letters"] += len(place.letters)
        _complain(tally, seed, given, place.whole())
        for kind, count in place.reader.execute("SELECT kind, count(*) FROM record GROUP BY kind"):
            tally.seen[f"record: {kind}"] += count
        sql = "SELECT json_extract(state, '$.stage'), count(*) FROM focus GROUP BY 1"
        for stage, count in place.reader.execute(sql):
            tally.seen[f"at the end: {stage}"] += count
    return tally


def _complain(
    tally: Found, seed: str, given: list[Batch], violations: list[tuple[str, str]]
) -> None:
    for rule, words in violations:
        case = {"seed": seed, "batches": list(given)}
        tally.complaints.append(Complaint("updates", rule, words, seed, case))


def _prelude_update(forger: Forger, place: Town, who: int, words: str) -> dict[str, Any]:
    """A text; or, as `[verb]` or `[verb end]`, the newest button of that verb in the person's chat."""
    now = int(place.clock.now.timestamp())
    if not words.startswith("["):
        return forger.text(who, now, words)
    verb, _, end = words.strip("[]").partition(" ")
    shown = [one for one in place.memory.shown if one.chat == who and one.data.endswith(end)]
    pressed = next((one for one in reversed(shown) if one.data.split(".")[0] == verb), None)
    return forger.pressed(
        who, now, pressed.message if pressed else 1, pressed.data if pressed else verb
    )


def repeats(seed: str, batches: list[Batch], rule: str) -> list[str]:
    """What a town says of these batches under one rule."""
    return asyncio.run(_repeats(seed, batches, rule))


async def _repeats(seed: str, batches: list[Batch], rule: str) -> list[str]:
    details: list[str] = []
    async with town(seed) as place:
        for at, batch in batches:
            place.clock.now = datetime.fromtimestamp(at, UTC)
            details += [said for name, said in await place.give(batch) if name == rule]
            if details:
                break
        if not details:
            details += [said for name, said in place.whole() if name == rule]
    return details


def smaller(complaint: Complaint, tries: int = 60) -> Complaint:
    """The same complaint from fewer updates: halves, quarters … are left out while it still comes."""
    seed = complaint.case["seed"]
    batches: list[Batch] = [(at, [one]) for at, batch in complaint.case["batches"] for one in batch]
    if not repeats(seed, batches, complaint.rule):
        return complaint  # it takes the batches, or the clock, as they were
    size = max(1, len(batches) // 2)
    while tries and size:
        start, shrunk = 0, False
        while start < len(batches) and tries:
            fewer = batches[:start] + batches[start + size :]
            tries -= 1
            if fewer and repeats(seed, fewer, complaint.rule):
                batches, shrunk = fewer, True
            else:
                start += size
        size = size if shrunk and size == 1 else size // 2
    complaint.case = {"seed": seed, "rule": complaint.rule, "batches": batches}
    return complaint
