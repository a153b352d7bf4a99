"""supergraph.yaml: every subgraph, where it answers and where its schema stands (rover's format)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from router.core.composition import SubgraphSource

LOCAL_SCHEME = "local://"
_SCHEMES = (LOCAL_SCHEME, "http://", "https://", "unix://", "http+unix://")
_SERVICE_SDL = "{ _service { sdl } }"
_TIMEOUT_S = 10.0


class ConfigError(Exception):
    """The file can't be used; the message names the place."""


@dataclass(frozen=True, slots=True)
class SubgraphConfig:
    """One entry. Either ``schema_file`` or ``schema_url`` is given; the latter is asked for its ``_service``."""

    name: str
    routing_url: str
    schema_file: Path | None
    schema_url: str | None

    @property
    def local_name(self) -> str | None:
        """The name behind ``local://``; None when it is another process."""
        is_local = self.routing_url.startswith(LOCAL_SCHEME)
        return self.routing_url.removeprefix(LOCAL_SCHEME) if is_local else None


@dataclass(frozen=True, slots=True)
class SupergraphConfig:
    """The file, with URLs already overridden."""

    subgraphs: tuple[SubgraphConfig, ...]

    async def load_sources(self) -> list[SubgraphSource]:
        """Every subgraph with its SDL, read or asked for, all at once. Raises ConfigError."""
        from router.core.composition import SubgraphSource

        sdls = await asyncio.gather(*map(_load_sdl, self.subgraphs))
        return [
            SubgraphSource(subgraph.name, subgraph.routing_url, sdl)
            for subgraph, sdl in zip(self.subgraphs, sdls, strict=True)
        ]

    def sources(self, sdl_of: Callable[[Path], str | None]) -> list[SubgraphSource]:
        """Every subgraph with the SDL that ``sdl_of`` has for its file. Raises ConfigError."""
        from router.core.composition import SubgraphSource

        return [
            SubgraphSource(subgraph.name, subgraph.routing_url, _sdl_by(subgraph, sdl_of))
            for subgraph in self.subgraphs
        ]


def load_supergraph_config(path: Path, url_override: Mapping[str, str] | None = None) -> SupergraphConfig:
    """Raises ConfigError. ``url_override``: routing URLs by subgraph name, over the file's."""
    try:
        content = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: no valid YAML: {error}") from error
    entries = content.get("subgraphs") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise ConfigError(f"{path}: needs `subgraphs`, a mapping with one entry at least")
    unknown = sorted(set(url_override or {}) - set(entries))
    if unknown:
        raise ConfigError(f"no subgraph {unknown[0]!r} in {path}, but its URL is overridden")
    return SupergraphConfig(
        tuple(_read_entry(path, name, entry, url_override or {}) for name, entry in entries.items())
    )


def _read_entry(path: Path, name: str, entry: Any, url_override: Mapping[str, str]) -> SubgraphConfig:
    place = f"{path}: subgraphs.{name}"
    if not isinstance(entry, dict):
        raise ConfigError(f"{place}: must be a mapping")
    schema = entry.get("schema")
    if not isinstance(schema, dict) or not ({"file", "subgraph_url"} & set(schema)):
        raise ConfigError(f"{place}.schema: needs `file` or `subgraph_url`")
    schema_url = schema.get("subgraph_url")
    routing_url = url_override.get(name) or entry.get("routing_url") or schema_url
    if not isinstance(routing_url, str) or not routing_url.startswith(_SCHEMES):
        raise ConfigError(f"{place}.routing_url: must be local://NAME, http://…, https://… or unix:///PATH")
    file = path.parent / str(schema["file"]) if "file" in schema else None
    return SubgraphConfig(str(name), routing_url, file, schema_url)


def _sdl_by(subgraph: SubgraphConfig, sdl_of: Callable[[Path], str | None]) -> str:
    sdl = sdl_of(subgraph.schema_file) if subgraph.schema_file else None
    if sdl is None:
        raise ConfigError(f"no schema for subgraph {subgraph.name!r}")
    return sdl


async def _load_sdl(subgraph: SubgraphConfig) -> str:
    if subgraph.schema_file is not None:
        try:
            return subgraph.schema_file.read_text()
        except OSError as error:
            raise ConfigError(f"{subgraph.schema_file}: {error.strerror}") from error
    return await _ask_for_sdl(str(subgraph.schema_url))


async def _ask_for_sdl(url: str) -> str:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, json={"query": _SERVICE_SDL}) as response,
        ):
            answer = await response.json(content_type=None)
        sdl = answer["data"]["_service"]["sdl"]
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        raise ConfigError(f"{url} does not answer {_SERVICE_SDL}: {type(error).__name__}") from error
    if not isinstance(sdl, str):
        raise ConfigError(f"{url} does not answer {_SERVICE_SDL} with a text")
    return sdl
