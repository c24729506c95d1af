//! The emulator, asked on the wire.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use monban::adapters::aws::AwsSettings;
use serde_json::{Value, json};

use crate::support::http;

/// An AWS emulator on this machine.
#[derive(Clone)]
pub struct Emulator {
    pub url: String,
    address: SocketAddr,
}

impl Emulator {
    /// The one that the test run started, or a printed note and none.
    pub fn find() -> Option<Self> {
        Self::told_by("MONBAN_TEST_AWS")
    }

    /// The one with Organizations, in the same way.
    pub fn with_organizations() -> Option<Self> {
        Self::told_by("MONBAN_TEST_MOTO")
    }

    #[expect(clippy::disallowed_methods, reason = "tests are told so where the emulators are")]
    fn told_by(variable: &str) -> Option<Self> {
        let Ok(url) = std::env::var(variable) else {
            println!("skipped: no AWS emulator; `python3 tests/run.py --only aws` starts one");
            return None;
        };
        let address = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        Some(Self { url, address })
    }

    /// What a client of it is told.
    pub fn settings(&self) -> AwsSettings {
        settings(&self.url)
    }

    /// One call, such as `AmazonSQS.CreateQueue`.
    pub fn call(&self, target: &str, body: &Value) -> Value {
        let service = match target.split('.').next() {
            Some("AmazonSQS") => "sqs",
            Some("DynamoDB_20120810") => "dynamodb",
            Some("AWSEvents") => "events",
            Some("secretsmanager") => "secretsmanager",
            Some("AWSOrganizationsV20161128") => "organizations",
            other => panic!("no service for {other:?}"),
        };
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential=test/20261101/ap-northeast-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=none"
        );
        let headers = [
            ("X-Amz-Target", target),
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Authorization", credential.as_str()),
        ];
        let body = body.to_string();
        let answer = http::request(self.address, "POST", "/", &headers, body.as_bytes()).unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", String::from_utf8_lossy(&answer.body));
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    }

    /// A new queue; its URL.
    pub fn queue(&self, name: &str) -> String {
        let attributes = json!({ "MaximumMessageSize": "1048576" });
        let body = json!({ "QueueName": name, "Attributes": attributes });
        self.call("AmazonSQS.CreateQueue", &body)["QueueUrl"].as_str().unwrap().to_owned()
    }

    pub fn send(&self, queue: &str, body: &str) {
        let body = json!({ "QueueUrl": queue, "MessageBody": body });
        self.call("AmazonSQS.SendMessage", &body);
    }

    /// Sends many, ten a call.
    pub fn send_all(&self, queue: &str, bodies: &[String]) {
        for ten in bodies.chunks(10) {
            let entries: Vec<Value> = ten
                .iter()
                .enumerate()
                .map(|(id, body)| json!({ "Id": id.to_string(), "MessageBody": body }))
                .collect();
            let body = json!({ "QueueUrl": queue, "Entries": entries });
            let answer = self.call("AmazonSQS.SendMessageBatch", &body);
            assert_eq!(answer["Successful"].as_array().map(Vec::len), Some(ten.len()), "{answer}");
        }
    }

    /// How many messages are in a queue, received ones included.
    pub fn left(&self, queue: &str) -> u64 {
        let body = json!({ "QueueUrl": queue, "AttributeNames": ["All"] });
        let answer = self.call("AmazonSQS.GetQueueAttributes", &body);
        ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            .iter()
            .map(|name| answer["Attributes"][name].as_str().unwrap().parse::<u64>().unwrap())
            .sum()
    }
}

/// What a client is told of a service at this address.
pub fn settings(url: &str) -> AwsSettings {
    let region = Some("ap-northeast-1".to_owned());
    AwsSettings { region, endpoint_url: Some(url.to_owned()) }
}

/// A name no other test has.
pub fn unique(what: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{what}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}
