"""The tables, what each column means, and the migrations that made them (never edited afterwards).

Times are ISO 8601 in UTC with microseconds, so that they sort as text; days are local ISO dates.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("can_tin")

_REGISTRY = (
    """CREATE TABLE units (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        parent INTEGER REFERENCES units(id),   -- the unit above; NULL for a province
        code TEXT NOT NULL UNIQUE,             -- joins groups and private chats; cannot be guessed
        basis TEXT,                            -- the letter named as căn cứ
        contact TEXT,                          -- "platform:chat" of the person in charge
        gives INTEGER NOT NULL DEFAULT 1,      -- lends its cleared posts to other units' nudges
        gets INTEGER NOT NULL DEFAULT 1,       -- is shown other units' cleared posts
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE groups (
        id INTEGER PRIMARY KEY,                -- our own steady id
        unit_id INTEGER REFERENCES units(id),  -- NULL once merged into another group
        platform TEXT NOT NULL,                -- the present alias: where letters go
        chat TEXT NOT NULL,
        thread TEXT,                           -- the topic in which it was joined
        active INTEGER NOT NULL DEFAULT 1,     -- 0 after the bot was removed
        settings TEXT NOT NULL DEFAULT '{}',   -- JSON of GroupSettings
        joined_at TEXT NOT NULL                -- since when it is active
    ) STRICT""",
    """CREATE TABLE aliases (
        platform TEXT NOT NULL,
        chat TEXT NOT NULL,                    -- a chat id the group has or had
        group_id INTEGER NOT NULL REFERENCES groups(id),
        PRIMARY KEY (platform, chat)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE members (
        platform TEXT NOT NULL,
        chat TEXT NOT NULL,                    -- a private chat that holds a unit's code
        unit_id INTEGER NOT NULL REFERENCES units(id),
        joined_at TEXT NOT NULL,
        PRIMARY KEY (platform, chat)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE waiting (
        platform TEXT NOT NULL,
        chat TEXT NOT NULL,                    -- a group without a code, left after a day
        since TEXT NOT NULL,
        PRIMARY KEY (platform, chat)
    ) STRICT, WITHOUT ROWID""",
)

_REVIEWS = (
    """CREATE TABLE posts (
        id INTEGER PRIMARY KEY,
        group_id INTEGER NOT NULL REFERENCES groups(id),
        fingerprint TEXT,                      -- what makes two messages one post; NULL: removed
        person_tone TEXT,                      -- the tone a person set for this text
        UNIQUE (group_id, fingerprint)
    ) STRICT""",
    """CREATE TABLE reviews (
        id INTEGER PRIMARY KEY,
        group_id INTEGER NOT NULL REFERENCES groups(id),
        key TEXT NOT NULL,                     -- names the message in its chat
        post_id INTEGER NOT NULL REFERENCES posts(id),
        verdict TEXT NOT NULL,                 -- JSON of Verdict without its reference
        reference TEXT NOT NULL DEFAULT '',    -- the number that a person can quote
        parts TEXT,                            -- JSON of the messages; NULL once emptied
        level TEXT NOT NULL,                   -- the verdict's level and tone, to search by
        tone TEXT NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,    -- grows when the message or the verdict changes
        answer TEXT,                           -- the id of our answering message
        sender TEXT,                           -- keyed hash of who handed it over; lives 7 days
        declined INTEGER NOT NULL DEFAULT 0,   -- 1: "Không chia sẻ" was pressed
        title TEXT,                            -- what another group may be shown of a cleared post
        link TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        UNIQUE (group_id, key)
    ) STRICT""",
    "CREATE INDEX reviews_post ON reviews(post_id)",
    "CREATE INDEX reviews_answer ON reviews(group_id, answer) WHERE answer IS NOT NULL",
    "CREATE INDEX reviews_sender ON reviews(sender) WHERE sender IS NOT NULL",
    "CREATE INDEX reviews_texts ON reviews(created_at) WHERE parts IS NOT NULL",
    "CREATE INDEX reviews_cleared ON reviews(created_at) WHERE link IS NOT NULL",
    """CREATE TABLE disputes (
        id INTEGER PRIMARY KEY,
        review_id INTEGER NOT NULL REFERENCES reviews(id) ON DELETE CASCADE,
        tone TEXT NOT NULL,                    -- the tone that somebody holds to be right
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX disputes_review ON disputes(review_id)",
    """CREATE TABLE share_answers (
        post_id INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE,
        rule TEXT NOT NULL,                    -- the question asked when the post was shared
        yes INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (post_id, rule)
    ) STRICT, WITHOUT ROWID""",
)

# The ledger refers to posts, not to reviews: a refused review can be deleted whole while the lines
# stay. Odd lines of a post add, even lines take back: no post can count twice.
_LEDGER = (
    """CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        post_id INTEGER NOT NULL REFERENCES posts(id),
        seq INTEGER NOT NULL,                  -- 1, 2, 3... within the post
        delta INTEGER NOT NULL CHECK (delta = CASE seq % 2 WHEN 1 THEN 1 ELSE -1 END),
        group_id INTEGER NOT NULL REFERENCES groups(id),
        tone TEXT NOT NULL CHECK (tone IN ('positive', 'neutral', 'negative', 'unclear')),
        day TEXT NOT NULL,                     -- the local day of the share, as in its reversal
        shared_at TEXT NOT NULL,               -- when it was shared, as in its reversal
        recorded_at TEXT NOT NULL,             -- when this line was written
        reason TEXT NOT NULL
            CHECK (reason IN ('share', 'undo', 'relabel', 'refused', 'edited', 'moved')),
        UNIQUE (post_id, seq)
    ) STRICT""",
    """CREATE TRIGGER ledger_order BEFORE INSERT ON ledger
        WHEN NEW.seq <> 1 + COALESCE(
            (SELECT seq FROM ledger WHERE post_id = NEW.post_id ORDER BY seq DESC LIMIT 1), 0)
        BEGIN SELECT RAISE(ABORT, 'the ledger skips no line'); END""",
    """CREATE TRIGGER ledger_reversal BEFORE INSERT ON ledger
        WHEN NEW.delta = -1 AND NOT EXISTS (
            SELECT 1 FROM ledger WHERE post_id = NEW.post_id AND seq = NEW.seq - 1
            AND tone = NEW.tone AND day = NEW.day AND shared_at = NEW.shared_at)
        BEGIN SELECT RAISE(ABORT, 'a reversal mirrors its share'); END""",
    """CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TABLE tallies (
        group_id INTEGER NOT NULL,
        day TEXT NOT NULL,
        tone TEXT NOT NULL,
        n INTEGER NOT NULL CHECK (n >= 0),     -- standing shares: the sum of the ledger's deltas
        PRIMARY KEY (group_id, day, tone)
    ) STRICT, WITHOUT ROWID""",
    # The zero first: an upsert checks the inserted row, and -1 alone would break the CHECK.
    """CREATE TRIGGER ledger_tally AFTER INSERT ON ledger BEGIN
        INSERT OR IGNORE INTO tallies VALUES (NEW.group_id, NEW.day, NEW.tone, 0);
        UPDATE tallies SET n = n + NEW.delta
            WHERE group_id = NEW.group_id AND day = NEW.day AND tone = NEW.tone;
        END""",
)

_LETTERS = (
    """CREATE TABLE nudges (
        group_id INTEGER NOT NULL REFERENCES groups(id),
        kind TEXT NOT NULL,
        week TEXT NOT NULL,                    -- ISO week, "2026-W47"
        state TEXT NOT NULL
            CHECK (state IN ('claimed', 'sent', 'skipped', 'refused', 'outcome_unknown')),
        at TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        message TEXT,                          -- the id of the message sent
        PRIMARY KEY (group_id, kind, week)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX nudges_at ON nudges(at)",
    """CREATE TABLE outgoing (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: a replaced letter is another one
        key TEXT NOT NULL UNIQUE,              -- one waiting letter for each natural key
        platform TEXT NOT NULL,
        chat TEXT NOT NULL,
        text TEXT NOT NULL,
        kind TEXT NOT NULL,
        thread TEXT,
        reply_to TEXT,
        edit_of TEXT,
        choices TEXT NOT NULL DEFAULT '[]',    -- JSON rows of buttons
        picture BLOB,
        review_id INTEGER,                     -- whose answer it is; the review may be gone by now
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT
    ) STRICT""",
    "CREATE INDEX outgoing_chat ON outgoing(platform, chat)",
    "CREATE INDEX outgoing_review ON outgoing(review_id) WHERE review_id IS NOT NULL",
    """CREATE TABLE day_keys (
        day TEXT PRIMARY KEY,
        key BLOB NOT NULL                      -- senders of that day are hashed under it
    ) STRICT, WITHOUT ROWID""",
)


@migrations()
def m001_initial(db: Database) -> None:
    """Everything of the first release."""
    for statement in (*_REGISTRY, *_REVIEWS, *_LEDGER, *_LETTERS):
        db.execute(statement)


_SIGNATURES = (
    """CREATE TABLE signatures (
        post_id INTEGER PRIMARY KEY REFERENCES posts(id),
        facts INTEGER NOT NULL,                -- keyed hash of the post's numbers and denials
        size INTEGER NOT NULL,                 -- how many different pairs of syllables it has
        pairs BLOB NOT NULL,                   -- the smallest of their keyed hashes, 4 bytes each
        traces BLOB NOT NULL                   -- this post's values in the table traces
    ) STRICT""",
    # No reference to posts: SQLite would look for a post's rows by scanning. Signatures hold them.
    """CREATE TABLE traces (
        value INTEGER NOT NULL,                -- keyed hash by which a post like it is found
        post_id INTEGER NOT NULL,
        PRIMARY KEY (value, post_id)
    ) STRICT, WITHOUT ROWID""",
    "DROP INDEX reviews_post",
    "CREATE INDEX reviews_post ON reviews(post_id, created_at)",  # the latest review of a post
)


@migrations()
def m002_signatures(db: Database) -> None:
    """What tells that a post was seen before."""
    for statement in _SIGNATURES:
        db.execute(statement)


_TOLD = """CREATE TABLE told (
        mark TEXT PRIMARY KEY,                 -- keyed hash of what was said, and to whom
        who TEXT NOT NULL,                     -- keyed hash of the chat, as in reviews.sender
        day TEXT NOT NULL,                     -- whose key hashed them
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID"""


@migrations()
def m003_told(db: Database) -> None:
    """What is said once, however often the bot starts."""
    db.execute(_TOLD)
    db.execute("CREATE INDEX told_who ON told(who)")


_ANSWERED = """CREATE TABLE answered (
        mark TEXT PRIMARY KEY,                 -- keyed hash of what was answered for good
        at TEXT NOT NULL                       -- when the answer was taken; kept for two days
    ) STRICT, WITHOUT ROWID"""


@migrations()
def m004_answered(db: Database) -> None:
    """An update that comes again after a crash is not answered twice; late letters say so."""
    db.execute(_ANSWERED)
    db.execute("ALTER TABLE outgoing ADD COLUMN once TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE outgoing ADD COLUMN asked_at TEXT")
    db.execute("ALTER TABLE outgoing DROP COLUMN attempts")


@migrations()
def m005_quoting(db: Database) -> None:
    """A waiting letter goes with the words that it quotes, and with whoever had it written."""
    db.execute("ALTER TABLE outgoing ADD COLUMN quotes INTEGER")  # a review, as review_id
    db.execute("ALTER TABLE outgoing ADD COLUMN who TEXT")  # keyed hash of a chat, as in told
    db.execute("CREATE INDEX outgoing_quotes ON outgoing(quotes) WHERE quotes IS NOT NULL")


# As codec.without_words does since: of texts that are deleted, or were never kept.
_NAMED = """UPDATE reviews
    SET verdict = json_set(
        verdict, '$.source.host', NULL, '$.source.name', NULL, '$.source.suspicion', NULL)
    WHERE (parts IS NULL OR NOT json_extract(verdict, '$.keep_text'))
        AND json_extract(verdict, '$.source.tier') = 'T4'
        AND COALESCE(json_extract(verdict, '$.source.trusted_as'), '') = ''"""


@migrations()
def m006_unknown_sources(db: Database) -> None:
    """Host and name of a source that nobody knows go, from what was emptied before, too."""
    db.execute(_NAMED)


_NEWBORN = Database(memory=True, execute_plugins=False)
KNOWN = frozenset(one.name for one in migrations.pending(_NEWBORN))
