"""Text of two or four bytes a character is known by its mark or its zeros, and never misread."""

import random
from pathlib import Path
from typing import Any

import pytest

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.errors import CorpusError

TEXTS = {
    "English": "The cat sat on the mat; it was 7 o'clock.\n",
    "French": "Ça y est, l'été n'est pas fini à l'œil.\n",
    "Polish": "Zażółć gęślą jaźń, żółw.\n",
    "Russian": "Съешь же ещё этих мягких булок, да выпей чаю.\n",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.\n",
    "Hebrew": "דג סקרן שט בים מאוכזב ולפתע מצא חברה.\n",
    "Arabic": "صِف خَلقَ خَودِ كَمِثلِ الشَمسِ إِذ بَزَغَت\n",
    "Hindi": "हिन्दी में लिखो और वस्तु देखो।\n",
    "Thai": "ท้องฟ้าสีคราม วัตถุ\n",
    "Chinese": "一天，我们在北京一起学习。\n今天天气很好 2024\n",  # noqa: RUF001
    "Japanese": "いろはにほへと ちりぬるを\n我が世誰ぞ常ならむ\n",
    "Korean": "다람쥐 헌 쳇바퀴에 타고파\n",
    "emoji": "good 😀 day 👩‍👩‍👧 and night\n",
}
ENCODINGS = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


def written(directory: Path, content: bytes) -> Path:
    path = directory / "corpus"
    path.write_bytes(content)
    return path


def words(path: Path, **options: Any) -> list[str]:
    tokenizer = Tokenizer.of(TextConfig(**options))
    return [
        word for block in tokenizer.text_blocks([path]) for word in tokenizer.words(block).words
    ]


def error_of(path: Path, **options: Any) -> str:
    with pytest.raises(CorpusError) as caught:
        words(path, **options)
    return str(caught.value)


@pytest.mark.parametrize("n_times", [2, 300])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("language", TEXTS)
def test_wide_text_without_a_mark_is_an_error_that_names_its_encoding(
    tmp_path: Path, language: str, encoding: str, n_times: int
) -> None:
    text = TEXTS[language] * n_times
    path = written(tmp_path, text.encode(encoding))
    for asked in ("utf-8", "latin-1", encoding[:6]):
        assert error_of(path, encoding=asked) == (
            f"{path}: looks like {encoding[:6].upper()} text without a byte order mark, and not"
            f" like {asked}; pass --encoding {encoding}"
        )
    assert error_of(path, encoding_errors="replace").startswith(f"{path}: looks like")
    assert [w for w in words(path, encoding=encoding) if w != LINE_END] == text.split()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_wide_text_with_a_mark_is_an_error_that_names_its_encoding(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, "\ufeffthe 中文 cat\n".encode(encoding))
    for options in ({}, {"encoding_errors": "skip"}, {"encoding": "cp1252"}):
        asked = options.get("encoding", "utf-8")
        assert error_of(path, **options) == (
            f"{path}: is {encoding[:6].upper()} text, as its byte order mark says, and not {asked};"
            f" pass --encoding {encoding[:6]}"
        )
    for asked in (encoding, encoding[:6]):
        assert words(path, encoding=asked)[:3] == ["the", "中文", "cat"]
    other = encoding[:-2] + {"le": "be", "be": "le"}[encoding[-2:]]
    assert "as its byte order mark says" in error_of(path, encoding=other)


def test_an_order_of_bytes_that_is_not_the_text_s_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, TEXTS["English"].encode("utf-16-be"))
    assert "pass --encoding utf-16-be" in error_of(path, encoding="utf-16-le")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1251", "gb18030", "shift_jis"])
@pytest.mark.parametrize("seed", range(5))
def test_words_between_zeros_are_no_wide_text(tmp_path: Path, encoding: str, seed: int) -> None:
    rng = random.Random(seed)
    known = {
        "utf-8": "the cat sat on mats naïve words",
        "latin-1": "été noël über a b words",
        "cp1251": "съешь же ещё этих булок",
        "gb18030": "今天 天气 很好 学习 the",
        "shift_jis": "我が世 誰ぞ 常ならむ the",
    }[encoding].split()
    chosen = rng.choices(known, k=400)
    path = written(tmp_path, "\0".join(chosen).encode(encoding))
    assert words(path, encoding=encoding) == [*chosen, LINE_END]


@pytest.mark.parametrize("n_words", [2, 3, 5, 8, 13, 30])
def test_few_words_between_zeros_are_no_wide_text(tmp_path: Path, n_words: int) -> None:
    for seed in range(100):
        known = ["the", "cat", "sat", "on", "mats", "with", "shards", "of", "a", "words", "up"]
        chosen = random.Random(seed).choices(known, k=n_words)
        assert words(written(tmp_path, "\0".join(chosen).encode())) == [*chosen, LINE_END]


def test_a_few_zeros_in_text_are_no_wide_text(tmp_path: Path) -> None:
    text = (TEXTS["English"] * 20).replace("o'clock", "o\0clock\0\0\0\0")
    assert words(written(tmp_path, text.encode()))[:3] == ["The", "cat", "sat"]
