"""Make the buckets and put their rules into force: versioning, encryption, CORS, life cycle, object events. Safe to
repeat; tells what the store has not. `clipgraph up` does it by itself, a real S3 needs it once."""

from __future__ import annotations

import argparse

from kit.buckets import plan_buckets, prepare_buckets
from kit.config import Settings
from kit.storage import make_s3_client


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strict", action="store_true", help="fail when the store lacks a rule")


def run(arguments: argparse.Namespace) -> int:
    settings = Settings()
    outcomes = prepare_buckets(make_s3_client(settings, settings.s3_endpoint), plan_buckets(settings))
    for outcome in outcomes:
        print(outcome)
    return int(arguments.strict and any(outcome.refusal for outcome in outcomes))
