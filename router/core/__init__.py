"""The federation engine without I/O: supergraph, operation, planner, execution, composition. Data in, data out."""
