"""The command line and the composition roots: which rooms make which process."""
