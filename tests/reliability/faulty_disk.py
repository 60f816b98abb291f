"""A disk that fails, or a program that is gone, at the Nth change of a file.

Stands between Python and the system: files opened to write, fsync, rename, mkdir, unlink, rmdir.
"""

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest

FULL, BROKEN = errno.ENOSPC, errno.EIO
fsync = os.fsync


class KilledError(BaseException):
    """What the program meets at the Nth change, and at every later one: it does not run any more.

    Nothing that is to clean up gets anything done, as after `kill -9`.
    """


class FaultyDisk:
    """Counts changes, and fails at one of them.

    Args:
        fails_at: number of the change, from 1; 0 for none.
        error: the error number, or None to end the program there.
    """

    def __init__(self, fails_at: int, error: int | None = None) -> None:
        self.fails_at, self.error, self.changes = fails_at, error, 0

    def change(self, path: object = None) -> None:
        """Count a change; raise instead of making it when it is the one.

        The system names the file of a call that takes a path, and not that of write and fsync.
        """
        self.changes += 1
        if self.error is None and self.changes >= self.fails_at > 0:
            raise KilledError
        if self.changes == self.fails_at:
            assert self.error is not None
            raise OSError(self.error, os.strerror(self.error), path)

    @property
    def has_failed(self) -> bool:
        return 0 < self.fails_at <= self.changes

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Take the place of the system until the patch is undone."""
        open_file = Path.open
        disk = self

        class FaultyFile(io.FileIO):
            def write(self, content: Any, /) -> int:
                if disk.changes + 1 == disk.fails_at:
                    super().write(memoryview(content)[: len(content) // 2])  # torn
                disk.change()
                return super().write(content) or 0

        def opened(path: Path, mode: str = "r", *rest: Any, **how: Any) -> Any:
            if not set(mode) & set("wax"):
                return open_file(path, mode, *rest, **how)
            self.change(path)
            binary = io.BufferedWriter(FaultyFile(path, mode.replace("b", "")))
            if "b" in mode:
                return binary
            return io.TextIOWrapper(binary, encoding="utf-8", newline=how.get("newline"))

        patch.setattr(Path, "open", opened)
        for owner, name in (
            (Path, "rename"), (Path, "replace"), (Path, "mkdir"),
            (os, "fsync"), (os, "unlink"), (os, "rmdir"),
        ):  # fmt: skip
            patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, call: Any) -> Any:
        def counted(*arguments: Any, **how: Any) -> Any:
            self.change(arguments[0] if call is not fsync else None)
            return call(*arguments, **how)

        return counted
