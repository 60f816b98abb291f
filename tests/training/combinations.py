"""Which objectives, engines and samplers are tried together."""

from collections.abc import Iterator

import pytest

OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")
SAMPLERS = {
    "blocks": ("log_uniform", "fixed_unigram", "uniform"),
    "pairs": ("log_uniform", "fixed_unigram", "uniform", "learned_unigram"),
}


def combinations() -> Iterator[object]:
    """Yield (objective, engine, sampler), for all that can go together.

    Each objective is tried with each engine, and each sampler too, in what is not marked `long`.
    """
    for number, objective in enumerate(OBJECTIVES):
        for engine, samplers in SAMPLERS.items():
            for sampler in samplers:
                first = sampler == samplers[number % len(samplers)]
                marks = [] if first else [pytest.mark.long]
                yield pytest.param(objective, engine, sampler, marks=marks)
