"""Every word that is read is accounted for."""

import io
import random
from collections import Counter

import pytest

from w2v_cli.corpus.ledger import Ledger, account_for
from w2v_cli.corpus.selection import Rules, choose_vocabulary
from w2v_cli.errors import InternalError


def test_each_word_is_in_the_line_of_the_reason_it_was_left_out_for() -> None:
    counts = Counter({"the": 50, "a": 9, "b": 8, "c": 7, "d": 6, "e": 2, "f": 1})
    rules = Rules(min_count=3, max_vocab=3, keep=frozenset("f"), stop=frozenset(["the"]))
    vocabulary = choose_vocabulary([counts], rules)
    assert vocabulary.words == ["a", "b", "f"]
    left_out = io.StringIO()
    account = account_for([counts], 88, 5, vocabulary, rules, given=False, left_out=left_out)
    # a 9 + b 8 + f 1 have a vector; c 7 + d 6 had no place left; 5 were skipped.
    assert account.ledger == Ledger(
        read=88,
        in_vocabulary=18,
        below_min_count=2,
        beyond_max_vocab=13,
        stop_words=50,
        skipped=5,
    )
    assert account.counts.tolist() == [9, 8, 1]
    assert account.n_different == 7
    assert left_out.getvalue() == "c\t7\nd\t6\ne\t2\nthe\t50\n"


def test_sums_hold_for_any_rules() -> None:
    for seed in range(50):
        rng = random.Random(seed)
        counts = Counter({f"w{number}": rng.randrange(1, 9) for number in range(100)})
        words = sorted(counts)
        rules = Rules(
            min_count=rng.randrange(1, 6),
            max_vocab=rng.choice([None, 20]),
            keep=frozenset(words[:3]),
            stop=frozenset(words[3:6]),
        )
        vocabulary = choose_vocabulary([counts], rules)
        ledger = account_for([counts], counts.total(), 0, vocabulary, rules, given=False).ledger
        assert ledger.in_vocabulary == sum(counts[word] for word in vocabulary.words)
        assert ledger.stop_words == sum(counts[word] for word in words[3:6])


def test_a_given_vocabulary_leaves_out_what_it_does_not_hold() -> None:
    rules = Rules(min_count=5, stop=frozenset(["the"]))
    vocabulary = choose_vocabulary([{"a": 100, "b": 10, "absent": 7}], rules)
    text = {"a": 1, "b": 2, "c": 30, "the": 4}
    account = account_for([text], 37, 0, vocabulary, rules, given=True)
    assert account.ledger == Ledger(read=37, in_vocabulary=3, outside_vocab=30, stop_words=4)
    assert account.counts.tolist() == [1, 2, 0]


def test_sums_that_do_not_hold_are_an_error() -> None:
    with pytest.raises(InternalError, match=r"10 words were read, but 9 are accounted for"):
        Ledger(read=10, in_vocabulary=7, stop_words=2)
