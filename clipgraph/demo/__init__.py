"""The main job through the public API alone: what `make demo` tells, what the flow test checks, what seeds a world."""
