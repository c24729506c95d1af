//! What `monban explain` says of one element: text for a terminal, no blocks.

pub(super) mod alert;
mod policy;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::escape::visible;
use super::pen::{Pen, text};
use super::words::Words;
use crate::domain::{
    AccountEvent, Because, Channel, Depth, Effective, Finding, Floor, Lang, Level, OwnerMap,
    Placement, Resolved, Role, Routed, Setting, Severity, Tried, Unknown, Verdict,
};

/// UTF-16 units of a text of others.
const TEXT: usize = 300;
/// Of an id.
const ID: usize = 600;

/// Whether a finding is told, and why so. By the decision itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook<'a> {
    /// At once: the account is live.
    Live,
    /// At once: nobody owns the account.
    Unowned,
    /// At once, though in baseline: it is critical.
    Critical,
    /// At once, though in baseline: it is a threat that GuardDuty sees.
    Threat,
    /// Recorded only: the account is in baseline, with the reason that the map gives.
    Held(Option<&'a str>),
    /// Recorded only: the policy tells only what is worse.
    BelowNotify,
    /// Recorded only: nobody owns the account.
    HeldUnowned,
    /// Not told: nothing is wrong.
    Nothing,
    /// Not told: the source can't tell.
    Undetermined,
}

impl Outlook<'_> {
    /// Whether it is told.
    const fn told(self) -> bool {
        match self {
            Self::Live | Self::Unowned | Self::Critical | Self::Threat => true,
            Self::Held(_)
            | Self::HeldUnowned
            | Self::BelowNotify
            | Self::Nothing
            | Self::Undetermined => false,
        }
    }
}

/// A finding with all that is to be said of it.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Where it would be told.
    pub routed: &'a Routed<'a>,
    /// What the policy says of it.
    pub policy: &'a Effective<'a>,
    /// Whether it would be.
    pub outlook: Outlook<'a>,
    /// For each channel that it is told in, when people are there next, where it waits for them.
    pub waits: &'a [Option<Timestamp>],
}

impl Explained<'_> {
    /// Until when the first channel waits, if it does.
    fn waited(&self) -> Option<Timestamp> {
        self.waits.first().copied().flatten()
    }
}

/// A finding; `number` is its place in the file, 1 for the first.
pub fn finding(words: &Words, lang: Lang, number: usize, explained: &Explained<'_>) -> String {
    let mut page = Page::new(words, lang, "explain.head.finding", number);
    page.read(explained.finding);
    let severity = explained.finding.severity;
    page.owner(&explained.routed.resolved, severity);
    page.routes(&explained.routed.tried);
    let waits = if explained.outlook.told() { explained.waits } else { &[] };
    page.told(explained.routed, severity, explained.outlook.told(), waits);
    page.policy(explained.policy, explained.routed.resolved.placement == Placement::Unowned);
    page.when(explained);
    page.text
}

/// Something that happened to an account.
pub fn event(
    words: &Words,
    lang: Lang,
    number: usize,
    event: &AccountEvent,
    map: &OwnerMap,
) -> String {
    let mut page = Page::new(words, lang, "explain.head.event", number);
    let (source, what) = (text(&event.source, TEXT), event.happened.word());
    page.line("explain.event.kind", &json!({"source": source, "what": what}));
    let account = text(event.account.as_str(), TEXT);
    page.line("explain.unknown.account", &json!({"account": account}));
    match map.place(&event.account) {
        Placement::Owned(company, _) => {
            let company = text(&company.name, TEXT);
            page.line("explain.event.owned", &json!({"company": company}));
        }
        Placement::Unowned => page.line("explain.event.unowned", &()),
    }
    page.line("explain.event.told", &());
    page.text
}

/// An event of no kind we know.
pub fn unknown(words: &Words, lang: Lang, number: usize, unknown: &Unknown) -> String {
    let mut page = Page::new(words, lang, "explain.head.unknown", number);
    let part = |part: &Option<String>| part.as_deref().map_or("?".into(), |one| text(one, TEXT));
    let kind = json!({"source": part(&unknown.source), "detail_type": part(&unknown.detail_type)});
    page.line("explain.unknown.kind", &kind);
    if let Some(account) = &unknown.account {
        page.line("explain.unknown.account", &json!({"account": text(account, TEXT)}));
    }
    page.line("explain.unknown.told", &());
    page.text
}

/// Bytes that can't be read; `reason` as the intake says it.
pub fn unreadable(words: &Words, lang: Lang, number: usize, reason: &str) -> String {
    let mut page = Page::new(words, lang, "explain.head.unreadable", number);
    page.line("explain.unreadable.reason", &json!({"reason": text(reason, TEXT)}));
    page.line("explain.unreadable.told", &());
    page.text
}

/// One element's lines.
pub(super) struct Page<'a> {
    pub pen: Pen<'a>,
    pub text: String,
}

