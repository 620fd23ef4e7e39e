"""Copying row by row: what a copy may not hold (``models.privacy``) is not written for a moment.

A process that is killed in the midst of it leaves nothing behind that a copy would not hold.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from models import privacy
from models.store.codec import without_words

_STAYS = privacy.columns(copied=True)
_GOES = privacy.columns(copied=False)
_TABLES = "SELECT name FROM {}.sqlite_master WHERE type = 'table'"
# First what the rows go into: an index that is made afterwards reads all of them again, and sorts
# them in memory. Last, when the rows are there, what would work on each of them.
_MADE = """SELECT sql FROM present.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
    AND (type = 'trigger') = ? ORDER BY type DESC, rowid"""
_COUNTER = "sqlite_sequence"  # numbers of letters that are gone are not given again


def fill(writer: sqlite3.Connection, source: Path) -> None:
    """Write the tables of ``source``, of whatever version, into an empty file, as of one moment."""
    writer.create_function("without_words", 1, without_words, deterministic=True)
    # A row that breaks a rule is copied as it is: whoever examines the copy finds it.
    writer.execute("PRAGMA foreign_keys=OFF")
    writer.execute("PRAGMA ignore_check_constraints=ON")
    writer.execute("ATTACH ? AS present", (f"file:{quote(str(source.absolute()))}?mode=ro",))
    writer.execute("BEGIN")
    for (sql,) in writer.execute(_MADE, (False,)).fetchall():
        writer.execute(sql)
    for (table,) in writer.execute(_TABLES.format("present")).fetchall():
        if _is_copied(table):
            columns = _columns(writer, table)
            shown = ", ".join(_shown(table, column) for column in columns)
            writer.execute(
                f'INSERT INTO main."{table}" ({", ".join(columns)})'
                f' SELECT {shown} FROM present."{table}"'
            )
    for (sql,) in writer.execute(_MADE, (True,)).fetchall():
        writer.execute(sql)
    writer.execute("COMMIT")
    writer.execute("DETACH present")


def strip(db: sqlite3.Connection) -> None:
    """Take out of a copy that an earlier version made what would not be copied today.

    A copy that holds nothing of it is not written to.
    """
    db.create_function("without_words", 1, without_words, deterministic=True)
    for (table,) in db.execute(_TABLES.format("main")).fetchall():
        if not _is_copied(table):
            db.execute(f'DELETE FROM "{table}" WHERE TRUE')  # without it, an empty one is written
            continue
        shown = {
            column: _shown(table, column)
            for column in _columns(db, table)
            if f"{table}.{column}" in _GOES
        }
        if shown:
            changes = ", ".join(f"{column} = {value}" for column, value in shown.items())
            differs = " OR ".join(f"{column} IS NOT {value}" for column, value in shown.items())
            db.execute(f'UPDATE "{table}" SET {changes} WHERE {differs}')


def _is_copied(table: str) -> bool:
    if table.startswith("sqlite_"):
        return table == _COUNTER
    kept, gone = ({name.partition(".")[0] for name in names} for names in (_STAYS, _GOES))
    return table in kept or table not in gone


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[0] for row in db.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _shown(table: str, column: str) -> str:
    """What is copied of a column: of one that goes and stays, all but words of the post."""
    name = f"{table}.{column}"
    if name not in _GOES:
        return column
    return f"without_words({column})" if name in _STAYS else "NULL"
