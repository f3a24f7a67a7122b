"""What holds for any agreements, whatever was answered: over generated meetings of every kind.

An agreement that changes nothing changes no score; every score that the record has can be worked out anew from
the record alone, by the version that it names.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import iso
from bot.storage import codec, criteria_rows, record, season_rows, setup
from bot.storage.record import Entry
from flows.model import criteria as model
from flows.model.criteria import Criterion, Sort
from flows.model.criteria_changes import AgreeCriteria
from flows.model.facts import Setting
from flows.model.record_kinds import EntryKind
from flows.model.season import CloseSeason, ReopenSeason
from flows.reading.ranges import plain
from flows.staff import season_results
from scoring import Instrument, Response, score
from scoring.amending import AgreementOccasion, Change, amended
from scoring.load import BUNDLED, load_texts
from scoring.source import read_directory
from tests.flows.world import World
from tests.scoring.samples import instrument
from tests.scoring.test_properties import responses

CODE = "permenkumham-25-2013"
BASE = read_directory(BUNDLED / CODE)
PRINTED = instrument(CODE)
OWES = {
    "kesehatan": [1, 2, 13],
    "dik1": [4, 5],
    "dik2": [4, 5],
    "perumahan": [9],
    "kepegawaian": [16],
}
NUMBERS = (1, 2, 4, 5, 9, 13, 16)
OCCASION = AgreementOccasion("2017-03-10", "Aula", "Rapat di Aula, 10 Maret 2017")
PROOF = {
    "title": "Surat {tahun}", "signer": "Kepala", "period": "Januari", "signature": "true",
    "stamp": "true",
}  # fmt: skip


@st.composite
def ranges(draw: st.DrawFn, number: int) -> list[dict[str, Any]]:
    """Other ranges for an indicator, that fit together, with the points that it has."""
    indicator = PRINTED.indicator(number)
    unit = Decimal(1).scaleb(-(indicator.precision or 0))
    count = len(indicator.bands) - 1
    whole = st.lists(st.integers(1, 400), min_size=count, max_size=count, unique=True)
    edges = [2 * edge * unit for edge in sorted(draw(whole), reverse=indicator.higher_is_better)]
    pairs = list(pairwise(edges))
    if indicator.higher_is_better:
        texts = [
            f"≥ {edges[0]}",
            *(f"{low}–{high - unit}" for high, low in pairs),
            f"< {edges[-1]}",
        ]
    else:
        texts = [
            f"≤ {edges[0]}",
            *(f"{low + unit}–{high}" for low, high in pairs),
            f"> {edges[-1]}",
        ]
    return [
        {"points": int(band.points), "range": text.replace(".", ",")}
        for band, text in zip(indicator.bands, texts, strict=True)
    ]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """One change as a meeting makes it: of an indicator, a rating or a general rule."""
    number = draw(st.sampled_from(NUMBERS))
    about: dict[str, Any] = {"indicator": number}
    match draw(
        st.sampled_from(("bands", "owner", "evidence", "out", "back", "annex", "rating", "rule"))
    ):
        case "bands":
            return about | {"bands": draw(ranges(number))}
        case "owner":
            return about | {"owner": draw(st.sampled_from(("Dinas A", "Dinas B")))}
        case "evidence":
            return about | {"evidence": [PROOF]}
        case "out":
            return about | {"left_out": "Datanya tidak ada di mana pun."}
        case "back":
            return about | {"left_out": "false"}
        case "annex":
            return about | {"status": "confirmed", "source": "Lampiran, halaman 12"}
        case "rating":
            return {"rating": "peduli", "minimum": draw(st.integers(50, 95))}
        case _:
            return {"setting": draw(st.sampled_from(list(PRINTED.settings.__struct_fields__)))}


def subject(change: Change) -> str:
    return str([change[key] for key in ("indicator", "rating", "setting") if key in change])


meetings = st.lists(st.lists(changes(), min_size=1, max_size=3, unique_by=subject), max_size=3)


def agreed(files: Mapping[str, str], changed: list[Change]) -> tuple[Mapping[str, str], Instrument]:
    """The texts and the instrument behind a meeting; what the loader refuses is left as it was."""
    made = amended(files, OCCASION, changed)
    if made.instrument is None:
        return files, load_texts(files)
    return made.files, made.instrument


def restated(now: Instrument, criterion: Criterion) -> Change:
    """What a criterion says already, said once more, figure by figure."""
    change: dict[str, Any] = dict(criterion.subject)
    indicator = model.indicator_of(now, criterion)
    if indicator is not None and indicator.left_out is None:
        change["owner"] = indicator.owner
    if criterion.sort == Sort.RATING:
        change["minimum"] = plain(model.rating_of(now, criterion.name).minimum)
    return change


@given(changes())
def test_the_loader_takes_each_of_these_changes(change: Change) -> None:
    made = amended(BASE, OCCASION, [change])
    assert made.instrument is not None, made.problems


@given(meetings, responses(PRINTED), st.data())
def test_an_agreement_that_changes_nothing_changes_no_score(
    held: list[list[Change]], answers: dict[int, Response], data: st.DataObject
) -> None:
    files: Mapping[str, str] = BASE
    before = PRINTED
    for changed in held:
        files, before = agreed(files, changed)
    criteria_of = st.sampled_from(model.all_of(before))
    again = data.draw(st.lists(criteria_of, min_size=1, max_size=6, unique=True))
    made = amended(files, OCCASION, [restated(before, one) for one in again])
    assert made.instrument is not None, made.problems
    was, now = score(before, answers), score(made.instrument, answers)
    for was_scored, now_scored in zip(was.indicators, now.indicators, strict=True):
        assert (was_scored.points, was_scored.basis, was_scored.rounded) == (
            now_scored.points, now_scored.basis, now_scored.rounded,
        )  # fmt: skip
    assert (was.total, was.total_if_closed_now) == (now.total, now.total_if_closed_now)
    assert [was.rating and was.rating.code, was.rating_if_closed_now and was.rating_if_closed_now.code] == [
        now.rating and now.rating.code, now.rating_if_closed_now and now.rating_if_closed_now.code,
    ]  # fmt: skip
    assert now.unconfirmed <= was.unconfirmed, "what was agreed upon is no less sure"


class Story:
    """A province whose record grows: answers, agreements, and a season that is closed and opened again."""

    def __init__(self) -> None:
        self.world = World(OWES)
        self.files: Mapping[str, str] = BASE
        db = self.world.connection
        setup.freeze(db, PRINTED.hash, CODE, BASE)
        db.execute("UPDATE periods SET instrument = ?", (PRINTED.hash,))
        self.world.dispatcher.roster.forget()

    def note(self, kind: EntryKind, details: dict[str, Any]) -> int:
        entry = Entry(1, kind, iso(self.world.now), details=details)
        return record.append(self.world.connection, entry)

    def answers(self, given: dict[int, Response]) -> None:
        """Store what was given for each indicator: the first part by its first office, the next by the next."""
        world = self.world
        for code, unit in world.units.items():
            for number in OWES.get(code, ()):
                owners = [one for one, owed in OWES.items() if number in owed]
                parts = given[number].parts if number in given else ()
                place = owners.index(code)
                if place < len(parts):
                    body = codec.answer_to_json(parts[place])
                    details = {"answer": body, "reason": "Alasannya.", "by": "Ani"}
                    revision = 1 + self._revision(unit.id, number)
                    at = iso(world.now)
                    entry = Entry(
                        1, EntryKind.ANSWER, at, unit.id, number, revision, details=details
                    )
                    record.append(world.connection, entry)

    def _revision(self, unit_id: int, number: int) -> int:
        query = (
            "SELECT count(*) FROM record WHERE kind = 'answer' AND unit_id = ? AND indicator = ?"
        )
        return int(self.world.connection.execute(query, (unit_id, number)).fetchone()[0])

    def meets(self, changed: list[Change]) -> None:
        """Let an agreement count from now on, as the storage writes it."""
        before = load_texts(self.files)
        self.files, after = agreed(self.files, changed)
        if after.hash == before.hash:
            return
        agreement = AgreeCriteria(
            "31", 1, CODE, self.files, after, before.hash, after.hash, (), (),
            {"before": before.hash, "after": after.hash},
        )  # fmt: skip
        criteria_rows.write(
            self.world.connection, agreement, 1, None, iso(self.world.now), self.note
        )
        self.world.dispatcher.roster.forget()

    def closes(self) -> None:
        """Close the season, which puts its result on record, and open it again."""
        world = self.world
        period = world.roster.period_of("31")
        body = season_results.body(Setting(world.now, period), world.board())
        for step in (CloseSeason("31", body), ReopenSeason("31", date(2017, 5, 30), "Lanjut.")):
            season_rows.write(world.connection, step, 1, iso(world.now), self.note)
            world.dispatcher.roster.forget()


def worked_out(db: sqlite3.Connection, entry: int, digest: str) -> Decimal:
    """The total as of an entry by a version, from the record and the texts of the version alone."""
    [texts] = db.execute("SELECT texts FROM instruments WHERE hash = ?", (digest,)).fetchone()
    version = load_texts(orjson.loads(texts))
    assert version.hash == digest
    rows = db.execute(
        "SELECT unit_id, indicator, body FROM record WHERE kind = 'answer' AND id < ? ORDER BY id",
        (entry,),
    )
    latest = {(unit, number): orjson.loads(body)["answer"] for unit, number, body in rows}
    given = {}
    for number in (one.no for one in version):
        owners = db.execute("SELECT count(*) FROM assignments WHERE indicator = ?", (number,))
        parts = tuple(
            codec.answer_of(version.indicator(number), body)
            for (_, answered), body in latest.items()
            if answered == number
        )
        if parts:
            given[number] = Response(parts, owners.fetchone()[0])
    return score(version, given).total_if_closed_now


@given(meetings, st.lists(responses(PRINTED), min_size=4, max_size=4))
def test_every_score_can_be_worked_out_anew_by_the_version_that_the_record_names(
    held: list[list[Change]], given_: list[dict[int, Response]]
) -> None:
    story = Story()
    for place, answers in enumerate(given_):
        story.answers(answers)
        if place < len(held):
            story.meets(held[place])
        story.closes()
    db = story.world.connection
    ends = db.execute("SELECT id, body FROM record WHERE kind = 'closed'").fetchall()
    assert len(ends) == len(given_)
    for entry, text in ends:
        body = orjson.loads(text)
        [city] = body["cities"]
        assert str(worked_out(db, entry, body["criteria"])) == city["claimed"]
    chain = db.execute("SELECT before, after FROM criteria_versions ORDER BY id").fetchall()
    for (_, after), (before, _) in pairwise(chain):
        assert after == before, "no version is missing between two agreements"
    assert record.verify(db).broken is None
