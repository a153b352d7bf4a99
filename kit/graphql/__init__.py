"""GraphQL plumbing that every subgraph shares: context, ids, errors, mutations, connections, the executor."""
