//! What a person can press, choose or fill in.

use serde::Serialize;

use super::Text;

/// Something that can be pressed, chosen from or filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Element {
    /// A button: it opens a page, or asks something of the bot.
    Button(Button),
    /// A menu behind three dots, of at most five.
    Overflow {
        /// Names the menu.
        action_id: String,
        /// What can be chosen.
        options: Vec<Choice>,
    },
    /// One of at most 100.
    StaticSelect {
        /// Names the menu.
        action_id: String,
        /// What can be chosen.
        options: Vec<Choice>,
        /// What is chosen at first.
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_option: Option<Choice>,
    },
    /// One of at most ten, all of them in sight.
    RadioButtons {
        /// Names them.
        action_id: String,
        /// What can be chosen.
        options: Vec<Choice>,
        /// What is chosen at first.
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_option: Option<Choice>,
    },
    /// Text.
    PlainTextInput {
        /// Names the field.
        action_id: String,
        /// What stands in it at first.
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_value: Option<String>,
        /// More than one line.
        multiline: bool,
        /// The most characters, 3000 at most.
        max_length: u16,
    },
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ButtonStyle {
    /// The one to press.
    Primary,
    /// Dangerous.
    Danger,
}

/// A button. With a URL it opens that page and asks nothing of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// Names the button in the message.
    pub action_id: String,
    /// What it says.
    pub text: Text,
    /// Where it leads (http or https).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it is about: an id and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How it looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<ButtonStyle>,
}

impl Button {
    /// A button that opens a page.
    pub const fn link(action_id: String, text: Text, url: String) -> Self {
        Self { action_id, text, url: Some(url), value: None, style: None }
    }

    /// A button that asks something of the bot.
    pub const fn ask(action_id: String, text: Text, value: String) -> Self {
        Self { action_id, text, url: None, value: Some(value), style: None }
    }
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What it says, at most 75 UTF-16 units.
    pub text: Text,
    /// What it is, at most 75 units.
    pub value: String,
}
