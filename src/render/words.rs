//! Every sentence the bot says, in both languages, rendered as leaf strings.
//!
//! A message file is flat: `key: "template"`. The full key is `file.key`. Templates never make
//! blocks or links; blocks are built from structs, so no text can break out into structure.

use std::collections::BTreeMap;

use handlebars::{Handlebars, Template};
use serde::Serialize;

use super::escape::{Context, escape};
use crate::domain::Lang;

mod check;

/// The message files: language, name, text.
const FILES: [(Lang, &str, &str); 20] = [
    (Lang::Ja, "account", include_str!("../../messages/ja/account.yaml")),
    (Lang::Ja, "card", include_str!("../../messages/ja/card.yaml")),
    (Lang::Ja, "desk", include_str!("../../messages/ja/desk.yaml")),
    (Lang::Ja, "explain", include_str!("../../messages/ja/explain.yaml")),
    (Lang::Ja, "form", include_str!("../../messages/ja/form.yaml")),
    (Lang::Ja, "refusal", include_str!("../../messages/ja/refusal.yaml")),
    (Lang::Ja, "health", include_str!("../../messages/ja/health.yaml")),
    (Lang::Ja, "report", include_str!("../../messages/ja/report.yaml")),
    (Lang::Ja, "role", include_str!("../../messages/ja/role.yaml")),
    (Lang::Ja, "words", include_str!("../../messages/ja/words.yaml")),
    (Lang::En, "account", include_str!("../../messages/en/account.yaml")),
    (Lang::En, "card", include_str!("../../messages/en/card.yaml")),
    (Lang::En, "desk", include_str!("../../messages/en/desk.yaml")),
    (Lang::En, "explain", include_str!("../../messages/en/explain.yaml")),
    (Lang::En, "form", include_str!("../../messages/en/form.yaml")),
    (Lang::En, "refusal", include_str!("../../messages/en/refusal.yaml")),
    (Lang::En, "health", include_str!("../../messages/en/health.yaml")),
    (Lang::En, "report", include_str!("../../messages/en/report.yaml")),
    (Lang::En, "role", include_str!("../../messages/en/role.yaml")),
    (Lang::En, "words", include_str!("../../messages/en/words.yaml")),
];

/// Why the message files can't be used. All of it is found when they are loaded.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A file is no flat YAML mapping of strings, or names a key twice.
    #[error("messages/{lang}/{file}.yaml: {reason}")]
    Yaml {
        /// Language of the file.
        lang: &'static str,
        /// Its name.
        file: &'static str,
        /// The parser's words.
        reason: String,
    },
    /// A text is no Handlebars template.
    #[error("{lang} {key}: {reason}")]
    Template {
        /// Language of the text.
        lang: &'static str,
        /// Its full key.
        key: String,
        /// The parser's words.
        reason: String,
    },
    /// A template uses something that could get around escaping.
    #[error("{lang} {key}: {what} is not allowed in a message")]
    Refused {
        /// Language of the text.
        lang: &'static str,
        /// Its full key.
        key: String,
        /// What it uses.
        what: String,
    },
    /// The languages do not say the same things.
    #[error("{key}: {what}")]
    Parity {
        /// The full key.
        key: String,
        /// The difference.
        what: String,
    },
}

/// The bot's sentences. Cheap to use, costly to make: one for the process.
#[derive(Debug)]
pub struct Words {
    books: BTreeMap<(Lang, Context), Handlebars<'static>>,
}

impl Words {
    /// Reads the files inside the binary and checks them: safe templates, the same keys and
    /// placeholders in both languages.
    pub fn embedded() -> Result<Self, WordsError> {
        Self::from_files(&FILES)
    }

    fn from_files(files: &[(Lang, &'static str, &str)]) -> Result<Self, WordsError> {
        let mut texts = BTreeMap::new();
        for (lang, file, yaml) in files {
            for (key, text) in read(*lang, file, yaml)? {
                texts.insert((format!("{file}.{key}"), *lang), text);
            }
        }
        let mut checked = Vec::new();
        for ((key, lang), text) in &texts {
            let template = check::compile(*lang, key, text)?;
            let names = check::placeholders(*lang, key, &template)?;
            checked.push((key.as_str(), *lang, template, names));
        }
        check::parity(checked.iter().map(|(key, lang, _, names)| (*key, *lang, names)))?;
        let mut books = BTreeMap::new();
        for lang in Lang::ALL {
            for context in Context::ALL {
                let mine = checked.iter().filter(|(_, of, _, _)| *of == lang);
                let book = book(context, mine.map(|(key, _, template, _)| (*key, template)));
                books.insert((lang, context), book);
            }
        }
        Ok(Self { books })
    }

    /// The text of a key. Total: loading proves that every template is sound and the tests that
    /// every view fits, so the only way to fail is a key that does not exist; the reader then
    /// sees the key, which is honest and can be searched for.
    pub(super) fn render<V: Serialize>(
        &self,
        lang: Lang,
        context: Context,
        key: &str,
        view: &V,
    ) -> String {
        self.books
            .get(&(lang, context))
            .and_then(|book| book.render(key, view).ok())
            .unwrap_or_else(|| key.to_owned())
    }
}

fn read(
    lang: Lang,
    file: &'static str,
    yaml: &str,
) -> Result<BTreeMap<String, String>, WordsError> {
    serde_saphyr::from_str(yaml).map_err(|error| WordsError::Yaml {
        lang: lang.as_str(),
        file,
        reason: error.to_string(),
    })
}

fn book<'a>(
    context: Context,
    templates: impl Iterator<Item = (&'a str, &'a Template)>,
) -> Handlebars<'static> {
    let mut book = Handlebars::new();
    book.set_strict_mode(true);
    book.register_escape_fn(move |text| escape(context, text));
    for (key, template) in templates {
        book.register_template(key, template.clone());
    }
    book
}

#[cfg(test)]
pub(super) mod tests;
