//! What an element is: an EventBridge envelope, an SNS notification around one, bare ASFF, or an
//! API answer that lists ASFF. All else is unknown, with what can be said of it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::fields::Object;
use super::{Sink, asff, guardduty, lifecycle, moment, securityhub, split, text};
use crate::domain::{Source, Unknown};

/// SNS may wrap an SNS message once; deeper wrapping is nobody's set-up.
const SNS_LEVELS: u8 = 2;

/// What the envelope adds to a finding.
#[derive(Clone, Copy)]
pub(super) struct Envelope<'a> {
    /// Who speaks.
    pub source: Source,
    /// The bus's Region: the last resort.
    pub region: Option<&'a str>,
    /// When the event was emitted.
    pub time: Option<Timestamp>,
}

impl Envelope<'_> {
    /// No envelope: ASFF as a scanner writes it.
    pub const BARE: Self = Self { source: Source::Asff, region: None, time: None };
}

/// Reads every element of a body; `level` counts the SNS notifications around it.
pub(super) fn read_body(body: &[u8], level: u8, sink: &mut Sink) {
    for piece in split::pieces(body) {
        match piece.value {
            Ok(Value::Object(map)) => element(&map, piece.raw, level, sink),
            // An empty list says that there is nothing to say: a clean scan.
            Ok(Value::Array(list)) if list.is_empty() => {}
            Ok(_) => sink.unknown(nothing_known()),
            Err(reason) => sink.unreadable(reason, piece.raw),
        }
    }
}

fn element(map: &Map<String, Value>, raw: &[u8], level: u8, sink: &mut Sink) {
    let object = Object::root(map);
    if let Some(message) = sns_message(object) {
        notification(object, message, level, sink);
    } else if asff::looks_like(object) {
        match asff::finding(object, Envelope::BARE) {
            Ok(finding) => sink.finding(finding),
            Err(reason) => sink.unreadable(reason, raw),
        }
    } else if object.has("detail-type") || object.has("detail") {
        event(object, raw, sink);
    } else if let Some(Value::Array(list)) = object.get("findings").filter(|_| !is_ocsf(object)) {
        listed(list, Envelope::BARE, sink);
    } else {
        sink.unknown(hint(object));
    }
}

fn sns_message(object: Object<'_>) -> Option<&str> {
    (object.text("Type") == Some("Notification")).then(|| object.text("Message")).flatten()
}

fn notification(object: Object<'_>, message: &str, level: u8, sink: &mut Sink) {
    if level < SNS_LEVELS && message.starts_with(['{', '[']) {
        read_body(message.as_bytes(), level + 1, sink);
        return;
    }
    let topic = object.text("TopicArn").and_then(|arn| arn.split(':').nth(4));
    sink.unknown(unknown(Some("sns"), object.text("Subject"), topic));
}

fn event(object: Object<'_>, raw: &[u8], sink: &mut Sink) {
    let source = object.text("source");
    let detail_type = object.text("detail-type");
    let detail = match object.object("detail") {
        Ok(detail) => detail,
        Err(reason) => return sink.unreadable(reason, raw),
    };
    let envelope = |source| Envelope {
        source,
        region: object.text("region"),
        time: object.get("time").and_then(moment::read),
    };
    match (source, detail_type, detail) {
        (Some(securityhub::SOURCE), Some(securityhub::IMPORTED), Some(detail)) => {
            match securityhub::findings(detail) {
                Ok(list) => listed(list, envelope(Source::SecurityHub), sink),
                Err(reason) => sink.unreadable(reason, raw),
            }
        }
        (Some(guardduty::SOURCE), Some(guardduty::FINDING), Some(detail)) => {
            match guardduty::finding(detail, envelope(Source::GuardDuty)) {
                Ok(finding) => sink.finding(finding),
                Err(reason) => sink.unreadable(reason, raw),
            }
        }
        (Some(source), Some(kind), Some(detail))
            if lifecycle::SOURCES.contains(&source) && lifecycle::TYPES.contains(&kind) =>
        {
            let time = object.get("time").and_then(moment::read);
            match lifecycle::event(source, detail, time) {
                Ok(Some(event)) => sink.event(event),
                Ok(None) => {
                    // The kind is the event's name: there are many of one detail type.
                    let name = detail.text("eventName").unwrap_or(kind);
                    sink.unknown(unknown(Some(source), Some(name), object.text("account")));
                }
                Err(reason) => sink.unreadable(reason, raw),
            }
        }
        (Some(securityhub::SOURCE), Some(securityhub::IMPORTED), None)
        | (Some(guardduty::SOURCE), Some(guardduty::FINDING), None) => {
            sink.unreadable("detail is missing", raw);
        }
        // A hand-made wrapper that names no source: its ASFF is as good as bare.
        (None, None, Some(detail)) if detail.children("findings").any(asff::looks_like) => {
            listed(detail.list("findings").unwrap_or_default(), envelope(Source::Asff), sink);
        }
        _ => sink.unknown(unknown(source, detail_type, object.text("account"))),
    }
}

/// The elements of a list of findings, each by itself. An empty list is a clean scan.
fn listed(list: &[Value], envelope: Envelope<'_>, sink: &mut Sink) {
    for value in list {
        let read = match value.as_object().map(Object::root) {
            Some(object) if envelope.source != Source::Asff || asff::looks_like(object) => {
                asff::finding(object, envelope)
            }
            Some(object) => {
                sink.unknown(hint(object));
                continue;
            }
            None => Err("an element of findings is not an object".to_owned()),
        };
        match read {
            Ok(finding) => sink.finding(finding),
            Err(reason) => sink.unreadable(reason, value.to_string().as_bytes()),
        }
    }
}

/// What can be said of an object of no kind we know.
fn hint(object: Object<'_>) -> Unknown {
    if is_ocsf(object) {
        let account = object.child("cloud").and_then(|cloud| cloud.child("account"));
        let uid = account.and_then(|account| account.text("uid"));
        return unknown(Some("ocsf"), object.text("class_name"), uid);
    }
    unknown(object.text("source"), object.text("detail-type"), object.text("account"))
}

fn is_ocsf(object: Object<'_>) -> bool {
    object.has("class_uid")
}

fn nothing_known() -> Unknown {
    unknown(None, None, None)
}

fn unknown(source: Option<&str>, detail_type: Option<&str>, account: Option<&str>) -> Unknown {
    let short = |text: Option<&str>| text.map(text::title);
    Unknown {
        source: short(source),
        detail_type: short(detail_type),
        account: account.map(|account| text::cut(account, 40)),
    }
}
