"""`w2v config`: print the settings of a run."""

from typing import Any

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import ConfigOption, CorpusArgument, resolve_configuration, with_options


@with_exit_codes
@with_options
def config(corpus: CorpusArgument = None, *, config: ConfigOption = None, **flags: Any) -> None:
    """Print the settings that a run would use, and the source of each.

    Takes the same flags as train. The output is itself a valid config file.
    """
    print(resolve_configuration(corpus, config, flags).to_yaml(), end="")
