"""`/kesehatan`: an administrator asks from the phone how the bot itself is; counts and ages only."""

from __future__ import annotations

from datetime import timedelta

from flows.model import walks
from flows.model.facts import StaffFacts
from flows.model.health import Health
from flows.model.outcome import Outcome, Say
from flows.model.quotas import MEGABYTE
from flows.model.roles import ADMIN, STAFF

OLD = timedelta(minutes=5)
LONG = timedelta(hours=1)
QUIET = timedelta(minutes=2)
NEAR = 0.9


def health(_: StaffFacts, __: str, state: Health) -> Outcome:
    """Answer `/kesehatan`: counts and ages, no name and no figure of an office."""
    view = {
        "queued": state.queued,
        "oldest": _minutes(state.oldest_queued),
        "stuck": state.oldest_queued is not None and state.oldest_queued > OLD,
        "files": state.files_waiting,
        "files_stuck": state.oldest_file is not None and state.oldest_file > LONG,
        "troubles": state.troubles,
        "failed_updates": state.failed_updates,
        "megabytes": state.database_bytes // 2**20,
        "sent": state.sent,
        "failed": state.failed,
        "unreachable": state.unreachable,
        "fullest": [
            {"whose": whose, "used": -(-used // MEGABYTE), "quota": most // MEGABYTE}
            for whose, used, most in (
                ("person", state.fullest_person, state.quota.person),
                ("office", state.fullest_office, state.quota.office),
            )
        ],
        "crowded": state.fullest_person > state.quota.person * NEAR
        or state.fullest_office > state.quota.office * NEAR,
        "heard": _minutes(state.heard),
        "silent": state.heard is not None and state.heard > QUIET,
    }
    return Outcome((), (Say("staff/health", view),))


def whose(_: StaffFacts, __: str = "") -> Outcome:
    """Tell staff who are no administrators whose the command is."""
    return Outcome((), (Say("staff/health_not_yours"),))


def _minutes(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds() // 60)


ROUTES = (
    walks.staff.command("kesehatan", health, Health, roles=ADMIN, place=160),
    walks.staff.command("kesehatan", whose, roles=STAFF - ADMIN),
)
