"""The settings of production, and the yardsticks beside the app's own pages."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
