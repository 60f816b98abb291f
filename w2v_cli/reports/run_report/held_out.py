"""The section on the loss on text that was not trained on."""

from typing import Any

from w2v_cli.reports.charts.chart import Axis, Chart, Level, Point, Series
from w2v_cli.reports.markup import Markup
from w2v_cli.reports.run_report.course import Course
from w2v_cli.reports.run_report.section import Section, absent, code, figure, figures, paragraph
from w2v_cli.reports.run_report.training import PASSES, passes


def held_out_section(manifest: dict[str, Any], course: Course) -> Section:
    """Return the section, or how to get one if the run had no held-out text."""
    found = [each for each in course.evaluations if each.get("held_out")]
    if not found:
        content = absent(
            "The run set no text aside. Train with ",
            code("--holdout 0.5%"),
            " or ",
            code("--validate FILE"),
            " to see how well the model predicts text that it has not seen.",
        )
        return Section("held-out", "Text that was not trained on", content)
    softmax = kept_evaluation(manifest, found)["held_out"]["softmax"]
    introduction = paragraph(
        f"The model predicts the words beside a word with a loss of {softmax['cross_entropy']:.3f}"
        f" ± {softmax['standard_error']:.3f} nats (perplexity {softmax['perplexity']:,.0f}),"
        f" measured on {softmax['pairs']:,} pairs with the full softmax over all words. A model"
        f" that knows only how frequent each word is has {softmax['unigram']:.3f}, and one that"
        f" knows nothing {softmax['uniform']:.3f}. This loss can be compared between all settings"
        " that have the same words.",
    )
    charts = figures(_over_the_run(manifest, found), _by_frequency(softmax))
    return Section("held-out", "Text that was not trained on", Markup(introduction + charts))


def kept_evaluation(manifest: dict[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the evaluation of the vectors that the model has: the best, or else the last."""
    stopping = manifest.get("early_stopping")
    best = [each for each in found if stopping and each["tokens"] == stopping["best_tokens"]]
    return (best or found)[-1]


def _over_the_run(manifest: dict[str, Any], found: list[dict[str, Any]]) -> Markup:
    points = [
        _point(passes(manifest, each["tokens"]), each["held_out"]["softmax"]) for each in found
    ]
    unigram = found[-1]["held_out"]["softmax"]["unigram"]
    chart = Chart(
        name="held-out-loss",
        title="Held-out loss over the run",
        description=f"From {points[0].y:.3f} in the first of {len(points):,} evaluations to"
        f" {points[-1].y:.3f} nats a pair in the last.",
        x=PASSES,
        y=Axis("nats a pair, full softmax"),
        series=[Series("the model, ± standard error", points, "dots")],
        levels=[Level("a model that knows only frequencies", unigram)],
    )
    return figure(
        chart,
        chart.description,
        " Where it rises while the training loss falls, the model learns the text by heart.",
    )


def _by_frequency(softmax: dict[str, Any]) -> Markup:
    bands = [each for each in softmax["bands"] if each["pairs"]]
    model = [_band(each, each["cross_entropy"], each["standard_error"]) for each in bands]
    unigram = [_band(each, each["unigram"]) for each in bands]
    gains = "; ".join(
        f"ranks {each['first_rank']:,} to {each['last_rank']:,}: {each['cross_entropy']:.2f},"
        f" {each['unigram'] - each['cross_entropy']:+.2f} gained"
        for each in bands
    )
    chart = Chart(
        name="held-out-bands",
        title="Held-out loss by frequency",
        description=f"Loss of the model, and what it gains over frequencies alone: {gains}.",
        x=Axis("rank of the predicted word, 1 = most frequent", is_log=True),
        y=Axis("nats a pair, full softmax"),
        series=[
            Series("the model, ± standard error", model, "bands"),
            Series("a model that knows only frequencies", unigram, "bands"),
        ],
    )
    return figure(
        chart,
        "Rare words are harder to predict. What counts is how far the model lies below the model of"
        " frequencies.",
    )


def _point(x: float, softmax: dict[str, Any]) -> Point:
    loss, error = softmax["cross_entropy"], softmax["standard_error"]
    return Point(x, loss, loss - error, loss + error)


def _band(each: dict[str, Any], loss: float, error: float | None = None) -> Point:
    low, high = (None, None) if error is None else (loss - error, loss + error)
    return Point(each["first_rank"], loss, low, high, x_end=each["last_rank"])
