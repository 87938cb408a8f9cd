"""Adding labelled sentences to a corpus: what is there stays as it is, to the byte.

A sentence is the same as another if text and context are, blanks and case aside. One that is there
is not added again, but the votes of coders who have not voted on it join its own, whatever they
say. If its labels differ, that is a conflict: what is there stays, or is replaced on demand. What
stands in another split is left alone.
"""

import json
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newstance.corpus import Corpus, Place, read_corpus, writing
from newstance.errors import NewstanceError
from newstance.exchange.items import Labelled
from newstance.exchange.joining import sentence_key
from newstance.exchange.reading import Found
from newstance.files import read_text, replacing_file
from newstance.records import Sentence, to_line


@dataclass(frozen=True)
class Conflict:
    """A sentence with other labels than those that stand in the corpus, or in the input before."""

    place: Place
    labels: Mapping[str, str]
    standing: Place
    standing_labels: Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """A sentence that was not used, and why."""

    place: Place
    reason: str


@dataclass(frozen=True)
class Added:
    """What became of the rows of an input, and of their sentences: added, doubles of others, in
    conflict or left out; ``differing`` are those added whose coders differ, and nobody settled it.
    """

    n_rows: int
    n_sentences: int
    n_added: int
    n_doubles: int
    n_votes: int
    conflicts: tuple[Conflict, ...]
    differing: tuple[Conflict, ...]
    left_out: tuple[LeftOut, ...]
    path: Path


def add_to_corpus(
    found: Found,
    directory: Path,
    *,
    split: str,
    is_replacing: bool = False,
    is_dry_run: bool = False,
) -> Added:
    """Add sentences to a split of a corpus, or, replacing, their labels too; what became of them.

    Raises NewstanceError, and writes nothing, if the corpus has faults, is being written to, or
    would have an id twice or a news item in two splits.
    """
    with nullcontext() if is_dry_run else writing(directory):
        corpus = read_corpus(directory, may_be_empty=True)
        if corpus.faults:
            raise NewstanceError(
                f"{corpus.faults[0]} Nothing was added: mend it first; "
                "newstance corpus check lists all faults."
            )
        merge = _Merge(corpus, split, is_replacing)
        for labelled in found.labelled:
            merge.take(labelled)
        path = _file_for(directory, split)
        if not is_dry_run:
            _write(merge, path)
    return Added(
        n_rows=sum(labelled.n_rows for labelled in found.labelled),
        n_sentences=len(found.labelled),
        n_added=len(merge.new),
        n_doubles=merge.n_doubles,
        n_votes=merge.n_votes,
        conflicts=tuple(merge.conflicts),
        differing=tuple(merge.differing),
        left_out=tuple(merge.left_out),
        path=path,
    )


@dataclass
class _Row:
    """A row that stands in the corpus, or is to be added: by now, and as it was."""

    split: str
    place: Place
    sentence: Sentence
    before: Sentence | None = None


@dataclass
class _Merge:
    """The corpus's rows with those that are added, by what makes sentences the same."""

    corpus: Corpus
    split: str
    is_replacing: bool
    rows: dict[tuple[str, str], _Row] = field(default_factory=dict)
    ids: dict[str, Place] = field(default_factory=dict)
    items: dict[str, tuple[str, Place]] = field(default_factory=dict)
    new: list[_Row] = field(default_factory=list)
    n_doubles: int = 0
    n_votes: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    differing: list[Conflict] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def __post_init__(self) -> None:
        for split, sentences in self.corpus.splits.items():
            for sentence, place in zip(sentences, self.corpus.places[split], strict=True):
                row = _Row(split, place, sentence, before=sentence)
                key = sentence_key(sentence)
                # A sentence that is in two splits is that of another split: it is left alone.
                if key not in self.rows or split != self.split:
                    self.rows[key] = row
                self._register(row)

    def take(self, labelled: Labelled) -> None:
        """Add a sentence, or join it with the row that stands there."""
        sentence, place = labelled.sentence, labelled.place
        if sentence.labels is None:
            self.left_out.append(LeftOut(place, "nobody has labelled it"))
            return
        row = self.rows.get(sentence_key(sentence))
        if row is not None and row.split != self.split:
            self.left_out.append(LeftOut(place, f"stands in split {row.split!r} ({row.place})"))
            return
        if row is None:
            self._add(_Row(self.split, place, sentence))
            self.differing += [
                Conflict(place, labels, place, sentence.labels) for labels in labelled.differing
            ]
            return
        standing = row.sentence.labels or {}
        if standing == sentence.labels:
            self.n_doubles += 1
        else:
            self.conflicts.append(Conflict(place, sentence.labels, row.place, standing))
            if self.is_replacing:
                row.sentence = replace(row.sentence, labels=sentence.labels)
        self._join_votes(row, sentence)

    def _add(self, row: _Row) -> None:
        if (name := row.sentence.other.get("id")) in self.ids:
            raise NewstanceError(
                f"{row.place}: the id {name!r} also stands at {self.ids[name]}, for another "
                "sentence; give each its own, or name another column (or none, '') with "
                "--id-column."
            )
        item = row.sentence.other.get("group")
        if item in self.items and self.items[item][0] != self.split:
            split, place = self.items[item]
            raise NewstanceError(
                f"{row.place}: the news item {item!r} is in split {split!r} ({place}); "
                f"add it there, with --split {split}, or take it out."
            )
        self._register(row)
        self.rows[sentence_key(row.sentence)] = row
        self.new.append(row)

    def _register(self, row: _Row) -> None:
        if name := row.sentence.other.get("id"):
            self.ids.setdefault(str(name), row.place)
        if item := row.sentence.other.get("group"):
            self.items.setdefault(str(item), (row.split, row.place))

    def _join_votes(self, row: _Row, sentence: Sentence) -> None:
        own = row.sentence.other.get("votes") or []
        coders = {vote["coder"] for vote in own}
        joining = [v for v in sentence.other.get("votes") or [] if v["coder"] not in coders]
        if joining:
            self.n_votes += len(joining)
            row.sentence = replace(
                row.sentence, other={**row.sentence.other, "votes": [*own, *joining]}
            )


def _file_for(directory: Path, split: str) -> Path:
    """The file that new rows of a split go to."""
    single = directory / f"{split}.jsonl"
    folder = directory / split
    return folder / "added.jsonl" if folder.is_dir() and not single.is_file() else single


def _write(merge: _Merge, path: Path) -> None:
    """Write the rows that changed into their lines, and the new ones below, when all are ready."""
    changed: dict[Path, dict[int, Sentence]] = {}
    for row in merge.rows.values():
        if row.before is not None and row.sentence is not row.before:
            changed.setdefault(row.place.path, {})[row.place.line] = row.sentence
    if merge.new:
        changed.setdefault(path, {})
    with ExitStack() as stack:
        for target, rows in changed.items():
            lines = read_text(target).split("\n") if target.exists() else [""]
            for number, sentence in rows.items():
                lines[number - 1] = _altered(lines[number - 1], sentence)
            if target == path:
                lines[-1:] = [lines[-1]] if lines[-1].strip() else []
                lines += [*(to_line(row.sentence) for row in merge.new), ""]
            partial = stack.enter_context(replacing_file(target))
            partial.write_text("\n".join(lines), encoding="utf-8", newline="")


def _altered(line: str, sentence: Sentence) -> str:
    """A row's line with its present labels and votes; all else stays as it is."""
    row: dict[str, Any] = json.loads(line)
    row["labels"] = dict(sentence.labels or {})
    if votes := sentence.other.get("votes"):
        row["votes"] = list(votes)
    return json.dumps(row, ensure_ascii=False)
