"""Diagrams as SVG for a web page: its colours and letters are the page's, in light and dark.

matplotlib draws in stand-in colours, which are then replaced by the page's variables. The same
data give the same bytes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np

from newstance.curves import Reliability, RiskCoverage
from newstance.estimates import in_digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, RULE, ACCENT, SECOND = "#010101", "#020202", "#030303", "#040404", "#050505"
VARIABLES = {INK: "ink", MUTED: "muted", RULE: "rule", ACCENT: "accent", SECOND: "second"}
SIZE = (4.4, 3.3)

_REPLACED = [
    (re.compile(pattern, re.DOTALL), by)
    for pattern, by in (
        (r"\A.*?(?=<svg)|<metadata>.*?</metadata>|<defs>\s*<style.*?</defs>", ""),
        (r'(?<=<svg) .*?(viewBox="[^"]*").*?>', r" \1>"),
        (r'<g id="[^"]*"', "<g"),
        (r"xlink:href", "href"),
        (r"font: ([\d.]+px) [^;\"]*", r"font-size: \1"),
        (r"font-family: [^;\"]*; ", ""),
        *((stand_in, f"var(--{variable})") for stand_in, variable in VARIABLES.items()),
        (r"\s*\n\s*", "\n"),
    )
]


def reliability_diagram(told: Reliability, *, name: str, title: str) -> str:
    """Confidence against accuracy, with the number of answers in each bin below."""
    described = "; ".join(
        f"confidence {in_digits(c)}, accuracy {in_digits(a)} ({n} answers)"
        for n, c, a in zip(told.count, told.confidence, told.accuracy, strict=True)
    )
    with _figure() as figure:
        top, below = figure.subplots(2, sharex=True, height_ratios=(4, 1))
        top.plot((0, 1), (0, 1), color=RULE, linewidth=1)
        top.plot(told.confidence, told.accuracy, color=ACCENT, linewidth=1.5, marker="o")
        top.set(ylabel="accuracy", xlim=(0, 1.02), ylim=(-0.02, 1.02))
        below.bar(told.confidence, told.count, width=0.04, color=MUTED)
        below.set(xlabel="confidence", ylabel="answers")
        below.locator_params("y", nbins=2, integer=True)
        _plain(top, below)
        return _svg(figure, name, title, described)


def risk_coverage_diagram(told: RiskCoverage, *, name: str, title: str) -> str:
    """The share of wrong answers among the surest, by the share kept."""
    described = f"Area {told.area}; " + "; ".join(
        f"to have {precision:.0%} right, "
        + (f"keep {kept.coverage:.0%}" if kept else "keep nothing")
        for precision, kept in told.kept.items()
    )
    with _figure() as figure:
        axes = figure.subplots()
        axes.axhline(told.risk[-1], color=RULE, linewidth=1)
        axes.plot(told.coverage, told.risk, color=ACCENT, linewidth=1.5, drawstyle="steps-post")
        axes.text(0, told.risk[-1], "in random order", color=MUTED, va="bottom", fontsize=9)
        for precision, kept in told.kept.items():
            if kept and kept.coverage < 1:
                at = kept.coverage, told.risk[np.searchsorted(told.coverage, kept.coverage)]
                axes.plot(*at, "D", color=SECOND, markersize=5)
                is_left = kept.coverage < 0.5
                axes.annotate(
                    f"{precision:.0%} right",
                    at,
                    xytext=(6 if is_left else -6, -3 if is_left else 3),
                    textcoords="offset points",
                    ha="left" if is_left else "right",
                    fontsize=9,
                )
        axes.set(xlabel="share kept, surest first", ylabel="share wrong", xlim=(0, 1.02))
        axes.set_ylim(0, float(told.risk.max()) * 1.1 + 0.02)
        axes.locator_params("y", nbins=5, steps=[1, 2, 5, 10])
        _plain(axes)
        return _svg(figure, name, title, described)


@contextmanager
def _figure() -> Iterator["Figure"]:
    from matplotlib import style
    from matplotlib.figure import Figure

    ours = {
        "svg.fonttype": "none",
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "axes.edgecolor": RULE,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    with style.context(["default", ours]):
        yield Figure(figsize=SIZE, layout="constrained")


def _plain(*several: "Axes") -> None:
    for axes in several:
        axes.tick_params(length=0)
        axes.patch.set_visible(False)
        axes.set_axisbelow(True)


def _svg(figure: "Figure", name: str, title: str, described: str) -> str:
    """The figure as an ``svg`` element with names of its own, a title and a description."""
    from matplotlib import rc_context

    figure.patch.set_visible(False)
    written = StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(written, format="svg")
    svg = written.getvalue()
    for pattern, by in _REPLACED:
        svg = pattern.sub(by, svg)
    labels = f'role="img" aria-labelledby="{name}-title {name}-described"'
    words = (
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-described">{escape(described)}</desc>'
    )
    return re.sub("<svg(.*?)>", lambda tag: f"<svg{tag[1]} {labels}>{words}", svg, count=1)
