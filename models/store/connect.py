"""Connections to the database: pragmas, and SQLite's errors in our own words."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from urllib.parse import quote

from models.errors import StoreUnavailable

BUSY_SECONDS = 10.0

_REASONS = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_IOERR: "disk",
    sqlite3.SQLITE_CANTOPEN: "closed",
    sqlite3.SQLITE_PERM: "closed",
}


_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EACCES: "closed",
    errno.EPERM: "closed",
    errno.ENOENT: "no_folder",
    errno.ENOTDIR: "no_folder",
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


def trouble(error: sqlite3.Error | OSError | StoreUnavailable) -> str:
    """Why a file cannot be read or written, as the facts of ``StoreUnavailable`` name it."""
    if isinstance(error, StoreUnavailable):
        return str(error.facts["reason"])
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, "disk")
    return _REASONS.get(code_of(error), "damaged")


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
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        if not read_only:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("PRAGMA synchronous=FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
