"""What is in a corpus: sentences by split, topic and stance, source, register, year and length."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from newstance.corpus import Corpus, count, groups
from newstance.records import Sentence

LENGTHS = (10, 15, 20, 25, 30, 40)
UNKNOWN = "not told"


@dataclass(frozen=True)
class Stats:
    """Counts of a corpus: ``splits`` as ``newstance.corpus.count`` gives, the rest by value."""

    splits: dict[str, dict[str, Any]]
    tables: dict[str, dict[str, int]]

    def to_json(self) -> dict[str, Any]:
        """One object: ``splits`` and a table of counts for each field."""
        return {"splits": self.splits, **self.tables}


def stats(corpus: Corpus) -> Stats:
    """The counts of a corpus, all splits together but for ``splits``."""
    every = [sentence for sentences in corpus.splits.values() for sentence in sentences]
    return Stats(
        splits={
            split: count(
                [sentence.labels or {} for sentence in sentences],
                groups(sentence.other.get("group") for sentence in sentences),
                corpus.codebook,
            )
            for split, sentences in corpus.splits.items()
        },
        tables={
            "source": _table(every, lambda s: str(s.other.get("source") or UNKNOWN)),
            "register": _table(every, lambda s: str(s.other.get("register") or UNKNOWN)),
            "year": _table(every, lambda s: str(s.other.get("date") or UNKNOWN)[:8].split("-")[0]),
            "words": _table(every, _length),
            "topics a sentence": _table(every, lambda s: str(len(s.labels or {}))),
            "hard negative": _table(every, lambda s: str(bool(s.other.get("hard_negative")))),
            "family": _table(every, lambda s: str(s.other.get("family") is not None)),
        },
    )


def _table(sentences: Sequence[Sentence], key: Callable[[Sentence], str]) -> dict[str, int]:
    return dict(sorted(Counter(map(key, sentences)).items()))


def _length(sentence: Sentence) -> str:
    words = len(sentence.text.split())
    bounds = zip((0, *LENGTHS), LENGTHS, strict=False)
    return next(
        (f"{low + 1:02d}-{high:02d}" for low, high in bounds if words <= high),
        f"{LENGTHS[-1] + 1}+",
    )
