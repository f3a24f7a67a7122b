"""The SQLite file: one connection, one writer, one thread (aiosqlite's).

Functions here take a plain `sqlite3.Connection` and run on that thread inside a transaction that
somebody else began: `Database.transaction` or `bot.dispatch`. Nothing outside this package writes SQL.
"""
