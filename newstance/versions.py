"""The versions of a model: every one that was written, in a folder beside the one that is in use.

Beside ``model`` stands ``model.versions``, with a whole copy of each version in a folder of its
name; the name is a digest of the manifest, so that the same model has the same name everywhere.
``verdict.json`` in a version says how it did when it was to be promoted.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from newstance.errors import NewstanceError
from newstance.files import read_text, replacing_file, replacing_folder, work_folder
from newstance.model import (
    CODEBOOK,
    FLAT,
    MANIFEST,
    METRICS,
    PIPELINE,
    SKOPS,
    Manifest,
    read_intact,
    read_manifest,
    write_json,
)

VERDICT = "verdict.json"


@dataclass(frozen=True)
class Verdict:
    """Whether a model was promoted over another (its name; None: there was none), and why not."""

    is_promoted: bool
    over: str | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A version of a model: where it is, what it was made from, and how it does."""

    name: str
    folder: Path
    is_in_use: bool
    size: int
    manifest: Manifest
    metrics: dict[str, Any]
    verdict: Verdict | None


def versions_folder(directory: Path) -> Path:
    """The folder that keeps the versions of the model in ``directory``."""
    directory = directory.resolve()
    return directory.with_name(f"{directory.name}.versions")


def name_of(directory: Path) -> str:
    """The name of the model in a folder: twelve signs of a digest of its manifest.

    The estimator's file is left out of it: sharing writes it anew.
    """
    read_manifest(directory)
    fields = json.loads(read_text(directory / MANIFEST))
    fields["files"] = {
        file: digest for file, digest in fields["files"].items() if file not in (PIPELINE, SKOPS)
    }
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:12]


def add(directory: Path, write: Callable[[Path], object]) -> str:
    """Have a model written as a version of the one in ``directory``; its name.

    ``write`` is given an empty folder. The model in use stays what it is.
    """
    kept = versions_folder(directory)
    with work_folder(kept) as work:
        folder = work / "model"
        folder.mkdir()
        write(folder)
        name = name_of(folder)
        with replacing_folder(kept / name) as partial:
            shutil.copytree(folder, partial, dirs_exist_ok=True)
    return name


def keep(directory: Path) -> str | None:
    """The name of the model in use, once it is among the versions; None if there is no model."""
    if not (directory / MANIFEST).is_file():
        return None
    try:
        name = name_of(directory)
    except NewstanceError as error:
        raise NewstanceError(
            f"{directory}: what stands there cannot be kept as a version ({error}); move it away, "
            "or give another folder."
        ) from None
    if not (versions_folder(directory) / name).is_dir():
        add(directory, lambda folder: shutil.copytree(directory, folder, dirs_exist_ok=True))
    return name


def use(directory: Path, name: str) -> str | None:
    """Put a version in use, in one step; the name of the version that was in use before."""
    folder = find(directory, name)
    manifest = read_manifest(folder)
    for file in {FLAT, CODEBOOK, METRICS, PIPELINE, SKOPS} & manifest.files.keys():
        read_intact(folder, file, manifest)
    before = keep(directory)
    with replacing_folder(directory) as partial:
        files = shutil.ignore_patterns(VERDICT)
        shutil.copytree(folder, partial, dirs_exist_ok=True, ignore=files)
    return before


def find(directory: Path, name: str) -> Path:
    """The folder of a version; raises NewstanceError, with those that there are, if it is none."""
    folders = {folder.name: folder for folder in _folders(directory)}
    if name not in folders:
        raise NewstanceError(
            f"{versions_folder(directory)}: there is no version {name!r}; it has "
            f"{', '.join(folders) or 'none'}: give one of these."
        )
    return folders[name]


def list_versions(directory: Path) -> list[Version]:
    """The versions of the model in a folder by name, the model in use among them."""
    folders = {folder.name: folder for folder in _folders(directory)}
    in_use = None
    if directory.is_dir() or not folders:
        in_use = name_of(directory)
        folders.setdefault(in_use, directory)
    return [
        read_version(folder, name=name, is_in_use=name == in_use)
        for name, folder in sorted(folders.items())
    ]


def read_version(folder: Path, *, name: str, is_in_use: bool) -> Version:
    """The version that a folder holds."""
    manifest = read_manifest(folder)
    verdict = folder / VERDICT
    return Version(
        name=name,
        folder=folder,
        is_in_use=is_in_use,
        size=sum(file.stat().st_size for file in folder.iterdir()),
        manifest=manifest,
        metrics=json.loads(read_intact(folder, METRICS, manifest)),
        verdict=_read_verdict(verdict) if verdict.is_file() else None,
    )


def write_verdict(directory: Path, name: str, verdict: Verdict) -> None:
    """Write down how a version did when it was to be promoted."""
    with replacing_file(find(directory, name) / VERDICT) as partial:
        write_json(partial, asdict(verdict))


def _read_verdict(path: Path) -> Verdict:
    try:
        fields = json.loads(read_text(path))
        return Verdict(fields["is_promoted"], fields["over"], tuple(fields["reasons"]))
    except (ValueError, KeyError, TypeError):
        raise NewstanceError(f"{path}: is no verdict; delete the file.") from None


def _folders(directory: Path) -> list[Path]:
    return sorted(path.parent for path in versions_folder(directory).glob(f"*/{MANIFEST}"))
