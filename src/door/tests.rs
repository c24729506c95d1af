//! The listener's answers, over real HTTP where a request matters, else by its parts.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::{HeaderMap, HeaderName, StatusCode};
use jiff::Timestamp;

use super::{Check, Numbers, checks::Checks, guard, metrics::Metrics};
use crate::{domain::Secret, flow::Counters};

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

type Ask = Box<dyn Fn() -> futures::future::BoxFuture<'static, Result<(), String>> + Send + Sync>;

fn check(name: &str, ask: Ask) -> Check {
    Check { name: name.to_owned(), key: "some.key".to_owned(), ask }
}

#[tokio::test]
async fn what_was_found_is_kept_for_ten_seconds() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let ask = move || -> futures::future::BoxFuture<'static, Result<(), String>> {
        let n = counter.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { if n == 0 { Err("not yet".to_owned()) } else { Ok(()) } })
    };
    let checks = Checks::new(vec![check("store", Box::new(ask))]);
    for (at, count, good) in [(0, 1, false), (9, 1, false), (10, 2, true), (19, 2, true)] {
        let found = checks.ask(second(at)).await;
        assert_eq!(found["store"].is_ok(), good, "{at}");
        assert_eq!(asked.load(Ordering::SeqCst), count, "{at}");
    }
}

#[tokio::test]
async fn a_check_that_hangs_has_failed() {
    let hangs = check("slack.T1", Box::new(|| Box::pin(std::future::pending())));
    let works = check("store", Box::new(|| Box::pin(async { Ok(()) })));
    let found = Checks::new(vec![hangs, works]).ask(second(0)).await;
    assert_eq!(found["slack.T1"], Err("no answer within 3 s".to_owned()));
    assert_eq!(found["store"], Ok(()));
}

#[test]
fn numbers_are_written_as_prometheus_reads_them() {
    let counters = Counters::default();
    counters.posted.add_many(3);
    let counts = counters.read();
    let aws_requests = BTreeMap::from([("DynamoDB.\"Query\"".to_owned(), 7)]);
    let numbers = Numbers {
        counts: counts.clone(),
        aws_requests,
        table_units: Some((12.5, 4.0)),
        people: None,
        map_gaps: BTreeMap::from([("unmapped", 2)]),
        store_failing: true,
    };
    let text = Metrics::new(Box::new(move || numbers.clone())).text().unwrap();
    for line in [
        "# HELP monban_posted Messages posted.",
        "# TYPE monban_posted counter",
        "monban_posted_total 3",
        "monban_acked_total 0",
        "monban_aws_requests_total{operation=\"DynamoDB.\\\"Query\\\"\"} 7",
        "monban_table_units_total{kind=\"read\"} 12.5",
        "monban_table_units_total{kind=\"write\"} 4.0",
        "monban_map_gaps{kind=\"unmapped\"} 2",
        "monban_store_failing 1",
        concat!("monban_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let names = counts.each();
    assert!(names.len() >= 12 && names.iter().all(|(_, help, _)| !help.is_empty()), "{names:?}");
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect()
}

#[test]
fn only_its_bearer_may_send() {
    let token = Secret::new("s3cret");
    let verdict = |pairs: &[(&'static str, &str)]| {
        guard::check(&headers(pairs), Some(&token)).map_err(|(status, _)| status)
    };
    for good in ["Bearer s3cret", "bearer s3cret"] {
        assert_eq!(verdict(&[("authorization", good)]), Ok(()));
    }
    for bad in ["Bearer s3cre", "Bearer s3cret2", "Bearer ", "Bearer", "Basic s3cret", "s3cret"] {
        assert_eq!(verdict(&[("authorization", bad)]), Err(StatusCode::UNAUTHORIZED), "{bad}");
    }
    assert_eq!(verdict(&[("host", "127.0.0.1:1")]), Err(StatusCode::UNAUTHORIZED));
}

#[test]
fn without_a_token_no_web_page_may_send() {
    let verdict = |pairs: &[(&'static str, &str)]| {
        guard::check(&headers(pairs), None).map_err(|(status, _)| status)
    };
    for host in ["127.0.0.1:9464", "localhost", "[::1]:1"] {
        assert_eq!(verdict(&[("host", host)]), Ok(()), "{host}");
        let page = [("host", host), ("origin", "http://127.0.0.1:9464")];
        assert_eq!(verdict(&page), Err(StatusCode::FORBIDDEN));
        let page = [("host", host), ("sec-fetch-site", "cross-site")];
        assert_eq!(verdict(&page), Err(StatusCode::FORBIDDEN));
    }
    for host in ["evil.example", "127.0.0.1.evil.example:80", "127.0.0.1:x", ""] {
        assert_eq!(verdict(&[("host", host)]), Err(StatusCode::FORBIDDEN), "{host}");
    }
    assert_eq!(verdict(&[]), Err(StatusCode::FORBIDDEN));
}
