"""The emulator of SQS, DynamoDB, EventBridge and Secrets Manager."""

import os

from .emulator import Emulator


class Ministack(Emulator):
    requirements = "requirements-aws.txt"

    def command(self, programs, port):
        return [str(programs / "ministack")], {
            "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port),
            "MINISTACK_ACCOUNT_ID": "123456789012", "MINISTACK_REGION": "ap-northeast-1",
            "LAMBDA_EXECUTOR": "local", "LOG_LEVEL": "WARNING",
            "STATE_DIR": os.path.join(self.folder.name, "state"),
            "S3_DATA_DIR": os.path.join(self.folder.name, "s3"),
        }
