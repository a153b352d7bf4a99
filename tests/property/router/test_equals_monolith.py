"""Whatever is asked, in whatever order subgraphs answer: the router says what one schema over the same data says."""

from __future__ import annotations

import json
import random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    graphql_sync,
    is_composite_type,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.shop import make_monolith, make_shop

SHOP = make_shop()
MONOLITH, ROOTS = make_monolith(SHOP)
CONDITIONS = ["", "", "", " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)", " @skip(if: $no)"]


class OperationWriter:
    """Writes a random document that is valid against the schema."""

    def __init__(self, schema: GraphQLSchema, choose: random.Random) -> None:
        self._schema = schema
        self._choose = choose
        self._aliases = 0

    def document(self) -> str:
        query = self._schema.query_type
        assert query is not None
        selection = self._selection(query, 4)
        variables = {"$yes: Boolean = true": "$yes" in selection, "$no: Boolean = false": "$no" in selection}
        declared = ", ".join(declaration for declaration, is_used in variables.items() if is_used)
        return f"query{f'({declared})' if declared else ''} {selection}"

    def _selection(self, type_: Any, depth: int) -> str:
        parts = ["__typename"] if self._choose.random() < 0.2 or isinstance(type_, GraphQLUnionType) else []
        if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType)):
            for name, field in type_.fields.items():
                if self._choose.random() < 0.6:
                    parts += self._field(name, field, depth)
        if isinstance(type_, (GraphQLInterfaceType, GraphQLUnionType)):
            for possible in self._schema.get_possible_types(type_):
                if self._choose.random() < 0.6:
                    condition = self._choose.choice(CONDITIONS)
                    parts.append(f"... on {possible.name}{condition} {self._selection(possible, depth)}")
        return "{ " + " ".join(parts or ["__typename"]) + " }"

    def _field(self, name: str, field: Any, depth: int) -> list[str]:
        type_ = get_named_type(field.type)
        if is_composite_type(type_) and depth == 0:
            return []
        arguments = f'(upc: "{self._choose.choice(["b1", "f1", "nope"])}")' if "upc" in field.args else ""
        self._aliases += 1
        alias = f"a{self._aliases}: " if arguments or self._choose.random() < 0.3 else ""
        condition = self._choose.choice(CONDITIONS)
        inner = f" {self._selection(type_, depth - 1)}" if is_composite_type(type_) else ""
        return [f"{alias}{name}{arguments}{condition}{inner}"]


@given(st.integers(min_value=0, max_value=2**32))
@settings(max_examples=150, deadline=None)
def test_router_answers_as_one_schema_would(seed: int) -> None:
    choose = random.Random(seed)
    document = OperationWriter(MONOLITH, choose).document()
    expected = graphql_sync(MONOLITH, document, root_value=ROOTS)
    assert expected.errors is None, (document, expected.errors)
    answer = SHOP.run(document, shuffle=choose)
    assert json.dumps(answer) == json.dumps({"data": expected.data}), document
