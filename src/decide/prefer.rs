//! Somebody says how to be spoken to.

use jiff::Timestamp;

use super::{Change, Changed, Decision, Reason, Verb, audited, care::by};
use crate::domain::{Depth, InputId, Lang, Person, Viewer};

/// What a person wishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// This language; `None`: as the chat service is set.
    Lang(Option<Lang>),
    /// So much; `None`: as the channel.
    Depth(Option<Depth>),
}

/// Takes the wish down. Anybody may say how to be spoken to.
pub fn prefer(
    now: Timestamp,
    viewer: Option<&Viewer>,
    who: &Person,
    wish: Preference,
    input: &InputId,
) -> Decision {
    let mut next = viewer.cloned().unwrap_or_else(|| Viewer::new(who.clone()));
    let before = (next.lang, next.depth);
    match wish {
        Preference::Lang(lang) => next.lang = lang,
        Preference::Depth(depth) => next.depth = depth,
    }
    if before == (next.lang, next.depth) {
        return Decision::nothing(Reason::Preferred);
    }
    next.version += 1;
    let mut record = Changed::Viewer(Box::new(next));
    let audit = audited(&mut record, now, &by(who), input, &Reason::Preferred);
    let change = Change { record, states: vec![], entries: vec![], audit, under_map: None };
    Decision { verb: Verb::Commit(Box::new(change)), reason: Reason::Preferred }
}
