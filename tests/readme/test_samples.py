"""The files in deploy/sample that people copy into AWS: they can be read, and say what is so."""

import json
import re
import subprocess
import unittest

from harness.places import MONBAN, ROOT

SAMPLE = ROOT / "deploy" / "sample"
# The calls in the adapters with the rights they need: a transaction needs those of its parts.
RIGHTS = {
    "batch_get_item": ["dynamodb:BatchGetItem"],
    "change_message_visibility_batch": ["sqs:ChangeMessageVisibility"],
    "create_table": ["dynamodb:CreateTable"],
    "delete_message_batch": ["sqs:DeleteMessage"],
    "describe_table": ["dynamodb:DescribeTable"],
    "describe_time_to_live": ["dynamodb:DescribeTimeToLive"],
    "get_item": ["dynamodb:GetItem"],
    "get_queue_attributes": ["sqs:GetQueueAttributes"],
    "get_secret_value": ["secretsmanager:GetSecretValue"],
    "list_accounts": ["organizations:ListAccounts"],
    "list_accounts_for_parent": ["organizations:ListAccountsForParent"],
    "list_organizational_units_for_parent": ["organizations:ListOrganizationalUnitsForParent"],
    "list_roots": ["organizations:ListRoots"],
    "put_item": ["dynamodb:PutItem"],
    "query": ["dynamodb:Query"],
    "receive_message": ["sqs:ReceiveMessage"],
    "scan": ["dynamodb:Scan"],
    "transact_write_items": ["dynamodb:PutItem", "dynamodb:DeleteItem",
                             "dynamodb:ConditionCheckItem"],
    "update_table": ["dynamodb:UpdateTable"],
    "update_time_to_live": ["dynamodb:UpdateTimeToLive"],
}
CALL = re.compile(r"\b(?:client|patient)\s*\.(\w+)\(\)")
# EventBridge takes no longer pattern.
PATTERN_LETTERS = 2048


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def listed(value):
    return value if isinstance(value, list) else [value]


def allowed_by(name):
    statements = read(SAMPLE / name)["Statement"]
    return {action for one in statements for action in listed(one["Action"])}


def one_matches(rule, values):
    """Whether one condition of a list holds for a field's values, none if it is not there."""
    if not isinstance(rule, dict):
        return rule in values
    if "exists" in rule:
        return bool(values) == rule["exists"]
    return any(value not in listed(rule["anything-but"]) for value in values)


def matches(pattern, events):
    """What EventBridge does, for the few kinds of conditions that our patterns use. `events`:
    the objects that stand at this place, as a list may hold several."""
    for key, rule in pattern.items():
        if key == "$or":
            good = any(matches(choice, events) for choice in rule)
        else:
            found = [one for event in events if key in event for one in listed(event[key])]
            good = (matches(rule, found) if isinstance(rule, dict)
                    else any(one_matches(one, found) for one in rule))
        if not good:
            return False
    return True


class Samples(unittest.TestCase):
    def test_every_json_can_be_read(self):
        for path in sorted((ROOT / "deploy").rglob("*.json")):
            with self.subTest(path=path.name):
                read(path)

    def test_the_policies_allow_what_the_adapters_call_and_no_more(self):
        sources = [path for path in (ROOT / "src" / "adapters").rglob("*.rs")
                   if "aws_sdk_" in path.read_text(encoding="utf-8")]
        calls = {call for path in sources
                 for call in CALL.findall(path.read_text(encoding="utf-8"))}
        self.assertLess({"get_item", "receive_message", "get_secret_value"}, calls)
        needed = {right for call in calls for right in RIGHTS[call]}
        # `owners sync` reads the organization with a role of its own, not the bot's.
        sync = {one for one in needed if one.startswith("organizations:")}
        self.assertEqual(allowed_by("iam-policy-sync.json"), sync)
        bots = {one for one in allowed_by("iam-policy.json") if not one.startswith("kms:")}
        self.assertEqual(bots, needed - sync)

    def test_each_event_is_one_finding(self):
        for path in sorted((SAMPLE / "events").glob("*.json")):
            with self.subTest(path=path.name):
                read = subprocess.run([str(MONBAN), "parse", str(path)], stdout=subprocess.PIPE,
                                      timeout=20, check=True).stdout.decode()
                findings = [json.loads(line) for line in read.splitlines()]
                self.assertEqual(["identity" in one for one in findings], [True], read)

    def test_each_finding_goes_to_one_queue(self):
        patterns = read(SAMPLE / "event-patterns.json")
        self.assertEqual(sorted(patterns), ["fast", "slow"])
        for pattern in patterns.values():
            self.assertLess(len(json.dumps(pattern)), PATTERN_LETTERS)
        for changes, queue in [
                ({}, "fast"),
                ({"Severity": {"Label": "CRITICAL"}}, "fast"),
                ({"Compliance": None}, "fast"),
                ({"Compliance": {"Status": "WARNING"}}, "fast"),
                ({"Workflow": {"Status": "NOTIFIED"}}, "fast"),
                ({"Severity": {"Label": "MEDIUM"}}, "slow"),
                ({"Severity": {"Label": "INFORMATIONAL"}, "Compliance": None}, "slow"),
                ({"Compliance": {"Status": "PASSED"}}, "slow"),
                ({"Compliance": {"Status": "NOT_AVAILABLE"}}, "slow"),
                ({"RecordState": "ARCHIVED"}, "slow"),
                ({"Workflow": {"Status": "RESOLVED"}}, "slow"),
                ({"Workflow": {"Status": "SUPPRESSED"}}, "slow")]:
            event = read(SAMPLE / "events" / "securityhub.json")
            finding = event["detail"]["findings"][0]
            finding.update(changes)
            for gone in [key for key, value in finding.items() if value is None]:
                del finding[gone]
            with self.subTest(changes=changes):
                self.assertEqual(self.queues(patterns, event), [queue])
        self.assertEqual(self.queues(patterns, read(SAMPLE / "events" / "guardduty.json")), ["fast"])
        for path in sorted((ROOT / "tests" / "fixtures" / "accounts").glob("*.json")):
            with self.subTest(path=path.name):
                self.assertEqual(self.queues(patterns, read(path)), ["fast"])
        self.assertEqual(self.queues(patterns, {"source": "aws.health", "detail": {}}), [])

    def queues(self, patterns, event):
        return [name for name, pattern in patterns.items() if matches(pattern, [event])]
