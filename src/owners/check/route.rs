//! What a route of the group or of a company may say.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::{Found, Seen};
use crate::domain::{Attribute, Level, Matcher, MatcherFault, Operator, OwnerMap};

const KEYS: [&str; 6] = ["name", "match", "channel", "language", "depth", "continue"];

/// Lanes that one alert could be told in by a list of routes: all that go on, and one that ends.
#[derive(Default)]
pub(super) struct AtOnce<'a> {
    going_on: BTreeSet<(&'a str, &'a str)>,
    one_ends: bool,
}

impl AtOnce<'_> {
    /// Whether one of them goes on.
    pub fn goes_on(&self) -> bool {
        !self.going_on.is_empty()
    }

    fn most(&self) -> usize {
        self.going_on.len() + usize::from(self.one_ends)
    }
}

/// How many names an answer lists.
const NAMED: usize = 10;

/// What a company's own routes may name: they are tried for its accounts alone. An account that
/// it does not have is no fault but a gap: accounts come and go with the organization, and a map
/// that can't be stored for it would let nothing else through.
pub(super) struct Own<'a> {
    ous: BTreeSet<&'a str>,
}

impl<'a> Own<'a> {
    /// Of a company; the group has none of its own.
    pub fn of(object: &'a Map<String, Value>) -> Option<Self> {
        object.get("accounts")?;
        let ous = object.get("ous").and_then(Value::as_object);
        let ous = ous.into_iter().flat_map(|ous| ous.keys().map(String::as_str)).collect();
        Some(Self { ous })
    }

    fn mend(&self) -> String {
        let names = &self.ous;
        let first: Vec<&str> = names.iter().copied().take(NAMED).collect();
        match names.len().checked_sub(NAMED) {
            _ if names.is_empty() => "It has none: leave the condition out".to_owned(),
            None | Some(0) => format!("It has {}", first.join(", ")),
            Some(more) => format!("It has {} and {more} more", first.join(", ")),
        }
    }

    /// Whether the matcher names a unit that the company does not have.
    fn lacks(&self, matcher: &Matcher) -> bool {
        let exact = matches!(matcher.operator(), Operator::Is | Operator::IsNot);
        let value = matcher.value();
        let named = *matcher.attribute() == Attribute::Ou && !value.is_empty();
        exact && named && !self.ous.contains(value)
    }
}

