"""Sentences with a part taken out: a topic's words, all but these, or names.

Text and context are treated alike. A word is a run of two letters or more, as the model reads.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from newstance.predictions import Predictions
from newstance.records import Sentence
from newstance.words import WORD

Predict = Callable[[Sequence[Sentence]], Predictions]
Words = frozenset[str]

_START_AND_WORD = re.compile(r"(?P<start>(?:\A|[.!?…:\"“”„«»])[\W_]*)?(?P<word>\b\w\w+\b)")


def topic_words(sentences: Sequence[Sentence], predict: Predict) -> tuple[Words, ...]:
    """For each topic its words among those of the sentences, in lower case.

    A topic's words are those for which the model, reading the word alone, gives the topic.
    """
    found = {word.lower() for s in sentences for word in WORD.findall(f"{s.text} {s.context}")}
    words = sorted(found) or [""]
    is_given = predict([Sentence(word) for word in words]).decided >= 0
    return tuple(
        frozenset(word for word, is_own in zip(words, column, strict=True) if is_own)
        for column in is_given.T
    )


def without(sentences: Iterable[Sentence], words: Words) -> list[Sentence]:
    """The sentences without the given words (in lower case)."""
    return [
        _rewritten(s, lambda text: _keep(text, lambda word: word not in words)) for s in sentences
    ]


def only(sentences: Iterable[Sentence], words: Words) -> list[Sentence]:
    """The sentences without all but the given words (in lower case)."""
    return [_rewritten(s, lambda text: _keep(text, words.__contains__)) for s in sentences]


def without_names(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences without names.

    A name is a capitalised word that does not start a sentence or a quotation; one that does is a
    name if, anywhere in these sentences or their contexts, it is also capitalised elsewhere.

    >>> [s.text for s in without_names([Sentence("Today NATO met Vučić."), Sentence("NATO met.")])]
    ['Today  met .', ' met.']
    """
    parts = [part for s in sentences for part in (s.text, s.context)]
    names = {
        match["word"]
        for part in parts
        for match in _START_AND_WORD.finditer(part)
        if match["start"] is None and match["word"][0].isupper()
    }

    def kept(match: re.Match[str]) -> str:
        return (match["start"] or "") + ("" if match["word"] in names else match["word"])

    return [_rewritten(s, lambda text: _START_AND_WORD.sub(kept, text)) for s in sentences]


def _keep(text: str, is_kept: Callable[[str], bool]) -> str:
    words = [word if is_kept(word.lower()) else "" for word in WORD.findall(text)]
    return "".join(chain.from_iterable(zip(WORD.split(text), [*words, ""], strict=True)))


def _rewritten(sentence: Sentence, rewrite: Callable[[str], str]) -> Sentence:
    return replace(sentence, text=rewrite(sentence.text), context=rewrite(sentence.context))
