"""Files on their way in: those of people we know alone, kept private; a full disk is told in
words, not by an error page."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

_LOST = "_uploads_lost"


def uploads_lost(request: HttpRequest) -> bool:
    """Whether a file of this request could not be kept on its way: the disk is full. The rest of
    what was typed is there."""
    return bool(request.FILES is not None and getattr(request, _LOST, False))


class KnownPeopleUploadHandler(FileUploadHandler):
    """The first of the handlers: a visitor's files are left out as they come, none touches the
    disk. Nobody gives files without an account; what is typed in the fields stays."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps it."""


class PrivateUploadHandler(TemporaryFileUploadHandler):
    """Writes larger files below FILE_UPLOAD_TEMP_DIR, made when it is not there. One that cannot
    be written is left out, and `uploads_lost` says so to who asks."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        directory = settings.FILE_UPLOAD_TEMP_DIR
        try:
            if directory:
                Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            super().new_file(*args, **kwargs)
        except OSError as failure:
            self._lose(failure)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as failure:
            with suppress(OSError):
                self.file.close()
            self._lose(failure)

    def _lose(self, failure: OSError) -> None:
        setattr(self.request, _LOST, True)
        raise SkipFile from failure
