"""The federated schema of the videos subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.videos.mutations import Mutation
from subgraphs.videos.queries import Query
from subgraphs.videos.subscriptions import Subscription
from subgraphs.videos.types import User, Video

schema = build_schema(query=Query, mutation=Mutation, subscription=Subscription, types=[User, Video])
