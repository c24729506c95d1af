//! What happens to accounts: Control Tower and Organizations, which reach EventBridge through
//! CloudTrail in the management account (Organizations in us-east-1 alone).
//!
//! - **Account**: the one that the event is about, never the envelope's. What could not be made
//!   has none: the request's id stands for it.
//! - **Time**: of completion, else of the event, else of the envelope.
//! - **Name**: absent where AWS masks it (`****`).
//! - Control Tower says `UpdateManagedAccount` at the end of a creation that was tried again: it
//!   counts as one that appeared.

use jiff::Timestamp;

use super::fields::Object;
use super::{Reason, moment, text};
use crate::domain::{AccountEvent, AccountId, Appeared, Happened, Unit};

/// Sources whose events are read here.
pub(super) const SOURCES: [&str; 2] = ["aws.controltower", "aws.organizations"];
/// Detail types they come in.
pub(super) const TYPES: [&str; 2] =
    ["AWS Service Event via CloudTrail", "AWS API Call via CloudTrail"];

/// Reads the detail of one event; `None`: it is about something else.
pub(super) fn event(
    source: &str,
    detail: Object<'_>,
    envelope_time: Option<Timestamp>,
) -> Result<Option<AccountEvent>, Reason> {
    let name = detail.need("eventName")?;
    let told = Told { source, detail, envelope_time };
    let service = || -> Result<Object<'_>, Reason> {
        detail.object("serviceEventDetails")?.ok_or("serviceEventDetails is missing".to_owned())
    };
    match name {
        "CreateManagedAccount" => told.managed(service()?, "createManagedAccountStatus"),
        "UpdateManagedAccount" => told.managed(service()?, "updateManagedAccountStatus"),
        "CreateAccountResult" => told.created(service()?).map(Some),
        "CloseAccountResult" => told.closed(service()?).map(Some),
        "MoveAccount" => told.moved().map(Some),
        "AccountJoinedOrganization" | "AccountDepartedOrganization" => {
            told.came_or_went(name).map(Some)
        }
        _ => Ok(None),
    }
}

struct Told<'a> {
    source: &'a str,
    detail: Object<'a>,
    envelope_time: Option<Timestamp>,
}

impl Told<'_> {
    fn event(
        &self,
        account: AccountId,
        name: Option<&str>,
        at: Option<Timestamp>,
        happened: Happened,
    ) -> Result<AccountEvent, Reason> {
        let stated = self.detail.get("eventTime").and_then(moment::read);
        let at = at.or(stated).or(self.envelope_time).ok_or("eventTime is missing")?;
        Ok(AccountEvent {
            id: text::id(self.detail.need("eventID")?),
            source: self.source.to_owned(),
            account,
            name: name.filter(|name| !name.chars().all(|c| c == '*')).map(text::title),
            at,
            happened,
        })
    }

    fn failed(&self, reason: Option<&str>) -> Result<Happened, Reason> {
        let event = text::cut(self.detail.need("eventName")?, 60);
        Ok(Happened::Failed { event, reason: reason.map(text::title) })
    }

    /// The account, or what stands for one that was never made.
    fn account(&self, of: Option<Object<'_>>, done: bool) -> Result<AccountId, Reason> {
        match of.filter(|of| done || of.text("accountId").is_some()) {
            Some(of) => of.account("accountId"),
            None if done => Err("accountId is missing".to_owned()),
            None => Ok(AccountId::new(text::cut(self.detail.need("eventID")?, 60))),
        }
    }

    fn managed(
        &self,
        details: Object<'_>,
        key: &'static str,
    ) -> Result<Option<AccountEvent>, Reason> {
        let status = details.object(key)?.ok_or_else(|| format!("{key} is missing"))?;
        let done = done(status)?;
        let of = status.object("account")?;
        // An example out of the documentation is about nobody.
        let id = of.and_then(|of| of.text("accountId"));
        if id.is_some_and(|id| id.chars().all(|c| c == 'X')) {
            return Ok(None);
        }
        let account = self.account(of, done)?;
        let unit = status.child("organizationalUnit").and_then(|unit| {
            let id = text::id(unit.text("organizationalUnitId")?);
            Some(Unit { id, name: unit.text("organizationalUnitName").map(text::title) })
        });
        let how = match key {
            "createManagedAccountStatus" => Appeared::Managed,
            _ => Appeared::Updated,
        };
        let happened = if done {
            Happened::Appeared { how, unit }
        } else {
            self.failed(status.text("message"))?
        };
        let at = status.get("completedTimestamp").and_then(moment::read);
        self.event(account, of.and_then(|of| of.text("accountName")), at, happened).map(Some)
    }

    fn created(&self, details: Object<'_>) -> Result<AccountEvent, Reason> {
        let status = details.object("createAccountStatus")?;
        let status = status.ok_or("createAccountStatus is missing")?;
        let done = done(status)?;
        let account = self.account(Some(status), done)?;
        let happened = if done {
            Happened::Appeared { how: Appeared::Created, unit: None }
        } else {
            self.failed(status.text("failureReason"))?
        };
        self.event(account, status.text("accountName"), None, happened)
    }

    fn closed(&self, details: Object<'_>) -> Result<AccountEvent, Reason> {
        let status = details.object("closeAccountStatus")?;
        let status = status.ok_or("closeAccountStatus is missing")?;
        let happened = if done(status)? {
            Happened::Closed
        } else {
            self.failed(status.text("failureReason"))?
        };
        self.event(status.account("accountId")?, None, None, happened)
    }

    /// An API call: one that was refused moved nothing.
    fn moved(&self) -> Result<AccountEvent, Reason> {
        let asked = self.detail.object("requestParameters")?;
        let asked = asked.ok_or("requestParameters is missing")?;
        let account = asked.account("accountId")?;
        let happened = match self.detail.text("errorCode") {
            Some(code) => self.failed(Some(code))?,
            None => Happened::Moved {
                from: text::id(asked.need("sourceParentId")?),
                to: text::id(asked.need("destinationParentId")?),
            },
        };
        self.event(account, None, None, happened)
    }

    /// No example of these was to be had: the account is taken from wherever it may stand.
    fn came_or_went(&self, name: &str) -> Result<AccountEvent, Reason> {
        let places = ["serviceEventDetails", "additionalEventData", "requestParameters"];
        let places = places.into_iter().filter_map(|key| self.detail.child(key));
        let inner = ["account", "accountJoinedOrganization", "accountDepartedOrganization"];
        let found = places
            .flat_map(|place| {
                std::iter::once(place).chain(inner.iter().filter_map(move |key| place.child(key)))
            })
            .find(|place| place.has("accountId"));
        let place = found.ok_or("serviceEventDetails.accountId is missing")?;
        let how = ["reason", "method", "joinMethod", "departureMethod", "type"];
        let how = how.into_iter().find_map(|key| place.text(key)).map(text::title);
        let happened = if name == "AccountJoinedOrganization" {
            Happened::Appeared { how: Appeared::Joined, unit: None }
        } else {
            Happened::Left { how }
        };
        self.event(place.account("accountId")?, place.text("accountName"), None, happened)
    }
}

/// Whether what the status tells of was done. One that is under way tells nothing yet.
fn done(status: Object<'_>) -> Result<bool, Reason> {
    match status.need("state")? {
        "SUCCEEDED" => Ok(true),
        "FAILED" => Ok(false),
        other => Err(format!("state is neither SUCCEEDED nor FAILED: {:?}", text::cut(other, 40))),
    }
}
