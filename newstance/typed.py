"""The labelled corpus as typed splits of the datasets library.

Every row has every field, null where it is absent, so that splits of several corpora go together.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.codebook import Codebook
from newstance.corpus import TEXT_FIELDS, read_corpus, refuse_faults
from newstance.records import Sentence

if TYPE_CHECKING:
    from datasets import DatasetDict, Features


def load_corpus(directory: Path) -> tuple[Codebook, "DatasetDict"]:
    """The codebook and the typed splits of a corpus; a topic's label is None where it has none.

    The same as ``datasets.load_dataset(directory)`` with a card that declares it, but fields that
    are absent are null, and a row that cannot be used raises NewstanceError with file and line.
    """
    corpus = read_corpus(directory)
    refuse_faults(corpus.faults)
    return corpus.codebook, to_datasets(corpus.splits, corpus.codebook)


def to_datasets(splits: Mapping[str, Sequence[Sentence]], codebook: Codebook) -> "DatasetDict":
    """Sentences by split as typed splits."""
    from datasets import Dataset, DatasetDict, disable_progress_bars

    disable_progress_bars()
    schema = features(codebook)
    return DatasetDict(
        {
            name: Dataset.from_list([_typed(s, codebook) for s in rows], features=schema)
            for name, rows in splits.items()
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
