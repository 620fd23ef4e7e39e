"""A model of the unit's own: trained from the shipped features and what its people put right.

Corrections teach the words. The encoder's heads, which hold a post's numbers from which its text
could be guessed, stay the shipped ones: nothing of a correction is kept but the weights of words.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from models.classifier import manifest
from models.classifier.served import ENCODER, load_served, shipped_name
from models.classifier.words import ARRAYS_FILE, KIND, VOCABULARY_FILE, WEIGHTS
from models.corrections import Example

Progress = Callable[[str, float], None]
#: Where a model is trained, below the one that serves; promotion looks for it in "next".
_WORK, _NEXT, _BLEND = "work", "next", "blend"
_WORDS = (ARRAYS_FILE, VOCABULARY_FILE, manifest.NAME)


class Train(Protocol):
    """``training.train``: writes a model into ``out`` and reports on it."""

    def __call__(
        self, *, data: Path | None, out: Path, corrections: Sequence[Any], progress: Progress,
        heads: bool = True,
    ) -> dict[str, Any]: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a training: whether it serves from now on, and both scores on frozen posts."""

    name: str
    corrections: int
    promoted: bool
    before: float
    after: float


def learn(
    own: Path, examples: Sequence[Example], progress: Progress, train: Train | None = None
) -> Learned:
    """Train with ``examples`` and put the model into ``own`` if it is no worse on frozen posts.

    The frozen posts are read by the new words under the shipped heads, and by the model that serves
    now; where the new one is worse, all stays as it is.
    """
    from models.classifier import training  # noqa: PLC0415 - two seconds, and an extra
    from models.classifier.training.promotion import promote  # noqa: PLC0415

    given = [training.Correction(one.text, one.tone, one.provenance) for one in examples]
    with _workshop(own) as folder:
        # Fitting the encoder's heads takes gigabytes, and the shipped ones are to serve.
        report = (train or training.train)(
            data=None, out=folder, corrections=given, progress=progress, heads=False
        )
        # Where the training's own trial was lost, the new model waits beside; what is to serve are
        # its words under the shipped heads, and these are tried here.
        made = folder / _NEXT if (folder / _NEXT).is_dir() else folder
        _finish(made)
        shutil.rmtree(own / _NEXT, ignore_errors=True)
        shutil.move(made, own / _NEXT)
        _clear_refused(own)
        tried = promote(own)
        if not tried["promoted"]:
            shutil.rmtree(own / _NEXT)
    return Learned(
        str(report["name"]), len(examples), bool(tried["promoted"]),
        float(tried["frozen_before"]), float(tried["frozen_after"]),
    )  # fmt: skip


def _clear_refused(own: Path) -> None:
    """A model that cannot serve is no measure for a new one, and nothing to come back to."""
    if load_served(own).refused is None:
        return
    for name in _WORDS:
        (own / name).unlink(missing_ok=True)
    shutil.rmtree(own / _BLEND, ignore_errors=True)


def undo(own: Path) -> bool:
    """Bring the model back that served before (the shipped one before the first of the unit's own).

    False when nothing was replaced.
    """
    from models.classifier import training  # noqa: PLC0415

    return training.restore(own)


def rebuild(own: Path, progress: Progress, train: Train | None = None) -> dict[str, Any]:
    """Train from the shipped features alone, install nothing, and report.

    The report's ``moved`` is how far the weights lie from the shipped ones, ``reproduced`` whether
    that is rounding.
    """
    from models.classifier import training  # noqa: PLC0415

    with _workshop(own) as folder:
        for name in _WORDS:
            shutil.copy(WEIGHTS / name, folder / name)
        return (train or training.train)(data=None, out=folder, corrections=(), progress=progress)


def build_encoder(target: Path, data: Path | None, progress: Progress) -> dict[str, Any]:
    """Build the encoder anew into the folder ``target``; the old one stays until it is whole.

    Raises ``ImportError`` without what the extra ``encoder`` installs, ``FileNotFoundError``
    without one of the public sets below ``data``.
    """
    from models.classifier.encoder_build import build  # noqa: PLC0415 - an extra

    draft = target.with_name(f"{ENCODER}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        facts = build(out=draft, data=data, progress=progress)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        _clear(draft)
    return facts


@contextmanager
def _workshop(own: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, and so is what an earlier run left when it was killed."""
    place = own / _WORK
    shutil.rmtree(place, ignore_errors=True)
    folder = place / "model"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        _clear(place)


def _clear(folder: Path) -> None:
    """Remove a folder, and the one that it is in if that has nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.parent.is_dir() and not any(folder.parent.iterdir()):
        folder.parent.rmdir()


def _finish(folder: Path) -> None:
    """Sign the words with what they were trained beside, and put the shipped heads over them."""
    facts = _amend(folder, KIND, base=shipped_name())
    blend = folder / _BLEND
    shutil.rmtree(blend, ignore_errors=True)
    shutil.copytree(WEIGHTS / _BLEND, blend)
    name = str(facts["name"])
    _amend(blend, _BLEND, words=name, name=name.replace(KIND, _BLEND))


def _amend(folder: Path, kind: str, **more: str) -> dict[str, Any]:
    facts = {**manifest.read(folder, kind), **more}
    files = list(facts.pop("files"))
    del facts["format"]
    return manifest.write(folder, facts, files)
