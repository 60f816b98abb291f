"""What looks wrong with a text: found, counted and placed; clean text is silent."""

import gzip
import random
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import pytest

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.lint import Finding, lines, lint, words
from w2v_cli.corpus.reading.tokenizer import Tokenizer

ROOT = Path(__file__).parents[2]
WIKI = ROOT.parent / "shared" / "corpora" / "wiki-300k.txt.gz"

MISREAD_MIR = "\u043c\u0438\u0440".encode().decode("windows-1252")

TOKENIZER = Tokenizer.of(TextConfig())


def found(
    directory: Path, data: bytes | str, sentence_length: int = 10_000, **options: str | bool | int
) -> list[Finding]:
    """Return the findings of a file `t`, with where they are as the line number alone."""
    path = directory / "t"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    findings = lint([path], replace(TOKENIZER, **options), sentence_length)  # type: ignore[arg-type]
    assert all(finding.where.startswith(str(path)) for finding in findings)
    return [it._replace(where=it.where.removeprefix(f"{path}:")) for it in findings]


def only(findings: list[Finding]) -> tuple[str, int, str, tuple[str, ...]]:
    """Return the one finding without its remedy."""
    (finding,) = findings
    assert finding.remedy
    return finding[:4]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\n",
        "clean words of a text\nand more\n\n",
        "naïve café über 中文 слово Ünal",
        "a < b and b > c & d <3 x<y",
        "NÃO ÂNGELO ÐA",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner
        "don't 'quote' ''two'' [1] {2} == 3",
        "e.g. at www or http",
        "crlf line\r\nanother\r\n",
    ],
)
def test_clean_text_has_no_findings(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_the_sample_has_no_findings() -> None:
    assert lint([ROOT / "data" / "sample.txt"], TOKENIZER) == []


@pytest.mark.skipif(not WIKI.exists(), reason="needs the text that is not in the repository")
def test_encyclopedia_text_has_no_findings() -> None:
    assert lint([WIKI], TOKENIZER) == []


@pytest.mark.parametrize(
    ("what", "text", "n", "line", "examples"),
    [
        ("characters that stand for lost ones", "a\nb caf\ufffd", 1, "2", ("caf\ufffd",)),
        ("UTF-8 that was read in another encoding", "cafÃ© itâ€™s", 2, "1", ("cafÃ©", "itâ€™s")),
        ("UTF-8 that was read in another encoding", "x\n\n" + MISREAD_MIR, 1, "3", (MISREAD_MIR,)),
        ("control characters", "a\x07b c\nd\x00e", 2, "1", ("a\x07b", "d\x00e")),
        ("control characters of Latin-1", "it\x92s", 1, "1", ("it\x92s",)),
        ("invisible characters", "a\nco\xadop\nzero\u200bwidth x\ufeff", 3, "2",
         ("co\xadop", "zero\u200bwidth", "x\ufeff")),
        ("invisible characters", "joi\u200dner", 1, "1", ("joi\u200dner",)),
        ("no-break and other unusual spaces", "10\u202f000 km\n5\xa0kg", 2, "1",
         ("10\u202f000", "5\xa0kg")),
        ("HTML tags", "a <b>bold</b> <a href=x> word <!-- no -->", 4, "1",
         ("<b>bold</b>", "<a", "<!--")),
        ("HTML entities", "this &amp; that&nbsp;there &#8211; &#x2014;", 4, "1",
         ("&amp;", "that&nbsp;there", "&#8211;", "&#x2014;")),
        ("wiki markup", "see [[link|text]] {{cite}} and '''bold'''", 3, "1",
         ("[[link|text]]", "{{cite}}", "'''bold'''")),
        ("web addresses", "x\nhttp://www.example.org/a www.example.org", 2, "2",
         ("http://www.example.org/a", "www.example.org")),
    ],
)  # fmt: skip
def test_what_is_seen_in_characters(
    tmp_path: Path, what: str, text: str, n: int, line: str, examples: tuple[str, ...]
) -> None:
    assert only(found(tmp_path, text)) == (what, n, line, examples)


def test_bytes_that_are_not_utf_8_are_counted_and_placed(tmp_path: Path) -> None:
    data = b"good\ncaf\xe9 na\xefve\n"
    finding = only(found(tmp_path, data))
    assert finding == ("bytes that are not utf-8", 2, "2", (r"b'good\ncaf\xe9 na\xefve\n'",))
    assert found(tmp_path, data, encoding="latin-1") == []


def test_bytes_of_another_encoding_name_the_file(tmp_path: Path) -> None:
    finding = only(found(tmp_path, b"caf\xe9", encoding="ascii"))
    assert finding == ("bytes that are not ascii", 1, str(tmp_path / "t"), ())


def test_case_twins_are_counted_together_the_most_frequent_first(tmp_path: Path) -> None:
    text = "a fish\nPolish polish The\nTHE the the Only"
    finding = only(found(tmp_path, text))
    examples = ("the 2, THE 1, The 1", "Polish 1, polish 1")
    assert finding == ("words that differ only in case", 2, "2", examples)
    assert found(tmp_path, text, lowercase=True) == []


def test_normalization_twins_tell_code_points_from_forms(tmp_path: Path) -> None:
    same_look, other_form = found(tmp_path, "caf\xe9 cafe\u0301\nfine \ufb01ne")
    assert same_look[:4] == (
        "words that look the same and are spelled in other code points", 1, "1",
        ("cafe\u0301 1, caf\xe9 1",),
    )  # fmt: skip
    assert other_form[:4] == (
        "words that differ only in the form of letters", 1, "2", ("fine 1, \ufb01ne 1",),
    )  # fmt: skip
    assert (same_look.remedy, other_form.remedy) == ("--normalize nfc", "--normalize nfkc")


@pytest.mark.parametrize("form", ["nfc", "nfkc"])
def test_a_normalization_mends_its_twins(tmp_path: Path, form: str) -> None:
    left = found(tmp_path, "caf\xe9 cafe\u0301\nfine \ufb01ne", normalize=form)
    assert [finding.remedy for finding in left] == {"nfc": ["--normalize nfkc"], "nfkc": []}[form]


def test_lines_of_too_many_words(tmp_path: Path) -> None:
    finding = only(found(tmp_path, "a b c\n" + "x " * 7 + "\na b c d e f\n", sentence_length=5))
    assert finding == ("lines of more than 5 words, the longest 7", 2, "2", ())
    assert found(tmp_path, "a b c d e\n" * 3, sentence_length=5) == []


def test_a_giant_line_is_counted_over_many_blocks(tmp_path: Path) -> None:
    finding = only(found(tmp_path, "word " * 600_000))
    assert finding == ("lines of more than 10,000 words, the longest 600,000", 1, "1", ())


def test_long_lines_that_repeat(tmp_path: Path) -> None:
    article, other = "an article of the encyclopedia " * 4, "another one with other words " * 4
    what, n, where, examples = only(
        found(tmp_path, f"{article}\n{other}\n\n{article}\r\n{article}")
    )
    assert what.startswith("lines of 100 bytes or more that repeat an earlier one, 50.0% of")
    assert (n, where, examples) == (2, "4", (article[:60],))


def test_short_lines_may_repeat(tmp_path: Path) -> None:
    assert found(tmp_path, "yes of course\n" * 1000) == []


def test_few_repeats_among_many_lines_are_usual(tmp_path: Path) -> None:
    text = "".join(f"{number:098d} x\n" for number in range(200))
    assert found(tmp_path, text + text[:101]) == []
    assert len(found(tmp_path, text + text[:505])) == 1


def test_repeats_are_estimated_when_there_are_too_many_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MAX_LINES", 500)
    rng = random.Random(1)
    numbers = [rng.randrange(4_000) for _ in range(8_000)]
    text = "".join(f"{number:098d} x\n" for number in numbers)
    n_repeats = len(numbers) - len(set(numbers))
    _, n, _, _ = only(found(tmp_path, text))
    assert n == pytest.approx(n_repeats, rel=0.15)
    assert n % 2 == 0  # what a sample of every 2nd, 4th, 8th ... line gives


def test_frequent_twins_are_found_among_too_many_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MAX_WORDS", 1_000)
    text = "".join(f"The the w{number} " for number in range(300_000))
    what, n, _, examples = only(found(tmp_path, text, sentence_length=1 << 30))
    assert what.endswith("(counted in part: more than 1,000 different words)")
    assert (n, examples) == (1, ("The 300,000, the 300,000",))


def test_words_that_would_end_the_run(tmp_path: Path) -> None:
    finding = only(found(tmp_path, "short\nlonglonglong word longerlonger", longest_word=5))
    assert finding == ("words of more than 5 characters", 2, str(tmp_path / "t"), ())
    assert found(tmp_path, "longlonglong", longest_word=5, long_words="cut") == []


@pytest.mark.parametrize("read_size", [1, 2, 3, 7, 4096])
def test_findings_are_the_same_for_any_read_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_size: int
) -> None:
    pieces = ["The", "the", "cafÃ©", "<b>x</b>", "<a href", "&amp;", "\n", "\r\n", "\r", "[[a]]"]
    pieces += ["\xa0", "\u3000", "co\xadop", "http://x", "\x00", "a" * 99, "fine", "\ufb01ne"]
    blocks, kinds = Tokenizer.text_blocks, set[str]()
    for seed in range(30):
        rng = random.Random(seed)
        data = rng.choice([" ", ""]).join(rng.choices(pieces, k=60)).encode()
        data += rng.choice([b"", b" bad \xff byte", data])
        whole = found(tmp_path, data, sentence_length=7)
        with monkeypatch.context() as patch:
            patch.setattr(Tokenizer, "text_blocks", partialmethod(blocks, read_size=read_size))
            cut = found(tmp_path, data, sentence_length=7)
        # Examples end where a block does.
        assert [finding[:3] for finding in cut] == [finding[:3] for finding in whole]
        kinds |= {finding.what for finding in whole}
    assert len(kinds) > 10


