"""What must be remembered for a little while, in memory only.

A private chat keeps no posts, so the parts of an album there live here until the album is whole;
and an album with one refused part stays refused though nothing of it is kept.
"""

from __future__ import annotations

from collections import OrderedDict

from models.post import Post, merge

_REMEMBERED = 2_000


class Albums:
    """Parts of private albums by key, and the keys of refused posts."""

    def __init__(self) -> None:
        self._parts: OrderedDict[str, dict[str, Post]] = OrderedDict()
        self._refused: OrderedDict[str, None] = OrderedDict()

    def gather(self, key: str, part: str, post: Post) -> Post:
        """Add a part (or put it in its old place); the whole so far."""
        parts = self._parts.setdefault(key, {})
        parts[part] = post
        self._parts.move_to_end(key)
        if len(self._parts) > _REMEMBERED:
            self._parts.popitem(last=False)
        return merge(parts[name] for name in sorted(parts, key=int))

    def refuse(self, key: str) -> None:
        self._parts.pop(key, None)
        self._refused[key] = None
        if len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)

    def was_refused(self, key: str) -> bool:
        """Whether another part of this album was refused."""
        return "/album/" in key and key in self._refused
