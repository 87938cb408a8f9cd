"""Words of a text: how they are found, and which of them are names."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"(?u)\b\w\w+\b")  # as scikit-learn's vectorizers find words
NAME_SHARE = 0.9

_INNER_WORD = re.compile(r"(?<=\w[\s,’'-])\w\w+")


def names(texts: Iterable[str]) -> frozenset[str]:
    """The words, in lower case, that texts nearly always write with a capital.

    Counted are the places right after another word, where no sentence begins; others tell nothing.
    """
    capital: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for text in texts:
        for word in _INNER_WORD.findall(text):
            every[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    return frozenset(word for word, n in every.items() if capital[word] >= NAME_SHARE * n)
