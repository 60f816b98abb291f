"""Each operation of a step is placed where the placement says, and runs there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from tests.corpus.text import encode
from tests.training.combinations import combinations
from w2v_cli.config.config import Config
from w2v_cli.config.sections import DeviceConfig
from w2v_cli.corpus.reading.tokenizer import LINE_END
from w2v_cli.errors import TrainingError
from w2v_cli.training.devices import CPU_ONLY, Placement, prepare_devices
from w2v_cli.training.engines.engine import Engine
from w2v_cli.training.loop import ENGINES
from w2v_cli.training.tables import Tables
from w2v_cli.vocabulary import Vocabulary

COUNTS = np.array([50, 20, 12, 9, 6, 3])
COUNTS_OF_TEXT = np.full(6, 6)
SETTINGS: dict[str, object] = {
    "dimension": 4,
    "num_sampled": 3,
    "subsample": 0.0,
    "batch_size": 8,
    "step_tokens": 8,
    "noise_tokens": 8,
    "block_length": 4,
}
PLACEMENT = Placement(tables="/cpu:1", loss="/cpu:2", cpu="/cpu:0")
DRAWS = {"StatelessRandomUniformV2", "LearnedUnigramCandidateSampler"}
LOSS = {"MatMul", "BatchMatMulV2", "SoftmaxCrossEntropyWithLogits"}
TABLES = {"ResourceGather", "ResourceScatterUpdate"}


def engine(placement: Placement, **settings: object) -> Engine:
    config = Config.of(**SETTINGS, **settings)
    tables = Tables(COUNTS, config, placement)
    return ENGINES[config.engine](tables, COUNTS, config, placement)


def small_chunk(built: Engine, tmp_path: Path) -> Any:
    words = [[*"abcdefabcdef", LINE_END]] * 3
    corpus = encode(words, Vocabulary("abcdef", COUNTS_OF_TEXT), tmp_path, 1000)
    return next(iter(built.dataset(corpus, corpus.chunks(1000), np.array([[0, 0]]))))


def placed(built: Engine) -> list[tuple[str, str]]:
    """Return (type, device) of every operation of the training function and its loop bodies."""
    definition = built.chunk_function.graph.as_graph_def()
    nodes = [node for function in definition.library.function for node in function.node_def]
    return [(node.op, node.device) for node in [*definition.node, *nodes]]


def devices_of(operations: list[tuple[str, str]], types: frozenset[str] | set[str]) -> set[str]:
    return {device[-1] for type, device in operations if type in types}


@pytest.mark.parametrize(("objective", "trained_by", "sampler"), combinations())
def test_noise_tables_and_loss_are_placed_apart_and_train(
    objective: str, sampler: str, trained_by: str, tmp_path: Path
) -> None:
    built = engine(PLACEMENT, objective=objective, sampler=sampler, engine=trained_by)
    operations = placed(built)
    # Engine blocks draws in its dataset, whose operations all run on the CPU.
    assert devices_of(operations, DRAWS) == ({"0"} if trained_by == "pairs" else set())
    assert devices_of(operations, CPU_ONLY) <= {"0"}
    assert devices_of(operations, LOSS) == {"2"}
    assert devices_of(operations, TABLES) == {"1"}
    assert built.tables.center.variable.device.endswith("CPU:1")
    loss, *_ = built.train_chunk(small_chunk(built, tmp_path), tf.constant([0.1, 0.1]))
    assert np.isfinite(loss)


def test_hits_are_found_on_the_cpu_whatever_the_loss_device() -> None:
    operations = placed(engine(PLACEMENT, engine="pairs", objective="sampled_softmax"))
    assert devices_of(operations, {"ComputeAccidentalHits"}) == {"0"}


@pytest.mark.parametrize("trained_by", ["pairs", "blocks"])
def test_placement_does_not_change_the_result(trained_by: str, tmp_path: Path) -> None:
    results = []
    for name, placement in (("one", Placement()), ("three", PLACEMENT)):
        built = engine(placement, engine=trained_by)
        (tmp_path / name).mkdir()
        built.train_chunk(small_chunk(built, tmp_path / name), tf.constant([0.5, 0.5]))
        results.append(built.tables.center.variable.numpy())
    np.testing.assert_array_equal(results[0], results[1])


def test_an_operation_without_a_kernel_for_its_device_is_an_error() -> None:
    @tf.function
    def misplaced() -> tf.Tensor:
        with tf.device("/gpu:0"):
            return tf.constant(1.0) + tf.constant(2.0)

    assert not tf.config.get_soft_device_placement()
    with pytest.raises(tf.errors.InvalidArgumentError):
        misplaced()


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="this machine has a GPU")
def test_asking_for_a_missing_gpu_says_what_to_do() -> None:
    with pytest.raises(TrainingError, match="sees no GPU; use --device cpu"):
        prepare_devices(DeviceConfig(device="gpu"), "pairs")
    with pytest.raises(TrainingError, match="sees no GPU"):
        prepare_devices(DeviceConfig(loss_device="gpu"), "blocks")


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="this machine has a GPU")
def test_auto_is_the_cpu_where_there_is_no_gpu() -> None:
    assert prepare_devices(DeviceConfig(), "blocks") == Placement("/cpu:0", "/cpu:0", "/cpu:0")
