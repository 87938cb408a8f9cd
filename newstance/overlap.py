"""Sentences that are too like one another: near-duplicates, shared runs of words, repeated frames.

A corpus of such sentences measures memory, not reading: across splits they leak the answer, within
one they are copies or a template with swapped names.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

SHARED_WORDS = 8
FRAME_WORDS = 6
JACCARD = 0.7
CANDIDATES_FROM = 0.5
SHINGLE = 5
RAREST_SHARED = 8
PERMUTATIONS = 128

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_GAP = "_"


@dataclass(frozen=True)
class Overlap:
    """Two sentences, by their numbers (``later`` > ``earlier``), and what they share."""

    later: int
    earlier: int
    shared: str


def near_duplicates(texts: Sequence[str]) -> list[Overlap]:
    """Pairs of texts whose sets of five-letter shingles have a Jaccard similarity of 0.7 or more.

    Candidates come from MinHash (Broder 1997) with locality-sensitive hashing, and are then
    compared exactly: one pair in a hundred at the threshold is missed, none reported wrongly.
    """
    shingles = [_shingles(text) for text in texts]
    index = MinHashLSH(threshold=CANDIDATES_FROM, num_perm=PERMUTATIONS)
    found = []
    for number, own in enumerate(shingles):
        signature = MinHash(num_perm=PERMUTATIONS, seed=1)
        signature.update_batch([shingle.encode() for shingle in own])
        for earlier in sorted(index.query(signature)):
            similarity = _similarity(own, shingles[earlier])
            if similarity >= JACCARD:
                found.append(Overlap(number, earlier, f"{similarity:.0%} of their letters' runs"))
        index.insert(number, signature)
    return found


def near_copies(texts: Iterable[str], originals: Sequence[str]) -> dict[int, int]:
    """The numbers of the texts that are near-duplicates of an original, each with its first one.

    Every pair is found. A text as like an original as that shares ``needed`` shingles with it, so
    also some of its own rarest, which few originals hold (Bayardo, Ma and Srikant 2007).
    """
    shingles = [_shingles(original) for original in originals]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, original in enumerate(shingles):
        for shingle in original:
            holders[shingle].append(number)
    found = {}
    for number, text in enumerate(texts):
        own = _shingles(text)
        known = [shingle for shingle in own if shingle in holders]
        needed = math.ceil(JACCARD * len(own))
        if len(known) >= needed:
            some = min(needed, RAREST_SHARED)
            rarest = sorted(known, key=lambda shingle: len(holders[shingle]))
            shared = Counter(n for s in rarest[: len(known) - needed + some] for n in holders[s])
            candidates = sorted(n for n, times in shared.items() if times >= some)
            alike = (n for n in candidates if _similarity(own, shingles[n]) >= JACCARD)
            if (first := next(alike, None)) is not None:
                found[number] = first
    return found


def shared_runs(texts: Sequence[str], groups: Sequence[Hashable]) -> list[Overlap]:
    """Pairs of texts of different groups that share eight words in a row; one for each text."""
    return _repeats(((_words(text), SHARED_WORDS) for text in texts), groups)


def repeated_frames(texts: Sequence[str]) -> list[Overlap]:
    """Pairs of texts that are the same once names and numbers are taken out.

    A name is a word with a capital letter that the texts do not also write small. Frames of fewer
    than six words are too short to tell.
    """
    small = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    frames = []
    for text in texts:
        words = [word.lower() if word.lower() in small else _GAP for word in _WORD.findall(text)]
        frame = [word for n, word in enumerate(words) if word != _GAP or words[n - 1 : n] != [_GAP]]
        long_enough = len(frame) - frame.count(_GAP) >= FRAME_WORDS
        frames.append((frame if long_enough else [], len(frame)))
    return _repeats(frames, range(len(texts)))


def _repeats(runs: Iterable[tuple[list[str], int]], groups: Sequence[Hashable]) -> list[Overlap]:
    """For each text the first earlier one, of another group, with a common run of given length."""
    holders: dict[str, list[int]] = defaultdict(list)
    found = []
    for number, (words, length) in enumerate(runs):
        overlap = None
        for run in _windows(words, length):
            others = (n for n in holders[run] if groups[n] != groups[number])
            overlap = overlap or next((Overlap(number, n, f"'{run}'") for n in others), None)
            holders[run].append(number)
        if overlap:
            found.append(overlap)
    return found


def _windows(words: list[str], length: int) -> Iterator[str]:
    for start in range(len(words) - length + 1 if words else 0):
        yield " ".join(words[start : start + length])


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _similarity(one: set[str], other: set[str]) -> float:
    """The Jaccard similarity of two sets that are not empty."""
    return len(one & other) / len(one | other)


def _shingles(text: str) -> set[str]:
    letters = " ".join(_words(text))
    return {letters[n : n + SHINGLE] for n in range(max(1, len(letters) - SHINGLE + 1))}
