"""From the public sets and our own corpus to training rows; texts are read here and not kept."""

from __future__ import annotations

import gzip
import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from models.classifier import rows as table
from models.classifier.reading import Reading, read
from models.classifier.rows import DEV, TEACH, TRAIN, UNKNOWN, Rows
from models.classifier.words import FLAGS, TONES
from models.text import unaccent

Progress = Callable[[str, float], None]

CORPUS = Path(__file__).parent / "corpus"
READINGS = Path(__file__).parent / "readings.txt"
TONE_OF = {"p": "positive", "u": "neutral", "n": "negative"}
MARKS = {
    "sensational": "s", "unverified": "v", "abusive": "a", "commercial": "c", "scam": "m",
    "private": "r", "graphic": "g",
}  # fmt: skip
#: Which articles were read: the first one, each how many, how many words of it.
ARTICLES = ((3, 97, 130), (7, 61, 110))
FOLDS = 5
MIN_POSTS = 5
#: Of our own posts, which may be read by anybody, fewer are enough.
MIN_OURS = 3

#: Kinds of labelled posts and their licences, as their publishers state them.
LICENCES = {
    "reintel": "MIT in the published copy; upstream VLSP 2020 ReINTEL is for research",
    "headlines2026": "CC BY 4.0",
    "tiktok2025": "none stated",
    "sms2025": "none stated",
    "laodong2022": "none stated",
    "headlines": "CC BY 4.0",
    "vihos": "MIT",
    "safesense": "MIT (its README: CC BY-SA 4.0)",
    "vntc": "MIT",
    "viclickbait": "CC BY 4.0",
    "ds108": "CC BY 4.0",
    "reintel, unlabelled": "MIT in the published copy; upstream VLSP 2020 ReINTEL is for research",
    "headlines, unlabelled": "CC BY 4.0",
    "reintel, further": "MIT in the published copy; upstream VLSP 2020 ReINTEL is for research",
    "headlines, further": "CC BY 4.0",
    "viclickbait, further": "CC BY 4.0",
    "vntc, further": "MIT",
    "own": "written for this project, MIT",
}
#: Sets whose unlabelled texts the encoder's answers teach the words on.
POOL = {
    "reintel": "reintel, unlabelled",
    "headlines_2026_ds108raw": "headlines, unlabelled",
    "clickbait_viclickbait2025": "viclickbait",
    "clickbait_ds108": "ds108",
}
#: The five kinds of posts that are judged; the first ones labelled.
KINDS = ("reintel", "headlines2026", "tiktok2025", "sms2025", "laodong2022")
#: Flags that an ordinary newspaper item never carries.
CLEAN = ("abusive", "scam", "private", "graphic")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text on its way to becoming a row."""

    text: str
    source: str
    tone: str | None = None
    flags: dict[str, int] | None = None
    part: int = TRAIN


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows, their vocabulary, the facts of their manifest, and (in memory only) their texts."""

    rows: Rows
    grams: list[str]
    facts: dict[str, Any]
    texts: list[str]


def key_of(text: str) -> str:
    """The first 60 letters of a text: equal keys are the same post."""
    composed = unicodedata.normalize("NFC", text[:400]).lower()
    return "".join(filter(str.isalpha, composed))[:60]


def digest_of(text: str) -> int:
    """Eight bytes of a text's SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    packed = file.read_bytes()
    text = gzip.decompress(packed) if file.suffix == ".gz" else packed
    for line in text.split(b"\n"):
        if line.strip():
            yield json.loads(line)


def read_set(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The lines of one public set."""
    return _lines(data / name / f"{name}.jsonl.gz")


def _known(flags: Sequence[str]) -> dict[str, int]:
    return {flag: int(flag in flags) for flag in MARKS}


def own_corpus(folder: Path = CORPUS) -> list[Sample]:
    """The hand-written posts that ship with the project."""
    return [
        Sample(
            line["text"],
            "own",
            line["tone"],
            None if "flags" not in line else _known(line["flags"]),
        )
        for file in sorted(folder.glob("*.jsonl"))
        for line in _lines(file)
        if line.get("tone")
    ]


def all_posts(data: Path) -> list[dict[str, Any]]:
    """The posts of five kinds, labelled or not."""
    return list(_lines(data / "posts.jsonl.gz"))


