"""The tables of papers: what was made, who signs, and what is to be compared with the record."""

from __future__ import annotations

PAPERS = (
    # Every paper that was made: of what, from which entry of the record, and what it shows. The code follows
    # from all of it but `figures`, of which it holds the digest.
    """CREATE TABLE papers (
        code TEXT PRIMARY KEY, kind TEXT NOT NULL, format TEXT NOT NULL,
        period_id INTEGER NOT NULL REFERENCES periods (id),
        region_id INTEGER REFERENCES regions (id), unit_id INTEGER REFERENCES units (id),
        province TEXT REFERENCES provinces (code), parameters TEXT NOT NULL,
        entry INTEGER NOT NULL, head TEXT NOT NULL, figures TEXT NOT NULL, digest TEXT NOT NULL,
        made_at TEXT NOT NULL, seat_id INTEGER REFERENCES seats (id), sha256 TEXT NOT NULL)
        STRICT""",
    "CREATE INDEX papers_by_period ON papers (period_id, made_at)",
    "CREATE INDEX papers_by_file ON papers (sha256)",
    # Letterhead and signers of a region, or of a province's Kanwil: `of` is its code.
    """CREATE TABLE paper_settings (
        period_id INTEGER NOT NULL REFERENCES periods (id), of TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL, seat_id INTEGER REFERENCES seats (id),
        PRIMARY KEY (period_id, of)) STRICT, WITHOUT ROWID""",
)

PAPER_CHECKS = (
    # Papers that somebody wants compared, by code or by file (`upload`: JSON, as `events.Upload` has it).
    """CREATE TABLE paper_checks (
        id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, code TEXT, upload TEXT,
        is_quiet INTEGER NOT NULL, at TEXT NOT NULL,
        CHECK ((code IS NULL) <> (upload IS NULL))) STRICT""",
)
