//! What `views.*` take: modals and App Homes, checked like messages are.

use serde_json::{Map, Value};

use super::blocks;
use super::engine::{Check, Field, Rule, Shape, may, need};
use crate::sandbox::reply::Refusal;

const VIEW_BYTES: usize = 250_000;
const BLOCKS: Rule = Rule::List(1, 100, &Rule::Typed(blocks::VIEW));
const PRIVATE: Field = may("private_metadata", Rule::Free(3000));
const CALLBACK: Field = may("callback_id", Rule::Free(255));
const EXTERNAL: Field = may("external_id", Rule::Free(255));

static MODAL: Shape = Shape {
    kind: "modal",
    fields: &[
        need("title", Rule::Plain(24)),
        need("blocks", BLOCKS),
        may("submit", Rule::Plain(24)),
        may("close", Rule::Plain(24)),
        may("clear_on_close", Rule::Bool),
        may("notify_on_close", Rule::Bool),
        PRIVATE,
        CALLBACK,
        EXTERNAL,
    ],
    also: Some(submit_for_inputs),
};
static HOME: Shape = Shape {
    kind: "home",
    fields: &[need("blocks", BLOCKS), PRIVATE, CALLBACK, EXTERNAL],
    also: None,
};

/// Checks a view of this kind, `modal` or `home`.
pub(in crate::sandbox) fn view(view: &Value, kind: &str) -> Result<(), Refusal> {
    if view.to_string().len() > VIEW_BYTES {
        return Err(Refusal::new("view_too_large"));
    }
    let mut check = Check::default();
    let shape = if kind == "home" { &HOME } else { &MODAL };
    check.typed(view, &[shape], "/view");
    if check.errors.is_empty() {
        Ok(())
    } else {
        Err(Refusal::with_messages("invalid_arguments", check.errors))
    }
}

fn submit_for_inputs(check: &mut Check, view: &Map<String, Value>, at: &str) {
    let blocks = view.get("blocks").and_then(Value::as_array).into_iter().flatten();
    let input = blocks.into_iter().any(|block| block["type"] == "input");
    if input && !view.contains_key("submit") {
        check.fail("`submit` is required when an `input` block is within blocks", at);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(text: &str) -> Value {
        json!({"type": "plain_text", "text": text})
    }

    fn modal(more: &Value) -> Value {
        let mut view = json!({"type": "modal", "title": plain("例外の申請"),
            "blocks": [{"type": "divider"}]});
        for (name, value) in more.as_object().unwrap() {
            view[name] = value.clone();
        }
        view
    }

    #[test]
    fn a_modal_keeps_to_slacks_limits() {
        let input = json!([{"type": "input", "block_id": "why", "label": plain("理由"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": true}}]);
        let hundred = |n: usize| json!(vec![json!({"type": "divider"}); n]);
        for (more, wanted) in [
            (json!({}), None),
            (json!({"private_metadata": "", "callback_id": "", "close": plain("閉じる")}), None),
            (json!({"blocks": hundred(100)}), None),
            (json!({"blocks": input, "submit": plain("送信")}), None),
            (json!({"blocks": input}), Some("`submit` is required")),
            (json!({"blocks": hundred(101)}), Some("no more than 100 items")),
            (json!({"blocks": []}), Some("no fewer than 1 items")),
            (json!({"title": plain(&"あ".repeat(25))}), Some("less than 25 characters")),
            (json!({"submit": plain(&"x".repeat(25))}), Some("json-pointer:/view/submit/text")),
            (json!({"private_metadata": "x".repeat(3001)}), Some("/view/private_metadata")),
            (json!({"callback_id": "x".repeat(256)}), Some("/view/callback_id")),
            (json!({"colour": "red"}), Some("invalid additional property: colour")),
            (json!({"type": "home"}), Some("unsupported type: home")),
            (json!({"blocks": [{"type": "table", "rows": [[]]}]}), Some("unsupported type: table")),
        ] {
            let verdict = view(&modal(&more), "modal");
            match (verdict, wanted) {
                (Ok(()), None) => {}
                (Err(refusal), Some(why)) => {
                    assert_eq!(refusal.code, "invalid_arguments");
                    assert!(refusal.messages.join("; ").contains(why), "{more}: {refusal:?}");
                }
                (verdict, wanted) => panic!("{more}: {verdict:?}, wanted {wanted:?}"),
            }
        }
        let big = modal(&json!({"private_metadata": "x".repeat(VIEW_BYTES)}));
        assert_eq!(view(&big, "modal").unwrap_err().code, "view_too_large");
    }

    #[test]
    fn a_home_has_no_title() {
        let home = json!({"type": "home", "blocks": [{"type": "divider"}]});
        assert_eq!(view(&home, "home"), Ok(()));
        let mut titled = home;
        titled["title"] = plain("x");
        let refused = view(&titled, "home").unwrap_err();
        assert!(refused.messages[0].contains("title"), "{refused:?}");
    }
}
