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
