"""``python -m router check``: what it reads, what it prints, how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from router.__main__ import main

OLD = "type Query { book: Book } type Book { title: String! pages: Int }"
NEW = "type Query { book: Book } type Book { title: String pages: Int }"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "old.graphql").write_text(OLD)
    (tmp_path / "new.graphql").write_text(NEW)
    return tmp_path


def _check(folder: Path, *more: str, new: str = "new.graphql") -> int:
    return main(["check", "--schema", str(folder / new), "--against", str(folder / "old.graphql"), *more])


def _config(folder: Path, sdl: str) -> str:
    (folder / "books.graphql").write_text(sdl)
    (folder / "supergraph.yaml").write_text(
        "subgraphs: {books: {routing_url: 'http://books/graphql', schema: {file: ./books.graphql}}}"
    )
    return "supergraph.yaml"


def test_a_breaking_change_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(folder) == 1
    assert capsys.readouterr().out.startswith("Breaking (1)\n  FIELD_TYPE_CHANGED  Book.title changed")


def test_a_breaking_change_that_no_recorded_operation_feels_does_not(folder: Path) -> None:
    (folder / "recorded").mkdir()
    (folder / "recorded" / "pages.graphql").write_text("query Pages { book { pages } }")
    assert _check(folder, "--operations", str(folder / "recorded")) == 0
    (folder / "recorded" / "more.jsonl").write_text('{"query": "query Titles { book { title } }"}\n\n')
    assert _check(folder, "--operations", str(folder / "recorded")) == 1
    assert _check(folder, "--operations", str(folder / "recorded" / "pages.graphql")) == 0


def test_programs_get_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(folder, "--format", "json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["counts"] == {"breaking": 1, "dangerous": 0, "safe": 0}
    assert answer["changes"][0]["coordinate"] == "Book.title"


def test_what_is_dangerous_fails_where_it_should(folder: Path) -> None:
    (folder / "new.graphql").write_text(OLD.replace("pages", "pages(unit: Int)"))
    assert _check(folder) == 0
    assert _check(folder, "--fail-on", "dangerous") == 1


def test_subgraphs_are_composed_first(folder: Path) -> None:
    assert (
        _check(folder, new=_config(folder, OLD.replace("type Book", 'type Book @key(fields: "title")'))) == 0
    )
    assert _check(folder, new=_config(folder, NEW)) == 1


def test_subgraphs_that_do_not_compose_fail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = _config(folder, OLD.replace("type Book", 'type Book @key(fields: "isbn")'))
    assert _check(folder, "--format", "json", new=config) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "breaking"
    assert [(each["code"], each["subgraphs"]) for each in answer["composition_problems"]] == [
        ("KEY_INVALID_FIELDS", ["books"])
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.jsonl", "", "no operations that"),
        ("outdated.jsonl", '{"query": "{ shelf }"}', "no operations that"),
        ("bad.jsonl", "{", "bad.jsonl:1: no JSON"),
        ("bad.graphql", "{", "bad.graphql: Syntax Error"),
        ("bad.txt", "{ book { title } }", "must be a folder or end in .graphql, .gql, .jsonl, .ndjson"),
    ],
)
def test_what_cannot_be_checked_has_a_status_of_its_own(
    folder: Path, name: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_text(text)
    assert _check(folder, "--operations", str(folder / name)) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("new", ["nowhere.graphql", "README.md", "nowhere.yaml"])
def test_a_schema_that_is_none_cannot_be_checked(folder: Path, new: str) -> None:
    (folder / "README.md").write_text("# Not a schema")
    assert _check(folder, new=new) == 2


def test_an_old_schema_that_does_not_compose_cannot_be_checked(folder: Path) -> None:
    config = _config(folder, OLD.replace("type Book", 'type Book @key(fields: "isbn")'))
    arguments = ["--schema", str(folder / "new.graphql"), "--against", str(folder / config)]
    assert main(["check", *arguments]) == 2


def test_this_graph_is_safe_against_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema", "supergraph.yaml", "--against", "supergraph.graphql"]) == 0
    assert capsys.readouterr().out == "The schemas are the same to clients.\n"
