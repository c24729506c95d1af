//! The blocks a message may carry, as tables. `alert` is missing on purpose: Slack takes it in
//! modals only.

use serde_json::Value;

use super::elements::{ACCESSORIES, ACTIONS, IMAGE, INPUTS, SLACK_FILE, one_image_source};
use super::engine::{Field, Rule, Shape, may, need};
use super::rich_text;

const BLOCK_ID: Field = may("block_id", Rule::BlockId);
const CONTEXT_ITEM: Rule = Rule::TextOr(3000, &[&IMAGE]);
const FIELD_TEXT: Rule = Rule::Text(2000);

/// Every block type a message takes.
pub(super) static MESSAGE: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS_BLOCK,
    &IMAGE_BLOCK,
    &INPUT,
    &VIDEO,
    &MARKDOWN,
    &TABLE,
    &rich_text::BLOCK,
];

/// Every block type a modal or a home takes.
pub(super) static VIEW: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS_BLOCK,
    &IMAGE_BLOCK,
    &INPUT,
    &VIDEO,
    &rich_text::BLOCK,
];

static SECTION: Shape = Shape {
    kind: "section",
    fields: &[
        BLOCK_ID,
        may("text", Rule::Text(3000)),
        may("fields", Rule::List(1, 10, &FIELD_TEXT)),
        may("accessory", Rule::Typed(ACCESSORIES)),
        may("expand", Rule::Bool),
    ],
    also: Some(|check, block, at| {
        if !block.contains_key("text") && !block.contains_key("fields") {
            check.fail("must provide text or fields", at);
        }
    }),
};
static HEADER: Shape = Shape {
    kind: "header",
    fields: &[BLOCK_ID, need("text", Rule::Plain(150)), may("level", Rule::Int(1, 4))],
    also: None,
};
static DIVIDER: Shape = Shape { kind: "divider", fields: &[BLOCK_ID], also: None };
static CONTEXT: Shape = Shape {
    kind: "context",
    fields: &[BLOCK_ID, need("elements", Rule::List(1, 10, &CONTEXT_ITEM))],
    also: None,
};
static ACTIONS_BLOCK: Shape = Shape {
    kind: "actions",
    fields: &[BLOCK_ID, need("elements", Rule::List(1, 25, &Rule::Typed(ACTIONS)))],
    also: None,
};
static IMAGE_BLOCK: Shape = Shape {
    kind: "image",
    fields: &[
        BLOCK_ID,
        may("image_url", Rule::Url(3000)),
        may("slack_file", Rule::Object(SLACK_FILE)),
        need("alt_text", Rule::Str(2000)),
        may("title", Rule::Plain(2000)),
    ],
    also: Some(one_image_source),
};
static INPUT: Shape = Shape {
    kind: "input",
    fields: &[
        BLOCK_ID,
        need("label", Rule::Plain(2000)),
        need("element", Rule::Typed(INPUTS)),
        may("hint", Rule::Plain(2000)),
        may("optional", Rule::Bool),
        may("dispatch_action", Rule::Bool),
    ],
    also: None,
};
static VIDEO: Shape = Shape {
    kind: "video",
    fields: &[
        BLOCK_ID,
        need("alt_text", Rule::Str(2000)),
        need("title", Rule::Plain(200)),
        need("thumbnail_url", Rule::Url(3000)),
        need("video_url", Rule::Url(3000)),
        may("title_url", Rule::Url(3000)),
        may("description", Rule::Plain(200)),
        may("author_name", Rule::Str(50)),
        may("provider_name", Rule::Str(50)),
        may("provider_icon_url", Rule::Url(3000)),
    ],
    also: None,
};
static MARKDOWN: Shape = Shape {
    kind: "markdown",
    fields: &[BLOCK_ID, need("text", Rule::Literal)],
    also: Some(|check, block, at| {
        check.markdown_units += units(block.get("text"));
        if check.markdown_units > 12_000 {
            check.fail("must be less than 12001 characters", &format!("{at}/text"));
        }
    }),
};
static TABLE: Shape = Shape {
    kind: "table",
    fields: &[
        BLOCK_ID,
        need("rows", Rule::List(1, 100, &Rule::List(1, 20, &CELL))),
        may("column_settings", Rule::List(1, 20, &COLUMN)),
    ],
    also: Some(|check, block, at| {
        check.tables += 1;
        if check.tables > 1 {
            check.fail("only one table is allowed per message", at);
        }
        if block.get("rows").map_or(0, cell_units) > 10_000 {
            check.fail("must be less than 10001 characters", &format!("{at}/rows"));
        }
    }),
};
const COLUMN: Rule = Rule::Object(&[
    may("align", Rule::OneOf(&["left", "center", "right"])),
    may("is_wrapped", Rule::Bool),
]);
static RAW_TEXT: Shape =
    Shape { kind: "raw_text", fields: &[need("text", Rule::Literal)], also: None };
const CELL: Rule = Rule::Typed(&[&RAW_TEXT, &rich_text::BLOCK]);

fn units(text: Option<&Value>) -> usize {
    text.and_then(Value::as_str).map_or(0, |text| text.encode_utf16().count())
}

/// The characters of all cells, however deep the text stands in them.
fn cell_units(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(cell_units).sum(),
        Value::Object(object) => {
            let own = units(object.get("text"));
            own + object.values().filter(|inner| inner.is_array()).map(cell_units).sum::<usize>()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
