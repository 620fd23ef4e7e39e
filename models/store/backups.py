"""Copies of the database: consistent while it is in use, and without what must not outlive it.

A copy holds no text, no hash or key of a person and no waiting letter (``models.privacy`` says
which), not even for a moment, so that nothing deleted later lives on in it, in what a killed
process left of it, or comes back with it. Automatic copies lie in
``backups/`` beside the database, named by date and version; the newest are kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from models.errors import StoreUnavailable, UserError
from models.store import files
from models.store.connect import code_of, connect, translate, trouble
from models.store.copying import fill
from models.store.schema import migrations

_PASSES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy, one file without a log, that appears only when it is complete.

    Raises ``UserError`` "backup_exists", ``StoreUnavailable`` "backup_failed".
    """
    if target.exists():
        raise UserError("backup_exists", path=str(target))
    draft = target.with_name(target.name + files.PART)
    try:
        files.remove(draft)
        take(source, draft)
        draft.rename(target)
        files.settle(target.parent)
    except (OSError, sqlite3.Error) as error:
        files.remove(draft)
        reason = trouble(error)
        raise StoreUnavailable("backup_failed", path=str(target), reason=reason) from error


def take(source: Path, draft: Path) -> None:
    """Copy what is committed, and may be copied, into a new file of our own."""
    draft.touch(mode=0o600)
    writer = connect(draft)
    try:
        writer.execute("PRAGMA journal_mode=OFF")  # a draft that fails is thrown away
        fill(writer, source)
    finally:
        writer.close()


def keep(path: Path) -> Path:
    """Make an automatic copy and let the oldest go; raises as ``copy`` does."""
    target = files.place(path, version(path))
    copy(path, target)
    files.prune(path)
    return target


def version(path: Path) -> str:
    """The latest migration of a file, "m003"."""
    connection = connect(path, read_only=True)
    try:
        applied = migrations.applied(Database(connection, execute_plugins=False))
        return max((one.name for one in applied), default="m000").partition("_")[0]
    finally:
        connection.close()


def strike(path: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    """Delete something in every automatic copy too; a copy that cannot be changed goes whole.

    Where waiting helps, ``StoreUnavailable`` is raised and the copy stays: to be called before
    anything is deleted elsewhere, by what is tried again then (an update comes again).
    """
    for file in files.automatic(path):
        try:
            _struck(file, work)
        except sqlite3.Error as error:
            if code_of(error) in _PASSES:
                raise translate(error) from error
            files.remove(file)


def _struck(file: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    connection = connect(file)
    try:
        connection.execute("BEGIN IMMEDIATE")
        work(connection)
        connection.execute("COMMIT")
    finally:
        connection.close()
