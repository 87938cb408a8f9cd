"""How well predictions do on sentences that people labelled."""

from collections.abc import Sequence

from newstance.codebook import Codebook
from newstance.corpus import groups
from newstance.metrics import Evaluation, measure
from newstance.predictions import Predictions, to_gold
from newstance.records import Sentence


def evaluate(sentences: Sequence[Sentence], said: Predictions, codebook: Codebook) -> Evaluation:
    """The measures of what was said of labelled sentences, with intervals by ``group``.

    A row without ``group`` counts as an item of its own. No sentences raise ValueError.
    """
    gold = to_gold([sentence.labels or {} for sentence in sentences], codebook)
    items = groups(sentence.other.get("group") for sentence in sentences)
    return measure(gold, said, groups=items, codebook=codebook)
