"""A coder's way through a queue of sentences, one answer after the other.

What was answered stands in the journal before the next question is known, so a session can end at
any moment, and begins again where it ended. A coder never learns what another answered.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newstance.answers import Did, Entry, Journal, Key, check_votes, key
from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.model import Model
from newstance.predictions import Predictions
from newstance.queue import PICKED, RANK, pick, uncertainty
from newstance.readers import BadRow, read_rows
from newstance.records import Labels, Sentence

Progress = Callable[[int, int], None]

COUNT = 50
BATCH = 2048


@dataclass(frozen=True)
class Coder:
    """Who labels, when, and by which codebook; the date is like '2026-11-20'."""

    name: str
    date: str
    codebook: Codebook

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise NewstanceError("The annotator has no name; give one, as it stands in each vote.")


def read_news(files: Iterable[Path]) -> list[Sentence]:
    """The sentences of files; raises NewstanceError for the first row that cannot be used."""
    sentences = []
    for path in files:
        for row in read_rows(path):
            if isinstance(row, BadRow):
                raise NewstanceError(row.message)
            try:
                check_votes(row)
            except ValueError as error:
                raise NewstanceError(
                    f"{path}: {row.text!r} {error}; correct them, or rename the field."
                ) from None
            sentences.append(row)
    return sentences


def line_up(
    news: Sequence[Sentence],
    asked: Sequence[Sentence],
    model: Model,
    *,
    count: int | None = None,
    random_share: float = 0.2,
    random_state: int = 0,
    progress: Progress = lambda _done, _total: None,
) -> list[Sentence]:
    """The queue: what was ``asked`` before, then rows of news that come ``picked``, in their order.

    There are at most ``count``. If no row comes picked, that many, 50 by default, are picked here.
    Raises NewstanceError if there is nothing to ask.
    """
    queue = {key(question): question for question in asked}
    ready = [sentence for sentence in news if sentence.other.get(PICKED)]
    if not ready and news:
        count = count or COUNT
        ready = pick(
            news,
            uncertainty(_ask(model, news, progress)),
            count=count,
            random_share=random_share,
            random_state=random_state,
        )
    for number, sentence in enumerate(ready, 1):
        other = {RANK: number, **sentence.other}
        queue.setdefault(key(sentence), replace(sentence, labels=None, other=other))
    if not queue:
        raise NewstanceError("The files given hold no sentence to label; give others.")
    return list(queue.values())[:count]


def _ask(model: Model, news: Sequence[Sentence], progress: Progress) -> Predictions:
    parts = []
    for start in range(0, len(news), BATCH):
        parts.append(model.predict(news[start : start + BATCH]))
        progress(min(start + BATCH, len(news)), len(news))
    return Predictions.concatenate(parts)


def asked(journal: Journal) -> list[Sentence]:
    """The questions that stand answered or skipped, by whomever, in the order of the journal."""
    found: dict[Key, Sentence] = {}
    for entry in journal.entries:
        if entry.did is not Did.settled:
            found.setdefault(key(entry.sentence), entry.question)
    return list(found.values())


class Session:
    """A coder's session over a queue; ``did`` is what it writes: answers, or what was settled."""

    def __init__(
        self, journal: Journal, queue: Sequence[Sentence], coder: Coder, *, did: Did = Did.answered
    ) -> None:
        self.journal = journal
        self.queue = tuple(queue)
        self.coder = coder
        self._did = did
        self._left: set[Key] = set()

    @property
    def settles(self) -> bool:
        """Whether it settles what coders disagree on."""
        return self._did is Did.settled

    @property
    def done(self) -> list[Entry]:
        """What stands of this queue, in the order of the journal."""
        keys = {key(question) for question in self.queue}
        return [e for e in self.journal.entries if self._is_own(e) and key(e.sentence) in keys]

    @property
    def question(self) -> Sentence | None:
        """The next sentence, or None when all are done."""
        done = self._left | {key(entry.sentence) for entry in self.done}
        return next((question for question in self.queue if key(question) not in done), None)

    def answer(self, labels: Labels, *, note: str = "", saw_proposal: bool = False) -> None:
        """Write the labels of the question; raises NewstanceError if the codebook lacks them."""
        question = self._current()
        if fault := self.coder.codebook.fault(dict(labels)):
            raise NewstanceError(f"{question.text!r}: {fault}.")
        labels = {t: labels[t] for t in self.coder.codebook.topic_names if t in labels}
        other = dict(question.other)
        if self.settles:
            other |= {"note": note} if note else {}
        else:
            vote = {
                "coder": self.coder.name,
                "date": self.coder.date,
                "codebook": self.coder.codebook.version,
                "labels": labels,
            }
            vote |= {"note": note} if note else {}
            vote |= {"saw_proposal": True} if saw_proposal else {}
            other["votes"] = [*(other.get("votes") or []), vote]
        self._add(self._did, replace(question, labels=labels, other=other))

    def skip(self, reason: str) -> None:
        """Leave the question without labels, for a reason; if it is to be settled, for later."""
        if self.settles:
            self._left.add(key(self._current()))
        else:
            self._add(Did.skipped, self._current(), reason=reason)

    def undo(self) -> bool:
        """Take back the last that the coder did; False if there is nothing."""
        done = [entry for entry in self.done if entry.coder == self.coder.name]
        if done:
            self._add(Did.undone, done[-1].question, undoes=done[-1].did)
        return bool(done)

    def _is_own(self, entry: Entry) -> bool:
        if self.settles:
            return entry.did is Did.settled
        return entry.coder == self.coder.name and entry.did is not Did.settled

    def _current(self) -> Sentence:
        question = self.question
        if question is None:
            raise ValueError("the queue is done")
        return question

    def _add(
        self, did: Did, sentence: Sentence, *, reason: str = "", undoes: Did | None = None
    ) -> None:
        self.journal.add(Entry(did, self.coder.name, self.coder.date, sentence, reason, undoes))
