"""`/tutup`: the Kanwil ends the season of its province, or opens it again for a reason.

What it would do is shown first. From then on the period is read only; each office hears its result once.
"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from flows.model.answer_state import State
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Board, Holder, StaffFacts, Stage
from flows.model.needs import Holders
from flows.model.outcome import Keyboard, Notice, Outcome, Say, SetFocus
from flows.model.roles import Role
from flows.model.season import CloseSeason, Phase, ReopenSeason
from flows.model.walks import Walkers
from flows.policy import season_policy
from flows.reading.sentences import LENGTHS, is_reason, tidy
from flows.staff import season_results
from scoring.replacing import replace

SEASON = OwnVerb("mt")
KANWIL: Walkers[StaffFacts] = Walkers(frozenset({Role.KANWIL}))
DAYS = (0, 3, 7, 14)
"""Days that verification may be opened for again, from its last day where that lies ahead."""


def command(facts: StaffFacts, args: str, holders: Holders) -> Outcome:
    """`/tutup`: what is still open, what will be sent, and the button that ends it."""
    del args
    return Outcome((), (_overview(facts, holders),))


def on_overview_tap(facts: StaffFacts, event: Tap, pressed: Pressed, holders: Holders) -> Outcome:
    """Show the same again."""
    del event, pressed
    return Outcome((), (_overview(facts, holders),))


class Seen(Struct, frozen=True):
    """How many answers were filled in, sent and verified: a button that saw others shows them first."""

    filled: int
    sent: int
    verified: int

    @classmethod
    def of(cls, board: Board) -> Seen:
        tasks = [task for office in board.offices for task in office.desk.tasks]
        return cls(
            sum(1 for task in tasks if not task.is_open),
            sum(1 for task in tasks if task.state not in (State.EMPTY, State.DRAFT)),
            sum(1 for task in tasks if task.state == State.VERIFIED),
        )

    def __str__(self) -> str:
        return f"{self.filled}-{self.sent}-{self.verified}"


def _overview(facts: StaffFacts, holders: Holders, edit: int | None = None) -> Say:
    phase = season_policy.phase(facts, facts.now.date())
    view = {
        **season_results.view(facts, facts.board),
        "phase": str(phase),
        "closed_at": facts.closed_at,
        "verified_until": season_policy.verified_until(facts),
        "days_left": (season_policy.verified_until(facts) - facts.now.date()).days,
        "staff": len(_listeners(facts, holders)),
    }
    return Say("season/overview", view, _keyboard(facts, phase), edit=edit)


def _keyboard(facts: StaffFacts, phase: Phase) -> Keyboard:
    seat = facts.seat.id
    reopen = (Button("reopen_season", data(Verb.SEASON_REOPEN, seat)),)
    seen = data(Verb.SEASON_CLOSE, seat, Seen.of(facts.board))
    year = {"year": facts.period.data_year}
    close = (Button("close_season", seen, year, style="danger"),)
    match phase:
        case Phase.CLOSED:
            papers = (Button("papers", data(Verb.CALLED, seat, "berkas")),)
            return (papers, reopen)
        case Phase.OVER:
            return (close, reopen)
        case Phase.PREPARED:
            return ()
        case _:
            return (close,)


def closed(facts: StaffFacts, event: Tap, pressed: Pressed, holders: Holders) -> Outcome:
    """🏁 Tutup musim: the results go on record and to everybody, and nothing changes any more."""
    if facts.closed_at is not None:
        return _again(facts, event, holders, "notice/season_closed")
    if pressed.rest != (str(Seen.of(facts.board)),):
        return _again(facts, event, holders, "notice/season_moved")
    province, now = facts.seat.province or "", facts.now
    view = {
        **season_results.view(facts, facts.board),
        "staff": len(_listeners(facts, holders)),
        "papers": len(season_results.papers(facts.board, province)),
        "entry": facts.next_receipt,
        "at": now,
    }
    change = CloseSeason(province, season_results.body(facts, facts.board))
    return Outcome((change,), (Say("season/closed", view, edit=event.message_id),))


def _again(facts: StaffFacts, event: Tap, holders: Holders, notice: str) -> Outcome:
    message = _overview(facts, holders, event.message_id)
    return Outcome((), (Notice(event.query_id, notice, alert=True), message))


def _listeners(facts: StaffFacts, holders: Holders) -> tuple[Holder, ...]:
    """Return whom the result is told beside the offices: each Bagian Hukum, levels, the Kanwil's others."""
    return season_results.listeners(holders.seats, facts.chat_id, facts.period.levels)


# Opened again


def on_reopen_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """🔓 Buka kembali: for how long, then why."""
    phase = season_policy.phase(facts, facts.now.date())
    if phase not in (Phase.OVER, Phase.CLOSED):
        return Outcome((), (Notice(event.query_id, "notice/season_open", alert=True),))
    days = pressed.number()
    if days not in DAYS:
        seat = facts.seat.id
        rows = tuple(
            (Button("until", data(Verb.SEASON_REOPEN, seat, one), {"date": _day(facts, one)}),)
            for one in DAYS
            if one or _base(facts) > facts.now.date()
        )
        back = (Button("cancel", data(SEASON, seat)),)
        view = {"closed": phase is Phase.CLOSED, "year": facts.period.data_year}
        return Outcome((), (Say("season/ask_until", view, (*rows, back)),))
    review = {"until": _day(facts, days).isoformat()}
    focus = replace(
        facts.focus, stage=Stage.REOPEN_SEASON, review=review, turn=facts.focus.turn + 1
    )
    return Outcome((SetFocus(focus),), (_ask_reason(facts, _day(facts, days)),))


def _day(facts: StaffFacts, days: int) -> date:
    day = _base(facts) + timedelta(days=days)
    return facts.calendar.on_or_after(day) if days else day


def _base(facts: StaffFacts) -> date:
    return max(facts.now.date(), season_policy.verified_until(facts))


def _ask_reason(facts: StaffFacts, until: date, *, problem: bool = False) -> Say:
    back = Button("cancel", data(SEASON, facts.seat.id))
    view = {"until": until, "problem": problem, "most": LENGTHS[-1]}
    return Say("season/ask_reason", view, ((back,),))


def reason_written(facts: StaffFacts, event: Text, holders: Holders) -> Outcome:
    """Open verification again for the reason that was typed."""
    until, words = date.fromisoformat(facts.focus.review["until"]), tidy(event.text)
    if not is_reason(words, facts.words):
        return Outcome((), (_ask_reason(facts, until, problem=True),))
    focus = facts.focus.at_rest()
    change = ReopenSeason(facts.seat.province or "", until, words)
    view = {
        "until": until,
        "reason": words,
        "by": facts.name,
        "year": facts.period.data_year,
        "was_closed": facts.closed_at is not None,
    }
    news = tuple(
        Say("season/told_reopened", view, chat_id=holder.contact.chat_id)
        for holder in _listeners(facts, holders)
    )
    queue = Button("queue", data(Verb.QUEUE, facts.seat.id))
    message = Say("season/reopened", view | {"told": len(news)}, ((queue,),))
    return Outcome((change, SetFocus(focus)), (message, *news))


ROUTES = (
    KANWIL.command("tutup", command, Holders, place=128),
    KANWIL.button(SEASON, on_overview_tap, Holders),
    KANWIL.button(Verb.SEASON_CLOSE, closed, Holders),
    KANWIL.button(Verb.SEASON_REOPEN, on_reopen_tap),
    KANWIL.words(Stage.REOPEN_SEASON, reason_written, Holders),
)
