"""What a user would write instead: measured beside the platform, over the same data, with the same answers."""
