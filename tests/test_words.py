from newstance.words import names


def test_a_name_is_a_word_that_is_capital_after_other_words():
    texts = ["Talks with Serbia end.", "For Serbia, talks go on.", "Again Serbia left", "Gas flows"]
    assert names(texts) == {"serbia"}


def test_a_word_that_one_place_in_five_writes_small_is_no_name():
    assert names([*["the March vote"] * 4, "they march on"]) == frozenset()
    assert "march" in names([*["the March vote"] * 9, "they march on"])
