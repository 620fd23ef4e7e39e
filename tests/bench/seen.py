"""Posts seen before: what is found of changed ones, what is wrongly the same, how long it takes."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from models.likeness import EMPTY, TRACES, Signature, Signer
from models.seen import Earlier, Search
from models.store import open_store, signatures
from models.store.connect import connect
from tests.bench.figures import quantile, row
from tests.bench.judging import texts
from tests.fakes.rewriting import reworded, screenshot, shortened, without_accents

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADLINES = ("vnexpress_titles8", "headlines_2026_ds108raw")
FULL, SMALL = 1_000_000, 50_000
LOOK_UPS = 1_000
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SIGNER = Signer(b"b" * 32)

Change = Callable[[str, random.Random], str]
CHANGES: dict[str, tuple[Change, str]] = {
    "a fifth of the words edited": (lambda t, d: reworded(t, 0.2, d), "at least 95 %"),
    "without accents": (lambda t, _: without_accents(t), ""),
    "the first half": (lambda t, _: shortened(t, 0.5), ""),
    "read off a screenshot": (screenshot, ""),
}


class Chain:
    """Writes posts in the words of the project's own, most words after one they followed there.

    Their common turns of phrase come up again and again, as often as in the news: the average
    trace belongs to 1.6 of 40,000 posts here as there.
    """

    LEAPS = 0.2

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._after: dict[str, list[str]] = defaultdict(list)
        words = " ".join(texts()).split()
        for word, following in itertools.pairwise(words):
            self._after[word].append(following)
        self._first = words

    def post(self) -> str:
        """A post of 8 to 300 words, 45 in the middle."""
        length = min(300, max(8, int(self._dice.lognormvariate(3.8, 0.7))))
        word = self._dice.choice(self._first)
        found = [word]
        while len(found) < length:
            leap = self._dice.random() < self.LEAPS
            word = self._dice.choice(self._first if leap else self._after[word] or self._first)
            found.append(word)
        return " ".join(found)


class Shelf:
    """A database with one group, filled with posts, bare reviews and signatures."""

    def __init__(self, folder: Path) -> None:
        file = folder / "seen.db"
        asyncio.run(open_store(file).close())
        self.db = connect(file)
        self._stamp = NOW.replace(year=2025).isoformat()
        self.db.execute(
            "INSERT INTO units (id, name, code, created_at) VALUES (1, 'U', 'c', ?)", [self._stamp]
        )
        self.db.execute(
            "INSERT INTO groups (id, unit_id, platform, chat, joined_at)"
            " VALUES (1, 1, 't', '1', ?)",
            [self._stamp],
        )

    def fill(self, posts: Iterator[tuple[int, str, Signature]]) -> None:
        """Put posts in, in one transaction: values in order, so that the index grows at its end."""
        values: list[tuple[int, int]] = []
        self.db.execute("BEGIN")
        for number, fingerprint, signature in posts:
            self._post(number, fingerprint)
            traces = {signatures.value_of(fingerprint), *signature.traces[:TRACES]}
            values += [(value, number) for value in traces]
            self.db.execute(
                "INSERT INTO signatures VALUES (?, ?, ?, ?, x'')",
                (number, signature.facts, signature.size, signature.pairs),
            )
        self.db.executemany("INSERT INTO traces VALUES (?, ?)", sorted(values))
        self.db.execute("COMMIT")

    def put(self, number: int, fingerprint: str, signature: Signature) -> None:
        """One more, as the store does it."""
        self.db.execute("BEGIN")
        self._post(number, fingerprint)
        signatures.put(self.db, number, fingerprint, signature)
        self.db.execute("COMMIT")

    def _post(self, number: int, fingerprint: str) -> None:
        sql = "INSERT INTO posts (id, group_id, fingerprint) VALUES (?, 1, ?)"
        self.db.execute(sql, (number, fingerprint))
        self.db.execute(
            "INSERT INTO reviews (group_id, key, post_id, verdict, level, tone, created_at,"
            " updated_at) VALUES (1, ?, ?, '{}', 'share', 'neutral', ?, ?)",
            (str(number), number, self._stamp, self._stamp),
        )

    def find(self, fingerprint: str, signature: Signature) -> Earlier | None:
        return signatures.find(self.db, Search(1, fingerprint, signature, NOW, 1))


def signed(text: str) -> Signature:
    return SIGNER.sign(text) or EMPTY


def signing() -> None:
    own = [text for text in texts() if SIGNER.sign(text)]
    long = " ".join(" ".join(own).split()[:500])
    for name, sample in (("own posts", own), ("a 500-word post", [long] * 300)):
        times = []
        for text in sample:
            start = time.perf_counter()
            SIGNER.sign(text)
            times.append(1000 * (time.perf_counter() - start))
        found = f"{quantile(times, 0.5):.2f} / {quantile(times, 0.99):.2f} ms"
        row(f"sign {name} (n={len(sample)}), median / p99", found, "well under 0.5 ms")


def named(number: int) -> str:
    """A fingerprint of its own."""
    return f"{number:032x}"


def told(name: str, times: list[float], bar: str = "p99 at most 20 ms") -> None:
    row(name, f"{quantile(times, 0.5):.2f} / {quantile(times, 0.99):.2f} ms", bar)


def look_ups(size: int) -> None:
    """Among ``size`` posts: changed ones are found again, new ones are looked for in vain."""
    dice = random.Random(size)
    chain = Chain(dice)
    chosen = set(dice.sample(range(1, size + 1), min(LOOK_UPS, size)))
    kept: dict[int, str] = {}

    def posts() -> Iterator[tuple[int, str, Signature]]:
        for number in range(1, size + 1):
            text = chain.post()
            if number in chosen:
                kept[number] = text
            yield number, named(number), signed(text)

    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        shelf.fill(posts())
        megabytes = (Path(folder) / "seen.db").stat().st_size / 1e6
        row(f"{size:,} posts and bare reviews on disk", f"{megabytes:.0f} MB")
        for name, (change, bar) in CHANGES.items():
            changed = {number: change(text, dice) for number, text in kept.items()}
            found_again(shelf, name, changed, bar)
        strangers(shelf, [chain.post() for _ in range(LOOK_UPS)], size + 1)
        shelf.db.close()


def found_again(shelf: Shelf, name: str, changed: dict[int, str], bar: str) -> None:
    times, found = [], 0
    for number, text in changed.items():
        signature = signed(text)
        start = time.perf_counter()
        earlier = shelf.find("unknown", signature)
        times.append(1000 * (time.perf_counter() - start))
        found += earlier is not None and earlier.fingerprint == named(number)
    row(f"{name}: found", f"{100 * found / len(times):.1f} %", bar)
    told("  look-up, median / p99", times)


def strangers(shelf: Shelf, texts: list[str], first: int) -> None:
    """New posts: looked for, then kept."""
    looked, put, similar = [], [], 0
    for number, text in enumerate(texts, first):
        signature = signed(text)
        start = time.perf_counter()
        similar += shelf.find("unknown", signature) is not None
        middle = time.perf_counter()
        shelf.put(number, named(number), signature)
        looked.append(1000 * (middle - start))
        put.append(1000 * (time.perf_counter() - middle))
    told("a new post: look-up, median / p99", looked)
    told("a new post: kept, with a commit of its own, median / p99", put, "")
    row("a new post: called similar to another", f"{100 * similar / len(texts):.1f} %")


def headlines(name: str) -> None:
    """Every headline against all before it: none is another's same post. Needs the data folder."""
    file = DATA / name / f"{name}.jsonl.gz"
    if not file.is_file():
        row(f"{name}: wrongly the same", "no data")
        return
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        read = [json.loads(line)["text"] for line in lines]
    different = {without_accents("".join(filter(str.isalnum, text))): text for text in read}
    same = similar = 0
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        for number, text in enumerate(different.values(), 1):
            signature = signed(text)
            earlier = shelf.find("unknown", signature)
            same += earlier is not None and earlier.likeness.same
            similar += earlier is not None and not earlier.likeness.same
            shelf.put(number, named(number), signature)
        shelf.db.close()
    count = len(different)
    told = f"{same} of {count}, {100 * same / count:.2f} %"
    row(f"{name}: the same as another", told, "at most 0.1 %")
    row(f"{name}: similar to another", f"{100 * similar / count:.1f} %")


def report(size: int) -> None:
    print(f"Seen before, {size:,} stored posts")
    signing()
    for name in HEADLINES:
        headlines(name)
    look_ups(size)
