"""Which objectives, engines and samplers are tried together."""

import pytest

OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
SAMPLERS = {
    "blocks": ("log_uniform", "fixed_unigram", "uniform"),
    "pairs": ("log_uniform", "fixed_unigram", "uniform", "learned_unigram"),
}


def combinations() -> list[object]:
    """Return (objective, engine, sampler), for all that can go together.

    Each objective is tried with each engine, and each sampler too, in what is not marked `long`.
    """
    return [
        pytest.param(
            objective,
            engine,
            sampler,
            marks=[] if sampler == samplers[number % len(samplers)] else [pytest.mark.long],
        )
        for number, objective in enumerate(OBJECTIVES)
        for engine, samplers in SAMPLERS.items()
        for sampler in samplers
    ]