def labelled(data: Path) -> tuple[list[Sample], frozenset[str]]:
    """The labelled posts, and the keys that nothing may be trained on."""
    labels = {line["id"]: line for line in _lines(data / "labels.jsonl")}
    posts = all_posts(data)
    blocked = frozenset(
        key_of(post["text"]) for post in posts if labels.get(post["id"], {}).get("part") != "train"
    )
    found = []
    for post in posts:
        label = labels.get(post["id"])
        if label is None or (label["part"] == "train" and key_of(post["text"]) in blocked):
            continue
        part = DEV if label["part"] == "dev" else TRAIN
        found.append(Sample(post["text"], post["src"], label["tone"], _known(label["flags"]), part))
    return found, blocked


def bystanders(data: Path, blocked: frozenset[str]) -> Iterator[Sample]:
    """Clean newspaper items and marked comments: what teaches the flags not to cry wolf."""
    clean = dict.fromkeys(CLEAN, 0)
    for line in read_set(data, "headlines_2026_ds108raw"):
        whole = f"{line['text']}\n{line.get('lead') or ''}"
        if blocked.isdisjoint({key_of(whole), key_of(line["text"])}) and not held_out(line["text"]):
            short = int(hashlib.sha256(whole.encode()).hexdigest(), 16) % 2
            yield Sample(line["text"] if short else whole, "headlines", None, clean, TEACH)
    for line in islice(read_set(data, "vntc"), 0, 84_000, 21):
        yield Sample(" ".join(line["text"].split()[:60]), "vntc", None, clean, TEACH)
    # Rows of ViHOS that also sit in the ViHSD test, on which the head is measured.
    measured = {key_of(line["text"]) for line in read_set(data, "vihsd") if line["split"] == "test"}
    for line in read_set(data, "vihos"):
        if key_of(line["text"]) not in measured | blocked:
            yield Sample(
                line["text"], "vihos", None, {"abusive": int(line["label"] == "span")}, TEACH
            )
    for line in read_set(data, "safesense_vi"):
        comment = line["text"].split("</s>")[-1].strip()
        if key_of(comment) not in measured | blocked:
            yield Sample(
                comment, "safesense", None, {"abusive": int(line["label"] != "clean")}, TEACH
            )


def pool(data: Path, seen: frozenset[str]) -> Iterator[Sample]:
    """Unlabelled posts of the kinds that are judged: the encoder teaches the words on them."""
    met = set(seen)
    for name, source in POOL.items():
        for line in read_set(data, name):
            whole = with_lead(line)
            keys = {key_of(whole), key_of(line["text"])}
            if met.isdisjoint(keys) and not (
                source.startswith("headlines") and held_out(line["text"])
            ):
                yield Sample(whole[:1200], source, None, _bait(line, source), TEACH)
            met |= keys


def with_lead(line: dict[str, Any]) -> str:
    """A headline with its lead below, where it has one."""
    lead = line.get("lead")
    return f"{line['text']}\n{lead}" if lead else str(line["text"])


def _bait(line: dict[str, Any], source: str) -> dict[str, int] | None:
    """Whether a headline is clickbait, where people said so; the set's test part is left alone."""
    if source != "viclickbait" or line["split"] == "test":
        return None
    return {"clickbait": int(line["label"] == "clickbait")}


def articles(data: Path) -> Iterator[Sample]:
    """Openings of newspaper articles, some of which were read and labelled for this project."""
    for first, step, words in ARTICLES:
        for line in islice(read_set(data, "vntc"), first, 84_000, step):
            yield Sample(" ".join(line["text"].split()[:words]), "vntc", None, None, TEACH)


def read_here() -> dict[int, tuple[str, dict[str, int]]]:
    """Tone and flags of the public posts that were read for this project, by their text's digest.

    Their texts are not kept: whoever has the public sets finds them again by the digest.
    """
    found = {}
    for line in READINGS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            digest, tone, marks = line.split(" ")
            flags = {flag: int(mark in marks) for flag, mark in MARKS.items()}
            found[int(digest, 16)] = (TONE_OF[tone], flags)
    return found


