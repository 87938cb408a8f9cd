"""Labels that a change of the codebook left behind, and sentences that a topic was never asked of.

The rule, for each vote on a sentence and each topic and stance of the codebook whose ``version`` is
greater than the vote's ``codebook``:

- the vote gives the topic, or gives the stance to a topic: that label is *stale*;
- the vote does not give the topic: the sentence is *uncoded* for it. Whether the topic was added or
  changed since does not matter: as it stands now, this coder was not asked about it.
- the vote does not give the stance: nothing. A new stance leaves the labels of the others standing;
  if it takes cases from one of them, that one's meaning has changed, and its version with it.

Of a coder's votes on a sentence only that by the latest codebook counts, the last of equals. A row
without votes counts as one vote: its ``labels``, by the ``codebook`` that the row itself names. A
vote that names no codebook cannot be judged; a row of which no vote can is *of unknown version*.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from newstance.codebook import Codebook, Stance, Topic
from newstance.corpus import Corpus, Place
from newstance.errors import NewstanceError
from newstance.files import replacing_file
from newstance.records import Sentence, drop_nulls

STALE, UNCODED = "stale", "uncoded"
PICKED = "picked"


@dataclass(frozen=True)
class Finding:
    """A label of a vote that is ``stale``, or a topic for which the sentence is ``uncoded``.

    ``entry`` is the name of the topic or stance, ``entry_version`` the codebook's at which it last
    changed, ``vote_version`` that by which ``coder`` labelled.
    """

    place: Place
    state: str
    entry: str
    coder: str
    vote_version: int
    entry_version: int

    def __str__(self) -> str:
        what = {STALE: f"gave {self.entry!r}", UNCODED: f"was not asked for {self.entry!r}"}
        who = repr(self.coder) if self.coder else "the row"
        return (
            f"{self.place}: {who} {what[self.state]}: the label is by codebook "
            f"{self.vote_version}, the entry of version {self.entry_version}."
        )

    def to_json(self) -> dict[str, Any]:
        """The finding, its place as ``file`` and ``line``."""
        fields = asdict(self) | {"file": str(self.place.path), "line": self.place.line}
        del fields["place"]
        return fields


@dataclass(frozen=True)
class Staleness:
    """What of a corpus is stale or uncoded, and how many of its rows are of unknown version."""

    version: int
    n_rows: int
    n_unknown: int
    findings: tuple[Finding, ...]

    @property
    def n_found(self) -> int:
        """How many rows have a finding."""
        return len({finding.place for finding in self.findings})

    def counts(self) -> dict[str, dict[str, int]]:
        """For each entry found the number of rows that are stale, and uncoded, for it."""
        rows = {(f.entry, f.state, f.place) for f in self.findings}
        return {
            entry: {
                state: sum(row[:2] == (entry, state) for row in rows) for state in (STALE, UNCODED)
            }
            for entry in dict.fromkeys(f.entry for f in self.findings)
        }

    def to_json(self) -> dict[str, Any]:
        """One object: version, numbers of rows, counts by entry, and every finding."""
        return {
            "codebook": self.version,
            "rows": self.n_rows,
            "unknown": self.n_unknown,
            "entries": self.counts(),
            "found": [finding.to_json() for finding in self.findings],
        }


def find_stale(corpus: Corpus) -> Staleness:
    """What is stale or uncoded in a corpus, in the order of its splits, files and lines.

    Raises NewstanceError for a corpus with a fault.
    """
    if corpus.faults:
        raise NewstanceError(f"{corpus.faults[0]} 'newstance corpus check' lists every fault.")
    findings: list[Finding] = []
    n_rows = n_unknown = 0
    for place, sentence in _rows(corpus):
        votes = [vote for vote in latest_votes(sentence) if _version(vote) is not None]
        n_rows, n_unknown = n_rows + 1, n_unknown + (not votes)
        for vote in votes:
            findings += _judge(vote, place, corpus.codebook)
    return Staleness(corpus.codebook.version, n_rows, n_unknown, tuple(findings))


def latest_votes(sentence: Sentence) -> list[Mapping[str, Any]]:
    """Of each coder's votes that by the latest codebook, the last of equals."""
    own = {"coder": "", "codebook": sentence.other.get("codebook"), "labels": sentence.labels}
    latest: dict[str, Mapping[str, Any]] = {}
    for vote in sentence.other.get("votes") or [own]:
        before = latest.get(vote["coder"])
        if before is None or (_version(vote) or 0) >= (_version(before) or 0):
            latest[vote["coder"]] = vote
    return list(latest.values())


def write_queue(corpus: Corpus, staleness: Staleness, output: Path) -> int:
    """Write the sentences found, each once, as a queue to label; how many they are.

    Those with a stale label come first, then those that are only uncoded.
    """
    found = {(finding.place, finding.coder) for finding in staleness.findings}
    stale = {finding.place for finding in staleness.findings if finding.state == STALE}
    rows = dict(_rows(corpus))
    places = sorted({f.place: None for f in staleness.findings}, key=lambda own: own not in stale)
    with replacing_file(output) as partial, partial.open("w", encoding="utf-8") as stream:
        for place in places:
            votes = [v for v in latest_votes(rows[place]) if v["coder"]]
            kept = [vote for vote in votes if (place, vote["coder"]) not in found]
            question = to_question(rows[place].to_row(), kept=kept)
            stream.write(json.dumps(question, ensure_ascii=False) + "\n")
    return len(places)


def to_question(row: Mapping[str, Any], *, kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A corpus's row as a question: without labels, and with those of its votes that are kept.

    What it had stands in ``stale``, so that nothing is lost and a new label is given without it.
    """
    votes = row.get("votes") or []
    other = {name: value for name, value in row.items() if name not in ("labels", "votes")}
    had = {"labels": row["labels"], "votes": [vote for vote in votes if vote not in kept]}
    return other | {"votes": list(kept), PICKED: STALE, STALE: had}


def _rows(corpus: Corpus) -> Iterator[tuple[Place, Sentence]]:
    for split, sentences in corpus.splits.items():
        yield from zip(corpus.places[split], sentences, strict=True)


def _version(vote: Mapping[str, Any]) -> int | None:
    version = vote.get("codebook")
    return version if isinstance(version, int) else None


def _judge(vote: Mapping[str, Any], place: Place, codebook: Codebook) -> Iterator[Finding]:
    version, labels = _version(vote) or 0, drop_nulls(vote["labels"])
    given = labels if isinstance(labels, dict) else {}
    entries: tuple[Topic | Stance, ...] = (*codebook.topics, *codebook.stances)
    for entry in entries:
        is_given = entry.name in given or entry.name in given.values()
        if entry.version > version and (is_given or isinstance(entry, Topic)):
            state = STALE if is_given else UNCODED
            yield Finding(place, state, entry.name, str(vote["coder"]), version, entry.version)
