"""What makes a table of TOML no codebook: every fault of its fields, names, versions and examples.

``newstance.codebook`` refuses a codebook with the first of them, ``newstance codebook check`` lists
them all; the fields themselves are those of its records.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PROBABILITY = "probability"
LABELS = {"topics": "topic", "stances": "stance"}
MAY_BE_EMPTY = "excludes"


def faults(
    table: Mapping[str, Any], *, fields: Mapping[str, Any], entries: Mapping[str, type]
) -> Iterator[str]:
    """All that is wrong with a codebook's table, field by field.

    ``fields`` are the types of the codebook's fields, ``entries`` the records of those that are
    headings of entries.
    """
    for key, kind in fields.items():
        if key in entries:
            yield from _entry_faults(key, table.get(key, []), entries[key].__annotations__)
        elif fault := _value_fault(key, table.get(key), kind):
            yield fault
    for key in sorted(table.keys() - fields.keys()):
        yield f"{key!r} is unknown; remove it"
    topics, stances = _names(table, "topics"), _names(table, "stances")
    if len(stances) == 1:
        yield "fewer than two stances; add one"
    yield from _name_faults("topic", topics, taken=())
    yield from _name_faults("stance", stances, taken=(*topics, PROBABILITY))
    yield from _column_faults(topics, stances)
    yield from _version_faults(table)
    if topics and stances:
        yield from _example_faults(table, topics, stances)


def score_columns(topics: Sequence[str], stances: Sequence[str]) -> list[str]:
    """The columns of a table of answers: for each topic its stance, then the probabilities."""
    return [
        name
        for topic in topics
        for name in (topic, *(f"{topic}_{score}" for score in (PROBABILITY, *stances)))
    ]


def label_fault(labels: object, topics: Sequence[str], stances: Sequence[str]) -> str | None:
    """What is wrong with labels, or None: unknown topic, unknown stance, or no object."""
    if not isinstance(labels, dict):
        return "'labels' is no object from topic to stance; write {} for none"
    for topic, stance in labels.items():
        for kind, label, known in (("topic", topic, topics), ("stance", stance, stances)):
            if label not in known:
                return (
                    f"unknown {kind} {label!r}; the codebook has {', '.join(known)}; "
                    f"correct the row or add the {kind}"
                )
    return None


def _rows(table: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The entries that are tables."""
    rows = table.get(key, [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _names(table: Mapping[str, Any], key: str) -> list[str]:
    return [row["name"] for row in _rows(table, key) if isinstance(row.get("name"), str)]


def _value_fault(key: str, value: object, annotation: Any) -> str | None:
    kind = annotation if isinstance(annotation, type) else dict
    if value is None:
        return f"{key!r} is missing; add it"
    if not isinstance(value, kind) or isinstance(value, bool):
        return f"{key!r} is no {kind.__name__}; correct it"
    if isinstance(value, str) and not value.strip() and key != MAY_BE_EMPTY:
        return f"{key!r} is empty; write it"
    if isinstance(value, int) and value < 1:
        return f"{key!r} is less than 1; count from 1"
    return None


def _entry_faults(key: str, rows: object, fields: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(rows, list) or (key in LABELS and not rows):
        yield f"no [[{key}]] entry; add at least one"
        return
    for number, row in enumerate(rows, 1):
        where = f"[[{key}]] entry {number}"
        if not isinstance(row, dict):
            yield f"{where} is no table; write its fields below the heading"
            continue
        for name in sorted(fields.keys() | row.keys()):
            kind = fields.get(name)
            if kind is None:
                yield f"{where}: {name!r} is unknown; remove it"
            elif fault := _value_fault(name, row.get(name), kind):
                yield f"{where}: {fault}"


def _name_faults(kind: str, names: Sequence[str], *, taken: Sequence[str]) -> Iterator[str]:
    for n, name in enumerate(names):
        if not name.isidentifier():
            yield (
                f"{kind} name {name!r} has other signs than letters, digits and _, "
                "or begins with a digit; rename it"
            )
        if name in names[:n]:
            yield f"{kind} {name!r} stands there twice; remove one"
        if name in taken:
            yield f"{kind} name {name!r} has another meaning already; rename it"


def _column_faults(topics: Sequence[str], stances: Sequence[str]) -> Iterator[str]:
    """Names that would give a table of answers the same column twice."""
    scores = [stance for stance in dict.fromkeys(stances) if stance != PROBABILITY]
    columns = ["text", "context", "remark", *score_columns(list(dict.fromkeys(topics)), scores)]
    for column, n in Counter(columns).items():
        if n > 1:
            yield (
                f"two columns of a table of answers would have the name {column!r}, "
                "of a topic, or of a topic and a stance; rename one"
            )


def _version_faults(table: Mapping[str, Any]) -> Iterator[str]:
    version = table.get("version")
    for key in LABELS:
        for row in _rows(table, key):
            own = row.get("version")
            if isinstance(own, int) and isinstance(version, int) and own > version:
                yield (
                    f"{LABELS[key]} {row.get('name')!r} is of version {own}, the codebook only of "
                    f"{version}; raise the codebook's or correct the entry's"
                )


def _example_faults(
    table: Mapping[str, Any], topics: Sequence[str], stances: Sequence[str]
) -> Iterator[str]:
    first: dict[str, object] = {}
    for row in _rows(table, "examples"):
        text, labels = row.get("text"), row.get("labels")
        if isinstance(labels, dict) and (fault := label_fault(labels, topics, stances)):
            yield f"example {text!r}: {fault}"
        if not isinstance(text, str):
            continue
        if text.strip() in first:
            same = "the same" if first[text.strip()] == labels else "other"
            yield f"example {text!r} stands there twice, with {same} labels; remove one"
        first.setdefault(text.strip(), labels)
