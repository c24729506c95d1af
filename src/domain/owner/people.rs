//! People: who answers, and what for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::{TeamId, UserId};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Acknowledges and proposes.
    Operator,
    /// Decides.
    Approver,
    /// Answers for the company's security: the next in line when nobody reacts.
    SecurityLead,
    /// Of the group's Cloud CoE.
    Ccoe,
    /// Of a partner company: acknowledges and proposes, never decides.
    Partner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Viewer,
        Self::Operator,
        Self::Approver,
        Self::SecurityLead,
        Self::Ccoe,
        Self::Partner,
    ];

    /// As files write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::SecurityLead => "security-lead",
            Self::Ccoe => "ccoe",
            Self::Partner => "partner",
        }
    }
}

/// Names a person: the user id means nothing without its workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The workspace.
    pub team: TeamId,
    /// The user in it.
    pub user: UserId,
}

/// Somebody who answers. A person is (team, user): other workspaces work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As colleagues write it.
    pub name: String,
    /// The workspace of the Slack user.
    pub team: TeamId,
    /// The Slack user in it.
    pub user: UserId,
    /// What the person may do; nobody without one decides anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// For a partner: who of the company vouches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<Person>,
    /// For a partner: the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Contact {
    /// The person.
    pub fn person(&self) -> Person {
        Person { team: self.team.clone(), user: self.user.clone() }
    }

    /// Whether the person has this role on that day. A partner decides nothing, whatever else
    /// stands there; after the last day nobody is anything.
    pub fn has(&self, role: Role, today: Date) -> bool {
        let partner = self.roles.contains(&Role::Partner);
        let decides = matches!(role, Role::Approver | Role::SecurityLead | Role::Ccoe);
        self.roles.contains(&role) && !self.is_over(today) && !(partner && decides)
    }

    /// Whether the last day has passed.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }
}
