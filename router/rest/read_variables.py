"""From path, query string, headers and body to the variables of an operation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    GraphQLError,
    GraphQLInputType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    validate_input_value,
)

from router.rest.bindings import Binding, Bindings
from router.rest.messages import ErrorDetail
from router.rest.problems import ProblemError

_INT = re.compile(r"-?[0-9]{1,18}")
_FLOAT = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}
_MISSING = re.compile(r"to include required field '(\w+)'")
_UNKNOWN = re.compile(r"not to include unknown field '(\w+)'")
_ERRORS_MAX = 20


@dataclass(frozen=True, slots=True)
class Given:
    """What a request gives, as text; ``body`` is None where none was sent."""

    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None


def read_body(body: bytes) -> Mapping[str, Any] | None:
    """Raises ProblemError: 400."""
    if not body.strip():
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ProblemError(400, "BAD_REQUEST", f"The body is no valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise ProblemError(400, "BAD_REQUEST", "The body is a JSON object.")
    return value


def read_variables(bindings: Bindings, given: Given) -> dict[str, Any]:
    """Raises ProblemError: 400 with everything that is wrong."""
    errors = [*_unknown_parameters(bindings, given), *_unknown_members(bindings, given)]
    variables: dict[str, Any] = {}
    _take_whole_body(bindings, given, variables)
    for binding in bindings.all:
        if binding.is_whole_body:
            continue
        try:
            is_there, value = _value(binding, given)
        except ValueError as error:
            errors.append(_error(bindings, binding.target, str(error)))
            continue
        if is_there:
            _put(variables, binding.target, value)
    if not errors:
        errors = _mismatches(bindings, variables)
    if errors:
        raise ProblemError(400, "BAD_USER_INPUT", errors[0].detail, errors=errors[:_ERRORS_MAX])
    return variables


def place_in_request(bindings: Bindings, target: Sequence[str | int]) -> dict[str, str]:
    """Where the client wrote what stands there in the variables."""
    binding = bindings.nearest([str(step) for step in target])
    if binding is None:
        return {}
    if binding.kind != "body":
        return {"parameter": binding.name}
    steps = [*([binding.name] if binding.name else []), *target[len(binding.target) :]]
    return {"pointer": "#" + "".join(f"/{_escaped(step)}" for step in steps)}


def _escaped(step: str | int) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _unknown_parameters(bindings: Bindings, given: Given) -> list[ErrorDetail]:
    known = {binding.name for binding in bindings.of("query")}
    unknown = dict.fromkeys(name for name, _ in given.query if name not in known)
    return [
        ErrorDetail("BAD_USER_INPUT", f"There is no query parameter {name!r} here.", {"parameter": name})
        for name in unknown
    ]


def _unknown_members(bindings: Bindings, given: Given) -> list[ErrorDetail]:
    """Those of a whole body are its input object's to judge, but for what comes from elsewhere."""
    whole = bindings.whole_body
    errors = []
    if whole is not None:
        sources = bindings.elsewhere(whole.target)
        known = set(given.body or ()) - sources.keys()
    else:
        sources, known = {}, {binding.name for binding in bindings.of("body")}
    for name in given.body or ():
        if name not in known:
            source = sources.get(name)
            detail = (
                f"`{name}` comes from the {source.kind}, not from the body."
                if source
                else (f"There is no member {name!r} here.")
            )
            errors.append(ErrorDetail("BAD_USER_INPUT", detail, {"pointer": f"#/{_escaped(name)}"}))
    return errors


def _take_whole_body(bindings: Bindings, given: Given, variables: dict[str, Any]) -> None:
    whole = bindings.whole_body
    if whole is not None and (given.body is not None or whole.is_required):
        _put(variables, whole.target, dict(given.body or {}))


def _value(binding: Binding, given: Given) -> tuple[bool, Any]:
    """Whether it is given, and its value. Raises ValueError."""
    match binding.kind:
        case "path":
            return True, read_text([given.path[binding.name]], binding.type)
        case "query":
            texts = [text for name, text in given.query if name == binding.name]
            return bool(texts), read_text(texts, binding.type) if texts else None
        case "header":
            text = given.headers.get(binding.name)
            return text is not None, _unquoted(text) if text is not None else None
        case "body":
            body = given.body or {}
            return binding.name in body, body.get(binding.name)


def _unquoted(text: str) -> str:
    """A structured field is a string in quotes; many send it without."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        return stripped[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return stripped


def read_text(texts: Sequence[str], type_: GraphQLInputType) -> Any:
    """A value of the type out of what a URL has for it. Raises ValueError."""
    nullable: Any = type_.of_type if is_non_null_type(type_) else type_
    if is_list_type(nullable):
        return [read_text([text], nullable.of_type) for text in texts]
    if len(texts) > 1:
        raise ValueError("It is given more than once.")
    [text] = texts
    match get_named_type(nullable).name:
        case "Int" if _INT.fullmatch(text):
            return int(text)
        case "Int":
            raise ValueError(f"{text!r} is no whole number.")
        case "Float" if _FLOAT.fullmatch(text):
            return float(text)
        case "Float":
            raise ValueError(f"{text!r} is no number.")
        case "Boolean" if text in _BOOLEANS:
            return _BOOLEANS[text]
        case "Boolean":
            raise ValueError(f"{text!r} is neither true nor false.")
    return text


def _put(variables: dict[str, Any], target: Sequence[str], value: Any) -> None:
    *way, last = target
    for step in way:
        variables = variables.setdefault(step, {})
    variables[last] = value


def _mismatches(bindings: Bindings, variables: Mapping[str, Any]) -> list[ErrorDetail]:
    """What the operation's types refuse."""
    errors: list[ErrorDetail] = []
    for name, type_ in bindings.types.items():
        if name not in variables:
            if is_non_null_type(type_) and name not in bindings.defaulted:
                errors.append(_error(bindings, (name,), "It is missing."))
            continue

        def note(error: GraphQLError, path: Sequence[str | int], name: str = name) -> None:
            step, message = _in_words(error.message)
            errors.append(_error(bindings, (name, *path, *step), message))

        validate_input_value(variables[name], type_, note, hide_suggestions=True)
    return errors


def _in_words(message: str) -> tuple[tuple[str, ...], str]:
    """A field below the place of the error, where it is about one, and what is wrong there."""
    if found := _MISSING.search(message):
        return (found[1],), "It is missing."
    if found := _UNKNOWN.search(message):
        return (found[1],), "There is no such member."
    # The value is the client's own, and may be a password.
    return (), message.partition(", found: ")[0]


def _error(bindings: Bindings, target: Sequence[str | int], message: str) -> ErrorDetail:
    place = place_in_request(bindings, target)
    where = place.get("parameter") or place.get("pointer", "").lstrip("#/")
    return ErrorDetail("BAD_USER_INPUT", f"{where}: {message}" if where else message, place)
