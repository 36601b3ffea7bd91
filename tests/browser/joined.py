"""Scripts and style sheets joined as in production: dozens of files would cost a browser more
than the page does, and people never get them."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.core.management import call_command
from django.http import Http404
from django.test import override_settings
from django.views.static import serve

from config.static import BundledFiles


class JoinedFiles(BundledFiles):
    """Not compressed, which takes longer than all else."""

    def compress_files(self, paths):
        return []


@contextmanager
def served_from(folder):
    """Put the joined files into a folder, and serve them from there while pages ask for them.

    Yields the settings with which they do. Without these, files are served as they are written.
    """
    backend = {"BACKEND": f"{__name__}.JoinedFiles"}
    # Kept pages name their files, so those of other tests are kept apart.
    kept = settings.CACHES["pages"] | {"LOCATION": "pages-with-joined-files"}
    names = {
        "STATIC_ROOT": folder,
        "STORAGES": settings.STORAGES | {"staticfiles": backend},
        "CACHES": settings.CACHES | {"pages": kept},
    }
    with override_settings(**names):
        call_command("collectstatic", interactive=False, verbosity=0)
    serve_as_written = StaticFilesHandlerMixin.serve

    def serve_joined(handler, request):
        path = handler.file_path(request.path)
        try:
            response = serve(request, path, document_root=settings.STATIC_ROOT)
        except Http404:
            return serve_as_written(handler, request)
        response["Cache-Control"] = "max-age=31536000, immutable"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandlerMixin, "serve", serve_joined)
        yield names
