"""The rules of buckets, on the embedded store and on one that knows all of S3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from devstack.testing import SessionStack
from kit.buckets import BucketFigures, BucketPlan, life_cycle, plan_buckets, prepare_buckets
from kit.config import Settings
from kit.storage import StorageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LACKING = {"no public access", "colder classes", "object events"}


@pytest.fixture
def client(servers: SessionStack) -> Iterator[S3Client]:
    client = servers.s3.client()
    yield client
    client.close()


@pytest.fixture
def bucket(servers: SessionStack, request: pytest.FixtureRequest) -> str:
    return f"{servers.token}-{request.node.name.replace('_', '-')[:40]}"


def _life_cycle(client: S3Client, bucket: str) -> dict[str, Any]:
    return {rule["ID"]: rule for rule in client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]}


def test_the_store_has_what_it_can_and_tells_the_rest(client: S3Client, bucket: str) -> None:
    plan = BucketPlan(bucket, "GLACIER", takes_uploads=True, tells=True)
    told = [{str(each) for each in prepare_buckets(client, [plan])} for _ in range(2)]
    assert told[0] == told[1]
    outcomes = prepare_buckets(client, [plan])
    assert {each.rule for each in outcomes if each.refusal} == _LACKING
    assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    [rule] = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    [shared] = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert shared["AllowedMethods"] == ["GET", "HEAD", "PUT"]
    assert set(_life_cycle(client, bucket)) == {
        "clipgraph-parts",
        "clipgraph-versions",
        "clipgraph-markers",
    }


def test_the_rules_of_others_stay(client: S3Client, bucket: str) -> None:
    client.create_bucket(Bucket=bucket)
    theirs: Any = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 5}}
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [theirs]})
    prepare_buckets(client, [BucketPlan(bucket, "GLACIER_IR")])
    assert _life_cycle(client, bucket)["theirs"]["Expiration"] == {"Days": 5}


def test_an_object_lives_through_versions_and_encryption(client: S3Client, bucket: str) -> None:
    prepare_buckets(client, [BucketPlan(bucket, "GLACIER_IR")])
    content = bytes(range(256)) * 40_000
    for body in (b"first", content):
        client.put_object(Bucket=bucket, Key="a/b", Body=body)
    part = client.get_object(Bucket=bucket, Key="a/b", Range="bytes=9000000-9000099")
    assert part["Body"].read() == content[9000000:9000100]
    assert part["ServerSideEncryption"] == "AES256"
    client.delete_object(Bucket=bucket, Key="a/b")
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.get_object(Bucket=bucket, Key="a/b")
    versions = client.list_object_versions(Bucket=bucket)["Versions"]
    assert sorted(each["Size"] for each in versions) == [5, len(content)]


def test_s3_itself_gets_colder_classes(client: S3Client) -> None:
    """Held to botocore's model of S3, since the embedded store refuses them."""
    raw, *watched = plan_buckets(Settings())
    wanted = client.meta.service_model.operation_model("PutBucketLifecycleConfiguration").input_shape
    assert wanted is not None
    coldest = []
    for plan in (raw, *watched):
        rules = life_cycle(plan, BucketFigures())
        asked = {"Bucket": plan.name, "LifecycleConfiguration": {"Rules": rules}}
        report = ParamValidator().validate(asked, wanted)
        assert not report.has_errors(), report.generate_report()
        ia, last = rules[-1]["Transitions"]
        assert (ia, last["Days"]) == ({"Days": 30, "StorageClass": "STANDARD_IA"}, 90)
        coldest.append(last["StorageClass"])
    assert coldest == ["GLACIER", "GLACIER_IR", "GLACIER_IR", "GLACIER_IR"]


def test_a_store_that_refuses_us_is_an_error(servers: SessionStack, bucket: str) -> None:
    stranger = replace(servers.s3, access_key="nobody").client()
    with pytest.raises(StorageError, match="InvalidAccessKeyId"):
        prepare_buckets(stranger, [BucketPlan(bucket, "GLACIER")])
