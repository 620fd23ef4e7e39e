"""The one writer: closures wait in a queue, those waiting are committed together.

A commit to disk costs far more than a row, so a batch pays it once. Each closure runs in a
savepoint of its own: one that fails does not undo its neighbours. Futures are resolved only after
the commit, so that whoever waits knows that the change is on disk.

Rows are written on the event loop's own thread and only the commit waits in another: two busy
threads would take the interpreter's lock from each other at every statement, and that cost half of
the updates a second. What may take long (scrubbing, a locked file) happens in that thread whole.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from models.store.connect import BUSY_SECONDS, code_of, translate

T = TypeVar("T")
BATCH = 64
GATHER_SECONDS = 0.003  # how long the first of a batch waits for company; a commit takes as long
SCRUB_SECONDS = 0.5  # how soon the log is emptied when a reader stood in the way
SCRUB_WAIT_MS = 100  # how long writers may be held up for it


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any] | None
    loop: asyncio.AbstractEventLoop | None
    scrub: bool
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Owns the writing connection; serves any number of event loops.

    Whoever holds the turn (``_busy``), a loop's thread or the committing thread, has the connection
    to itself; the turn is passed on until nothing waits.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: deque[_Job] = deque()
        self._idle = threading.Condition()
        self._busy = False
        self._closed = False
        self._unscrubbed = False
        self._written = True  # a process that was killed may have left deleted things in the log
        self.commits = 0
        """Transactions committed so far."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-commit")

    async def run(self, work: Callable[[sqlite3.Connection], T], *, scrub: bool = False) -> T:
        """Run ``work`` in the next transaction; returns its result once that is on disk.

        With ``scrub`` what was deleted is also taken out of the write-ahead log before it returns
        (if a reader stands in the way: soon after). Raises what ``work`` raised, or
        ``StoreUnavailable``; either way nothing of ``work`` was kept.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop, scrub)
        with self._idle:
            if self._closed:
                message = "the store is closed"
                raise RuntimeError(message)
            self._waiting.append(job)
            begin, self._busy = not self._busy, True
        if begin:
            loop.call_later(GATHER_SECONDS, self._write)
        assert job.future is not None  # noqa: S101 - made above
        result: T = await job.future
        return result

    async def settle(self) -> None:
        """Empty the write-ahead log if anything was written since it was emptied last."""
        if self._written:
            await self.run(lambda _db: None, scrub=True)

    def close(self) -> None:
        """Finish what waits, then end the thread and the connection. Blocks; twice does no harm."""
        with self._idle:
            first, self._closed = not self._closed, True
            self._idle.wait_for(lambda: not self._busy, timeout=2 * BUSY_SECONDS)
        if first:
            self._thread.submit(self._scrub).result()
            self._thread.shutdown()
            self._connection.close()

    def _take(self) -> list[_Job]:
        """The jobs whose turn it is; with none the turn ends."""
        with self._idle:
            count = min(BATCH, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(count)]
            if not batch:
                self._busy = False
                self._idle.notify_all()
            return batch

    def _write(self) -> None:
        """On a loop's thread: write the rows that wait, and leave the commit to the other."""
        batch = self._take()
        if not batch:
            return
        ready = not any(job.scrub for job in batch) and self._begun(batch)
        self._thread.submit(self._finish if ready else self._whole, batch)

    def _begun(self, batch: list[_Job]) -> bool:
        """Write the rows without waiting for anybody; False when another process is writing."""
        connection = self._connection
        connection.execute("PRAGMA busy_timeout=0")
        try:
            self._rows(batch)
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in batch:
                job.error = None
            if code_of(error) not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                _fail(batch, error)
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout={int(1000 * BUSY_SECONDS)}")
        return True

    def _rows(self, batch: list[_Job]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for job in batch:
            self._attempt(job)

    def _attempt(self, job: _Job) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(connection)
        except Exception as error:  # handed to whoever waits for this job
            if not connection.in_transaction:  # the disk made SQLite roll everything back
                raise
            connection.execute("ROLLBACK TO job")
            job.error = translate(error)
        connection.execute("RELEASE job")

    def _whole(self, batch: list[_Job]) -> None:
        """In the thread: rows and commit, waiting for other processes where that must be."""
        if any(job.error is None for job in batch):
            try:
                self._rows(batch)
            except sqlite3.Error as error:
                self._undo(batch, error)
        self._finish(batch)

    def _finish(self, batch: list[_Job]) -> None:
        """In the thread: commit, scrub where asked, tell those who wait, pass the turn on."""
        try:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
                self._written = True
                self.commits += 1
        except sqlite3.Error as error:
            self._undo(batch, error)
        if self._unscrubbed or any(job.scrub and job.error is None for job in batch):
            self._scrub()
        _settle(batch)
        self._pass_on()

    def _undo(self, batch: list[_Job], error: sqlite3.Error) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        _fail(batch, error)

    def _pass_on(self) -> None:
        """Give the turn to the loop of the first job that waits; keep it when that loop is gone."""
        with self._idle:
            loop = self._waiting[0].loop if self._waiting else None
            if not self._waiting:
                self._busy = False
                self._idle.notify_all()
                return
        if loop is not None and _call(loop, self._write):
            return
        if batch := self._take():
            self._thread.submit(self._whole, batch)

    def _scrub(self) -> None:
        """Empty the write-ahead log; tried again soon when a reader is in the way."""
        connection = self._connection
        connection.execute(f"PRAGMA busy_timeout={SCRUB_WAIT_MS}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:  # a full or broken disk: the next write will say so
            busy = 1
        connection.execute(f"PRAGMA busy_timeout={int(1000 * BUSY_SECONDS)}")
        self._unscrubbed = bool(busy)
        self._written = self._written and bool(busy)
        if busy and not self._closed:
            timer = threading.Timer(SCRUB_SECONDS, self._scrub_again)
            timer.daemon = True
            timer.start()

    def _scrub_again(self) -> None:
        with self._idle:
            if self._closed or not self._unscrubbed:
                return
            self._waiting.append(_Job(lambda _db: None, None, None, scrub=True))
            begin, self._busy = not self._busy, True
        if begin:
            self._pass_on()


def _fail(batch: list[_Job], error: sqlite3.Error) -> None:
    told = translate(error)
    for job in batch:
        job.error = told


def _settle(batch: list[_Job]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        if job.loop is not None:
            loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        _call(loop, partial(_resolve, jobs))


def _call(loop: asyncio.AbstractEventLoop, what: Callable[[], None]) -> bool:
    """Have the loop call it; False when the loop was closed: nobody waits there any more."""
    try:
        loop.call_soon_threadsafe(what)
    except RuntimeError:
        return False
    return True


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future is None or job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
