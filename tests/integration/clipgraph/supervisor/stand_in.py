"""A process such as the supervisor runs: healthy on its port, ends politely, starts a helper if told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import FrameType


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it so)
        """Quiet."""


def _end(number: int, frame: FrameType | None) -> None:
    _log("ended politely")
    sys.exit(0)


def _log(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    if "--crash" in sys.argv:
        sys.exit(3)
    if "--with-helper" in sys.argv:
        helper = subprocess.Popen(["sleep", "600"])
        _log(f"helper {helper.pid}")
    port_setting = next((each for each in sys.argv if each.startswith("CLIPGRAPH_")), "CLIPGRAPH_ADMIN_PORT")
    signal.signal(signal.SIGTERM, _end)
    HTTPServer(("127.0.0.1", int(os.environ[port_setting])), _Healthy).serve_forever()


if __name__ == "__main__":
    main()
