"""One route as an OpenAPI operation."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from graphql import GraphQLEnumType, get_named_type, is_non_null_type

from router.rest.bindings import Binding
from router.rest.negotiate import JSON
from router.rest.openapi.bodies import request_schema, response_schema
from router.rest.openapi.components import Components, JsonSchema
from router.rest.problems import PROBLEM_JSON
from router.rest.route import USER_ERRORS, Route
from router.rest.statuses import NULL_CODES, user_error_status

_ETAG: JsonSchema = {
    "description": "Of answers to anonymous requests; give it as If-None-Match.",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH: JsonSchema = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag that you have.",
    "schema": {"type": "string"},
}


def operation_object(route: Route, base: str, components: Components) -> dict[str, Any]:
    """See OpenAPI 3.1 section 4.8.10."""
    name = route.document.name
    operation: dict[str, Any] = {
        "operationId": name[0].lower() + name[1:],
        "summary": _summary(route),
        "tags": [route.path.text.removeprefix(f"{base}/").split("/")[0]],
        "parameters": [*_parameters(route)],
        "responses": _responses(route, components),
    }
    body = request_schema(route, components)
    if body is not None:
        component = body["$ref"].rpartition("/")[2]
        is_required = "required" in components.schemas[component]
        operation["requestBody"] = {"required": is_required, "content": {JSON: {"schema": body}}}
    if all(field.definition.deprecation_reason for field in route.data.fields.values()):
        operation["deprecated"] = True
    return operation


def _summary(route: Route) -> str:
    if route.summary is not None:
        return route.summary
    first = next(iter(route.data.fields.values()))
    return first.definition.description or route.document.name


def _parameters(route: Route) -> Iterator[dict[str, Any]]:
    plain = Components()
    for binding in (*route.bindings.of("path"), *route.bindings.of("query")):
        yield _parameter(binding, binding.name, binding.kind, plain)
    if route.bindings.idempotency is not None:
        yield _parameter(route.bindings.idempotency, "Idempotency-Key", "header", plain)
    if route.method == "GET":
        yield _IF_NONE_MATCH


def _parameter(binding: Binding, name: str, kind: str, components: Components) -> dict[str, Any]:
    # A parameter that is there has a value.
    type_: Any = binding.type.of_type if is_non_null_type(binding.type) else binding.type
    named = get_named_type(type_)
    schema = components.input(type_)
    if isinstance(named, GraphQLEnumType):
        leaf = {"type": "string", "enum": list(named.values)}
        schema = {"type": "array", "items": leaf} if binding.is_list else leaf
    elif isinstance(schema.get("type"), list):
        schema = {**schema, "type": schema["type"][0]}
    parameter: dict[str, Any] = {"name": name, "in": kind, "schema": schema}
    if binding.is_required:
        parameter["required"] = True
    return {**parameter, "description": binding.description} if binding.description else parameter


def _responses(route: Route, components: Components) -> dict[str, Any]:
    responses = {str(route.status): _success(route, components)}
    if route.method == "GET":
        responses["304"] = {"description": "What you have is what there is."}
    for status, lines in sorted(_told(route).items()):
        responses[str(status)] = _problem("\n".join(lines))
    responses["default"] = _problem("The request was refused, or could not be answered.")
    if route.may_be_null and route.on_null in {200, 204}:
        responses.setdefault(str(route.on_null), {"description": "There is none."})
    return responses


def _success(route: Route, components: Components) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    headers: dict[str, Any] = {}
    if route.method == "GET":
        headers["ETag"] = _ETAG
    if route.is_page:
        headers["Link"] = {"description": 'The next page, `rel="next"`.', "schema": {"type": "string"}}
    if route.location is not None:
        headers["Location"] = {"description": "Where it is.", "schema": {"type": "string"}}
    if headers:
        response["headers"] = headers
    if route.status != 204:
        schema = response_schema(route, components)
        if route.may_be_null and route.on_null == 200:
            schema = {"anyOf": [schema, {"type": "null"}]}
        response["content"] = {JSON: {"schema": schema}}
    return response


def _told(route: Route) -> dict[int, list[str]]:
    """Codes by status, each with the graph's word for it."""
    told: dict[int, list[str]] = {
        400: ["- `BAD_USER_INPUT`: The request has not the form that is described here."]
    }
    if route.may_be_null and not route.payloads and route.on_null in NULL_CODES:
        code, detail = NULL_CODES[route.on_null]
        told.setdefault(route.on_null, []).append(f"- `{code}`: {detail}")
    for key in route.payloads:
        payload = route.data.fields[key].shape
        errors = payload.fields[USER_ERRORS].shape if payload else None
        code_type = get_named_type(errors.fields["code"].type) if errors else None
        if isinstance(code_type, GraphQLEnumType):
            for name, value in code_type.values.items():
                line = f"- `{name}`: {value.description or ''}".rstrip(": ")
                told.setdefault(user_error_status(name), []).append(line)
    return told


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_JSON: {"schema": schema}}}
