"""Console script `jalon`: the project's management commands under one name."""

import os
import sys

from django.core.management import ManagementUtility


def main() -> None:
    """Run `jalon COMMAND …` (any Django management command)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jalon.config.settings")
    utility = ManagementUtility(["jalon", *sys.argv[1:]])
    utility.prog_name = "jalon"
    utility.execute()
