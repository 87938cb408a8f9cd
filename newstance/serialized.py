"""The fitted estimator as bytes: joblib, which runs code as it is loaded, or skops, which does not.

A joblib file is for the machine that wrote it. A skops file is data: it names types and holds their
contents; it is read only if it names none but those that the estimator is made of.
"""

import contextlib
import io
import json
import lzma
import pickle
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.errors import NewstanceError

if TYPE_CHECKING:
    from newstance.pipeline import TopicStanceClassifier

LARGEST = 2**30
SCHEMA = "schema.json"
NUMBERS = ("numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64")
# How skops loads a type, and the types that it may load so.
ALLOWED = {
    "DictNode": {"builtins.dict"},
    "JsonNode": {"builtins.str"},
    "ListNode": {"builtins.list"},
    "TupleNode": {"builtins.tuple"},
    "SliceNode": {"builtins.slice"},
    "NdArrayNode": {"numpy.ndarray", *NUMBERS},
    "ConstructorFromReduceNode": {"builtins.frozenset"},
    "TypeNode": {"builtins.str", *NUMBERS},
    "ObjectNode": {
        "newstance.features.LengthScaledTfidf",
        "newstance.features.LogCountRatioScaler",
        "newstance.ngrams.NgramScorer",
        "newstance.pipeline.TopicStanceClassifier",
        "newstance.scores.Calibration",
        "sklearn.compose._column_transformer.ColumnTransformer",
        "sklearn.feature_extraction.text.TfidfTransformer",
        "sklearn.linear_model._logistic.LogisticRegression",
        "sklearn.pipeline.Pipeline",
    },
}


def dump_joblib(pipeline: "TopicStanceClassifier") -> bytes:
    """The estimator as a compressed joblib file; the same estimator gives the same bytes."""
    import joblib

    stream = io.BytesIO()
    joblib.dump(pipeline, stream, compress=("xz", 6))
    return stream.getvalue()


def load_joblib(content: bytes, path: Path) -> "TopicStanceClassifier":
    """The estimator in a joblib file, whose code is run: only for bytes that are trusted."""
    import joblib

    with _patches_taken():
        try:
            pipeline: TopicStanceClassifier = joblib.load(io.BytesIO(content))
        except (EOFError, lzma.LZMAError, pickle.UnpicklingError) as error:
            raise NewstanceError(
                f"{path}: is no whole joblib file ({error}); restore the folder or retrain it."
            ) from None
    return pipeline


def dump_skops(pipeline: "TopicStanceClassifier") -> bytes:
    """The estimator as a compressed skops file."""
    io_of_skops = _skops("writing a model to share")
    content: bytes = io_of_skops.dumps(pipeline, compression=zipfile.ZIP_DEFLATED)
    return content


def load_skops(content: bytes, path: Path) -> "TopicStanceClassifier":
    """The estimator in a skops file; raises NewstanceError if it names a type that is not ours."""
    check_types(content, path)
    io_of_skops = _skops(f"loading {path}")
    trusted = sorted(name for names in ALLOWED.values() for name in names)
    with _patches_taken():
        pipeline: TopicStanceClassifier = io_of_skops.loads(content, trusted=trusted)
    return pipeline


def check_types(content: bytes, path: Path) -> None:
    """Raise NewstanceError unless a skops file names allowed types alone and unpacks small enough.

    It is only read, not loaded: no type that it names is imported, skops itself is not needed.
    """
    check_unpacked_size(content, path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            schema = json.loads(archive.read(SCHEMA))
        found = sorted(set(_types(schema)))
    except (ValueError, KeyError, RecursionError, zipfile.BadZipFile) as error:
        raise NewstanceError(
            f"{path}: is no whole skops file ({error}); ask for the model again."
        ) from None
    for loader, name in found:
        if name not in ALLOWED.get(loader, ()):
            raise NewstanceError(
                f"{path}: holds the type {name} (as {loader}), which is no part of a newstance "
                "model and could run code; do not use it, ask its maker."
            )


def check_unpacked_size(content: bytes, path: Path) -> None:
    """Raise NewstanceError for a zip file that unpacks to more than a model can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise NewstanceError(f"{path}: is no whole file ({error}); ask for it again.") from None
    if size > LARGEST:
        raise NewstanceError(
            f"{path}: unpacks to {size:,} bytes, a model has at most {LARGEST:,}; do not use it."
        )


def _types(node: Any) -> Iterator[tuple[str, str]]:
    """How each node of a skops schema is loaded, and the type that it names."""
    if isinstance(node, dict):
        if "__loader__" in node:
            yield str(node["__loader__"]), f"{node['__module__']}.{node['__class__']}"
        for part in node.values():
            yield from _types(part)
    elif isinstance(node, list):
        for part in node:
            yield from _types(part)


def _skops(purpose: str) -> Any:
    try:
        import skops.io
    except ImportError:
        raise NewstanceError(f"{purpose} needs skops; install newstance[share].") from None
    return skops.io


@contextlib.contextmanager
def _patches_taken() -> Iterator[None]:
    """Do not warn of another patch version of scikit-learn; the minor one is checked before."""
    from sklearn.exceptions import InconsistentVersionWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InconsistentVersionWarning)
        yield
