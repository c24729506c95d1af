//! `rich_text`: sections, lists, quotes and preformatted text, and what may stand in a line.

use super::engine::{Field, Rule, Shape, may, need};

/// The block itself, which is a table cell too.
pub(super) static BLOCK: Shape = Shape {
    kind: "rich_text",
    fields: &[
        may("block_id", Rule::BlockId),
        need("elements", Rule::List(1, 1000, &Rule::Typed(&[&SECTION, &LIST, &QUOTE, &FENCE]))),
    ],
    also: None,
};

const LINE: Rule = Rule::List(0, 3000, &INLINE);
const BORDER: Field = may("border", Rule::Int(0, 1));
static SECTION: Shape =
    Shape { kind: "rich_text_section", fields: &[need("elements", LINE)], also: None };
static LIST: Shape = Shape {
    kind: "rich_text_list",
    fields: &[
        need("style", Rule::OneOf(&["bullet", "ordered"])),
        need("elements", Rule::List(1, 1000, &Rule::Typed(&[&SECTION]))),
        may("indent", Rule::Int(0, 8)),
        may("offset", Rule::Int(0, 10_000)),
        BORDER,
    ],
    also: None,
};
static QUOTE: Shape =
    Shape { kind: "rich_text_quote", fields: &[need("elements", LINE), BORDER], also: None };
static FENCE: Shape = Shape {
    kind: "rich_text_preformatted",
    fields: &[
        need("elements", Rule::List(0, 3000, &Rule::Typed(&[&TEXT, &LINK]))),
        BORDER,
        may("language", Rule::Str(50)),
    ],
    also: None,
};

const INLINE: Rule = Rule::Typed(&[
    &TEXT, &LINK, &EMOJI, &USER, &CHANNEL, &USERGROUP, &BROADCAST, &COLOR, &DATE, &TEAM,
]);
const TEXT_STYLE: Field = may(
    "style",
    Rule::Object(&[
        may("bold", Rule::Bool),
        may("italic", Rule::Bool),
        may("strike", Rule::Bool),
        may("underline", Rule::Bool),
        may("code", Rule::Bool),
    ]),
);
const MENTION_STYLE: Field = may(
    "style",
    Rule::Object(&[
        may("bold", Rule::Bool),
        may("italic", Rule::Bool),
        may("strike", Rule::Bool),
        may("highlight", Rule::Bool),
        may("client_highlight", Rule::Bool),
        may("unlink", Rule::Bool),
    ]),
);
static TEXT: Shape =
    Shape { kind: "text", fields: &[need("text", Rule::Literal), TEXT_STYLE], also: None };
static LINK: Shape = Shape {
    kind: "link",
    fields: &[
        need("url", Rule::Url(3000)),
        may("text", Rule::Literal),
        may("unsafe", Rule::Bool),
        TEXT_STYLE,
    ],
    also: None,
};
static EMOJI: Shape = Shape {
    kind: "emoji",
    fields: &[
        need("name", Rule::Str(255)),
        may("unicode", Rule::Str(255)),
        may("skin_tone", Rule::Int(1, 6)),
        MENTION_STYLE,
    ],
    also: None,
};
static USER: Shape =
    Shape { kind: "user", fields: &[need("user_id", Rule::Str(255)), MENTION_STYLE], also: None };
static CHANNEL: Shape = Shape {
    kind: "channel",
    fields: &[need("channel_id", Rule::Str(255)), MENTION_STYLE],
    also: None,
};
static USERGROUP: Shape = Shape {
    kind: "usergroup",
    fields: &[need("usergroup_id", Rule::Str(255)), MENTION_STYLE],
    also: None,
};
static TEAM: Shape =
    Shape { kind: "team", fields: &[need("team_id", Rule::Str(255)), MENTION_STYLE], also: None };
static BROADCAST: Shape = Shape {
    kind: "broadcast",
    fields: &[need("range", Rule::OneOf(&["here", "channel", "everyone"])), MENTION_STYLE],
    also: None,
};
static COLOR: Shape =
    Shape { kind: "color", fields: &[need("value", Rule::Str(20)), MENTION_STYLE], also: None };
static DATE: Shape = Shape {
    kind: "date",
    fields: &[
        need("timestamp", Rule::Number),
        need("format", Rule::Str(255)),
        may("url", Rule::Url(3000)),
        may("fallback", Rule::Literal),
        MENTION_STYLE,
    ],
    also: None,
};
