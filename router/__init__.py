"""The federated graph's front door: composes subgraphs, plans operations over them, runs the plans.

``core`` is sans-IO; ``pipeline`` is what a request passes; ``transports`` are the ways out, ``server`` the ways in.
"""
