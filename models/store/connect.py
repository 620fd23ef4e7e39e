"""Opening the database: pragmas, migrations, and SQLite's errors in our own words."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from models.errors import NewerDatabase, StoreUnavailable, UserError
from models.store.schema import KNOWN, migrations

BUSY_SECONDS = 10.0

_REASONS = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_IOERR: "damaged",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_CANTOPEN: "damaged",
}


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code, or 0 for an error that the binding made up."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def translate(error: BaseException) -> BaseException:
    """What a caller is told: ``StoreUnavailable`` for a disk's troubles, the error itself else."""
    reason = _REASONS.get(code_of(error)) if isinstance(error, sqlite3.Error) else None
    if reason is None:
        return error
    told = StoreUnavailable("store_unavailable", reason=reason)
    told.__cause__ = error
    return told


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode, to be guarded by its owner; transactions are explicit."""
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=MEMORY")
    if not read_only:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA synchronous=FULL")
    return connection


def prepare(path: Path) -> sqlite3.Connection:
    """Open the file for writing with its schema up to date.

    Raises ``UserError`` "not_a_database" for a foreign file, ``NewerDatabase`` for one that a later
    version wrote, ``StoreUnavailable`` when the disk does not allow it.
    """
    new = not path.exists()
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        raise _opening(error, path) from error
    try:
        if new:
            path.chmod(0o600)
        _migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise _opening(error, path) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _opening(error: sqlite3.Error, path: Path) -> BaseException:
    if code_of(error) == sqlite3.SQLITE_NOTADB:
        return UserError("not_a_database", path=str(path))
    return translate(error)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    database = Database(connection, execute_plugins=False)
    _check(database, path)
    connection.execute("PRAGMA journal_mode=WAL")
    if not migrations.pending(database):
        return
    connection.execute("BEGIN IMMEDIATE")  # two processes may start at once: one migrates
    try:
        migrations.apply(database)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _check(database: Database, path: Path) -> None:
    applied = {migration.name for migration in migrations.applied(database)}
    if database.table_names() and not applied:
        raise UserError("not_a_database", path=str(path))
    if applied - KNOWN:
        raise NewerDatabase("newer_database", path=str(path))
