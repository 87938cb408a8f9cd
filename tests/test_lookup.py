import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newstance.lookup import Index

NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(st.lists(NUMBERS, unique=True), st.lists(NUMBERS))
def test_each_key_is_found_and_no_other_number(keys, others):
    index = Index(np.array(keys, dtype=np.int64))
    place = {key: n for n, key in enumerate(keys)}
    wanted = [*keys[::-1], *others]
    found = index.find(np.array(wanted, dtype=np.int64))
    assert found.tolist() == [place.get(number, -1) for number in wanted]


def test_keys_that_want_the_last_slot_are_all_found_from_the_first_on():
    slots = Index(np.arange(4))._first_slots(np.arange(5000))
    keys = np.flatnonzero(slots == slots.max())[:5]
    index = Index(keys[:4])
    assert set(index._first_slots(keys)) == {len(index._slots) - 1}
    assert index.find(keys).tolist() == [0, 1, 2, 3, -1]
