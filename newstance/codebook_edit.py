"""Topics and stances added, renamed and removed, in the codebook and in every row of its corpus.

An edit is worked out in memory, told, and then written in one step: the corpus's folder is replaced
by a copy in which codebook and rows are changed, so that they always belong together.

A sentence whose stance is removed still has the topic, and no labels can say so: its row is taken
out of its split and set aside, to be labelled anew. A vote with that stance is taken out whole.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import tomlkit

from newstance import codebook as codebooks
from newstance import codebook_toml as toml
from newstance.codebook import parse_codebook
from newstance.codebook_draft import Draft, Kind, check_name
from newstance.corpus import SPLITS, corpus_digest, read_corpus, split_files, writing
from newstance.errors import NewstanceError
from newstance.files import read_text, replacing_folder
from newstance.relabel import Labels, Relabel, relabel_rows

SET_ASIDE = "relabel.jsonl"


@dataclass(frozen=True)
class Edit:
    """A change of a corpus's folder that is worked out and not yet written.

    ``files`` are the new texts of the codebook and of the data files that change, by their paths in
    the folder. Of the ``n_rows`` rows that change, ``n_set_aside`` go to ``relabel.jsonl``.
    ``mentions`` are the lines of the new codebook in which the old name still stands.
    """

    directory: Path
    digest: str
    version: int
    files: Mapping[Path, str]
    n_rows: int = 0
    n_set_aside: int = 0
    mentions: tuple[int, ...] = ()

    def write(self) -> None:
        """Change the folder in one step; raises NewstanceError if it was changed meanwhile."""
        with writing(self.directory), replacing_folder(self.directory) as folder:
            shutil.copytree(self.directory, folder, symlinks=True, dirs_exist_ok=True)
            if corpus_digest(folder) != self.digest:
                raise NewstanceError(f"{self.directory}: was changed meanwhile; try again.")
            for path, text in self.files.items():
                target = folder / path
                if target.is_symlink() or target.parent.is_symlink():
                    raise NewstanceError(
                        f"{self.directory / path}: is or goes through a link, so it cannot be "
                        "changed in one step with the rest; put the file itself there."
                    )
                target.write_text(text, encoding="utf-8", newline="")


def adding(directory: Path, draft: Draft) -> Edit:
    """The edit that adds a topic or stance below the others; no row changes."""
    digest, document = _begin(directory)
    _check_free(document, draft.name, directory)
    toml.add_entry(document, draft)
    return _edit(directory, digest, document)


def renaming(directory: Path, old: str, *, new: str) -> Edit:
    """The edit that gives a topic or stance another name, in examples, labels and votes too.

    Its entry keeps its version: what it means has not changed, so no label becomes stale.
    """
    digest, document = _begin(directory)
    kind = toml.kind_of(document, old, path=directory / codebooks.FILE)
    check_name(kind, new)
    _check_free(document, new, directory)
    toml.rename_entry(document, kind, old, new=new)

    def rename(labels: Labels) -> dict[str, str]:
        if kind is Kind.topic:
            return {new if topic == old else topic: stance for topic, stance in labels.items()}
        return {topic: new if stance == old else stance for topic, stance in labels.items()}

    toml.relabel_examples(document, rename)
    edit = _edit(directory, digest, document, names=(old, new))
    return _edit_rows(edit, rename)


def removing(directory: Path, name: str) -> Edit:
    """The edit that takes out a topic or stance, with its labels; the last ones cannot be."""
    digest, document = _begin(directory)
    kind = toml.kind_of(document, name, path=directory / codebooks.FILE)
    least = 1 if kind is Kind.topic else 2
    if len(document[kind.key]) <= least:
        raise NewstanceError(
            f"{directory / codebooks.FILE}: {kind} {name!r} cannot be removed, a codebook has at "
            f"least {least}; add another first, or rename this one."
        )
    toml.remove_entry(document, kind, name)

    def remove(labels: Labels) -> dict[str, str] | None:
        if kind is Kind.stance and name in labels.values():
            return None
        return {topic: stance for topic, stance in labels.items() if topic != name}

    toml.relabel_examples(document, remove)
    return _edit_rows(_edit(directory, digest, document, names=(name, name)), remove)


def _begin(directory: Path) -> tuple[str, tomlkit.TOMLDocument]:
    """The digest of a corpus without faults, and its codebook ready to be edited."""
    corpus = read_corpus(directory, may_be_empty=True)
    if corpus.faults:
        raise NewstanceError(
            f"{corpus.faults[0]} Mend it first; 'newstance corpus check {directory}' lists all."
        )
    return corpus_digest(directory), toml.open_document(directory)


def _check_free(document: tomlkit.TOMLDocument, name: str, directory: Path) -> None:
    if any(name == entry["name"] for kind in Kind for entry in document[kind.key]):
        raise NewstanceError(
            f"{directory / codebooks.FILE}: has a topic or stance {name!r} already; "
            "choose another name."
        )


def _edit(
    directory: Path,
    digest: str,
    document: tomlkit.TOMLDocument,
    *,
    names: tuple[str, str] | None = None,
) -> Edit:
    """The edit that writes the codebook's document, which is to be a codebook, and no row.

    ``names`` are a label's old and new one; where prose has the old in backticks it gets the new.
    """
    text = tomlkit.dumps(document)
    mentions: tuple[int, ...] = ()
    if names:
        old, new = names
        text = text.replace(f"`{old}`", f"`{new}`")
        mentions = tuple(
            n for n, line in enumerate(text.split("\n"), 1) if re.search(rf"\b{old}\b", line)
        )
    version = parse_codebook(text, name=str(directory / codebooks.FILE)).version
    return Edit(directory, digest, version, {Path(codebooks.FILE): text}, mentions=mentions)


def _edit_rows(edit: Edit, relabel: Relabel) -> Edit:
    """The edit with every row relabelled too."""
    files, n_rows = dict(edit.files), 0
    questions: list[str] = []
    for split in SPLITS:
        for path in split_files(edit.directory, split):
            done = relabel_rows(read_text(path), relabel)
            n_rows += done.n_rows
            questions += done.questions
            if done.n_rows:
                files[path.relative_to(edit.directory)] = done.text
    if questions:
        path = edit.directory / SET_ASIDE
        before = read_text(path) if path.exists() else ""
        files[Path(SET_ASIDE)] = before + "".join(f"{line}\n" for line in questions)
    return replace(edit, files=files, n_rows=n_rows, n_set_aside=len(questions))
