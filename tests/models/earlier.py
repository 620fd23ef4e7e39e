"""Databases as earlier versions left them: made by the migrations of their time, filled by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from models.store.schema import migrations

TEXT = "Khuvuonbimat"
NAMES = [one.name for one in migrations.pending(Database(memory=True, execute_plugins=False))]

_PART = f'[["5",{{"text":"{TEXT}","links":["https://baochinhphu.vn/5"]}}]]'
_VERDICT = (
    '{"confidence":0.8,"draft":false,"findings":[{"advice":"","cite":"Điều 4","evidence":'
    f'"{TEXT}","level":null,"reason":"Có nguồn","rule":"qd874.4.4","status":"pass"}}],"flags":{{}},'
    '"keep_text":true,"level":"share","model":"m","packs":[],"question":null,"source":'
    '{"host":null,"lookalike_of":null,"name":null,"suspicion":null,"tier":"T1","trusted_as":null},'
    '"successor_note":false,"tone":"positive","tone_p":{"positive":0.8},"warning":false}'
)
_WHEN = "2026-11-16T01:00:00.000000+00:00"

# What the first release kept: a unit with a group, a shared post, one that was undone, a letter.
FIRST = f"""
INSERT INTO units (id, name, code, created_at) VALUES (1, 'Tỉnh Thử', 'MA-THU', '{_WHEN}');
INSERT INTO groups (id, unit_id, platform, chat, joined_at)
    VALUES (1, 1, 'telegram', '-1', '{_WHEN}');
INSERT INTO aliases VALUES ('telegram', '-1', 1);
INSERT INTO members VALUES ('telegram', '7', 1, '{_WHEN}');
INSERT INTO posts (id, group_id, fingerprint) VALUES (1, 1, 'mark'), (2, 1, 'other');
INSERT INTO reviews (id, group_id, key, post_id, verdict, reference, parts, level, tone, sender,
        title, link, created_at, updated_at) VALUES
    (11, 1, '5', 1, '{_VERDICT}', 'CT-AAAAAA', '{_PART}', 'share', 'positive', 'sender-hash',
        '{TEXT}', 'https://baochinhphu.vn/5', '{_WHEN}', '{_WHEN}'),
    (12, 1, '6', 2, '{_VERDICT}', 'CT-BBBBBB', '{_PART}', 'share', 'positive', NULL,
        NULL, NULL, '{_WHEN}', '{_WHEN}');
INSERT INTO ledger (post_id, seq, delta, group_id, tone, day, shared_at, recorded_at, reason) VALUES
    (1, 1, 1, 1, 'positive', '2026-11-16', '{_WHEN}', '{_WHEN}', 'share'),
    (2, 1, 1, 1, 'positive', '2026-11-16', '{_WHEN}', '{_WHEN}', 'share'),
    (2, 2, -1, 1, 'positive', '2026-11-16', '{_WHEN}', '{_WHEN}', 'undo');
INSERT INTO disputes (review_id, tone, at) VALUES (11, 'negative', '{_WHEN}');
INSERT INTO share_answers VALUES (1, 'qd874.5.1', 1, '{_WHEN}');
INSERT INTO nudges (group_id, kind, week, state, at)
    VALUES (1, 'weekly', '2026-W47', 'sent', '{_WHEN}');
INSERT INTO outgoing (key, platform, chat, text, kind, review_id)
    VALUES ('answer:5', 'telegram', '-1', '{TEXT}', 'answer', 11);
INSERT INTO day_keys VALUES ('2026-11-16', X'{"ab" * 32}');
"""


def make(path: Path, version: str) -> None:
    """A file that was made by the first release and upgraded to ``version``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    database = Database(connection, execute_plugins=False)
    _up_to(database, 1)
    connection.executescript(FIRST)
    _up_to(database, NAMES.index(version) + 1)
    connection.close()


def _up_to(database: Database, count: int) -> None:
    migrations.apply(database, stop_before=NAMES[count : count + 1])


def schema(path: Path) -> set[str]:
    """Every table, index and trigger of a file."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {row[0] for row in found}
