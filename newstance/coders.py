"""The coders' agreement beside the model's with gold, by the same coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from newstance.agreement import Coefficient, agreement
from newstance.codebook import Codebook
from newstance.corpus import check_votes
from newstance.errors import NewstanceError
from newstance.estimates import FEWEST_ITEMS, Estimate
from newstance.predictions import Ints
from newstance.records import Sentence


@dataclass(frozen=True)
class Comparison:
    """Agreement on a topic or on ``stance``: by name, units and value, among coders and of the
    model with gold; None where one side always says the same, so that nothing is told."""

    variable: str
    coders_by: str
    n_coders: int
    coders: Estimate | None
    model_by: str
    n_model: int
    model: Estimate | None


def compare_coders(
    sentences: Sequence[Sentence], decided: Ints, codebook: Codebook, *, name: str
) -> list[Comparison]:
    """A row for each topic and one for stance, of sentences with two votes or more; [] without.

    Raises NewstanceError, with ``name`` and number of the sentence, for votes at fault.
    """
    for number, sentence in enumerate(sentences, 1):
        try:
            check_votes(sentence, codebook)
        except ValueError as error:
            raise NewstanceError(f"{name}: sentence {number}: {error}.") from None
    coded = [n for n, s in enumerate(sentences) if len(s.other.get("votes") or []) > 1]
    among_coders = agreement([sentences[n] for n in coded], codebook)
    with_gold = agreement(
        [_gold_and_model(sentences[n], decided[n], codebook) for n in coded], codebook
    )
    has_interval = len({str(sentences[n].other.get("group") or n) for n in coded}) >= FEWEST_ITEMS
    return [
        Comparison(
            *(c.variable, c.name, c.n, _estimate(c, has_interval=has_interval)),
            *(m.name, m.n, _estimate(m, has_interval=has_interval)),
        )
        for c, m in zip(among_coders, with_gold, strict=True)
    ]


def _gold_and_model(sentence: Sentence, decided: Ints, codebook: Codebook) -> Sentence:
    """The sentence with the votes of gold and model in place of the coders'."""
    said = {
        topic: codebook.stance_names[stance]
        for topic, stance in zip(codebook.topic_names, decided, strict=True)
        if stance >= 0
    }
    votes = [{"coder": "gold", "labels": sentence.labels}, {"coder": "model", "labels": said}]
    return replace(sentence, other={**sentence.other, "votes": votes})


def _estimate(told: Coefficient, *, has_interval: bool) -> Estimate | None:
    if np.isnan(told.value) or told.value == told.low == told.high == 0:
        return None
    if not has_interval or np.isnan(told.low):
        return Estimate(told.value, None, None)
    return Estimate(told.value, told.low, told.high)
