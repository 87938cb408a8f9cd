"""A trained model: the folder that ``train`` writes and ``classify`` reads.

It holds the fitted pipeline, the same model as plain arrays (``flat.npz``), the codebook that it
was trained on, ``manifest.json`` (what it was made from, and the SHA-256 of each file),
``metrics.json`` and a card. The bytes that are hashed are the bytes that are loaded.

Format 1 tells less in its manifest and is read as it was. Format 2 tells all that a refit takes.
Format 3 has another estimator in its pipeline; that of the formats before can no more be loaded.
"""

import hashlib
import io
import json
import platform
import shlex
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance import codebook as codebooks
from newstance.codebook import Codebook, parse_codebook, read_codebook
from newstance.errors import NewstanceError
from newstance.files import decode, read_bytes, read_text
from newstance.flat import FlatScorer, load_tables, save_tables
from newstance.predictions import Predictions
from newstance.records import Sentence
from newstance.serialized import dump_joblib, load_joblib, load_skops
from newstance.shaping import code_digest

if TYPE_CHECKING:
    from newstance.pipeline import TopicStanceClassifier

FORMAT = 3
READABLE = (1, 2, FORMAT)
FLAT, PIPELINE, SKOPS, CODEBOOK = "flat.npz", "pipeline.joblib", "pipeline.skops", codebooks.FILE
MANIFEST, METRICS, CARD = "manifest.json", "metrics.json", "README.md"
LIBRARIES = ("scikit-learn", "scipy", "numpy", "joblib")

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Manifest:
    """What a model was made from and consists of; digests are SHA-256 in hexadecimal.

    ``corpora`` are folders, as they were given, with their digests, ``corpus`` is the digest of
    all; ``left_out`` training sentences were too like one that is measured on, ``repeated`` rows
    stood in an earlier corpus too. Format 1 does not tell what has a default here.
    """

    format: int
    newstance: str
    python: str
    libraries: dict[str, str]
    corpus: str
    code: str
    counts: dict[str, Any]
    files: dict[str, str]
    corpora: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    repeated: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A model ready to classify: its codebook, its manifest, and the scorer on plain arrays."""

    codebook: Codebook
    manifest: Manifest
    scorer: FlatScorer

    def predict(self, sentences: Sequence[Sentence]) -> Predictions:
        """What the model says of sentences."""
        return self.scorer.predict_sentences(sentences)


def shipped_model() -> Path:
    """The folder of the model that comes with newstance: in the package, or in its checkout."""
    installed = _PACKAGE / "shipped"
    return installed if installed.is_dir() else _PACKAGE.parent / "model"


def load_model(directory: Path | None = None) -> Model:
    """The model in a folder, by default the shipped one; it is read without running code from it.

    Raises NewstanceError if it is missing, altered or of another format.
    """
    directory = directory or shipped_model()
    manifest = read_manifest(directory)
    codebook = read_model_codebook(directory, manifest)
    content = read_intact(directory, FLAT, manifest)
    try:
        scorer = FlatScorer(load_tables(io.BytesIO(content)))
    except (ValueError, KeyError, TypeError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        raise NewstanceError(
            f"{directory / FLAT}: holds no tables of a newstance model ({error}); "
            "retrain it with 'newstance train'."
        ) from None
    _check_labels(directory, codebook, scorer.tables)
    return Model(codebook, manifest, scorer)


def load_pipeline(
    directory: Path | None = None, *, trusted: frozenset[str] = frozenset()
) -> "TopicStanceClassifier":
    """The scikit-learn estimator of a model, by default of the shipped one.

    A trained one is a pickle, and a pickle runs code when it is loaded: NewstanceError is raised,
    and pickle not touched, unless the SHA-256 of its bytes is the shipped pipeline's or among
    ``trusted``. A shared one is a skops file, which runs none. NewstanceError also if it is
    missing, altered, or written by another version of scikit-learn.
    """
    directory = directory or shipped_model()
    manifest = read_manifest(directory)
    _check_estimator(directory, manifest)
    if SKOPS in manifest.files:
        content = read_intact(directory, SKOPS, manifest)
        pipeline = load_skops(content, directory / SKOPS)
    else:
        pipeline = _load_trusted(directory, manifest, trusted)
    _check_labels(directory, read_model_codebook(directory, manifest), pipeline)
    return pipeline


def _load_trusted(
    directory: Path, manifest: Manifest, trusted: frozenset[str]
) -> "TopicStanceClassifier":
    content = read_intact(directory, PIPELINE, manifest)
    shipped = read_manifest(shipped_model()).files[PIPELINE]
    if manifest.files[PIPELINE] not in trusted | {shipped}:
        raise NewstanceError(
            f"{directory / PIPELINE}: was not trained by you on this machine, and loading it could "
            "run any code that is hidden in it; if you know who made it, allow it with "
            f"'newstance model trust {directory}', else use its plain arrays or retrain it."
        )
    return load_joblib(content, directory / PIPELINE)


def read_model_codebook(directory: Path, manifest: Manifest) -> Codebook:
    """The codebook that a model was trained on."""
    content = read_intact(directory, CODEBOOK, manifest)
    name = str(directory / CODEBOOK)
    return parse_codebook(decode(content, name=name), name=name)


def read_manifest(directory: Path) -> Manifest:
    """The manifest of a model's folder, of a format that this newstance reads."""
    if not directory.is_dir():
        raise NewstanceError(f"{directory}: there is no such folder; give a model's folder.")
    path = directory / MANIFEST
    try:
        fields = json.loads(read_text(path))
        if fields["format"] in READABLE:
            manifest = Manifest(**fields)
            names = manifest.files.keys()
            if (
                {FLAT, CODEBOOK} <= names
                and {PIPELINE, SKOPS} & names
                and manifest.libraries[LIBRARIES[0]]
            ):
                return manifest
            raise ValueError("fields are missing")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NewstanceError(
            f"{path}: is no manifest of a newstance model; retrain it with 'newstance train'."
        ) from None
    raise NewstanceError(
        f"{path}: is of format {fields['format']}, this newstance reads formats "
        f"{READABLE[0]} to {READABLE[-1]}; install a newer newstance, or retrain the model with "
        "'newstance train'."
    )


