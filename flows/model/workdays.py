"""Working days and hours, in which people may be reminded; holidays come from outside."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from msgspec import Struct

OPENS, CLOSES = time(8), time(17)
MORNING = time(9)
"""When what is planned for a day goes out."""
DAY = timedelta(days=1)


class Calendar(Struct, frozen=True):
    """Holidays and cuti bersama in `off`; `working` names days that are worked all the same."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether a day is of Monday to Friday, and no holiday."""
        return day in self.working or (day.weekday() < 5 and day not in self.off)

    def on_or_after(self, day: date) -> date:
        """Return the first working day from `day` on."""
        while not self.is_working(day):
            day += DAY
        return day

    def on_or_before(self, day: date) -> date:
        """Return the last working day up to `day`."""
        while not self.is_working(day):
            day -= DAY
        return day

    def slot(self, moment: datetime) -> datetime:
        """Return the first moment from `moment` on that lies in working hours; local time in and out."""
        if moment.time() >= CLOSES:
            moment = datetime.combine(moment.date() + DAY, OPENS, moment.tzinfo)
        day = self.on_or_after(moment.date())
        opening = datetime.combine(day, OPENS, moment.tzinfo)
        return max(moment, opening)

    def after_quiet(self, moment: datetime, days: int) -> date:
        """Return the working day that follows on `days` whole ones, the running one counted while it runs."""
        day = self.slot(moment).date()
        for _ in range(days):
            day = self.on_or_after(day + DAY)
        return day
