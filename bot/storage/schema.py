"""The tables. Times are ISO 8601 in UTC, dates ISO 8601, figures decimal texts, all as TEXT."""

from __future__ import annotations

GROUND = (
    "CREATE TABLE migrations (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT",
    """CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    # A period keeps the instrument it was opened with, text by text.
    """CREATE TABLE instruments (
        hash TEXT PRIMARY KEY, code TEXT NOT NULL, texts TEXT NOT NULL) STRICT""",
    """CREATE TABLE periods (
        id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,
        instrument TEXT NOT NULL REFERENCES instruments (hash),
        data_year INTEGER NOT NULL, opens TEXT NOT NULL, deadline TEXT NOT NULL,
        verification_deadline TEXT NOT NULL, institution TEXT NOT NULL, help_contact TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed'))) STRICT""",
    "CREATE TABLE provinces (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT",
    """CREATE TABLE regions (
        id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,
        province TEXT NOT NULL REFERENCES provinces (code),
        kind TEXT NOT NULL CHECK (kind IN ('kota', 'kabupaten')),
        name TEXT NOT NULL, zone TEXT NOT NULL CHECK (zone IN ('WIB', 'WITA', 'WIT'))) STRICT""",
    """CREATE TABLE units (
        id INTEGER PRIMARY KEY, region_id INTEGER NOT NULL REFERENCES regions (id),
        code TEXT NOT NULL, name TEXT NOT NULL, short TEXT NOT NULL,
        UNIQUE (region_id, code)) STRICT""",
    # What people type for a region or a unit, short names included.
    """CREATE TABLE aliases (
        region_id INTEGER REFERENCES regions (id), unit_id INTEGER REFERENCES units (id),
        name TEXT NOT NULL, UNIQUE (region_id, unit_id, name),
        CHECK ((region_id IS NULL) <> (unit_id IS NULL))) STRICT""",
    """CREATE TABLE assignments (
        period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), indicator INTEGER NOT NULL,
        since TEXT NOT NULL, until TEXT,
        PRIMARY KEY (period_id, unit_id, indicator, since)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX assignments_by_unit ON assignments (unit_id) WHERE until IS NULL",
    """CREATE TABLE persons (
        id INTEGER PRIMARY KEY, telegram_id INTEGER NOT NULL UNIQUE, name TEXT NOT NULL,
        language TEXT NOT NULL DEFAULT 'id', joined_at TEXT NOT NULL,
        unreachable_since TEXT) STRICT""",
    """CREATE TABLE seats (
        id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES persons (id),
        role TEXT NOT NULL CHECK (role IN ('contact', 'coordinator', 'kanwil', 'admin')),
        unit_id INTEGER REFERENCES units (id), region_id INTEGER REFERENCES regions (id),
        province TEXT REFERENCES provinces (code), since TEXT NOT NULL, until TEXT,
        CHECK (CASE role WHEN 'contact' THEN unit_id IS NOT NULL
                         WHEN 'coordinator' THEN region_id IS NOT NULL
                         ELSE province IS NOT NULL END)) STRICT""",
    "CREATE INDEX seats_by_person ON seats (person_id) WHERE until IS NULL",
    "CREATE INDEX seats_by_unit ON seats (unit_id) WHERE until IS NULL",
    """CREATE TABLE invitations (
        id INTEGER PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL, unit_id INTEGER REFERENCES units (id),
        region_id INTEGER REFERENCES regions (id), province TEXT REFERENCES provinces (code),
        label TEXT NOT NULL, created_at TEXT NOT NULL, created_by INTEGER REFERENCES seats (id),
        expires_at TEXT NOT NULL, used_at TEXT, used_seat INTEGER REFERENCES seats (id),
        revoked_at TEXT) STRICT""",
    # The record: answers as revisions and every action, append-only, each with the hash before it.
    """CREATE TABLE record (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        kind TEXT NOT NULL, unit_id INTEGER REFERENCES units (id), indicator INTEGER,
        revision INTEGER, person_id INTEGER REFERENCES persons (id),
        seat_id INTEGER REFERENCES seats (id), at TEXT NOT NULL, body TEXT NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX record_revisions ON record (unit_id, period_id, indicator, revision)
        WHERE kind = 'answer'""",
    "CREATE INDEX record_by_period ON record (period_id, id)",
    """CREATE TRIGGER record_keeps BEFORE UPDATE ON record
        BEGIN SELECT RAISE (ABORT, 'the record is append-only'); END""",
    """CREATE TRIGGER record_stays BEFORE DELETE ON record
        BEGIN SELECT RAISE (ABORT, 'the record is append-only'); END""",
    """CREATE TABLE focus (
        chat_id INTEGER PRIMARY KEY, seat_id INTEGER, turn INTEGER NOT NULL,
        state TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    """CREATE TABLE campaigns (
        id INTEGER PRIMARY KEY, seat_id INTEGER NOT NULL REFERENCES seats (id),
        chat_id INTEGER NOT NULL, scope TEXT NOT NULL, created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL, started_at TEXT, finished_at TEXT) STRICT""",
    """CREATE TABLE outbox (
        id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, bulk INTEGER NOT NULL DEFAULT 0,
        method TEXT NOT NULL, payload TEXT NOT NULL, created_at TEXT NOT NULL,
        campaign_id INTEGER REFERENCES campaigns (id), attempts INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'queued'
            CHECK (state IN ('queued', 'sent', 'failed', 'unreachable', 'dropped')),
        done_at TEXT, message_id INTEGER, error TEXT) STRICT""",
    "CREATE INDEX outbox_queued ON outbox (id) WHERE state = 'queued'",
    "CREATE INDEX outbox_by_campaign ON outbox (campaign_id, state) WHERE campaign_id IS NOT NULL",
    "CREATE TABLE handled (update_id INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT",
    "CREATE INDEX handled_by_time ON handled (at)",
    """CREATE TABLE failed_updates (
        id INTEGER PRIMARY KEY, update_id INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
        error TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'kept') STRICT""",
)

MOVES = (
    # Where an answer stands follows from its last move.
    """CREATE INDEX record_moves ON record (unit_id, period_id, indicator, id)
        WHERE kind = 'move'""",
)

EVIDENCE = (
    # What was sent as proof; the bytes are in the evidence folder under their SHA-256.
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), indicator INTEGER NOT NULL,
        kind TEXT NOT NULL, file_id TEXT NOT NULL, unique_id TEXT NOT NULL, name TEXT NOT NULL,
        size INTEGER NOT NULL, caption TEXT, chat_id INTEGER NOT NULL, by TEXT NOT NULL,
        at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'stored', 'refused', 'withdrawn')),
        sha256 TEXT, mime TEXT, why TEXT, again INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX evidence_by_unit ON evidence (unit_id, period_id, indicator)",
    "CREATE INDEX evidence_waiting ON evidence (id) WHERE state = 'waiting'",
    "CREATE INDEX evidence_by_hash ON evidence (sha256) WHERE sha256 IS NOT NULL",
    """CREATE INDEX record_ticks ON record (unit_id, period_id, indicator, id)
        WHERE kind = 'ticked'""",
)