impl<'a> Page<'a> {
    fn new(words: &'a Words, lang: Lang, head: &str, number: usize) -> Self {
        let pen = Pen { words, lang };
        let text = format!("{}\n", pen.literal(head, &json!({"number": number})));
        Self { pen, text }
    }

    /// Lines without a head of their own.
    pub fn plain(words: &'a Words, lang: Lang) -> Self {
        Self { pen: Pen { words, lang }, text: String::new() }
    }

    pub fn section(&mut self, key: &str) {
        let word = self.pen.word(key);
        self.text.extend(["  ", word.as_str(), "\n"]);
    }

    pub fn line<V: Serialize>(&mut self, key: &str, view: &V) {
        let line = self.pen.literal(key, view);
        self.text.extend(["    ", line.as_str(), "\n"]);
    }

    fn read(&mut self, finding: &Finding) {
        self.section("explain.section.read");
        let id = |id: &str| json!({"value": visible(id, ID)});
        let source = json!({
            "source": finding.source.as_str(),
            "product": text(&finding.product, TEXT),
            "sample": finding.sample,
        });
        self.line("explain.read.source", &source);
        self.line("explain.read.title", &json!({"value": text(&finding.title, TEXT)}));
        self.line("explain.read.account", &id(finding.account.as_str()));
        self.line("explain.read.region", &id(finding.region.as_str()));
        self.line("explain.read.control", &id(&finding.control));
        let (kind, resource) =
            (text(&finding.resource.kind, TEXT), visible(&finding.resource.id, ID));
        self.line("explain.read.resource", &json!({"kind": kind, "id": resource}));
        for (key, value) in &finding.tags {
            let tag = json!({"key": text(key, TEXT), "value": text(value, TEXT)});
            self.line("explain.read.tag", &tag);
        }
        let severity = self.pen.severity(finding.severity);
        self.line("explain.read.severity", &json!({"value": severity}));
        let verdict = self.pen.word(match finding.verdict() {
            Verdict::Problem => "explain.verdict.problem",
            Verdict::Passed => "explain.verdict.passed",
            Verdict::Archived => "explain.verdict.archived",
            Verdict::NotApplicable => "explain.verdict.not_applicable",
            Verdict::Suppressed => "explain.verdict.suppressed",
            Verdict::ResolvedAtSource => "explain.verdict.resolved_at_source",
            Verdict::Undetermined => "explain.verdict.undetermined",
        });
        self.line("explain.read.verdict", &json!({"value": verdict}));
        self.line("explain.read.identity", &id(finding.identity.as_str()));
        self.line("explain.read.alert", &id(finding.alert_key().id().as_str()));
    }

    /// Who answers, and which level each value comes from.
    pub fn owner(&mut self, resolved: &Resolved<'_>, severity: Severity) {
        self.section("explain.section.owner");
        match resolved.placement {
            Placement::Owned(company, account) => {
                let view = json!({
                    "company": text(&company.name, TEXT),
                    "account": text(&account.name, TEXT),
                    "environment": self.pen.environment(account.environment),
                });
                self.line("explain.owner.company", &view);
            }
            Placement::Unowned => self.line("explain.owner.none", &()),
        }
        let severity = Some(severity);
        let receiver = resolved.receiver(severity);
        for setting in Setting::ALL {
            let Some(level) = resolved.source(setting, severity) else { continue };
            let (key, value) = match setting {
                Setting::Channel => {
                    let channel = resolved.channel(severity).map(|(channel, _)| place(channel));
                    ("explain.setting.channel", channel.unwrap_or_default())
                }
                Setting::Language => ("explain.setting.language", self.lang(receiver.lang)),
                Setting::Depth => ("explain.setting.depth", self.depth(receiver.depth)),
                Setting::TimeZone => ("explain.setting.time_zone", receiver.time_zone.clone()),
                Setting::BusinessHours => {
                    let hours = resolved.business_hours().map(|(hours, _)| self.hours(hours));
                    ("explain.setting.business_hours", hours.unwrap_or_default())
                }
            };
            let view = json!({
                "setting": self.pen.word(key), "value": value, "level": self.level(level),
            });
            self.line("explain.owner.value", &view);
        }
        let mut anybody = false;
        for (contact, level) in resolved.contacts() {
            anybody = true;
            let word = |role: &Role| self.pen.word(&format!("role.{}", role.as_str()));
            let roles: Vec<String> = contact.roles.iter().map(word).collect();
            let roles = if roles.is_empty() {
                self.pen.word("explain.owner.no_role")
            } else {
                roles.join(&self.pen.word("words.list.separator"))
            };
            let (name, level) = (text(&contact.name, TEXT), self.level(level));
            let until = contact.until.map(|until| until.to_string());
            let view = json!({"name": name, "roles": roles, "until": until, "level": level});
            self.line("explain.owner.person", &view);
        }
        if !anybody {
            self.line("explain.owner.nobody", &());
        }
    }

