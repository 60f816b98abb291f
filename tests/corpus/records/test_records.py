"""A field of records is read as a text: the same one from every form of file."""

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from w2v_cli.config.sections import TextConfig
from w2v_cli.corpus.reading.tokenizer import LINE_END, Tokenizer
from w2v_cli.corpus.records import reading
from w2v_cli.corpus.records.reading import Records, corpus_blocks
from w2v_cli.errors import ConfigError, CorpusError

TEXTS = ["the cat sat", "", 'she said "hi", twice', "a, b; c | d", "café 日本 🙂", "#1 {x}", "'s "]
PERIODS = [1900, 1910, 1900, 1910, 1900, 1910, 1900]


def json_lines(texts: Sequence[Any], periods: Sequence[int]) -> bytes:
    rows = [{"n": 1, "text": t, "period": p} for t, p in zip(texts, periods, strict=True)]
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def table(separator: str) -> Callable[[Sequence[str], Sequence[int]], bytes]:
    def made(texts: Sequence[str], periods: Sequence[int]) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=separator)
        if separator == "\t":
            writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_NONE, quotechar=None)
        writer.writerow(["n", "text", "period"])
        writer.writerows(zip(range(len(texts)), texts, periods, strict=True))
        return file.getvalue().encode()

    return made


def parquet(texts: Sequence[Any], periods: Sequence[int]) -> bytes:
    file = pyarrow.BufferOutputStream()
    rows = pyarrow.table({"n": range(len(texts)), "text": texts, "period": periods})
    pyarrow.parquet.write_table(rows, file, row_group_size=3)
    return bytes(file.getvalue())


FORMS: dict[str, Callable[[Any, Sequence[int]], bytes]] = {
    "JSON Lines": json_lines,
    "CSV": table(","),
    "CSV with semicolons": table(";"),
    "CSV with bars": table("|"),
    "TSV": table("\t"),
    "Parquet": parquet,
}


