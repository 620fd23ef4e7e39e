"""What an operator can see of a running bot: Prometheus' figures and signs of life.

No figure carries an id, a name or a text. One update costs some microseconds here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot import VERSION
from bot.discretion import chat_mark
from bot.messenger import Messenger
from models.errors import StoreUnavailable, UserError
from models.letter import Letter

RECEIVED: ContextVar[float] = ContextVar("received")
"""When the update that is being handled came in, on the watch's clock."""
_REMEMBERED = 10_000
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


@dataclass(slots=True)
class Signs:
    """When something was last seen, in seconds on the watch's clock; None: never yet."""

    started: float
    answered: float | None = None
    polled: float | None = None
    updated: float | None = None
    looked: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted elsewhere and asked for when it is wanted."""

    letters: Callable[[], int]
    updates: Callable[[], int]
    commits: Callable[[], int]
    limits: Callable[[], int]


class Watch:
    """Sees what happens. ``time`` is a monotonic clock in seconds."""

    def __init__(self, time: Callable[[], float]) -> None:
        self.time = time
        self.signs = Signs(started=time())
        self.nudges: dict[str, int] = {}
        """This week's nudges by state."""
        self.registry = CollectorRegistry()
        self._since: OrderedDict[str, float] = OrderedDict()
        self._outcomes: dict[tuple[str, str], Callable[[], None]] = {}
        self._updates = Counter(
            "cantin_updates", "Updates by kind and outcome", ["kind", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._answers = Histogram(
            "cantin_answer_seconds", "From the receipt of an update to its answer's acceptance",
            ["kind"], buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.judging = Histogram(
            "cantin_judging_seconds", "Judging one post, remembered verdicts too",
            buckets=_SHORT, registry=self.registry,
        )  # fmt: skip
        self._answer, self._edit = (self._answers.labels(kind) for kind in ("answer", "edit"))
        ProcessCollector(registry=self.registry)

    def describe(self, model: str, counts: Counts) -> None:
        """What serves here, and where the other figures come from."""
        info = Gauge("cantin_info", "What serves", ["version", "model"], registry=self.registry)
        info.labels(VERSION, model).set(1)
        self.registry.register(_Elsewhere(self, counts))

    def received(self) -> None:
        """An update came in; its handling goes on in this context."""
        RECEIVED.set(self.time())

    async def update(
        self,
        handler: Callable[[Any, dict[str, Any]], Awaitable[Any]],
        event: Any,
        data: dict[str, Any],
    ) -> Any:
        """Around the handling of an update: counts it, and marks the log lines of its chat."""
        self.signs.updated = self.time()
        structlog.contextvars.bind_contextvars(
            chat=chat_mark(getattr(data.get("event_chat"), "id", ""))
        )
        outcome = "failed"
        try:
            result = await handler(event, data)
            outcome = "done"
        except (StoreUnavailable, asyncio.CancelledError):
            outcome = "put_off"
            raise
        except UserError:
            outcome = "explained"
            raise
        finally:
            self._count(event.event_type, outcome)
        return result

    def _count(self, kind: str, outcome: str) -> None:
        add = self._outcomes.get((kind, outcome))
        if add is None:
            add = self._outcomes[kind, outcome] = self._updates.labels(kind, outcome).inc
        add()

    def posted(self, letter: Letter) -> None:
        """A letter was put in line, in answer to the update of this context if there is one."""
        since = RECEIVED.get(None)
        if since is not None:
            self._since.setdefault(letter.key, since)
            if len(self._since) > _REMEMBERED:
                self._since.popitem(last=False)

    def taken(self, letter: Letter) -> None:
        """The messenger took a letter."""
        since = self._since.pop(letter.key, None)
        if since is not None:
            (self._edit if letter.kind == "edit" else self._answer).observe(self.time() - since)

    def answered(self) -> None:
        """Telegram answered a call, be it with a refusal."""
        self.signs.answered = self.time()

    def polled(self) -> None:
        """Telegram gave its updates, or said that there were none."""
        self.signs.polled = self.signs.answered = self.time()

    def looked(self) -> None:
        """The nudger looked at every group."""
        self.signs.looked = self.time()


class WatchedMessenger:
    """A messenger whose successes are seen."""

    def __init__(self, messenger: Messenger, watch: Watch) -> None:
        self._messenger = messenger
        self._watch = watch

    async def deliver(self, letter: Letter) -> str | None:
        message = await self._messenger.deliver(letter)
        self._watch.taken(letter)
        return message


class _Elsewhere:
    """A collector of figures that are kept elsewhere."""

    def __init__(self, watch: Watch, counts: Counts) -> None:
        self._watch = watch
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        counts = self._counts
        yield GaugeMetricFamily(
            "cantin_queue_letters", "Answers and edits that wait", counts.letters()
        )
        yield GaugeMetricFamily(
            "cantin_updates_under_way", "Updates being handled", counts.updates()
        )
        yield CounterMetricFamily("cantin_store_commits", "Transactions", counts.commits())
        yield CounterMetricFamily(
            "cantin_limits_hit", "Posts and commands over a limit", counts.limits()
        )
        nudges = GaugeMetricFamily("cantin_nudges", "This week's nudges", labels=["state"])
        for state, count in sorted(self._watch.nudges.items()):
            nudges.add_metric([state], count)
        yield nudges
