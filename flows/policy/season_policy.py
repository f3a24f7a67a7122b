"""Who may still change answers, by the dates of the period and what the Kanwil has decided of its end."""

from __future__ import annotations

from datetime import date, timedelta

from flows.model.facts import Desk, Period, Setting
from flows.model.season import Neighbour, Phase, Season
from flows.policy import timing


def verified_until(setting: Setting) -> date:
    """Return the last day of verification: the period's, or a later one that the Kanwil gave."""
    return _last_day(setting.period, setting.period.season)


def _last_day(period: Period | Neighbour, season: Season) -> date:
    given, own = season.verified_until, period.verification_deadline
    return max(own, given) if given else own


def answered_until(setting: Setting, desk: Desk) -> date:
    """Return the last day on which an office may send of its own accord: its deadline with the days of
    grace, never behind the end of verification.
    """
    last = verified_until(setting)
    grace = setting.period.grace
    if grace is None:
        return last
    return min(last, timing.deadline(setting, desk) + timedelta(days=grace))


def phase(setting: Setting, day: date) -> Phase:
    """Return the station of the season on a day; offices with a day of their own may be longer on theirs."""
    return station(setting.period, setting.period.season, day)


def station(period: Period | Neighbour, season: Season, day: date) -> Phase:
    """Return the station on a day of any period, by what was decided of its end in one province."""
    if season.closed_at is not None:
        return Phase.CLOSED
    if day < period.opens:
        return Phase.PREPARED
    last = _last_day(period, season)
    if day > last:
        return Phase.OVER
    grace = last if period.grace is None else period.deadline + timedelta(days=period.grace)
    return Phase.OPEN if day <= max(period.deadline, grace) else Phase.VERIFICATION


def may_answer(setting: Setting, desk: Desk) -> bool:
    """Tell whether an office may change answers that nobody has sent back to it."""
    is_closed = setting.closed_at is not None
    return not is_closed and timing.local_day(setting, desk.region) <= answered_until(setting, desk)


def may_mend(setting: Setting, desk: Desk) -> bool:
    """Tell whether an office may mend what was returned to it: as long as somebody could look at it."""
    is_closed = setting.closed_at is not None
    return not is_closed and timing.local_day(setting, desk.region) <= verified_until(setting)


def may_go_on(setting: Setting, desk: Desk) -> bool:
    """Tell whether there is anything that an office may still do: all, or what was returned to it."""
    return may_answer(setting, desk) or (
        any(task.is_returned for task in desk.tasks) and may_mend(setting, desk)
    )


def may_review(setting: Setting, day: date) -> bool:
    """Tell whether reviewers may judge answers on a day."""
    return setting.closed_at is None and day <= verified_until(setting)
