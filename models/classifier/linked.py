"""What a post's links say for the flags: whose hosts they are, before anything is opened."""

from __future__ import annotations

from functools import lru_cache

from models.address import parse
from models.links import links_in
from models.sources import Sources, load_sources
from models.verdict import Tier

#: What is counted: state and press, other hosts that are what they say, all the rest, imitations
#: and other suspicious ones, shorteners, invitations to a chat.
KINDS = (
    "links_press", "links_known", "links_unknown", "links_suspect", "links_short", "links_chat",
)  # fmt: skip
CHATS = frozenset({"zalo.me", "t.me", "m.me", "wa.me", "telegram.me", "s.zalo.me"})


@lru_cache(maxsize=1)
def shipped() -> Sources:
    """The lists that ship: an owner's additions change advice, never what a model was taught."""
    return load_sources()


@lru_cache(maxsize=4096)
def kind_of(link: str) -> str | None:
    """Which of ``KINDS`` a link is; None when it is no link."""
    address = parse(link)
    if address is None:
        return None
    if address.host in CHATS:
        return "links_chat"
    if shipped().is_shortener(address.host):
        return "links_short"
    found = shipped().look([link], None)
    if found.lookalike_of or found.suspicion:
        return "links_suspect"
    if found.tier in (Tier.T1, Tier.T2):
        return "links_press"
    return "links_known" if shipped().is_known(address.host) else "links_unknown"


def count_kinds(text: str) -> list[int]:
    """How many links of each of ``KINDS`` a text has."""
    met = list(map(kind_of, links_in(text)))
    return [met.count(kind) for kind in KINDS]
