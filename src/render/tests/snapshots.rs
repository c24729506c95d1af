//! Every kind of message in both languages and depths, kept for people to read.

use std::fmt::Write as _;

use serde_json::Value;

use super::limits;
use crate::domain::{Depth, EscalationStep, Lang, Message};
use crate::render::words::tests::{keys, marked};
use crate::render::{
    AccountNow, Words, account_card, account_notice, alert_card, health_card, report_card, samples,
    severity_up, unanswered,
};

/// Samples that are kept as text; the others differ from these in a sentence or two.
const KEPT: [&str; 22] = [
    "asks",
    "unowned_asks",
    "acknowledged",
    "assigned",
    "escalated",
    "new_critical",
    "resolved",
    "resolved_suppressed",
    "reopened",
    "reopened_often",
    "superseded",
    "moved",
    "superseded_long_ago",
    "superseded_closed",
    "unowned",
    "stand_in",
    "stand_in_unowned",
    "threat",
    "attacked",
    "japanese",
    "threat_sample",
    "multi_member",
];

/// Every message the samples make, with its name.
fn messages(words: &Words) -> Vec<(String, Message)> {
    let mut all = Vec::new();
    for lang in Lang::ALL {
        for depth in Depth::ALL {
            let of = |name: &str| format!("{name}.{}.{}", lang.as_str(), depth.as_str());
            for sample in samples::alerts() {
                let card = samples::card(&sample, lang, depth);
                let message = alert_card(words, &sample.alert, &card, &sample.links);
                all.push((of(&format!("card_{}", sample.name)), message));
                let reply = severity_up(words, &sample.alert, &card);
                all.push((of(&format!("up_{}", sample.name)), reply));
            }
            let (sample, leads) = (&samples::alerts()[0], samples::leads());
            let card = samples::card(sample, lang, depth);
            for (name, step, leads, to_ccoe) in [
                ("lead", EscalationStep::CompanyLead, leads.each_ref().to_vec(), false),
                ("no_lead", EscalationStep::CompanyLead, vec![], false),
                ("ccoe", EscalationStep::Ccoe, vec![], false),
                ("ccoe_own", EscalationStep::Ccoe, vec![], true),
            ] {
                let to = (leads.as_slice(), to_ccoe);
                let message = unanswered(words, &sample.alert, &card, step, to);
                all.push((of(&format!("unanswered_{name}")), message));
            }
            for (name, report) in samples::reports() {
                let card = samples::report_card_of(&report, lang, depth);
                let message = report_card(words, &report, &card);
                all.push((of(&format!("report_{name}")), message));
            }
            for (name, health) in samples::mornings() {
                let card = samples::health_card_of(&health, lang, depth);
                all.push((of(&format!("health_{name}")), health_card(words, &health, &card)));
            }
            for sample in samples::accounts() {
                let card = samples::account_card_of(&sample, lang, depth);
                let now = AccountNow {
                    asks: true,
                    account: &sample.account,
                    record: sample.record.as_ref(),
                    map: &sample.map,
                    stage: sample.stage,
                    open: &sample.open,
                    more: sample.more,
                };
                let name = sample.name;
                all.push((of(&format!("account_{name}")), account_card(words, &now, &card)));
                let reply = account_notice(words, &now, &card);
                all.push((of(&format!("notice_{name}")), reply));
            }
        }
    }
    all
}

#[test]
fn every_sample_keeps_slacks_limits_and_shows_no_key() {
    let words = Words::embedded().unwrap();
    let keys = keys();
    for (name, message) in messages(&words) {
        let json = serde_json::to_value(&message).unwrap();
        limits::check(&json);
        let shown = json.to_string();
        for key in &keys {
            assert!(!shown.contains(key.as_str()), "{name} shows {key}");
        }
    }
}

