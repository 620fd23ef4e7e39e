"""A classifier that says what it is told, or reads tone and flags from words of the text."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.verdict import Scores, Tone

FLAGS = ("sensational", "unverified", "abusive", "commercial", "scam", "private", "graphic")


@dataclass
class FakeClassifier:
    """Answers every text with ``tone`` and ``flags`` (name to probability, raised from 0.5).

    ``by_word`` raises a flag, with 0.9, for each text that holds the word. ``read`` are the texts
    it was given.
    """

    tone: Tone = Tone.NEUTRAL
    flags: dict[str, float] = field(default_factory=dict)
    by_word: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def scores(self, text: str) -> Scores:
        self.read.append(text)
        found = {flag: 0.9 for word, flag in self.by_word.items() if word in text}
        flags = {**dict.fromkeys(FLAGS, 0.0), **self.flags, **found}
        tone_p = dict.fromkeys((Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE), 0.1)
        if self.tone is Tone.UNCLEAR:
            tone_p = {Tone.POSITIVE: 0.3, Tone.NEUTRAL: 0.36, Tone.NEGATIVE: 0.34}
        else:
            tone_p[self.tone] = 0.8
        raised = frozenset(flag for flag, p in flags.items() if p >= 0.5)
        return Scores(self.tone, tone_p, flags, raised, "fake-1")

    def leanings(self, part: str) -> dict[str, float]:
        return self.scores(part).flags
