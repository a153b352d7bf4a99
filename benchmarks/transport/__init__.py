"""What a request to a subgraph costs the router, with aiohttp and with our own client."""
