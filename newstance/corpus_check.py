"""What makes a corpus unfit: rows that cannot be read, and rows that are too like one another.

The project's own corpus is held to the same rules by its tests.
"""

from collections.abc import Iterator
from pathlib import Path

from newstance.corpus import Corpus, Fault, groups, read_corpus
from newstance.overlap import Overlap, near_duplicates, repeated_frames, shared_runs
from newstance.records import Sentence


def check(directory: Path) -> list[Fault]:
    """Every fault of a corpus: those that its reader finds, then overlaps, with file and line.

    Sentences of one ``family`` (minimal pairs, contrast sets) may be alike.
    """
    corpus = read_corpus(directory)
    return [*corpus.faults, *_overlaps(corpus)]


def _overlaps(corpus: Corpus) -> Iterator[Fault]:
    sentences = [s for own in corpus.splits.values() for s in own]
    places = [place for own in corpus.places.values() for place in own]
    texts = [sentence.text for sentence in sentences]
    items = groups(sentence.other.get("group") for sentence in sentences)
    kinds = {
        "is nearly the same as": near_duplicates(texts),
        "shares words in a row with": shared_runs(texts, items),
        "is the frame, names and numbers aside, of": repeated_frames(texts),
    }
    for what, overlaps in kinds.items():
        for overlap in overlaps:
            if not _is_family(sentences, overlap):
                yield Fault(
                    places[overlap.later],
                    f"{what} {places[overlap.earlier]} ({overlap.shared}); "
                    "reword it or take it out",
                )


def _is_family(sentences: list[Sentence], overlap: Overlap) -> bool:
    one, other = (sentences[n].other.get("family") for n in (overlap.later, overlap.earlier))
    return one is not None and one == other
