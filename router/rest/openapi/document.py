"""All routes as one OpenAPI document."""

from __future__ import annotations

from typing import Any

from router.rest.load import RestMap
from router.rest.openapi.bodies import ERROR, PROBLEM
from router.rest.openapi.components import Components
from router.rest.openapi.operation import operation_object

VERSION = "3.1.1"


def openapi_document(rest: RestMap) -> dict[str, Any]:
    """In the order of ``rest.yaml``."""
    components, base = Components(), rest.file.base
    components.named("Problem", PROBLEM, lambda: PROBLEM)
    components.named("Error", ERROR, lambda: ERROR)
    paths: dict[str, Any] = {}
    for route in rest.routes:
        path = paths.setdefault(route.path.text.removeprefix(base), {})
        path[route.method.lower()] = operation_object(route, base, components)
    return {
        "openapi": VERSION,
        "info": {
            "title": rest.file.title,
            "version": rest.file.version,
            "description": rest.file.description,
        },
        "servers": [{"url": base}],
        "security": [{}, {"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }
