"""The tables of what is said and agreed of the criteria; texts and times as in `schema`."""

from __future__ import annotations

CRITERIA = (
    # What was said and agreed of the criteria of a province; each `id` is the entry of the record that says
    # so, `author` a person with office and role. The last version of a province is in force.
    """CREATE TABLE criteria_versions (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        before TEXT NOT NULL REFERENCES instruments (hash),
        after TEXT NOT NULL REFERENCES instruments (hash), at TEXT NOT NULL) STRICT""",
    """CREATE TABLE criteria_comments (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        criterion TEXT NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL, at TEXT NOT NULL)
        STRICT""",
    """CREATE TABLE criteria_proposals (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        criterion TEXT NOT NULL, change TEXT NOT NULL, author TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'agreed', 'withdrawn')))
        STRICT""",
    """CREATE TABLE meetings (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        period_id INTEGER NOT NULL REFERENCES periods (id), province TEXT NOT NULL,
        place TEXT NOT NULL, chat_id INTEGER NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'agreed', 'dropped')))
        STRICT""",
    "CREATE UNIQUE INDEX meetings_open ON meetings (period_id, province) WHERE state = 'open'",
    """CREATE TABLE meeting_decisions (
        meeting_id INTEGER NOT NULL REFERENCES meetings (id), criterion TEXT NOT NULL,
        verdict TEXT NOT NULL CHECK (verdict IN ('as_it_is', 'changed', 'postponed')),
        proposal_id INTEGER REFERENCES criteria_proposals (id), by TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (meeting_id, criterion)) STRICT""",
    """CREATE TABLE meeting_attendants (
        meeting_id INTEGER NOT NULL REFERENCES meetings (id),
        person_id INTEGER NOT NULL REFERENCES persons (id), author TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (meeting_id, person_id)) STRICT""",
)

OVERTAKEN = (
    # By which agreement a proposal was answered without being taken up; it is open no longer.
    "ALTER TABLE criteria_proposals ADD COLUMN overtaken_by INTEGER REFERENCES criteria_versions (id)",
)

ANNOUNCED = (
    # Whether the Kanwil has heard of a proposal; of one from a file nobody has said it in chat.
    "ALTER TABLE criteria_proposals ADD COLUMN is_announced INTEGER NOT NULL DEFAULT 1",
    "CREATE INDEX criteria_proposals_unheard ON criteria_proposals (id) WHERE is_announced = 0",
)

MAPS = (
    # What became of the indicators of the instrument before, as YAML; answers of then are offered through it.
    """CREATE TABLE instrument_maps (
        period_id INTEGER PRIMARY KEY REFERENCES periods (id), map TEXT NOT NULL) STRICT""",
)

PAPER_ORDERS = (
    # Papers that are to be made and sent to a chat; `subject` is JSON, as `making.PaperSubject` has it.
    """CREATE TABLE paper_orders (
        id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, period_id INTEGER NOT NULL
            REFERENCES periods (id), seat_id INTEGER REFERENCES seats (id),
        subject TEXT NOT NULL, format TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'made', 'failed')),
        code TEXT) STRICT""",
    "CREATE INDEX paper_orders_waiting ON paper_orders (id) WHERE state = 'waiting'",
)

BOARDS_OF_PERIOD = (
    # The period that a board's message is about; with another one a message of its own is sent.
    "ALTER TABLE boards ADD COLUMN period_id INTEGER REFERENCES periods (id)",
)
