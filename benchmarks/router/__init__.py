"""Routers of several makes before the same two subgraphs and under the same load."""
