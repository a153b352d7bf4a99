"""Find out under which names a subgraph uses the directives of the specifications that it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    ConstValueNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
)

from router.core.composition.core_specs import CORE_SPECS
from router.core.composition.federation_spec import FEDERATION_IDENTITY, LINK_IDENTITY, PREFIX, SPECS
from router.core.composition.federation_versions import LATEST_MINOR, unknown_import

_CORE_IDENTITIES = frozenset(spec.identity for spec in CORE_SPECS)
_URL = re.compile(r"^(?P<identity>.+/(?P<name>[^/]+))/v(?P<major>\d+)\.(?P<minor>\d+)/?$")


class UnknownVersionError(ValueError):
    """A link to federation, or to link itself, of a version that we don't know."""


@dataclass(frozen=True, slots=True)
class Link:
    """One ``@link``. ``imports`` maps names as used here to names as the specification has them, ``@`` kept."""

    url: str
    identity: str
    version: tuple[int, int]
    namespace: str
    imports: Mapping[str, str]

    @property
    def is_core(self) -> bool:
        """Whether federation has taken the specification's directives in."""
        return self.identity in _CORE_IDENTITIES


FEDERATION_1 = Link(
    url=f"{FEDERATION_IDENTITY}/v1.0",
    identity=FEDERATION_IDENTITY,
    version=(1, 0),
    namespace="federation",
    imports={
        name: name
        for name in ("@key", "@requires", "@provides", "@external", "@extends", "@tag", "@inaccessible")
    },
)
"""What a subgraph without a link to federation speaks."""


@dataclass(frozen=True, slots=True)
class Links:
    """All links of a subgraph."""

    links: tuple[Link, ...]

    @property
    def federation(self) -> Link | None:
        return next((link for link in self.links if link.identity == FEDERATION_IDENTITY), None)

    @property
    def is_federation_1(self) -> bool:
        return self.federation is FEDERATION_1

    def canonical_directive(self, name: str) -> str:
        """``federation__key`` for whatever this subgraph calls ``@key``; other names stay as they are."""
        canonical = self._canonical(name, sigil="@")
        return name if canonical is None else f"{PREFIX}{canonical}"

    def name_of(self, canonical: str) -> str:
        """What this subgraph calls the directive; ``federation__tag`` is ``tag``, or an alias, or itself."""
        name = canonical.removeprefix(PREFIX)
        for link in self.links:
            if link.identity not in (FEDERATION_IDENTITY, f"{SPECS}/{name}"):
                continue
            imported = next((alias for alias, was in link.imports.items() if was == f"@{name}"), None)
            if imported is not None:
                return imported.removeprefix("@")
            if link.identity != FEDERATION_IDENTITY:
                return link.namespace
        federation = self.federation
        return f"{federation.namespace}__{name}" if federation else name

    def is_machinery_type(self, name: str) -> bool:
        """Whether the type is federation's or link's own (``FieldSet``, ``link__Purpose``…)."""
        return name.startswith("link__") or self._canonical(name, sigil="") is not None

    def find(self, name: str) -> Link | None:
        """The link that a directive of this name comes from, federation's among them."""
        return next((link for link in self.links if _original(link, name, sigil="@") is not None), None)

    def _canonical(self, name: str, *, sigil: str) -> str | None:
        """Directives of federation, or of a specification of its that the subgraph links to by itself."""
        known = (link for link in self.links if link.identity == FEDERATION_IDENTITY or link.is_core)
        originals = (_original(link, name, sigil=sigil) for link in known)
        return next((original for original in originals if original is not None), None)


def read_links(document: DocumentNode) -> Links:
    """Raises ValueError naming what is wrong with a ``@link``."""
    links = Links(tuple(_read_link(directive) for directive in _link_directives(document)))
    _refuse_double_links(links)
    federation = links.federation
    if federation is not None:
        fault = unknown_import(federation.imports.values(), federation.version[1])
        if fault is not None:
            raise ValueError(fault)
    return links if links.federation else Links((*links.links, FEDERATION_1))


def _link_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from (d for d in definition.directives or () if d.name.value == "link")


def _read_link(directive: ConstDirectiveNode) -> Link:
    arguments = {argument.name.value: argument.value for argument in directive.arguments or ()}
    url = _string(arguments.get("url"))
    if url is None:
        raise ValueError("@link needs a url")
    parts = _URL.match(url)
    if parts is None:
        return Link(url, url, (0, 0), _string(arguments.get("as")) or "", {})
    _refuse_unknown_version(parts["identity"], int(parts["major"]), int(parts["minor"]))
    namespace = _string(arguments.get("as")) or parts["name"]
    version = (int(parts["major"]), int(parts["minor"]))
    return Link(url, parts["identity"], version, namespace, _read_imports(arguments.get("import")))


def _refuse_unknown_version(identity: str, major: int, minor: int) -> None:
    known = {FEDERATION_IDENTITY: (2, LATEST_MINOR), LINK_IDENTITY: (1, 0)}
    if identity in known and (major != known[identity][0] or minor > known[identity][1]):
        name = identity.rpartition("/")[2]
        raise UnknownVersionError(
            f"Invalid version v{major}.{minor} for the {name} feature in @link directive on schema"
        )


def _refuse_double_links(links: Links) -> None:
    identities = [link.identity for link in links.links]
    for identity in identities:
        if identities.count(identity) > 1:
            raise ValueError(
                f'Cannot link feature "{identity}" since it has already been linked in the schema.'
            )


def _read_imports(value: ConstValueNode | None) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, ListValueNode):
        raise ValueError("@link(import:) must be a list")
    return dict(_read_import(entry) for entry in value.values)


def _read_import(entry: object) -> tuple[str, str]:
    if isinstance(entry, StringValueNode):
        return entry.value, entry.value
    if isinstance(entry, ObjectValueNode):
        parts = {part.name.value: _string(part.value) for part in entry.fields}
        name, alias = parts.get("name"), parts.get("as")
        if name:
            return alias or name, name
    raise ValueError('@link(import:) takes names, or {name: "@name", as: "@alias"}')


def _original(link: Link, name: str, *, sigil: str) -> str | None:
    imported = link.imports.get(f"{sigil}{name}")
    if imported is not None:
        return imported.removeprefix("@")
    prefix = f"{link.namespace}__"
    if link.namespace and name.startswith(prefix):
        return name.removeprefix(prefix)
    return link.namespace if sigil and name == link.namespace else None


def _string(value: object) -> str | None:
    return value.value if isinstance(value, StringValueNode) else None
