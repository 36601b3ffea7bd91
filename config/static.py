"""How static files are named in production."""

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
