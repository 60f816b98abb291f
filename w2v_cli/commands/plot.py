"""`w2v plot`: draw a map of the words of a model."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from w2v_cli.errors import ConfigError, PictureError
from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, KindOption, ModelArgument

if TYPE_CHECKING:
    from w2v_cli.reports.groups import Groups
    from w2v_cli.reports.word_map import WordMap
    from w2v_cli.vectors.queries import Vectors

FORMS = (".html", ".svg", ".png")
SHOWN_MISSING = 5


@with_exit_codes
def plot(
    model: ModelArgument = DEFAULT_MODEL,
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            help="File to write: a page for .html, a picture for .svg and .png. - writes the page"
            " to stdout.",
            metavar="FILE",
        ),
    ] = "map.html",
    words: Annotated[
        int,
        typer.Option(
            "--words", help="Draw the N most frequent words.", min=3, max=70_000, metavar="N"
        ),
    ] = 10_000,
    words_file: Annotated[
        Path | None,
        typer.Option(
            "--words-file",
            help="Draw the words of this file, one in each line, in place of the most frequent"
            " ones.",
            metavar="FILE",
        ),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            "--groups",
            help="Colour words by the groups of this file: a word, a tab and a group in each line.",
            metavar="FILE",
        ),
    ] = None,
    layout: Annotated[
        Literal["neighbors", "pca", "umap", "tsne"],
        typer.Option(
            "--layout",
            help="How to place the words. umap needs the library umap-learn, tsne scikit-learn.",
        ),
    ] = "neighbors",
    diff: Annotated[
        Path | None,
        typer.Option(
            "--diff",
            help="Draw where words went from MODEL to this model or vector file: lines for those"
            " that changed most. For .html and .svg.",
            metavar="OTHER",
        ),
    ] = None,
    vectors: KindOption = "center",
) -> None:
    """Draw a map of words on which words that are used alike lie together.

    The page needs no network and no server. It shows the exact neighbors of a word with their
    cosines, and says which of them are near on the map too. The same model gives the same bytes.
    """
    form = ".html" if output == "-" else Path(output).suffix.lower()
    if form not in FORMS:
        raise ConfigError(f"{output}: name the output .html, .svg or .png")
    if diff is not None and form == ".png":
        raise ConfigError(f"{output}: --diff writes .html and .svg; name the output so")

    from w2v_cli.terminal.progress import progress_of
    from w2v_cli.terminal.streams import output_stream

    opened, draw = _opened(model, diff, vectors)
    ids = _named(opened, words_file) if words_file else range(min(words, len(opened)))
    given = _groups_on_map(groups, opened, ids) if groups else None
    # The output comes first: if it cannot be written, nobody waits for the layout.
    with output_stream(output) as file, progress_of("rounds", "done") as progress:
        drawn = draw(ids, layout=layout, groups=given, progress=progress)
        content = _content(drawn, form)
        file.write(content)
    name = "stdout" if output == "-" else output
    print(
        f"{len(drawn.words):,} words in {name}, {len(content) / 1e6:.2f} MB; {drawn.kept:.1%} of"
        " the nearest words are near on the map",
        file=sys.stderr,
    )


def _opened(model: Path, other: Path | None, kind: str) -> "tuple[Vectors, Callable[..., WordMap]]":
    """Return the vectors whose words can be on the map, and what draws the map of some of them."""
    from functools import partial

    from w2v_cli.reports.word_map import draw_map
    from w2v_cli.vectors.loading import load_vectors

    opened = load_vectors(model, kind)
    if other is None:
        return opened, partial(draw_map, opened, title=f"Map of {model.name}")

    from w2v_cli.reports.moves import align_pair, draw_moves

    pair = align_pair(opened, load_vectors(other, kind), (model.name, other.name))
    return pair.first, partial(draw_moves, pair)


def _named(vectors: "Vectors", path: Path) -> list[int]:
    """Return the ids of the words of a file, and warn about those that have no vector."""
    from w2v_cli.reports.groups import read_words

    wanted = read_words(path)
    missing = [word for word in wanted if word not in vectors]
    if len(missing) == len(wanted):
        raise PictureError(f"{path}: none of its {len(wanted):,} words has a vector")
    if missing:
        more = ", …" if len(missing) > SHOWN_MISSING else ""
        print(
            f"warning: {len(missing):,} of {len(wanted):,} words of {path} have no vector:"
            f" {', '.join(missing[:SHOWN_MISSING])}{more}",
            file=sys.stderr,
        )
    return sorted(vectors.id(word) for word in wanted if word in vectors)


def _groups_on_map(path: Path, vectors: "Vectors", ids: Sequence[int]) -> "Groups":
    """Read the groups of a file, of which at least one word must be among the words `ids`."""
    from w2v_cli.reports.groups import groups_for_map

    groups = groups_for_map(path)
    if not any(vectors.vocabulary.words[id] in groups.of for id in ids):
        raise PictureError(f"{path}: none of its {len(groups.of):,} words is on the map")
    return groups


def _content(drawn: "WordMap", form: str) -> bytes:
    if form == ".png":
        from w2v_cli.reports.png import map_png

        return map_png(drawn)
    if form == ".svg":
        from w2v_cli.reports.svg import map_svg

        return map_svg(drawn).encode("utf-8", "replace")
    from w2v_cli.reports.page import map_page

    return map_page(drawn).encode()
