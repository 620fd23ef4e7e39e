"""Putting a copy in the place of the database: proved first, then swapped in one step."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.errors import NewerDatabase, StoreUnavailable, UserError
from models.store import backups, checkup, files, opening
from models.store.connect import code_of, connect, trouble

_BUSY_MS = 1000
_UNREADABLE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}

# This week's nudge is not sent again because the copy does not know of it. A group is known by any
# chat id it had: it may have moved since.
_NUDGES = """INSERT OR REPLACE INTO nudges (group_id, kind, week, state, at, reason, message)
    SELECT mine.group_id, n.kind, n.week, n.state, n.at, n.reason, n.message
    FROM present.nudges n JOIN present.aliases theirs ON theirs.group_id = n.group_id
    JOIN aliases mine ON mine.platform = theirs.platform AND mine.chat = theirs.chat"""


def restore(source: Path, path: Path) -> Path | None:
    """Let the copy ``source`` be the database ``path``; where the present one was put, if any.

    The present one is copied aside as an automatic backup; one that cannot be read is kept as it
    is. At any moment, a crash included, ``path`` is the old database or the new one, whole.

    Raises ``UserError`` "not_a_file", "same_file", "not_a_database", "damaged_backup" (truncated,
    or an invariant broken), "store_in_use"; ``NewerDatabase``, also for the present one;
    ``StoreUnavailable`` "restore_failed".
    """
    _look(source, path)
    draft = path.with_name(path.name + files.PART)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.remove(draft)
        _prove(source, draft)
        with _alone(path) as sound:
            if sound:
                _carry_nudges(path, draft)
            aside = _aside(path, sound=sound)
            os.replace(draft, path)
            files.settle(path.parent)
    except (OSError, sqlite3.Error, StoreUnavailable) as error:
        reason = trouble(error)
        raise StoreUnavailable("restore_failed", path=str(path), reason=reason) from error
    finally:
        files.remove(draft)
    return aside


def _look(source: Path, path: Path) -> None:
    """Refuse what is no file, before anything is written."""
    try:
        with source.open("rb") as file:
            empty = not file.read(1)
        same = path.exists() and source.samefile(path)
    except OSError as error:
        raise UserError("not_a_file", path=str(source)) from error
    if empty:
        raise UserError("not_a_database", path=str(source))
    if same:
        raise UserError("same_file", path=str(source))


def _prove(source: Path, draft: Path) -> None:
    """Copy the source, upgrade it and examine it whole."""
    try:
        connection = connect(source, read_only=True)
        try:
            opening.check(connection, source)
            _sound(connection, source)
        finally:
            connection.close()
        backups.take(source, draft)
    except sqlite3.Error as error:
        if code_of(error) == sqlite3.SQLITE_NOTADB:
            raise UserError("not_a_database", path=str(source)) from error
        if code_of(error) == sqlite3.SQLITE_CORRUPT:
            raise _damaged(source, str(error)) from error
        raise
    connection = connect(draft)
    try:
        opening.upgrade(connection)
        for problem in checkup.examine(connection).problems:
            raise _damaged(source, problem)
    finally:
        connection.close()


def _sound(connection: sqlite3.Connection, source: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise _damaged(source, found)


def _damaged(source: Path, reason: str) -> UserError:
    return UserError("damaged_backup", path=str(source), reason=reason)


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold the present database while nobody else has it open; whether it can be read.

    Raises UserError "store_in_use".
    """
    if not path.exists() or path.stat().st_size == 0:
        yield False
        return
    connection = _reached(path)
    try:
        yield connection is not None and _taken(connection, path)
    finally:
        if connection is not None:
            connection.close()


def _reached(path: Path) -> sqlite3.Connection | None:
    try:
        return connect(path)
    except sqlite3.Error as error:
        if code_of(error) in _UNREADABLE:
            return None
        raise


def _taken(connection: sqlite3.Connection, path: Path) -> bool:
    """Leaving the log's mode needs the file for oneself, and puts all of the log into the file."""
    try:
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN IMMEDIATE")
        opening.check(connection, path)
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        if code_of(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise UserError("store_in_use", path=str(path)) from error
        if code_of(error) in _UNREADABLE:
            return False
        raise
    except NewerDatabase:
        raise
    except UserError:  # a foreign file is put aside as it is
        return False


def _carry_nudges(path: Path, draft: Path) -> None:
    connection = connect(draft)
    try:
        connection.execute("ATTACH ? AS present", (str(path),))
        connection.execute(_NUDGES)
        connection.execute("DETACH present")
    finally:
        connection.close()


def _aside(path: Path, *, sound: bool) -> Path | None:
    if not path.exists():
        return None
    if sound:
        return backups.keep(path)
    aside = files.place(path, files.BROKEN)
    try:
        os.link(path, aside)
    except OSError:  # the disk knows no second name for a file
        shutil.copy2(path, aside)
    for old, new in zip(files.with_logs(path)[1:], files.with_logs(aside)[1:], strict=True):
        if old.exists():
            old.replace(new)
    files.prune(path)
    return aside
