"""Check that TensorFlow is installed, without importing it."""

from importlib.util import find_spec

from w2v_cli.errors import MissingLibraryError


def require_tensorflow() -> None:
    """Check that TensorFlow is installed.

    Raises:
        MissingLibraryError: TensorFlow is not installed.
    """
    if find_spec("tensorflow") is None:
        raise MissingLibraryError(
            "training needs TensorFlow, which is not installed here; `pip install tensorflow`"
        )
