"""Events as Security Hub sends them, for stories on the real bot."""

import itertools

NUMBERS = itertools.count(1)
CLOCK = "2026-10-05T01:{:02}:{:02}Z"


def finding(account, name, severity, title, status, minute):
    region, control = "ap-northeast-1", "S3.8"
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:securityhub:{region}:{account}:security-control/{control}/finding/{name}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/securityhub",
        "ProductName": "Security Hub",
        "Region": region,
        "GeneratorId": f"security-control/{control}",
        "AwsAccountId": account,
        "CreatedAt": CLOCK.format(0, 0),
        "UpdatedAt": CLOCK.format(minute, 0),
        "Severity": {"Label": severity},
        "Title": title,
        "Description": "Anyone on the internet may be let into this bucket: its own block is off.",
        "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::{name}", "Region": region}],
        "Compliance": {"Status": status, "SecurityControlId": control},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    }


def event(account, names, severity="HIGH", status="FAILED", minute=1,
          title="S3 general purpose buckets should block public access"):
    """One event with a finding about each of the buckets."""
    return {
        "version": "0",
        "id": f"5a4d0000-0000-4000-8000-{next(NUMBERS):012}",
        "detail-type": "Security Hub Findings - Imported",
        "source": "aws.securityhub",
        "account": "999900001111",
        "time": CLOCK.format(minute, 30),
        "region": "us-east-1",
        "resources": [],
        "detail": {"findings": [finding(account, name, severity, title, status, minute)
                                for name in names]},
    }
