"""The labelled corpus: a folder with a codebook and, for each split, sentences as JSON lines.

Split ``train`` is ``train.jsonl`` or the files of ``train/``, and so for every other split. A row
is the one record plus, where known, ``id``, ``group`` (the news item that it belongs to, never
divided between splits or folds), where it comes from, and the coders' ``votes``.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.codebook import Codebook, read_codebook
from newstance.errors import NewstanceError
from newstance.files import read_bytes, read_text
from newstance.records import Sentence, drop_nulls, numbered_lines, parse_line

if TYPE_CHECKING:
    from datasets import DatasetDict, Features

CODEBOOK = "codebook.toml"
SPLITS = ("train", "exam", "contrast")
TEXT_FIELDS = ("id", "group", "source", "register", "date", "family", "note")


@dataclass(frozen=True)
class Fault:
    """A row that cannot be used: its file, its line (from 1), and what is wrong with it."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path} line {self.line}: {self.message}."


@dataclass(frozen=True)
class Corpus:
    """A codebook, the sentences of each split in the order of files and lines, and all faults."""

    codebook: Codebook
    splits: Mapping[str, tuple[Sentence, ...]]
    faults: tuple[Fault, ...]


def read_corpus(directory: Path) -> Corpus:
    """The corpus in a folder, with every row that cannot be used listed among its faults.

    Raises NewstanceError if the folder, its codebook or its training sentences are missing.
    """
    if not directory.is_dir():
        raise NewstanceError(f"{directory}: there is no such folder; give the corpus's folder.")
    codebook = read_codebook(directory / CODEBOOK)
    splits: dict[str, tuple[Sentence, ...]] = {}
    faults: list[Fault] = []
    for split in SPLITS:
        sentences: list[Sentence] = []
        for path in split_files(directory, split):
            for number, line in numbered_lines(read_text(path)):
                try:
                    sentences.append(parse_line(line, codebook=codebook))
                    _check_votes(sentences[-1], codebook)
                except ValueError as error:
                    faults.append(Fault(path, number, str(error)))
        if sentences:
            splits[split] = tuple(sentences)
    if SPLITS[0] not in splits and not faults:
        raise NewstanceError(
            f"{directory}: no labelled sentences in train.jsonl or train/*.jsonl; add some."
        )
    return Corpus(codebook, splits, tuple(faults))


def load_corpus(directory: Path) -> tuple[Codebook, "DatasetDict"]:
    """The codebook and the typed splits of a corpus; a topic's label is None where it has none.

    The same as ``datasets.load_dataset(directory)`` with a card that declares it, but fields that
    are absent are null, and a row that cannot be used raises NewstanceError with file and line.
    """
    from datasets import Dataset, DatasetDict, disable_progress_bars

    disable_progress_bars()
    corpus = read_corpus(directory)
    if corpus.faults:
        more = f" ({len(corpus.faults) - 1} more faults)" if len(corpus.faults) > 1 else ""
        raise NewstanceError(f"{corpus.faults[0]}{more}")
    schema = features(corpus.codebook)
    return corpus.codebook, DatasetDict(
        {
            name: Dataset.from_list([_typed(s, corpus.codebook) for s in rows], features=schema)
            for name, rows in corpus.splits.items()
        }
    )


def features(codebook: Codebook) -> "Features":
    """The columns of a split, with their types."""
    from datasets import Features, List, Value

    labels = {topic: Value("string") for topic in codebook.topic_names}
    vote = {"coder": Value("string"), "date": Value("date32"), "codebook": Value("int64")}
    texts = ("text", "context", *TEXT_FIELDS)
    return Features(
        {name: Value("string") for name in texts}
        | {
            "hard_negative": Value("bool"),
            "labels": labels,
            "votes": List(vote | {"labels": labels}),
        }
    )


def split_files(directory: Path, split: str) -> list[Path]:
    """The files of a split, in the order of their names."""
    single = directory / f"{split}.jsonl"
    return [single] if single.is_file() else sorted((directory / split).glob("*.jsonl"))


def corpus_digest(directory: Path) -> str:
    """The SHA-256 of a corpus's codebook and data files, with their names."""
    digest = hashlib.sha256()
    paths = [directory / CODEBOOK, *(p for split in SPLITS for p in split_files(directory, split))]
    for path in paths:
        content = read_bytes(path)
        digest.update(f"{path.relative_to(directory).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def groups(names: Iterable[str | None]) -> list[str]:
    """The news item of each row, of the field ``group``; a row without is an item of its own."""
    return [name or f"row {number}" for number, name in enumerate(names)]


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


def _check_votes(sentence: Sentence, codebook: Codebook) -> None:
    for vote in sentence.other.get("votes") or []:
        if not isinstance(vote, dict) or "coder" not in vote:
            raise ValueError("a vote is no object with 'coder' and 'labels'; correct it")
        if fault := codebook.fault(drop_nulls(vote.get("labels"))):
            raise ValueError(f"in the vote of {vote['coder']!r}, {fault}")
        if vote.get("date") and not _is_date(vote["date"]):
            raise ValueError(
                f"the vote of {vote['coder']!r} has no date like 2026-11-20; correct it"
            )


def _typed(sentence: Sentence, codebook: Codebook) -> dict[str, Any]:
    other = sentence.other
    return {
        **{name: None if other.get(name) is None else str(other[name]) for name in TEXT_FIELDS},
        "text": sentence.text,
        "context": sentence.context,
        "hard_negative": bool(other.get("hard_negative")),
        "labels": _by_topic(sentence.labels, codebook),
        "votes": [_typed_vote(vote, codebook) for vote in other.get("votes") or []],
    }


def _typed_vote(vote: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    return {
        "coder": str(vote["coder"]),
        "date": date.fromisoformat(vote["date"]) if vote.get("date") else None,
        "codebook": vote.get("codebook"),
        "labels": _by_topic(vote["labels"], codebook),
    }


def _by_topic(labels: Mapping[str, str] | None, codebook: Codebook) -> dict[str, str | None]:
    return {topic: (labels or {}).get(topic) for topic in codebook.topic_names}


def _is_date(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
