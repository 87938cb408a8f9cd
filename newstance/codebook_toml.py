"""The codebook's file with an entry added, renamed or taken out; all else, comments too, stays.

``tomlkit`` counts what stands between two entries to the upper one, though a comment there is
mostly about the lower: it stays with that one.
"""

from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Comment, Table, Whitespace

from newstance import codebook as codebooks
from newstance.codebook_draft import Draft, Kind
from newstance.codebook_faults import LABELS
from newstance.errors import NewstanceError
from newstance.files import read_text
from newstance.relabel import Labels, Relabel


def open_document(directory: Path) -> tomlkit.TOMLDocument:
    """The codebook's file of a corpus, ready to be edited, with its version raised by one.

    Raises NewstanceError if its topics or stances are not written below one another, each with its
    heading ``[[topics]]`` or ``[[stances]]``.
    """
    path = directory / codebooks.FILE
    text = read_text(path)
    text += "" if text.endswith("\n") else "\n"
    document = tomlkit.parse(text)
    is_plain = all(isinstance(document[key], AoT) for key in LABELS)
    if not is_plain or tomlkit.dumps(document) != text:
        raise NewstanceError(
            f"{path}: cannot be edited as it is written; put all [[topics]] below one another, "
            "then all [[stances]], each with its heading in double brackets."
        )
    document["version"] = int(document["version"]) + 1
    return document


def kind_of(document: tomlkit.TOMLDocument, name: str, *, path: Path) -> Kind:
    """Whether a topic or a stance has the name; raises NewstanceError if none has."""
    names = {kind: [entry["name"] for entry in document[kind.key]] for kind in Kind}
    for kind, own in names.items():
        if name in own:
            return kind
    known = "; ".join(f"{kind.key} {', '.join(own)}" for kind, own in names.items())
    raise NewstanceError(
        f"{path}: has no topic or stance {name!r}, but {known}; give one of these."
    )


def add_entry(document: tomlkit.TOMLDocument, draft: Draft) -> None:
    """Put a new entry below the last of its kind."""
    entries = document[draft.kind.key]
    tail = _cut_tail(entries[-1])
    entry = tomlkit.table()
    for key, value in draft.to_entry(int(document["version"])).items():
        entry.add(key, value)
    entry.trivia.indent = "\n"
    for item in tail:
        entry.add(item)
    entries.append(entry)


def remove_entry(document: tomlkit.TOMLDocument, kind: Kind, name: str) -> None:
    """Take out an entry."""
    _take_out(document, kind.key, _number(document[kind.key], name))


def rename_entry(document: tomlkit.TOMLDocument, kind: Kind, old: str, *, new: str) -> None:
    """Give an entry another name."""
    entries = document[kind.key]
    entries[_number(entries, old)]["name"] = new


def relabel_examples(document: tomlkit.TOMLDocument, relabel: Relabel) -> None:
    """Relabel the examples; those that no labels are left for are taken out."""
    for number, example in reversed(list(enumerate(document.get("examples", [])))):
        labels = relabel(example["labels"])
        if labels is None:
            _take_out(document, "examples", number)
        elif labels != example["labels"]:
            example["labels"] = _inline(labels)


def _number(entries: AoT, name: str) -> int:
    return next(n for n, entry in enumerate(entries) if entry["name"] == name)


def _cut_tail(entry: Table) -> list[Any]:
    """What stands below an entry's last field, from the first blank line on; it is taken off."""
    body = entry.value.body
    last = max(n for n, (key, _) in enumerate(body) if key is not None)
    start = next(
        (n for n in range(last + 1, len(body)) if isinstance(body[n][1], Whitespace)), last + 1
    )
    tail = [item for _, item in body[start:] if isinstance(item, Comment | Whitespace)]
    del body[start:]
    return tail


def _take_out(document: tomlkit.TOMLDocument, key: str, number: int) -> None:
    """Remove an entry; what stands below it goes to the next, else to the one above."""
    entries = document[key]
    tail = _cut_tail(entries[number])
    if number + 1 < len(entries):
        trivia = entries[number + 1].trivia
        trivia.indent = "".join(item.as_string() for item in tail).lstrip("\n") + trivia.indent
        del entries[number]
        return
    del entries[number]
    if not number:
        del document[key]
    elif isinstance(entries[number - 1].value.body[-1][1], Whitespace):
        del tail[:1]
    for item in tail:
        (entries[number - 1] if number else document).add(item)


def _inline(labels: Labels) -> Any:
    fields = ", ".join(
        f"{tomlkit.key(topic).as_string()} = {tomlkit.item(stance).as_string()}"
        for topic, stance in labels.items()
    )
    return tomlkit.value(f"{{ {fields} }}" if labels else "{}")
