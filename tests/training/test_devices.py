"""Each operation of a step is placed where the placement says, and runs there."""

import numpy as np
import pytest
import tensorflow as tf

from w2v_cli.config import Config, DeviceConfig
from w2v_cli.errors import TrainingError
from w2v_cli.training.devices import CPU_ONLY, Placement, prepare_devices
from w2v_cli.training.pair_engine import PairEngine
from w2v_cli.training.samplers import make_sampler
from w2v_cli.training.tables import Tables

COUNTS = np.array([50, 20, 12, 9, 6, 3])
PLACEMENT = Placement(tables="/cpu:1", loss="/cpu:2", cpu="/cpu:0")
DRAWS = {"StatelessRandomUniformV2", "LearnedUnigramCandidateSampler"}
LOSS = {"MatMul", "SoftmaxCrossEntropyWithLogits", "Softplus"}
TABLES = {"ResourceGather", "ResourceScatterUpdate", "ResourceScatterSub"}


def engine(placement: Placement, objective: str, sampler: str) -> PairEngine:
    config = Config.of(objective=objective, dimension=4, batch_size=8)
    tables = Tables(COUNTS, config, placement)
    return PairEngine(tables, make_sampler(sampler, COUNTS, 3, 0.75, seed=1), config, placement)


def placed(built: PairEngine) -> list[tuple[str, str]]:
    """Return (type, device) of every operation of the training function and its loop bodies."""
    definition = built.train_chunk.get_concrete_function().graph.as_graph_def()
    nodes = [node for function in definition.library.function for node in function.node_def]
    return [(node.op, node.device) for node in [*definition.node, *nodes]]


def devices_of(operations: list[tuple[str, str]], types: frozenset[str] | set[str]) -> set[str]:
    return {device[-1] for type, device in operations if type in types}


@pytest.mark.parametrize("sampler", ["log_uniform", "fixed_unigram", "learned_unigram", "uniform"])
@pytest.mark.parametrize(
    "objective", ["sampled_softmax", "nce", "sampled_logistic", "negative_sampling"]
)
def test_noise_tables_and_loss_are_placed_apart_and_train(objective: str, sampler: str) -> None:
    built = engine(PLACEMENT, objective, sampler)
    operations = placed(built)
    assert devices_of(operations, DRAWS) == {"0"}
    assert devices_of(operations, CPU_ONLY) <= {"0"}
    assert devices_of(operations, LOSS) == {"2"}
    assert devices_of(operations, TABLES) == {"1"}
    assert built.tables.center.variable.device.endswith("CPU:1")

    centers = tf.constant([0, 1, 2, 3] * 5)
    loss = built.train_chunk(centers, centers[::-1], tf.constant([1, 2]), tf.constant([0.1, 0.1]))
    assert np.isfinite(loss)


def test_hits_are_found_on_the_cpu_whatever_the_loss_device() -> None:
    operations = placed(engine(PLACEMENT, "sampled_softmax", "log_uniform"))
    assert devices_of(operations, {"ComputeAccidentalHits"}) == {"0"}


def test_placement_does_not_change_the_result() -> None:
    centers = tf.constant([0, 1, 2, 3, 4, 5] * 5)
    results = []
    for placement in (Placement(), PLACEMENT):
        built = engine(placement, "sampled_softmax", "log_uniform")
        built.train_chunk(centers, centers[::-1], tf.constant([1, 2]), tf.constant([0.5, 0.5]))
        results.append(built.tables.to_numpy().center)
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
        prepare_devices(DeviceConfig(device="gpu"))
    with pytest.raises(TrainingError, match="sees no GPU"):
        prepare_devices(DeviceConfig(loss_device="gpu"))


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="this machine has a GPU")
def test_auto_is_the_cpu_where_there_is_no_gpu() -> None:
    assert prepare_devices(DeviceConfig()) == Placement("/cpu:0", "/cpu:0", "/cpu:0")
