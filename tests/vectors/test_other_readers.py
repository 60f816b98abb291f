"""The programs that our files are for read them, word for word and bit for bit."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from w2v_cli.errors import ModelError
from w2v_cli.vectors.formats.contents import Contents
from w2v_cli.vectors.formats.numbers import in_int8
from w2v_cli.vectors.formats.registry import read, writer

WORDS = ["the", "café", "日本", "e\u0301", "1e5", "nan", "#", '"', "🙂", "x.y", "[a]", "\u200bzero"]
TABLE = np.random.default_rng(1).normal(size=(len(WORDS), 6)).astype(np.float32)
COUNTS = np.arange(len(WORDS), 0, -1)


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Return `file(form)`, which writes a file and gives its path."""

    def write(form: str) -> Path:
        path = tmp_path / form
        with path.open("wb") as stream:
            writer(form)(stream, Contents(WORDS, TABLE, COUNTS))
        return path

    return write


@pytest.fixture
def directory(tmp_path: Path) -> Any:
    """Return `directory(form)`, which writes a directory and gives its path."""

    def write(form: str) -> Path:
        path = tmp_path / form
        path.mkdir()
        writer(form)(path, Contents(WORDS, TABLE, COUNTS))
        return path

    return write


def same(words: Any, table: NDArray[np.float32]) -> None:
    assert list(words) == WORDS
    np.testing.assert_array_equal(
        np.asarray(table, np.float32).view(np.int32), TABLE.view(np.int32)
    )


@pytest.mark.parametrize(
    ("form", "options"),
    [("fasttext", {}), ("binary", {"binary": True}), ("glove", {"no_header": True})],
)
@pytest.mark.filterwarnings("ignore")  # gensim leaves a file without a header open
def test_gensim_reads(file: Any, form: str, options: dict[str, bool]) -> None:
    from gensim.models import KeyedVectors

    found = KeyedVectors.load_word2vec_format(file(form), **options)
    same(found.index_to_key, found.vectors)


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_files_of_gensim_are_read(tmp_path: Path, binary: bool) -> None:
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(6)
    vectors.add_vectors(WORDS, TABLE)
    vectors.save_word2vec_format(tmp_path / "vectors", binary=binary)
    found = read(tmp_path / "vectors")
    same(found.words, found.table)


def test_numpy_reads_npz(file: Any) -> None:
    with file("npz").open("rb") as stream, np.load(stream) as found:
        same(found["words"].tolist(), found["vectors"])
        assert found["counts"].tolist() == COUNTS.tolist()


def test_numpy_reads_npy(directory: Any) -> None:
    path = directory("npy")
    lines = (path / "vocab.tsv").read_text(encoding="utf-8").splitlines()
    same([line.split("\t")[0] for line in lines], np.load(path / "vectors.npy"))


def test_safetensors_reads(file: Any) -> None:
    from safetensors import safe_open

    with safe_open(file("safetensors"), framework="np") as found:
        same(json.loads(found.metadata()["words"]), found.get_tensor("embeddings"))
        assert found.get_tensor("counts").tolist() == COUNTS.tolist()


def test_arrow_reads_parquet(file: Any) -> None:
    import pyarrow.parquet

    found = pyarrow.parquet.read_table(file("parquet"))
    assert [str(kind) for kind in found.schema.types] == [
        "string",
        "int64",
        "fixed_size_list<element: float>[6]",
    ]
    same(found["word"].to_pylist(), np.array(found["vector"].to_pylist(), np.float32))
    assert found["count"].to_pylist() == COUNTS.tolist()


def test_lists_of_parquet_files_made_elsewhere_are_read(tmp_path: Path) -> None:
    import pyarrow.parquet

    for number in (pyarrow.float32(), pyarrow.float64()):
        # Lists of no fixed length, in several groups of rows, between other columns.
        column = pyarrow.array(TABLE.tolist(), pyarrow.list_(number))
        table = pyarrow.table({"id": range(len(WORDS)), "vector": column, "word": WORDS})
        pyarrow.parquet.write_table(table, tmp_path / "file", row_group_size=5)
        found = read(tmp_path / "file")
        same(found.words, found.table)
        assert found.counts is None


