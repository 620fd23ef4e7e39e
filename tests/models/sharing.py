"""What the tests of copies begin with: a post that was shared; and all that lies in a folder."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.writing import DAY, NOW, Bench
from tests.models.earlier import TEXT


async def shared(bench: Bench, key: str) -> int:
    """A post with a text, shared; the number of its review."""
    kept = await bench.put(bench.new(key, f"mark {key}", f"{TEXT} {key}"))
    await bench.store.shares.share(kept.id, NOW, DAY)
    return kept.id


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())
