"""Show a plan: as lines of text, and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from w2v_cli.config.config import Config
from w2v_cli.config.quantities import bytes_in_words, seconds_in_words
from w2v_cli.planning.pace import Pace
from w2v_cli.planning.plan import MinCount, Plan
from w2v_cli.planning.sample import Estimate
from w2v_cli.planning.speed import Trial
from w2v_cli.workers.cost import BETWEEN_MACHINES
from w2v_cli.workers.team import Team

MEMORY_PARTS = {
    "program": "Python and TensorFlow",
    "tables": "center vectors, context vectors, biases",
    "optimizer": "state of the optimizer",
    "vocabulary": "vocabulary",
    "chunks": "text in work",
    "steps": "rows and logits of a step",
    "bases": "copies of vectors and optimizer, to combine the workers",
    "combining": "what is sent and received",
}
OF_SEVERAL_WORKERS = ("bases", "combining")
TIME_PARTS = {
    "count": "count and encode the text",
    "start": "start TensorFlow and compile the step",
    "train": "train",
    "save": "save states and the model",
}


def plan_in_words(plan: Plan, config: Config) -> Iterator[str]:
    """Yield the lines of a plan."""
    for part in (_text, _memory, _disk, _time, _noise):
        yield from part(plan, config)
        yield ""
    yield from _proposals(plan, config)


def plan_as_json(plan: Plan, config: Config) -> dict[str, Any]:
    """Return a plan as numbers: bytes, seconds, words. Estimates have an `error` beside them."""
    trial, pace, time = plan.trial, plan.pace, plan.time
    sample = plan.survey.sample
    return {
        "text": asdict(plan.size),
        "sample": sample
        and {
            "bytes": sample.bytes,
            "total_bytes": sample.total_bytes,
            "tokens_relative_error": sample.tokens_error,
        },
        "min_counts": [
            {
                "min_count": row.min_count,
                "words": round(row.words.value),
                "words_error": round(row.words.error),
                "share": row.share.value,
                "share_error": row.share.error,
                "memory": row.memory,
            }
            for row in plan.min_counts
        ],
        "memory": {
            "workers": plan.memory.n_workers,
            "parts": plan.memory.parts,
            "total": plan.memory.total,
            "program_files": plan.program_files,
            "peak_resident": plan.peak_bytes,
            "counting": plan.survey.text.counting_bytes,
            "peak_of_trial": trial and trial.peak_bytes,
            "available": plan.available,
            "limit": plan.fit.limit,
            "fits": plan.fit.shortage is None,
        },
        "proposals": plan.fit.proposals and asdict(plan.fit.proposals),
        "disk": {**asdict(plan.disk), "most": plan.disk.most, "free": plan.disk_free},
        "speed": trial
        and pace
        and {
            "tokens_per_s": round(pace.tokens_per_s),
            "lowest": round(pace.lowest),
            "highest": round(pace.highest),
            "seconds": trial.seconds,
            "workers": plan.team.n_workers,
            "threads": plan.team.threads,
            "of_a_worker": round(trial.tokens_per_s),
            "combinations": pace.combinations,
            "combining_seconds": pace.combining_s,
            "waiting": pace.waiting,
        },
        "time": time
        and {
            **asdict(time),
            "epoch": plan.epoch_s,
            "total": time.total,
        },
        "noise": plan.noise._asdict(),
    }


def _text(plan: Plan, config: Config) -> Iterator[str]:
    size, sample = plan.size, plan.survey.sample
    if sample:
        yield (
            f"from a sample of {bytes_in_words(sample.bytes)} of the text's"
            f" {bytes_in_words(sample.total_bytes)}; the number of words is right to about"
            f" {2 * sample.tokens_error:.1%}, other numbers have their ranges"
        )
        yield f"{size.read:,} words; {size.words:,} different ones in the vocabulary"
    else:
        yield f"{plan.survey.text.pairs or plan.survey.text.account.ledger}"
    if config.run.pairs:
        yield f"an epoch has {size.pairs:,} pairs, which are {size.tokens:,} words"
    else:
        yield (
            f"an epoch has {size.tokens:,} words, of which subsampling keeps about {size.kept:,};"
            f" {size.pairs:,} pairs without subsampling"
        )
    if cut := plan.survey.text.lines.cut:
        yield f"{cut:,} lines are cut, because they have more than {config.sentence_length:,} words"
    yield ""
    yield f"{'min-count':>9}  {'words':>24}  {'of the text':>15}  {'memory':>8}"
    for row in plan.min_counts:
        yield _min_count(row, chosen=row.min_count == config.text.min_count)


def _min_count(row: MinCount, *, chosen: bool) -> str:
    words = _with_error(row.words, ",.0f")
    share = _with_error(Estimate(100 * row.share.value, 100 * row.share.error), ".1f")
    mark = "  <- --min-count" if chosen else ""
    memory = bytes_in_words(row.memory)
    return f"{row.min_count:9,}  {words:>24}  {share + ' %':>15}  {memory:>8}{mark}"


def _with_error(estimate: Estimate, form: str) -> str:
    if not estimate.error:
        return f"{estimate.value:{form}}"
    return f"{estimate.value:{form}} ± {estimate.error:{form}}"


def _memory(plan: Plan, config: Config) -> Iterator[str]:
    left = "" if plan.available is None else f"; {bytes_in_words(plan.available)} are available"
    n_here, n_workers = plan.team.n_here, plan.team.n_workers
    whose = ""
    if n_workers > 1:
        whose = f" for the {n_here} workers here" if n_here > 1 else " for the worker here"
    yield f"memory: {bytes_in_words(plan.peak_bytes)} at most{whose}{left}"
    for name, size in plan.memory.parts.items():
        if n_workers > 1 or name not in OF_SEVERAL_WORKERS:
            yield _row(bytes_in_words(size), MEMORY_PARTS[name])
    yield _row(bytes_in_words(plan.program_files), "pages of TensorFlow's files")
    counting = bytes_in_words(plan.survey.text.counting_bytes)
    yield _row(counting, "before that: all processes that count words")


def _disk(plan: Plan, config: Config) -> Iterator[str]:
    disk = plan.disk
    yield f"disk: {bytes_in_words(disk.most)} at most; {bytes_in_words(plan.disk_free)} are free"
    yield _row(bytes_in_words(disk.encoded), "text as ids, until the model is whole")
    yield _row(bytes_in_words(disk.counting), "more while words are counted")
    yield _row(bytes_in_words(disk.state), f"a saved state; {disk.states} at a time")
    yield _row(bytes_in_words(disk.model), "the model")


def _time(plan: Plan, config: Config) -> Iterator[str]:
    trial, pace, time, epoch_s = plan.trial, plan.pace, plan.time, plan.epoch_s
    if trial is None or pace is None or time is None or epoch_s is None:
        yield "time: not known without trial steps"
        return
    yield (
        f"speed: {pace.tokens_per_s:,.0f} words/s in {trial.seconds:.1f} s of trial steps"
        f" ({pace.lowest:,.0f} to {pace.highest:,.0f})"
    )
    if plan.team.n_workers > 1:
        yield from _workers(plan.team, trial, pace)
    yield (
        f"time: {seconds_in_words(time.total)} for {time.train / epoch_s:,.4g} epochs, of"
        f" {seconds_in_words(epoch_s)} each"
    )
    for name, seconds in asdict(time).items():
        yield _row(seconds_in_words(seconds), TIME_PARTS[name])


def _workers(team: Team, trial: Trial, pace: Pace) -> Iterator[str]:
    """Yield how the speed of several workers was found, and what is assumed."""
    n, n_here = team.n_workers, team.n_here
    threads = f"{team.threads} thread{'s' * (team.threads > 1)}"
    yield (
        f"  {n} workers of {threads}, {trial.tokens_per_s:,.0f} words/s each; {n_here} trained at"
        " the same time here, as in the run"
    )
    yield (
        f"  assumed: {pace.combinations:,} combinations of the tables take"
        f" {seconds_in_words(pace.combining_s)} of the run, by the model in docs/scaling.md;"
        f" waiting for the slowest worker adds {pace.waiting:.0%} to the training"
    )
    if n > n_here:
        gbit = BETWEEN_MACHINES.bytes_per_s * 8 / 1e9
        yield f"  assumed: the other machines are as fast as this one, with {gbit:g} Gbit/s between"


def _noise(plan: Plan, config: Config) -> Iterator[str]:
    noise, exponent = plan.noise, config.objective.noise_exponent
    yield (
        f"noise: log-uniform noise has {noise.frequencies:.0%} in common with the words'"
        f" frequencies, {noise.unigram:.0%} with count^{exponent:g}"
    )
    if config.sampler == "log_uniform":
        reason = (
            "the text is as close to log-uniform as natural text"
            if noise.sampler == "log_uniform"
            else "the text is far from log-uniform"
        )
        yield f"{reason}, which speaks for --sampler {noise.sampler}"


def _proposals(plan: Plan, config: Config) -> Iterator[str]:
    fit = plan.fit
    if fit.limit is None or fit.proposals is None:
        return
    verdict = "does not fit" if fit.shortage else "fits"
    yield f"the run {verdict} into {bytes_in_words(fit.limit)}; with one change, these values fit:"
    proposals = fit.proposals
    if proposals.dimension is not None:
        yield f"  --dimension {proposals.dimension} or less"
    if proposals.min_count is not None:
        yield f"  --min-count {proposals.min_count} or more"
    if proposals.max_vocab is not None and proposals.max_vocab < plan.size.words:
        yield f"  --max-vocab {proposals.max_vocab} or less"
    if not proposals.any:
        yield "  none; choose lower values of several settings, such as --dimension and --max-vocab"


def _row(number: str, what: str) -> str:
    return f"{number:>12}  {what}"