@pytest.mark.filterwarnings("ignore")  # of TensorBoard's libraries
def test_tensorboard_serves_the_projector(directory: Any) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
    from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
    from tensorboard.plugins.base_plugin import TBContext
    from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
    from werkzeug.test import Client

    path = str(directory("tensorboard"))
    events = EventMultiplexer()
    provider = MultiplexerDataProvider(events, path)
    context = TBContext(logdir=path, data_provider=provider, multiplexer=events)
    routes = ProjectorPlugin(context).get_plugin_apps()

    def answer(route: str) -> bytes:
        response = Client(routes[route]).get(f"{route}?run=.&name=vectors")
        assert response.status_code == 200
        return bytes(response.data)

    assert json.loads(answer("/info"))["embeddings"][0]["tensorShape"] == list(TABLE.shape)
    header, *lines, end = answer("/metadata").decode().split("\n")
    assert (header, end) == ("word\tcount", "")
    same(
        [line.split("\t")[0] for line in lines],
        np.frombuffer(answer("/tensor"), np.float32).reshape(TABLE.shape),
    )


def test_lists_of_several_lengths_are_refused(tmp_path: Path) -> None:
    import pyarrow.parquet

    cases: list[Any] = [[[1.0, 2.0], [3.0]], [[1.0, 2.0], []], [[], []], [[1], [None]], [[1], None]]
    for rows in cases:
        column = pyarrow.array(rows, pyarrow.list_(pyarrow.float32()))
        table = pyarrow.table({"word": ["a", "b"], "vector": column})
        pyarrow.parquet.write_table(table, tmp_path / "file")
        with pytest.raises(ModelError):
            read(tmp_path / "file")


# Programs too large to be installed for every test run; see `make test-readers`.


@pytest.mark.readers
def test_spacy_makes_a_pipeline_of_text(file: Any, tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="spaCy is not installed; see make test-readers")
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", str(file("text"))]
    subprocess.run([*command, str(tmp_path / "nlp")], check=True, capture_output=True)
    script = (
        "import json, sys, spacy; nlp = spacy.load(sys.argv[1]);"
        "print(json.dumps([nlp.vocab[word].vector.tolist() for word in sys.argv[2:]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "nlp"), *WORDS],
        check=True,
        capture_output=True,
        text=True,
    )
    same(WORDS, np.array(json.loads(done.stdout.splitlines()[-1]), np.float32))


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of model2vec's libraries
def test_model2vec_averages_the_words_of_a_text(directory: Any) -> None:
    pytest.importorskip("model2vec", reason="model2vec is not installed; see make test-readers")
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(str(directory("sentence-transformers")))
    texts = [*WORDS, "the café", "unheard the", "unheard"]
    vectors = model.encode(texts)
    same(WORDS, vectors[: len(WORDS)])
    np.testing.assert_allclose(vectors[-3], (TABLE[0] + TABLE[1]) / 2, rtol=1e-6)
    np.testing.assert_array_equal(vectors[-2], TABLE[0])
    np.testing.assert_array_equal(vectors[-1], np.zeros(6))


@pytest.mark.readers
@pytest.mark.filterwarnings("ignore")  # of its libraries
def test_sentence_transformers_averages_the_words_of_a_text(directory: Any) -> None:
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(directory("sentence-transformers")), device="cpu")
    vectors = model.encode([*WORDS, "the café"])
    same(WORDS, vectors[: len(WORDS)])
    np.testing.assert_allclose(vectors[-1], (TABLE[0] + TABLE[1]) / 2, rtol=1e-6)


@pytest.mark.readers
def test_usearch_searches_int8_vectors_as_they_stand(directory: Any, tmp_path: Path) -> None:
    search = pytest.importorskip("usearch.index", reason="usearch is not installed")
    table = np.random.default_rng(3).normal(size=(2_000, 100)).astype(np.float32)
    numbers, scale = in_int8(table)
    path = tmp_path / "int8"
    path.mkdir()
    writer("npy")(path, Contents([f"w{id}" for id in range(len(table))], numbers, scale=scale))
    rows = np.load(path / "vectors.npy", mmap_mode="r")
    index = search.Index(ndim=100, metric="cos", dtype="i8")
    index.add(np.arange(len(rows)), rows)
    found = index.search(rows[:100], 2)
    np.testing.assert_array_equal(found.keys[:, 0], np.arange(100))
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = units[:100] @ units.T
    np.fill_diagonal(cosines, -1)
    assert (found.keys[:, 1] == cosines.argmax(axis=1)).mean() > 0.9
