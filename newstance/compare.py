"""Two models on the same labelled sentences: what is better, what is worse, what is chance.

Both are measured on each resample of the news items, so that the interval is that of the
difference (paired bootstrap). McNemar's exact test (1947) asks whether, of the decisions that only
one has right, more fall to one of the two than chance would give it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.bootstrap import draws, interval, sum_by_group
from newstance.codebook import Codebook, labels_unlike
from newstance.corpus import groups
from newstance.errors import NewstanceError
from newstance.metrics import details_of_sums, measures_of_sums, tally_sentences
from newstance.model import FLAT, Model
from newstance.predictions import Floats, Ints, Predictions, to_gold
from newstance.records import Labels, Sentence

LESS_IS_BETTER = ("brier", "ece")
TOPIC_DETAILS = ("precision", "recall", "f1", "stance_macro_f1", "brier", "ece")
LEAST_ITEMS = 2


@dataclass(frozen=True)
class Difference:
    """A measure of two models, and the 95 % interval of new minus old."""

    old: float
    new: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class McNemar:
    """Decisions that only the new model has right, only the old one; ``p``, two-sided."""

    gained: int
    lost: int
    p: float


@dataclass(frozen=True)
class Change:
    """A sentence of which two models say other things; ``gain``: how many more topics are right."""

    text: str
    context: str
    gold: Labels
    old: Labels
    new: Labels
    gain: int


@dataclass(frozen=True)
class Families:
    """Families of contrasting sentences that are wholly right with one of the models only."""

    n: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two models on ``n`` labelled sentences of ``n_groups`` news items.

    ``topic_tests`` are on whether a topic is rightly given or not, ``stance_tests`` on the stance
    where gold has the topic: for all topics together (``all``) and for each.
    """

    n: int
    n_groups: int
    measures: dict[str, Difference]
    topics: dict[str, dict[str, Difference]]
    topic_tests: dict[str, McNemar]
    stance_tests: dict[str, McNemar]
    changes: tuple[Change, ...]
    families: Families | None

    def to_json(self) -> dict[str, Any]:
        """One object with all of it."""
        return asdict(self)


