"""The federated schema of the auth subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.auth.mutations import Mutation
from subgraphs.auth.queries import Query

schema = build_schema(query=Query, mutation=Mutation)
