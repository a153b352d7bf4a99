"""Which rooms make which process: the only place where they meet."""
