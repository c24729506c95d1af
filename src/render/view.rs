//! What each group of templates may ask for. Every field is always there (strict mode would
//! refuse a missing one); an absent fact is `None`.

use serde::Serialize;

/// `card.head.*`
#[derive(Serialize)]
pub(super) struct Head {
    pub severity: String,
    pub sample: bool,
    pub nth: u32,
    pub place: String,
    pub title: String,
}

/// `card.place`, `card.field.account`
#[derive(Serialize)]
pub(super) struct Place {
    pub id: String,
    pub name: Option<String>,
    pub environment: Option<String>,
}

/// `card.head.moved`
#[derive(Serialize)]
pub(super) struct Moved {
    pub account: String,
    pub title: String,
}

/// `card.notice.*`
#[derive(Serialize)]
pub(super) struct Notice {
    pub account: String,
    pub company: Option<String>,
    pub channel: Option<String>,
    pub product: Option<String>,
}

/// `card.care.*`
#[derive(Serialize)]
pub(super) struct Care {
    pub name: String,
    pub at: String,
}

/// `card.state.*`
#[derive(Serialize, Default)]
pub(super) struct State {
    pub nth: Option<u32>,
    pub at: Option<String>,
    pub zone: Option<String>,
    pub cause: Option<String>,
    pub open_for: Option<String>,
}

/// `card.field.*`
#[derive(Serialize)]
pub(super) struct Value {
    pub value: String,
}

/// `card.resource.*`
#[derive(Serialize)]
pub(super) struct Resource {
    pub kind: String,
    pub count: usize,
}

/// `card.times`
#[derive(Serialize)]
pub(super) struct Times {
    pub first_seen: String,
    pub last_changed: String,
    pub zone: Option<String>,
}

/// `card.reported_by`
#[derive(Serialize)]
pub(super) struct Reporters {
    pub product: String,
    pub others: Option<String>,
}

/// `card.fix_host`
#[derive(Serialize)]
pub(super) struct Host {
    pub host: String,
}

/// `card.history.*`
#[derive(Serialize)]
pub(super) struct Past {
    pub number: u32,
    pub since: String,
    pub at: String,
    pub cause: String,
}

/// `words.list.more`
#[derive(Serialize)]
pub(super) struct More {
    pub names: String,
    pub count: usize,
}

/// `card.history.earlier`, counts of `report.*`
#[derive(Serialize)]
pub(super) struct Count {
    pub count: u64,
}

/// `card.up.*`
#[derive(Serialize)]
pub(super) struct Up {
    pub severity: String,
}

/// `words.span.*` of what is waited for
#[derive(Serialize)]
pub(super) struct Length {
    pub days: u32,
    pub hours: u32,
    pub minutes: u32,
}

/// `report.head`
#[derive(Serialize)]
pub(super) struct ReportHead {
    pub events: u64,
    pub undelivered: u64,
    pub total: u64,
    pub day: String,
}

/// `report.times`
#[derive(Serialize)]
pub(super) struct Period {
    pub first: String,
    pub last: String,
    pub zone: Option<String>,
}

/// `report.example.*`
#[derive(Serialize)]
pub(super) struct Example {
    pub at: String,
    pub account: Option<String>,
}

/// `account.head.*`, `account.body.*`, `account.notice.*`
#[derive(Serialize)]
pub(super) struct Account {
    pub id: String,
    pub name: Option<String>,
    pub environment: Option<String>,
    pub company: Option<String>,
    pub count: usize,
    pub more: bool,
}

/// `account.body.why*`
#[derive(Serialize)]
pub(super) struct Why {
    pub reason: String,
    pub until: Option<String>,
}

/// `account.body.assigned*`, `account.body.placed`
#[derive(Serialize)]
pub(super) struct Given {
    pub company: String,
    pub name: Option<String>,
    pub at: Option<String>,
}

/// `account.count`
#[derive(Serialize)]
pub(super) struct Counted {
    pub severity: String,
    pub count: usize,
}

/// `account.times`
#[derive(Serialize)]
pub(super) struct Since {
    pub since: String,
    pub zone: Option<String>,
}

/// `account.event.*`
#[derive(Serialize)]
pub(super) struct Happened {
    pub at: String,
    pub unit: Option<String>,
    pub from: Option<String>,
    pub event: Option<String>,
    pub reason: Option<String>,
}

/// `health.head`
#[derive(Serialize)]
pub(super) struct HealthHead {
    pub count: usize,
    pub day: String,
}

/// `health.times`
#[derive(Serialize)]
pub(super) struct Looked {
    pub at: String,
    pub zone: Option<String>,
    pub revision: u64,
}

/// `health.gap.*`
#[derive(Serialize, Default)]
pub(super) struct Gap {
    pub account: Option<String>,
    pub channel: Option<String>,
    pub company: Option<String>,
    pub name: Option<String>,
    pub reason: Option<String>,
    pub until: Option<String>,
    pub count: Option<usize>,
}
