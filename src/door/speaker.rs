//! Which app of Slack's speaks, and for whom it may.
//!
//! Whoever administers an app knows what it signs with, and so can sign acts that nobody did. A
//! workspace's own app is therefore believed about that workspace and its people alone.

use std::{collections::BTreeSet, fmt, sync::Arc};

use crate::domain::{Ask, TeamId};

/// An app of Slack's, known by the secret that it was verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speaker {
    /// The app that this workspace has to itself.
    Own(TeamId),
    /// The one that is installed in all others. These are the workspaces that have their own.
    Shared(Arc<BTreeSet<TeamId>>),
}

impl Speaker {
    /// Whether it may say that this was done: there, and by such a person. In a shared channel
    /// the two are not of one workspace.
    pub(super) fn may(&self, ask: &Ask) -> bool {
        [&ask.team, &ask.who.team].into_iter().all(|team| self.speaks_for(team))
    }

    fn speaks_for(&self, team: &TeamId) -> bool {
        match self {
            Self::Own(own) => own == team,
            Self::Shared(others) => !others.contains(team),
        }
    }
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(team) => write!(f, "{team}"),
            Self::Shared(_) => f.write_str("shared"),
        }
    }
}

#[test]
fn an_app_speaks_for_its_own_workspace_and_its_people_alone() {
    use crate::domain::{Act, InputId, Person, UserId};

    let ask = |team: &str, of: &str| Ask {
        id: InputId::new("x"),
        who: Person { team: TeamId::new(of), user: UserId::new("U1") },
        name: String::new(),
        team: TeamId::new(team),
        lane: None,
        act: Act::Home,
        trigger: None,
        reply: None,
    };
    let own = Speaker::Own(TeamId::new("TA"));
    let shared = Speaker::Shared(Arc::new(["TA", "TB"].map(TeamId::new).into()));
    let alone = Speaker::Shared(Arc::default());
    for (team, of, owns, shares) in [
        ("TA", "TA", true, false),
        ("TA", "TB", false, false),
        ("TB", "TA", false, false),
        ("TB", "TB", false, false),
        ("TA", "TC", false, false),
        ("TC", "TA", false, false),
        ("TC", "TC", false, true),
        ("TC", "TD", false, true),
        ("ta", "ta", false, true),
    ] {
        let ask = ask(team, of);
        let said = (own.may(&ask), shared.may(&ask), alone.may(&ask));
        assert_eq!(said, (owns, shares, true), "{of} in {team}");
    }
    assert_eq!((own.to_string(), shared.to_string()), ("TA".to_owned(), "shared".to_owned()));
}
