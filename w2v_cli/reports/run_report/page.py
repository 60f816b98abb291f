"""Write the report on a model as one HTML page that needs nothing else.

The page has no script. Its content security policy names the hash of its style sheet and allows
nothing else, from nowhere.
"""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from w2v_cli.reports.layout.forces import Progress
from w2v_cli.reports.markup import filled, hash_of, joined, tag
from w2v_cli.reports.run_report.course import read_course
from w2v_cli.reports.run_report.held_out import held_out_section
from w2v_cli.reports.run_report.neighbors import neighbors_section
from w2v_cli.reports.run_report.picture import map_section
from w2v_cli.reports.run_report.scores import scores_section
from w2v_cli.reports.run_report.section import Section
from w2v_cli.reports.run_report.settings import settings_section
from w2v_cli.reports.run_report.shape import shape_section
from w2v_cli.reports.run_report.summary import summary
from w2v_cli.reports.run_report.training import training_section
from w2v_cli.reports.run_report.words import words_section
from w2v_cli.reports.word_map import WordMap, draw_map
from w2v_cli.vectors.queries import Vectors
from w2v_cli.vectors.store import METRICS

MAP_WORDS, FEWEST_ON_MAP = 5_000, 3
VERY_FREQUENT = 100
ASKED_WORDS = 8
"""How many words have their neighbors shown, if none are named."""


def report_page(
    vectors: Vectors,
    name: str,
    *,
    pairs: Sequence[Path] = (),
    analogies: Sequence[Path] = (),
    words: Sequence[str] = (),
    progress: Progress = lambda done, total: None,
) -> str:
    """Return the HTML page of the report.

    Args:
        vectors: what the report is on.
        name: what the model is called.
        pairs, analogies: files of questions that the vectors are scored on.
        words: whose neighbors are shown; words that are typical of clusters if there are none.
        progress: receives the number of finished steps and of all steps.

    Raises:
        EvaluationError: a file of questions cannot be read.
        ModelError: the record of the run is damaged.
        UnknownWordError: one of `words` has no vector.
    """
    sections = list(_sections(vectors, name, pairs, analogies, words, progress))
    manifest = vectors.model.manifest if vectors.model else None
    links = [tag("a", each.title, href=f"#{each.name}") for each in sections]
    body = joined(
        summary(len(vectors), int(vectors.table.shape[1]), manifest),
        tag("nav", *links, aria_label="Sections"),
        *(each.as_markup() for each in sections),
    )
    resources = files("w2v_cli.reports").joinpath("pages", "report")
    style = "\n" + resources.joinpath("page.css").read_text(encoding="utf-8")
    content = {
        "policy": f"default-src 'none'; style-src {hash_of(style)}; base-uri 'none';"
        " form-action 'none'",
        "title": joined(f"Report on {name}"),
        "style": style,
        "body": body,
    }
    return filled(resources.joinpath("page.html").read_text(encoding="utf-8"), content)


def _sections(
    vectors: Vectors,
    name: str,
    pairs: Sequence[Path],
    analogies: Sequence[Path],
    words: Sequence[str],
    progress: Progress,
) -> list[Section]:
    model = vectors.model
    # Files and words of the user come first: if one is wrong, nobody waits for the rest.
    scores = scores_section(vectors, pairs, analogies)
    for word in words:
        vectors.id(word)
    course = read_course(model.path / METRICS) if model else None
    manifest = model.manifest if model else None
    shape = shape_section(vectors, _half_of(progress, 0))
    drawn = None
    if len(vectors) >= FEWEST_ON_MAP:
        shown = range(min(MAP_WORDS, len(vectors)))
        drawn = draw_map(vectors, shown, title=name, progress=_half_of(progress, 1))
    asked = words or _watched(vectors) or _typical(drawn)
    return [
        words_section(vectors.vocabulary, manifest),
        *([training_section(manifest, course)] if manifest and course else []),
        *([held_out_section(manifest, course)] if manifest and course else []),
        scores,
        shape,
        neighbors_section(vectors, asked),
        map_section(drawn, name),
        *([settings_section(manifest, name)] if manifest else []),
    ]


def _half_of(progress: Progress, half: int) -> Progress:
    """Return the progress of the first or the second half of the work, in hundredths of it all."""
    return lambda done, total: progress(50 * half + 50 * done // max(total, 1), 100)


def _watched(vectors: Vectors) -> list[str]:
    """Return the words of `--watch` of the run that have a vector."""
    watched = vectors.model.manifest["config"].get("watch") if vectors.model else None
    words = [word.strip() for word in (watched or "").split(",")]
    return [word for word in words if word in vectors][:ASKED_WORDS]


def _typical(drawn: WordMap | None) -> list[str]:
    """Return a typical word of each large cluster, if possible not a very frequent one."""
    if drawn is None:
        return []
    frequent = set(drawn.words[:VERY_FREQUENT])
    return [min(names, key=frequent.__contains__) for names in drawn.clusters.names[:ASKED_WORDS]]
