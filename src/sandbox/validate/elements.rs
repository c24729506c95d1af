//! The interactive elements and the small objects they are made of, as tables.

use serde_json::{Map, Value};

use super::engine::{Check, Field, Rule, Shape, may, need};

const STYLE: Rule = Rule::OneOf(&["primary", "danger"]);
const ACTION_ID: Field = may("action_id", Rule::ActionId);
const FOCUS: Field = may("focus_on_load", Rule::Bool);
const CONFIRM: Field = may("confirm", Rule::Object(CONFIRM_FIELDS));
const PLACEHOLDER: Field = may("placeholder", Rule::Plain(150));
const CONFIRM_FIELDS: &[Field] = &[
    need("title", Rule::Plain(100)),
    need("text", Rule::Text(300)),
    need("confirm", Rule::Plain(30)),
    need("deny", Rule::Plain(30)),
    may("style", STYLE),
];

/// An option of a menu: Slack reads plain text only here.
const OPTION: Rule = Rule::Object(&[
    need("text", Rule::Plain(75)),
    need("value", Rule::Str(75)),
    may("description", Rule::Plain(75)),
]);
/// An option of radio buttons and checkboxes, which may be mrkdwn.
const RICH_OPTION: Rule = Rule::Object(&[
    need("text", Rule::Text(75)),
    need("value", Rule::Str(75)),
    may("description", Rule::Text(75)),
]);
const OVERFLOW_OPTION: Rule = Rule::Object(&[
    need("text", Rule::Plain(75)),
    need("value", Rule::Str(75)),
    may("description", Rule::Plain(75)),
    may("url", Rule::Url(3000)),
]);
const OPTION_GROUP: Rule =
    Rule::Object(&[need("label", Rule::Plain(75)), need("options", Rule::List(1, 100, &OPTION))]);
const OPTIONS: Field = may("options", Rule::List(1, 100, &OPTION));
const OPTION_GROUPS: Field = may("option_groups", Rule::List(1, 100, &OPTION_GROUP));
const ID: Rule = Rule::Str(255);
const IDS: Rule = Rule::List(0, 100, &ID);
const MAX_PICKED: Field = may("max_selected_items", Rule::Int(1, 1000));
const FILTER: Rule = Rule::Object(&[
    may("include", Rule::List(1, 4, &Rule::OneOf(&["im", "mpim", "private", "public"]))),
    may("exclude_external_shared_channels", Rule::Bool),
    may("exclude_bot_users", Rule::Bool),
]);

const fn shape(kind: &'static str, fields: &'static [Field]) -> Shape {
    Shape { kind, fields, also: None }
}

static BUTTON: Shape = shape(
    "button",
    &[
        need("text", Rule::Plain(75)),
        ACTION_ID,
        may("url", Rule::Url(3000)),
        may("value", Rule::Str(2000)),
        may("style", STYLE),
        CONFIRM,
        may("accessibility_label", Rule::Str(75)),
    ],
);
static WORKFLOW_BUTTON: Shape = shape(
    "workflow_button",
    &[
        need("text", Rule::Plain(75)),
        need("workflow", Rule::Object(&[need("trigger", Rule::Object(TRIGGER))])),
        ACTION_ID,
        may("style", STYLE),
        may("accessibility_label", Rule::Str(75)),
    ],
);
const TRIGGER: &[Field] = &[
    need("url", Rule::Url(3000)),
    may("customizable_input_parameters", Rule::List(0, 100, &INPUT_PARAMETER)),
];
const INPUT_PARAMETER: Rule =
    Rule::Object(&[need("name", Rule::Str(255)), need("value", Rule::Str(3000))]);
static OVERFLOW: Shape =
    shape("overflow", &[ACTION_ID, need("options", Rule::List(1, 5, &OVERFLOW_OPTION)), CONFIRM]);
pub(super) static IMAGE: Shape = Shape {
    kind: "image",
    fields: &[
        may("image_url", Rule::Url(3000)),
        may("slack_file", Rule::Object(SLACK_FILE)),
        need("alt_text", Rule::Str(2000)),
    ],
    also: Some(one_image_source),
};
pub(super) const SLACK_FILE: &[Field] = &[may("id", Rule::Str(255)), may("url", Rule::Url(3000))];
static RADIO: Shape = shape(
    "radio_buttons",
    &[
        ACTION_ID,
        need("options", Rule::List(1, 10, &RICH_OPTION)),
        may("initial_option", RICH_OPTION),
        CONFIRM,
        FOCUS,
    ],
);
static CHECKBOXES: Shape = shape(
    "checkboxes",
    &[
        ACTION_ID,
        need("options", Rule::List(1, 10, &RICH_OPTION)),
        may("initial_options", Rule::List(1, 10, &RICH_OPTION)),
        CONFIRM,
        FOCUS,
    ],
);

static STATIC_SELECT: Shape = Shape {
    kind: "static_select",
    fields: &[
        ACTION_ID,
        OPTIONS,
        OPTION_GROUPS,
        may("initial_option", OPTION),
        CONFIRM,
        FOCUS,
        PLACEHOLDER,
    ],
    also: Some(one_option_source),
};
static MULTI_STATIC_SELECT: Shape = Shape {
    kind: "multi_static_select",
    fields: &[
        ACTION_ID,
        OPTIONS,
        OPTION_GROUPS,
        may("initial_options", Rule::List(1, 100, &OPTION)),
        MAX_PICKED,
        CONFIRM,
        FOCUS,
        PLACEHOLDER,
    ],
    also: Some(one_option_source),
};

