"""Train one program and print what it did, as a process of its own.

    python benchmarks/programs.py NAME '{"corpus": …, "output": …, …}'

In: the settings of `compare.Settings` as JSON. Out: a JSON line with `seconds`, of training
alone where the program tells it; vectors in word2vec's text format at `output`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Settings = dict[str, Any]


def w2v(settings: Settings, **options: object) -> float:
    """Train ours; the time is that of `model.json`, without counting, encoding and start-up."""
    from w2v_cli import Config, load_vectors, train
    from w2v_cli.vectors.formats import word2vec_text
    from w2v_cli.vectors.formats.contents import Contents

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
    seconds = train(config, overwrite=True).manifest["training"]["seconds"]
    vectors = load_vectors(directory)
    with Path(settings["output"]).open("wb") as file:
        word2vec_text.write(file, Contents(vectors.vocabulary.words, vectors.table))
    return float(seconds)


def negative_sampling(settings: Settings) -> float:
    """Train ours with word2vec's objective, noise and lack of biases."""
    return w2v(settings, objective="negative_sampling", sampler="fixed_unigram", biases="zero")


def gensim(settings: Settings) -> float:
    """Train gensim from a file, its fastest way; the time is its own, without the vocabulary."""
    from gensim.models import Word2Vec

    model = Word2Vec(
        corpus_file=settings["corpus"],
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
    model.wv.save_word2vec_format(settings["output"])
    return float(model.total_train_time)


def fasttext(settings: Settings) -> float:
    """Train fastText without subwords, its other settings at their defaults.

    It does not say how long training alone takes: the time includes building its dictionary.
    """
    import fasttext as library

    started = time.perf_counter()
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
    seconds = time.perf_counter() - started
    words = [word for word in model.get_words() if word != "</s>"]
    with Path(settings["output"]).open("w", encoding="utf-8") as file:
        file.write(f"{len(words)} {settings['dimension']}\n")
        for word in words:
            file.write(f"{word} {' '.join(map(repr, model.get_word_vector(word).tolist()))}\n")
    return seconds


def word2vec_c(settings: Settings) -> float:
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
    started = time.perf_counter()
    subprocess.run([settings["word2vec"], *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


PROGRAMS: dict[str, Callable[[Settings], float]] = {
    "w2v sampled_softmax": w2v,
    "w2v negative_sampling": negative_sampling,
    "w2v nce": lambda settings: w2v(settings, objective="nce"),
    "w2v sampled_logistic": lambda settings: w2v(settings, objective="sampled_logistic"),
    "gensim": gensim,
    "fastText": fasttext,
    "word2vec.c": word2vec_c,
}

if __name__ == "__main__":
    print(json.dumps({"seconds": PROGRAMS[sys.argv[1]](json.loads(sys.argv[2]))}))
