"""Sentences in, the same sentences with labels and scores out."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from newstance.errors import OnError
from newstance.model import Model
from newstance.predictions import Predictions
from newstance.progress import tell_nobody
from newstance.readers import BadRow, settle
from newstance.records import Sentence, TopicScore

BATCH = 512
BATCH_CHARACTERS = 2**17
EMPTY = "empty text: not classified"
UNKNOWN = "no known feature in the text: not classified"


def classify(
    model: Model, sentences: Iterable[Sentence], *, least: Sequence[float] = ()
) -> Iterator[Sentence]:
    """The sentences in their order, each with the model's labels and scores.

    ``least`` is the least confidence that a label of each topic needs, in the codebook's order; one
    with less is left out, and a remark names it. A sentence that is empty, or holds nothing that
    the model knows, gets no labels and no scores, and a remark that says so.
    """
    for batch in _batches(sentences):
        predictions = model.predict(batch)
        confidence = predictions.confidence
        for n, sentence in enumerate(batch):
            if predictions.is_known[n]:
                labels, scores = _answer(model, predictions, n)
                unsure = [
                    f"{topic} {labels.pop(topic)} {confidence[n, k]:.2f}"
                    for k, (topic, needed) in enumerate(zip(scores, least, strict=False))
                    if topic in labels and confidence[n, k] < needed
                ]
                remark = f"unsure: {', '.join(unsure)}" if unsure else None
                yield replace(sentence, labels=labels, scores=scores, remark=remark)
            else:
                remark = UNKNOWN if sentence.text.strip() else EMPTY
                yield replace(sentence, labels={}, scores={}, remark=remark)


def classify_rows(
    model: Model,
    rows: Iterable[Sentence | BadRow],
    on_error: OnError,
    *,
    least: Sequence[float] = (),
    skipped: Callable[[BadRow], object] = tell_nobody,
) -> Iterator[Sentence]:
    """The classified sentences of rows; a bad row raises, is left out, or is kept with a remark.

    ``skipped`` is told each row that is left out.
    """
    for is_bad, group in itertools.groupby(rows, key=lambda row: isinstance(row, BadRow)):
        if is_bad:
            for row in group:
                assert isinstance(row, BadRow)
                if settled := settle(row, on_error):
                    yield settled
                else:
                    skipped(row)
        else:
            sentences = (row for row in group if isinstance(row, Sentence))
            yield from classify(model, sentences, least=least)


def _batches(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """The sentences, so many at once as are worth a call and fit into memory."""
    batch: list[Sentence] = []
    n_characters = 0
    for sentence in sentences:
        batch.append(sentence)
        n_characters += len(sentence.text) + len(sentence.context)
        if len(batch) == BATCH or n_characters >= BATCH_CHARACTERS:
            yield batch
            batch, n_characters = [], 0
    if batch:
        yield batch


def _answer(
    model: Model, predictions: Predictions, n: int
) -> tuple[dict[str, str], dict[str, TopicScore]]:
    labels, scores = {}, {}
    for k, topic in enumerate(model.codebook.topic_names):
        scores[topic] = TopicScore(
            float(predictions.topics[n, k]),
            {
                stance: float(probability)
                for stance, probability in zip(
                    model.codebook.stance_names, predictions.stances[n, k], strict=True
                )
            },
        )
        if predictions.decided[n, k] >= 0:
            labels[topic] = model.codebook.stance_names[predictions.decided[n, k]]
    return labels, scores
