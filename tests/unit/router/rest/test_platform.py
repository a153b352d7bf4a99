"""The platform's own ``rest.yaml`` against its own graph, and the OpenAPI document that is made of both."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from graphql import GraphQLEnumType
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from router.core.supergraph import Supergraph
from router.rest import Call, RestApi, RestResponse
from router.rest.path_template import PathTemplate
from router.rest.route import Route
from router.rest.statuses import user_error_status
from tests.unit.router.rest.books import ROOT
from tests.unit.router.rest.invented import invent

ROUTES = [
    "POST /auth/sign-up",
    "POST /auth/log-in",
    "POST /auth/refresh",
    "POST /auth/log-out",
    "GET /auth/sessions",
    "GET /feed/for-you",
    "GET /feed/following",
    "GET /feed/trending",
    "POST /videos/upload",
    "GET /videos/upload/{id}",
    "POST /videos/upload/{id}/complete",
    "GET /videos/upload",
    "DELETE /videos/upload/{id}",
    "POST /videos/{id}/retry",
    "GET /videos/{id}",
    "PATCH /videos/{id}",
    "DELETE /videos/{id}",
    "PUT /videos/{id}/like",
    "DELETE /videos/{id}/like",
    "PUT /videos/{id}/save",
    "DELETE /videos/{id}/save",
    "POST /videos/{id}/share",
    "POST /videos/{id}/view",
    "GET /videos/{id}/comments",
    "POST /videos/{id}/comments",
    "GET /comments/{id}",
    "GET /comments/{id}/replies",
    "DELETE /comments/{id}",
    "GET /users/{id}",
    "GET /users/by-handle/{handle}",
    "GET /users/{id}/videos",
    "GET /users/{id}/followers",
    "GET /users/{id}/following",
    "PUT /users/{id}/follow",
    "DELETE /users/{id}/follow",
    "GET /me",
    "PATCH /me",
    "PATCH /me/settings",
    "POST /me/avatar/upload",
    "PUT /me/avatar",
    "GET /me/liked-videos",
    "GET /me/saved-videos",
    "GET /notifications",
    "GET /notifications/unread",
    "POST /notifications/read",
    "POST /notifications/read-all",
]
STATUSES = {
    "INVALID_CREDENTIALS": 401,
    "INVALID_REFRESH_TOKEN": 401,
    "SESSION_REVOKED": 401,
    "COMMENTS_DISABLED": 403,
    "NOT_COMMENT_OWNER": 403,
    "AVATAR_NOT_FOUND": 404,
    "COMMENT_NOT_FOUND": 404,
    "NOTIFICATION_NOT_FOUND": 404,
    "UPLOAD_NOT_FOUND": 404,
    "USER_NOT_FOUND": 404,
    "VIDEO_NOT_FOUND": 404,
    "EMAIL_TAKEN": 409,
    "HANDLE_TAKEN": 409,
    "UPLOAD_EXPIRED": 409,
    "UPLOAD_ABORTED": 409,
    "UPLOAD_COMPLETED": 409,
    "NOT_RETRYABLE": 409,
    "NO_ATTEMPTS_LEFT": 409,
    "UPLOAD_INCOMPLETE": 409,
    "UPLOAD_QUOTA_EXCEEDED": 429,
}
"""Of the codes of today's payloads; 422 is for the others."""


def test_the_seeds_api_is_there(platform_api: RestApi) -> None:
    base = platform_api.rest.file.base
    assert [
        f"{each.method} {each.path.text.removeprefix(base)}" for each in platform_api.rest.routes
    ] == ROUTES


def test_every_code_has_the_status_that_it_should(platform: Supergraph) -> None:
    found = {
        code: user_error_status(code)
        for name, type_ in platform.api_schema.type_map.items()
        if isinstance(type_, GraphQLEnumType) and name.endswith("ErrorCode")
        for code in type_.values
    }
    assert STATUSES.items() <= found.items()
    others = {code: status for code, status in found.items() if code not in STATUSES}
    endings = ("_NOT_FOUND", "_NOT_OWNER", "_TAKEN", "_QUOTA_EXCEEDED")
    assert all(status == 422 or code.endswith(endings) for code, status in others.items())


def test_the_openapi_document_is_valid(platform_api: RestApi) -> None:
    document = json.loads(json.dumps(platform_api.openapi))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert document["openapi"] == "3.1.1"
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(ROUTES)


