"""The federated schema of the social subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.social.mutations import Mutation
from subgraphs.social.queries import Query
from subgraphs.social.subscriptions import Subscription
from subgraphs.social.types import User, Video

schema = build_schema(query=Query, mutation=Mutation, subscription=Subscription, types=[User, Video])
