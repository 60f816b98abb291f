"""The run of a worker that is not the chief: it trains its share, and writes nothing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from w2v_cli.config.config import Config
from w2v_cli.corpus.prepared_text import Tell
from w2v_cli.errors import StoppedError
from w2v_cli.runs.stop_rules import StopRule, StopRules, place_of
from w2v_cli.runs.tensorflow import prepare_tensorflow
from w2v_cli.workers.cluster import Cluster


def follow(
    config: Config,
    cluster: Cluster,
    *,
    tell: Tell = lambda line: None,
    stop_rules: Sequence[StopRule] = (),
    around_start: AbstractContextManager[object] | None = None,
) -> None:
    """Train as one of several workers. The chief has the text, the progress and the model.

    Args:
        config: every setting of the run, as the chief has them.
        cluster: the workers; this one is not the chief.
        tell: hears what happens.
        stop_rules: can stop the whole run.
        around_start: context manager that is entered while TensorFlow is loaded and started.

    Raises:
        ConfigError: a setting differs from the chief's.
        MissingLibraryError: TensorFlow is not installed.
        StoppedError: a stop rule of a worker has stopped the run.
        DivergedError: the loss is not finite any more.
        TrainingError: a worker is absent, has ended, or has another text or version.
    """
    prepare_tensorflow()
    rules = StopRules(stop_rules)
    tell(f"{cluster.describe(cluster.rank)}: waiting for {cluster.describe(0)}")
    with around_start or nullcontext():
        from w2v_cli.runs.agreement import OfferedRun
        from w2v_cli.training.devices import prepare_devices, strict_placement
        from w2v_cli.training.failures import name_tensorflow_failures
        from w2v_cli.training.loop import Trainer
        from w2v_cli.workers.group import Group
        from w2v_cli.workers.transport import Transport

        transport = Transport(cluster, config.devices.join_seconds)
        placement = prepare_devices(config.devices, config.engine, transport.join)
    with transport.tell_failures(), name_tensorflow_failures(), strict_placement():
        offered = OfferedRun(transport, config)
        rules.wait_to_be_asked()
        with offered.open_text(tell) as text:
            peers = Group(transport)
            trainer = Trainer(
                text.corpus,
                text.vocabulary,
                config,
                placement,
                peers=peers,
                chunk_tokens=offered.chunk_tokens,
                contexts=text.contexts,
            )
            trainer.go_on_from(offered.position)
            for report in trainer.run():
                if (stop := rules.ask()) is not None:
                    peers.ask_to_stop(stop.signal)
                if peers.stop_signal is not None and report.tokens < report.total_tokens:
                    raise StoppedError(f"stopped {place_of(report)}", peers.stop_signal)