def test_the_openapi_document_is_served(platform_api: RestApi) -> None:
    response = platform_api.match("GET", "/api/v1/openapi.json", "", {}, b"")
    assert isinstance(response, RestResponse)
    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    assert json.loads(response.body) == json.loads(json.dumps(platform_api.openapi))
    head = platform_api.match("HEAD", "/api/v1/openapi.json", "", {}, b"")
    assert isinstance(head, RestResponse)
    assert (head.body, head.headers) == (b"", response.headers)
    refused = platform_api.match("GET", "/api/v1/openapi.json", "", {"accept": "text/yaml"}, b"")
    assert isinstance(refused, RestResponse)
    assert refused.status == 406


def test_the_words_of_the_graph_are_in_it(platform_api: RestApi) -> None:
    document = platform_api.openapi
    sign_up = document["paths"]["/auth/sign-up"]["post"]
    assert sign_up["summary"] == "Open an account; you are logged in at once."
    assert "`EMAIL_TAKEN`: There is an account with it: log in." in sign_up["responses"]["409"]["description"]
    assert [each["name"] for each in sign_up["parameters"]] == ["Idempotency-Key"]
    body = document["components"]["schemas"]["SignUpBody"]
    assert body["required"] == ["email", "password", "handle", "displayName"]
    assert body["properties"]["password"]["description"] == "10 to 128 characters."
    [category, first, after, _] = document["paths"]["/feed/trending"]["get"]["parameters"]
    assert (category["schema"], first["schema"], after["in"]) == (
        {"type": "string"},
        {"type": "integer", "format": "int32"},
        "query",
    )
    assert first["description"] == "How many, 1 to 100; 20 when left out."
    complete = document["components"]["schemas"]["CompleteUploadBody"]
    assert list(complete["properties"]) == ["parts"]
    assert complete["properties"]["parts"]["default"] == []


@pytest.mark.parametrize("nulls", [0.0, 0.3])
@pytest.mark.parametrize("index", range(len(ROUTES)), ids=ROUTES)
def test_answers_have_the_form_that_openapi_says(
    platform_api: RestApi, platform: Supergraph, index: int, nulls: float
) -> None:
    route = platform_api.rest.routes[index]
    body = _body_for(platform_api, route)
    headers = {"content-type": "application/json", "idempotency-key": "k"}
    call = platform_api.match(route.method, _path_for(route.path), "", headers, json.dumps(body).encode())
    assert isinstance(call, Call), call
    for seed in range(10):
        response = platform_api.answer(call, invent(platform.api_schema, call, seed, nulls=nulls))
        if response.status >= 400:
            assert (nulls, response.status) == (0.3, route.on_null)
            _check(platform_api, json.loads(response.body), "Problem")
        elif route.status == 204:
            assert (response.status, response.body) == (204, b"")
        else:
            assert response.status == route.status
            _check(platform_api, json.loads(response.body), f"{route.document.name}Result")


def _check(api: RestApi, value: Any, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": api.openapi["components"]}
    OAS31Validator(schema).validate(value)


def _path_for(template: PathTemplate) -> str:
    return "/".join("x_1" if "{" in each else each for each in template.text.split("/"))


def _body_for(api: RestApi, route: Route) -> dict[str, Any]:
    """The least that the document asks for."""
    schema = api.openapi["components"]["schemas"].get(f"{route.document.name}Body")
    body: dict[str, Any] = {}
    for name in (schema or {}).get("required", ()):
        field = schema["properties"][name]
        if "$ref" in field:
            component = api.openapi["components"]["schemas"][field["$ref"].rpartition("/")[2]]
            body[name] = component["enum"][0]
        else:
            body[name] = {"string": "x", "integer": 1, "boolean": True, "array": []}[field["type"]]
    if schema is not None:
        _check(api, body, f"{route.document.name}Body")
    return body


def test_the_guides_examples_are_routes(platform_api: RestApi) -> None:
    guide = (ROOT / "docs/guides/rest.md").read_text()
    examples = re.findall(r"^curl (?:-i )?(?:-X (\w+) )?\"?\$API(/[^ ?\"\n]*)", guide, re.MULTILINE)
    assert len(examples) >= 25
    for method, path in examples:
        answer = platform_api.match("OPTIONS", quote(f"/api/v1{path}"), "", {}, b"")
        assert isinstance(answer, RestResponse)
        assert (method or "GET") in answer.headers.get("allow", ""), f"{method} {path}"
