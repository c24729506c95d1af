//! Whether everything the bot needs can be reached. Each check has a time limit, and what was
//! found is kept for a while: probes come often, and must cost little.

use std::{collections::BTreeMap, time::Duration};

use futures::future::{BoxFuture, join_all};
use jiff::Timestamp;
use tokio::sync::Mutex;

/// One check ends within this time, or has failed.
const LIMIT: Duration = Duration::from_secs(3);
/// How long what was found is kept.
const KEPT: Duration = Duration::from_secs(10);

/// One thing that must be reached.
pub struct Check {
    /// Its name, such as `store` or `slack.T0123`.
    pub name: String,
    /// The key of the config that says where it is, such as `store.sqlite.data`.
    pub key: String,
    /// Asks it. The error is one sentence without secrets.
    pub ask: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

/// What was found, by the name of the check.
pub(super) type Found = BTreeMap<String, Result<(), String>>;

/// All checks with what was found last.
pub(super) struct Checks {
    all: Vec<Check>,
    kept: Mutex<Option<(Timestamp, Found)>>,
}

impl Checks {
    pub(super) fn new(all: Vec<Check>) -> Self {
        Self { all, kept: Mutex::new(None) }
    }

    /// Asks all of them, or says what was found a moment ago. Probes that come together wait for
    /// the same answer.
    pub(super) async fn ask(&self, now: Timestamp) -> Found {
        let (before, found) = self.look(now).await;
        if let Some(before) = before {
            log_changes(&before, &found);
        }
        found
    }

    /// Asks all of them and says in the log what fails, or that nothing does.
    pub(super) async fn tell(&self, now: Timestamp) {
        let (_, found) = self.look(now).await;
        for check in &self.all {
            if let Some(Err(why)) = found.get(&check.name) {
                let (name, key) = (&check.name, &check.key);
                tracing::error!(check.name = name, config.key = key, "{name} ({key}): {why}");
            }
        }
        if found.values().all(Result::is_ok) {
            tracing::info!(checks = found.len(), "all that is needed can be reached");
        }
    }

    /// What was found now or a moment ago; if it was now, also what was found before.
    async fn look(&self, now: Timestamp) -> (Option<Found>, Found) {
        let mut kept = self.kept.lock().await;
        if let Some((at, found)) = kept.as_ref()
            && now.duration_since(*at).unsigned_abs() < KEPT
        {
            return (None, found.clone());
        }
        let asked = self.all.iter().map(|check| async move {
            let answer = tokio::time::timeout(LIMIT, (check.ask)()).await;
            let late = || Err(format!("no answer within {} s", LIMIT.as_secs()));
            (check.name.clone(), answer.unwrap_or_else(|_| late()))
        });
        let found: Found = join_all(asked).await.into_iter().collect();
        let before = kept.replace((now, found.clone())).map(|(_, found)| found).unwrap_or_default();
        (Some(before), found)
    }
}

/// A failure is logged once, when it begins.
fn log_changes(before: &Found, found: &Found) {
    for (name, result) in found {
        match (before.get(name), result) {
            (None | Some(Ok(())), Err(why)) => {
                tracing::warn!(check.name = name, check.error = why, "not ready");
            }
            (Some(Err(_)), Ok(())) => tracing::info!(check.name = name, "ready again"),
            (Some(Err(_)), Err(_)) | (None | Some(Ok(())), Ok(())) => {}
        }
    }
}
