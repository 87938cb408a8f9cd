"""The code that a model depends on: a model of other code may have other coefficients."""

import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parent
SHAPING_MODULES = (
    "merge.py",
    "overlap.py",
    "words.py",
    "features.py",
    "ngrams.py",
    "calibration.py",
    "scores.py",
    "pipeline.py",
    "flatten.py",
    "cross_validation.py",
    "train.py",
    "metrics.py",
)


def code_digest() -> str:
    """The SHA-256 of the modules that shape a model."""
    digest = hashlib.sha256()
    for name in SHAPING_MODULES:
        digest.update((_PACKAGE / name).read_bytes())
    return digest.hexdigest()
