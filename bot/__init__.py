"""Everything with a side effect: Telegram, SQLite, files, the clock and the command line."""

import os

# PTB then gives retry_after as a timedelta, as its next major version will, without a warning.
os.environ.setdefault("PTB_TIMEDELTA", "1")
