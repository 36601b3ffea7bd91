"""How static files are named in production."""

from functools import cached_property

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r'(?P<matched>(?P<verb>import|from) "(?P<url>\./[^"]+)")'


class HashedScripts(CompressedManifestStaticFilesStorage):
    """Puts a hash of its content into every file's name, also where our scripts import each
    other, so that a browser never mixes cached modules with new ones.

    Django's own `support_js_module_import_aggregation` also rewrites other people's scripts,
    and fails on text there that only looks like an import.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(verb)s "%(url)s"'),)),
    )

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The URL of a file. A dozen are on each page, and they don't change while a process
        runs, so each is made once."""
        if not name or force:
            return super().url(name, force)
        if name not in self._known:
            self._known[name] = super().url(name)
        return self._known[name]
