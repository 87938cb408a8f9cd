"""Labels of a corpus that a model blind to them contradicts: candidates for a second look.

They are found by confident learning (Northcutt, Jiang and Chuang 2021), a few lines that stand here
because cleanlab, its authors' library, is under the AGPL. A doubtful label is not a wrong one: a
person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from newstance.codebook import Codebook
from newstance.corpus import SPLITS, Corpus, Place, read_corpus
from newstance.errors import NewstanceError
from newstance.explain import find_parts
from newstance.files import replacing_file
from newstance.flat import FlatScorer
from newstance.predictions import Floats, Ints, Predictions, to_gold
from newstance.progress import Progress, tell_nobody
from newstance.queue import PICKED, RANK
from newstance.records import Sentence, to_line

DOUBT = "doubt"
DECIMALS = 6
WORDS_SHOWN = 4


@dataclass(frozen=True)
class Doubt:
    """A doubtful label: the stance in the corpus and the likelier one, None for no such topic.

    The probabilities are of the topic's absence and presence if one of the two is None; else they
    are the stances' given the topic. ``for_label`` and ``for_likelier`` are the words that speak
    most for each reading, to a model that knows all sentences.
    """

    place: Place
    sentence: Sentence
    topic: str
    label: str | None
    likelier: str | None
    label_probability: float
    likelier_probability: float
    for_label: tuple[str, ...] = ()
    for_likelier: tuple[str, ...] = ()

    @property
    def margin(self) -> float:
        """By how much the likelier label is likelier."""
        return self.likelier_probability - self.label_probability

    def to_json(self) -> dict[str, Any]:
        """All that the doubt says, with file and line, without the sentence."""
        return {
            "topic": self.topic,
            "label": self.label,
            "likelier": self.likelier,
            "label_probability": round(self.label_probability, DECIMALS),
            "likelier_probability": round(self.likelier_probability, DECIMALS),
            "margin": round(self.margin, DECIMALS),
            "for_label": list(self.for_label),
            "for_likelier": list(self.for_likelier),
            "file": str(self.place.path),
            "line": self.place.line,
        }


def find_doubts(
    directory: Path, *, n_jobs: int = -1, progress: Progress = tell_nobody
) -> list[Doubt]:
    """The doubtful labels of a corpus's training sentences, the largest margin first.

    Each sentence is judged by a model that never saw its news item. Raises NewstanceError for a
    corpus with a fault, or too small to cross-validate.
    """
    corpus = read_corpus(directory)
    if corpus.faults:
        raise NewstanceError(f"{corpus.faults[0]} 'newstance corpus check' lists every fault.")
    scorer, held_out = _fit(corpus, directory, n_jobs, progress)
    return [_read_both_ways(doubt, scorer) for doubt in doubts(corpus, held_out)]


def doubts(corpus: Corpus, held_out: Predictions) -> list[Doubt]:
    """The doubtful labels of the training sentences, given held-out predictions of them.

    Ours departs from the paper in leaving out those whose own label is still the likelier.
    """
    sentences, places = corpus.splits[SPLITS[0]], corpus.places[SPLITS[0]]
    gold = to_gold([sentence.labels or {} for sentence in sentences], corpus.codebook)
    found = []
    for n, k, likelier, low, high in _contradicted(gold, held_out):
        label, other = (_stance(s, corpus.codebook) for s in (int(gold[n, k]), likelier))
        topic = corpus.codebook.topic_names[k]
        if high > low:
            found.append(Doubt(places[n], sentences[n], topic, label, other, low, high))
    return sorted(found, key=lambda doubt: -doubt.margin)


def confidently_other(labels: Ints, probabilities: Floats) -> Ints:
    """The class that each row confidently belongs to if it is not its label's, else -1.

    ``labels`` (n,), ``probabilities`` (n, classes). A row is confidently in a class if its
    probability reaches the mean of those that carry the class's label; of several the likeliest
    counts. These are the off-diagonal counts of the confident joint. A class that nobody has been
    given has no mean, and so no members.
    """
    n_classes = probabilities.shape[1]
    means = [
        probabilities[labels == c, c].mean() if (labels == c).any() else np.inf
        for c in range(n_classes)
    ]
    confident = np.where(probabilities >= np.array(means), probabilities, -1.0)
    best = confident.argmax(axis=1)
    is_other = (confident.max(axis=1) >= 0) & (best != labels)
    return np.where(is_other, best, -1)


def write_queue(found: Sequence[Doubt], output: Path) -> None:
    """Write the doubtful sentences, each once, as a queue for ``newstance label``, in one step.

    A row is the corpus's with ``picked`` and, in ``doubt``, its labels there and what is doubted.
    """
    by_place: dict[Place, list[Doubt]] = {}
    for doubt in found:
        by_place.setdefault(doubt.place, []).append(doubt)
    with replacing_file(output) as partial, partial.open("w", encoding="utf-8") as stream:
        for rank, own in enumerate(by_place.values(), 1):
            stream.write(f"{to_line(_queued(own, rank))}\n")


def _queued(own: Sequence[Doubt], rank: int) -> Sentence:
    sentence = own[0].sentence
    told = {
        "labels": dict(sentence.labels or {}),
        "found": [doubt.to_json() for doubt in own],
    }
    other = {**sentence.other, PICKED: DOUBT, RANK: rank, DOUBT: told}
    return replace(sentence, labels=None, other=other)


def _contradicted(gold: Ints, said: Predictions) -> Iterator[tuple[int, int, int, float, float]]:
    """Row, topic, likelier stance (-1: not given), the label's probability, the likelier one's."""
    for k in range(gold.shape[1]):
        is_given = (gold[:, k] >= 0).astype(np.intp)
        both = np.stack([1 - said.topics[:, k], said.topics[:, k]], axis=1)
        other = confidently_other(is_given, both)
        for n in np.flatnonzero(other >= 0):
            likelier = int(said.stances[n, k].argmax()) if other[n] else -1
            yield int(n), k, likelier, float(both[n, is_given[n]]), float(both[n, other[n]])
        rows = np.flatnonzero(is_given)
        others = confidently_other(gold[rows, k], said.stances[rows, k])
        for n, stance in zip(rows, others, strict=True):
            if stance >= 0 and other[n] < 0:
                p = said.stances[n, k]
                yield int(n), k, int(stance), float(p[gold[n, k]]), float(p[stance])


def _stance(number: int, codebook: Codebook) -> str | None:
    return codebook.stance_names[number] if number >= 0 else None


def _read_both_ways(doubt: Doubt, scorer: FlatScorer) -> Doubt:
    """The doubt with the words that speak most for each of its readings."""
    tables = scorer.tables
    k = tables.topics.index(doubt.topic)
    shares: dict[str, float] = {}
    for part in find_parts(scorer, doubt.sentence):
        if doubt.label is None or doubt.likelier is None:
            share = part.share.topics[k] * (1 if doubt.label is None else -1)
        else:
            low, high = (tables.stances.index(name) for name in (doubt.label, doubt.likelier))
            share = part.share.stances[k, high] - part.share.stances[k, low]
        shares[part.text] = shares.get(part.text, 0.0) + float(share)
    ranked = sorted(shares, key=lambda text: shares[text])
    return replace(
        doubt,
        for_label=tuple(text for text in ranked[:WORDS_SHOWN] if shares[text] < 0),
        for_likelier=tuple(text for text in ranked[::-1][:WORDS_SHOWN] if shares[text] > 0),
    )


def _fit(
    corpus: Corpus,
    directory: Path,
    n_jobs: int,
    progress: Progress,
) -> tuple[FlatScorer, Predictions]:
    """The scorer fitted on all sentences, and what is said of each by one blind to its item."""
    from newstance.cross_validation import check_trainable, fit_and_cross_validate, to_rows
    from newstance.flatten import flatten
    from newstance.pipeline import TopicStanceClassifier

    rows = to_rows(corpus.splits[SPLITS[0]], corpus.codebook)
    check_trainable(rows, corpus.codebook, directory)
    model = TopicStanceClassifier(corpus.codebook.topic_names, corpus.codebook.stance_names)
    held_out = fit_and_cross_validate(rows, model, n_jobs=n_jobs, progress=progress)
    return FlatScorer(flatten(model)), held_out
