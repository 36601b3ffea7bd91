"""How static files are named and put together in production."""

import errno
import os
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from . import bundles

OURS = ("css/", "js/")
# Inside of our own script.
NEVER_ASKED_FOR = "django_htmx/"


class BundledFiles(CompressedManifestStaticFilesStorage):
    """Joins each of our scripts and style sheets with what it imports, puts a hash of its content
    into every file's name, so that a browser may keep it, and compresses it.

    What is inside of another is not served by itself.
    """

    hashed_files: dict[str, str]

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The URL of a file. A few are on each page, and they don't change while a process runs,
        so each is made once."""
        if not name or force:
            return super().url(name, force)
        if name not in self._known:
            self._find_names()
            self._known[name] = super().url(name)
        return self._known[name]

    def _find_names(self) -> None:
        """Read the list of names, unless that was done.

        Raises:
            FileNotFoundError: there is none, so nothing was collected, or the disk isn't there yet.
        """
        if not self.hashed_files:
            self.hashed_files, self.manifest_hash = self.load_manifest()
        if not self.hashed_files:
            path = self.path(self.manifest_name)
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        yield from super().post_process(self.bundled(paths), *args, **options)

    def bundled(self, paths: dict[str, Any]) -> dict[str, Any]:
        """The files to serve, with the joined ones in place of their sources."""

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        ours = [name for name in paths if name.startswith(OURS)]
        inside = {part for name in ours for part in bundles.imported(name, read(name))}
        served = {
            name: found
            for name, found in paths.items()
            if name not in inside and not name.startswith(NEVER_ASKED_FOR)
        }
        joined = InMemoryStorage()
        for name in ours:
            if name not in served:
                continue
            if name.endswith(".css"):
                storage, path = paths[name]
                text = bundles.joined_style(storage.path(path))
            else:
                text = bundles.joined_script(name, read)
            joined.save(name, ContentFile(text.encode()))
            served[name] = (joined, name)
        return served

    def compress_files(self, paths: set[str]) -> Any:
        """Browsers are told only the names with a hash, so only these files are compressed."""
        return super().compress_files(paths & set(self.hashed_files.values()))
