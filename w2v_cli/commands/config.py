"""`w2v config`: what a run would use."""

from typing import Any

from w2v_cli.terminal.exit_codes import reported
from w2v_cli.terminal.flags import ConfigOption, CorpusArgument, resolved, with_options


@reported
@with_options
def config(corpus: CorpusArgument = None, *, config: ConfigOption = None, **flags: Any) -> None:
    """Print the effective configuration.

    Takes the same flags as train. Each line says where its value comes from; what is printed is
    itself a config file.
    """
    print(resolved(corpus, config, flags).to_yaml(), end="")
