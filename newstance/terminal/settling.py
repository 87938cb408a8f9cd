"""How far coders agree before and after what they disagree on is settled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from newstance.settle import Row, State
from newstance.terminal.corpora import show_agreement
from newstance.terminal.text import remark

if TYPE_CHECKING:
    from newstance.agreement import Coefficient


def show_agreed(coefficients: Sequence["Coefficient"]) -> None:
    """The coders' agreement with each other."""
    if coefficients:
        Console().print(Text("The coders with each other, before settling:", style="bold"))
        show_agreement(coefficients)


def show_upheld(upheld: Mapping[str, Sequence["Coefficient"]]) -> None:
    """Each coder's agreement with the labels that stand after settling."""
    for coder, coefficients in upheld.items():
        title = f"\n{coder} with the labels that stand, where two answered:"
        Console().print(Text(title, style="bold"))
        show_agreement(coefficients)


def tell_states(rows: Sequence[Row]) -> None:
    """How many sentences are agreed on, answered by one coder, settled and to be settled."""
    n = Counter(row.state for row in rows)
    remark(
        f"{len(rows)} sentences: {n[State.agreed]} agreed on, {n[State.single]} answered by one "
        f"coder only, {n[State.settled]} settled, {n[State.unsettled]} to be settled."
    )


def tell_written(rows: Sequence[Row], output: Path) -> None:
    """What was written, and what was not."""
    n = Counter(row.state for row in rows)
    left = n[State.unsettled]
    remark(
        f"wrote {output}: {n[State.agreed]} agreed on, {n[State.settled]} settled, "
        f"{n[State.single]} by one coder only, whose labels nobody has checked."
        + (f" {left} are not settled and left out; run the command again." if left else "")
    )
