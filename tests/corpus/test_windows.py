"""Which words are contexts: fixed and drawn radii, one side, whole lines; and how many pairs."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from w2v_cli.config.config import Config
from w2v_cli.corpus.windows import Windows

LENGTHS = [1, 7, 2, 1, 12, 3]
SENTENCES = np.repeat(np.arange(len(LENGTHS)), LENGTHS)

FIXED = {
    "fixed": Windows(3, 3, kind="fixed"),
    "left only": Windows(4, 0, kind="fixed"),
    "right only": Windows(0, 2, kind="fixed"),
    "sides that differ": Windows(1, 5, kind="fixed"),
    "longer than every sentence": Windows(40, 40, kind="fixed"),
    "whole lines": Windows(11, 11, kind="fixed", whole_lines=True),
}


def pairs_of(windows: Windows, seed: int = 0) -> Counter[tuple[int, int]]:
    """Return the places of center and context of each pair."""
    left, right = windows.reach(SENTENCES, np.random.default_rng(seed))
    return Counter(
        (center, center + distance)
        for center in range(len(SENTENCES))
        for distance in [*range(-left[center], 0), *range(1, right[center] + 1)]
    )


@pytest.mark.parametrize("name", FIXED)
def test_a_fixed_window_has_all_words_up_to_its_radii(name: str) -> None:
    windows = FIXED[name]
    expected = Counter(
        (i, j)
        for i in range(len(SENTENCES))
        for j in range(len(SENTENCES))
        if i != j and SENTENCES[i] == SENTENCES[j] and -windows.left <= j - i <= windows.right
    )
    assert pairs_of(windows) == expected
    starts = np.append(0, np.cumsum(LENGTHS))
    assert windows.mean_pairs(starts) == sum(expected.values())


def test_whole_lines_have_the_square_of_their_length_in_pairs() -> None:
    # n words have n (n - 1) ordered pairs: 0 + 42 + 2 + 0 + 132 + 6.
    assert sum(pairs_of(FIXED["whole lines"]).values()) == 182


def test_both_sides_of_a_drawn_window_have_one_radius_if_they_have_one_maximum() -> None:
    one_sentence = np.zeros(10_000, dtype=np.int64)
    left, right = Windows(5, 5).reach(one_sentence, np.random.default_rng(0))
    inside = slice(5, -5)
    np.testing.assert_array_equal(left[inside], right[inside])


@pytest.mark.parametrize("seed", range(3))
def test_radii_of_sides_that_differ_are_uniform_and_independent(seed: int) -> None:
    one_sentence = np.zeros(60_000, dtype=np.int64)
    reach = Windows(2, 3).reach(one_sentence, np.random.default_rng(seed))
    left, right = (side[3:-3] for side in reach)
    table = np.histogram2d(left, right, bins=(2, 3), range=((1, 2), (1, 3)))[0]
    assert table.sum() == len(left)  # nothing below 1 or above the maximum
    assert stats.chisquare(table.ravel()).pvalue > 0.001


@pytest.mark.parametrize("windows", [Windows(5, 5), Windows(0, 4), Windows(2, 6), Windows(1, 1)])
def test_the_mean_number_of_pairs_of_drawn_windows_is_that_of_many_draws(windows: Windows) -> None:
    starts = np.append(0, np.cumsum(LENGTHS))
    n = [sum(pairs_of(windows, seed).values()) for seed in range(400)]
    error = np.std(n) / np.sqrt(len(n))
    assert abs(np.mean(n) - windows.mean_pairs(starts)) <= 4 * error + 0.5


def test_the_weight_of_a_distance_is_the_share_of_radii_that_reach_it() -> None:
    distances = np.array([-4, -3, -2, -1, 0, 1, 2, 3])
    weights = Windows(3, 2, kind="weighted").weights(distances)
    np.testing.assert_allclose(weights, [0, 1 / 3, 2 / 3, 1, 0, 1, 1 / 2, 0], rtol=1e-6)
    for kind in ("drawn", "fixed"):
        assert Windows(3, 2, kind=kind).weights(distances).tolist() == [0, 1, 1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize("sides", [(5, 5), (0, 4), (2, 6), (1, 1)])
def test_weighted_pairs_weigh_as_much_as_drawn_windows_have_pairs(sides: tuple[int, int]) -> None:
    weighted = Windows(*sides, kind="weighted")
    distances = [context - center for center, context in pairs_of(weighted).elements()]
    total = weighted.weights(np.array(distances)).sum()
    # Rounded to a whole number of pairs.
    assert abs(total - Windows(*sides).mean_pairs(np.append(0, np.cumsum(LENGTHS)))) <= 0.5


def test_held_out_pairs_of_weighted_windows_are_drawn() -> None:
    assert Windows(2, 3, kind="weighted").with_weights_of_1 == Windows(2, 3)
    assert FIXED["fixed"].with_weights_of_1 == FIXED["fixed"]


def test_pairs_are_counted_over_many_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = np.random.default_rng(0).integers(0, 20, 1000)
    starts = np.append(0, np.cumsum(lengths))
    whole = FIXED["fixed"].mean_pairs(starts)
    monkeypatch.setattr("w2v_cli.corpus.windows.COUNTED_AT_ONCE", 7)
    assert FIXED["fixed"].mean_pairs(starts) == whole


@pytest.mark.parametrize(
    ("settings", "windows"),
    [
        ({}, Windows(5, 5, kind="weighted")),
        ({"engine": "pairs"}, Windows(5, 5, kind="drawn")),
        ({"engine": "pairs", "windows": "weighted"}, Windows(5, 5, kind="weighted")),
        ({"window": 3, "windows": "fixed"}, Windows(3, 3, kind="fixed")),
        ({"window": 3, "window_left": 0}, Windows(0, 3, kind="weighted")),
        ({"window_right": 7, "windows": "drawn"}, Windows(5, 7)),
        ({"window": "line"}, Windows(99, 99, kind="fixed", whole_lines=True)),
        (
            {"window": "line", "sentence_length": 20},
            Windows(19, 19, kind="fixed", whole_lines=True),
        ),
    ],
)
def test_windows_of_a_configuration(settings: dict[str, object], windows: Windows) -> None:
    assert Windows.of(Config.of(**settings)) == windows
