"""The domains. Each owns its fields of the graph, its schema of the database and its facts; they meet in GraphQL
and events only."""
