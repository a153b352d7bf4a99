"""What a request asked of the two servers is read out of their own words."""

from __future__ import annotations

import pytest

from benchmarks.feed.recording import Asked, Statement, read_array, read_command, read_statements, usual

_LOG = """\
2026-11-23 22:18:03.868 UTC [18050] social@bench LOG:  statement: BEGIN;
2026-11-23 22:18:03.868 UTC [18050] social@bench LOG:  execute __asyncpg_stmt_1__: SELECT $1::uuid[] AS
\t  a, $2::text, $3
2026-11-23 22:18:03.868 UTC [18050] social@bench DETAIL:  Parameters: $1 = '{4ea2,8ee5}', $2 = 'it''s', $3 = NULL
2026-11-23 22:18:03.869 UTC [17866] @ LOG:  received SIGHUP, reloading configuration files
2026-11-23 22:18:03.870 UTC [18051] feed@bench ERROR:  deadlock detected
2026-11-23 22:18:03.870 UTC [18051] feed@bench DETAIL:  Parameters: $1 = 'of nobody'
2026-11-23 22:18:03.871 UTC [18050] social@bench LOG:  execute <unnamed>: COMMIT
"""


def test_statements_are_read_with_their_arguments_and_nothing_else_is() -> None:
    assert list(read_statements(_LOG)) == [
        Statement("BEGIN;", ()),
        Statement("SELECT $1::uuid[] AS\n  a, $2::text, $3", ("{4ea2,8ee5}", "it's", None)),
        Statement("COMMIT", ()),
    ]


def test_an_empty_log_has_no_statements() -> None:
    assert list(read_statements("")) == []


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("{}", []),
        ("{4ea2,8ee5}", ["4ea2", "8ee5"]),
        (r'{"\\x7b22","\\x00"}', [r"\x7b22", r"\x00"]),
        (r'{"a,\"b}",NULL,"NULL",""}', ['a,"b}', None, "NULL", ""]),
    ],
)
def test_an_array_is_read_element_by_element(text: str, elements: list[str | None]) -> None:
    assert read_array(text) == elements


def test_a_command_is_read_byte_by_byte() -> None:
    line = r'1795472283.877235 [1 127.0.0.1:56286] "SET" "a\x00\"b c\n" "x y" ""'
    assert read_command(line) == (b"SET", b'a\x00"b c\n', b"x y", b"")


def test_what_a_script_says_is_no_command_of_a_client() -> None:
    assert read_command('1795472283.877 [1 lua] "GET" "key"') is None


def test_anything_else_is_no_line_of_monitor() -> None:
    with pytest.raises(ValueError, match="no line of MONITOR"):
        read_command("OK")


def test_rounds_that_also_did_something_else_are_left_out() -> None:
    def asked(value: str, *more: Statement) -> list[Asked]:
        return [Asked((Statement("SELECT $1", (value,)), *more), ((b"GET", value.encode()),))]

    first, second = asked("a"), asked("b")
    assert usual([first, asked("c", Statement("SELECT 1", ())), second]) == [first, second]
