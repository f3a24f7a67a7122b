"""A reminder by hand or an announcement on its way: live progress, stopping, going on, the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap
from flows.model.facts import StaffFacts
from flows.model.needs import PressedCampaign
from flows.model.outcome import Notice, Outcome, Say, SetCampaignRunning, not_yours
from flows.model.outreach import Campaign

STATES = ("waiting", "queued", "sent", "unreachable", "failed", "skipped")


def steered(facts: StaffFacts, event: Tap, pressed: Pressed, asked: PressedCampaign) -> Outcome:
    """⏸ Hentikan or ▶️ Lanjutkan under the progress."""
    campaign = asked.campaign
    if campaign is None or not campaign.started:
        return not_yours(event)
    if campaign.state == "finished":
        view = {"announced": campaign.words is not None}
        return Outcome((), (Notice(event.query_id, "notice/reminder_done", view, alert=True),))
    running = pressed.verb == Verb.RESUME
    state = "running" if running else "stopped"
    seat, announced = facts.seat.id, campaign.words is not None
    counts, message_id = campaign.counts, event.message_id
    message = progress(campaign.id, seat, state, counts, message_id, announced=announced)
    return Outcome((SetCampaignRunning(campaign.id, running),), (Notice(event.query_id), message))


def over(event: Tap, campaign: Campaign) -> Outcome | None:
    """Return why what was previewed cannot be sent any more; None where it can."""
    if campaign.started:
        return sent_already(event, campaign)
    if campaign.expired:
        view = {"announced": campaign.words is not None}
        return Outcome((), (Notice(event.query_id, "notice/reminder_expired", view, alert=True),))
    return None


def sent_already(event: Tap, campaign: Campaign) -> Outcome:
    """Return that it is on its way: nothing is sent twice, and nothing is dropped."""
    view = {"announced": campaign.words is not None}
    return Outcome((), (Notice(event.query_id, "notice/reminder_sent", view, alert=True),))


def progress(
    campaign_id: int,
    seat: int,
    state: str,
    counts: Mapping[str, int],
    message_id: int | None,
    opens: datetime | None = None,
    *,
    announced: bool = False,
) -> Say:
    """Return how far a reminder is, in place of its preview; `opens`: nothing goes out before that moment."""
    by_state = {name: counts.get(name, 0) for name in STATES}
    view = {**by_state, "total": sum(by_state.values()), "state": state, "opens": opens}
    view |= {"announced": announced}
    buttons = {
        "running": ((Button("halt", data(Verb.HALT, seat, campaign_id)),),),
        "stopped": ((Button("resume", data(Verb.RESUME, seat, campaign_id)),),),
    }
    return Say("staff/reminder_progress", view, buttons.get(state, ()), edit=message_id)


def result(counts: Mapping[str, int], *, announced: bool = False) -> Say:
    """Return what became of a reminder: delivered, unreachable, failed, skipped since the preview."""
    by_state = {name: counts.get(name, 0) for name in STATES}
    return Say("staff/reminder_result", {**by_state, "announced": announced})


ROUTES = (
    walks.staff.button(Verb.HALT, steered, PressedCampaign),
    walks.staff.button(Verb.RESUME, steered, PressedCampaign),
)
