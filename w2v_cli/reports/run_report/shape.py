"""The section on the vectors as a whole: lengths and hubs by frequency, and what looks wrong."""

import numpy as np
from numpy.typing import NDArray

from w2v_cli.reports.charts.chart import Axis, Chart, Point, Series
from w2v_cli.reports.markup import Markup, joined, tag
from w2v_cli.reports.run_report.section import (
    Section,
    absent,
    figure,
    figures,
    paragraph,
    with_commas,
    word,
)
from w2v_cli.vectors.comparison.diagnosis import Diagnosis, diagnose
from w2v_cli.vectors.comparison.findings import findings
from w2v_cli.vectors.comparison.frequency_bands import Band
from w2v_cli.vectors.comparison.neighborhoods import Progress
from w2v_cli.vectors.queries import Vectors

MOST_WORDS = 20_000
RANKS = Axis("rank of the word, 1 = most frequent", is_log=True)


def shape_section(vectors: Vectors, progress: Progress) -> Section:
    """Return the section."""
    title = "What the vectors are like"
    if len(vectors) < 2:
        return Section("shape", title, absent("A single vector has nothing to be compared with."))
    found = diagnose(vectors, MOST_WORDS, progress)
    looked_at = (
        f"all {len(found):,} words"
        if len(found) == len(vectors)
        else f"the {len(found):,} most frequent of {len(vectors):,} words"
    )
    introduction = paragraph(
        f"Measured on {looked_at}. The mean cosine of two words is {found.mean_cosine:.3f}; near 1"
        " all words would be alike."
    )
    charts = figures(_lengths(found), _hubs(found))
    return Section("shape", title, joined(introduction, charts, _findings(found)))


def _lengths(found: Diagnosis) -> Markup:
    bands = [
        (band, *np.quantile(found.lengths[band.rows], [0.5, 0.1, 0.9]).tolist())
        for band in found.bands
    ]
    told = "; ".join(f"ranks {band.ranks}: {middle:.2f}" for band, middle, _, _ in bands)
    chart = Chart(
        name="lengths",
        title="Length of the vectors by frequency",
        description=f"Median lengths: {told}.",
        x=RANKS,
        y=Axis("length", has_zero=True),
        series=[
            Series(
                "median, with the middle 80%",
                [
                    Point(band.first, middle, low, high, band.last)
                    for band, middle, low, high in bands
                ],
                "bands",
            )
        ],
    )
    return figure(
        chart,
        "Bars are medians of bands of words, and whiskers hold the middle 80% of each band. Cosines"
        " do not depend on lengths.",
    )


def _hubs(found: Diagnosis) -> Markup:
    means = [_occurrence(found.occurrences[band.rows].mean(), band) for band in found.bands]
    highest = [_occurrence(found.occurrences[band.rows].max(), band) for band in found.bands]
    top = int(np.argmax(found.occurrences))
    chart = Chart(
        name="hubs",
        title="Hubs by frequency",
        description=f"The greatest hub is among the {found.k} nearest words of"
        f" {found.occurrences[top]:,} others, at rank {top + 1:,}. The skewness of all numbers is"
        f" {found.skewness():.2f}.",
        x=RANKS,
        y=Axis("other words that have it near", is_log=True),
        series=[
            Series("the word that most others have near", highest, "bands"),
            Series("mean of the band", means, "bands"),
        ],
    )
    return figure(
        chart,
        f"Each word has {found.k} nearest words. A hub is a word that is among those of very many"
        " others. ",
        "The greatest one is ",
        word(_word_of(found, top)),
        f", near {found.occurrences[top]:,} others.",
    )


def _word_of(found: Diagnosis, row: int) -> str:
    """Return the word of a row."""
    return str(found.vectors.vocabulary.words[row])


def _occurrence(value: NDArray[np.generic] | float, band: Band) -> Point:
    # A logarithmic axis has no 0: less than one word in ten is the bottom.
    return Point(band.first, max(float(value), 0.1), x_end=band.last)


def _findings(found: Diagnosis) -> Markup:
    each = findings(found)
    if not each:
        return paragraph("Nothing looks wrong with the vectors.")
    items = [
        tag(
            "li",
            tag("strong", finding.what),
            joined(": ", with_commas([word(w) for w in finding.words])) if finding.words else "",
            f". To mend it: {finding.remedy}.",
        )
        for finding in each
    ]
    return joined(tag("h3", "What looks wrong"), tag("ul", *items, class_="findings"))
