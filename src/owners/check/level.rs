//! What each level of the map may say.

use std::collections::HashMap;

use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Map, Value};

use super::{Found, Seen};
use crate::domain::{Role, Severity};

/// Keys of every level.
pub(super) const KEYS: [&str; 7] =
    ["channel", "channels", "language", "depth", "time_zone", "business_hours", "contacts"];

/// Roles that a partner can't have.
const DECIDING: [Role; 3] = [Role::Approver, Role::SecurityLead, Role::Ccoe];

/// Where a person stands as a partner, and where as one who decides.
#[derive(Default)]
pub(super) struct Standing {
    partner: Option<String>,
    decides: Option<String>,
    told: bool,
}

/// By whose level it is, and the person.
pub(super) type Standings<'a> = HashMap<(String, &'a str, &'a str), Standing>;

impl Found {
    /// The level with the keys it may have beside those of every level.
    pub fn level<'a>(
        &mut self,
        value: &'a Value,
        at: &str,
        own: &[&str],
        seen: &mut Seen<'a>,
    ) -> Option<&'a Map<String, Value>> {
        let known: Vec<&str> = own.iter().chain(&KEYS).copied().collect();
        let level = self.object(value, at, &known)?;
        let given = |key| level.get(key).filter(|value: &&Value| !value.is_null());
        if let Some(channel) = given("channel") {
            let at = format!("{at}.channel");
            self.channel(channel, &at, &["team", "id", "name"]);
            self.one_name(channel, &at, seen);
        }
        if given("channels").is_some() {
            for (at, rule) in self.list(level, at, "channels").into_iter().flatten() {
                self.channel(rule, &at, &["severity", "team", "id", "name"]);
                self.severities(rule, &at);
                self.one_name(rule, &at, seen);
            }
        }
        if given("language").is_some() {
            self.one_of(level, at, "language", &["ja", "en"]);
        }
        if given("depth").is_some() {
            self.one_of(level, at, "depth", &["plain", "detailed"]);
        }
        if given("time_zone").is_some()
            && let Some(zone) = self.text(level, at, "time_zone", "a time zone")
            && TimeZone::get(zone).is_err()
        {
            let what = format!("`{zone}` is no time zone");
            self.add(format!("{at}.time_zone"), what, "Use an IANA name such as `Asia/Tokyo`");
        }
        if let Some(hours) = given("business_hours") {
            self.business_hours(hours, &format!("{at}.business_hours"));
        }
        if given("contacts").is_some() {
            for (at, contact) in self.list(level, at, "contacts").into_iter().flatten() {
                self.contact(contact, &at, seen);
            }
        }
        Some(level)
    }

    fn severities(&mut self, rule: &Value, at: &str) {
        let words = Severity::ALL.map(|one| one.as_str().to_lowercase());
        let Some(rule) = rule.as_object() else { return };
        for (at, value) in self.list(rule, at, "severity").into_iter().flatten() {
            if !value.as_str().is_some_and(|word| words.iter().any(|one| one == word)) {
                self.add(at, "is no severity", format!("Use {}", words.join(", ")));
            }
        }
    }

    fn contact<'a>(&mut self, value: &'a Value, at: &str, seen: &mut Seen<'a>) {
        let known = ["name", "team", "user", "roles", "sponsor", "until"];
        let Some(contact) = self.object(value, at, &known) else { return };
        self.filled(contact, at, "name", "the person's name");
        self.slack_id(contact, at, "team", "TE");
        self.slack_id(contact, at, "user", "UW");
        let mut roles = Vec::new();
        if contact.get("roles").is_some_and(|roles| !roles.is_null()) {
            for (at, value) in self.list(contact, at, "roles").into_iter().flatten() {
                let role = Role::ALL.into_iter().find(|one| value.as_str() == Some(one.as_str()));
                if let Some(role) = role {
                    roles.push(role);
                } else {
                    let known = Role::ALL.map(Role::as_str).join(", ");
                    self.add(at, "is no role", format!("Use {known}"));
                }
            }
        }
        if roles.contains(&Role::Ccoe) && !at.starts_with("ccoe.") {
            let mend = "Write the person under `ccoe`: no company makes somebody the CCoE";
            self.add(format!("{at}.roles"), "`ccoe` is no role of a company", mend);
        }
        self.partner(contact, at, &roles);
        self.one_standing(contact, at, &roles, seen);
    }

    /// Who is a partner at one level of a company must not decide at another: a level further down
    /// would undo that a partner decides nothing.
    fn one_standing<'a>(
        &mut self,
        contact: &'a Map<String, Value>,
        at: &str,
        roles: &[Role],
        seen: &mut Seen<'a>,
    ) {
        let text = |key| contact.get(key).and_then(Value::as_str);
        let (Some(team), Some(user)) = (text("team"), text("user")) else { return };
        let whose = at.split('.').next().unwrap_or_default().to_owned();
        let place = seen.standings.entry((whose, team, user)).or_default();
        if roles.contains(&Role::Partner) {
            place.partner.get_or_insert_with(|| at.to_owned());
        }
        if roles.iter().any(|role| DECIDING.contains(role)) {
            place.decides.get_or_insert_with(|| at.to_owned());
        }
        if let (Some(partner), Some(decides)) = (&place.partner, &place.decides)
            && partner != decides
            && !place.told
        {
            place.told = true;
            let what = format!("is a partner at {partner} and decides at {decides}");
            self.add(at, what, "Keep `partner`, or the other role, at all of the person's entries");
        }
    }

    fn partner(&mut self, contact: &Map<String, Value>, at: &str, roles: &[Role]) {
        let given = |key| contact.get(key).filter(|value| !value.is_null());
        if let Some(until) = given("until")
            && until.as_str().and_then(|text| text.parse::<Date>().ok()).is_none()
        {
            let mend = "Write the last day in quotes, such as \"2027-03-31\"";
            self.add(format!("{at}.until"), "is no day", mend);
        }
        if let Some(sponsor) = given("sponsor") {
            let at = format!("{at}.sponsor");
            if let Some(sponsor) = self.object(sponsor, &at, &["team", "user"]) {
                self.slack_id(sponsor, &at, "team", "TE");
                self.slack_id(sponsor, &at, "user", "UW");
                if ["team", "user"].iter().all(|key| sponsor.get(*key) == contact.get(*key)) {
                    self.add(&at, "is the partner", "Name somebody of the company who vouches");
                }
            }
        }
        if !roles.contains(&Role::Partner) {
            return;
        }
        if given("sponsor").is_none() {
            self.missing(&format!("{at}.sponsor"), "who of the company vouches for the partner");
        }
        if given("until").is_none() {
            self.missing(&format!("{at}.until"), "the partner's last day");
        }
        for role in DECIDING {
            if roles.contains(&role) {
                let what = format!("a partner can't be {}", role.as_str());
                self.add(format!("{at}.roles"), what, "Keep `partner`, or the other role");
            }
        }
    }

    pub(super) fn channel(&mut self, value: &Value, at: &str, known: &[&str]) {
        if let Some(channel) = self.object(value, at, known) {
            self.slack_id(channel, at, "team", "TE");
            self.slack_id(channel, at, "id", "CG");
            if channel.get("name").is_some_and(|name| !name.is_null()) {
                self.filled(channel, at, "name", "the channel's name");
            }
        }
    }

    /// One channel under two names: an id copied from another company would send its findings
    /// there.
    pub(super) fn one_name<'a>(&mut self, channel: &'a Value, at: &str, seen: &mut Seen<'a>) {
        let text = |key| channel.get(key).and_then(Value::as_str);
        let (Some(team), Some(id), Some(name)) = (text("team"), text("id"), text("name")) else {
            return;
        };
        let (first, place) = seen.channels.entry((team, id)).or_insert((name, at.to_owned()));
        if *first != name {
            let what = format!("`{id}` is also {place}, under the name `{first}`");
            self.add(format!("{at}.id"), what, "Copy the right id, or use the same name");
        }
    }
}

/// Channels by team and id: the name each was first written under, and where.
pub(super) type Channels<'a> = HashMap<(&'a str, &'a str), (&'a str, String)>;
