"""A post under examination: what the checks look at, each view worked out once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from urllib.parse import unquote, urlsplit

from models import personal_data
from models.address import parse
from models.language import is_foreign
from models.links import redirected
from models.personal_data import Exposure
from models.phrases import Hit, shipped
from models.post import Post
from models.text import clean, straighten, unaccent
from models.verdict import Classifier, Scores, Source, Tone

# What is read for phrases; a longer text is judged by its beginning and its end.
_HEAD, _TAIL = 6000, 1500
READ_AT_MOST = _HEAD + _TAIL
_MAYBE = 0.1
# Nobody asks whether a text has more words than ``_MANY``; ``_OPENING`` letters mostly show it.
_MANY, _OPENING = 30, 300
# So many words show what language a text is in.
_FIRST = 8
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){7,}|\d(?:[ .\-]{1,3}\d){7,}")
# No reason quotes more letters than this.
_QUOTED = 200
_SYLLABLE = re.compile(r"[^\W\d_]+")
_SLUG_WORDS = re.compile(r"[a-z]+", re.IGNORECASE)
# Where a link leads that nobody followed.
_SOMEWHERE = "https://trang.invalid/"
_UNKNOWN = Scores(
    Tone.UNCLEAR, dict.fromkeys((Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE), 1 / 3), {}
)


class Case:
    """One post with all that is asked about it.

    ``is_aggregator`` tells whether a host gathers other people's pages, ``is_shortener`` whether it
    hides where a link leads, ``is_own`` whether it answers for what is on it. ``headroom`` is how
    many more negative posts fit, None where that is not known.
    """

    def __init__(
        self,
        post: Post,
        source: Source,
        classifier: Classifier,
        *,
        today: date,
        headroom: int | None,
        is_aggregator: Callable[[str], bool] = lambda _host: False,
        is_shortener: Callable[[str], bool] = lambda _host: False,
        is_own: Callable[[str], bool] = lambda _host: False,
    ) -> None:
        self.post = post
        self.source = source
        self.today = today
        self.headroom = headroom
        self.is_aggregator = is_aggregator
        self._is_shortener = is_shortener
        self._is_own = is_own
        self._classifier = classifier
        self._sentences: dict[str, dict[str, float]] = {}

    @cached_property
    def seen(self) -> str:
        """The whole text as people see it, look-alike letters made plain."""
        return straighten(clean(self.post.text))

    @cached_property
    def unaccented(self) -> str:
        """``seen`` without accents."""
        return unaccent(self.seen)

    @cached_property
    def text(self) -> str:
        """``seen`` without links, of a long text the beginning and the end."""
        given, seen = self.post.text, self.seen
        if len(given) > _HEAD + _TAIL:
            seen = straighten(clean(f"{given[:_HEAD]}\n{given[-_TAIL:]}"))
        return _LINK.sub(" ", seen) if "://" in seen or "www." in seen.lower() else seen

    @property
    def opening(self) -> str:
        """The first words as they are written, in whatever letters, links left out."""
        return " ".join(_LINK.sub(" ", clean(self.post.text[:_HEAD])).split()[:_FIRST])

    @cached_property
    def links(self) -> str:
        """All addresses, percent-encoding undone, on lines of their own."""
        given = dict.fromkeys((*self.post.links, *self.post.places))
        return "\n".join(unquote(link) for link in given)

    @cached_property
    def shortened(self) -> dict[str, str]:
        """The shortened links of the post, each with the place it leads to, empty where unknown."""
        pairs = zip(self.post.links, self.post.places, strict=True)
        return {link: "" if place == link else place for link, place in pairs if self._short(link)}

    def _short(self, link: str) -> bool:
        address = parse(link)
        return address is not None and self._is_shortener(address.host)

    def _sound(self, link: str) -> bool:
        """Whether a link leads to a host that answers for it, and no further by what it asks."""
        address = parse(link)
        own = address is not None and not address.query and self._is_own(address.host)
        return own and self.source.suspicion is None

    @cached_property
    def strange(self) -> bool:
        """Whether a link leads to a host that nobody here knows, or where anybody may publish."""
        return not all(self._sound(place) for place in self.post.places)

    @cached_property
    def syllables(self) -> int:
        """How many words the text has, links aside; of a long text, at least as many as asked."""
        few = len(_SYLLABLE.findall(self.text[:_OPENING]))
        return few if few > _MANY else len(_SYLLABLE.findall(self.text))

    @cached_property
    def slug(self) -> str:
        """The words of the first link's last path step: a newspaper's headline without accents."""
        for link in self.post.links:
            try:
                path = urlsplit(link).path
            except ValueError:
                continue
            words = _SLUG_WORDS.findall(path.rstrip("/").rpartition("/")[2].partition(".")[0])
            if len(words) >= 4:
                return " ".join(words)
        return ""

    @cached_property
    def readable(self) -> bool:
        """Whether there is a word to judge, a link's words included."""
        return self.syllables > 0 or bool(self.slug) or bool(self.post.behind)

    @cached_property
    def foreign(self) -> bool:
        """Whether the text is in another language, which nobody here can judge."""
        return is_foreign(self.text)

    @cached_property
    def scores(self) -> Scores:
        """What the classifier says: flags of the post's own words, the tone with its pages' too."""
        if self.foreign:
            return _UNKNOWN
        own = self._classifier.scores(self._own_words) if self._worded else _UNKNOWN
        if not self.post.behind:
            return own
        told = self._classifier.scores(self.toned)
        return replace(own, tone=told.tone, tone_p=told.tone_p, model=told.model)

    @property
    def toned(self) -> str:
        """The words that the tone is judged by; empty where there are none."""
        if self.post.behind:
            return f"{self.text.strip()}\n{clean(self.post.behind)[:_HEAD]}".strip()
        return self._own_words if self._worded else ""

    @property
    def _worded(self) -> bool:
        return bool(self.syllables or self.slug)

    @cached_property
    def _own_words(self) -> str:
        """Of the post alone. A link to a known page is no sign of a trap: it is left out.

        Nor is it that a link is short: it is read as one to where it leads, or to some page.
        """
        if self.syllables < 4 and self.slug:
            return f"{self.text.strip()} {self.slug}".strip()
        if self.source.reliable:
            return self.text
        pairs = zip(self.post.links, self.post.places, strict=True)
        places = {link: "" for link, place in pairs if self._sound(place)}
        places |= {link: place or _SOMEWHERE for link, place in self.shortened.items()}
        return redirected(self.post.text, places) if places else self.post.text

    @cached_property
    def hits(self) -> dict[str, tuple[Hit, ...]]:
        """Telling phrases of the text by kind."""
        found: dict[str, list[Hit]] = {}
        for hit in shipped().find(self.text):
            found.setdefault(hit.kind, []).append(hit)
        return {kind: tuple(hits) for kind, hits in found.items()}

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """Personal data in the text, masked.

        Dates and scores can look like a home beside a name: that the classifier must bear out.
        """
        if len(self.post.text) > personal_data.LONGEST:
            found = personal_data.find(self.post.text)
        else:
            found = personal_data.find_in(self.unaccented)
        if any(one.kind == "address" for one in found):
            private = self.chance("private")
            found = tuple(one for one in found if one.kind != "address" or private >= _MAYBE)
        return found

    @property
    def delicate(self) -> bool:
        """Whether words around a find may name a private person: then only the find is quoted."""
        return self.raised("private") or any(exposure.serious for exposure in self.exposures)

    def has(self, *kinds: str) -> bool:
        """Whether a phrase of any of these kinds was found."""
        return any(kind in self.hits for kind in kinds)

    def chance(self, flag: str) -> float:
        """The probability that the classifier gives a flag, raised or not."""
        return self.scores.flags.get(flag, 0.0)

    def raised(self, flag: str, least: float = 0.0) -> bool:
        """Whether the classifier raised a flag, with at least this probability."""
        return flag in self.scores.raised and self.chance(flag) >= least

    def phrase(self, kind: str) -> str:
        """The first phrase of a kind, as it stands in the text."""
        hit = self.hits[kind][0]
        return self.text[hit.start : hit.end]

    def around(self, kind: str) -> str:
        """The first phrase of a kind with the words that follow it; numbers masked."""
        if self.delicate:
            return self.phrase(kind)
        hit = self.hits[kind][0]
        rest = self.text[hit.end : hit.end + 60]
        tail = _SENTENCE_END.split(rest, maxsplit=1)[0]
        if len(tail) == 60:
            tail = tail.rpartition(" ")[0]
        whole = " ".join((self.phrase(kind) + tail).split()).strip(" ,;:")
        return self.quoted(whole) or self.phrase(kind)

    def telling(self, flag: str) -> str:
        """The sentence that speaks most for a flag; empty where personal data would be quoted."""
        if self.delicate:
            return ""
        sentences = [s.strip() for s in _SENTENCE_END.split(self.text) if _SYLLABLE.search(s)][:8]
        if not sentences:
            return mask(self.slug)
        if len(sentences) == 1:
            return self.quoted(sentences[0])
        return self.quoted(max(sentences, key=lambda one: self._leanings(one).get(flag, 0.0)))

    def quoted(self, words: str) -> str:
        """Words as they may be told, numbers masked; none where something private still shows."""
        shown = mask(words)[:_QUOTED]
        return "" if self.exposures and personal_data.find(shown) else shown

    def _leanings(self, sentence: str) -> dict[str, float]:
        if sentence not in self._sentences:
            self._sentences[sentence] = self._classifier.leanings(sentence)
        return self._sentences[sentence]

    def quote(self, flag: str, *kinds: str) -> str:
        """Evidence for a flag: a phrase of the kinds, else the sentence that says most."""
        for kind in kinds:
            if kind in self.hits:
                return self.around(kind)
        return self.telling(flag)


def mask(text: str) -> str:
    """Blot out the middle of every long number but the public's hotlines."""
    return _DIGITS.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    whole = found.group()
    shown = personal_data.is_public(re.sub(r"\D", "", whole))
    return whole if shown else f"{whole[:3]}***{whole[-2:]}"
