"""`--token-pattern words`: words of every script stay whole, what is around them goes."""
# ruff: noqa: RUF001, letters of other scripts look like Latin ones

import re
import unicodedata
from pathlib import Path

import pytest

from tests.corpus.reading.test_beginnings import words as words_of_file
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.corpus.reading.word_pattern import words_pattern

SHARED = Path(__file__).parents[4] / "shared" / "cases" / "scripts.txt"

WHOLE = {
    "Hindi": "हिन्दी में लिखो वस्तु",
    "Bengali": "বাংলা ভাষায় কথা",
    "Tamil": "தமிழ் மொழி",
    "Malayalam, joiner at the end": "ക്\u200d അവന്\u200d",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Thai": "ท้องฟ้า วัตถุ น้ำ",
    "Lao": "ພາສາລາວ",
    "Khmer": "ភាសាខ្មែរ",
    "Myanmar": "မြန်မာဘာသာ",
    "Tibetan": "བོད་ཡིག".replace("་", " "),
    "Arabic with vowels": "كِتَابٌ صِف",
    "Persian": "می\u200cخواهم",
    "Hebrew with points": "שָׁלוֹם בֵּית\u05beסֵפֶר",
    "decomposed": unicodedata.normalize("NFD", "café naïve Ångström tiếng Việt"),
    "Korean, decomposed": unicodedata.normalize("NFD", "한국어 사람"),
    "Chinese with marks of variants": "辻\U000e0100 葛\ufe00",
    "Old Church Slavonic": "бг҃ъ",
    "emoji": "👩\u200d👩\u200d👧 ❤️ 🇫🇷 👍🏽 1️⃣ ©️"
    " 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "inside": "don't jean-luc l'été o\u2019clock col·lega 3.14 1,000 co\xadop new_york x2",
}  # fmt: skip


def tokens(directory: Path, text: str, pattern: str = "words") -> list[str]:
    path = directory / "corpus"
    path.write_text(text)
    return words_of_file(path, token_pattern=pattern)[:-1]


@pytest.mark.parametrize("script", WHOLE)
def test_words_of_every_script_stay_whole(tmp_path: Path, script: str) -> None:
    assert tokens(tmp_path, WHOLE[script]) == WHOLE[script].split()


@pytest.mark.skipif(not SHARED.exists(), reason="needs the cases that are not in the repository")
def test_words_of_other_texts_stay_whole() -> None:
    whole = words_of_file(SHARED)
    assert words_of_file(SHARED, token_pattern="words") == whole
    assert words_of_file(SHARED, token_pattern=r"\w+") != whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(don't), \u201cyes\u201d 'tis dogs'", ["don't", "yes", "tis", "dogs"]),
        ("end.Start, and --so-- on...", ["end", "Start", "and", "so", "on"]),
        ("@you #tag C++ 20°C 5$ a/b", ["you", "tag", "C", "20", "C", "5", "a", "b"]),
        ("है। क्या?", ["है", "क्या"]),
        ("ไทย\u200bคำ", ["ไทย", "คำ"]),
        ("今天，天气。", ["今天", "天气"]),
        ("\u200fשלום\u200f", ["שלום"]),
        ("good😀😀", ["good", "😀", "😀"]),
        ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]),
        ("--- ... → ■ \u0301", []),
    ],
)
def test_what_is_no_part_of_a_word_separates_words(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    assert [word for word in tokens(tmp_path, text) if word != LINE_END] == expected


def test_every_letter_mark_and_digit_can_stand_in_a_word() -> None:
    pattern = re.compile(words_pattern())
    for code in [*range(0x20000), *range(0xE0100, 0xE01F0)]:
        character = chr(code)
        if unicodedata.category(character)[0] in "LMN":
            assert pattern.findall(f"a{character}b") == [f"a{character}b"], hex(code)


def test_a_regular_expression_of_one_s_own_still_is_one(tmp_path: Path) -> None:
    assert tokens(tmp_path, "words, keywords", "word") == ["word", "word"]
