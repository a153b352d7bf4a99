"""Fields that say which loader gives their value and by which key.

``author: User | None = batched(UserByIdLoader, key="author_id", description="Who made it.")`` is an ordinary
Strawberry field for graphql-core: it loads key by key, and the loader makes batches of them. The compiled executor
knows more of it: it loads a whole column of objects at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

import strawberry
from aiodataloader import DataLoader
from strawberry.federation.schema_directives import Tag
from strawberry.types import Info

BATCHED: Final = "clipgraph-batched"
"""Where the metadata of a field keeps its Batched."""

Source = type[DataLoader[Any, Any]] | Callable[[Any], DataLoader[Any, Any]]


@dataclass(frozen=True, slots=True)
class Batched:
    """How a field is loaded: ``then`` makes the field's value of what was loaded, unless that is None."""

    source: Source
    key_name: str
    key: Callable[[Any], Any]
    then: Callable[[Any], Any] | None

    def loader(self, context: Any) -> DataLoader[Any, Any]:
        """The loader of this request. Raises LookupError when the context has none of the class."""
        source = self.source
        if not isinstance(source, type):
            return source(context)
        loaders = context.loaders
        name = _names.get((type(loaders), source))
        if name is None:
            name = _names[type(loaders), source] = _find_name(loaders, source)
        loader: DataLoader[Any, Any] = getattr(loaders, name)
        return loader


_names: dict[tuple[type, type], str] = {}


def _find_name(loaders: Any, source: type) -> str:
    made_when_asked = (
        name
        for base in type(loaders).__mro__
        for name, value in vars(base).items()
        if isinstance(value, cached_property)
    )
    names = getattr(type(loaders), "__slots__", None) or dict.fromkeys((*vars(loaders), *made_when_asked))
    for name in names:
        if isinstance(getattr(loaders, name), source):
            return str(name)
    raise LookupError(f"{type(loaders).__name__} has no {source.__name__}")


def batched(
    source: Source,
    *,
    key: str,
    then: Callable[[Any], Any] | None = None,
    description: str | None = None,
    name: str | None = None,
    deprecation_reason: str | None = None,
    permission_classes: Sequence[type] = (),
    tags: Sequence[str] = (),
    directives: Sequence[object] = (),
    metadata: dict[Any, Any] | None = None,
) -> Any:
    """A field whose value is loaded by the object's attribute ``key``; a key of None gives null.

    ``source`` is a loader class, found among ``info.context.loaders`` (attributes and cached properties), or a
    function from the context to a loader. Fields that name the same source and key are loaded as one.
    ``then`` turns what was loaded into the field's value; it is not asked about None.
    """
    how = Batched(source, key, attrgetter(key), then)

    async def resolve(root: Any, info: Info[Any, Any]) -> Any:
        wanted = how.key(root)
        if wanted is None:
            return None
        loaded = await how.loader(info.context).load(wanted)
        return loaded if loaded is None or how.then is None else how.then(loaded)

    # Strawberry reads annotations by name, and this function is nobody's module member.
    resolve.__annotations__ = {"root": Any, "info": Info}
    return strawberry.field(
        resolver=resolve,
        name=name,
        description=description,
        deprecation_reason=deprecation_reason,
        permission_classes=list(permission_classes),
        directives=[*directives, *(Tag(name=tag) for tag in tags)],
        metadata={**(metadata or {}), BATCHED: how},
    )
