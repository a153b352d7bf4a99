"""What rooms agree on: ids, viewer claims, events, topics, channels, the subgraph call.

Nothing here does I/O and nothing here imports another room.
"""
