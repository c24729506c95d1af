//! The frames of Socket Mode. Pure.

use serde_json::{Value, json};

use crate::door::slack::payload::{self, Heard, Strange, Way};

/// Why Slack wants to end a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Soon; a new one is to be opened.
    Soon,
    /// Socket Mode was turned off for the app.
    TurnedOff,
}

/// What a frame is.
#[derive(Debug)]
pub(super) enum Frame {
    /// The connection is ready.
    Hello,
    /// It is to be left.
    Disconnect(Reason),
    /// Something to acknowledge.
    Envelope(Envelope),
    /// Nothing that could even be acknowledged.
    Garbage,
}

/// Something to acknowledge.
#[derive(Debug)]
pub(super) struct Envelope {
    /// What the acknowledgement must name.
    pub(super) id: String,
    /// What is in it.
    pub(super) heard: Result<Heard, Strange>,
    /// The acknowledgement may say something.
    pub(super) may_answer: bool,
}

/// Reads a frame.
pub(super) fn read(bytes: &[u8]) -> Frame {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return Frame::Garbage };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    match text("type") {
        Some("hello") => return Frame::Hello,
        Some("disconnect") => {
            let off = text("reason") == Some("link_disabled");
            return Frame::Disconnect(if off { Reason::TurnedOff } else { Reason::Soon });
        }
        Some(_) | None => {}
    }
    let Some(id) = text("envelope_id").filter(|id| (1..=256).contains(&id.len())) else {
        return Frame::Garbage;
    };
    let way = match text("type") {
        Some("interactive") => Some(Way::Interaction),
        Some("slash_commands") => Some(Way::Command),
        Some("events_api") => Some(Way::Event),
        Some(_) | None => None,
    };
    let heard = match way {
        Some(way) => payload::payload(way, value.get("payload").unwrap_or(&Value::Null)),
        None => Err(Strange::kind("type", text("type").unwrap_or_default())),
    };
    let may_answer = value.get("accepts_response_payload") == Some(&Value::Bool(true));
    Frame::Envelope(Envelope { id: id.to_owned(), heard, may_answer })
}

/// The acknowledgement of an envelope.
pub(super) fn ack(id: &str, payload: Option<&Value>) -> String {
    let mut ack = json!({ "envelope_id": id });
    if let Some(payload) = payload {
        ack["payload"] = payload.clone();
    }
    ack.to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{Frame, Reason, ack, read};
    use crate::door::slack::payload::Heard;

    #[test]
    fn each_frame_is_known_by_its_type() {
        assert!(matches!(read(br#"{"type":"hello","num_connections":2}"#), Frame::Hello));
        for (reason, wanted) in [
            ("warning", Reason::Soon),
            ("refresh_requested", Reason::Soon),
            ("link_disabled", Reason::TurnedOff),
            ("anything", Reason::Soon),
        ] {
            let frame = json!({"type": "disconnect", "reason": reason}).to_string();
            let Frame::Disconnect(found) = read(frame.as_bytes()) else { panic!("{frame}") };
            assert_eq!(found, wanted);
        }
        for garbage in ["", "{", "[]", "7", r#"{"type":"interactive","payload":{}}"#] {
            assert!(matches!(read(garbage.as_bytes()), Frame::Garbage), "{garbage}");
        }
        for (kind, said) in [
            ("interactive", "`type` is missing"),
            ("slash_commands", "`command` is missing"),
            ("events_api", "`type` is missing"),
            ("teleport", "`type` is teleport"),
        ] {
            let frame = json!({"type": kind, "envelope_id": "e-1"}).to_string();
            let Frame::Envelope(found) = read(frame.as_bytes()) else { panic!("{frame}") };
            assert_eq!((found.id.as_str(), found.may_answer), ("e-1", false));
            assert_eq!(found.heard.unwrap_err().to_string(), said);
        }
        let closed = json!({
            "type": "interactive", "envelope_id": "e-2", "accepts_response_payload": true,
            "payload": {"type": "view_closed"},
        });
        let Frame::Envelope(found) = read(closed.to_string().as_bytes()) else { panic!() };
        assert!(found.may_answer && matches!(found.heard, Ok(Heard::Nothing)));
    }

    #[test]
    fn an_ack_names_its_envelope() {
        assert_eq!(ack("e-1", None), r#"{"envelope_id":"e-1"}"#);
        assert_eq!(ack("e", Some(&json!({"a": 1}))), r#"{"envelope_id":"e","payload":{"a":1}}"#);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            read(&bytes);
        }
    }
}
