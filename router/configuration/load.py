"""Reads ``router.yaml``. A key that is unknown, or known to Apollo Router and not to this one, ends the start."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from router.configuration.model import RouterConfiguration

_REFERENCE = re.compile(r"\$\{(env|file)\.([^}:]+)(?::-([^}]*))?\}")
_NOT_HERE = {
    "coprocessor": "put what it does into a subgraph or in front of the router",
    "rhai": "put what it does into a subgraph or in front of the router",
    "plugins": "put what they do into a subgraph or in front of the router",
    "connectors": "only GraphQL subgraphs are supported",
    "preview_connectors": "only GraphQL subgraphs are supported",
    "tls": "end TLS in front of the router; subgraphs are called over https by their URL",
    "preview_entity_cache": "it is `response_cache` now",
    "preview_file_uploads": "files are uploaded to object storage directly, by presigned URLs",
    "license": "every key works without one",
    "fleet_detector": "the router reports to nobody",
    "experimental_chaos": "not supported",
    "container": "not supported",
    "experimental_type_conditioned_fetching": "fetches are always limited by type conditions",
    "preview_persisted_queries": "it is `persisted_queries` now",
}


class ConfigurationError(Exception):
    """The file can't be used; the message names each place and what is wrong there."""


def load_configuration(path: Path, environment: Mapping[str, str] | None = None) -> RouterConfiguration:
    """``${env.NAME}``, ``${env.NAME:-default}`` and ``${file.PATH}`` stand for what they name. Raises
    ConfigurationError.
    """
    try:
        content = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: no valid YAML: {error}") from error
    if not isinstance(content, dict | None):
        raise ConfigurationError(f"{path}: a mapping of keys is expected")
    try:
        expanded = _expand(content or {}, os.environ if environment is None else environment)
        return _validate(expanded)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _validate(content: Any) -> RouterConfiguration:
    from pydantic import TypeAdapter, ValidationError

    unsupported = [f"`{key}` is not supported: {_NOT_HERE[key]}" for key in content if key in _NOT_HERE]
    known = {key: value for key, value in content.items() if key not in _NOT_HERE}
    try:
        configuration = TypeAdapter(RouterConfiguration).validate_python(known)
    except ValidationError as error:
        raise ValueError("; ".join([*unsupported, *_problems(error)])) from error
    if unsupported:
        raise ValueError("; ".join(unsupported))
    return configuration


def _problems(error: Any) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_context=False):
        place = ".".join(str(step) for step in problem["loc"])
        if problem["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
            yield f"unknown key `{place}`"
        else:
            yield f"`{place}`: {problem['msg'].removeprefix('Value error, ')}"


def _expand(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _expand(each, environment) for key, each in value.items()}
    if isinstance(value, list):
        return [_expand(each, environment) for each in value]
    if not isinstance(value, str) or "${" not in value:
        return value
    expanded = _REFERENCE.sub(lambda found: _resolve(found, environment), value)
    # `${env.LIMIT}` may stand for a number or a switch.
    return yaml.safe_load(expanded) if _REFERENCE.fullmatch(value) else expanded


def _resolve(found: re.Match[str], environment: Mapping[str, str]) -> str:
    kind, name, default = found.groups()
    if kind == "env":
        known = environment.get(name, default)
        if known is None:
            raise ValueError(f"the environment has no {name}, and `{found[0]}` no default")
        return known
    try:
        return Path(name).read_text().strip()
    except OSError as error:
        raise ValueError(f"`{found[0]}`: {error.strerror}") from error
