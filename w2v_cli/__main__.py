"""Entry point of `w2v` and `python -m w2v_cli`. It first checks the operating system."""

import sys

from w2v_cli.platforms import reason_not_to_run


def main() -> None:
    """Run the program, or exit with a one-line error if the system is not supported."""
    if reason := reason_not_to_run():
        sys.exit(f"error: {reason}")
    from w2v_cli.cli import main as program

    program()


if __name__ == "__main__":
    main()
