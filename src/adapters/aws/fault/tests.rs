use super::{FAILED, MENDING, THROTTLED, describe_failure, service_error};
use crate::ports::Fault;

fn fault(code: &str, status: u16) -> Fault {
    service_error("Put", Some(code), Some("words"), status, Fault::InDoubt).fault
}

#[test]
fn each_refusal_has_its_class() {
    let table = [
        ("ConditionalCheckFailedException", 400, Fault::Conflict),
        ("TransactionConflictException", 400, Fault::Conflict),
        ("TransactionInProgressException", 400, Fault::Conflict),
        ("ValidationException", 400, Fault::Permanent),
        ("ProvisionedThroughputExceededException", 400, Fault::Retry { after: THROTTLED }),
        ("ThrottlingException", 400, Fault::Retry { after: THROTTLED }),
        ("RequestLimitExceeded", 400, Fault::Retry { after: THROTTLED }),
        ("AccessDeniedException", 400, Fault::Retry { after: MENDING }),
        ("ExpiredTokenException", 400, Fault::Retry { after: MENDING }),
        ("ResourceNotFoundException", 400, Fault::Retry { after: MENDING }),
        ("AWS.SimpleQueueService.NonExistentQueue", 400, Fault::Retry { after: MENDING }),
        ("ItemCollectionSizeLimitExceededException", 400, Fault::Retry { after: MENDING }),
        ("SomethingNew", 400, Fault::Retry { after: MENDING }),
        ("InternalServerError", 500, Fault::InDoubt),
        ("ServiceUnavailable", 503, Fault::InDoubt),
    ];
    for (code, status, expected) in table {
        assert_eq!(fault(code, status), expected, "{code}");
    }
    let again = service_error("Get", Some("InternalServerError"), None, 500, super::AGAIN);
    assert_eq!(again.fault, Fault::Retry { after: FAILED });
}

#[test]
fn a_log_gets_no_book() {
    let words = "\u{9580}".repeat(10_000);
    let error = service_error("Put", None, Some(&words), 400, Fault::InDoubt);
    assert!(error.detail.chars().count() < 400, "{}", error.detail.len());
    assert!(error.detail.starts_with("Put: no code: "));
}

#[test]
fn what_never_left_is_told_by_what_to_set() {
    let no_credentials = "AWS refuses to describe table monban: dispatch failure: other: the \
                          credential provider was not enabled: no credentials found in chain. \
                          Attempted:\n  Environment: environment variable not set";
    let forbidden = "other: an error occurred while loading credentials: failed to load IMDS \
                     session token (ProviderError(ProviderError { source: 1 }))";
    for words in [no_credentials, forbidden] {
        let said = describe_failure(words).unwrap();
        assert!(said.starts_with("AWS credentials are missing: set AWS_ACCESS_KEY_ID"), "{said}");
        assert!(!said.contains('\n') && !said.contains("Attempted"), "{said}");
        assert!(!said.contains("ProviderError("), "{said}");
    }
    let refused = "AWS refuses to create table monban: dispatch failure: io error: client error \
                   (Connect): tcp connect error: Connection refused (os error 111) \
                   (DispatchFailure(DispatchFailure { source: ConnectorError { kind: Io } }))";
    let said = describe_failure(refused).unwrap();
    assert!(said.starts_with("AWS can't be reached: ") && said.contains("`aws.endpoint_url`"));
    assert!(said.ends_with("Connection refused (os error 111))"), "{said}");
    assert_eq!(describe_failure("there is no table monban"), None);
}
