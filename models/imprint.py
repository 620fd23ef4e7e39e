"""By what a post is known again: its fingerprint and its signature, made once for each post."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from models.fingerprint import fingerprint, keyed
from models.likeness import EMPTY, Signature, Signer
from models.post import Post

_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Imprint:
    """``fingerprint`` makes two messages one post, ``signature`` finds posts like it.

    Without a signature nothing is looked for, and nothing is kept to be found.
    """

    fingerprint: str
    signature: Signature | None = None


class Imprints:
    """Makes imprints under a secret; remembers the latest, which often come to many groups."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._sign = Signer(bytes.fromhex(keyed("signatures", key))).sign
        self._make_again = lru_cache(maxsize=_REMEMBERED)(self._make)
        self._nameless = fingerprint(Post(), "", key)

    def of(self, post: Post, place: str, *, private: bool = False) -> Imprint:
        """The imprint of a post that may be kept; ``place`` names its message.

        Of a post in ``private`` nothing is remembered.
        """
        make = self._make if private else self._make_again
        imprint = make(post.text, post.links, post.stable_id)
        if imprint.fingerprint == self._nameless:
            return Imprint(fingerprint(post, place, self._key))
        return imprint

    def _make(self, text: str, links: tuple[str, ...], stable_id: str | None) -> Imprint:
        post = Post(text, links, stable_id=stable_id)
        return Imprint(fingerprint(post, "", self._key), self._sign(text) or EMPTY)

    def of_message(self, place: str) -> Imprint:
        """The imprint of a message of which no word may be kept: it is only ever itself."""
        return Imprint(keyed(f"message {place}", self._key))
