"""The federated schema of the users subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.users.mutations import Mutation
from subgraphs.users.queries import Query

schema = build_schema(query=Query, mutation=Mutation)
