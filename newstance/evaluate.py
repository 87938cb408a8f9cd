"""How well a model does on sentences that people labelled."""

from collections.abc import Sequence

from newstance.classify import predict
from newstance.corpus import groups
from newstance.errors import NewstanceError
from newstance.metrics import Evaluation, measure
from newstance.model import Model
from newstance.predictions import to_gold
from newstance.records import Sentence


def evaluate(model: Model, sentences: Sequence[Sentence]) -> Evaluation:
    """The measures of a model on labelled sentences, with intervals by ``group``.

    A row without ``group`` counts as an item of its own. No sentences raise NewstanceError.
    """
    if not sentences:
        raise NewstanceError("no sentence to evaluate; give a file with at least one record.")
    gold = to_gold([sentence.labels or {} for sentence in sentences], model.codebook)
    items = groups(sentence.other.get("group") for sentence in sentences)
    return measure(gold, predict(model, sentences), groups=items, codebook=model.codebook)
