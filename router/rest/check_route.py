"""From an entry to a route: everything that it says is held to the supergraph."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import OperationType

from router.core.supergraph import Supergraph
from router.rest.bind_variables import bind_variables
from router.rest.documents import Document, Fragments, read_document
from router.rest.errors import FileProblem, RestFileError
from router.rest.page import ITEMS
from router.rest.path_template import PathTemplate, parse_template
from router.rest.read_file import Entry
from router.rest.route import LOCATION_PARAMETER, USER_ERRORS, Route
from router.rest.shape import Shape, ShapedField, shape_of

_RESERVED = "errors"


def check_route(entry: Entry, shared: Fragments, supergraph: Supergraph) -> Route:
    """Raises RestFileError."""
    schema = supergraph.api_schema
    template = _template(entry)
    document = read_document(entry.document, shared, supergraph)
    _check_kind(entry, document)
    result = tuple(entry.result.split(".")) if entry.result else ()
    data = shape_of(document, schema)
    body = _body(entry, data, result)
    problems = [*_body_problems(entry, data, body)]
    try:
        bindings = bind_variables(entry, template, document, schema)
    except RestFileError as error:
        raise RestFileError([*error.problems, *problems]) from error
    if entry.is_page and not any(each.name == "after" for each in bindings.of("query")):
        problems.append(entry.problem("page", "a page takes `after` from the query string"))
    if problems:
        raise RestFileError(problems)
    return Route(
        method=entry.method,
        path=template,
        document=document,
        bindings=bindings,
        data=data,
        result=result,
        is_page=entry.is_page,
        status=entry.status,
        on_null=entry.on_null,
        location=entry.location,
        summary=entry.summary,
    )


def _template(entry: Entry) -> PathTemplate:
    try:
        return parse_template(entry.path)
    except ValueError as error:
        raise RestFileError([entry.problem("path", f"{entry.path}: {error}")]) from error


def _check_kind(entry: Entry, document: Document) -> None:
    kind = document.definition.operation
    if kind is OperationType.SUBSCRIPTION:
        raise RestFileError([entry.problem("document", "a subscription has no answer: it is no document")])
    if kind is OperationType.MUTATION and entry.method == "GET":
        raise RestFileError([entry.problem("method", "GET writes nothing: a mutation is no document for it")])


def _body(entry: Entry, data: Shape, result: tuple[str, ...]) -> Shape:
    """The form of what the result leads to. Raises RestFileError."""
    shape = data
    for key in result:
        field = shape.fields.get(key)
        if field is None:
            message = f"`{key}` is not among what is selected of {shape.type.name}"
        elif field.is_list or field.shape is None:
            message = f"`{key}` is no object: a body is one, so that it can grow"
        else:
            shape = field.shape
            continue
        raise RestFileError([entry.problem("result", message)])
    return shape


def _body_problems(entry: Entry, data: Shape, body: Shape) -> Iterator[FileProblem]:
    if _RESERVED in body.fields and entry.status != 204:
        yield entry.problem("result", f"`{_RESERVED}` is where a body tells its errors: use an alias")
    if entry.is_page:
        yield from _page_problems(entry, body)
    if entry.location is not None:
        for path in LOCATION_PARAMETER.findall(entry.location):
            if not _is_leaf(body, path.split(".")):
                yield entry.problem("location", f"`{path}` is no value of the result")
    for key, field in data.fields.items():
        if (message := _payload_problem(field)) is not None:
            yield entry.problem("document", f"`{key}`: {message}")


def _page_problems(entry: Entry, body: Shape) -> Iterator[FileProblem]:
    edges, info = body.fields.get("edges"), body.fields.get("pageInfo")
    if ITEMS in body.fields:
        yield entry.problem("page", f"`{ITEMS}` is where a page has its nodes: use an alias")
    if edges is None or not edges.is_list or edges.shape is None or not _has_node(edges.shape):
        yield entry.problem("page", f"{body.type.name}: a page selects `edges {{ node {{ … }} }}`")
    needed = {"hasNextPage", "endCursor"}
    if info is None or info.shape is None or not needed <= info.shape.fields.keys():
        yield entry.problem(
            "page", f"{body.type.name}: a page selects `pageInfo {{ hasNextPage endCursor }}`"
        )


def _has_node(edge: Shape) -> bool:
    node = edge.fields.get("node")
    return node is not None and not node.is_list


def _is_leaf(shape: Shape, path: list[str]) -> bool:
    field = shape.fields.get(path[0])
    if field is None or field.is_list:
        return False
    if field.shape is None:
        return len(path) == 1
    return len(path) > 1 and _is_leaf(field.shape, path[1:])


def _payload_problem(field: ShapedField) -> str | None:
    """Errors of a payload that nobody asks for would look like success."""
    if field.shape is None or USER_ERRORS not in getattr(field.shape.type, "fields", {}):
        return None
    errors = field.shape.fields.get(USER_ERRORS)
    asked = errors.shape.fields if errors is not None and errors.shape is not None else {}
    if {"code", "message"} <= asked.keys():
        return None
    return f"select `{USER_ERRORS} {{ code message field }}` of a payload that has them"
