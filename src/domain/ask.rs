//! What a person did in the chat service, and what is answered at once.

use std::collections::BTreeMap;

use super::{Form, InputId, Lane, Message, MessageTs, Person, Secret, TeamId};

/// The slash command, as the app's manifest names it.
pub const COMMAND: &str = "/guardrail";

/// What a person did. It comes from the door, which has verified that the chat service sent it.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Names this act: whatever brings it again has the same.
    pub id: InputId,
    /// Who.
    pub who: Person,
    /// As the chat service calls the person; may be a mere handle, or nothing.
    pub name: String,
    /// The workspace where it was done. In a shared channel it need not be the person's own.
    pub team: TeamId,
    /// The channel where it was done, if it was in one.
    pub lane: Option<Lane>,
    /// What was done.
    pub act: Act,
    /// The right to open a form, for 3 s.
    pub trigger: Option<Secret>,
    /// Where private answers may be sent, five times within 30 minutes: a URL.
    pub reply: Option<Secret>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The slash command, with the words behind it.
    Command(String),
    /// A button was pressed, or something chosen from a menu.
    Press {
        /// The element's action id.
        action: String,
        /// The button's value, or the chosen option's.
        value: String,
        /// Where it stands.
        on: Surface,
    },
    /// A form was sent.
    Submit {
        /// The form's kind.
        form: String,
        /// The form's own note of what it is about.
        about: String,
        /// The form.
        view: ViewId,
        /// What was filled in or chosen, by block id; what was left empty is absent.
        fields: BTreeMap<String, String>,
    },
    /// The App Home was opened.
    Home,
}

/// Where a button stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Surface {
    /// On a message of the lane.
    Message(MessageTs),
    /// On a form.
    Form(ViewId),
    /// On the App Home.
    Home,
}

/// Names an open form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewId(String);

impl ViewId {
    /// Takes the chat service's id as it is.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is answered at once, within the 3 s that the chat service waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ack {
    /// It was taken. Whatever there is to say follows by itself. A form closes.
    Taken,
    /// To a command: a message for its author alone.
    Private(Box<Message>),
    /// To a form: what must be mended, by block id. The form stays.
    Mend(BTreeMap<String, String>),
    /// To a form: this one takes its place.
    Next(Box<Form>),
}

/// The kinds of forms: what comes back with what was filled in.
#[derive(Debug, Clone, Copy)]
pub struct FormKind;

impl FormKind {
    /// Who works on a problem; it is about an alert.
    pub const ASSIGN: &str = "assign";
    /// Who answers for an account; it is about an account.
    pub const OWNER: &str = "assign_owner";
    /// Nothing to send.
    pub const PAGE: &str = "page";
}
