"""The shipped settings, with the benchmarks' endpoints in place of the notes'."""

from config.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "benchmarks.service.urls"
