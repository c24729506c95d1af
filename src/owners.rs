//! The owner map's file: read, checked, written. Pure; F1.
//!
//! Every problem is named with its key and how to mend it, all of them at once.

mod check;
mod diff;
mod gaps;
mod sheet;
mod sync;

use crate::domain::OwnerMap;

pub use crate::domain::{FileProblem as Problem, Gap};
pub use check::check;
pub use diff::{About, Change, diff};
pub use gaps::{gaps, holidays_end};
pub use sheet::with_sheet;
pub use sync::{Seen, Synced, What, with_organization};

/// Reads an owner map. Nothing is taken from a file with a problem.
///
/// # Errors
/// All problems found.
pub fn parse(text: &str) -> Result<OwnerMap, Vec<Problem>> {
    let value: serde_json::Value = serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let place = error.location().map_or_else(String::new, |place| {
            format!("line {}, column {}: ", place.line(), place.column())
        });
        vec![Problem {
            key: "(file)".to_owned(),
            what: format!("is not readable YAML: {place}{}", one_line(&error.to_string())),
            mend: "Look at that line and its neighbours".to_owned(),
        }]
    })?;
    let problems = check(&value);
    if !problems.is_empty() {
        return Err(problems);
    }
    serde_json::from_value(value).map_err(|error| {
        vec![Problem {
            key: "(file)".to_owned(),
            what: one_line(&error.to_string()),
            mend: "Compare with deploy/sample/owners.yaml".to_owned(),
        }]
    })
}

/// The map as a file. Comments of the file it was read from are not in it.
///
/// # Errors
/// What the writer says.
pub fn written(map: &OwnerMap) -> Result<String, String> {
    serde_saphyr::to_string(map).map_err(|error| error.to_string())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
