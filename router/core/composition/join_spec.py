"""The definitions that a supergraph carries along: link v1.0 and join v0.5, and others when they are used."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

LINK_URL = "https://specs.apollo.dev/link/v1.0"
JOIN_URL = "https://specs.apollo.dev/join/v0.5"

JOIN_DEFINITIONS = '''
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


@dataclass(frozen=True, slots=True)
class OptionalSpec:
    """A specification that the supergraph links to when one of its directives is used."""

    url: str
    definitions: Mapping[str, str]
    purpose: str | None = None

    def link_for(self, used: Set[str]) -> str:
        """The link, with imports of what the specification's own name does not already bring in."""
        name = self.url.split("/")[-2]
        imports = ", ".join(f'"@{directive}"' for directive in self.definitions if directive in used - {name})
        purpose = f", for: {self.purpose}" if self.purpose else ""
        imported = f", import: [{imports}]" if imports else ""
        return f'@link(url: "{self.url}"{purpose}{imported})'


OPTIONAL_SPECS = (
    OptionalSpec(
        "https://specs.apollo.dev/tag/v0.3",
        {
            "tag": "directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | "
            "ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION | SCHEMA"
        },
    ),
    OptionalSpec(
        "https://specs.apollo.dev/inaccessible/v0.2",
        {
            "inaccessible": "directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | "
            "ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION"
        },
        purpose="SECURITY",
    ),
    OptionalSpec(
        "https://specs.apollo.dev/cost/v0.1",
        {
            "cost": "directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | "
            "INPUT_FIELD_DEFINITION | OBJECT | SCALAR",
            "listSize": "directive @listSize(assumedSize: Int, slicingArguments: [String!], "
            "sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION",
        },
    ),
)
