"""The feed has no entity fields of its own, so it needs no loaders: the context is the viewer and the servers."""

from __future__ import annotations

import strawberry

from kit.graphql.context import RequestContext

Context = RequestContext[None]
FeedInfo = strawberry.Info[Context, None]
