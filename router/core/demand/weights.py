"""Which weight counts where: what the supergraph says, else the default of the kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    print_ast,
)

from router.core.supergraph.costs import Costs, ListSize

OPERATION_COSTS: Final[Mapping[str, float]] = {"query": 0.0, "mutation": 10.0, "subscription": 0.0}


class Weights:
    """Of one supergraph. Where a type says nothing of its field, that counts which the field was selected on."""

    def __init__(self, costs: Costs, schema: GraphQLSchema) -> None:
        self.costs = costs
        self.schema = schema
        self._types: Any = schema.type_map
        self.possible_types = cache(self._possible_types)
        self.variant = cache(self._variant)
        self._variants: dict[tuple[Any, ...], int] = {}

    def of_type(self, name: str) -> float:
        """Of one value; never negative. An abstract type has none of its own: its possible types do."""
        default = 1.0 if is_composite_type(self._types[name]) else 0.0
        return max(0.0, float(self.costs.types.get(name, default)))

    def of_call(self, type_name: str, selected_on: str, field: str) -> float:
        """Of resolving a field once, however many values it has."""
        fields = self.costs.fields
        own = fields.get((type_name, field))
        return float(own if own is not None else fields.get((selected_on, field), 0.0))

    def of_argument(self, type_name: str, selected_on: str, field: str, argument: str) -> float | None:
        """None where nothing is said of it."""
        arguments = self.costs.arguments
        own = arguments.get((type_name, field, argument))
        return own if own is not None else arguments.get((selected_on, field, argument))

    def list_size(self, type_name: str, selected_on: str, field: str) -> tuple[str, ListSize] | None:
        """And where that is said."""
        for name in (type_name, selected_on):
            said = self.costs.list_sizes.get((name, field))
            if said is not None:
                return f"{name}.{field}", said
        return None

    def definition(self, type_name: str, field: str) -> Any:
        """The GraphQLField."""
        return self._types[type_name].fields[field]

    def value_type(self, definition: Any) -> str:
        return str(get_named_type(definition.type).name)

    def _variant(self, type_name: str, selected_on: str, field: str) -> int:
        """The same number for fields that cost the same, so that each of many possible types need not be looked at."""
        definition = self.definition(type_name, field)
        said = self.list_size(type_name, selected_on, field)
        arguments = tuple(
            (name, said and print_ast(known.ast_node), self.of_argument(type_name, selected_on, field, name))
            for name, known in definition.args.items()
        )
        profile = str(definition.type), self.of_call(type_name, selected_on, field), said, arguments
        return self._variants.setdefault(profile, len(self._variants))

    def _possible_types(self, name: str) -> tuple[str, ...]:
        """Object types that a value may have; of an object type, itself."""
        type_ = self._types[name]
        if isinstance(type_, GraphQLObjectType):
            return (name,)
        possible = self.schema.get_possible_types(type_) if is_abstract_type(type_) else ()
        return tuple(sorted(each.name for each in possible))
