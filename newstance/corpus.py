"""The labelled corpus: a folder with a codebook and, for each split, sentences as JSON lines.

Split ``train`` is ``train.jsonl`` or the files of ``train/``, and so for every other split. A row
is the one record plus, where known, ``id``, ``group`` (the news item that it belongs to, never
divided between splits or folds), where it comes from, and the coders' ``votes``.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from newstance import codebook as codebooks
from newstance.codebook import Codebook, read_codebook
from newstance.errors import NewstanceError
from newstance.files import read_bytes, read_text
from newstance.records import Sentence, drop_nulls, numbered_lines, parse_line

SPLITS = ("train", "exam", "news", "contrast")
TEXT_FIELDS = (
    "id",
    "group",
    "source",
    "url",
    "licence",
    "register",
    "date",
    "family",
    "note",
)
LOCK = ".newstance.lock"


@dataclass(frozen=True)
class Place:
    """Where a row stands: its file and its line, from 1, or its row where there are no lines."""

    path: Path
    line: int
    unit: str = "line"

    def __str__(self) -> str:
        return f"{self.path} {self.unit} {self.line}"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and where it stands."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}."


@dataclass(frozen=True)
class Corpus:
    """A codebook, the sentences of each split in the order of files and lines, and all faults.

    ``places`` has the same splits as ``splits`` and tells where each sentence stands.
    """

    codebook: Codebook
    splits: Mapping[str, tuple[Sentence, ...]]
    places: Mapping[str, tuple[Place, ...]]
    faults: tuple[Fault, ...]


def read_corpus(directory: Path, *, may_be_empty: bool = False) -> Corpus:
    """The corpus in a folder, with all its faults: rows that cannot be read, ids that stand twice,
    news items that are in two splits.

    Raises NewstanceError if the folder, its codebook or its training sentences are missing; a
    corpus that may be empty needs no sentences.
    """
    if not directory.is_dir():
        raise NewstanceError(f"{directory}: there is no such folder; give the corpus's folder.")
    codebook = read_codebook(directory / codebooks.FILE)
    rows: dict[str, dict[Place, Sentence]] = {}
    faults: list[Fault] = []
    for split in SPLITS:
        for path in split_files(directory, split):
            for number, line in numbered_lines(read_text(path)):
                place = Place(path, number)
                try:
                    sentence = parse_line(line, codebook=codebook)
                    check_votes(sentence, codebook)
                except ValueError as error:
                    faults.append(Fault(place, str(error)))
                else:
                    rows.setdefault(split, {})[place] = sentence
    if SPLITS[0] not in rows and not faults and not may_be_empty:
        raise NewstanceError(
            f"{directory}: no labelled sentences in train.jsonl or train/*.jsonl; label some with "
            f"'newstance label', add them with 'newstance corpus add FILE --corpus {directory}'."
        )
    faults += [*repeated_ids(rows), *divided_items(rows)]
    return Corpus(
        codebook,
        splits={split: tuple(own.values()) for split, own in rows.items()},
        places={split: tuple(own) for split, own in rows.items()},
        faults=tuple(faults),
    )


def refuse_faults(faults: Sequence[Fault]) -> None:
    """Raise NewstanceError with the first fault, if there is one, and the number of others."""
    if faults:
        more = f" ({len(faults) - 1} more faults)" if len(faults) > 1 else ""
        raise NewstanceError(f"{faults[0]}{more}")


def split_files(directory: Path, split: str) -> list[Path]:
    """The files of a split by name; raises NewstanceError if it is both a file and a folder."""
    single, several = directory / f"{split}.jsonl", sorted((directory / split).glob("*.jsonl"))
    if single.is_file() and several:
        raise NewstanceError(
            f"{directory}: split {split!r} is both {single.name} and a folder; keep one of them."
        )
    return [single] if single.is_file() else several


@contextmanager
def writing(directory: Path) -> Iterator[None]:
    """Hold a corpus's folder; raises NewstanceError if another process is writing there."""
    from filelock import FileLock, Timeout

    lock = FileLock(directory / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NewstanceError(
            f"{directory}: another process is writing to this corpus; wait for it, or stop it."
        ) from None
    except OSError as error:
        raise NewstanceError(
            f"{directory}: cannot be written ({error.strerror}); check its permissions."
        ) from None
    try:
        yield
    finally:
        lock.release()


def corpus_digest(directory: Path) -> str:
    """The SHA-256 of a corpus's codebook and data files, with their names."""
    digest = hashlib.sha256()
    paths = [
        directory / codebooks.FILE,
        *(p for split in SPLITS for p in split_files(directory, split)),
    ]
    for path in paths:
        content = read_bytes(path)
        digest.update(f"{path.relative_to(directory).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def groups(names: Iterable[object]) -> list[str]:
    """The news item of each row, of the field ``group``; a row without is an item of its own."""
    return [
        f"row {number}" if name in (None, "") else str(name) for number, name in enumerate(names)
    ]


def count(
    labels: Sequence[Mapping[str, str | None]], groups: Sequence[str], codebook: Codebook
) -> dict[str, Any]:
    """The size of a split: sentences, news items, sentences without topic, stances by topic."""
    given = Counter((topic, stance) for row in labels for topic, stance in row.items() if stance)
    return {
        "sentences": len(labels),
        "items": len(set(groups)),
        "none": sum(not any(row.values()) for row in labels),
        "labels": {
            topic: {stance: given[topic, stance] for stance in codebook.stance_names}
            for topic in codebook.topic_names
        },
    }


def check_votes(sentence: Sentence, codebook: Codebook) -> None:
    """Raise ValueError that says what is wrong with a row's votes, if anything is."""
    votes = sentence.other.get("votes") or []
    if not isinstance(votes, list):
        raise ValueError("'votes' is no list; write one object for each coder")
    for vote in votes:
        if not isinstance(vote, dict) or not isinstance(vote.get("coder"), str):
            raise ValueError("a vote is no object with 'coder' and 'labels'; correct it")
        coder = f"the vote of {vote['coder']!r}"
        if fault := codebook.fault(drop_nulls(vote.get("labels"))):
            raise ValueError(f"in {coder}, {fault}")
        if vote.get("date") is not None and not _is_date(vote["date"]):
            raise ValueError(f"{coder} has no date like '2026-11-20'; correct it")
        if not isinstance(version := vote.get("codebook"), int | None):
            raise ValueError(f"{coder} has a codebook version that is no whole number; correct it")
        if version is not None and version > codebook.version:
            raise ValueError(
                f"{coder} is by codebook {version}, and the codebook is at version "
                f"{codebook.version}; correct one of them"
            )


def repeated_ids(rows: Mapping[str, Mapping[Place, Sentence]]) -> Iterator[Fault]:
    """A fault for each row, by split and place, whose id another row has too."""
    first: dict[str, Place] = {}
    for own in rows.values():
        for place, sentence in own.items():
            name = str(sentence.other.get("id") or place)
            if first.setdefault(name, place) != place:
                message = f"the id {name!r} also stands at {first[name]}; give each row its own"
                yield Fault(place, message)


def divided_items(rows: Mapping[str, Mapping[Place, Sentence]]) -> Iterator[Fault]:
    """A fault for each row, by split and place, whose news item is in another split too."""
    first: dict[str, tuple[str, Place]] = {}
    for split, own in rows.items():
        for place, sentence in own.items():
            item = str(sentence.other.get("group") or place)
            other, where = first.setdefault(item, (split, place))
            if other != split:
                yield Fault(
                    place,
                    f"the news item {item!r} is also in split {other!r} ({where}); "
                    "keep an item in one split",
                )


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
