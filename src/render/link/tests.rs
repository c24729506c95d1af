use super::{FixPage, card, console, fix_page};
use crate::domain::{Region, Source};
use crate::render::samples;

fn finding(source: Source, id: &str, region: &str) -> Option<String> {
    let mut member = samples::member();
    member.source = source;
    id.clone_into(&mut member.native_id);
    console(&member, &Region::new(region))
}

#[test]
fn a_finding_opens_in_its_own_region() {
    assert_eq!(
        finding(Source::SecurityHub, "arn:aws:x/y z", "ap-northeast-1").unwrap(),
        "https://console.aws.amazon.com/securityhub/home?region=ap-northeast-1#/findings?\
         search=Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%253Aaws%253Ax%252Fy%2520z"
    );
    let arn = "arn:aws:guardduty:us-east-1:111122223333:detector/d0/finding/f0&x=1";
    assert_eq!(
        finding(Source::GuardDuty, arn, "us-east-1").unwrap(),
        "https://console.aws.amazon.com/guardduty/home?region=us-east-1#/findings?\
         macros=current&fId=f0%26x%3D1"
    );
}

#[test]
fn no_link_is_better_than_a_wrong_one() {
    assert_eq!(finding(Source::Asff, "prowler-x", "ap-northeast-1"), None);
    for region in ["global", "", "x.evil.example/", "ap-northeast-1#", "cn-north-1", "AP-x-1"] {
        assert_eq!(finding(Source::SecurityHub, "id", region), None, "{region}");
    }
    assert_eq!(finding(Source::SecurityHub, &"あ".repeat(500), "ap-northeast-1"), None);
}

#[test]
fn only_plain_https_pages_are_linked() {
    for url in [
        "javascript:alert(1)",
        "http://docs.aws.amazon.com/x",
        "https://docs.aws.amazon.com@evil.example/x",
        "https://user:pw@evil.example/",
        "https://evil.example\\@docs.aws.amazon.com/",
        "https://evil.example:8443/",
        "https://[::1]/",
        "https:///x",
        "https://localhost/",
        "https://例え.example/",
        "https://a..b/",
        "//evil.example",
        "",
    ] {
        assert_eq!(fix_page(url), None, "{url}");
    }
}

#[test]
fn a_strange_host_is_named() {
    let page = |url: &str, host: Option<&str>| {
        Some(FixPage { url: url.to_owned(), strange_host: host.map(str::to_owned) })
    };
    let aws = "https://docs.aws.amazon.com/console/securityhub/EC2.19/remediation";
    assert_eq!(fix_page(aws), page(aws, None));
    assert_eq!(
        fix_page("HTTPS://Docs.AWS.Amazon.com.evil.example?a=<b>|c d"),
        page(
            "https://docs.aws.amazon.com.evil.example?a=%3Cb%3E%7Cc%20d",
            Some("docs.aws.amazon.com.evil.example")
        )
    );
}

#[test]
fn a_link_to_a_card_is_an_address() {
    let slack = "https://group.slack.com/archives/C1/p1700000000000100?thread_ts=1.2&cid=C1";
    assert_eq!(card(slack).as_deref(), Some(slack));
    assert_eq!(card("http://127.0.0.1:1/x|y>").as_deref(), Some("http://127.0.0.1:1/x%7Cy%3E"));
    assert_eq!(card("javascript:alert(1)"), None);
    assert_eq!(card(&format!("https://a.example/{}", "x".repeat(1_200))), None);
}
