"""Signatures that CloudFront checks: URLs and cookies, for one address (canned policy) or for all that a pattern fits
(custom policy). RSA with SHA-1, since that is what CloudFront takes.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_SAFE = str.maketrans("+=/", "-_~")


@dataclass(frozen=True, slots=True)
class Policy:
    """``resource`` may hold ``*``. ``ip_range`` is an address or a CIDR."""

    resource: str
    expires_at: datetime
    starts_at: datetime | None = None
    ip_range: str | None = None

    @property
    def is_canned(self) -> bool:
        """It can be told by its end alone, if the address is the resource."""
        return self.starts_at is None and self.ip_range is None and "*" not in self.resource

    def to_json(self) -> bytes:
        """As CloudFront builds it again from the parameters of a canned one: not a space more."""
        condition: dict[str, Any] = {"DateLessThan": {"AWS:EpochTime": _seconds(self.expires_at)}}
        if self.ip_range is not None:
            address = self.ip_range if "/" in self.ip_range else f"{self.ip_range}/32"
            condition["IpAddress"] = {"AWS:SourceIp": address}
        if self.starts_at is not None:
            condition["DateGreaterThan"] = {"AWS:EpochTime": _seconds(self.starts_at)}
        statement = {"Resource": self.resource, "Condition": condition}
        return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


class CloudFrontSigner:
    """``key_id`` names the public key in CloudFront's trusted key group."""

    def __init__(self, key_id: str, private_key_pem: str) -> None:
        key = load_pem_private_key(private_key_pem.encode(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("CloudFront's signed URLs need an RSA key")
        self._key_id = key_id
        self._key = key

    def parameters(self, policy: Policy) -> Mapping[str, str]:
        """Of a signed URL, in CloudFront's order."""
        said = policy.to_json()
        end = str(_seconds(policy.expires_at))
        told = {"Expires": end} if policy.is_canned else {"Policy": _encode(said)}
        signature = self._key.sign(said, PKCS1v15(), SHA1())
        return {**told, "Signature": _encode(signature), "Key-Pair-Id": self._key_id}

    def cookies(self, policy: Policy) -> Mapping[str, str]:
        """The same as cookies, which relative addresses inside playlists need no help with."""
        return {f"CloudFront-{name}": value for name, value in self.parameters(policy).items()}

    def sign_url(self, url: str, policy: Policy | None = None, *, expires_at: datetime | None = None) -> str:
        """The address with its signature, for itself until ``expires_at`` or for what the policy says."""
        if policy is None:
            if expires_at is None:
                raise ValueError("an end is needed")
            policy = Policy(url, expires_at)
        return with_parameters(url, self.parameters(policy))


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """The values are safe in a URL as they are."""
    joined = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{url}{'&' if '?' in url else '?'}{joined}"


def _encode(content: bytes) -> str:
    return b64encode(content).decode().translate(_SAFE)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
