"""What two models say of the same sentences: measures, tests, sentences that changed, shares."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newstance.cards import MEASURES, labels_in_words
from newstance.compare import is_better, is_worse
from newstance.terminal.text import plain_table, visible

if TYPE_CHECKING:
    from fractions import Fraction

    from newstance.compare import Change, Comparison, Difference, McNemar
    from newstance.shift import Shift

SHOWN = 20


def show_comparison(told: "Comparison") -> None:
    """Tables of measures and tests, then the sentences and contrast sets that changed."""
    console = Console()
    words = {key: words.removesuffix(" (less is better)") for key, words in MEASURES.items()}
    measures = _differences(told.measures, words)
    measures.title = f"{told.n} sentences of {told.n_groups} news items"
    console.print(measures)
    for topic, details in told.topics.items():
        table = _differences(details, {key: key.replace("_", " ") for key in details})
        table.title = f"\n{topic}"
        console.print(table)
    for title, tests in (
        ("topic given or not", told.topic_tests),
        ("stance given the topic", told.stance_tests),
    ):
        console.print(_tests(title, tests))
    _show_changes(console, told.changes)
    if told.families:
        for what, names in (("lost", told.families.lost), ("gained", told.families.gained)):
            line = f"\nof {told.families.n} contrast families wholly right, {what}: {len(names)}"
            console.print(Text(f"{line} ({', '.join(names)})" if names else line))


def _differences(differences: Mapping[str, "Difference"], words: Mapping[str, str]) -> Table:
    table = plain_table("measure", "old", "new", "difference", "95 % interval", "")
    for key, d in differences.items():
        mark = ""
        if is_better(key, d.low, d.high):
            mark = "[green]better[/]"
        elif is_worse(key, d.low, d.high):
            mark = "[red]worse[/]"
        table.add_row(
            words[key],
            f"{d.old:.3f}",
            f"{d.new:.3f}",
            f"{d.difference:+.3f}",
            f"{d.low:+.3f} to {d.high:+.3f}",
            mark,
        )
    return table


def _tests(title: str, tests: Mapping[str, "McNemar"]) -> Table:
    table = plain_table("McNemar's exact test", "only new right", "only old right", "p")
    table.title = f"\n{title}"
    for name, test in tests.items():
        table.add_row(name, str(test.gained), str(test.lost), f"{test.p:.3g}")
    return table


def _show_changes(console: Console, changes: Sequence["Change"]) -> None:
    kinds: dict[str, Iterable[Change]] = {
        "for the better": [c for c in changes if c.gain > 0],
        "for the worse": [c for c in reversed(changes) if c.gain < 0],
        "otherwise": [c for c in changes if c.gain == 0],
    }
    for what, found in kinds.items():
        own = list(found)
        console.print(Text(f"\nchanged {what}: {len(own)} sentences", style="bold"))
        for change in own[:SHOWN]:
            console.print(visible(change.text))
            old, new, gold = map(labels_in_words, (change.old, change.new, change.gold))
            console.print(Text(f"  {old} → {new} (gold: {gold})", style="dim"))
        if len(own) > SHOWN:
            console.print(Text(f"  and {len(own) - SHOWN} more: --json has all", style="dim"))


def show_shifts(shifts: Mapping[str, "Shift"]) -> None:
    """A row for each share: old, new, and the change with its two parts, in percentage points."""
    is_split = any(shift.news is not None for shift in shifts.values())
    parts = ("by the news", "by the model") if is_split else ()
    table = plain_table("share, %", "old", "new", "change", *parts)
    for name, shift in shifts.items():
        own = (shift.news, shift.model) if is_split else ()
        table.add_row(
            f"  {name}" if ":" in name else name,
            _percent(shift.old, ""),
            _percent(shift.new, ""),
            *(_percent(part, "+") for part in (shift.change, *own)),
        )
    Console().print(table)


def _percent(share: "Fraction | None", sign: str) -> str:
    return "–" if share is None else f"{float(100 * share):{sign}.1f}"
