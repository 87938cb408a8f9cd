"""Train the shipped model, and measure for its card what else was tried beside its n-grams.

    pip install -e . -r tests/benchmarks/alternatives.txt
    python tests/benchmarks/alternatives.py LEXICON ENCODER      # about half an hour on two cores

LEXICON is a folder of ``.tsv`` files: a term, its kind and its strength (1 to 3) a line. Kinds are
``pro`` and ``con`` (who wants or rejects), ``anti`` (a move against something), ``undo`` and
``impose`` (which turn on their object), ``neg``, ``plain`` and ``report``. ENCODER is the folder of
a sentence-transformers model; its static token vectors are distilled from it with model2vec.
"""

import argparse
import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from newstance.ablation import PARTS, Variants
from newstance.corpus import read_corpus
from newstance.features import LEAST_RATIO
from newstance.ngrams import NgramScorer, Strings
from newstance.predictions import Ints
from newstance.scores import Scores
from newstance.terminal.progress import stages
from newstance.train import train

ROOT = Path(__file__).parent.parent.parent
WORD = re.compile(r"[\w’'-]+|[,;:()–—]")
KINDS = ("pro", "con", "anti", "undo", "impose", "neg", "plain", "report")
NEGATION_REACH, REVERSAL_REACH = 3, 6  # words
NEGATED = re.compile(r"\b(?:not|no|never|without|nor|cannot|\w+n['’]t)(?:\W+\w+){1,3}")

Hit = tuple[int, str, int]  # a term's place in the sentence, its kind and its strength


class Lexicon(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Twenty numbers a sentence: strength by kind, and on either side once negation and reversal
    are reckoned with, in the whole sentence and before its first comma or bracket."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fit(self, _texts: Any, _y: Any = None) -> Self:
        self.terms_ = read_lexicon(self.folder)
        self.longest_ = max(len(term) for term in self.terms_)
        return self

    def transform(self, texts: Iterable[str]) -> NDArray[np.float64]:
        rows = []
        for text in texts:
            words = [word.lower().replace("’", "'") for word in WORD.findall(text)]
            end = next((n for n, word in enumerate(words) if not word[0].isalnum()), len(words))
            hits = list(self._hits(words))
            rows.append([*summed(hits), *summed([hit for hit in hits if hit[0] < end])])
        return np.array(rows)

    def _hits(self, words: list[str]) -> Iterable[Hit]:
        place = 0
        while place < len(words):
            for length in range(self.longest_, 0, -1):
                if found := self.terms_.get(tuple(words[place : place + length])):
                    yield (place, *found)
                    place += length - 1
                    break
            place += 1


def summed(hits: list[Hit]) -> list[float]:
    """The strength of each kind, then of all that is for something and all that is against it."""
    kinds = dict.fromkeys(KINDS, 0.0)
    sides = [0.0, 0.0]
    negated = undone = -99
    for place, kind, strength in hits:
        kinds[kind] += strength
        if kind == "neg":
            negated = place
        elif kind == "undo":
            undone = place
        elif kind in ("pro", "con", "anti"):
            is_against = kind != "pro"
            is_against ^= place - negated <= NEGATION_REACH
            is_against ^= kind == "anti" and place - undone <= REVERSAL_REACH
            sides[is_against] += strength
    return [*kinds.values(), *sides]


def read_lexicon(folder: Path) -> Mapping[tuple[str, ...], tuple[str, int]]:
    terms: dict[tuple[str, ...], tuple[str, int]] = {}
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            term, kind, strength = line.split("\t")
            terms.setdefault(tuple(term.lower().split()), (kind, int(strength)))
    return terms


class Vectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The vector that a file has for each text."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fit(self, _texts: Any, _y: Any = None) -> Self:
        return self

    def transform(self, texts: Iterable[str]) -> NDArray[np.float32]:
        with np.load(self.path) as file:
            rows = {text: row for row, text in enumerate(file["texts"].tolist())}
            return np.asarray(file["vectors"][[rows[text] for text in texts]])


def with_block(block: Any, *, is_alone: bool = False) -> type[NgramScorer]:
    """The estimator with dense features beside its n-grams or instead of them.

    Their rows are as long as those of a block of n-grams on average, once they are scaled by
    labels: all rows have them, so that they get the least scale.
    """

    class WithBlock(NgramScorer):
        def _text_features(self, n_sentences: int) -> ColumnTransformer:
            features = super()._text_features(n_sentences)
            dense = make_pipeline(
                block, StandardScaler(with_mean=False), FunctionTransformer(_lengthen)
            )
            kept = [] if is_alone else features.transformers
            features.transformers = [*kept, ("block", dense, 0)]
            return features

    return WithBlock


def _lengthen(rows: NDArray[np.float64]) -> sparse.csr_matrix:
    return sparse.csr_matrix(rows / np.sqrt(LEAST_RATIO * rows.shape[1]))


class NegationMarked(NgramScorer):
    """The estimator, reading the three words after a negation as other words."""

    def _text_features(self, n_sentences: int) -> ColumnTransformer:
        return (
            super()
            ._text_features(n_sentences)
            .set_params(words__preprocessor=mark_negated, characters__preprocessor=mark_negated)
        )


def mark_negated(text: str) -> str:
    return NEGATED.sub(lambda found: re.sub(r"\b(?=\w)", "not", found[0]), text.lower())


class ContextInStance(NgramScorer):
    """The estimator, reading text and context as one."""

    def fit(self, X: Strings, gold: Ints) -> Self:
        return super().fit(joined(X), gold)

    def score_sentences(self, X: Strings) -> Scores:
        return super().score_sentences(joined(X))


def joined(X: Any) -> NDArray[np.object_]:
    return np.array([(f"{context} {text}", context) for text, context in X], dtype=object)


def encoded(path: Path, model: Any, texts: list[str]) -> Vectors:
    """A transformer that knows the model's vectors of the texts, which go to the file."""
    vectors = model.encode(texts).astype(np.float32)
    np.savez(path, texts=np.array(texts), vectors=vectors)
    return Vectors(path)


def alternatives(lexicon: Path, encoder: Path, folder: Path) -> Variants:
    """What is tried; the encoders' vectors are written to the folder."""
    from model2vec.distill import distill
    from sentence_transformers import SentenceTransformer

    sentences = read_corpus(Path("corpus")).splits["train"]
    texts = sorted({sentence.text for sentence in sentences})
    contextual = encoded(folder / "encoder.npz", SentenceTransformer(str(encoder)), texts)
    static = encoded(folder / "static.npz", distill(str(encoder), pca_dims=256), texts)
    return {
        "the words after a negation marked": (NegationMarked, {}),
        "text and context read as one": (ContextInStance, {}),
        "a lexicon instead of n-grams": (with_block(Lexicon(lexicon), is_alone=True), {}),
        "with a lexicon": (with_block(Lexicon(lexicon)), {}),
        "with static token embeddings": (with_block(static), {}),
        "with sentence embeddings": (with_block(contextual), {}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="See the head of this file.")
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("encoder", type=Path)
    given = parser.parse_args()
    lexicon, encoder = given.lexicon.resolve(), given.encoder.resolve()
    with tempfile.TemporaryDirectory() as folder, chdir(ROOT), stages() as progress:
        tried = alternatives(lexicon, encoder, Path(folder))
        train(Path("corpus"), Path("model"), variants={**PARTS, **tried}, progress=progress)


if __name__ == "__main__":
    main()
