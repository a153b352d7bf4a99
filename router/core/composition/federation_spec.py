"""The names that the federation specification defines, in the canonical form that composition uses.

A subgraph may import ``@key`` under any name; ``read_links`` translates. Canonical names carry the prefix
that the specification gives to what is not imported, so they never meet a subgraph's own directives.
"""

from __future__ import annotations

FEDERATION_IDENTITY = "https://specs.apollo.dev/federation"
SPECS = "https://specs.apollo.dev"
LINK_IDENTITY = "https://specs.apollo.dev/link"
PREFIX = "federation__"

KEY = "federation__key"
REQUIRES = "federation__requires"
PROVIDES = "federation__provides"
EXTERNAL = "federation__external"
SHAREABLE = "federation__shareable"
OVERRIDE = "federation__override"
EXTENDS = "federation__extends"
INACCESSIBLE = "federation__inaccessible"
TAG = "federation__tag"
INTERFACE_OBJECT = "federation__interfaceObject"
COMPOSE_DIRECTIVE = "federation__composeDirective"
COST = "federation__cost"
LIST_SIZE = "federation__listSize"
AUTHENTICATED = "federation__authenticated"
REQUIRES_SCOPES = "federation__requiresScopes"
POLICY = "federation__policy"
CONTEXT = "federation__context"
FROM_CONTEXT = "federation__fromContext"

ACCESS_CONTROL = (AUTHENTICATED, REQUIRES_SCOPES, POLICY)
"""Directives that say who may see an element."""

DEFINITIONS = """
directive @federation__key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @federation__requires(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @federation__provides(fields: federation__FieldSet!) on FIELD_DEFINITION
directive @federation__external(reason: String) on OBJECT | FIELD_DEFINITION
directive @federation__shareable repeatable on OBJECT | FIELD_DEFINITION
directive @federation__override(from: String!, label: String) on FIELD_DEFINITION
directive @federation__extends on OBJECT | INTERFACE
directive @federation__inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION
  | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
directive @federation__tag(name: String!) repeatable on FIELD_DEFINITION | INTERFACE | OBJECT | UNION
  | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA
directive @federation__interfaceObject on OBJECT
directive @federation__composeDirective(name: String) repeatable on SCHEMA
directive @federation__cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION
  | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @federation__listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
  requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
directive @federation__authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @federation__requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
  | SCALAR | ENUM
directive @federation__policy(policies: [[federation__Policy!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE
  | SCALAR | ENUM
directive @federation__context(name: String!) repeatable on INTERFACE | OBJECT | UNION
directive @federation__fromContext(field: federation__ContextFieldValue) on ARGUMENT_DEFINITION
directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar federation__FieldSet
scalar federation__Scope
scalar federation__Policy
scalar federation__ContextFieldValue
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
"""
"""What a subgraph may leave undefined: most print their directives' uses without the definitions."""

MACHINERY_TYPES = frozenset({"_Any", "_Entity", "_Service", "_FieldSet", "FieldSet"})
MACHINERY_FIELDS = frozenset({"_entities", "_service"})
"""What a subgraph serves to routers alone; no part of the supergraph."""
