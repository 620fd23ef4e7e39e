"""The one writer: closures wait in a queue, those waiting are committed together.

A commit to disk costs far more than a row, so a batch pays it once. Each closure runs in a
savepoint of its own: one that fails does not undo its neighbours. Futures are resolved only after
the commit, so that whoever waits knows that the change is on disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, TypeVar

from models.store.connect import translate

T = TypeVar("T")
BATCH = 128
SCRUB_SECONDS = 0.5  # how soon the log is emptied when a reader stood in the way
SCRUB_WAIT_MS = 100  # how long writers may be held up for it


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    scrub: bool
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Owns the writing connection and its thread; serves any number of event loops."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._unscrubbed = False
        self._scrub_at = 0.0
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T], *, scrub: bool = False) -> T:
        """Run ``work`` in the next transaction; returns its result once that is on disk.

        With ``scrub`` what was deleted is also taken out of the write-ahead log before it returns
        (if a reader stands in the way: soon after). Raises what ``work`` raised, or
        ``StoreUnavailable``; either way nothing of ``work`` was kept.
        """
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop, scrub)
        with self._gate:
            if self._closed:
                message = "the store is closed"
                raise RuntimeError(message)
            self._queue.put(job)
        result: T = await job.future
        return result

    def close(self) -> None:
        """Finish what waits, then end the thread and the connection. Blocks; twice does no harm."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        running = True
        while running:
            batch, running = self._collect()
            if batch:
                self._commit(batch)
            wanted = any(job.scrub and job.error is None for job in batch)
            if wanted or (self._unscrubbed and monotonic() >= self._scrub_at):
                self._scrub()
            _settle(batch)
        self._scrub()
        self._connection.close()

    def _collect(self) -> tuple[list[_Job], bool]:
        """The jobs that wait now, at least one unless the time to scrub or to stop has come."""
        batch: list[_Job] = []
        try:
            job = self._queue.get(timeout=SCRUB_SECONDS if self._unscrubbed else None)
            while job is not None:
                batch.append(job)
                if len(batch) == BATCH:
                    return batch, True
                job = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._attempt(job)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in batch:
                job.error = translate(error)

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

    def _scrub(self) -> None:
        """Empty the write-ahead log; tried again later when a reader is in the way."""
        connection = self._connection
        (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute(f"PRAGMA busy_timeout={SCRUB_WAIT_MS}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:  # a full or broken disk: the next write will say so
            busy = 1
        connection.execute(f"PRAGMA busy_timeout={patience}")
        self._unscrubbed = bool(busy)
        self._scrub_at = monotonic() + SCRUB_SECONDS


def _settle(batch: list[_Job]) -> None:
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        loops.setdefault(job.loop, []).append(job)
    for loop, jobs in loops.items():
        if not loop.is_closed():
            _tell(loop, jobs)


def _tell(loop: asyncio.AbstractEventLoop, jobs: list[_Job]) -> None:
    try:
        loop.call_soon_threadsafe(_resolve, jobs)
    except RuntimeError:  # the loop was closed a moment ago: nobody waits any more
        return


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
