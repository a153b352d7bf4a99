"""The federated schema of the notifications subgraph."""

from kit.graphql.schema import build_schema
from subgraphs.notifications.mutations import Mutation
from subgraphs.notifications.queries import Query
from subgraphs.notifications.subscriptions import Subscription

schema = build_schema(query=Query, mutation=Mutation, subscription=Subscription)
