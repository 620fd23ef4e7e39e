"""Is the database sound? Every invariant that SQLite itself, or a sum, can tell."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from models.ledger import Health
from models.store.schema import migrations

# Problem code: a query that finds rows only where the rule is broken.
_RULES = {
    "foreign_key_check": "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
    "tallies_differ": """SELECT 1 FROM (
            SELECT group_id, day, tone, SUM(delta) AS n FROM ledger GROUP BY 1, 2, 3
            UNION ALL SELECT group_id, day, tone, -n FROM tallies)
        GROUP BY group_id, day, tone HAVING SUM(n) <> 0 LIMIT 1""",
    "share_counted_twice": """SELECT 1 FROM ledger GROUP BY post_id
        HAVING SUM(delta) NOT IN (0, 1) OR COUNT(*) <> MAX(seq) LIMIT 1""",
    "orphan_lines": """SELECT 1 FROM ledger l LEFT JOIN posts p ON p.id = l.post_id
        LEFT JOIN groups g ON g.id = l.group_id
        WHERE p.group_id IS NOT l.group_id OR g.id IS NULL LIMIT 1""",
    "reversal_differs": """SELECT 1 FROM ledger l LEFT JOIN ledger s
        ON s.post_id = l.post_id AND s.seq = l.seq - 1
        WHERE l.delta = -1 AND (s.tone IS NOT l.tone OR s.day IS NOT l.day
            OR s.shared_at IS NOT l.shared_at) LIMIT 1""",
    "share_without_review": """SELECT 1 FROM ledger l WHERE l.seq % 2 = 1
        AND NOT EXISTS (SELECT 1 FROM ledger n WHERE n.post_id = l.post_id AND n.seq = l.seq + 1)
        AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.post_id = l.post_id) LIMIT 1""",
    "trace_without_signature": """SELECT 1 FROM traces t
        WHERE NOT EXISTS (SELECT 1 FROM signatures s WHERE s.post_id = t.post_id) LIMIT 1""",
}

_COUNTS = {
    "units": "SELECT COUNT(*) FROM units",
    "groups": "SELECT COUNT(*) FROM groups WHERE unit_id IS NOT NULL",
    "reviews": "SELECT COUNT(*) FROM reviews",
    "shares": "SELECT COALESCE(SUM(n), 0) FROM tallies",
    "outgoing": "SELECT COUNT(*) FROM outgoing",
    "outcome_unknown": "SELECT COUNT(*) FROM nudges WHERE state = 'outcome_unknown'",
}


def _as_made() -> Database:
    made = Database(memory=True, execute_plugins=False)
    migrations.apply(made)
    return made


def _schema(database: Database) -> set[str]:
    """Every table, index and trigger, as it was written."""
    sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    return {str(row[0]) for row in database.execute(sql).fetchall()}


def examine(connection: sqlite3.Connection) -> Health:
    """Every invariant, and how much there is. Reads the whole file."""
    database = Database(connection, execute_plugins=False)
    if next(iter(database.query("PRAGMA integrity_check(1)")))["integrity_check"] != "ok":
        return Health(("integrity_check",))
    made = _as_made()
    if set(made.table_names()) - set(database.table_names()):
        return Health(("schema_differs",))
    changed = ("schema_differs",) * (_schema(database) != _schema(made))
    problems = changed + tuple(code for code, sql in _RULES.items() if list(database.query(sql)))
    counts = {name: int(database.execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}
    return Health(problems, counts)
