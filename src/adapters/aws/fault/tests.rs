use super::{FAILED, MENDING, THROTTLED, service_error};
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
