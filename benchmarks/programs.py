"""Train one program and print what it did, as a process of its own.

    python benchmarks/programs.py NAME '{"corpus": …, "output": …, …}'

In: the settings of `compare.Settings` as JSON. Out: a JSON line with `began` and `ended`, of
training alone where the program tells it, in seconds on the clock of `time.monotonic`, which is one
for all processes; vectors in word2vec's text format at `output`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Settings = dict[str, Any]


class Span(NamedTuple):
    """When training began and ended."""

    began: float
    ended: float


def w2v(settings: Settings, **options: object) -> Span:
    """Train ours; the time is without counting, encoding and loading TensorFlow."""
    from w2v_cli import Config, load_vectors, train
    from w2v_cli.runs.observers import Observer
    from w2v_cli.vectors.formats import word2vec_text
    from w2v_cli.vectors.formats.contents import Contents

    class Watch(Observer):
        began = ended = 0.0

        def begin(self, tokens: int, total_tokens: int) -> None:
            self.began = time.monotonic()

        def end(self) -> None:
            self.ended = time.monotonic()

    watch = Watch()
    directory = Path(settings["output"]).with_suffix(".model")
    config = Config.of(
        corpus=settings["corpus"],
        output=str(directory),
        dimension=settings["dimension"],
        window=settings["window"],
        negatives=float(settings["negative"]),
        subsample=settings["subsample"],
        min_count=settings["min_count"],
        epochs=settings["epochs"],
        threads=settings["threads"],
        seed=settings["seed"],
        **options,
    )
    train(config, overwrite=True, observer=watch)
    vectors = load_vectors(directory)
    with Path(settings["output"]).open("wb") as file:
        word2vec_text.write(file, Contents(vectors.vocabulary.words, vectors.table))
    return Span(watch.began, watch.ended)


def similarity(settings: Settings) -> Span:
    """Train ours with the recipe for words of the same kind."""
    import yaml

    recipe = Path(__file__).parents[1] / "configs" / "similarity.yaml"
    return w2v(settings, **yaml.safe_load(recipe.read_text(encoding="utf-8")))


def fast_similarity(settings: Settings) -> Span:
    """Train the recipe on fewer of the frequent words than the others train on."""
    return similarity(settings | {"subsample": 4e-5})


def gensim(settings: Settings) -> Span:
    """Train gensim from a file, its fastest way; the time is without the vocabulary."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        sg=1,
        vector_size=settings["dimension"],
        window=settings["window"],
        negative=settings["negative"],
        sample=settings["subsample"],
        min_count=settings["min_count"],
        epochs=settings["epochs"],
        workers=settings["threads"],
        seed=settings["seed"],
    )
    model.build_vocab(corpus_file=settings["corpus"])
    began = time.monotonic()
    model.train(
        corpus_file=settings["corpus"],
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
    )
    span = Span(began, time.monotonic())
    model.wv.save_word2vec_format(settings["output"])
    return span


def fasttext(settings: Settings) -> Span:
    """Train fastText without subwords, its other settings at their defaults.

    It does not say how long training alone takes: the time includes building its dictionary.
    """
    import fasttext as library

    began = time.monotonic()
    model = library.train_unsupervised(
        settings["corpus"],
        model="skipgram",
        dim=settings["dimension"],
        ws=settings["window"],
        neg=settings["negative"],
        t=settings["subsample"],
        minCount=settings["min_count"],
        epoch=settings["epochs"],
        thread=settings["threads"],
        minn=0,
        maxn=0,
        verbose=0,
    )
    span = Span(began, time.monotonic())
    words = [word for word in model.get_words() if word != "</s>"]
    with Path(settings["output"]).open("w", encoding="utf-8") as file:
        file.write(f"{len(words)} {settings['dimension']}\n")
        for word in words:
            file.write(f"{word} {' '.join(map(repr, model.get_word_vector(word).tolist()))}\n")
    return span


def word2vec_c(settings: Settings) -> Span:
    """Train the word2vec.c binary at `settings["word2vec"]`; the time includes its vocabulary."""
    flags = {
        "train": settings["corpus"],
        "output": settings["output"],
        "size": settings["dimension"],
        "window": settings["window"],
        "negative": settings["negative"],
        "sample": settings["subsample"],
        "min-count": settings["min_count"],
        "iter": settings["epochs"],
        "threads": settings["threads"],
        "cbow": 0,
        "hs": 0,
    }
    arguments = [str(part) for name, value in flags.items() for part in (f"-{name}", value)]
    began = time.monotonic()
    subprocess.run([settings["word2vec"], *arguments], check=True, stdout=subprocess.DEVNULL)
    return Span(began, time.monotonic())


class Program(NamedTuple):
    """How a program is trained.

    Attributes:
        train: does it, and says when.
        turn_s: seconds of its turns, in proportion to how long it takes, as far as known.
        share: share of the epochs that it trains.
    """

    train: Callable[[Settings], Span]
    turn_s: float
    share: float = 1.0

    def n_epochs(self, settings: Settings) -> int:
        """Return how many epochs it trains."""
        epochs: int = settings["epochs"]
        return round(self.share * epochs)


PROGRAMS = {
    "w2v": Program(w2v, 2.0),
    "w2v sampled_softmax": Program(
        lambda settings: w2v(settings, objective="sampled_softmax"), 2.0
    ),
    "w2v nce": Program(lambda settings: w2v(settings, objective="nce"), 2.0),
    "w2v sampled_logistic": Program(
        lambda settings: w2v(settings, objective="sampled_logistic"), 2.0
    ),
    "w2v similarity.yaml": Program(similarity, 1.2, share=0.6),
    "w2v similarity.yaml 4e-5": Program(fast_similarity, 1.0, share=0.6),
    "gensim": Program(gensim, 6.0),
    "fastText": Program(fasttext, 9.0),
    "word2vec.c": Program(word2vec_c, 7.0),
}

if __name__ == "__main__":
    program, settings = PROGRAMS[sys.argv[1]], json.loads(sys.argv[2])
    span = program.train(settings | {"epochs": program.n_epochs(settings)})
    print(json.dumps(span._asdict()))
