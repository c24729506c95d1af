//! What the CCoE does with the owner map from the chat service.

use super::{Desk, Outcome};
use crate::{
    decide,
    domain::{Ask, Refusal},
    ports::PortResult,
    render::Reader,
};

impl Desk {
    /// What is wrong with the map.
    pub(super) async fn gaps(&self, ask: &Ask, reader: &Reader) -> PortResult<Outcome> {
        let owners = self.map().await?;
        let now = self.parts.clock.now();
        if let Err(refusal) = decide::may_for_group(&owners.map, &ask.who, now) {
            return Ok(self.refused(ask, reader, &refusal));
        }
        Ok(self.refused(ask, reader, &Refusal::Unavailable))
    }
}
