"""What the tables lack of a roster, so that it can be written out again."""

from __future__ import annotations

ROUND_TRIP = (
    # What a roster says and nothing else needed so far; of before it is read off the links and seats.
    "ALTER TABLE periods ADD COLUMN invitation_days INTEGER NOT NULL DEFAULT 30",
    """CREATE TABLE office_seats (
        unit_id INTEGER PRIMARY KEY REFERENCES units (id), seats INTEGER NOT NULL,
        coordinates INTEGER NOT NULL) STRICT""",
    """INSERT INTO office_seats SELECT u.id, max(1,
        (SELECT count(*) FROM seats s WHERE s.until IS NULL AND s.role = 'contact'
            AND s.unit_id = u.id)
        + (SELECT count(*) FROM invitations i WHERE i.used_at IS NULL AND i.revoked_at IS NULL
            AND i.role = 'contact' AND i.unit_id = u.id)),
        EXISTS (SELECT 1 FROM invitations i WHERE i.role = 'coordinator'
            AND i.region_id = u.region_id AND i.label = u.name)
        FROM units u""",
)

ROSTER_TABLES = (
    "aliases", "assignments", "criteria_versions", "instruments", "periods", "previous_answers",
    "privacy_settings", "regions", "season_steps", "units",
)  # fmt: skip
"""All that a roster is read from."""
STAMP = (
    # Whoever keeps a roster in memory sees by it whether that is still true: another process that only
    # records answers would else have it read again at each tap. By chance, so that none comes twice.
    "CREATE TABLE roster_stamp (stamp INTEGER NOT NULL) STRICT",
    "INSERT INTO roster_stamp VALUES (random())",
    *(
        f"CREATE TRIGGER {table}_{deed}_stamps AFTER {deed} ON {table}"
        " BEGIN UPDATE roster_stamp SET stamp = random(); END"
        for table in ROSTER_TABLES
        for deed in ("insert", "update", "delete")
    ),
)
