"""Pairs of ids, counted in sorted runs: the same as one dictionary, however they are cut."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from w2v_cli.corpus.phrases.pair_counts import frequent_pairs, pack, unpack


def counted(
    portions: list[np.ndarray], directory: Path, min_count: int = 1, range_size: int = 1 << 23
) -> tuple[dict[int, int], list[int]]:
    """Return pair -> count, and how many pairs each range gave."""
    ranges = list(frequent_pairs(iter(portions), min_count, directory, range_size))
    pairs = [pair for part in ranges for pair in part.pairs.tolist()]
    counts = [count for part in ranges for count in part.counts.tolist()]
    assert pairs == sorted(set(pairs))
    return dict(zip(pairs, counts, strict=True)), [len(part.pairs) for part in ranges]


def test_a_pair_packs_into_one_number_that_sorts_by_first_id() -> None:
    firsts = np.array([0, 1, 1, 2**31 - 1], dtype=np.int32)
    seconds = np.array([2**31 - 1, 0, 5, 2**31 - 1], dtype=np.int32)
    packed = pack(firsts, seconds)
    assert packed.tolist() == sorted(packed.tolist())
    unpacked = unpack(packed)
    np.testing.assert_array_equal(unpacked[0], firsts)
    np.testing.assert_array_equal(unpacked[1], seconds)


def test_counts_of_two_portions_add_up(tmp_path: Path) -> None:
    portions = [np.array([5, 3, 5]), np.array([9, 5])]
    assert counted(portions, tmp_path)[0] == {3: 1, 5: 3, 9: 1}
    portions = [np.array([5, 3, 5]), np.array([9, 5])]
    assert counted(portions, tmp_path, min_count=2)[0] == {5: 3}


@pytest.mark.parametrize("range_size", [1, 2, 7, 64, 1 << 23])
def test_any_cut_gives_the_counts_of_one_dictionary(tmp_path: Path, range_size: int) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(0, 60, size=rng.integers(1, 9))
        portions = [(rng.zipf(1.5, size) % 50).astype(np.int64) for size in sizes]
        expected = Counter(np.concatenate(portions).tolist())
        assert counted([p.copy() for p in portions], tmp_path, 1, range_size)[0] == expected
        frequent = {pair: n for pair, n in expected.items() if n >= 3}
        assert counted(portions, tmp_path, 3, range_size)[0] == frequent


def test_a_range_has_no_more_pairs_than_its_size(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    portions = [rng.integers(0, 10_000, 2_000) for _ in range(10)]
    n_read = sum(len(np.unique(portion)) for portion in portions)
    found, sizes = counted(portions, tmp_path, range_size=1_000)
    assert len(sizes) >= n_read / 1_000
    assert max(sizes) <= 1_000
    assert len(found) == sum(sizes)


@pytest.mark.parametrize("portions", [[], [np.zeros(0, dtype=np.int64)]], ids=["none", "empty"])
def test_nothing_has_no_pairs(tmp_path: Path, portions: list[np.ndarray]) -> None:
    assert counted(portions, tmp_path)[0] == {}


def test_no_file_is_left(tmp_path: Path) -> None:
    counted([np.array([1, 2])], tmp_path)
    assert list(tmp_path.iterdir()) == []
