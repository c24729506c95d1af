//! `apps.connections.open`: an address for one Socket Mode connection.

use serde_json::json;

use crate::sandbox::reply::{Answer, Refusal};
use crate::sandbox::stage::Deed;
use crate::sandbox::workspace::Workspace;

/// Unlike all others it is called with the app's token.
pub(in crate::sandbox) fn open(space: &Workspace, token: &str) -> Result<Answer, Refusal> {
    if space.spec.teams.iter().any(|team| team.bot_token == token) {
        return Err(Refusal::new("not_allowed_token_type"));
    }
    let known = space.spec.teams.iter().any(|team| !token.is_empty() && team.app_token == token);
    if !known {
        return Err(Refusal::new("invalid_auth"));
    }
    let version = space.shelf.version() + 1;
    let ticket = format!("{:016x}{:016x}", space.name_of(version), space.name_of(!version));
    let url = format!("ws://{}/link/{ticket}", space.host);
    let app_token = token.to_owned();
    Ok(Answer::new(json!({"url": url})).staged(Deed::Link { ticket, app_token }))
}
