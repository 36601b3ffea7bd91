#!/usr/bin/env python
"""The command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.management import execute_from_command_line

from config import commands, local

if __name__ == "__main__":
    local.keep_private()
    sys.excepthook = commands.print_fault
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
