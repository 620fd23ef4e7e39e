"""The latest verdicts, in memory: one post often comes to many groups within minutes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import date
from threading import Lock

from models.judge import Judge
from models.post import Post
from models.verdict import Level, Verdict

_REMEMBERED = 64


class RecentVerdicts:
    """A judge that does not weigh the very same post twice on one day.

    A refused post, and one whose words may not be kept, is not remembered. May be asked from
    several threads at once, as it is when the encoder reads too.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._lock = Lock()
        self._known: OrderedDict[tuple[Post, date, int | None], Verdict] = OrderedDict()

    def judge(
        self, post: Post, *, today: date, headroom: int | None, reference: str = ""
    ) -> Verdict:
        """As ``Judge.judge``, with what an answer can tell of (``Verdict.told``)."""
        place = (post, today, headroom)
        with self._lock:
            known = self._known.get(place)
            if known is not None:
                self._known.move_to_end(place)
        if known is not None:
            return replace(known, reference=reference)
        verdict = self._judge.judge(
            post, today=today, headroom=headroom, reference=reference
        ).told()
        if verdict.keep_text and verdict.level is not Level.REFUSE:
            with self._lock:
                self._known[place] = verdict
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return verdict
