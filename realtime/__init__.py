"""Live UI: subscriptions over WebSockets (graphql-transport-ws).

``protocol`` and ``hub`` are sans-IO; ``sources`` brings events; ``server`` ties them to sockets and to the router's
engine, which maps events to GraphQL responses.
"""
