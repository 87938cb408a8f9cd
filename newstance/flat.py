"""The trained model as plain arrays: the same probabilities as the pipeline's, with numpy alone.

A score is a sum over the text's n-grams divided by the root of its length. The character n-grams
and words of a token, a run of letters between blanks, always give the same sum, so it is computed
once for each distinct token; a sentence then is a sum of rows of a table, and of its word pairs.
"""

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from newstance.lookup import Index
from newstance.predictions import Floats, Ints, Predictions
from newstance.records import Sentence
from newstance.scores import Calibration, Scores
from newstance.words import WORD

TOKENS_KEPT = 200_000
LARGE = 2**20  # bytes
CHUNK = 512  # sentences at a time: what is gathered for more leaves a processor's cache


@dataclass(frozen=True)
class Tables:
    """The arrays that are written to the file, and the names that go with them.

    Columns of text weights: a score for each topic, then for each topic and stance (topic-major).
    ``pairs`` are numbers of words, first and second, in ascending order; strings are in the order
    of the rows of their weights. ``is_name`` tells which words are names. ``slope`` and ``offset``
    calibrate topics, ``sharpness`` stances.
    """

    topics: tuple[str, ...]
    stances: tuple[str, ...]
    threshold: float
    character_lengths: tuple[int, int]
    words: tuple[str, ...]
    characters: tuple[str, ...]
    context_words: tuple[str, ...]
    is_name: NDArray[np.bool_]
    word_weights: Floats
    pairs: Ints
    pair_weights: Floats
    character_weights: Floats
    context_weights: Floats
    intercepts: Floats
    slope: Floats
    offset: Floats
    sharpness: float


@dataclass(frozen=True)
class Shares:
    """What the parts of a sentence add to its scores; they and the intercepts sum to the scores.

    ``tokens`` (tokens, columns) has a row for each run of letters between blanks, ``phrases``
    (phrases, columns) for each known pair of words of the two tokens that ``places`` (phrases, 2)
    tells; the columns are those of ``Tables``. ``context`` (tokens, topics) is the context's.
    """

    tokens: Floats
    phrases: Floats
    places: Ints
    context: Floats


