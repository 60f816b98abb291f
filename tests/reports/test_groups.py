"""Files of words and of groups of words."""

from pathlib import Path

import pytest

from w2v_cli.errors import InputMissingError, PictureError
from w2v_cli.reports.groups import NO_GROUP, groups_for_map, read_words


def test_groups_are_numbered_in_the_order_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_bytes(
        b"\xef\xbb\xbfking\troyal\r\n\napple\tfruit\nqueen\troyal\n"
    )
    groups = groups_for_map(tmp_path / "groups.tsv")
    assert groups.names == ["royal", "fruit"]
    assert groups.of == {"king": 0, "apple": 1, "queen": 0}


def test_words_of_no_group_have_one_of_their_own_only_if_there_are_any(tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_text("king\troyal\napple\tfruit\n")
    groups = groups_for_map(tmp_path / "groups.tsv")
    assert groups.of_words(["king"]).names == ["royal", "fruit"]
    assert groups.of_words(["king", "the"]) == (["royal", "fruit", NO_GROUP], {"king": 0, "the": 2})


def test_more_groups_than_a_map_can_show_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_text("".join(f"w{n}\tg{n}\n" for n in range(48)))
    with pytest.raises(PictureError, match="has 48 groups; a map can show 47 at most"):
        groups_for_map(tmp_path / "groups.tsv")


def test_repeated_words_count_once(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("king\n queen \n\nking\n")
    assert read_words(tmp_path / "words.txt") == ["king", "queen"]


def test_an_absent_or_empty_file_of_words_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="there is no such file"):
        read_words(tmp_path / "words.txt")
    (tmp_path / "words.txt").write_text("\n")
    with pytest.raises(PictureError, match="has no words; write one in each line"):
        read_words(tmp_path / "words.txt")