def further(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Samples with their labels where they were read; unread articles are left out."""
    known = read_here()
    for sample in samples:
        label = known.get(digest_of(sample.text))
        if label is not None:
            source = f"{sample.source.removesuffix(', unlabelled')}, further"
            tone, flags = label
            yield Sample(sample.text, source, tone, {**flags, **(sample.flags or {})})
        elif sample.source != "vntc":
            yield sample


def held_out(headline: str) -> bool:
    """Half of the unlabelled headlines are kept for measuring false alarms."""
    return int(hashlib.sha256(key_of(headline).encode()).hexdigest(), 16) % 2 == 1


def unaccented(reading_of: str) -> Reading:
    """The reading of a text typed without accents."""
    return read(unaccent(reading_of))


def fold_of(text: str) -> int:
    """The cross-validation fold of a text: copies and near-copies of one opening go together."""
    return int(hashlib.sha256(key_of(unaccent(text)).encode()).hexdigest(), 16) % FOLDS


def vocabulary_of(public: Counter[str], ours: Counter[str], wanted: Counter[str]) -> list[str]:
    """Grams that labelled rows use twice and that five public posts (or three of ours) have."""
    return sorted(
        gram
        for gram, n in wanted.items()
        if n >= 2 and (public[gram] >= MIN_POSTS or ours[gram] >= MIN_OURS)
    )


def rows_of(
    samples: Sequence[Sample],
    readings: Sequence[tuple[Reading, Reading]],
    vocabulary: dict[str, int],
    sources: Sequence[str],
) -> Rows:
    """Rows of samples that were read."""
    flags = np.full((len(samples), len(FLAGS)), UNKNOWN, dtype=np.int8)
    for i, sample in enumerate(samples):
        for flag, value in (sample.flags or {}).items():
            flags[i, FLAGS.index(flag)] = value
    tones = [tone.value for tone in TONES]
    first, second = [one for one, _ in readings], [two for _, two in readings]
    return Rows(
        counts=table.count(first, vocabulary),
        evidence=table.quantise(first),
        bare_evidence=table.quantise(second),
        tone=np.array([tones.index(s.tone) if s.tone else UNKNOWN for s in samples], dtype=np.int8),
        flags=flags,
        part=np.array([s.part for s in samples], dtype=np.uint8),
        fold=np.array([fold_of(s.text) for s in samples], dtype=np.uint8),
        source=np.array([sources.index(s.source) for s in samples], dtype=np.uint8),
        key=np.array([digest_of(s.text) if _supports(s) else 0 for s in samples], dtype=np.uint64),
        teach=np.zeros((len(samples), FOLDS + 1, len(TONES)), dtype=np.uint8),
    )


def _supports(sample: Sample) -> bool:
    """Whether the encoder's heads learn from it."""
    return sample.tone is not None or "clickbait" in (sample.flags or {})


def gather(data: Path, progress: Progress) -> Gathered:
    """Read the public sets below ``data``.

    Raises ``OSError`` when a set is missing.
    """
    posts, blocked = labelled(data)
    seen = blocked | {key_of(post.text) for post in posts}
    told = further(chain(pool(data, seen), articles(data)))
    samples = [*posts, *bystanders(data, seen), *told]
    ours = own_corpus()
    progress("reading", 0.0)
    public, mine, wanted = Counter[str](), Counter[str](), Counter[str]()
    readings = []
    for i, sample in enumerate([*samples, *ours]):
        pair = (read(sample.text), unaccented(sample.text))
        both = pair[0].grams.keys() | pair[1].grams.keys()
        (mine if sample.source == "own" else public).update(both)
        if sample.source != "vntc":
            wanted.update(both)
        readings.append(pair)
        if i % 500 == 0:
            progress("reading", i / len(samples))
    for line in islice(read_set(data, "vntc"), 10, 84_000, 21):
        public.update(read(" ".join(line["text"].split()[:120])).grams.keys())
    grams = vocabulary_of(public, mine, wanted)
    sources = sorted({sample.source for sample in samples})
    at = {gram: i for i, gram in enumerate(grams)}
    rows = rows_of(samples, readings[: len(samples)], at, sources)
    progress("reading", 1.0)
    texts = [sample.text for sample in samples]
    return Gathered(rows, grams, {"sources": sources_of(samples, sources)}, texts)


def sources_of(samples: Sequence[Sample], sources: Sequence[str]) -> list[dict[str, Any]]:
    """Names, licences and numbers of rows, in the order that rows refer to them by."""
    many = Counter(sample.source for sample in samples)
    return [{"name": n, "licence": LICENCES[n], "rows": many[n]} for n in sources]
