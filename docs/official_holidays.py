"""The table of Indonesian holidays and cuti bersama that ships with the bot, from the `holidays` library.

The bot reads the table: the library takes 5 MiB and 30 ms of each start. Days that hang on the moon are the
library's reckoning until the government has set them; a new version of the library brings those.
"""

from __future__ import annotations

from collections import defaultdict

from holidays.countries.indonesia import Indonesia

FIRST, LAST = 2010, 2045


def holidays_table() -> str:
    """Return one line a year: the year, a colon, and month-day of each day off."""
    years = range(FIRST, LAST + 1)
    off: defaultdict[int, list[str]] = defaultdict(list)
    for day in sorted(Indonesia(categories=("public", "government"), years=years)):
        off[day.year].append(day.strftime("%m-%d"))
    head = (
        "# Made by `.ci/env --dev python -m docs.pages` from the `holidays` library; do not edit.\n"
    )
    return head + "".join(f"{year}: {' '.join(off[year])}\n" for year in years)
