"""How static files are named where the app is served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = r'(?P<matched>(?P<verb>import|from) "(?P<url>\./[^"]+)")'


class HashedScripts(CompressedManifestStaticFilesStorage):
    """Every file under a name with its fingerprint, also where one script of ours imports
    another: a browser that kept an old module never mixes it with new ones.

    Django's own `support_js_module_import_aggregation` reads the scripts of others too, and
    stumbles over what only looks like an import there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(verb)s "%(url)s"'),)),
    )
