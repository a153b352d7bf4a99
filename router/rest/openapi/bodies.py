"""JSON Schemas of the bodies of a route."""

from __future__ import annotations

from graphql import get_named_type, is_input_object_type

from router.rest.openapi.components import Components, JsonSchema
from router.rest.page import ITEMS
from router.rest.route import USER_ERRORS, Route
from router.rest.shape import ShapedField

ERROR: JsonSchema = {
    "type": "object",
    "description": "One error of several.",
    "properties": {
        "code": {"type": "string", "description": "Stable, for programs."},
        "detail": {"type": "string", "description": "For people, in English."},
        "pointer": {"type": "string", "description": "JSON Pointer of what is wrong in the request's body."},
        "parameter": {"type": "string", "description": "The parameter that is wrong."},
        "path": {
            "type": "array",
            "items": {"type": ["string", "integer"]},
            "description": "Where in the body of the answer something is missing.",
        },
    },
    "required": ["code", "detail"],
}
PROBLEM: JsonSchema = {
    "type": "object",
    "description": "An error, as RFC 9457 writes it.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string", "description": "What the status means."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "For people, in English."},
        "code": {"type": "string", "description": "Stable, for programs; the same as in GraphQL."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Error"},
            "description": "Each error, where there may be several.",
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}
_PARTIAL: JsonSchema = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/Error"},
    "description": "What could not be read; left out when all could.",
}


def request_schema(route: Route, components: Components) -> JsonSchema | None:
    """None for a route that takes no body."""
    if not route.bindings.takes_body:
        return None
    return components.named(f"{route.document.name}Body", route, lambda: _request(route, components))


def response_schema(route: Route, components: Components) -> JsonSchema:
    return components.named(f"{route.document.name}Result", route, lambda: _response(route, components))


def _request(route: Route, components: Components) -> JsonSchema:
    whole = route.bindings.whole_body
    if whole is not None:
        named = get_named_type(whole.type)
        assert is_input_object_type(named), "checked when it was bound"
        return components.input_object(named, without=route.bindings.elsewhere(whole.target))
    members = route.bindings.of("body")
    properties = {}
    for binding in members:
        schema = components.input(binding.type)
        properties[binding.name] = (
            {**schema, "description": binding.description} if binding.description else schema
        )
    required = [binding.name for binding in members if binding.is_required]
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _response(route: Route, components: Components) -> JsonSchema:
    shape = route.body
    if route.is_page:
        edges, schema = shape.fields["edges"], components.object(shape, without=("edges",))
        assert edges.shape is not None, "checked when it was read"
        items = {"type": "array", "items": _node(edges, edges.shape.fields["node"], components)}
        schema["properties"] = {ITEMS: items, **schema["properties"]}
        schema["required"] = [ITEMS, *schema.get("required", ())]
    else:
        schema = components.object(shape, without=(USER_ERRORS,))
    schema["properties"]["errors"] = _PARTIAL
    return schema


def _node(edges: ShapedField, node: ShapedField, components: Components) -> JsonSchema:
    schema = components.field(node)
    is_sure = str(edges.type).rstrip("!").endswith("!]")
    if is_sure or node.is_nullable:
        return schema
    return {"anyOf": [schema, {"type": "null"}]}
