"""The verbs of the videos domain. Each writes rows and facts in the caller's transaction and commits nothing."""