def lines_of(path: Path | str, **options: Any) -> list[list[str]]:
    """Return the words of each line of the text of a file of records."""
    config = TextConfig(**{"field": "text", **options})
    tokenizer = Tokenizer.of(config)
    lines: list[list[str]] = [[]]
    for block in corpus_blocks([path], tokenizer, Records.of(config)):
        for word in tokenizer.words(block).words:
            if word == LINE_END:
                lines.append([])
            else:
                lines[-1].append(word)
    assert lines[-2:] == [[], []]  # the end of the last line, and of the text
    return lines[:-2]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return `write(content)`, which gives the path of a file whose name says nothing."""

    def write(content: bytes) -> Path:
        path = tmp_path / "records"
        path.write_bytes(content)
        return path

    return write


Write = Callable[[bytes], Path]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_text(write: Write, form: str) -> None:
    path = write(FORMS[form](TEXTS, PERIODS))
    assert lines_of(path) == [text.split() for text in TEXTS]
    some = lines_of(path, split_field="period", split_value="1910")
    assert some == [text.split() for text in TEXTS[1::2]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("block_bytes", [1, 20])
def test_blocks_of_any_size_have_the_same_text(
    write: Write, monkeypatch: pytest.MonkeyPatch, form: str, block_bytes: int
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", block_bytes)
    assert lines_of(write(FORMS[form](TEXTS, PERIODS))) == [text.split() for text in TEXTS]


@pytest.mark.parametrize("form", [name for name in FORMS if name != "TSV"])
def test_a_record_is_one_line_whatever_its_text_holds(write: Write, form: str) -> None:
    texts = ["one\ntwo\r\nthree", "four\n\nfive\n"]
    if form != "JSON Lines" and form != "Parquet":
        texts = ["one\ntwo", "four\n\nfive\n"]  # csv keeps CR LF, too, but not CR alone
    found = lines_of(write(FORMS[form](texts, [1, 2])))
    assert found == [text.split() for text in texts]


@pytest.mark.parametrize("form", ["JSON Lines", "Parquet"])
def test_each_element_of_a_list_is_a_word(write: Write, form: str) -> None:
    baskets = [["red wine", "cheese"], [], ["42", " x "]]
    assert lines_of(write(FORMS[form](baskets, [1, 2, 3]))) == [
        ["red_wine", "cheese"],
        [],
        ["42", "x"],
    ]


def test_numbers_are_words_and_no_value_is_no_word(write: Write) -> None:
    path = write(b'{"text": 42}\n{"text": null}\n{"text": [1, "a b", 2.5]}\n')
    assert lines_of(path) == [["42"], [], ["1", "a_b", "2.5"]]


@pytest.mark.parametrize("form", ["JSON Lines", "CSV"])
def test_packed_records_and_archives_of_them_are_read(
    write: Write, tmp_path: Path, form: str
) -> None:
    content, expected = FORMS[form](TEXTS, PERIODS), [text.split() for text in TEXTS]
    assert lines_of(write(gzip.compress(content))) == expected
    (tmp_path / "plain").write_bytes(content)
    with tarfile.open(tmp_path / "records.tar", "w") as archive:
        archive.add(tmp_path / "plain", "a/plain")
    assert lines_of(tmp_path / "records.tar") == expected


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("form", ["JSON Lines", "CSV", "TSV"])
def test_records_can_have_other_encodings(write: Write, form: str, encoding: str) -> None:
    content = FORMS[form](["café", "naïve"], [1, 2]).decode()
    assert lines_of(write(content.encode(encoding)), encoding=encoding) == [["café"], ["naïve"]]
    assert lines_of(write(content.encode("utf-8-sig"))) == [["café"], ["naïve"]]


def test_blank_lines_are_passed_over(write: Write) -> None:
    assert lines_of(write(b'\n{"text": "a"}\n\n{"text": "b"}\n')) == [["a"], ["b"]]
    assert lines_of(write(b"\n\nn,text\n\n1,a\n\n2,b")) == [["a"], ["b"]]


def test_an_empty_file_has_no_records(write: Write) -> None:
    config = TextConfig(field="text")
    (block,) = corpus_blocks([write(b"")], Tokenizer.of(config), Records.of(config))
    assert (block.data, block.ends_file) == (b"", True)


@pytest.mark.parametrize(
    ("content", "line", "fault"),
    [
        (b'{"text": "a"}\n\n{"text": "a"\n', 3, "is not a JSON object: Expecting ',' delimiter"),
        (b'{"text": "a"}\n["a"]\n', 2, "is JSON, but not an object of fields"),
        (b'{"text": "a"}\n' + b"[" * 100_000 + b"\n", 2, "is not a JSON object: "),
        (b'{"text": "a"}\n{"body": "b", "n": 1}\n', 2, "has no field 'text', only body, n"),
        (b'{"text": "a"}\n{}\n', 2, "has no field 'text', only none"),
        (b'{"text": {"a": 1}}\n', 1, "has an object in field 'text', which is no text"),
        (b'{"text": true}\n', 1, "has true or false in field 'text', which is no text"),
        (b'{"text": ["a", ["b"]]}\n', 1, "has a list of others in field 'text'"),
        (b'{"text": "\\ud83d"}\n', 1, "has half of a surrogate pair in it"),
        (b"n,text\n1,a\n2\n", 3, "has 1 fields, and the first line 2"),
        (b'n,text\n1,"a\nb"\n2,b,c\n', 4, "has 3 fields, and the first line 2"),
        (b'n,text\n1,"a"b\n', 2, "is not a row of the table: ',' expected after '\"'"),
        (b'n,text\n1,a\n2,"b\n', 3, "is not a row of the table: unexpected end of data"),
        (b'n\ttext\n1\t"a\n2\tb\tc\n', 3, "has 3 fields, and the first line 2"),
    ],
)
def test_a_malformed_record_is_an_error_with_its_line_or_left_out_and_counted(
    write: Write, caplog: pytest.LogCaptureFixture, content: bytes, line: int, fault: str
) -> None:
    path = write(content)
    with pytest.raises(CorpusError) as raised:
        lines_of(path)
    assert str(raised.value).startswith(f"{path}:{line}: {fault}")
    assert str(raised.value).endswith("; --bad-records skip leaves such records out")
    lines_of(path, bad_records="skip")
    (record,) = caplog.records
    left_out = f"{path}: 1 malformed record is left out, the first on line {line}: {fault}"
    assert record.getMessage().startswith(left_out)


def test_reading_goes_on_behind_malformed_records(
    write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = write(b'n,text\n1,a\n2\n3,b\n4,"c"d\n5,e\n')
    assert lines_of(path, bad_records="skip") == [["a"], ["b"], ["e"]]
    assert "2 malformed records are left out, the first on line 3: has 1 f" in caplog.text
    path = write(b'{"text": "a"}\n{\n{"text": "b"}\n')
    assert lines_of(path, bad_records="skip") == [["a"], ["b"]]


def test_a_record_without_a_value_to_split_by_is_malformed(write: Write) -> None:
    how = {"split_field": "period", "split_value": "1900"}
    with pytest.raises(CorpusError, match=r":2: has no field 'period', only text"):
        lines_of(write(b'{"text": "a", "period": 1900}\n{"text": "b"}\n'), **how)
    with pytest.raises(CorpusError, match=r":2: has no value in field 'period'"):
        lines_of(write(b"text,period\nb,\n"), **how)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"n,body\n1,a\n", ":1: has no field 'text', only n, body; the first line of a table"),
        (b"the cat sat\non mats\n", ":1: has no field 'text', only the cat sat; the first"),
        (b'[\n{"text": "a"}\n]\n', ": is a JSON list; write an object on each line, such as by"),
        (b"\x89PNG\r\n\x1a\n", ": is a picture, not text; "),
        (b"PAR1\0\0\0\0", ": cannot be read as Parquet: "),
    ],
)
def test_a_file_without_the_field_is_an_error(write: Write, content: bytes, message: str) -> None:
    for how in ("refuse", "skip"):
        with pytest.raises(CorpusError) as raised:
            lines_of(path := write(content), bad_records=how)
        assert str(raised.value).startswith(f"{path}{message}")


def test_a_parquet_file_without_the_field_or_in_an_archive_is_an_error(write: Write) -> None:
    content = parquet(TEXTS, PERIODS)
    with pytest.raises(CorpusError, match="has no field 'body', only n, text, period"):
        lines_of(write(content), field="body")
    with pytest.raises(CorpusError, match="cannot be read from a pipe or an archive"):
        lines_of(write(gzip.compress(content)))


@pytest.mark.parametrize("form", ["JSON Lines", "CSV"])
def test_wrong_bytes_are_an_error_with_their_line_or_mended(write: Write, form: str) -> None:
    content = FORMS[form](["good", "ca?e", "good"], [1, 2, 3]).replace(b"?", b"\xe9")
    line = 2 + (form == "CSV")
    with pytest.raises(CorpusError, match=rf":{line}: not valid UTF-8 \(byte 0xe9\)"):
        lines_of(write(content))
    assert lines_of(write(content), encoding_errors="skip") == [["good"], ["cae"], ["good"]]
    assert lines_of(write(content), encoding_errors="replace")[1] == ["ca\ufffde"]


def test_a_word_that_is_too_long_is_named_with_the_line_of_its_record(write: Write) -> None:
    # The record before it has three lines, and one is blank.
    path = write(b'n,text\n1,"a\nb\nc"\n\n2,xxxxxxxxxx\n')
    with pytest.raises(CorpusError, match=r"records:6: a word of more than 5 characters, 'xxxxx"):
        lines_of(path, longest_word=5)


def test_a_text_that_looks_like_records_is_plain_text_without_field(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text('{"text": "a"}\n')
    config = TextConfig()
    blocks = corpus_blocks([tmp_path / "corpus.txt"], Tokenizer.of(config), Records.of(config))
    assert next(iter(blocks)).data == b'{"text": "a"}\n'


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split_field": "period"}, "split_field needs field"),
        ({"field": "text", "split_value": "1900"}, "split_value needs split_field"),
        ({"bad_records": "skip"}, "bad_records needs field"),
    ],
)
def test_options_of_records_need_each_other(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TextConfig(**options)


def test_a_text_of_several_is_to_be_named(write: Write) -> None:
    with pytest.raises(ConfigError, match=r"name one with split_value, or let `w2v train` take"):
        lines_of(write(json_lines(TEXTS, PERIODS)), split_field="period")


@pytest.mark.parametrize("form", FORMS)
def test_values_are_those_of_all_records(write: Write, form: str) -> None:
    records = Records.of(TextConfig(field="text", split_field="period"))
    assert records is not None
    assert records.values([write(FORMS[form](TEXTS, PERIODS))]) == {"1900", "1910"}


def weights_of(path: Path, **options: Any) -> list[float]:
    """Return the weights that are written for the lines of a file of records."""
    records = Records.of(TextConfig(field="text", **options), weight_field="w")
    file = io.StringIO()
    assert records is not None
    assert list(records.text_blocks([path], file))
    return [float(line) for line in file.getvalue().splitlines()]


def test_each_line_has_the_weight_of_its_record(write: Write) -> None:
    path = write(b'{"text": "a", "w": 2}\n{"text": "", "w": "0.5"}\n{"text": "b", "w": 0}\n')
    assert weights_of(path) == [2, 0.5, 0]
    assert weights_of(write(b"w,text,p\n2,a,x\n3,b,y\n4,c,x\n")) == [2, 3, 4]
    assert weights_of(path_of_parquet(write), split_field="p", split_value="x") == [0.25, 4]


def path_of_parquet(write: Write) -> Path:
    file = pyarrow.BufferOutputStream()
    rows = {"w": [0.25, 3, 4], "text": ["a", "b", "c"], "p": ["x", "y", "x"]}
    pyarrow.parquet.write_table(pyarrow.table(rows), file)
    return write(bytes(file.getvalue()))


@pytest.mark.parametrize(
    "weight", ['"heavy"', "-1", "NaN", "Infinity", "1e39", "null", "true", "[1]"]
)
def test_what_is_no_weight_makes_a_record_malformed(write: Write, weight: str) -> None:
    path = write(f'{{"text": "a", "w": 1}}\n{{"text": "b", "w": {weight}}}\n'.encode())
    with pytest.raises(CorpusError, match=r"records:2: has .* in field 'w', which is no weight"):
        weights_of(path)
    assert weights_of(path, bad_records="skip") == [1]
    with pytest.raises(CorpusError, match="records:1: has no field 'w', only text"):
        weights_of(write(b'{"text": "a"}\n'))
