"""What coders disagree on, to be settled, and the corpus rows that come of it.

The rows keep every vote, so that agreement can still be computed from them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from newstance.agreement import Coefficient, agreement
from newstance.answers import Did, Entry, Key, key
from newstance.codebook import Codebook
from newstance.errors import NewstanceError
from newstance.files import replacing_file
from newstance.records import Sentence, drop_nulls, to_line


class State(StrEnum):
    """What the votes of a sentence say."""

    single = "single"
    agreed = "agreed"
    settled = "settled"
    unsettled = "unsettled"


DIFFERING = (State.settled, State.unsettled)
CODED_TWICE = (State.agreed, *DIFFERING)


@dataclass(frozen=True)
class Row:
    """A sentence with all its votes; it has labels unless they are still to be settled."""

    state: State
    sentence: Sentence


def gather(entries: Sequence[Entry]) -> list[Row]:
    """What was answered, each sentence once, in the order of the first answers."""
    answers: dict[Key, list[Entry]] = {}
    settlements: dict[Key, Sentence] = {}
    for entry in entries:
        if entry.did is Did.answered:
            answers.setdefault(key(entry.sentence), []).append(entry)
        elif entry.did is Did.settled:
            settlements[key(entry.sentence)] = entry.sentence
    return [_row(own, settlements.get(name)) for name, own in answers.items()]


def select(rows: Sequence[Row], *states: State) -> list[Sentence]:
    """The sentences of rows in one of the states."""
    return [row.sentence for row in rows if row.state in states]


def upheld(rows: Sequence[Row], codebook: Codebook) -> dict[str, list[Coefficient]]:
    """How far each coder agrees with the labels that stand in the end, by coder.

    It flatters: where coders agreed, their label stands without a question.
    """
    by_coder: dict[str, list[Sentence]] = {}
    for sentence in select(rows, State.agreed, State.settled):
        for vote in sentence.other["votes"]:
            votes = [vote, {"coder": State.settled.value, "labels": sentence.labels}]
            own = replace(sentence, other={**sentence.other, "votes": votes})
            by_coder.setdefault(vote["coder"], []).append(own)
    return {coder: agreement(own, codebook) for coder, own in by_coder.items()}


def check_output(output: Path, answers: Path) -> None:
    """Raise NewstanceError if the rows are to be written over the answers."""
    if output.resolve() == answers.resolve():
        raise NewstanceError(f"{output}: holds the answers themselves; write to another file.")


def write_rows(rows: Sequence[Row], output: Path) -> None:
    """Write the rows that have labels as a corpus's JSON lines, in one step."""
    with replacing_file(output) as partial, partial.open("w", encoding="utf-8") as stream:
        for row in rows:
            if row.state is not State.unsettled:
                stream.write(f"{to_line(row.sentence)}\n")


def _row(answers: Sequence[Entry], settlement: Sentence | None) -> Row:
    first = answers[0]
    votes = [*first.question.other["votes"], *(answer.vote for answer in answers)]
    sentence = replace(first.sentence, other={**first.sentence.other, "votes": votes})
    if len(votes) == 1:
        return Row(State.single, sentence)
    if all(_labels(vote) == _labels(votes[0]) for vote in votes):
        return Row(State.agreed, sentence)
    if settlement is None:
        return Row(State.unsettled, replace(sentence, labels=None))
    note = {name: text for name, text in settlement.other.items() if name == "note"}
    return Row(
        State.settled,
        replace(sentence, labels=settlement.labels, other={**sentence.other, **note}),
    )


def _labels(vote: Mapping[str, Any]) -> object:
    return drop_nulls(vote["labels"])
