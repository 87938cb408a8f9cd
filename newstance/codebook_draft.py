"""A topic or stance that so far has a name and a definition, and the codebook's entry it makes.

What the entry covers and what a stance is for or against are at first its definition: enough to
begin with, and ``newstance.codebook_check`` reminds of writing them out.
"""

from dataclasses import dataclass
from enum import StrEnum

from newstance.codebook_faults import PROBABILITY
from newstance.errors import NewstanceError


class Kind(StrEnum):
    """The two kinds of labels."""

    topic = "topic"
    stance = "stance"

    @property
    def key(self) -> str:
        """The heading of its entries in the codebook."""
        return f"{self}s"


@dataclass(frozen=True)
class Draft:
    """A topic or stance: its name in labels and what it means, in a few words."""

    kind: Kind
    name: str
    definition: str

    def to_entry(self, version: int) -> dict[str, str | int]:
        """The fields of the codebook's entry."""
        entry: dict[str, str | int] = {"name": self.name, "version": version}
        entry["definition"] = self.definition
        if self.kind is Kind.topic:
            entry |= {"covers": self.definition, "excludes": "", "target": self.definition}
        return entry


def parse_draft(kind: Kind, text: str) -> Draft:
    """The draft that ``name: definition`` gives.

    Raises NewstanceError if the definition is missing or the name is none.

    >>> parse_draft(Kind.topic, "housing: Rents and the building of homes").name
    'housing'
    """
    name, _, definition = (part.strip() for part in text.partition(":"))
    check_name(kind, name)
    if not definition:
        raise NewstanceError(
            f"{kind} {text!r}: has no definition; write '{name}: what it means, in a few words'."
        )
    return Draft(kind, name, " ".join(definition.split()))


def check_name(kind: Kind, name: str) -> None:
    """Raise NewstanceError unless a label can have the name."""
    if not name.isidentifier() or name == PROBABILITY:
        raise NewstanceError(
            f"{kind} {name!r}: is no name for a label; write 'name: definition', the name of "
            "letters, digits and _, not beginning with a digit."
        )
