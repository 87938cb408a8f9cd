"""What people answer when they label: a journal of JSON lines that only grows.

Each line is the one record plus ``labelling``, which tells who did what, and when:
``{"did": "answered", "coder": "anna", "date": "2026-11-20"}``. By ``did`` the line is

- ``answered``: ``labels`` are the coder's, and the last of ``votes`` is the coder's vote, with a
  ``note`` if one was typed, and ``saw_proposal`` if the model's answer was looked at before;
- ``skipped``: it has no labels, and ``labelling`` has the ``reason``;
- ``settled``: ``labels`` are what was decided where votes differ, with a ``note`` if one was typed;
- ``undone``: the coder takes back what ``undoes`` names of this sentence; it has no labels.

The sentence's other fields, ``picked`` among them, stand in each line. A line is on disk before
``Journal.add`` returns. One that was cut short by a crash is the last and is cut off.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.files import decode, read_bytes
from newstance.records import Sentence, numbered_lines, parse_line, to_line

FIELD = "labelling"
_START = b'{"text": "'

Key = tuple[str, str, str]


class Did(StrEnum):
    """What a line of the journal tells."""

    answered = "answered"
    skipped = "skipped"
    settled = "settled"
    undone = "undone"


@dataclass(frozen=True)
class Entry:
    """A line of the journal: what the coder did with a sentence, and the record as written.

    ``sentence`` has the coder's labels and vote; ``question`` is what the coder was shown.
    """

    did: Did
    coder: str
    date: str
    sentence: Sentence
    reason: str = ""
    undoes: Did | None = None

    @property
    def question(self) -> Sentence:
        """The sentence as it was before the answer: without labels and without the coder's vote."""
        other = dict(self.sentence.other)
        if self.did is Did.answered:
            other["votes"] = other["votes"][:-1]
        return replace(self.sentence, labels=None, other=other)

    @property
    def vote(self) -> dict[str, Any]:
        """The coder's vote; only an answer has one."""
        return dict(self.sentence.other["votes"][-1])

    def to_line(self) -> str:
        """The entry as a line of JSON, without line end."""
        told = {"did": self.did.value, "coder": self.coder, "date": self.date}
        if self.reason:
            told["reason"] = self.reason
        if self.undoes:
            told["undoes"] = self.undoes.value
        other = {**self.sentence.other, FIELD: told}
        return to_line(replace(self.sentence, other=other))


def key(sentence: Sentence) -> Key:
    """What makes a sentence the same as another: text, context and, if it has one, its id."""
    return sentence.text, sentence.context, str(sentence.other.get("id", ""))


def read_answers(path: Path, codebook: Codebook | None = None) -> list[Entry]:
    """The entries that stand, in their order: what was undone is left out, and so is the undoing.

    With a codebook the labels must be of it. An empty list if there is no such file; raises
    NewstanceError, with file and line, for a line that is no entry.
    """
    content = read_bytes(path) if path.exists() else b""
    return standing(_parse(content[: len(content) - len(_torn(content))], path, codebook))


def check_votes(sentence: Sentence) -> None:
    """Raise ValueError unless the votes of a sentence, if it has any, are a coder's each."""
    votes = sentence.other.get("votes") or []
    is_sound = isinstance(votes, list) and all(
        isinstance(vote, dict)
        and isinstance(vote.get("coder"), str)
        and isinstance(vote.get("labels"), dict)
        for vote in votes
    )
    if not is_sound:
        raise ValueError("has 'votes' that are no list of objects with 'coder' and 'labels'")