    pub fn routes(&mut self, tried: &[Tried<'_>]) {
        self.section("explain.section.routes");
        if tried.is_empty() {
            self.line("explain.route.none", &());
        }
        for one in tried {
            let route = self.floor(one.floor, &one.route.name);
            match one.failed {
                Some(matcher) => {
                    let view = json!({"route": route, "matcher": text(matcher.as_str(), TEXT)});
                    self.line("explain.route.failed", &view);
                }
                None if one.route.goes_on => {
                    self.line("explain.route.goes_on", &json!({"route": route}));
                }
                None => self.line("explain.route.ended", &json!({"route": route})),
            }
        }
    }

    /// Where it is told, or, if it is not, where it would be.
    pub fn told(
        &mut self,
        routed: &Routed<'_>,
        severity: Severity,
        told: bool,
        waits: &[Option<Timestamp>],
    ) {
        self.section(if told { "explain.section.told" } else { "explain.section.told_if" });
        for (at, (receiver, because)) in routed.told.iter().enumerate() {
            let until = waits.get(at).copied().flatten();
            let until = until.map(|until| self.opening(routed, until));
            let usual = routed.resolved.channel(Some(severity));
            let (channel, because) = match because {
                Because::Route(floor, route) => {
                    (place(&route.channel), self.floor(*floor, &route.name))
                }
                Because::CatchAll(Some(level)) => {
                    let channel = usual.map(|(channel, _)| place(channel)).unwrap_or_default();
                    let view = json!({"level": self.level(*level)});
                    (channel, self.pen.literal("explain.route.catch_all", &view))
                }
                Because::CatchAll(None) => ("-".to_owned(), self.pen.word("explain.route.nowhere")),
            };
            let view = json!({
                "channel": channel,
                "lang": self.lang(receiver.lang),
                "depth": self.depth(receiver.depth),
                "because": because,
                "until": until,
            });
            self.line("explain.told.line", &view);
        }
    }

    fn when(&mut self, explained: &Explained<'_>) {
        self.section("explain.section.when");
        let (key, view) = match explained.outlook {
            Outlook::Live | Outlook::Threat if explained.waited().is_some() => {
                ("explain.when.waits", Value::Null)
            }
            Outlook::Live => ("explain.when.live", Value::Null),
            Outlook::Unowned => ("explain.when.unowned", Value::Null),
            Outlook::Critical => ("explain.when.critical", Value::Null),
            Outlook::Threat => ("explain.when.threat", Value::Null),
            Outlook::Held(reason) => {
                let reason = reason.map(|reason| text(reason, TEXT));
                ("explain.when.held", json!({"reason": reason}))
            }
            Outlook::BelowNotify => {
                let notify = &explained.policy.notify;
                let (least, rule) = (self.pen.severity(notify.value), self.rule(notify));
                ("explain.when.below", json!({"least": least, "rule": rule}))
            }
            Outlook::HeldUnowned => ("explain.when.held_unowned", Value::Null),
            Outlook::Nothing => ("explain.when.nothing", Value::Null),
            Outlook::Undetermined => ("explain.when.undetermined", Value::Null),
        };
        self.line(key, &view);
        if let (Some(waits), Outlook::Live | Outlook::Threat) =
            (explained.waited(), explained.outlook)
        {
            self.waits(explained, waits);
        }
        self.line("explain.when.fresh", &());
    }

    fn floor(&self, floor: Floor, name: &str) -> String {
        let key = match floor {
            Floor::Group => "explain.floor.group",
            Floor::Company => "explain.floor.company",
        };
        self.pen.literal(key, &json!({"name": text(name, TEXT)}))
    }

    fn level(&self, level: Level<'_>) -> String {
        let named =
            |key: &str, name: &str| self.pen.literal(key, &json!({"name": text(name, TEXT)}));
        match level {
            Level::Group => self.pen.word("explain.level.group"),
            Level::Company(company) => named("explain.level.company", &company.name),
            Level::Ou(name) => named("explain.level.ou", name),
            Level::Environment(one) => {
                named("explain.level.environment", &self.pen.environment(one))
            }
            Level::Account(account) => named("explain.level.account", account.id.as_str()),
            Level::Tag { key, value } => named("explain.level.tag", &format!("{key} = {value}")),
        }
    }

    fn lang(&self, lang: Lang) -> String {
        self.pen.word(match lang {
            Lang::Ja => "explain.lang.ja",
            Lang::En => "explain.lang.en",
        })
    }

    fn depth(&self, depth: Depth) -> String {
        self.pen.word(match depth {
            Depth::Plain => "explain.depth.plain",
            Depth::Detailed => "explain.depth.detailed",
        })
    }
}

/// A channel, with its name where the map has one.
fn place(channel: &Channel) -> String {
    let name = channel.name.as_ref().map_or_else(String::new, |name| format!("#{name} "));
    text(&format!("{name}{}/{}", channel.team, channel.id), TEXT)
}

#[cfg(test)]
mod tests;
