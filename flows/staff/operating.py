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


def health(_: StaffFacts, __: str, found: Health) -> Outcome:
    """Answer `/kesehatan`: counts and ages, no name and no figure of an office."""
    view = {
        "queued": found.queued,
        "oldest": _minutes(found.oldest_queued),
        "stuck": found.oldest_queued is not None and found.oldest_queued > OLD,
        "files": found.files_waiting,
        "files_stuck": found.oldest_file is not None and found.oldest_file > LONG,
        "troubles": found.troubles,
        "failed_updates": found.failed_updates,
        "megabytes": found.database_bytes // 2**20,
        "sent": found.sent,
        "failed": found.failed,
        "unreachable": found.unreachable,
        "fullest": [
            {"whose": whose, "used": -(-used // MEGABYTE), "quota": most // MEGABYTE}
            for whose, used, most in (
                ("person", found.fullest_person, found.quota.person),
                ("office", found.fullest_office, found.quota.office),
            )
        ],
        "crowded": found.fullest_person > found.quota.person * NEAR
        or found.fullest_office > found.quota.office * NEAR,
        "heard": _minutes(found.heard),
        "silent": found.heard is not None and found.heard > QUIET,
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
