//! F0: the nouns of the house and their own rules. Pure: no I/O, no clock, no randomness.
//!
//! # Glossary (one word, one meaning)
//!
//! - **Finding**: one immutable statement by a source about a resource at a time.
//!   Its **identity** names it across updates; its **fingerprint** is the hash of the state that
//!   people act on, not of times or texts.
//! - **Alert**: our record of one problem, keyed by (account, Region, control or type, resource).
//!   It holds one or more identities and is open while any of them is. An **episode** is one
//!   stretch of being open; a re-opened alert starts the next one.
//!   A **brief** is an open alert as a list shows it.
//! - **Owner map**: which company answers for which account, and where it is told.
//!   **Company**, **Account**, **Contact**: its records. **Receiver**: (team, channel) with
//!   language, depth and time zone. **Route**: a rule that tells what matches in a channel of its
//!   own. **Stage**: whether an account is `live` or still `baseline`.
//!   **Level**: one of the chain group, company, OU, environment, account, resource tag; what it
//!   leaves out counts from the level above. **Role**: what a person may do; a **partner** never
//!   decides.
//! - **Policy**: rules in two floors that say what must be told, may be excepted, mended or wait,
//!   and when it is passed on. **1F** is the group's floor, **2F** what a company adds; 2F may only
//!   tighten. **Rule**: one of a floor.
//! - **Business hours**: when a level's people are there; what may wait waits for them.
//! - **Organization**: the accounts and units (OUs) that AWS Organizations knows; the owner map
//!   is brought up to date from it.
//! - **Effect**: a thing the world must be made to do; **Entry**: that thing, durable in the
//!   outbox. **Lane**: the entries of one (team, channel).
//! - **Delivery**: "this card shows alert A at ts T with content hash H".
//! - **Account record**: what is known of an account beside the owner map: what AWS says happened
//!   to it, who gave it to whom, and what its cards were last shown by. Its card sums up what is
//!   **held** back: problems of an account in baseline, or without owner.
//! - **Gap**: something the owner map lacks though it can be read; **Map health**: a morning's
//!   record of all of them.
//! - **Intake report**: the day's record of what could not be read or understood, told to the
//!   CCoE. **Quarantine**: where the raw bytes of those inputs stay.
//! - **Audit entry**: who changed which aggregate, when, from which input and why; chained.
//! - **Ask**: what a person did in the chat service (a command, a click, a form, the App Home).
//! - **Refusal**: a "no" said to a person, with its sentence in both languages.
//! - **Viewer**: how one person wants to read what is for that person alone.
//! - **Input**: anything that comes through the one door. **Snapshot**: what a decision may see.

mod account;
mod alert;
mod ask;
mod audit;
mod brief;
mod delivery;
mod digest;
mod effect;
mod element;
mod file_problem;
mod finding;
mod gap;
mod hours;
mod ids;
mod lang;
mod message;
mod organization;
mod owner;
mod policy;
mod receiver;
mod refusal;
mod report;
mod secret;
mod severity;
mod view;
mod viewer;

pub use account::{
    AccountEvent, AccountRecord, AccountStanding, Appeared, Assigned, Happened, Noted, Unit,
};
pub use alert::{
    Alert, AlertKey, Assignee, Cause, Episode, Given, HISTORY_KEPT, Lifecycle, Member, MemberState,
    Ownership, Told,
};
pub use ask::{Ack, Act, Ask, COMMAND, FormKind, Surface, ViewId};
pub use audit::{AuditEntry, AuditHash};
pub use brief::Brief;
pub use delivery::{Card, Delivery};
pub use digest::{Digest, digest};
pub use effect::{Class, Effect, Entry, EntryState, Subject, TellKind, WakeKind};
pub use element::{Button, ButtonStyle, Choice, Element};
pub use file_problem::FileProblem;
pub use finding::{
    Compliance, Finding, FindingState, RecordState, Resource, Source, Unknown, Verdict, Workflow,
};
pub use gap::{ChannelTrouble, Gap, MapHealth};
pub use hours::{BusinessHours, Day, Holidays, TimeOfDay, is_open, next_open};
pub use ids::{
    AccountId, AlertId, ChannelId, CompanyId, EntryId, Fingerprint, HealthId, Identity, InputId,
    MessageTs, Region, ReportId, TeamId, UserId,
};
pub use lang::{Depth, Lang};
pub use message::{Block, Color, ContextItem, Message, RichElement, RichLine, RichStyle, Text};
pub use organization::{OrgAccount, OrgUnit, Organization, Standing};
pub use owner::{
    Account, Assignment, Attribute, Because, Ccoe, Channel, ChannelRule, Company, Contact,
    Environment, Facts, Floor, Level, Matcher, MatcherFault, Operator, OwnerMap, Person, Placement,
    Resolved, Role, Route, Routed, Said, Setting, Settings, Stage, TagLevel, Tried, Unassignable,
};
pub use policy::{
    Approver, BuiltIn, Decided, Effective, Escalation, EscalationRule, EscalationStep,
    ExceptionRule, Mode, RemediationRule, Rule, Wait, Weakening, effective, weakenings,
};
pub use receiver::{Lane, Receiver};
pub use refusal::Refusal;
pub use report::{Example, IntakeReport, Trouble};
pub use secret::Secret;
pub use severity::Severity;
pub use view::{Form, Home};
pub use viewer::Viewer;
