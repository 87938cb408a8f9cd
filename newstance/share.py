"""A model as one file that is safe to take from strangers.

It is a zip of the model's folder in which the estimator is a skops file, not a pickle, and
``SHA256SUMS`` has the digest of every other entry (``sha256sum -c`` checks it). Nothing in it is
run or unpacked before its names, sizes, digests and types are seen to be those of a model.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from newstance.errors import NewstanceError
from newstance.files import read_bytes, read_text, replacing_file, telling_unreadable
from newstance.model import (
    CARD,
    CODEBOOK,
    FLAT,
    MANIFEST,
    METRICS,
    PIPELINE,
    READABLE,
    SKOPS,
    check_writable,
    load_model,
    load_pipeline,
    read_intact,
    read_manifest,
)
from newstance.serialized import LARGEST, check_types, check_unpacked_size, dump_skops
from newstance.versions import add, use

SUMS = "SHA256SUMS"
ENTRIES = (CARD, CODEBOOK, FLAT, MANIFEST, METRICS, SKOPS, SUMS)
EARLIEST = (1980, 1, 1, 0, 0, 0)  # an entry needs a date, and no clock is read


def export_model(directory: Path, file: Path, *, trusted: frozenset[str] = frozenset()) -> str:
    """Write a model to one file that can be shared safely; the SHA-256 of that file.

    Its estimator is loaded for that, under the conditions of ``newstance.model.load_pipeline``.
    """
    manifest = read_manifest(directory)
    if SKOPS in manifest.files:
        content = read_intact(directory, SKOPS, manifest)
    else:
        content = dump_skops(load_pipeline(directory, trusted=trusted))
    check_types(content, directory / SKOPS)
    fields = json.loads(read_text(directory / MANIFEST))
    fields["files"].pop(PIPELINE, None)
    fields["files"][SKOPS] = hashlib.sha256(content).hexdigest()
    entries = {
        **{name: read_intact(directory, name, manifest) for name in (CODEBOOK, FLAT, METRICS)},
        CARD: read_bytes(directory / CARD),
        MANIFEST: json.dumps(fields, indent=1, ensure_ascii=False).encode(),
        SKOPS: content,
    }
    entries[SUMS] = _sums(entries)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ENTRIES:
            entry = zipfile.ZipInfo(name, EARLIEST)
            archive.writestr(entry, entries[name], zipfile.ZIP_DEFLATED)
    with replacing_file(file) as partial:
        partial.write_bytes(stream.getvalue())
    return hashlib.sha256(stream.getvalue()).hexdigest()


def import_model(file: Path, directory: Path) -> str | None:
    """Put the model of a shared file in use in a folder; the version that was in use there before.

    Raises NewstanceError for a file that is no such model, was altered, or holds what could run
    code or fill the disk; the folder is then as it was. What was in use is kept as a version.
    """
    check_writable(directory)
    entries = _read_entries(file)
    _check_sums(entries, file)
    _check_format(entries, file)
    check_unpacked_size(entries[FLAT], file / FLAT)
    check_types(entries[SKOPS], file / SKOPS)
    return use(directory, add(directory, lambda folder: _unpack(entries, folder, file)))


def _read_entries(file: Path) -> dict[str, bytes]:
    """The entries of a shared file, if they are exactly those of one and not too large."""
    try:
        with telling_unreadable(file), zipfile.ZipFile(file) as archive:
            _check_entries(archive, file)
            return {name: archive.read(name) for name in ENTRIES}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise NewstanceError(
            f"{file}: is no whole shared model ({error}); ask for it again."
        ) from None


def _check_entries(archive: zipfile.ZipFile, file: Path) -> None:
    names = archive.namelist()
    strange = [name for n, name in enumerate(names) if name not in ENTRIES or name in names[:n]]
    missing = [name for name in ENTRIES if name not in names]
    if strange or missing:
        found = f"the entry {strange[0]!r}" if strange else f"no entry {missing[0]!r}"
        raise NewstanceError(
            f"{file}: has {found}; a shared model has {', '.join(ENTRIES)}, each once: do not use "
            "it, ask for one that 'newstance model export' wrote."
        )
    for entry in archive.infolist():
        if entry.file_size > LARGEST:
            raise NewstanceError(
                f"{file}: {entry.filename} unpacks to {entry.file_size:,} bytes, a model's part "
                f"has at most {LARGEST:,}; do not use it."
            )


def _check_format(entries: Mapping[str, bytes], file: Path) -> None:
    """Raise NewstanceError for an older format, whose estimator has types that are not ours now."""
    try:
        number = json.loads(entries[MANIFEST])["format"]
    except (ValueError, KeyError, TypeError):
        return  # what is no manifest is found once it is unpacked
    if number in READABLE[:-1]:
        raise NewstanceError(
            f"{file}: was exported by an older newstance (format {number}); ask its maker to "
            "retrain the model with this one and to export it again."
        )


def _check_sums(entries: Mapping[str, bytes], file: Path) -> None:
    """Raise NewstanceError unless the entries are as they were when they were exported."""
    told = entries[SUMS].decode(errors="replace").splitlines()
    for line in _sums(entries).decode().splitlines():
        if line not in told:
            raise NewstanceError(
                f"{file}: {line.split()[-1]} was altered after the model was exported; do not use "
                "it, ask for it again."
            )


def _sums(entries: Mapping[str, bytes]) -> bytes:
    """The digests of all entries but this one, as the program sha256sum writes them."""
    return "".join(
        f"{hashlib.sha256(entries[name]).hexdigest()}  {name}\n" for name in ENTRIES if name != SUMS
    ).encode()


def _unpack(entries: Mapping[str, bytes], folder: Path, file: Path) -> None:
    """Write the entries into a folder, and see that they are a model; errors name the file."""
    for name in ENTRIES:
        if name != SUMS:
            (folder / name).write_bytes(entries[name])
    try:
        load_model(folder)
        manifest = read_manifest(folder)
        if manifest.files.keys() != {CODEBOOK, FLAT, METRICS, SKOPS}:
            raise NewstanceError(f"{folder / MANIFEST}: tells of other files; do not use it.")
        for name in (METRICS, SKOPS):
            read_intact(folder, name, manifest)
    except NewstanceError as error:
        raise NewstanceError(str(error).replace(str(folder), str(file))) from None
