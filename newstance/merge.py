"""Several corpora as one to train on: the first one's codebook, and the sentences of all.

A sentence that stands in two of them counts once. What is measured on stays out of what is fitted
on, also where another corpus brings a near-duplicate of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newstance import codebook as codebooks
from newstance.cards import labels_in_words
from newstance.codebook import Codebook, labels_unlike
from newstance.corpus import (
    SPLITS,
    Corpus,
    Fault,
    Place,
    divided_items,
    read_corpus,
    refuse_faults,
    repeated_ids,
)
from newstance.errors import NewstanceError
from newstance.overlap import near_copies
from newstance.records import Sentence

Rows = dict[Place, Sentence]


@dataclass(frozen=True)
class Merged:
    """Corpora as one: the sentences of each split, in the order of corpora, files and lines.

    ``left_out`` are the training rows that were too like a sentence that is measured on,
    ``n_repeated`` is how many rows of a later corpus an earlier one already has.
    """

    codebook: Codebook
    splits: dict[str, list[Sentence]]
    left_out: tuple[Fault, ...]
    n_repeated: int


def merge(directories: Sequence[Path]) -> Merged:
    """The corpora in one or more folders as one.

    Raises NewstanceError for a corpus with a fault, codebooks with other topics or stances, and
    rows that contradict one another: a text with two labels, an id of two texts, a news item in two
    splits.
    """
    corpora = [read_corpus(directory) for directory in directories]
    for directory, corpus in zip(directories, corpora, strict=True):
        refuse_faults(corpus.faults)
        if unlike := labels_unlike(corpora[0].codebook, corpus.codebook):
            raise NewstanceError(
                f"{directory / codebooks.FILE}: has other labels than "
                f"{directories[0] / codebooks.FILE} ({unlike}); corpora that are trained on "
                "together need the same: rename them, or train on one."
            )
    by_corpus = {split: [_rows(corpus, split) for corpus in corpora] for split in SPLITS}
    train, *told = SPLITS
    left_out = _leave_out(by_corpus[train], [rows for split in told for rows in by_corpus[split]])
    n_repeated = sum(_leave_out_repeated(parts) for parts in by_corpus.values())
    rows = {
        split: dict(item for part in parts for item in part.items())
        for split, parts in by_corpus.items()
    }
    refuse_faults([*repeated_ids(rows), *divided_items(rows)])
    if not rows[train]:
        raise NewstanceError(
            f"{directories[0]}: every training sentence nearly repeats one that is measured on; "
            "add others."
        )
    splits = {split: list(own.values()) for split, own in rows.items() if own}
    return Merged(corpora[0].codebook, splits, left_out, n_repeated)


def _rows(corpus: Corpus, split: str) -> Rows:
    return dict(zip(corpus.places.get(split, ()), corpus.splits.get(split, ()), strict=True))


def _leave_out(train: Sequence[Rows], told: Sequence[Rows]) -> tuple[Fault, ...]:
    """Take training rows that are near-duplicates of rows to be told out of ``train``."""
    originals = {place: row.text for rows in told for place, row in rows.items()}
    where = list(originals)
    left_out = []
    for rows in train:
        places = list(rows)
        copies = near_copies([row.text for row in rows.values()], list(originals.values()))
        for number, original in copies.items():
            message = (
                f"left out, as it is nearly the same as {where[original]}, which is measured on"
            )
            left_out.append(Fault(places[number], message))
            del rows[places[number]]
    return tuple(left_out)


def _leave_out_repeated(parts: Sequence[Rows]) -> int:
    """Take rows that an earlier corpus has out of later ones; how many they were."""
    known: dict[tuple[str, str], tuple[Place, Sentence]] = {}
    n_repeated = 0
    for rows in parts:
        repeated = []
        for place, row in rows.items():
            if (row.text, row.context) in known:
                _check_same_labels(place, row, *known[row.text, row.context])
                repeated.append(place)
        for place in repeated:
            del rows[place]
        for place, row in rows.items():
            known.setdefault((row.text, row.context), (place, row))
        n_repeated += len(repeated)
    return n_repeated


def _check_same_labels(place: Place, row: Sentence, first: Place, known: Sentence) -> None:
    if row.labels != known.labels:
        raise NewstanceError(
            f"{place}: has other labels ({labels_in_words(row.labels or {})}) than the same "
            f"sentence at {first} ({labels_in_words(known.labels or {})}); correct one of them."
        )
