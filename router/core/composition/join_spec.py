"""The definitions that a supergraph carries along: link v1.0 and join v0.3 to v0.5."""

from __future__ import annotations

import re

LINK_URL = "https://specs.apollo.dev/link/v1.0"
JOIN_URL = "https://specs.apollo.dev/join"

_JOIN_DEFINITIONS = '''
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE

directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean, overrideLabel: String, contextArguments: [join__ContextArgument!]) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

directive @join__graph(name: String!, url: String!) on ENUM_VALUE

directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE

directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR

directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION

input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}

scalar join__DirectiveArguments

scalar join__FieldSet

scalar join__FieldValue

scalar link__Import

enum link__Purpose {
  """
  `SECURITY` features provide metadata necessary to securely resolve fields.
  """
  SECURITY

  """
  `EXECUTION` features provide metadata necessary for operation execution.
  """
  EXECUTION
}
'''  # noqa: E501 - printed as it is, one definition a line

_SINCE_4 = (
    r", overrideLabel: String",
    r"directive @join__directive\(.*\n\n",
    r"scalar join__DirectiveArguments\n\n",
)
_SINCE_5 = (
    r", contextArguments: \[join__ContextArgument!\]",
    r"input join__ContextArgument \{[^}]*\}\n\n",
    r"scalar join__FieldValue\n\n",
)


def join_minor(federation_version: tuple[int, int]) -> int:
    """The minor version of join that can say all that subgraphs of this version of federation can."""
    return 5 if federation_version >= (2, 8) else 4 if federation_version >= (2, 7) else 3


def join_definitions(minor: int) -> str:
    definitions = _JOIN_DEFINITIONS
    for part in (*(_SINCE_5 if minor < 5 else ()), *(_SINCE_4 if minor < 4 else ())):
        definitions = re.sub(part, "", definitions)
    return definitions
