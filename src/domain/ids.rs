//! Identifiers: newtypes, so that a channel is never passed where a team is meant.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it is; where it comes from decides whether it must be checked.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id! {
    /// An AWS account: 12 digits (checked where it is parsed).
    AccountId;
    /// An AWS Region such as `ap-northeast-1`; `global` where a source names no other.
    Region;
    /// Names a finding across its updates; at least as fine as the source's own id.
    Identity;
    /// Hash of the state of a finding that people act on.
    Fingerprint;
    /// Our record of one problem; derived from its key, so every replica computes the same.
    AlertId;
    /// One day's intake report, `report-YYYY-MM-DD`.
    ReportId;
    /// One morning's look at the owner map, `health-YYYY-MM-DD`.
    HealthId;
    /// A company of the group, as the owner map spells it.
    CompanyId;
    /// A Slack workspace, `T...`.
    TeamId;
    /// A Slack channel, `C...`.
    ChannelId;
    /// A Slack user, `U...`; means nothing without its team.
    UserId;
    /// A Slack message within a channel, `seconds.micros`.
    MessageTs;
    /// An outbox entry; derived from what it must do, so that it exists once.
    EntryId;
    /// One input through the door; a repeated one gets the first answer again.
    InputId;
}
