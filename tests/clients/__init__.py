"""Slack's own client libraries against the sandbox: they are the judges of its Web API."""
