"""Labelled rows for any codebook, of a small grammar: made-up words, and two that tell the label.

Rows are unlike enough that a corpus of them has no near-duplicates.
"""

import random
from collections.abc import Sequence
from typing import Any

SYLLABLES = ("ba", "ko", "ri", "tu", "ne", "la", "mi", "so", "de", "fu", "ga", "pe")


def said(topic: str, stance: str) -> str:
    """The words that tell topic and stance."""
    return f"{stance}ing the {topic}works"


def made_up_rows(
    topics: Sequence[str], stances: Sequence[str], n: int, *, seed: int = 0
) -> list[dict[str, Any]]:
    """Rows without group: each topic in turn with each stance, and as often none."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(SYLLABLES, k=3)) for _ in range(400)]
    rows = []
    for number in range(n):
        turn, place = divmod(number, len(topics) + 1)
        labels = {t: stances[turn % len(stances)] for t in topics[place : place + 1]}
        told = [said(topic, stance) for topic, stance in labels.items()]
        before, *after = rng.sample(words, 8)
        text = " ".join([before, *told, *after])
        rows.append({"text": f"{text.capitalize()}.", "labels": labels})
    return rows
