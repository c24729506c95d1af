//! `monban owners gaps`: what the map lacks, by itself and by what Slack says.

use std::{path::Path, sync::Arc};

use futures::future::BoxFuture;
use jiff::{Timestamp, civil::Date};

use super::{Source, changes};
use crate::{
    app,
    domain::{Gap, OwnerMap},
    flow::{ASK_EVERY, map_gaps},
    owners,
    ports::Clock,
};

/// Prints a line a gap; an error if there is one.
pub(super) async fn run(
    source: Source,
    offline: bool,
    clock: &Arc<dyn Clock>,
) -> Result<(), String> {
    let config = source.config.clone().filter(|_| !offline);
    let map = source.map(clock).await?;
    let today = map.group_day(clock.now());
    let (found, unasked) = match config {
        Some(file) => asked(&file, &map, today, clock).await?,
        None => (owners::gaps(&map, today), 0),
    };
    let lines = found.iter().map(|one| format!("{}\n", changes::gap(one)));
    crate::cli::say(&lines.collect::<String>())?;
    if unasked > 0 {
        crate::cli::say(&format!("no answer from Slack about {unasked} of them: see the log\n"))?;
    }
    if !found.is_empty() {
        return Err(format!("the owner map has {} gap(s)", found.len()));
    }
    crate::cli::say("no gap\n")
}

async fn asked(
    file: &Path,
    map: &OwnerMap,
    today: Date,
    clock: &Arc<dyn Clock>,
) -> Result<(Vec<Gap>, usize), String> {
    let people = app::people(&crate::cli::config(file)?).await?;
    let pause = || -> BoxFuture<'_, ()> {
        let until = clock.now().checked_add(ASK_EVERY).unwrap_or(Timestamp::MAX);
        Box::pin(clock.sleep_until(until))
    };
    Ok(map_gaps(map, today, people.as_ref(), &pause).await)
}
