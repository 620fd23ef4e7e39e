"""What training starts from: rows of the public posts, of our own corpus, and of corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather
from models.classifier import rows as table
from models.classifier.blend import ARRAYS_FILE, Embeds
from models.classifier.reading import read
from models.classifier.rows import Rows
from models.classifier.training import blend
from models.classifier.training.words import Material, material
from models.classifier.words import CLICKBAIT, WEIGHTS

Array = NDArray[Any]
Progress = Callable[[str, float], None]

CORRECTION_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class Correction:
    """A post whose tone a person put right, with where that is known from."""

    text: str
    tone: str
    provenance: str = "correction"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows ready to fit, their vocabulary and sources, and embeddings where there is an encoder.

    ``tuned`` are the rows on which the encoder may have been tuned, ``encoder`` is its name.
    """

    of: Material
    tuned: Array
    grams: list[str]
    sources: list[dict[str, Any]]
    embedded: blend.Embedded | None
    encoder: str | None


def own_rows(samples: Sequence[gather.Sample], grams: Sequence[str], names: Sequence[str]) -> Rows:
    """Rows of texts that are at hand."""
    readings = [(read(s.text), gather.unaccented(s.text)) for s in samples]
    at = {gram: i for i, gram in enumerate(grams)}
    return gather.rows_of(samples, readings, at, names)


def prepare(
    data: Path | None,
    out: Path,
    corrections: Sequence[Correction],
    progress: Progress,
    without: Sequence[str] = (),
    encoder: Embeds | None = None,
) -> Prepared:
    """Rows read anew from ``data`` (and kept beside ``out``), or as shipped; ours; corrections.

    ``without`` names sources to leave out. With an ``encoder`` every labelled row is embedded, or
    its embedding taken from the heads in ``out``; texts read anew get their teachers' answers.
    """
    keep = out.parent / "features"
    if data is None:
        rows, grams, facts = table.load(keep if keep.is_dir() else table.FOLDER)
        public, texts = facts["sources"], []
    else:
        found = gather.gather(data, progress)
        rows, grams, public, texts = found.rows, found.grams, found.facts["sources"], found.texts
    extra = gather.own_corpus() + [gather.Sample(c.text, "own", c.tone) for c in corrections]
    names = [source["name"] for source in public]
    whole = table.join(rows, own_rows(extra, grams, [*names, "own"]))
    texts = texts + [""] * (len(rows) - len(texts)) + [sample.text for sample in extra]
    embedded = None
    if encoder is not None:
        embedded, whole = _embed(whole, texts, encoder, out, data is not None, progress)
    if data is not None:
        table.save(keep, whole.take(np.arange(len(rows))), grams, {"sources": public})
    kept = ~np.isin(whole.source, [names.index(name) for name in without])
    weight = np.ones(len(whole))
    weight[len(whole) - len(corrections) :] = CORRECTION_WEIGHT if corrections else 1.0
    sources = [s for s in public if s["name"] not in without]
    sources.append(_source("own", len(extra) - len(corrections)))
    if corrections:
        sources.append({"name": "corrections", "licence": "the unit's", "rows": len(corrections)})
    plain = [i for i, name in enumerate(names) if name in gather.KINDS]
    tuned = ~np.isin(whole.source[kept], plain)
    of = material(whole.where(kept), grams, weight[kept])
    return Prepared(of, tuned, grams, sources, embedded, encoder.name if encoder else None)


def _source(name: str, rows: int) -> dict[str, Any]:
    return {"name": name, "licence": gather.LICENCES[name], "rows": rows}


def _embed(
    rows: Rows, texts: Sequence[str], encoder: Embeds, out: Path, anew: bool, progress: Progress
) -> tuple[blend.Embedded, Rows]:
    by_key = {int(key): text for key, text in zip(rows.key, texts, strict=True) if text and key}
    keys = [int(key) for key in rows.key[blend.supporting(rows)]]
    shipped = WEIGHTS / "blend" / ARRAYS_FILE
    known = None if anew else blend.stored(out / "blend" / ARRAYS_FILE) or blend.stored(shipped)
    embedded = blend.embed(list(dict.fromkeys(keys)), by_key, encoder, known, progress)
    if not anew:
        return embedded, rows
    pool = np.flatnonzero(_unlabelled(rows))
    pool_keys = np.arange(1, len(pool) + 1, dtype=np.uint64)
    pool_texts = {int(k): texts[int(i)] for k, i in zip(pool_keys, pool, strict=True)}
    told = blend.embed(list(pool_texts), pool_texts, encoder, embedded, progress)
    keyed = replace(rows, key=rows.key.copy())
    keyed.key[pool] = pool_keys
    teach = rows.teach.copy()
    teach[pool] = blend.teach(keyed, told, pool)
    return embedded, replace(rows, teach=teach)


def _unlabelled(rows: Rows) -> Array:
    """Rows of the pool: neither tone nor any flag is known of them, but clickbait may be."""
    told = np.delete(rows.flags, CLICKBAIT, axis=1)
    return np.asarray((rows.part == table.TEACH) & (told < 0).all(axis=1))