REVIEW = (
    """CREATE INDEX record_notes ON record (unit_id, period_id, indicator, id)
        WHERE kind = 'note'""",
    """CREATE INDEX record_checks ON record (unit_id, period_id, indicator, id)
        WHERE kind = 'checked'""",
    """CREATE INDEX record_extensions ON record (unit_id, period_id, indicator, id)
        WHERE kind = 'extended'""",
    # The history of one answer, whatever happened to it.
    """CREATE INDEX record_of_answer ON record (unit_id, period_id, indicator, id)
        WHERE indicator IS NOT NULL""",
)

REMINDERS = (
    # What is planned for an office, once for each kind and local day.
    """CREATE TABLE due (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), kind TEXT NOT NULL, day TEXT NOT NULL,
        due_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'done', 'lapsed')),
        reason TEXT, UNIQUE (period_id, unit_id, kind, day)) STRICT""",
    "CREATE INDEX due_waiting ON due (due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX due_by_unit ON due (unit_id) WHERE state = 'waiting'",
    # Every reminder that was sent, withheld or lapsed; by hand or by plan.
    """CREATE TABLE reminders (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), seat_id INTEGER REFERENCES seats (id),
        kind TEXT NOT NULL, day TEXT NOT NULL, at TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'withheld', 'lapsed')), reason TEXT,
        campaign_id INTEGER REFERENCES campaigns (id)) STRICT""",
    "CREATE INDEX reminders_by_seat ON reminders (seat_id, day) WHERE outcome = 'sent'",
    "CREATE INDEX reminders_by_unit ON reminders (unit_id, at)",
    "CREATE INDEX focus_by_time ON focus (at)",
    "ALTER TABLE persons ADD COLUMN paused_until TEXT",
    # A letter that must not go out after a moment, and the line of the log that it belongs to.
    "ALTER TABLE outbox ADD COLUMN not_after TEXT",
    "ALTER TABLE outbox ADD COLUMN reminder_id INTEGER REFERENCES reminders (id)",
    "ALTER TABLE periods ADD COLUMN reminders TEXT NOT NULL DEFAULT '[-14, -7, -3, -1, 1]'",
)

