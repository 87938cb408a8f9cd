"""How well predictions do on sentences that people labelled, and how far that can be believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newstance.codebook import Codebook
from newstance.corpus import groups
from newstance.metrics import Evaluation, measure
from newstance.predictions import Ints, Predictions, to_gold
from newstance.probes import Probes, probe
from newstance.records import Sentence
from newstance.spoiling import Predict
from newstance.undefined import left_out


@dataclass(frozen=True)
class Examination:
    """Labelled sentences, what a model said of them, how good that is, and what the probes tell.

    ``gold`` has the labels as numbers, ``items`` the news item of each sentence; ``left_out`` the
    measures of ``evaluation`` that these sentences cannot tell, and why.
    """

    sentences: tuple[Sentence, ...]
    gold: Ints
    items: tuple[str, ...]
    said: Predictions
    evaluation: Evaluation
    probes: Probes
    left_out: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """One flat object: the evaluation's, then ``left_out`` and ``probes``."""
        return {
            **self.evaluation.to_json(),
            "left_out": self.left_out,
            "probes": self.probes.to_json(),
        }


def examine(sentences: Sequence[Sentence], predict: Predict, codebook: Codebook) -> Examination:
    """All about the model that ``predict`` asks; no sentences raise ValueError."""
    said = predict(sentences)
    gold, items = _gold(sentences, codebook), _items(sentences)
    return Examination(
        tuple(sentences),
        gold,
        tuple(items),
        said,
        evaluate(sentences, said, codebook),
        probe(sentences, said, predict, codebook),
        left_out(gold, said.decided, groups=items, codebook=codebook),
    )


def evaluate(sentences: Sequence[Sentence], said: Predictions, codebook: Codebook) -> Evaluation:
    """The measures of what was said of labelled sentences, with intervals by ``group``.

    A row without ``group`` counts as an item of its own. No sentences raise ValueError.
    """
    gold, items = _gold(sentences, codebook), _items(sentences)
    return measure(gold, said, groups=items, codebook=codebook)


def _gold(sentences: Sequence[Sentence], codebook: Codebook) -> Ints:
    return to_gold([sentence.labels or {} for sentence in sentences], codebook)


def _items(sentences: Sequence[Sentence]) -> list[str]:
    return groups(sentence.other.get("group") for sentence in sentences)
