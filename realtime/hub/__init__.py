"""Who hears of what: subscriptions that ask the same share one group, one hydration and one encoded answer."""

from realtime.hub.hub import Group, Hub, Member

__all__ = ["Group", "Hub", "Member"]