REQUESTS = (
    # One question forwarded to whoever owns the figure, and what came back.
    """CREATE TABLE requests (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), indicator INTEGER NOT NULL,
        token_hash TEXT NOT NULL UNIQUE, made_by INTEGER NOT NULL REFERENCES seats (id),
        made_at TEXT NOT NULL, expires_at TEXT NOT NULL, telegram_id INTEGER, person TEXT,
        opened_at TEXT, answered_at TEXT, answer TEXT, reason TEXT, settled_at TEXT,
        used INTEGER) STRICT""",
)

SUSPENSION = ("ALTER TABLE seats ADD COLUMN suspended_at TEXT",)

HANDOVER = ("ALTER TABLE invitations ADD COLUMN replaces INTEGER REFERENCES seats (id)",)

PREVIOUS = (
    # Last year's answers from a file, offered for comparison; those of a period before need no copy.
    """CREATE TABLE previous_answers (
        period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), indicator INTEGER NOT NULL,
        year INTEGER NOT NULL, body TEXT NOT NULL, note TEXT,
        UNIQUE (period_id, unit_id, indicator)) STRICT""",
)

BOARDS = (
    # Boards (papan) of groups: for one region, or for all of a province. `letter_id` is the letter of the
    # board that is on its way; `shown` the hash of its text, `seen` the last entry of the record in it.
    """CREATE TABLE boards (
        id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, thread_id INTEGER,
        region_id INTEGER REFERENCES regions (id), province TEXT REFERENCES provinces (code),
        seat_id INTEGER NOT NULL REFERENCES seats (id), at TEXT NOT NULL, off_at TEXT,
        state TEXT NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'unpin', 'end', 'off')),
        message_id INTEGER, pin TEXT NOT NULL DEFAULT 'wanted'
            CHECK (pin IN ('wanted', 'pinned', 'refused')),
        letter_id INTEGER REFERENCES outbox (id), shown TEXT, day TEXT, edited_at TEXT,
        seen INTEGER NOT NULL DEFAULT 0,
        CHECK ((region_id IS NULL) <> (province IS NULL))) STRICT""",
    "CREATE UNIQUE INDEX boards_by_chat ON boards (chat_id) WHERE state = 'on'",
    "CREATE INDEX boards_alive ON boards (id) WHERE state <> 'off'",
)

ROSTERS = (
    # Rosters that administrators send as files: read by the bot, shown, confirmed, applied. `base` is the
    # hash of what the last preview was made from; the bytes go where a file comes to nothing.
    """CREATE TABLE roster_files (
        id INTEGER PRIMARY KEY, seat_id INTEGER NOT NULL REFERENCES seats (id),
        chat_id INTEGER NOT NULL, file_id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'shown', 'confirmed',
            'applied', 'refused', 'dropped', 'replaced')),
        content BLOB, sha256 TEXT, base TEXT, previews INTEGER NOT NULL DEFAULT 0,
        expires_at TEXT, settled_at TEXT) STRICT""",
    """CREATE INDEX roster_files_open ON roster_files (id)
        WHERE state IN ('waiting', 'confirmed')""",
    "CREATE INDEX roster_files_by_seat ON roster_files (seat_id)",
)