/// The four selects that fill themselves differ in one or two fields only.
macro_rules! select {
    ($name:ident, $kind:literal $(, $field:expr)*) => {
        static $name: Shape =
            shape($kind, &[ACTION_ID, CONFIRM, FOCUS, PLACEHOLDER $(, $field)*]);
    };
}
select!(
    EXTERNAL_SELECT,
    "external_select",
    may("initial_option", OPTION),
    may("min_query_length", Rule::Int(0, 3000))
);
select!(
    MULTI_EXTERNAL_SELECT,
    "multi_external_select",
    may("initial_options", Rule::List(1, 100, &OPTION)),
    may("min_query_length", Rule::Int(0, 3000)),
    MAX_PICKED
);
select!(USERS_SELECT, "users_select", may("initial_user", ID));
select!(MULTI_USERS_SELECT, "multi_users_select", may("initial_users", IDS), MAX_PICKED);
select!(
    CHANNELS_SELECT,
    "channels_select",
    may("initial_channel", ID),
    may("response_url_enabled", Rule::Bool)
);
select!(MULTI_CHANNELS_SELECT, "multi_channels_select", may("initial_channels", IDS), MAX_PICKED);
select!(
    CONVERSATIONS_SELECT,
    "conversations_select",
    may("initial_conversation", ID),
    may("default_to_current_conversation", Rule::Bool),
    may("response_url_enabled", Rule::Bool),
    may("filter", FILTER)
);
select!(
    MULTI_CONVERSATIONS_SELECT,
    "multi_conversations_select",
    may("initial_conversations", IDS),
    may("default_to_current_conversation", Rule::Bool),
    may("filter", FILTER),
    MAX_PICKED
);
select!(DATEPICKER, "datepicker", may("initial_date", Rule::Str(10)));
select!(
    TIMEPICKER,
    "timepicker",
    may("initial_time", Rule::Str(5)),
    may("timezone", Rule::Str(255))
);
static DATETIMEPICKER: Shape = shape(
    "datetimepicker",
    &[ACTION_ID, may("initial_date_time", Rule::Int(1_000_000_000, 9_999_999_999)), CONFIRM, FOCUS],
);

const DISPATCH: Field = may(
    "dispatch_action_config",
    Rule::Object(&[may(
        "trigger_actions_on",
        Rule::List(1, 2, &Rule::OneOf(&["on_enter_pressed", "on_character_entered"])),
    )]),
);
static PLAIN_TEXT_INPUT: Shape = shape(
    "plain_text_input",
    &[
        ACTION_ID,
        may("initial_value", Rule::Str(3000)),
        may("multiline", Rule::Bool),
        may("min_length", Rule::Int(0, 3000)),
        may("max_length", Rule::Int(1, 3000)),
        DISPATCH,
        FOCUS,
        PLACEHOLDER,
    ],
);
static EMAIL_INPUT: Shape = shape(
    "email_text_input",
    &[ACTION_ID, may("initial_value", Rule::Str(3000)), DISPATCH, FOCUS, PLACEHOLDER],
);
static URL_INPUT: Shape = shape(
    "url_text_input",
    &[ACTION_ID, may("initial_value", Rule::Url(3000)), DISPATCH, FOCUS, PLACEHOLDER],
);
static NUMBER_INPUT: Shape = shape(
    "number_input",
    &[
        ACTION_ID,
        need("is_decimal_allowed", Rule::Bool),
        may("initial_value", Rule::Str(255)),
        may("min_value", Rule::Str(255)),
        may("max_value", Rule::Str(255)),
        DISPATCH,
        FOCUS,
        PLACEHOLDER,
    ],
);

/// What an actions block takes.
pub(super) static ACTIONS: &[&Shape] = &[
    &BUTTON,
    &WORKFLOW_BUTTON,
    &OVERFLOW,
    &RADIO,
    &CHECKBOXES,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
];
/// What may stand beside a section.
pub(super) static ACCESSORIES: &[&Shape] = &[
    &BUTTON,
    &WORKFLOW_BUTTON,
    &OVERFLOW,
    &IMAGE,
    &RADIO,
    &CHECKBOXES,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &DATEPICKER,
    &TIMEPICKER,
];
/// What an input block takes.
pub(super) static INPUTS: &[&Shape] = &[
    &PLAIN_TEXT_INPUT,
    &EMAIL_INPUT,
    &URL_INPUT,
    &NUMBER_INPUT,
    &RADIO,
    &CHECKBOXES,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
];

fn one_option_source(check: &mut Check, object: &Map<String, Value>, at: &str) {
    if object.contains_key("options") == object.contains_key("option_groups") {
        check.fail("must provide exactly one of options and option_groups", at);
    }
}

/// An image comes from an address or from a Slack file, never from both.
pub(super) fn one_image_source(check: &mut Check, object: &Map<String, Value>, at: &str) {
    if object.contains_key("image_url") == object.contains_key("slack_file") {
        check.fail("must provide exactly one of image_url and slack_file", at);
    }
}
