"""The files of npm packages that the portal serves: these and no others, for the packages also
carry what we may not publish (the crown and the typeface of the British government)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

NODE_MODULES = settings.BASE_DIR / "node_modules"
_FIGTREE = "@fontsource-variable/figtree/files/figtree-"
SERVED = {
    "govuk-frontend/govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "figtree/figtree-latin-wght-normal.woff2": f"{_FIGTREE}latin-wght-normal.woff2",
    "figtree/figtree-latin-ext-wght-normal.woff2": f"{_FIGTREE}latin-ext-wght-normal.woff2",
}


class _Renamed(FileSystemStorage):
    """Reads node_modules under the names that the pages use."""

    def path(self, name: str) -> str:
        return str(NODE_MODULES / SERVED[name])


class PackageFilesFinder(BaseFinder):
    def find(  # type: ignore[override]
        self, path: str, find_all: bool = False, **kwargs: Any
    ) -> str | list[str]:
        source = SERVED.get(path.replace("\\", "/"))
        found = [str(NODE_MODULES / source)] if source and (NODE_MODULES / source).is_file() else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = _Renamed(location=NODE_MODULES)
        for path in SERVED:
            if storage.exists(path):
                yield path, storage
