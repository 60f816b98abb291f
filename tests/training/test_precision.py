"""Engine `blocks` multiplies in bfloat16 where the processor can, and adds up in float32."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from w2v_cli import Config, ConfigError, train
from w2v_cli.training.devices import Placement
from w2v_cli.training.engines.block_engine import BlockEngine
from w2v_cli.training.engines.blocks import Blocks
from w2v_cli.training.engines.pairs import Ids
from w2v_cli.training.precision import ISA_LIMITS, ONE_DNN, has_bfloat16, with_precision
from w2v_cli.training.tables import Gradients, Tables
from w2v_cli.vectors.queries import unit

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"
N_WORDS, N_PLACES = 12, 512
COUNTS = np.arange(N_WORDS, 0, -1)
OBJECTIVES = ("sampled_softmax", "nce", "sampled_logistic", "negative_sampling")


def processor(directory: Path, flags: str) -> Path:
    file = directory / "cpuinfo"
    file.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: avx512_bf16_bug\n\n" * 2)
    return file


@pytest.mark.parametrize(
    ("flags", "has_it"),
    [
        ("fpu avx512f avx512_bf16 amx_bf16", True),
        ("fpu avx512f avx512_vnni", False),
        ("fpu avx512_bf16_of_another_name", False),
    ],
)
def test_the_processor_says_whether_it_multiplies_bfloat16(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str, has_it: bool
) -> None:
    for name in (ONE_DNN, *ISA_LIMITS):
        monkeypatch.delenv(name, raising=False)
    assert has_bfloat16(processor(tmp_path, flags)) is has_it
    assert not has_bfloat16(tmp_path / "absent")
    # Without oneDNN bfloat16 is slower than float32, and so it is if oneDNN may not use it.
    for name, value in ((ONE_DNN, "0"), *((limit, "AVX2") for limit in ISA_LIMITS)):
        with monkeypatch.context() as patched:
            patched.setenv(name, value)
            assert not has_bfloat16(processor(tmp_path, flags))


@pytest.mark.parametrize(
    ("given", "engine", "loss", "native", "expected"),
    [
        (None, "blocks", "/cpu:0", True, "bfloat16"),
        (None, "blocks", "/cpu:0", False, "float32"),
        (None, "blocks", "/gpu:0", True, "float32"),
        (None, "pairs", "/cpu:0", True, "float32"),
        ("float32", "blocks", "/cpu:0", True, "float32"),
        ("bfloat16", "blocks", "/cpu:0", False, "bfloat16"),
    ],
)
def test_a_run_has_the_precision_that_is_given_or_suits_the_processor(
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    engine: str,
    loss: str,
    native: bool,
    expected: str,
) -> None:
    monkeypatch.setattr("w2v_cli.training.precision.has_bfloat16", lambda: native)
    config = Config.of(precision=given, engine=engine)
    assert with_precision(config, Placement(loss=loss)).devices.precision == expected


def test_engine_pairs_refuses_bfloat16() -> None:
    with pytest.raises(ConfigError, match="engine pairs computes in float32"):
        Config.of(engine="pairs", precision="bfloat16")


def step(
    objective: str, precision: str, rows: dict[str, NDArray[np.float32]], frames: Ids
) -> tuple[float, Gradients]:
    """Return loss and gradients of a step whose blocks have these frames, [n, 6]."""
    config = Config.of(
        objective=objective, precision=precision, sampler="uniform", dimension=8, num_sampled=8,
        window=1, block_length=4, noise_tokens=8, step_tokens=N_PLACES,
    )  # fmt: skip
    tables = Tables(COUNTS, config, Placement())
    for name, values in rows.items():
        tables.variables[f"{name}.values"].assign(values)
    engine = BlockEngine(tables, COUNTS, config, Placement())
    ones = np.ones((len(frames), 4), np.int32)
    noise = np.random.default_rng(1).integers(0, N_WORDS, (1, engine.layout.n_candidates))
    chunk = engine.chunk(Blocks(frames, ones, ones, ones.astype(np.float32)), noise)
    compute = tf.function(engine.loss_and_gradients, [engine.spec, tf.TensorSpec([], tf.int32)])
    loss, gradients = compute(chunk, 0)
    assert {part.gradients.dtype for part in gradients} == {tf.float32}
    return float(loss), gradients


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_only_products_are_rounded(objective: str) -> None:
    rng = np.random.default_rng(0)
    # Products of these rows are halves of whole numbers up to 8. So the logits are exact.
    rows: dict[str, NDArray[np.float32]] = {
        "center": rng.integers(-1, 2, (N_WORDS, 8)).astype(np.float32),
        "context": rng.integers(-1, 2, (N_WORDS, 8)).astype(np.float32) / np.float32(2),
        "biases": rng.normal(size=N_WORDS).astype(np.float32),
    }
    frames = rng.integers(0, N_WORDS, (N_PLACES // 4, 6)).astype(np.int32)
    exact_loss, exact = step(objective, "float32", rows, frames)
    loss, rounded = step(objective, "bfloat16", rows, frames)
    np.testing.assert_allclose(loss, exact_loss, rtol=1e-6)
    # The biases' gradients are sums of the logits', which are not rounded before.
    np.testing.assert_allclose(
        rounded.biases.gradients, exact.biases.gradients, rtol=1e-5, atol=1e-4
    )
    for actual, wanted in zip(rounded[:2], exact[:2], strict=True):
        np.testing.assert_array_equal(actual.rows, wanted.rows)
        np.testing.assert_array_equal(actual.values, wanted.values)
        # A number of 8 bits is rounded by 2^-9 of itself at most, here three times.
        scale = np.abs(wanted.gradients).max()
        np.testing.assert_allclose(actual.gradients, wanted.gradients, atol=3 * 2**-9 * scale)
        assert np.any(np.not_equal(actual.gradients, wanted.gradients))


def test_a_row_gets_the_gradients_of_all_its_places() -> None:
    """Summed in bfloat16, 512 equal numbers would stop at 256 times the first one."""
    quarters = np.full((N_WORDS, 8), 0.25, dtype=np.float32)
    rows = {"center": quarters, "context": quarters}
    frames = np.zeros((N_PLACES // 4, 6), np.int32)
    _, exact = step("negative_sampling", "float32", rows, frames)
    _, rounded = step("negative_sampling", "bfloat16", rows, frames)
    for actual, wanted in zip(rounded[:2], exact[:2], strict=True):
        np.testing.assert_allclose(actual.gradients[0], wanted.gradients[0], rtol=0.01)


@pytest.mark.parametrize("engine", ["blocks", "pairs"])
def test_a_model_says_its_precision(tmp_path: Path, engine: str) -> None:
    short = {"corpus": SAMPLE, "dimension": 4, "epochs": 1, "engine": engine}
    model = train(Config.of(output=tmp_path / "model", **short)).model
    assert model is not None
    by_processor = "bfloat16" if has_bfloat16() and engine == "blocks" else "float32"
    assert model.manifest["training"]["precision"] == by_processor
    assert model.manifest["config"]["precision"] is None


def test_both_precisions_learn_the_same(tmp_path: Path) -> None:
    vectors, losses = [], []
    for precision in ("float32", "bfloat16"):
        found = train(
            Config.of(corpus=SAMPLE, output=tmp_path / precision, dimension=32, epochs=2,
                      precision=precision)
        )  # fmt: skip
        assert found.model is not None
        losses.append(found.model.manifest["training"]["loss_by_epoch"][-1])
        vectors.append(unit(np.asarray(found.table)))
    assert losses[1] == pytest.approx(losses[0], rel=0.002)
    assert np.mean(np.sum(vectors[0] * vectors[1], axis=1)) > 0.99