class FlatScorer:
    """Scores sentences with the tables of a trained model."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._words = {word: n for n, word in enumerate(tables.words)}
        self._characters = {gram: n for n, gram in enumerate(tables.characters)}
        self._context_words = {word: n for n, word in enumerate(tables.context_words)}
        self._pairs = Index(tables.pairs[:, 0] * len(tables.words) + tables.pairs[:, 1])
        self._n_text = tables.word_weights.shape[1]
        self._forget()

    def predict(self, texts: Sequence[str], contexts: Sequence[str]) -> Predictions:
        """What the model says of sentences, given their texts and contexts."""
        if len(texts) > CHUNK:
            chunks = [slice(start, start + CHUNK) for start in range(0, len(texts), CHUNK)]
            return Predictions.concatenate([self.predict(texts[c], contexts[c]) for c in chunks])
        tables = self.tables
        n_topics, n_stances = len(tables.topics), len(tables.stances)
        if len(self._rows) > TOKENS_KEPT:
            self._forget()
        sums, is_known = self._score(texts)
        sums += tables.intercepts
        topics = sums[:, :n_topics] + self._score_contexts(contexts)
        stances = sums[:, n_topics:].reshape(-1, n_topics, n_stances)
        calibration = Calibration(tables.slope, tables.offset, tables.sharpness)
        return calibration.predictions(Scores(topics, stances, is_known), tables.threshold)

    def predict_sentences(self, sentences: Sequence[Sentence]) -> Predictions:
        """What the model says of sentences."""
        return self.predict([s.text for s in sentences], [s.context for s in sentences])

    def shares(self, text: str, context: str) -> Shares:
        """What each part of a sentence and of its context adds to the scores."""
        rows, _ = self._tokenize([text])
        weights, first, second = self._phrases(rows, np.zeros_like(rows))
        length = np.sqrt(max(1, self._facts[rows, 0].sum()))
        context_rows, _ = self._tokenize([context])
        context_length = np.sqrt(max(1, self._facts[context_rows, 0].sum()))
        return Shares(
            self._sums[rows, : self._n_text] / length,
            weights / length,
            np.column_stack([first, second]),
            self._sums[context_rows, self._n_text :] / context_length,
        )

    def _forget(self) -> None:
        """Start the table of tokens anew."""
        self._rows = _Rows()
        self._sums = np.zeros((1024, self._n_text + self.tables.context_weights.shape[1]))
        self._facts = np.zeros((1024, 4), dtype=np.intp)  # words, known, first word, last word

    def _tokenize(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """The tokens of all texts as rows of the table, and how many each text has."""
        tokens = [text.lower().split() for text in texts]
        rows = [self._rows[token] for own in tokens for token in own]
        if self._rows.unseen:
            self._add(self._rows.unseen)
            self._rows.unseen = []
        return np.array(rows, dtype=np.intp), np.array([len(own) for own in tokens], dtype=np.intp)

    def _add(self, tokens: Sequence[str]) -> None:
        """Put tokens into the table: what the words and character n-grams of each add up to."""
        tables, n = self.tables, len(tokens)
        words = [WORD.findall(token) for token in tokens]
        numbers, word_owner = _lookup(words, self._words)
        grams, gram_owner = _lookup(map(self._grams, tokens), self._characters)
        contexts, context_owner = _lookup(words, self._context_words)
        is_own, is_gram, is_context = numbers >= 0, grams >= 0, contexts >= 0
        is_pair = word_owner[1:] == word_owner[:-1]
        pairs, is_known = self._pair_weights(numbers[:-1][is_pair], numbers[1:][is_pair])
        text = _sum_rows(tables.word_weights[numbers[is_own]], word_owner[is_own], n)
        text += _sum_rows(tables.character_weights[grams[is_gram]], gram_owner[is_gram], n)
        text += _sum_rows(pairs, word_owner[1:][is_pair][is_known], n)
        context = _sum_rows(
            tables.context_weights[contexts[is_context]], context_owner[is_context], n
        )
        facts = np.full((n, 4), -1)
        facts[:, 0] = np.bincount(word_owner, minlength=n)
        facts[:, 1] = np.bincount(word_owner[is_own], minlength=n)
        facts[:, 1] += np.bincount(gram_owner[is_gram], minlength=n)
        facts[word_owner[::-1], 2] = numbers[::-1]
        facts[word_owner, 3] = numbers
        self._sums = _put(self._sums, np.hstack([text, context]), len(self._rows))
        self._facts = _put(self._facts, facts, len(self._rows))

    def _grams(self, token: str) -> list[str]:
        """The character n-grams of a token as scikit-learn's ``char_wb`` analyzer finds them."""
        padded = f" {token} "
        shortest, longest = self.tables.character_lengths
        return [
            padded[start : start + length]
            for length in range(shortest, min(longest, max(shortest, len(padded))) + 1)
            for start in range(max(1, len(padded) - length + 1))
        ]

    def _pair_weights(self, first: Ints, second: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """The weights of those word pairs that are known, in order, and which these are."""
        rows = self._pairs.find(first * len(self.tables.words) + second)
        is_known = (first >= 0) & (second >= 0) & (rows >= 0)
        return self.tables.pair_weights[rows[is_known]], is_known

    def _phrases(self, rows: Ints, owner: Ints) -> tuple[Floats, Ints, Ints]:
        """The known word pairs over neighbouring tokens: weights, places of the two tokens."""
        facts = self._facts.take(rows, axis=0)
        has_words = np.flatnonzero(facts[:, 0] > 0)
        first, second = has_words[:-1], has_words[1:]
        is_pair = owner[first] == owner[second]
        first, second = first[is_pair], second[is_pair]
        weights, is_known = self._pair_weights(facts[first, 3], facts[second, 2])
        return weights, first[is_known], second[is_known]

    def _score(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Scores without intercepts ``(n, columns)``, and whether a text has a known n-gram."""
        rows, lengths = self._tokenize(texts)
        owner = np.repeat(np.arange(len(texts)), lengths)
        scores = _sum_rows(self._sums.take(rows, axis=0)[:, : self._n_text], owner, len(texts))
        weights, _, second = self._phrases(rows, owner)
        scores += _sum_rows(weights, owner[second], len(texts))
        counts = _sum_rows(self._facts.take(rows, axis=0)[:, :2], owner, len(texts))
        return scores / np.sqrt(np.maximum(counts[:, :1], 1)), counts[:, 1] > 0

    def _score_contexts(self, contexts: Sequence[str]) -> Floats:
        if not any(contexts):
            return np.zeros((len(contexts), len(self.tables.topics)))
        rows, lengths = self._tokenize(contexts)
        owner = np.repeat(np.arange(len(contexts)), lengths)
        scores = _sum_rows(self._sums[rows, self._n_text :], owner, len(contexts))
        counts = np.bincount(owner, self._facts[rows, 0], minlength=len(contexts))
        return scores / np.sqrt(np.maximum(counts, 1))[:, None]


class _Rows(dict[str, int]):
    """The row of each token; a token asked for the first time gets the next one, as ``unseen``."""

    def __init__(self) -> None:
        super().__init__()
        self.unseen: list[str] = []

    def __missing__(self, token: str) -> int:
        self.unseen.append(token)
        self[token] = row = len(self)
        return row


def _lookup(names: Iterable[list[str]], numbers: Mapping[str, int]) -> tuple[Ints, Ints]:
    """The number of each name, -1 if it has none, and the place of the list that it is in."""
    found: list[int] = []
    lengths = []
    for own in names:
        found += [numbers.get(name, -1) for name in own]
        lengths.append(len(own))
    return np.array(found, dtype=np.intp), np.repeat(np.arange(len(lengths)), lengths)


def _put(table: NDArray[Any], rows: NDArray[Any], end: int) -> NDArray[Any]:
    """The table, grown where need be, with rows put in up to ``end``."""
    if end > len(table):
        grown = np.zeros((max(end, 2 * len(table)), table.shape[1]), dtype=table.dtype)
        grown[: len(table)] = table
        table = grown
    table[end - len(rows) : end] = rows
    return table


def _sum_rows(values: NDArray[Any], owner: Ints, n: int) -> Floats:
    """The sums ``(n, columns)`` of the rows of each owner; owners are in ascending order."""
    sums = np.zeros((n, values.shape[1]))
    if len(owner):
        starts = np.append(0, np.flatnonzero(owner[1:] != owner[:-1]) + 1)
        sums[owner[starts]] = np.add.reduceat(values, starts, axis=0, dtype=float)
    return sums


def save_tables(tables: Tables, path: Path) -> None:
    """Write the tables to one npz file, which loads without running any code.

    Large arrays stand there as they are, which loads faster; the others are compressed.
    """
    arrays: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for name, value in vars(tables).items():
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif name in STRINGS:
            arrays[name] = np.frombuffer("\n".join(value).encode(), dtype=np.uint8)
        else:
            names[name] = value
    arrays["names"] = np.frombuffer(json.dumps(names).encode(), dtype=np.uint8)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy")
            is_large = array.nbytes >= LARGE
            entry.compress_type = zipfile.ZIP_STORED if is_large else zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


def load_tables(path: Any) -> Tables:
    """The tables in an npz file or stream; raises ValueError or KeyError if it holds others."""
    with np.load(path, allow_pickle=False) as arrays:
        fields: dict[str, Any] = {name: arrays[name] for name in arrays.files}
    for name in STRINGS:
        text = fields[name].tobytes().decode()
        fields[name] = tuple(text.split("\n")) if text else ()
    fields.setdefault("is_name", np.zeros(len(fields["words"]), dtype=bool))  # not in format 1
    names = json.loads(fields.pop("names").tobytes())
    names |= {name: tuple(names[name]) for name in ("topics", "stances", "character_lengths")}
    return Tables(**names, **fields)


STRINGS = ("words", "characters", "context_words")
