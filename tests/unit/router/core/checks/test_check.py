"""Changes judged by recorded operations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from router.core.checks import (
    RecordError,
    SchemaError,
    check_schemas,
    print_report,
    read_documents,
    read_records,
    read_schema,
    report_as_json,
)

OLD = """
type Query { book(id: ID!): Book  books(genre: Genre = ALL): [Book!]!  author: String @deprecated(reason: "books") }
type Book { title: String! pages: Int }
enum Genre { ALL NOVEL POEM }
"""
NEW = """
type Query { book(id: ID!): Book  books(genre: Genre = NOVEL): [Book!]! }
type Book { title: String pages: Int! }
enum Genre { ALL NOVEL }
"""
TITLES = "query Titles { books { title } }"
PAGES = "query Pages($genre: Genre) { books(genre: $genre) { pages } }"


def _record(query: str, **variables: Any) -> str:
    return json.dumps({"query": query, "variables": variables})


def test_without_operations_any_use_counts() -> None:
    report = check_schemas(read_schema(OLD), read_schema(NEW))
    assert report.worst == "breaking"
    assert print_report(report) == (
        "Breaking (3)\n"
        "  FIELD_TYPE_CHANGED  Book.title changed its type from String! to String.\n"
        "  ENUM_VALUE_REMOVED  Genre.POEM was removed.\n"
        "  FIELD_REMOVED  Query.author was removed. It was deprecated.\n"
        "\n"
        "Dangerous (1)\n"
        "  ARGUMENT_DEFAULT_CHANGED  Query.books(genre:) changed its default from ALL to NOVEL.\n"
        "\n"
        "Safe (1)\n"
        "  FIELD_TYPE_CHANGED  Book.pages changed its type from Int to Int!.\n"
        "\n"
        "The new schema breaks clients."
    )


def test_what_no_recorded_operation_feels_is_safe() -> None:
    operations = read_records([_record(PAGES, genre="NOVEL"), _record(PAGES)], "r")
    report = check_schemas(read_schema(OLD), read_schema(NEW), operations)
    assert report.worst == "dangerous"
    assert print_report(report) == (
        "Dangerous (1)\n"
        "  ARGUMENT_DEFAULT_CHANGED  Query.books(genre:) changed its default from ALL to NOVEL. Felt by Pages.\n"
        "\n"
        "Safe (4)\n"
        "  FIELD_TYPE_CHANGED  Book.title changed its type from String! to String."
        " Breaking, but no recorded operation feels it.\n"
        "  ENUM_VALUE_REMOVED  Genre.POEM was removed. Breaking, but no recorded operation feels it.\n"
        "  FIELD_REMOVED  Query.author was removed. It was deprecated."
        " Breaking, but no recorded operation feels it.\n"
        "  FIELD_TYPE_CHANGED  Book.pages changed its type from Int to Int!. Felt by Pages.\n"
        "\n"
        "The new schema breaks nobody; some changes are worth a look. Recorded operations: 2."
    )


def test_recorded_variables_are_coerced_anew() -> None:
    operations = read_records([_record(PAGES, genre="POEM")], "r")
    report = check_schemas(read_schema(OLD), read_schema(NEW), operations)
    assert report.worst == "breaking"
    assert report.broken == {
        "Pages": ("Variable '$genre' has invalid value: Value 'POEM' does not exist in 'Genre' enum.",)
    }


def test_an_operation_that_is_invalid_already_counts_for_nothing() -> None:
    operations = read_documents({"q": "query Old { author } query Older { authors }"})
    report = check_schemas(read_schema(OLD), read_schema(NEW), operations)
    assert report.broken == {"Old": ("Cannot query field 'author' on type 'Query'.",)}
    assert (list(report.outdated), report.operations) == (["Older"], 1)
    removed = next(each for each in report.changes if each.change.code == "FIELD_REMOVED")
    assert removed.hits == {"Old": 1}


def test_programs_get_the_same_and_counts() -> None:
    operations = read_records([_record(TITLES), _record(TITLES)], "r")
    answer = report_as_json(check_schemas(read_schema(OLD), read_schema(NEW), operations))
    changes = answer.pop("changes")
    assert answer == {
        "verdict": "breaking",
        "counts": {"breaking": 1, "dangerous": 1, "safe": 3},
        "operations": 2,
        "broken_operations": {},
        "outdated_operations": {},
        "composition_problems": [],
    }
    assert changes[:2] == [
        {
            "level": "breaking",
            "level_for_operations": "breaking",
            "code": "FIELD_TYPE_CHANGED",
            "coordinate": "Book.title",
            "message": "Book.title changed its type from String! to String.",
            "felt_by": {"Titles": 2},
        },
        {
            "level": "breaking",
            "level_for_operations": "safe",
            "code": "ENUM_VALUE_REMOVED",
            "coordinate": "Genre.POEM",
            "message": "Genre.POEM was removed.",
            "felt_by": {},
        },
    ]


def test_equal_schemas_are_equal() -> None:
    report = check_schemas(read_schema(OLD), read_schema(OLD), read_documents({"q": TITLES}))
    assert (report.worst, print_report(report)) == ("safe", "The schemas are the same to clients.")


def test_operations_of_one_document_are_judged_apart() -> None:
    document = "query A { books { ...B } } query C { author } fragment B on Book { pages }"
    [first, second] = read_documents({"q": document})
    assert (first.name, second.name) == ("A", "C")
    report = check_schemas(read_schema(OLD), read_schema(NEW), [first, second])
    assert list(report.broken) == ["C"]


def test_an_operation_without_a_name_is_told_by_its_text() -> None:
    [first, second] = read_documents({"q": "{ author }", "r": "{ books { pages } }"})
    assert first.name.startswith("query ")
    assert first.name != second.name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "r:1: no JSON"),
        ("[]", 'r:1: needs "query"'),
        ('{"query": 1}', 'r:1: needs "query"'),
        ('{"query": "{"}', "r:1: Syntax Error"),
        ('{"query": "{ a }", "variables": 1}', 'r:1: "variables" must be an object'),
        ('{"query": "{ a }", "operationName": "B"}', "r:1: the document has no operation 'B'"),
        ('{"query": "query A { a } query B { a }"}', "r:1: the document has no operation None"),
    ],
)
def test_a_record_that_is_none_is_named(line: str, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        list(read_records([line], "r"))
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "sdl", ["type", "type Query { a: Nothing }", "enum join__Graph { A } type Query { a: B }"]
)
def test_a_text_that_is_no_schema_is_refused(sdl: str) -> None:
    with pytest.raises(SchemaError):
        read_schema(sdl)
