"""Writing a split of a corpus in the formats of other tools."""

from dataclasses import dataclass, replace
from pathlib import Path

from newstance.corpus import read_corpus
from newstance.errors import NewstanceError
from newstance.exchange.formats import ENDINGS, Format
from newstance.exchange.items import CARRIED
from newstance.exchange.writing import write_labelled


@dataclass(frozen=True)
class Exported:
    """How many sentences were written, and the fields that are not a corpus's and were not."""

    n_sentences: int
    not_written: tuple[str, ...]


def export_corpus(
    directory: Path, path: Path, *, form: Format | None = None, split: str = "train"
) -> Exported:
    """Write a split of a corpus to a file or folder, in the format of its ending if none is given.

    Raises NewstanceError for a corpus with faults, a split without sentences, and a path that lies
    within the corpus.
    """
    form = form or ENDINGS.get(path.suffix.lower())
    if form is None:
        raise NewstanceError(
            f"{path}: its ending does not tell the format; give --format {', '.join(Format)}."
        )
    if path.resolve().is_relative_to(directory.resolve()):
        raise NewstanceError(f"{path}: lies in the corpus itself; write to another place.")
    corpus = read_corpus(directory, may_be_empty=True)
    if corpus.faults:
        raise NewstanceError(f"{corpus.faults[0]} ({len(corpus.faults)} faults in all)")
    if split not in corpus.splits:
        has = ", ".join(corpus.splits) or "none"
        raise NewstanceError(f"{directory}: has no split {split!r} but {has}; name one of these.")
    sentences = corpus.splits[split]
    fields = dict.fromkeys(name for sentence in sentences for name in sentence.other)
    known = (
        replace(s, other={name: value for name, value in s.other.items() if name in CARRIED})
        for s in sentences
    )
    write_labelled(known, path, form=form, codebook=corpus.codebook)
    return Exported(len(sentences), tuple(name for name in fields if name not in CARRIED))
