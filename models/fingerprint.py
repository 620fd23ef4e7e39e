"""What makes two messages one post, as a keyed hash that cannot be turned back into text."""

from __future__ import annotations

import hashlib
import hmac
import re

from models.post import Post
from models.text import clean, fold

_WORD = re.compile(r"[^\W_]+")
ENOUGH = 12
"""Letters from which words alone make a post."""
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def fingerprint(post: Post, fallback: str, key: bytes) -> str:
    """The keyed hash of the post's words, else of its links, else of its stable id.

    A post without any of these is only ever itself: ``fallback`` names its message. Accents, case,
    spacing and punctuation do not count; a text under 12 letters is told apart by its links.
    """
    words = "".join(_WORD.findall(fold(clean(post.text))))
    links = " ".join(sorted(link.rstrip("/") for link in post.links))
    if len(words) >= ENOUGH:
        what = f"words {words}"
    elif links:
        what = f"links {words} {links}"
    else:
        what = f"message {post.stable_id or fallback}"
    return keyed(what, key)


def keyed(what: str, key: bytes) -> str:
    """HMAC-SHA256, shortened to 128 bits, in hex."""
    return hmac.new(key, what.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def reference(place: str, key: bytes) -> str:
    """A short number that a person can quote, the same for the same place: "CT-7KQ2MD"."""
    number = int.from_bytes(hmac.new(key, f"reference {place}".encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(6):
        number, place_value = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place_value])
    return "CT-" + "".join(letters)