CAMPAIGNS = (
    """ALTER TABLE campaigns ADD COLUMN state TEXT NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'running', 'stopped', 'finished'))""",
    "ALTER TABLE campaigns ADD COLUMN message_id INTEGER",
    # Who a reminder by hand goes to, each not before `due_at`; the letter, once there is one.
    """CREATE TABLE campaign_recipients (
        campaign_id INTEGER NOT NULL REFERENCES campaigns (id),
        seat_id INTEGER NOT NULL REFERENCES seats (id), due_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN
            ('waiting', 'queued', 'sent', 'unreachable', 'failed', 'skipped')),
        reason TEXT, letter_id INTEGER REFERENCES outbox (id),
        PRIMARY KEY (campaign_id, seat_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX recipients_by_state ON campaign_recipients (campaign_id, state, due_at)",
    """CREATE INDEX recipients_by_letter ON campaign_recipients (letter_id)
        WHERE letter_id IS NOT NULL""",
    """UPDATE campaigns SET state = CASE WHEN finished_at IS NULL THEN 'running' ELSE 'finished' END
        WHERE started_at IS NOT NULL""",
    # What was on its way when the program was replaced goes on, and is counted.
    """INSERT OR IGNORE INTO campaign_recipients (campaign_id, seat_id, due_at, state, letter_id)
        SELECT o.campaign_id, min(s.id), o.created_at,
            CASE o.state WHEN 'dropped' THEN 'failed' ELSE o.state END, o.id FROM outbox o
        JOIN campaigns c ON c.id = o.campaign_id AND c.state = 'running'
        JOIN persons p ON p.telegram_id = o.chat_id
        JOIN seats s ON s.person_id = p.id AND s.role = 'contact' GROUP BY o.id""",
    "CREATE INDEX seats_of_person ON seats (person_id)",
    # What staff get at a time, once for each seat, kind and day.
    """CREATE TABLE staff_due (
        id INTEGER PRIMARY KEY, seat_id INTEGER NOT NULL REFERENCES seats (id),
        kind TEXT NOT NULL, day TEXT NOT NULL, due_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'lapsed')),
        reason TEXT, UNIQUE (seat_id, kind, day)) STRICT""",
    "CREATE INDEX staff_due_waiting ON staff_due (due_at, id) WHERE state = 'waiting'",
)

LETTER_NAMES = (
    # What a letter says by its template, and the update that it answers: for whoever retells a conversation.
    "ALTER TABLE outbox ADD COLUMN name TEXT",
    "ALTER TABLE outbox ADD COLUMN update_id INTEGER",
)

EXTENSION_REQUESTS = (
    # A later last day that a Bagian Hukum asks for; `id` is the entry of the record that says so.
    """CREATE TABLE extension_requests (
        id INTEGER PRIMARY KEY REFERENCES record (id),
        unit_id INTEGER NOT NULL REFERENCES units (id),
        seat_id INTEGER NOT NULL REFERENCES seats (id), until TEXT NOT NULL, reason TEXT NOT NULL,
        at TEXT NOT NULL, settled_at TEXT, settled_by TEXT, granted INTEGER) STRICT""",
)

LETTERS = ("ALTER TABLE periods ADD COLUMN letters TEXT NOT NULL DEFAULT '[]'",)

PROOF_REVISIONS = (
    # A file proves one revision of an answer; of earlier files it is the one that stood when they came.
    "ALTER TABLE evidence ADD COLUMN revision INTEGER",
    """UPDATE evidence SET revision = (SELECT max(r.revision) FROM record r
        WHERE r.kind = 'answer' AND r.unit_id = evidence.unit_id
        AND r.period_id = evidence.period_id AND r.indicator = evidence.indicator
        AND r.at <= evidence.at)""",
)

ARRIVALS = (
    # Work that an office brought to a desk, once for each office, role and hour; told behind that hour.
    """CREATE TABLE arrivals (
        id INTEGER PRIMARY KEY, period_id INTEGER NOT NULL REFERENCES periods (id),
        unit_id INTEGER NOT NULL REFERENCES units (id), role TEXT NOT NULL, hour TEXT NOT NULL,
        due_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting'
            CHECK (state IN ('waiting', 'done')), UNIQUE (period_id, unit_id, role, hour)) STRICT""",
    "CREATE INDEX arrivals_waiting ON arrivals (due_at, id) WHERE state = 'waiting'",
    # Until when the reviewer of a seat knows what waits, and since when they want no news of it.
    """CREATE TABLE reviewers (
        seat_id INTEGER PRIMARY KEY REFERENCES seats (id), knows_until TEXT, muted_since TEXT)
        STRICT""",
    "ALTER TABLE staff_due ADD COLUMN settled_at TEXT",
)

REQUEST_DOCUMENTS = (
    # The file that came with a proposal; it proves nothing until the office attaches it to its answer.
    "ALTER TABLE requests ADD COLUMN document TEXT",
)

LINKS_END = (
    # The newest link at the time a seat was suspended or ended: older ones seat its person no more.
    "ALTER TABLE seats ADD COLUMN last_link INTEGER",
    "ALTER TABLE requests ADD COLUMN revoked_at TEXT",
    """UPDATE seats SET last_link = (SELECT max(i.id) FROM invitations i
        WHERE i.created_at <= coalesce(seats.until, seats.suspended_at))
        WHERE until IS NOT NULL OR suspended_at IS NOT NULL""",
    # Links of seats that nobody holds any more, and those for the Kanwil that no administrator made.
    """UPDATE invitations SET revoked_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
        WHERE used_at IS NULL AND revoked_at IS NULL AND (
            EXISTS (SELECT 1 FROM seats s WHERE s.id IN (created_by, replaces)
                AND (s.until IS NOT NULL OR s.suspended_at IS NOT NULL))
            OR (role = 'kanwil' AND EXISTS (SELECT 1 FROM seats s
                WHERE s.id = created_by AND s.role <> 'admin')))""",
    """UPDATE requests SET revoked_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
        WHERE answered_at IS NULL AND EXISTS (SELECT 1 FROM seats s WHERE s.id = made_by
            AND (s.until IS NOT NULL OR s.suspended_at IS NOT NULL))""",
    "CREATE INDEX invitations_by_maker ON invitations (created_by) WHERE used_at IS NULL",
    "CREATE INDEX invitations_by_replaced ON invitations (replaces) WHERE replaces IS NOT NULL",
)

EVIDENCE_BY_SENDER = (
    # How much each person has sent is asked whenever a file comes.
    "CREATE INDEX evidence_by_sender ON evidence (chat_id, period_id)",
)

MENUS = (
    # Which menu of commands a private chat was given: a digest of it.
    "CREATE TABLE menus (chat_id INTEGER PRIMARY KEY, shown TEXT NOT NULL) STRICT",
)

WAITS = (
    # Rows that Telegram, or what failed, makes wait: letters, evidence, rosters. `held`: by a 429.
    """CREATE TABLE waits (
        kind TEXT NOT NULL, row INTEGER NOT NULL, tries INTEGER NOT NULL, not_before TEXT NOT NULL,
        held INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, row)) STRICT, WITHOUT ROWID""",
    # Letters that somebody without a seat caused, and when such people were answered last.
    "ALTER TABLE outbox ADD COLUMN stranger INTEGER NOT NULL DEFAULT 0",
    """CREATE INDEX outbox_of_strangers ON outbox (id)
        WHERE state = 'queued' AND stranger = 1""",
    """CREATE TABLE strangers (
        key TEXT PRIMARY KEY, at TEXT NOT NULL, answers INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX strangers_by_time ON strangers (at)",
)

REQUEST_LETTER = (
    # Number and date of the letter by which the data of a period were asked for; empty: none was named.
    "ALTER TABLE periods ADD COLUMN letter_number TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE periods ADD COLUMN letter_date TEXT NOT NULL DEFAULT ''",
)

LANGUAGES = (
    # Since when a person's language is one that was chosen; before, it is only what the phone was set to.
    "ALTER TABLE persons ADD COLUMN language_chosen_at TEXT",
)

SETTING_UP = (
    # A roster of 20,000 offices asks for the names and the open links of each.
    "CREATE INDEX aliases_by_unit ON aliases (unit_id) WHERE unit_id IS NOT NULL",
    """CREATE INDEX invitations_open_by_unit ON invitations (unit_id)
        WHERE used_at IS NULL AND revoked_at IS NULL""",
    "CREATE INDEX invitations_by_used_seat ON invitations (used_seat) WHERE used_seat IS NOT NULL",
)
