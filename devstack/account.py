"""PostgreSQL refuses to run as root: whom to run it as instead, and how that user reaches its files.

No account is created. Root hands over to the owner of an existing data folder, else to the account
``postgres`` where the machine has one, else to ``nobody``. An ordinary user stays who they are.
"""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from devstack.errors import DataOwnerError
from devstack.server import Account


def account_for(data_dir: Path) -> Account | None:
    """The account that owns, or shall own, ``data_dir``; None: the one we are.

    Raises ``DataOwnerError`` when an ordinary user meets somebody else's folder.
    """
    owner = data_dir.stat() if data_dir.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise DataOwnerError(data_dir, f"it belongs to {_name(owner.st_uid)}, and you are not they")
        return None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _unprivileged()


def let_traverse(path: Path, account: Account) -> list[Path]:
    """Gives others the right to walk through (not to list) the folders above ``path`` where they lack it.

    Answers those that it changed, so that the caller can say so.
    """
    changed = []
    for folder in path.resolve().parents:
        status = folder.stat()
        if status.st_uid != account.uid and not status.st_mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            changed.append(folder)
    return changed


def hand_over(path: Path, account: Account) -> None:
    """Makes ``account`` the owner of one file or folder."""
    os.chown(path, account.uid, account.gid)


def _unprivileged() -> Account:
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise DataOwnerError(
        Path("/etc/passwd"), "PostgreSQL does not run as root, and there is no account `postgres` or `nobody`"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
