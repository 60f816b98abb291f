"""Tables and JSON records of scores on groups and sequences, for `w2v evaluate`."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from w2v_cli.vectors.group_scores import GroupScore, GroupScores
    from w2v_cli.vectors.next_item import SequenceScores

BY = ("cosine", "logit", "popularity")


def groups_record(path: str, scores: "GroupScores") -> dict[str, Any]:
    """Return every number of a file of groups."""
    return {
        "file": path,
        "groups": [_group_record(name, score) for name, score in scores.groups.items()],
        "total": _group_record("total", scores.total),
        "missing": scores.missing,
    }


def _group_record(name: str, score: "GroupScore") -> dict[str, Any]:
    return {"name": name, "detected": score.detected, **asdict(score)}


def sequences_record(path: str, scores: "SequenceScores") -> dict[str, Any]:
    """Return every number of a file of sequences."""
    found = {by: getattr(scores, by) for by in BY}
    tables = {by: each and each._asdict() for by, each in found.items()}
    return {"file": path, **asdict(scores), **tables}


def group_lines(path: str, scores: "GroupScores") -> Iterator[str]:
    """Yield a table of groups."""
    rows = [*scores.groups.items(), ("all", scores.total)]
    width = max(len(name) for name in (path, *dict(rows)))
    yield f"{path:<{width}}  purity  chance  outliers found  chance  words      of"
    for name, score in rows:
        if score is scores.total:
            yield ""
        yield (
            f"{name:<{width}}  {percent(score.purity):>6}  {percent(score.purity_by_chance):>6}"
            f"  {percent(score.detected):>14}  {percent(score.detected_by_chance):>6}"
            f"  {score.n_scored:5,}  {score.n_words:6,}"
        )


def sequence_lines(scores: "Mapping[str, SequenceScores]") -> Iterator[str]:
    """Yield one table for all files of sequences."""
    width = max(len(name) for name in ("sequences", *scores))
    k = next(iter(scores.values())).k
    yield f"{'sequences':<{width}}  {'by':<10}  {f'HR@{k}':>6}     MRR  scored      of"
    for path, score in scores.items():
        for by in BY:
            found = getattr(score, by)
            numbers = f"{found.hit_rate:6.1%}  {found.mrr:6.4f}" if found else f"{'-':>6}  {'-':>6}"
            of = f"{score.n_scored:6,}  {score.n_sequences:6,}"
            yield f"{path:<{width}}  {by:<10}  {numbers}  {of}"
        if score.n_repeats:
            yield f"{path}: left out {score.n_repeats:,} whose last item occurs earlier in them"


def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash where there is none."""
    return "-" if share is None else f"{share:.1%}"