def test_packed_files_are_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "t.gz"
    path.write_bytes(gzip.compress(b"a &amp; b\n"))
    assert only(lint([path], TOKENIZER)) == ("HTML entities", 1, f"{path}:1", ("&amp;",))


LAYOUTS = [
    ("the\ncat\nsat\non\nmats\n", "lines of one word", 5, "1", "by `paste -sd ' '`"),
    ("the\ncat\n\nsat\non\nmats\n", "lines of one word", 5, "1",
     "by `awk -v RS= '{$1 = $1; print}'`"),
    ("EU NNP B-NP B-ORG\nsees VBZ B-VP O\nmen NNS I-NP O\n. . O O\n\nPeter NNP B-NP B-PER\n",
     "rows of a word and 3 tags", 4, "2", """by `awk 'NF {printf "%s ", $1} !NF {print ""}'`"""),
    ("# text = A cat\n1\tA\tDET\n2\tcat\tNOUN\n\n# text = Mats\n1\tMats\tNOUN\n",
     "rows of 3 columns, with tabs between them", 3, "2",
     r"""by `awk -F '\t' 'NF >= 2 {printf "%s ", $2} !NF {print ""}'`"""),
    ("1\tthe cat sat\t5\n2\ton mats it lay\t3\n3\tand so on\t1\n",
     "rows of 3 columns, with tabs between them", 3, "1", "by `cut -f 2`"),
    ('id,text,label\n1,"the cat, it sat",pos\n2,a bad day,neg\n3,"good, really",pos\n',
     "rows of 3 columns, with commas between them", 4, "1", ": --field text"),
    ("1;the cat\n2;a bad day\n3;so it goes\n",
     "rows of 2 columns, with semicolons between them", 3, "1", "by `csvcut -d ';' -c 2`"),
    ('{"id": 1, "body": "the cat sat"}\n{"id": 2, "body": "on mats"}\n{"body": ""}\n',
     "lines of JSON", 3, "1", ": --field body"),
    ("2020,the cat sat,pos\n2021,a bad day,neg\n2022,so it is,pos\n",
     "rows of 3 columns, with commas between them", 3, "1", "by `csvcut -d ',' -c 2`"),
    ('[\n  {\n    "id": "x",\n    "text": "the cat"\n  },\n  {\n    "id": "y"\n  }\n]\n',
     "lines of JSON", 9, "1", "by `jq -r '.text'`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "what", "n", "line", "remedy"), LAYOUTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_that_are_no_sentences_are_named_with_a_way_to_get_them(
    tmp_path: Path, text: str, what: str, n: int, line: str, remedy: str, end: str
) -> None:
    findings = {it.what: it for it in found(tmp_path, text.replace("\n", end))}
    assert (findings[what].n, findings[what].where) == (n, line)
    assert remedy in findings[what].remedy


@pytest.mark.parametrize(
    "text",
    [
        "yes, it is\nno, not so\nwell, perhaps\n" * 5,
        "a rose,\na lake,\na bird,\n",
        "he said: so; then he left\nshe said: no; then she stayed\nthey said: yes; all\n",
        "the king rules\nthe queen rules\nthe child plays\n" * 5,
        "1 2 3\n2 3 4\n3 4 5\n" * 5,
        "[laughs] so it is\n{odd} words here\n[music] and more\n",
        "THE CAT SAT\nTHE DOG SAT\nTHE MAT LAY\n",
    ],
)
def test_sentences_are_no_rows(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_a_table_is_found_among_other_texts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("plain words here\nand there\n" * 30)
    (tmp_path / "b.csv").write_text("1,the cat\n2,a mat\n3,a hat\n")
    (finding,) = lint([tmp_path / "a.txt", tmp_path / "b.csv"], TOKENIZER)
    assert (finding.n, finding.where) == (3, f"{tmp_path}/b.csv:1")


@pytest.mark.parametrize(
    ("text", "script", "remedy"),
    [
        ("今天天气很好我们一起去公园散步吧\n", "Chinese", "jieba"),
        ("私は明日学校へ行きますと彼は言った\n", "Japanese", "mecab -O wakati"),
        ("ท้องฟ้าสีครามสวยงามมากในวันนี้เราจะไปเที่ยวกัน\n", "Thai", "PyThaiNLP"),
        ("ភាសាខ្មែរជាភាសាផ្លូវការរបស់ប្រទេសកម្ពុជា\n", "Khmer", "BreakIterator"),
        ("ພາສາລາວເປັນພາສາທາງການຂອງປະເທດລາວ\n", "Lao", "BreakIterator"),
        ("မြန်မာဘာသာစကားသည်မြန်မာနိုင်ငံ၏ရုံးသုံးဘာသာဖြစ်သည်\n", "Myanmar", "BreakIterator"),
    ],
)
def test_text_without_spaces_between_words_says_how_to_find_them(
    tmp_path: Path, text: str, script: str, remedy: str
) -> None:
    (finding,) = found(tmp_path, "\n" + text)
    assert finding[:3] == (f"runs of {script} letters without spaces between the words", 1, "2")
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    "text",
    ["今天 天气 很 好 我们 一起\n", "ท้องฟ้า สีคราม สวยงาม มาก\n", "다람쥐 헌 쳇바퀴에 타고파\n",
     "a word of 東京都知事 in a long line of English words\n" * 5],
)  # fmt: skip
def test_words_with_spaces_between_them_are_no_finding(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_zero_width_spaces_between_thai_words_are_not_to_be_deleted(tmp_path: Path) -> None:
    for text in ("ท้องฟ้า\u200bสีคราม มาก", "ភាសា\u200bខ្មែរ ជា", "ພາສາ\u200bລາວ ດີ"):
        (finding,) = found(tmp_path, f"a b\n{text}\n")
        assert finding[1:3] == (1, "2")
        assert "turn them into blanks" in finding.remedy
        assert found(tmp_path, text, token_pattern="words") == []
    (finding,) = found(tmp_path, "zero\u200bwidth x")
    assert (finding.what, "take them out" in finding.remedy) == ("invisible characters", True)


@pytest.mark.parametrize("pattern", [r"\w+", r"(\w)+", "[a-z]+"])
def test_letters_and_marks_that_a_pattern_leaves_out(tmp_path: Path, pattern: str) -> None:
    text = "clean words\nin हिन्दी and हिन्दी, cafe\u0301\n"
    (finding,) = found(tmp_path, text, token_pattern=pattern)
    assert finding[:3] == (
        "words of which --token-pattern leaves letters, marks or joiners out", 3, "2"
    )  # fmt: skip
    assert finding.examples[-1] == "cafe\u0301 -> cafe"
    assert finding.remedy == "--token-pattern words keeps them, of any script"


def test_patterns_that_leave_no_letter_out_are_no_finding(tmp_path: Path) -> None:
    text = "It's (naïve), he said: ❤️ हिन्दी में।\n"
    assert found(tmp_path, text, token_pattern="words") == []
    assert found(tmp_path, "it's so (he said)\n", token_pattern=r"\w+") == []
