"""The section on the words: how frequent they are, and how often they are drawn as noise."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from w2v_cli.noise import noise_probabilities
from w2v_cli.reports.charts.chart import Axis, Chart, Point, Series
from w2v_cli.reports.charts.ledger import ledger_of, ledger_svg
from w2v_cli.reports.markup import Markup
from w2v_cli.reports.run_report.section import Section, absent, code, figure, figures, framed
from w2v_cli.vectors.store import sampler_of
from w2v_cli.vocabulary import Vocabulary

MOST_RANKS = 120


def words_section(vocabulary: Vocabulary, manifest: dict[str, Any] | None) -> Section:
    """Return the section; `manifest` is None for a file of another program."""
    each = [] if manifest is None else [_ledger(manifest)]
    if vocabulary.counts.all():
        each.append(_frequencies(vocabulary.counts, manifest))
        content = figures(*each)
    else:
        content = absent(
            "The file has no counts of words; a model directory, or a file of vectors that has"
            " counts, shows how frequent the words are."
        )
    return Section("words", "Where every word went", content)


def shown_ranks(n_words: int) -> NDArray[np.int64]:
    """Return ranks from 1 to `n_words` that are about equally far apart on a logarithmic axis.

    >>> shown_ranks(5).tolist()
    [1, 2, 3, 4, 5]
    """
    return np.unique(np.rint(np.geomspace(1, n_words, MOST_RANKS)).astype(np.int64))


def _ledger(manifest: dict[str, Any]) -> Markup:
    parts, corpus = ledger_of(manifest), manifest["corpus"]
    subsampled = [
        " In each epoch, occurrences of very frequent words are left out at random; see ",
        code("--subsample"),
        ".",
    ] * any(part.depth == 2 for part in parts)
    return framed(
        "The words of the text",
        ledger_svg(parts),
        f"All bars together account for every one of {parts[0].tokens:,} words that were read;"
        f" {corpus['different_words']:,} of them are different, and {manifest['n_words']:,} of"
        f" these have a vector.",
        *subsampled,
    )


def _frequencies(counts: NDArray[np.int64], manifest: dict[str, Any] | None) -> Markup:
    ranks = shown_ranks(len(counts))
    shares = np.sort(counts)[::-1] / counts.sum()
    series = [_series("share of the words with a vector", ranks, shares)]
    told = "A few words make up much of the text, and most words are rare."
    if manifest is not None:
        config = manifest["config"]
        sampler = sampler_of(manifest)
        noise = noise_probabilities(sampler, counts, float(config["noise_exponent"]))
        name = sampler.replace("_", " ")
        if sampler == "fixed_unigram":
            name += f", count^{config['noise_exponent']:g}"
        series.append(_series(f"share of the noise words ({name})", ranks, noise))
        told += (
            " Training compares each true pair with noise words. Where the dashed line lies above"
            " the other, words are drawn as noise more often than they stand in the text."
        )
    chart = Chart(
        name="frequency",
        title="How frequent the words are",
        description=f"The most frequent word makes up {shares[0]:.2%} of them, and the rarest of"
        f" {len(counts):,} words {shares[-1]:.2g}." + _noise_told(series),
        x=Axis("rank of the word, 1 = most frequent", is_log=True),
        y=Axis("share", is_log=True),
        series=series,
    )
    return figure(chart, told)


def _noise_told(series: list[Series]) -> str:
    if len(series) == 1:
        return ""
    first, last = series[1].points[0].y, series[1].points[-1].y
    return f" Noise draws the first with probability {first:.2g}, the last with {last:.2g}."


def _series(name: str, ranks: NDArray[np.int64], shares: NDArray[np.float64]) -> Series:
    values = zip(ranks.tolist(), shares[ranks - 1].tolist(), strict=True)
    return Series(name, [Point(rank, share) for rank, share in values])
