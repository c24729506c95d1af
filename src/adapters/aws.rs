//! What every AWS client shares: credentials and Region of the machine, TLS by the one provider
//! of the house, retries and time limits, and a count of every request sent.

mod fault;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextRef},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

pub use fault::describe_failure;
pub(super) use fault::{AGAIN, port_error, service_error};

/// A connection stands within this time or not at all.
const CONNECT: Duration = Duration::from_secs(3);
/// One attempt of a request that does not wait on purpose.
const ATTEMPT: Duration = Duration::from_secs(4);
/// A request with all its attempts: well within a post's deadline.
const OPERATION: Duration = Duration::from_secs(8);
/// Attempts of a request.
const ATTEMPTS: u32 = 3;

/// What is told of AWS beside what the machine knows.
#[derive(Debug, Clone, Default)]
pub struct AwsSettings {
    /// The Region; the machine's own if it is not given.
    pub region: Option<String>,
    /// Another endpoint for every service; `AWS_ENDPOINT_URL` names one as well.
    pub endpoint_url: Option<String>,
}

/// Where and as whom AWS is asked.
#[derive(Clone)]
pub struct Aws {
    pub(super) config: SdkConfig,
    pub(super) calls: Calls,
}

impl Aws {
    /// Credentials come from the machine (environment, profile, container or instance role), the
    /// Region as well unless it is given.
    pub async fn load(settings: AwsSettings) -> Self {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(ATTEMPT)
            .operation_timeout(OPERATION)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts);
        if let Some(region) = settings.region {
            loader = loader.region(Region::new(region));
        }
        if let Some(url) = settings.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        Self { config: loader.load().await, calls: Calls::default() }
    }

    /// Whether a Region is known: without one nothing can be asked.
    pub fn region(&self) -> Option<&str> {
        self.config.region().map(Region::as_ref)
    }

    /// Requests sent so far, retries included, by `Service.Operation`.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.calls.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Counts every request that leaves, retries included.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls(Arc<Mutex<BTreeMap<String, u64>>>);

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "Calls"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // Such as `DynamoDB_20120810.BatchGetItem` or `AmazonSQS.ReceiveMessage`.
        let target = context.request().headers().get("x-amz-target").unwrap_or("other");
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(target.to_owned()).or_default() += 1;
        Ok(())
    }
}