def compare(
    sentences: Sequence[Sentence],
    old: Predictions,
    new: Predictions,
    codebook: Codebook,
    *,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> Comparison:
    """What two models said of labelled sentences, compared; news items are those of ``group``.

    Raises NewstanceError for sentences of fewer than two news items, which have no interval.
    """
    items = groups(sentence.other.get("group") for sentence in sentences)
    if len(set(items)) < LEAST_ITEMS:
        raise NewstanceError(
            f"{len(sentences)} labelled sentences of {len(set(items))} news items; a comparison "
            f"needs {LEAST_ITEMS} items at least, and says little below 50: label more."
        )
    gold = to_gold([sentence.labels or {} for sentence in sentences], codebook)
    drawn = draws(items, n_resamples=n_resamples, random_state=random_state)
    weights = np.vstack([np.ones(drawn.shape[1]), drawn])
    sums = [
        {
            key: np.tensordot(weights, sum_by_group(values, items), axes=1)
            for key, values in tally_sentences(gold, said).items()
        }
        for said in (old, new)
    ]
    return Comparison(
        n=len(sentences),
        n_groups=len(set(items)),
        measures=_differences(*(measures_of_sums(tally) for tally in sums)),
        topics=_by_topic(*(_topic_details(tally) for tally in sums), codebook=codebook),
        topic_tests=_tests(
            *((said.decided >= 0) == (gold >= 0) for said in (old, new)),
            where=np.ones(gold.shape, dtype=bool),
            codebook=codebook,
        ),
        stance_tests=_tests(
            *(said.stances.argmax(axis=2) == gold for said in (old, new)),
            where=gold >= 0,
            codebook=codebook,
        ),
        changes=_changes(sentences, gold, old.decided, new.decided, codebook),
        families=_families(sentences, *((said.decided == gold).all(axis=1) for said in (old, new))),
    )


def check_comparable(old: Model, new: Model) -> None:
    """Raise NewstanceError unless two models are two, with the same topics and stances."""
    if unlike := labels_unlike(old.codebook, new.codebook):
        raise NewstanceError(
            f"the two models have different codebooks ({unlike}); only models with the same "
            "topics and stances can be compared: give two of these."
        )
    if old.manifest.files[FLAT] == new.manifest.files[FLAT]:
        raise NewstanceError(
            f"the two models are the same (SHA-256 of {FLAT}: {old.manifest.files[FLAT]}); "
            "give two that differ."
        )


def is_better(name: str, low: float, high: float) -> bool:
    """Whether an interval of new minus old of a measure lies wholly on the better side."""
    return high < 0 if name.endswith(LESS_IS_BETTER) else low > 0


def is_worse(name: str, low: float, high: float) -> bool:
    """Whether an interval of new minus old of a measure lies wholly on the worse side."""
    return low > 0 if name.endswith(LESS_IS_BETTER) else high < 0


def _topic_details(tally: Mapping[str, Floats]) -> dict[str, Floats]:
    """The details of each topic, of resampled sums: (1 + resamples, topics)."""
    details = details_of_sums({**tally, "n": tally["n"][:, None]})["topics"]
    return {key: details[key] for key in TOPIC_DETAILS}


def _differences(old: Mapping[str, Floats], new: Mapping[str, Floats]) -> dict[str, Difference]:
    """Of measures (1 + resamples,), the first of all sentences: their values and intervals."""
    return {
        key: Difference(
            float(old[key][0]),
            float(new[key][0]),
            float(new[key][0] - old[key][0]),
            *interval(new[key][1:] - old[key][1:]),
        )
        for key in old
    }


def _by_topic(
    old: Mapping[str, Floats], new: Mapping[str, Floats], *, codebook: Codebook
) -> dict[str, dict[str, Difference]]:
    return {
        topic: _differences(*({key: own[key][:, k] for key in own} for own in (old, new)))
        for k, topic in enumerate(codebook.topic_names)
    }


def _tests(
    old: NDArray[np.bool_], new: NDArray[np.bool_], *, where: NDArray[np.bool_], codebook: Codebook
) -> dict[str, McNemar]:
    """Tests of decisions (n, topics) that are right or wrong, over those in ``where``."""
    gained, lost = (new & ~old & where).sum(axis=0), (old & ~new & where).sum(axis=0)
    by_topic = zip(codebook.topic_names, gained, lost, strict=True)
    return {
        "all": _mcnemar(int(gained.sum()), int(lost.sum())),
        **{topic: _mcnemar(int(more), int(fewer)) for topic, more, fewer in by_topic},
    }


def _mcnemar(gained: int, lost: int) -> McNemar:
    from scipy.stats import binomtest

    discordant = gained + lost
    p = binomtest(gained, discordant).pvalue if discordant else 1.0
    return McNemar(gained, lost, float(p))


def _changes(
    sentences: Sequence[Sentence], gold: Ints, old: Ints, new: Ints, codebook: Codebook
) -> tuple[Change, ...]:
    """The sentences whose labels changed, the greatest gain first."""
    gains = (new == gold).sum(axis=1) - (old == gold).sum(axis=1)
    changed = np.flatnonzero((old != new).any(axis=1))
    return tuple(
        Change(
            sentences[n].text,
            sentences[n].context,
            sentences[n].labels or {},
            _labels(old[n], codebook),
            _labels(new[n], codebook),
            int(gains[n]),
        )
        for n in changed[np.argsort(-gains[changed], kind="stable")]
    )


def _labels(decided: Ints, codebook: Codebook) -> dict[str, str]:
    return {
        topic: codebook.stance_names[stance]
        for topic, stance in zip(codebook.topic_names, decided, strict=True)
        if stance >= 0
    }


def _families(
    sentences: Sequence[Sentence], old: NDArray[np.bool_], new: NDArray[np.bool_]
) -> Families | None:
    """The families that changed, of sentences that are wholly right or not; None without any."""
    members: dict[str, list[int]] = defaultdict(list)
    for n, sentence in enumerate(sentences):
        if sentence.other.get("family") is not None:
            members[str(sentence.other["family"])].append(n)
    if not members:
        return None
    return Families(
        n=len(members),
        lost=tuple(name for name, own in members.items() if old[own].all() > new[own].all()),
        gained=tuple(name for name, own in members.items() if new[own].all() > old[own].all()),
    )
