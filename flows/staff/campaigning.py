"""A reminder by hand on its way: live progress, stopping half-way and going on, the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import StaffFacts
from flows.model.needs import PressedCampaign
from flows.model.outcome import Notice, Outcome, Say, SteerCampaign, not_yours

STATES = ("waiting", "queued", "sent", "unreachable", "failed", "skipped")


def steered(facts: StaffFacts, event: Tap, pressed: Pressed, asked: PressedCampaign) -> Outcome:
    """⏸ Hentikan or ▶️ Lanjutkan under the progress."""
    campaign = asked.campaign
    if campaign is None or not campaign.started:
        return not_yours(event)
    if campaign.state == "finished":
        return Outcome((), (Notice(event.query_id, "notice/reminder_done", alert=True),))
    running = pressed.verb == Verb.RESUME
    state = "running" if running else "stopped"
    message = progress(campaign.id, facts.seat.id, state, campaign.counts, event.message_id)
    return Outcome((SteerCampaign(campaign.id, running),), (Notice(event.query_id), message))


def progress(
    campaign_id: int,
    seat: int,
    state: str,
    counts: Mapping[str, int],
    message_id: int | None,
    opens: datetime | None = None,
) -> Say:
    """Return how far a reminder is, in place of its preview; `opens`: nothing goes out before that moment."""
    by_state = {name: counts.get(name, 0) for name in STATES}
    view = {**by_state, "total": sum(by_state.values()), "state": state, "opens": opens}
    buttons = {
        "running": ((Button("halt", data(Verb.HALT, seat, campaign_id)),),),
        "stopped": ((Button("resume", data(Verb.RESUME, seat, campaign_id)),),),
    }
    return Say("staff/reminder_progress", view, buttons.get(state, ()), edit=message_id)


def result(counts: Mapping[str, int]) -> Say:
    """Return what became of a reminder: delivered, unreachable, failed, skipped since the preview."""
    return Say("staff/reminder_result", {name: counts.get(name, 0) for name in STATES})


ROUTES = (
    walks.staff.button(Verb.HALT, steered, PressedCampaign),
    walks.staff.button(Verb.RESUME, steered, PressedCampaign),
)
