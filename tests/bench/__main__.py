"""`make bench`: run every bench_*.py here, each against a database of its own.

A bench is a module with `main()`, which prints what it measured and asserts nothing.
"""

import os
import tempfile
from importlib import import_module
from pathlib import Path

import django


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    with tempfile.TemporaryDirectory() as data_dir:
        os.environ |= {
            "DATA_DIR": data_dir,
            "SECRET_KEY": "only-for-the-benches-0123456789-abcdefghijklmnopqrstuvwxyz",
        }
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        for path in sorted(Path(__file__).parent.glob("bench_*.py")):
            print(path.stem.removeprefix("bench_").replace("_", " ").capitalize())
            import_module(f"tests.bench.{path.stem}").main()


if __name__ == "__main__":
    main()
