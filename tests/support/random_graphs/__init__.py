"""Random federated graphs: a schema with data, its subgraphs that forgive nothing, and queries to ask of both.

``make_graph(seed)`` draws the schema and splits it; ``StrictSubgraph`` answers for a part, ``Monolith`` for
the whole; ``QueryWriter`` writes queries; ``find_counter_example`` asks both and compares.
"""
