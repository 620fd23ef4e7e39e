"""Opening the file: made whole or upgraded, with a backup before; never a foreign or newer one."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path

from sqlite_utils import Database

from models.errors import NewerDatabase, StoreUnavailable, UserError
from models.store import backups, files
from models.store.connect import code_of, connect, translate, trouble
from models.store.copying import strip
from models.store.schema import KNOWN, migrations


def prepare(path: Path) -> sqlite3.Connection:
    """Open the file for writing with its schema up to date; make it when there is none.

    Raises ``UserError`` "not_a_database" for a foreign file and "empty_database" for one that lost
    everything, ``NewerDatabase`` for one that a later version wrote, ``StoreUnavailable`` when the
    disk does not allow it.
    """
    try:
        _make_sure(path)
        return _open(path)
    except OSError as error:
        raise StoreUnavailable("store_unavailable", reason=trouble(error)) from error
    except sqlite3.Error as error:
        raise _told(error, path) from error


def _told(error: sqlite3.Error, path: Path) -> BaseException:
    """What is told of a file that SQLite cannot open or read."""
    if code_of(error) == sqlite3.SQLITE_NOTADB:
        return UserError("not_a_database", path=str(path))
    if code_of(error) == sqlite3.SQLITE_CANTOPEN:  # SQLite does not say why
        try:
            tempfile.TemporaryFile(dir=path.parent).close()
        except OSError as why:
            return StoreUnavailable("store_unavailable", reason=trouble(why))
    return translate(error)


def _make_sure(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise UserError("not_a_database", path=str(path))
    if not path.exists():
        _create(path)
    elif path.stat().st_size == 0:
        raise UserError("empty_database", path=str(path))


def _create(path: Path) -> None:
    """Make the file beside its place and put it there whole, unless somebody was faster."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        connection = connect(draft)
        try:
            upgrade(connection)
        finally:
            connection.close()
        _put(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _put(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except OSError:  # there is one now, or the disk knows no second name for a file
        if not path.exists():
            draft.rename(path)
    files.settle(path.parent)


def _open(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    try:
        check(connection, path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")  # two processes may start at once: one migrates
        try:
            connection.execute("PRAGMA user_version=0")  # a file that is read-only says so here
            files.drop_drafts(path)
            if migrations.pending(Database(connection, execute_plugins=False)):
                backups.strike(path, strip)  # earlier ones too hold only what is copied today
                backups.keep(path)
                upgrade(connection)
                connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    except BaseException:
        connection.close()
        raise
    return connection


def upgrade(connection: sqlite3.Connection) -> None:
    """Apply what migrations are missing."""
    migrations.apply(Database(connection, execute_plugins=False))


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not ours, or not yet. Raises as ``prepare`` does."""
    database = Database(connection, execute_plugins=False)
    applied = {migration.name for migration in migrations.applied(database)}
    if not applied:
        raise UserError("not_a_database", path=str(path))
    if applied - KNOWN:
        raise NewerDatabase("newer_database", path=str(path))
