"""Ways into the router."""
