"""A storage that stops in the middle of a call, for as long as a test wants."""

import threading
from typing import Any

from django.core.files.storage import FileSystemStorage


class StallingStorage(FileSystemStorage):
    """The first object written under `stall_at` waits until it is told to go on."""

    stall_at = ""
    stalled = threading.Event()
    go_on = threading.Event()

    @classmethod
    def stall(cls, folder: str) -> None:
        cls.stall_at = folder
        cls.stalled.clear()
        cls.go_on.clear()

    def _save(self, name: str, content: Any) -> str:
        if self.stall_at and str(name).startswith(self.stall_at):
            type(self).stall_at = ""
            self.stalled.set()
            assert self.go_on.wait(60)
        return str(super()._save(name, content))  # type: ignore[misc]
