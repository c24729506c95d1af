//! Reading JSON objects whose fields may be absent, null or of the wrong type.
//!
//! What decides a finding's name or state must have the right type, or the finding is unreadable
//! with a reason naming the field; what merely decorates it is passed over.

use serde_json::{Map, Value};

use super::{Reason, text};
use crate::domain::AccountId;

/// A JSON object and the name it stands under, for reasons.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    name: &'static str,
}

impl<'a> Object<'a> {
    /// The object itself; its fields are named without a prefix.
    pub fn root(map: &'a Map<String, Value>) -> Self {
        Self { map, name: "" }
    }

    /// An object that stands under a name.
    pub fn named(map: &'a Map<String, Value>, name: &'static str) -> Self {
        Self { map, name }
    }

    /// A field that is there and not null. GuardDuty writes `accountId` in events and
    /// `AccountId` in its API: a name in lower camel case finds both.
    pub fn get(self, name: &str) -> Option<&'a Value> {
        let found = self.map.get(name).or_else(|| {
            let mut rest = name.chars();
            let first = rest.next()?.to_ascii_uppercase();
            self.map.get(&format!("{first}{}", rest.as_str()))
        });
        found.filter(|value| !value.is_null())
    }

    /// A text that is not blank; anything else counts as absent.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text that may be absent but not of another type.
    pub fn word(self, name: &str) -> Result<Option<&'a str>, Reason> {
        match self.get(name) {
            Some(value) if !value.is_string() => Err(self.wrong(name, "a text")),
            _ => Ok(self.text(name)),
        }
    }

    /// A text that must be there.
    pub fn need(self, name: &str) -> Result<&'a str, Reason> {
        self.word(name)?.ok_or_else(|| format!("{} is missing", self.path(name)))
    }

    /// A number, or a text that reads as one.
    pub fn number(self, name: &str) -> Option<f64> {
        let value = self.get(name)?;
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
        number.is_finite().then_some(number)
    }

    /// An object that may be absent but not of another type.
    pub fn object(self, name: &'static str) -> Result<Option<Self>, Reason> {
        match self.get(name) {
            Some(Value::Object(map)) => Ok(Some(Self { map, name })),
            Some(_) => Err(self.wrong(name, "an object")),
            None => Ok(None),
        }
    }

    /// An object; anything else counts as absent.
    pub fn child(self, name: &'static str) -> Option<Self> {
        self.object(name).ok().flatten()
    }

    /// An array that may be absent but not of another type.
    pub fn list(self, name: &str) -> Result<&'a [Value], Reason> {
        match self.get(name) {
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(self.wrong(name, "an array")),
            None => Ok(&[]),
        }
    }

    /// The objects of an array; whatever else is in it is passed over.
    pub fn children(self, name: &'static str) -> impl Iterator<Item = Self> {
        let list = self.list(name).unwrap_or_default();
        list.iter().filter_map(Value::as_object).map(move |map| Self { map, name })
    }

    /// True for `true` and for `"true"`.
    pub fn truth(self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
            || self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// An account. Twelve digits are right. Fewer would be another account (a leading zero lost
    /// on the way), so they are refused. More are let through: nobody owns such an account, and
    /// what nobody owns is told to the CCoE, which is better than not telling it.
    pub fn account(self, name: &str) -> Result<AccountId, Reason> {
        let account = self.need(name)?;
        let digits = account.bytes().all(|byte| byte.is_ascii_digit());
        if digits && (12..=20).contains(&account.len()) {
            return Ok(AccountId::new(account));
        }
        let shown = text::cut(account, 40);
        Err(format!("{} is not 12 digits: {shown:?}", self.path(name)))
    }

    /// True if the field is there, whatever it holds.
    pub fn has(self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    fn path(self, name: &str) -> String {
        if self.name.is_empty() { name.to_owned() } else { format!("{}.{name}", self.name) }
    }

    fn wrong(self, name: &str, wanted: &str) -> Reason {
        format!("{} is not {wanted}", self.path(name))
    }
}
