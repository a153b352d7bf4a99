"""Samples are counted for functions and for rooms."""

from __future__ import annotations

from benchmarks.profile import read_profile

_RAW = """\
run (uvloop/__init__.py:48);answer (router/pipeline/handle.py:10);fetch (asyncpg/pool.py:5);wait (asyncio/tasks.py:1) 3
run (uvloop/__init__.py:48);answer (router/pipeline/handle.py:12);select_1 (<graphql Page__feed #1>:7) 2
run (uvloop/__init__.py:48);answer (router/pipeline/handle.py:12);answer (router/pipeline/handle.py:9) 1
_run_code (<frozen runpy>:88);write (libc.so.6) 4
"""


def test_a_sample_belongs_to_the_innermost_room() -> None:
    profile = read_profile(_RAW.splitlines())
    assert profile.total == 10
    assert profile.rooms == {
        "asyncpg": 3,
        "compiled operations": 2,
        "router/pipeline": 1,
        "event loop": 4,
    }


def test_lines_of_a_function_are_added_up_and_recursion_counts_once() -> None:
    profile = read_profile(_RAW.splitlines())
    assert profile.cumulated["answer (router/pipeline/handle.py)"] == 6
    assert profile.innermost == {
        "wait (asyncio/tasks.py)": 3,
        "select_1 (<graphql Page__feed #1>)": 2,
        "answer (router/pipeline/handle.py)": 1,
        "write (libc.so.6)": 4,
    }
