//! The parts that payloads share.

use std::time::SystemTime;

use serde_json::{Value, json};

use crate::sandbox::ids::spread;
use crate::sandbox::spec::{TeamSpec, UserSpec};
use crate::sandbox::stage::{Person, ResponseUrl, Source, Trigger};
use crate::sandbox::workspace::Workspace;

/// The old verification token. Who still checks it instead of the signature is found out: it is
/// the same for everybody.
pub(super) const TOKEN: &str = "sandbox-verification-token";

/// What every interaction says: who, where, which app.
pub(super) fn interaction(kind: &str, team: &TeamSpec, user: &UserSpec) -> Value {
    json!({
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team,
        },
        "api_app_id": team.app_id,
        "token": TOKEN,
        "enterprise": null,
        "is_enterprise_install": false,
    })
}

impl Workspace {
    /// A name that this run of the sandbox has not given out yet.
    pub(super) fn fresh(&mut self) -> u64 {
        let version = self.shelf.bump();
        self.name_of(version)
    }

    /// The name that belongs to a version of the workspace.
    pub(in crate::sandbox) fn name_of(&self, version: u64) -> u64 {
        spread(self.seed ^ version)
    }

    pub(super) fn give_trigger(
        &mut self,
        now: SystemTime,
        team: &str,
        person: &Person,
        in_modal: bool,
    ) -> String {
        let name = self.fresh();
        let id = format!("{}.{}.{name:016x}", name % 10_000_000_000, self.seed % 10_000_000_000);
        let trigger = Trigger::new(team, person, now, in_modal);
        self.stage.tickets.give_trigger(id.clone(), trigger);
        id
    }

    pub(super) fn give_response_url(
        &mut self,
        now: SystemTime,
        team: &str,
        channel: &str,
        person: &Person,
        source: Source,
    ) -> String {
        let id = format!("{:016x}{:016x}", self.fresh(), self.fresh());
        let address = format!("http://{}/response/{team}/{id}", self.host);
        self.stage.tickets.give_url(id, ResponseUrl::new(team, channel, person, source, now));
        address
    }
}
