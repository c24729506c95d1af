//! Whatever a source writes, the message stays within Slack's limits and says nothing of its own.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::limits;
use crate::domain::{
    AccountId, Alert, ChannelId, Depth, EntryId, Environment, Identity, IntakeReport, Lang,
    Ownership, Region, ReportId, Resource, Severity, Source, Trouble, Unknown, Workflow,
};
use crate::render::samples::Sample;
use crate::render::{Words, alert_card, report_card, samples, severity_up};

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::embedded().unwrap());

/// Arbitrary text, pieces of attacks in any order, and attacks of great length.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<!channel>",
        "<@U1>",
        "&",
        "&amp;",
        "*",
        "_",
        "`",
        "~",
        "\n> ",
        "＞",
        "@here",
        ":x:",
        "{{title}}",
        "{{{x}}}",
        "{{#if a}}",
        "\u{202e}",
        "\u{200b}",
        "\u{2060}",
        "\u{feff}",
        "\u{0}",
        "\u{9b}",
        "\u{ad}",
        "e\u{301}",
        "𠮷",
        "👩‍👩‍👧",
        "🇯🇵",
        "あ",
        "\"",
        "\\",
        " ",
        "|",
        "https://evil.example",
        "</a>",
        "\u{2028}",
        "\u{e0041}",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(pieces.clone(), 0..40).prop_map(|all| all.concat()),
        (pieces, 1_000_usize..5_000).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

prop_compose! {
    fn texts()(texts in prop::collection::vec(hostile(), 12)) -> Vec<String> {
        texts
    }
}

/// A sample alert whose every text is replaced.
fn spoiled(sample: &mut Sample, texts: &[String], members: u8, count: usize) {
    let alert: &mut Alert = &mut sample.alert;
    let text = |at: usize| texts[at % texts.len()].clone();
    alert.title = text(0);
    alert.description = text(1);
    alert.resource = Resource { kind: text(2), id: text(3) };
    alert.key.account = AccountId::new(text(4));
    alert.key.control = text(5);
    if count.is_multiple_of(3) {
        alert.key.region = Region::new(text(6));
    }
    alert.ownership = Ownership {
        company: (!count.is_multiple_of(5)).then(|| text(7)),
        account_name: (!count.is_multiple_of(7)).then(|| text(8)),
        environment: count.is_multiple_of(2).then_some(Environment::Prod),
        map_revision: 1,
    };
    alert.more_resources = count;
    alert.fix_url = Some(if count.is_multiple_of(2) {
        format!("https://docs.aws.amazon.com/{}", text(9))
    } else {
        text(9)
    });
    let first = alert.members.values().next().cloned();
    for number in 0..members {
        let mut member = first.clone().unwrap();
        member.product = text(usize::from(number) + 10);
        member.native_id = text(usize::from(number) + 11);
        member.source =
            [Source::SecurityHub, Source::GuardDuty, Source::Asff][usize::from(number) % 3];
        member.workflow = Some(Workflow::Resolved);
        alert.members.insert(Identity::new(number.to_string()), member);
    }
    if members == 0 {
        alert.members.clear();
    }
}

/// Every text at its longest in every kind of card: random cases rarely meet there.
#[test]
fn the_longest_of_everything_fits() {
    for piece in ["&", "<", ">", ":", "あ", "𠮷", "\u{202e}", "x"] {
        let mut texts = vec![piece.repeat(5_000); 12];
        texts[9] = "x".repeat(1_100);
        // Ids of the greatest length that still gets a link.
        texts[11] = format!("{}{}", "x".repeat(500), "y".repeat(500));
        for count in [1, usize::MAX, usize::MAX - 1] {
            for mut sample in samples::alerts() {
                sample.stands_in = true;
                spoiled(&mut sample, &texts, 9, count);
                sample.alert.key.region = Region::new("ap-northeast-1");
                sample.links.older = Some(format!("https://x.slack.com/{}", "x".repeat(1_100)));
                for lang in Lang::ALL {
                    let mut card = samples::card(&sample, lang, Depth::Detailed);
                    // Two offsets within the history: every time names its zone.
                    card.receiver.time_zone = "America/New_York".to_owned();
                    let message = alert_card(&WORDS, &sample.alert, &card, &sample.links);
                    limits::check(&serde_json::to_value(&message).unwrap());
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn no_alert_breaks_out(texts in texts(), which in 0..samples::alerts().len(), members in 0..12_u8,
                           count in any::<usize>(), level in 0..5_usize) {
        let mut sample = samples::alerts().swap_remove(which);
        sample.alert.severity = Severity::ALL[level];
        sample.stands_in = count.is_multiple_of(4);
        spoiled(&mut sample, &texts, members, count);
        for lang in Lang::ALL {
            for depth in Depth::ALL {
                let mut card = samples::card(&sample, lang, depth);
                if let Some(lane) = &mut card.receiver.stands_in_for {
                    lane.channel = ChannelId::new(texts[0].clone());
                }
                card.receiver.time_zone = "America/New_York".to_owned();
                let message = alert_card(&WORDS, &sample.alert, &card, &sample.links);
                limits::check(&serde_json::to_value(&message).unwrap());
                let reply = severity_up(&WORDS, &sample.alert, &card);
                limits::check(&serde_json::to_value(&reply).unwrap());
            }
        }
    }

    #[test]
    fn no_report_breaks_out(texts in texts(), count in any::<u64>(), kinds in 0..40_usize) {
        let (_, mut report) = samples::reports().swap_remove(0);
        report.id = ReportId::new(texts[0].clone());
        report.unreadable = count;
        for number in 0..kinds {
            let text = texts[number % texts.len()].clone();
            report.not_understood.insert(format!("{text}{number}"), count);
        }
        for number in 0..IntakeReport::EXAMPLES {
            let text = |at: usize| texts[(number + at) % texts.len()].clone();
            let trouble = match number % 3 {
                0 => Trouble::Unreadable { reason: text(0) },
                1 => Trouble::Undelivered { entry: EntryId::new(text(1)), reason: text(2) },
                _ => Trouble::NotUnderstood(Unknown {
                    source: Some(text(3)), detail_type: Some(text(4)), account: Some(text(5)),
                }),
            };
            let mut example = report.examples[0].clone();
            example.trouble = trouble;
            example.quarantine = Some(text(6));
            report.examples.push(example);
        }
        for lang in Lang::ALL {
            let card = samples::report_card_of(&report, lang, Depth::Detailed);
            let message = report_card(&WORDS, &report, &card);
            limits::check(&serde_json::to_value(&message).unwrap());
        }
    }
}
