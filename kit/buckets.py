"""The platform's buckets: what each is for as data, and putting its rules into force on whatever store there is.

Blocking. Doing it again changes nothing. What a store has not is told, and the rest is done without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from kit.config import Settings
from kit.storage import StorageError
from kit.telemetry import get_logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OURS: Final = "clipgraph-"
"""Life-cycle rules of other names are somebody else's and stay."""
_ABSENT: Final = frozenset(
    {
        "NotImplemented",
        "MethodNotAllowed",
        "BucketAlreadyOwnedByYou",  # SeaweedFS takes a request that it does not know for a new bucket
        "BucketAlreadyExists",
    }
)
_log = get_logger("buckets")


@dataclass(frozen=True, slots=True)
class BucketFigures:
    """Days. What is read a year later stays in a class that answers at once."""

    colder_after: int = 30
    coldest_after: int = 90
    versions_kept: int = 30
    multiparts_kept: int = 2


@dataclass(frozen=True, slots=True)
class BucketPlan:
    """``coldest`` is the storage class at the end. ``takes_uploads``: browsers PUT into it. ``tells``: the store is to
    tell of new objects.
    """

    name: str
    coldest: str
    takes_uploads: bool = False
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refusal`` is the store's code for a rule that it has not; None for one that is in force."""

    bucket: str
    rule: str
    refusal: str | None = None

    def __str__(self) -> str:
        state = "in force" if self.refusal is None else f"not on this store ({self.refusal})"
        return f"{self.bucket}: {self.rule}: {state}"


def plan_buckets(settings: Settings) -> tuple[BucketPlan, ...]:
    """Uploads are read again only to be made anew; the rest is what people watch."""
    return (
        BucketPlan(settings.bucket_raw, "GLACIER", takes_uploads=True, tells=True),
        BucketPlan(settings.bucket_processed, "GLACIER_IR"),
        BucketPlan(settings.bucket_thumbnails, "GLACIER_IR"),
        BucketPlan(settings.bucket_avatars, "GLACIER_IR", takes_uploads=True),
    )


def prepare_buckets(
    client: S3Client, plans: Sequence[BucketPlan], figures: BucketFigures | None = None
) -> list[Outcome]:
    """Makes what is missing and puts all rules into force. Raises StorageError for what is neither done nor absent."""
    wanted = figures or BucketFigures()
    try:
        outcomes = [outcome for plan in plans for outcome in _prepare(client, plan, wanted)]
    except (ClientError, BotoCoreError) as error:
        raise StorageError(f"a bucket could not be prepared: {error}") from error
    for rule in dict.fromkeys(each.rule for each in outcomes if each.refusal is not None):
        without = [each.bucket for each in outcomes if each.rule == rule and each.refusal is not None]
        _log.warning("store_has_no_rule", rule=rule, buckets=without)
    return outcomes


def _prepare(client: S3Client, plan: BucketPlan, figures: BucketFigures) -> list[Outcome]:
    _create(client, plan.name)
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("versioning", lambda: _keep_versions(client, plan.name)),
        ("encryption", lambda: _encrypt(client, plan.name)),
        ("no public access", lambda: _close(client, plan.name)),
        ("CORS", lambda: _share(client, plan)),
    ]
    if plan.tells:
        steps.append(("object events", lambda: _tell(client, plan.name)))
    outcomes = [Outcome(plan.name, rule, _attempt(step)) for rule, step in steps]
    return outcomes + _set_life_cycle(client, plan, figures)


def _set_life_cycle(client: S3Client, plan: BucketPlan, figures: BucketFigures) -> list[Outcome]:
    """A store that has no colder classes refuses all rules of a bucket together: then the others alone."""
    others, ends = _rules_of_others(client, plan.name), _ends(figures)

    def put(rules: Sequence[Any]) -> Callable[[], Any]:
        configuration: Any = {"Rules": [*others, *rules]}
        return lambda: client.put_bucket_lifecycle_configuration(
            Bucket=plan.name, LifecycleConfiguration=configuration
        )

    refused = _attempt(put(life_cycle(plan, figures)))
    return [
        Outcome(plan.name, "colder classes", refused),
        Outcome(plan.name, "old versions and parts go", refused and _attempt(put(ends))),
    ]


def _attempt(step: Callable[[], Any]) -> str | None:
    try:
        step()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code not in _ABSENT:
            raise
        return code
    return None


def _create(client: S3Client, bucket: str) -> None:
    if bucket in {each["Name"] for each in client.list_buckets()["Buckets"]}:
        return
    region = client.meta.region_name
    where: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        client.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else where))
    except client.exceptions.BucketAlreadyOwnedByYou:
        _log.info("bucket_made_meanwhile", bucket=bucket)


def _keep_versions(client: S3Client, bucket: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _encrypt(client: S3Client, bucket: str) -> None:
    client.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                    "BucketKeyEnabled": False,
                }
            ]
        },
    )


def _close(client: S3Client, bucket: str) -> None:
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _share(client: S3Client, plan: BucketPlan) -> None:
    """Whoever asks from a page needs a signed URL all the same."""
    methods = ["GET", "HEAD", *(["PUT"] if plan.takes_uploads else [])]
    rule: Any = {
        "AllowedOrigins": ["*"],
        "AllowedMethods": methods,
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag", "Content-Range", "Content-Length"],
        "MaxAgeSeconds": 86400,
    }
    client.put_bucket_cors(Bucket=plan.name, CORSConfiguration={"CORSRules": [rule]})


def _rules_of_others(client: S3Client, bucket: str) -> list[Any]:
    try:
        found = client.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NoSuchLifecycleConfiguration":
            raise
        return []
    return [rule for rule in found["Rules"] if not rule.get("ID", "").startswith(_OURS)]


def life_cycle(plan: BucketPlan, figures: BucketFigures) -> list[dict[str, Any]]:
    """All rules of a bucket, as S3 takes them."""
    transitions = [
        {"Days": figures.colder_after, "StorageClass": "STANDARD_IA"},
        {"Days": figures.coldest_after, "StorageClass": plan.coldest},
    ]
    return [*_ends(figures), _rule("colder", Transitions=transitions)]


def _ends(figures: BucketFigures) -> list[dict[str, Any]]:
    parts = {"DaysAfterInitiation": figures.multiparts_kept}
    versions = {"NoncurrentDays": figures.versions_kept}
    return [
        _rule("parts", AbortIncompleteMultipartUpload=parts),
        _rule("versions", NoncurrentVersionExpiration=versions),
        _rule("markers", Expiration={"ExpiredObjectDeleteMarker": True}),
    ]


def _rule(name: str, **what: Any) -> dict[str, Any]:
    return {"ID": f"{_OURS}{name}", "Status": "Enabled", "Filter": {"Prefix": ""}, **what}


def _tell(client: S3Client, bucket: str) -> None:
    """New objects are told to EventBridge, beside whatever else listens."""
    found: dict[str, Any] = {**client.get_bucket_notification_configuration(Bucket=bucket)}
    found.pop("ResponseMetadata", None)
    if "EventBridgeConfiguration" not in found:
        wanted: Any = found | {"EventBridgeConfiguration": {}}
        client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
