"""Fan-out: how long one event takes to reach every socket that subscribed to it."""
