"""What several test files need: resources of a domain, callers of a subgraph, making people and videos."""
