"""Everything with a side effect: Telegram, SQLite, files, the clock and the command line."""
