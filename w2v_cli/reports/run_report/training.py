"""The section on the training: losses, learning rate, speed, and scores on the way."""

from typing import Any

from w2v_cli.reports.charts.chart import Axis, Chart, Level, Point, Series
from w2v_cli.reports.markup import Markup
from w2v_cli.reports.run_report.course import Course
from w2v_cli.reports.run_report.section import Section, absent, code, figure, figures

PASSES = Axis("passes over the text", has_zero=True)


def training_section(manifest: dict[str, Any], course: Course) -> Section:
    """Return the section; a run with a single report has no curves."""
    if len(course) < 2:
        content = absent(
            "The run was so short that it wrote a single report: a longer text, or more ",
            code("--epochs"),
            ", gives curves.",
        )
    else:
        charts = [_losses(manifest, course), _rates(manifest, course), _speed(manifest, course)]
        content = figures(*charts, *_scores(manifest, course))
    return Section("training", "How the training went", content)


def passes(manifest: dict[str, Any], tokens: float) -> float:
    """Return how often the text was passed after so many tokens."""
    return tokens / max(int(manifest["corpus"]["tokens"]), 1)


def _losses(manifest: dict[str, Any], course: Course) -> Markup:
    untrained = manifest["training"]["untrained_loss"]
    points = [
        Point(passes(manifest, tokens), loss)
        for tokens, loss in zip(course.tokens.tolist(), course.losses.tolist(), strict=True)
    ]
    held_out = [
        Point(passes(manifest, each["tokens"]), each["held_out"]["objective"])
        for each in course.evaluations
        if each.get("held_out")
    ]
    series = [Series("pairs of the text, as they are trained", points)]
    series += [Series("pairs that were set aside", held_out, "dots")] if held_out else []
    chart = Chart(
        name="loss",
        title="Loss that training minimizes",
        description=f"It goes from {points[0].y:.3f} to {points[-1].y:.3f} nats a pair. A model"
        f" that knows nothing has {untrained:.3f}.",
        x=PASSES,
        y=Axis("nats a pair"),
        series=series,
        levels=[Level("a model that knows nothing", untrained)],
    )
    return figure(
        chart,
        chart.description,
        " Lower is better. This loss depends on the objective and on the noise words, so compare it"
        " only between runs that have both in common.",
    )


def _rates(manifest: dict[str, Any], course: Course) -> Markup:
    points = [
        Point(passes(manifest, tokens), rate)
        for tokens, rate in zip(course.tokens.tolist(), course.rates.tolist(), strict=True)
    ]
    chart = Chart(
        name="rate",
        title="Learning rate",
        description=f"It goes from {points[0].y:.3g} to {points[-1].y:.3g}.",
        x=PASSES,
        y=Axis("learning rate", has_zero=True),
        series=[Series("learning rate", points)],
    )
    return figure(chart, chart.description, " It says how far a step moves the vectors.")


def _speed(manifest: dict[str, Any], course: Course) -> Markup:
    training = manifest["training"]
    points = [
        Point(seconds, speed)
        for seconds, speed in zip(
            course.elapsed_s.tolist(), course.tokens_per_s.tolist(), strict=True
        )
    ]
    mean = training["tokens_per_s"]
    chart = Chart(
        name="speed",
        title="Speed",
        description=f"{training['tokens']:,} words in {training['seconds']:,.0f} s, {mean:,} words"
        " a second on average.",
        x=Axis("seconds of training", has_zero=True),
        y=Axis("words a second", has_zero=True),
        series=[Series("between two reports", points)],
        levels=[Level("mean of the run", mean)],
    )
    return figure(
        chart, chart.description, " The first steps are slow, because TensorFlow prepares them."
    )


def _scores(manifest: dict[str, Any], course: Course) -> list[Markup]:
    """Return the chart of the scores that evaluations found, if they asked for some."""
    names = {
        "pairs_correlation": "Spearman's correlation, word pairs",
        "analogies_accuracy": "share of analogies that were solved",
    }
    series = [
        Series(name, points, "dots")
        for key, name in names.items()
        if (
            points := [
                Point(passes(manifest, each["tokens"]), each[key])
                for each in course.evaluations
                if each.get(key) is not None
            ]
        )
    ]
    if not series:
        return []
    ends = "; ".join(f"{one.name}: {one.points[-1].y:.3f} at the end" for one in series)
    chart = Chart(
        name="scores-on-the-way",
        title="Scores during the run",
        description=f"{ends}.",
        x=PASSES,
        y=Axis("score, at most 1", has_zero=True),
        series=series,
    )
    return [figure(chart, chart.description)]