def read_intact(directory: Path, name: str, manifest: Manifest) -> bytes:
    """The bytes of a model's file, if they are those that the manifest tells of."""
    content = read_bytes(directory / name)
    if hashlib.sha256(content).hexdigest() != manifest.files.get(name):
        raise NewstanceError(
            f"{directory / name}: was cut short or altered after training; "
            "restore the folder or retrain it with 'newstance train'."
        )
    return content


def check_writable(directory: Path) -> None:
    """Raise NewstanceError if something other than a model stands where one is to be written."""
    if directory.is_dir():
        is_free = (directory / MANIFEST).is_file() or not any(directory.iterdir())
    else:
        is_free = not directory.exists()
    if not is_free:
        raise NewstanceError(
            f"{directory}: holds something other than a model, which would be lost; "
            "give a new folder, an empty one or a model's."
        )


def write_model(
    folder: Path,
    *,
    pipeline: "TopicStanceClassifier",
    codebook: Path,
    corpora: Mapping[str, str],
    counts: Mapping[str, Any],
    metrics: Mapping[str, Any],
    left_out: int = 0,
    repeated: int = 0,
) -> Manifest:
    """Write a model's files into an empty folder and return its manifest."""
    from importlib.metadata import version

    from newstance.flatten import flatten
    from newstance.model_card import model_card

    (folder / PIPELINE).write_bytes(dump_joblib(pipeline))
    save_tables(flatten(pipeline), folder / FLAT)
    (folder / CODEBOOK).write_bytes(read_bytes(codebook))
    write_json(folder / METRICS, metrics)
    manifest = Manifest(
        format=FORMAT,
        newstance=version("newstance"),
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        corpus=digest_of_all(list(corpora.values())),
        code=code_digest(),
        counts=dict(counts),
        files={
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in (FLAT, PIPELINE, CODEBOOK, METRICS)
        },
        corpora=dict(corpora),
        left_out=left_out,
        repeated=repeated,
        parameters=pipeline.get_params(deep=False) | {"scorer": pipeline.scorer_.get_params()},
    )
    write_json(folder / MANIFEST, asdict(manifest))
    (folder / CARD).write_text(
        model_card(read_codebook(codebook), asdict(manifest), metrics), encoding="utf-8"
    )
    return manifest


def refit_command(directory: Path, manifest: Manifest) -> str:
    """The command that refits a model from its corpora into its folder."""
    corpora = [part for folder in manifest.corpora or ["CORPUS"] for part in ("--corpus", folder)]
    return shlex.join(["newstance", "train", *corpora, "--output", str(directory)])


def digest_of_all(digests: Sequence[str]) -> str:
    """One digest for several; that of a single one is itself."""
    joined = "\n".join(digests).encode()
    return digests[0] if len(digests) == 1 else hashlib.sha256(joined).hexdigest()


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object as the files of a model have it."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _check_labels(directory: Path, codebook: Codebook, trained: Any) -> None:
    """``trained`` has ``topics`` and ``stances``; they are to be the codebook's."""
    if (tuple(trained.topics), tuple(trained.stances)) != (
        codebook.topic_names,
        codebook.stance_names,
    ):
        raise NewstanceError(
            f"{directory / CODEBOOK}: has other topics or stances than the model beside it; "
            "restore the folder or retrain it with 'newstance train'."
        )


def _check_estimator(directory: Path, manifest: Manifest) -> None:
    """Raise NewstanceError for an estimator of an older format, or of another scikit-learn.

    A pickle is promised to load in the minor version that wrote it; patches are taken.
    """
    from importlib.metadata import version

    retrain = f"retrain it with '{refit_command(directory, manifest)}'"
    if manifest.format < FORMAT:
        raise NewstanceError(
            f"{directory}: is of format {manifest.format}, whose scikit-learn estimator is another "
            f"than this newstance has; {retrain}. 'newstance classify' does without it."
        )
    there, here = manifest.libraries["scikit-learn"], version("scikit-learn")
    if there.split(".")[:2] != here.split(".")[:2]:
        raise NewstanceError(
            f"{directory}: was trained with scikit-learn {there}, here is {here}, which cannot "
            f"load it safely; {retrain}."
        )
