"""The tables of what can be erased: seals of the record, and persons who were forgotten."""

from __future__ import annotations

from bot.storage.carrying import carry_over

SEALS = (
    "ALTER TABLE record ADD COLUMN seal TEXT NOT NULL DEFAULT ''",
    "DROP TRIGGER record_keeps",
    carry_over,
    # Nothing of an entry changes but words that are erased, which leave their commitments behind.
    """CREATE TRIGGER record_keeps BEFORE UPDATE ON record
        WHEN (NEW.id, NEW.period_id, NEW.kind, NEW.unit_id, NEW.indicator, NEW.revision, NEW.person_id,
            NEW.seat_id, NEW.at, NEW.previous, NEW.hash) IS NOT (OLD.id, OLD.period_id, OLD.kind,
            OLD.unit_id, OLD.indicator, OLD.revision, OLD.person_id, OLD.seat_id, OLD.at,
            OLD.previous, OLD.hash)
        OR OLD.seal = '' OR NEW.seal NOT LIKE '{"gone":{%'
        BEGIN SELECT RAISE (ABORT, 'the record is append-only'); END""",
    "ALTER TABLE persons ADD COLUMN forgotten_at TEXT",
)

PRIVACY = (
    # Files that were taken back and whose bytes went after a while; the record says so, too.
    "ALTER TABLE evidence ADD COLUMN removed_at TEXT",
    # What a region or a province tells people about their data, and how long what is kept; `of` is its
    # code, nothing for the whole period.
    """CREATE TABLE privacy_settings (
        period_id INTEGER NOT NULL REFERENCES periods (id), of TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (period_id, of)) STRICT, WITHOUT ROWID""",
)
