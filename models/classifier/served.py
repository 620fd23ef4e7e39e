"""Which model serves: the unit's own where one was trained and is sound, else the shipped one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from models.classifier import manifest
from models.classifier.blend import load_blend
from models.classifier.leading import lead
from models.classifier.words import ARRAYS_FILE, KIND, VOCABULARY_FILE, WEIGHTS, Words, load_words
from models.errors import BrokenModel
from models.verdict import Classifier
from models.why import Explainer

#: The encoder's folder in a model's.
ENCODER = "encoder"
#: What a model's own words are made of: where one of these lies, a model is meant to be.
_PARTS = (manifest.NAME, ARRAYS_FILE, VOCABULARY_FILE)


@dataclass(frozen=True, slots=True)
class Served:
    """The classifier that judges, the words that it can be explained by, and where it lies.

    ``refused`` tells why the unit's own model does not serve though there is one.
    """

    classifier: Classifier
    words: Words
    folder: Path
    refused: BrokenModel | None = None

    @property
    def explainer(self) -> Explainer:
        return partial(lead, self.words)

    @property
    def own(self) -> bool:
        """Whether it is the unit's own."""
        return self.folder != WEIGHTS

    @property
    def date(self) -> str:
        """When it was trained, ISO."""
        return str(self._facts.get("date", ""))

    @property
    def corrections(self) -> int:
        """How many posts put right by people it learned from."""
        return corrections_in(self._facts)

    @property
    def _facts(self) -> dict[str, Any]:
        return manifest.read(self.folder, KIND)


def corrections_in(facts: dict[str, Any]) -> int:
    """The rows of people's corrections that a manifest names."""
    return sum(
        int(source.get("rows", 0))
        for source in facts.get("sources", ())
        if source.get("name") == "corrections"
    )


def load_served(own: Path | None = None, *, encoder: bool = False) -> Served:
    """Load the model of the folder ``own``, else (none there, broken, foreign) the shipped one.

    An encoder built there serves in the place of the shipped one, if the heads are of its kind.

    Raises ``BrokenModel`` (file, reason) only when the shipped one is damaged.
    """
    if own is None:
        return _load(WEIGHTS, WEIGHTS / ENCODER, encoder=encoder)
    try:
        if not there(own):
            return _load(WEIGHTS, _encoder_of(own), encoder=encoder)
        _check_release(own)
        return _load(own, _encoder_of(own), encoder=encoder)
    except BrokenModel as error:
        shipped = _load(WEIGHTS, WEIGHTS / ENCODER, encoder=encoder)
        return Served(shipped.classifier, shipped.words, WEIGHTS, refused=error)


def there(folder: Path) -> bool:
    """Whether a model, sound or not, lies in a folder."""
    return any((folder / name).exists() for name in _PARTS)


def shipped_name() -> str:
    """The name of the shipped words model, which one trained beside it carries as its ``base``."""
    return str(manifest.read(WEIGHTS, KIND).get("name"))


def _check_release(own: Path) -> None:
    """A model of another release would hold back what this one does better."""
    base = manifest.read(own, KIND).get("base")
    if base != shipped_name():
        raise manifest.broken(own / manifest.NAME, f"trained beside another release ({base})")


def _encoder_of(own: Path) -> Path:
    built = own / ENCODER
    return built if built.is_dir() else WEIGHTS / ENCODER


def _load(folder: Path, encoder_folder: Path, *, encoder: bool) -> Served:
    words = load_words(folder)
    if not encoder:
        return Served(words, words, folder)
    from models.classifier.encoder import load_encoder  # noqa: PLC0415 - 0.2 s and 70 MB

    reader = load_encoder(encoder_folder)
    if encoder_folder != WEIGHTS / ENCODER:
        _check_encoder(encoder_folder, reader.name)
    return Served(load_blend(words, reader, folder / "blend"), words, folder)


def _check_encoder(folder: Path, name: str) -> None:
    """The heads were fitted over the numbers of one encoder; those of another mean nothing."""
    if name != manifest.read(WEIGHTS / ENCODER, ENCODER).get("name"):
        raise manifest.broken(folder / manifest.NAME, f"built in another release ({name})")