/// A sentence that no sample reaches would never have been rendered by any test.
#[test]
fn the_samples_reach_every_sentence() {
    // Names of weekdays and months are told by the calendar alone; its tests cover the form.
    let dates = |key: &String| key.starts_with("words.weekday") || key.starts_with("words.month");
    let spans = |key: &String| key.starts_with("words.span");
    // Text for a terminal, and what is for one person, have tests of their own.
    let explained = |key: &String| {
        ["explain.", "desk.", "form.", "refusal.", "role."].iter().any(|of| key.starts_with(of))
    };
    let shown: String = messages(&marked())
        .iter()
        .map(|(_, message)| serde_json::to_string(message).unwrap())
        .collect::<String>()
        .replace('\u{2060}', "")
        .replace('ˍ', "_");
    let unreached: Vec<String> = keys()
        .into_iter()
        .filter(|key| {
            !dates(key) && !spans(key) && !explained(key) && !shown.contains(&format!("⟦{key}⟧"))
        })
        .collect();
    assert_eq!(unreached, Vec::<String>::new());
}

#[test]
fn messages_read_as_they_should() {
    let words = Words::embedded().unwrap();
    for (name, message) in messages(&words) {
        let (kind, rest) = name.split_once('_').unwrap();
        let sample = rest.split('.').next().unwrap();
        let kept = match kind {
            "card" => KEPT.contains(&sample),
            "up" => {
                ["new_critical", "resolved", "superseded", "threat_sample"].contains(&sample)
                    && rest.ends_with("plain")
            }
            "notice" => {
                ["created", "moved", "closed", "failed", "baseline"].contains(&sample)
                    && rest.ends_with("detailed")
            }
            _ => rest.ends_with("detailed"),
        };
        if kept {
            insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
                insta::assert_snapshot!(name, drawn(&message));
            });
        }
    }
}

/// One message exactly as it goes over the wire, to keep the structure.
#[test]
fn a_card_on_the_wire() {
    let words = Words::embedded().unwrap();
    let sample = &samples::alerts()[0];
    let card = samples::card(sample, Lang::Ja, Depth::Detailed);
    let message = alert_card(&words, &sample.alert, &card, &sample.links);
    insta::with_settings!({snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_json_snapshot!("wire_card_new_critical.ja.detailed", message);
    });
}

/// The message as a person would see it, with just enough of the structure.
fn drawn(message: &Message) -> String {
    let json = serde_json::to_value(message).unwrap();
    let mut out = json["text"].as_str().unwrap().to_owned();
    let card = &json["attachments"][0];
    let _ = write!(out, "\n── {} ──", card["color"].as_str().unwrap());
    for block in card["blocks"].as_array().unwrap() {
        let _ = write!(out, "\n[{}]", block["type"].as_str().unwrap());
        if let Some(text) = block["text"]["text"].as_str() {
            let _ = write!(out, " {text}");
        }
        for part in block["fields"].as_array().into_iter().flatten() {
            let text = part["text"].as_str().unwrap().replace('\n', " → ");
            let _ = write!(out, "\n  {text}");
        }
        for part in block["elements"].as_array().into_iter().flatten() {
            let _ = write!(out, " {}", element(part));
        }
    }
    out.replace('\u{2060}', "⁃")
}

fn element(part: &Value) -> String {
    match part["type"].as_str().unwrap() {
        "rich_text_section" => {
            part["elements"].as_array().unwrap().iter().map(rich).collect::<String>()
        }
        "button" => {
            let said = part["text"]["text"].as_str().unwrap();
            let id = part["action_id"].as_str().unwrap();
            let target = part["url"].as_str().or(part["value"].as_str()).unwrap();
            let style = part["style"].as_str().map_or(String::new(), |style| format!(" [{style}]"));
            format!("\n  ({said}){style} {id} {target}")
        }
        "overflow" => {
            let choice = |one: &Value| {
                let said = one["text"]["text"].as_str().unwrap();
                format!("\n  … ({said}) {}", one["value"].as_str().unwrap())
            };
            part["options"].as_array().unwrap().iter().map(choice).collect::<String>()
        }
        _ => part["text"].as_str().unwrap().to_owned(),
    }
}

fn rich(part: &Value) -> String {
    if let Some(user) = part["user_id"].as_str() {
        return format!("<@{user}>");
    }
    let text = part["text"].as_str().unwrap();
    let style = &part["style"];
    if style["code"] == true {
        format!("`{text}`")
    } else if style["bold"] == true {
        format!("*{text}*")
    } else {
        text.to_owned()
    }
}
