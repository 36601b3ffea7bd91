"""How static files are collected and named where the app is served."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(StaticFilesConfig):
    """Without what we do not use of django-htmx: a comment in it looks like an import."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]


class HashedScripts(CompressedManifestStaticFilesStorage):
    """Every file under a name with its fingerprint, also where one script imports another:
    a browser that kept an old module never mixes it with new ones."""

    support_js_module_import_aggregation = True
