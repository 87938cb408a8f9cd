"""Rows of a corpus whose labels are changed by a rule; every other line stays letter for letter."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from newstance.records import numbered_lines
from newstance.stale import to_question

Labels = Mapping[str, str]
Relabel = Callable[[Labels], dict[str, str] | None]


@dataclass(frozen=True)
class Relabelled:
    """The text of a data file after the change, how many of its rows changed, and the questions
    that stand for those rows that no labels are left for; these are not in the text any more."""

    text: str
    n_rows: int
    questions: tuple[str, ...]


def relabel_rows(text: str, relabel: Relabel) -> Relabelled:
    """The rows of a data file without faults with other labels, in their votes too.

    ``relabel`` gives other labels for given ones, or None if they can no longer be said. A row then
    becomes a question; a vote is left out.
    """
    lines, questions, n_changed = text.split("\n"), [], 0
    gone = set()
    for number, line in numbered_lines(text):
        row = json.loads(line)
        new, votes = _relabelled(row, relabel), row.get("votes") or []
        if new is None:
            kept = [vote for vote in votes if _relabelled(vote, relabel)]
            questions.append(json.dumps(to_question(row, kept=kept), ensure_ascii=False))
            gone.add(number)
            continue
        if votes:
            new["votes"] = [v for vote in votes if (v := _relabelled(vote, relabel))]
        if new != row:
            lines[number - 1] = json.dumps(new, ensure_ascii=False) + "\r" * line.endswith("\r")
            n_changed += 1
    left = [line for number, line in enumerate(lines, 1) if number not in gone]
    return Relabelled("\n".join(left), n_changed + len(questions), tuple(questions))


def _relabelled(labelled: dict[str, Any], relabel: Relabel) -> dict[str, Any] | None:
    """A row or vote with other labels, its fields in their order, or None."""
    labels = relabel(labelled["labels"])
    return None if labels is None else labelled | {"labels": labels}
