"""What a codebook lacks: its faults, with which it cannot be used, and what coders will miss.

A codebook without faults may still leave a coder alone: a topic without an example, a stance that
no rule for a close case names. That is told as a warning, and everything works all the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newstance import codebook as codebooks
from newstance.codebook import Codebook, list_faults, parse_codebook, parse_table
from newstance.files import read_text


@dataclass(frozen=True)
class Findings:
    """What was found in a codebook's file; warnings only if it has no faults."""

    path: Path
    faults: tuple[str, ...]
    warnings: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            [
                *(f"{self.path}: {fault}." for fault in self.faults),
                *(f"{self.path}: warning: {warning}." for warning in self.warnings),
            ]
        )


def check_codebook(path: Path) -> Findings:
    """Every fault of a codebook, given its file or its corpus's folder; else every warning.

    Raises NewstanceError if it cannot be read or, with the line, is not valid TOML.
    """
    path = path / codebooks.FILE if path.is_dir() else path
    text = read_text(path)
    if faults := list_faults(parse_table(text, name=str(path))):
        return Findings(path, tuple(faults), ())
    return Findings(path, (), tuple(warnings(parse_codebook(text, name=str(path)))))


def warnings(codebook: Codebook) -> Iterator[str]:
    """What coders will miss."""
    for topic in codebook.topics:
        if topic.covers.strip() == topic.definition.strip():
            yield f"topic {topic.name!r}: 'covers' repeats the definition; list what counts"
        if not topic.excludes.strip():
            yield f"topic {topic.name!r}: 'excludes' is empty; list what is near and does not count"
    yield from _labels_without_example(codebook)
    rules = " ".join(case.rule for case in codebook.stance_cases)
    for name in codebook.stance_names:
        if not re.search(rf"\b{name}\b", rules):
            yield f"stance {name!r} is in no rule for a close case; add a [[stance_cases]] entry"


def _labels_without_example(codebook: Codebook) -> Iterator[str]:
    labels = [example.labels for example in codebook.examples]
    kinds = {
        "topic": (codebook.topic_names, {topic for own in labels for topic in own}),
        "stance": (codebook.stance_names, {stance for own in labels for stance in own.values()}),
    }
    for kind, (names, shown) in kinds.items():
        for name in names:
            if name not in shown:
                yield f"{kind} {name!r} is in no example; add an [[examples]] entry"
    if all(labels):
        yield "no example is without topic; add an [[examples]] entry with 'labels = {}'"