impl Found {
    /// The routes under `at`, if there are any.
    pub fn routes<'a>(
        &mut self,
        object: &'a Map<String, Value>,
        at: &str,
        seen: &mut Seen<'a>,
    ) -> AtOnce<'a> {
        let mut at_once = AtOnce::default();
        if object.get("routes").is_none_or(Value::is_null) {
            return at_once;
        }
        let mut names = HashMap::new();
        let own = Own::of(object);
        for (at, route) in self.list(object, at, "routes").into_iter().flatten() {
            let Some(route) = self.object(route, &at, &KEYS) else { continue };
            self.route_name(route, &at, &mut names);
            for (at, matcher) in self.list(route, &at, "match").into_iter().flatten() {
                self.matcher(matcher, &at, own.as_ref());
            }
            match route.get("channel") {
                Some(channel) if !channel.is_null() => {
                    let at = format!("{at}.channel");
                    self.channel(channel, &at, &["team", "id", "name"]);
                    self.one_name(channel, &at, seen);
                }
                _ => self.missing(&format!("{at}.channel"), "`team` and `id` of a Slack channel"),
            }
            let given = |key| route.get(key).filter(|value| !value.is_null());
            if given("language").is_some() {
                self.one_of(route, &at, "language", &["ja", "en"]);
            }
            if given("depth").is_some() {
                self.one_of(route, &at, "depth", &["plain", "detailed"]);
            }
            let goes_on = given("continue");
            if goes_on.is_some_and(|value| !value.is_boolean()) {
                self.add(format!("{at}.continue"), "is no yes or no", "Write `true` or `false`");
            }
            let channel = |key| route.get("channel")?.get(key)?.as_str();
            match (goes_on.and_then(Value::as_bool), channel("team"), channel("id")) {
                (Some(true), Some(team), Some(id)) => {
                    at_once.going_on.insert((team, id));
                }
                _ => at_once.one_ends = true,
            }
        }
        at_once
    }

    /// One alert must not be told in more channels than one commit can serve.
    pub fn at_once(&mut self, at: &str, group: &AtOnce<'_>, company: &AtOnce<'_>) {
        // The catch-all counts as the one that ends.
        let most = group.most() + company.going_on.len() + 1;
        if most > OwnerMap::CHANNELS_AT_ONCE {
            let what = format!("could tell one alert in {most} channels, the group's included");
            let mend = format!(
                "{} is the most: let fewer routes continue, or share channels",
                OwnerMap::CHANNELS_AT_ONCE
            );
            self.add(format!("{at}.routes"), what, mend);
        }
    }

    pub(super) fn route_name<'a>(
        &mut self,
        route: &'a Map<String, Value>,
        at: &str,
        names: &mut HashMap<&'a str, String>,
    ) {
        let key = format!("{at}.name");
        let Some(name) = self.text(route, at, "name", "a short name such as `payments`") else {
            return;
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            self.add(&key, format!("`{name}` is no name"), "Use only a-z, 0-9 and `-`");
        }
        if Level::WORDS.contains(&name) {
            let what = format!("`{name}` is the word for a level of the map");
            self.add(&key, what, "Give it another name");
        }
        if let Some(first) = names.insert(name, key.clone()) {
            self.add(&key, format!("`{name}` stands at {first} already"), "Give each its own name");
        }
    }

    pub(super) fn matcher(&mut self, value: &Value, at: &str, own: Option<&Own<'_>>) {
        let Some(text) = value.as_str() else {
            let mend = "Write a condition such as 'severity >= high', in quotes";
            return self.add(at, "is no text", mend);
        };
        let fault = match Matcher::parse(text) {
            Ok(matcher) => {
                if let Some(own) = own.filter(|own| own.lacks(&matcher)) {
                    let what = format!("`{}` is none of the company's", matcher.value());
                    self.add(at, what, own.mend());
                }
                matcher.compile().err()
            }
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            let (what, mend) = named(&fault);
            self.add(at, what, mend);
        }
    }
}

fn named(fault: &MatcherFault) -> (String, String) {
    match fault {
        MatcherFault::NoOperator => (
            "has no operator between spaces".to_owned(),
            "Write attribute, operator and value with spaces between: `severity >= high`"
                .to_owned(),
        ),
        MatcherFault::Attribute(word) => {
            let known = Attribute::PLAIN.iter().map(Attribute::as_str);
            let known: Vec<&str> = known.chain(["tag:KEY"]).collect();
            (format!("`{word}` is an unknown attribute"), format!("Use {}", known.join(", ")))
        }
        MatcherFault::Operator(attribute, operator) => {
            let may: Vec<&str> = attribute.operators().iter().map(|one| one.as_str()).collect();
            let attribute = attribute.as_str();
            let what = format!("`{attribute}` can't be asked with `{}`", operator.as_str());
            (what, format!("Use {}", may.join(" or ")))
        }
        MatcherFault::Value(value, known) => {
            let known: Vec<String> = known
                .iter()
                .map(|one| if one.is_empty() { "nothing".to_owned() } else { one.clone() })
                .collect();
            (format!("`{value}` is a value it never has"), format!("Use {}", known.join(", ")))
        }
        MatcherFault::Quoted => {
            let mend = "Leave the quotes around the value out: they would be part of it";
            ("has its value in quotes".to_owned(), mend.to_owned())
        }
        MatcherFault::Pattern(why) => {
            let mend = "Mend the pattern, or make it simpler (Rust's regular expressions)";
            (format!("has a pattern that can't be used: {why}"), mend.to_owned())
        }
    }
}
