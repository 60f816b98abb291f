"""`w2v walks`: turn a graph into sentences."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.progress import progress_of
from w2v_cli.terminal.streams import output_stream


@with_exit_codes
def walks(
    edges: Annotated[
        str,
        typer.Argument(
            help="File of edges, also packed, or - for stdin: `node node` or `node node weight` on"
            " each line.",
            metavar="EDGES",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            help="Output file, or - for stdout. A name that ends in .gz is compressed.",
            metavar="FILE",
        ),
    ],
    per_node: Annotated[
        int, typer.Option("--walks", help="Walks that begin at each node.", min=1, metavar="N")
    ] = 10,
    length: Annotated[
        int, typer.Option("--length", help="Nodes of a walk.", min=1, metavar="N")
    ] = 80,
    p: Annotated[
        float,
        typer.Option(
            "-p", help="node2vec's return parameter: above 1, a walk seldom goes back at once."
        ),
    ] = 1.0,
    q: Annotated[
        float,
        typer.Option(
            "-q",
            help="node2vec's in-out parameter: above 1, a walk stays near its last node.",
        ),
    ] = 1.0,
    directed: Annotated[
        bool,
        typer.Option("--directed", help="Walk edges from their first node to their second only."),
    ] = False,
    seed: Annotated[
        int, typer.Option("--seed", help="Another seed gives other walks.", min=0, metavar="N")
    ] = 1,
) -> None:
    """Write random walks through a graph, one a line: the sentences of DeepWalk and node2vec.

    `w2v walks edges.txt -o - | w2v train -` trains vectors of nodes. No walk is stored. With -p 1
    -q 1, the default, a step depends on the current node alone, as in DeepWalk.
    """
    from w2v_cli.corpus.walks.edges import read_edges
    from w2v_cli.corpus.walks.graph import build_graph
    from w2v_cli.corpus.walks.walking import WalkRules, lines_of, walk_batches

    rules = WalkRules(per_node=per_node, length=length, p=p, q=q, seed=seed)
    # The output comes first: if it cannot be written, nobody waits for the graph.
    with output_stream(output) as file:
        found = read_edges(edges)
        n_edges = len(found)
        graph = build_graph(found, directed=directed)
        del found  # as large as the graph
        n_walks = len(graph) * per_node
        print(
            f"{len(graph):,} nodes, {n_edges:,} edges; {n_walks:,} walks of up to {length:,} nodes",
            file=sys.stderr,
            flush=True,
        )
        n_written = 0
        with _progress(output) as show:
            for batch in walk_batches(graph, rules):
                for text in lines_of(graph, batch):
                    file.write(text.encode())
                n_written += len(batch)
                show(n_written, n_walks)


def _progress(output: str) -> AbstractContextManager[Callable[[int, int], None]]:
    if output == "-":
        # What reads the walks shows how far it is.
        return nullcontext(lambda done, total: None)
    return progress_of("walks", "written")
