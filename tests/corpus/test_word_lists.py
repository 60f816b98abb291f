"""Lists of words to keep and to leave out."""

from pathlib import Path

import pytest

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.word_lists import read_rules
from w2v_cli.errors import ConfigError


def test_lists_of_words_are_read_as_text_is(tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("Paris\nRome  Oslo\n")
    (tmp_path / "stop").write_text("The\n\nA\n")
    rules = read_rules(
        TextConfig(
            keep_words=str(tmp_path / "keep"),
            stop_words=str(tmp_path / "stop"),
            lowercase=True,
            min_count=3,
            max_vocab=9,
        )
    )
    assert rules.keep == {"paris", "rome", "oslo"}
    assert rules.stop == {"the", "a"}
    assert (rules.min_count, rules.max_vocab) == (3, 9)


def test_a_byte_order_mark_is_no_part_of_the_first_word(tmp_path: Path) -> None:
    (tmp_path / "stop").write_bytes(b"\xef\xbb\xbfthe\nof\n")
    rules = read_rules(TextConfig(stop_words=str(tmp_path / "stop")))
    assert rules.stop == {"the", "of"}


def test_a_word_in_both_lists_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("rome paris")
    both = TextConfig(keep_words=str(tmp_path / "list"), stop_words=str(tmp_path / "list"))
    with pytest.raises(ConfigError, match="'paris' is in --keep-words and in --stop-words"):
        read_rules(both)
