"""`w2v`, and `python -m w2v_cli`: the program, where it can run."""

import sys

from w2v_cli.platforms import reason_not_to_run


def main() -> None:
    """Run the program, or end with one line on a system that lacks what it needs."""
    if reason := reason_not_to_run():
        sys.exit(f"error: {reason}")
    from w2v_cli.cli import main as program

    program()


if __name__ == "__main__":
    main()
