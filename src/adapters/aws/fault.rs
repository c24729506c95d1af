//! AWS's errors in the ports' four classes.

use std::time::Duration;

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::ports::{Fault, PortError};

/// After a refusal for pace that outlasted the retries.
const THROTTLED: Duration = Duration::from_secs(1);
/// After a failure of the service or of the way to it.
const FAILED: Duration = Duration::from_secs(2);
/// What a person must mend: rights, credentials, a missing table.
const MENDING: Duration = Duration::from_secs(30);
/// The most characters of AWS's own words that a log gets.
const WORDS: usize = 300;
/// The most characters of a cause in a sentence that says what to do.
const SHORT: usize = 160;

/// The class of a failed request. `unclear` is the class of one that may have been carried out:
/// its answer was lost.
pub(in crate::adapters) fn port_error<E>(
    what: &str,
    error: &SdkError<E, HttpResponse>,
    unclear: Fault,
) -> PortError
where
    E: ProvideErrorMetadata + std::fmt::Debug,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let meta = context.err().meta();
            service_error(what, meta.code(), meta.message(), status, unclear)
        }
        SdkError::TimeoutError(_) => PortError::new(unclear, format!("{what}: no answer in time")),
        SdkError::ResponseError(_) => {
            PortError::new(unclear, format!("{what}: an answer that can't be read"))
        }
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().map(|error| chain(error)).unwrap_or_default();
            let words = describe_failure(&cause).unwrap_or_else(|| format!("no answer: {cause}"));
            let detail = format!("{what}: {words}");
            // A connection that broke may have carried the request; so may what has no name.
            if failure.is_user() { retry(MENDING, detail) } else { PortError::new(unclear, detail) }
        }
        SdkError::ConstructionFailure(_) => {
            retry(MENDING, format!("{what}: not sent: the client is not set up"))
        }
        _ => PortError::new(unclear, format!("{what}: an unknown failure")),
    }
}

/// The class of a refusal. Only what is known to be about the request itself is permanent: a good
/// message must not be given up for a missing right.
pub(in crate::adapters) fn service_error(
    what: &str,
    code: Option<&str>,
    words: Option<&str>,
    status: u16,
    unclear: Fault,
) -> PortError {
    let code = code.unwrap_or("no code");
    let detail = format!("{what}: {code}: {}", cut(&words.unwrap_or_default()));
    match code {
        "ConditionalCheckFailedException"
        | "TransactionConflictException"
        | "TransactionInProgressException" => PortError::new(Fault::Conflict, detail),
        "ValidationException" | "ReceiptHandleIsInvalid" | "InvalidParameterValue" => {
            PortError::new(Fault::Permanent, detail)
        }
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "Throttling"
        | "RequestThrottled"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "TooManyRequestsException"
        | "OverLimit" => retry(THROTTLED, detail),
        // The service failed half way: what it did is not known.
        _ if status >= 500 => PortError::new(unclear, detail),
        _ => retry(MENDING, detail),
    }
}

/// The class of a lost answer where asking again does no harm.
pub(in crate::adapters) const AGAIN: Fault = Fault::Retry { after: FAILED };

fn retry(after: Duration, detail: String) -> PortError {
    PortError::new(Fault::Retry { after }, detail)
}

/// What a person can do about a request that never left, told by the library's words about it;
/// `None` for any other failure.
pub fn describe_failure(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let any = |signs: &[&str]| signs.iter().any(|sign| lower.contains(sign));
    // The chain of causes, without the list of attempts and the debug output behind it.
    let cause = words.rsplit_once("dispatch failure: ").map_or(words, |(_, cause)| cause);
    let ends = ["\n", " Attempted:", " (DispatchFailure(", " (ProviderError("];
    let end = ends.iter().filter_map(|end| cause.find(end)).min().unwrap_or(cause.len());
    let cause: String = cause[..end].trim_end_matches('.').chars().take(SHORT).collect();
    if any(&["credential provider", "loading credentials", "no credentials"]) {
        return Some(format!(
            "AWS credentials are missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or \
             AWS_PROFILE, or give the machine a role ({cause})"
        ));
    }
    if any(&["(connect)", "connect error", "dns error", "connect timeout", "io error"]) {
        return Some(format!(
            "AWS can't be reached: look at the network, and at `aws.region` and \
             `aws.endpoint_url` in the config or AWS_ENDPOINT_URL ({cause})"
        ));
    }
    None
}

/// An error with what is behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        text = format!("{text}: {behind}");
        source = behind.source();
    }
    cut(&text)
}

fn cut(words: &impl ToString) -> String {
    words.to_string().chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests;