def standing(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without those that were undone."""
    stand: list[Entry] = []
    for entry in entries:
        if entry.did is not Did.undone:
            stand.append(entry)
            continue
        what = (entry.coder, entry.undoes, key(entry.sentence))
        stand = [e for e in stand if (e.coder, e.did, key(e.sentence)) != what]
    return stand


class Journal:
    """The journal of a file, held by this process alone: its entries that stand, and more to come.

    ``cut`` is how many bytes of a line that a crash cut short were removed on opening.
    """

    def __init__(self, path: Path, descriptor: int, entries: list[Entry], cut: int) -> None:
        self.path = path
        self.cut = cut
        self.entries = entries
        self._descriptor = descriptor

    def add(self, entry: Entry) -> None:
        """Write an entry; it is on disk when this returns.

        Raises NewstanceError if the system refuses; the file is then as it was before.
        """
        size = os.fstat(self._descriptor).st_size
        try:
            _write(self._descriptor, f"{entry.to_line()}\n".encode())
        except OSError as error:
            os.ftruncate(self._descriptor, size)
            raise NewstanceError(
                f"{self.path}: the last answer could not be written ({error.strerror}), all before "
                "it are kept; free the place and run the same command again."
            ) from error
        self.entries = standing([*self.entries, entry])


@contextlib.contextmanager
def open_journal(path: Path, codebook: Codebook) -> Iterator[Journal]:
    """The journal of a file, which is made if need be.

    Raises NewstanceError if another process holds it, or it is no file of answers.
    """
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path = path.resolve()
            lock = FileLock(path.with_name(f".{path.name}.lock"))
            stack.enter_context(lock.acquire(timeout=0))
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            stack.callback(os.close, descriptor)
            entries, cut = _mend(path, descriptor, codebook)
        except Timeout:
            raise NewstanceError(
                f"{path}: another session is writing here; end it, or give another file."
            ) from None
        except OSError as error:
            raise NewstanceError(
                f"{path}: cannot be written ({error.strerror}); "
                "choose a place that you may write to."
            ) from error
        yield Journal(path, descriptor, standing(entries), cut)


def _mend(path: Path, descriptor: int, codebook: Codebook) -> tuple[list[Entry], int]:
    """The entries of a file whose last line, if it was cut short, is now cut off; nothing else."""
    content = read_bytes(path)
    torn = _torn(content)
    entries = _parse(content[: len(content) - len(torn)], path, codebook)
    if torn:
        os.ftruncate(descriptor, len(content) - len(torn))
    elif content and not content.endswith(b"\n"):
        _write(descriptor, b"\n")
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return entries, len(torn)


def _torn(content: bytes) -> bytes:
    """The end of a file, if it is the start of an entry's line; what a line is, is left alone.

    After a power failure the end can be zeros, which stand for bytes that never came to disk.
    """
    last = content[content.rfind(b"\n") + 1 :]
    start = last.rstrip(b"\0")[: len(_START)]
    try:
        json.loads(last)
    except ValueError:
        return last if _START.startswith(start) else b""
    return b""


def _parse(content: bytes, path: Path, codebook: Codebook | None) -> list[Entry]:
    entries = []
    for number, line in numbered_lines(decode(content, name=str(path))):
        try:
            entries.append(_entry(line, codebook))
        except ValueError as error:
            raise NewstanceError(f"{path} line {number}: {error}.") from None
    return entries


def _entry(line: str, codebook: Codebook | None) -> Entry:
    sentence = parse_line(line)
    told = sentence.other.get(FIELD)
    texts = {"did", "coder", "date"}
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in texts):
        raise ValueError(
            f"has no {FIELD!r} that tells who did what, so it is no answer of newstance label; "
            "give another file"
        )
    if told["did"] not in set(Did):
        raise ValueError(f"{told['did']!r} is nothing that is done; it may be {', '.join(Did)}")
    did, undoes = Did(told["did"]), told.get("undoes")
    if did in (Did.answered, Did.settled):
        sentence = parse_line(line, codebook=codebook)
        if not sentence.other.get("votes") or not isinstance(sentence.labels, dict):
            raise ValueError("has no 'votes' and 'labels' of a coder; restore the line")
        check_votes(sentence)
    other = {name: value for name, value in sentence.other.items() if name != FIELD}
    return Entry(
        did,
        told["coder"],
        told["date"],
        replace(sentence, other=other),
        reason=str(told.get("reason", "")),
        undoes=Did(undoes) if undoes else None,
    )


def _write(descriptor: int, data: bytes) -> None:
    """Write all bytes and wait until they are on disk."""
    while data:
        data = data[os.write(descriptor, data) :]
    os.fsync(descriptor)
