//! What is answered at once, as Slack reads it.

use serde_json::{Value, json};

use super::tally::kind;
use crate::domain::{Ack, Act};

/// What was done, as far as the answer's form depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A message can be answered.
    Command,
    /// The form can be mended or replaced.
    Form,
    /// Nothing can be said.
    Mute(&'static str),
}

impl Kind {
    pub(super) const fn of(act: &Act) -> Self {
        match act {
            Act::Command(_) => Self::Command,
            Act::Submit { .. } => Self::Form,
            Act::Press { .. } | Act::Home => Self::Mute(kind(act)),
        }
    }
}

/// The answer's payload; `None` for a bare one.
pub(super) fn payload(kind: Kind, ack: Ack) -> Option<Value> {
    match (kind, ack) {
        (_, Ack::Taken) => None,
        (Kind::Command, Ack::Private(message)) => {
            let mut body = serde_json::to_value(message).ok()?;
            body["response_type"] = json!("ephemeral");
            Some(body)
        }
        (Kind::Form, Ack::Mend(errors)) => {
            Some(json!({ "response_action": "errors", "errors": errors }))
        }
        (Kind::Form, Ack::Next(form)) => Some(json!({ "response_action": "update", "view": form })),
        (kind, Ack::Private(_) | Ack::Mend(_) | Ack::Next(_)) => {
            tracing::error!(?kind, "an answer that this act can't be given: it was dropped");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{Kind, payload};
    use crate::domain::{Ack, Color, Form, Message, Text};

    #[test]
    fn each_act_is_answered_in_its_own_way() {
        let message = Message { text: "no".to_owned(), color: Color("#000000"), blocks: vec![] };
        let private = Ack::Private(Box::new(message));
        let mend = Ack::Mend(BTreeMap::from([("until".to_owned(), "too late".to_owned())]));
        let text = |text: &str| Text::Plain(text.to_owned());
        let next = Ack::Next(Box::new(Form {
            callback: "f".to_owned(),
            about: "a-1".to_owned(),
            title: text("t"),
            submit: None,
            close: text("c"),
            blocks: vec![],
        }));
        let answer = payload(Kind::Command, private.clone()).unwrap();
        assert_eq!(answer, json!({"text": "no", "attachments": [], "response_type": "ephemeral"}));
        let answer = payload(Kind::Form, mend.clone()).unwrap();
        assert_eq!(answer, json!({"response_action": "errors", "errors": {"until": "too late"}}));
        let answer = payload(Kind::Form, next.clone()).unwrap();
        assert_eq!(answer["response_action"], "update");
        assert_eq!(answer["view"]["private_metadata"], "a-1");
        for kind in [Kind::Command, Kind::Form, Kind::Mute("press")] {
            assert_eq!(payload(kind, Ack::Taken), None);
        }
        for (kind, ack) in [
            (Kind::Command, mend.clone()),
            (Kind::Command, next),
            (Kind::Form, private.clone()),
            (Kind::Mute("press"), private),
            (Kind::Mute("home"), mend),
        ] {
            assert_eq!(payload(kind, ack), None, "{kind:?}");
        }
    }
}
