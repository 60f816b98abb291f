"""`w2v config`: what a run would use."""

from typing import Any

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import ConfigOption, CorpusArgument, resolve_configuration, with_options


@with_exit_codes
@with_options
def config(corpus: CorpusArgument = None, *, config: ConfigOption = None, **flags: Any) -> None:
    """Print the effective configuration.

    Takes the same flags as train. Each line says where its value comes from; what is printed is
    itself a config file.
    """
    print(resolve_configuration(corpus, config, flags).to_yaml(), end="")
