"""The automatic copies as files: their names, how many there are, and how they go.

They lie in ``backups/`` beside the database, named by date (UTC) and version.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from models.privacy import BACKUPS

PART = ".part"  # at the end of a name until the copy is whole
BROKEN = "hong"  # in the name of a file that could not be read, kept as it was


def place(path: Path, label: str) -> Path:
    """A free name for an automatic copy: "backups/cantin-20261121-080000-1-m003.db"."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    clock = sqlite3.connect(":memory:")  # the date is for people, and for what is kept a week
    now = clock.execute("SELECT strftime('%Y%m%d-%H%M%S', 'now')").fetchone()[0]
    clock.close()
    stem, number = f"{path.stem}-{now}", 1
    while list(folder.glob(f"{stem}-{number}-*")):
        number += 1
    return folder / f"{stem}-{number}-{label}.db"


def automatic(path: Path) -> list[Path]:
    """The automatic copies of a database, the oldest first."""
    return sorted((path.parent / "backups").glob(f"{path.stem}-*.db"))


def prune(path: Path) -> None:
    """Keep the newest automatic copies only."""
    for old in automatic(path)[:-BACKUPS]:
        remove(old)


def drop_broken(path: Path, before: datetime | None = None) -> int:
    """Delete what was kept unread: what is deleted elsewhere cannot be deleted in it; how many.

    With ``before`` those only that were put aside earlier.
    """
    last = f"{path.stem}-{before.astimezone(UTC):%Y%m%d-%H%M%S}" if before else None
    found = [file for file in automatic(path) if is_broken(file)]
    gone = [file for file in found if last is None or file.name < last]
    for file in gone:
        remove(file)
    return len(gone)


def is_broken(file: Path) -> bool:
    """Whether it is a file that could not be read, kept as it was."""
    return file.stem.endswith(BROKEN)


def drop_drafts(path: Path) -> None:
    """Delete the copies that a killed process left unfinished."""
    for draft in (path.with_name(path.name + PART), *(path.parent / "backups").glob(f"*{PART}")):
        remove(draft)


def remove(file: Path) -> None:
    """Delete a copy, with the logs that it was kept with or that lie beside an unfinished one."""
    for name in with_logs(file):
        if name.exists():  # a disk that is read-only has none, and lets none be deleted
            name.unlink(missing_ok=True)


def with_logs(file: Path) -> tuple[Path, ...]:
    """A database's file and those that SQLite may put beside it."""
    return tuple(file.with_name(file.name + end) for end in ("", "-wal", "-shm", "-journal"))


def settle(folder: Path) -> None:
    """Have the folder's names on disk as they are now."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
