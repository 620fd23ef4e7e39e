"""Is the database sound? And a consistent copy of it while it is in use."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from models.errors import UserError
from models.ledger import Health
from models.store.connect import connect, translate

# Problem code: a query that finds rows only where the rule is broken.
_RULES = {
    "foreign_key_check": "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
    "tallies_differ": """SELECT 1 FROM (
            SELECT group_id, day, tone, SUM(delta) AS n FROM ledger GROUP BY 1, 2, 3
            UNION ALL SELECT group_id, day, tone, -n FROM tallies)
        GROUP BY group_id, day, tone HAVING SUM(n) <> 0 LIMIT 1""",
    "share_counted_twice": """SELECT 1 FROM ledger GROUP BY post_id
        HAVING SUM(delta) NOT IN (0, 1) OR COUNT(*) <> MAX(seq) LIMIT 1""",
    "share_without_review": """SELECT 1 FROM ledger l WHERE l.seq % 2 = 1
        AND NOT EXISTS (SELECT 1 FROM ledger n WHERE n.post_id = l.post_id AND n.seq = l.seq + 1)
        AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.post_id = l.post_id) LIMIT 1""",
}

_COUNTS = {
    "units": "SELECT COUNT(*) FROM units",
    "groups": "SELECT COUNT(*) FROM groups WHERE unit_id IS NOT NULL",
    "reviews": "SELECT COUNT(*) FROM reviews",
    "shares": "SELECT COALESCE(SUM(n), 0) FROM tallies",
    "outgoing": "SELECT COUNT(*) FROM outgoing",
    "outcome_unknown": "SELECT COUNT(*) FROM nudges WHERE state = 'outcome_unknown'",
}


def examine(connection: sqlite3.Connection) -> Health:
    """Every invariant, and how much there is. Reads the whole file."""
    database = Database(connection, execute_plugins=False)
    if next(iter(database.query("PRAGMA integrity_check(1)")))["integrity_check"] != "ok":
        return Health(("integrity_check",))
    problems = tuple(code for code, sql in _RULES.items() if list(database.query(sql)))
    counts = {name: int(database.execute(sql).fetchone()[0]) for name, sql in _COUNTS.items()}
    return Health(problems, counts)


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy, one file without a log, that appears only when it is complete.

    Raises ``UserError`` "backup_exists", or "backup_failed" with the system's reason.
    """
    if target.exists():
        raise UserError("backup_exists", path=str(target))
    draft = target.with_name(target.name + ".part")
    try:
        draft.unlink(missing_ok=True)
        _copy(source, draft)
        draft.rename(target)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        told = translate(error)
        if told is not error:
            raise told from error
        raise UserError("backup_failed", path=str(target), reason=str(error)) from error


def _copy(source: Path, draft: Path) -> None:
    draft.touch(mode=0o600)
    reader = connect(source, read_only=True)
    try:
        writer = sqlite3.connect(draft)
        try:
            reader.backup(writer)
            writer.execute("PRAGMA journal_mode=DELETE")
        finally:
            writer.close()
    finally:
        reader.close()
