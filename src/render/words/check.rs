//! What a message template may be made of, and that both languages say the same.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};

use super::WordsError;
use crate::domain::Lang;

/// The only helpers a message may use.
const HELPERS: [&str; 3] = ["if", "unless", "each"];

/// The names a template asks its view for.
pub(super) type Names = BTreeSet<String>;

/// Parses a template.
pub(super) fn compile(lang: Lang, key: &str, text: &str) -> Result<Template, WordsError> {
    Template::compile(text).map_err(|error| WordsError::Template {
        lang: lang.as_str(),
        key: key.to_owned(),
        reason: error.to_string(),
    })
}

/// Collects the names used; refuses whatever is neither text, a name, nor an allowed helper.
/// Above all `{{{x}}}` and `{{&x}}`, which would leave out the escaping.
pub(super) fn placeholders(
    lang: Lang,
    key: &str,
    template: &Template,
) -> Result<Names, WordsError> {
    let mut names = Names::new();
    walk(template, &mut names).map_err(|what| WordsError::Refused {
        lang: lang.as_str(),
        key: key.to_owned(),
        what,
    })?;
    Ok(names)
}

fn walk(template: &Template, names: &mut Names) -> Result<(), String> {
    for element in &template.elements {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(expression) => variable(expression, names)?,
            TemplateElement::HelperBlock(block) => helper(block, names)?,
            TemplateElement::HtmlExpression(_) => return Err("an unescaped expression".to_owned()),
            TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                return Err("a decorator".to_owned());
            }
            TemplateElement::PartialExpression(_) | TemplateElement::PartialBlock(_) => {
                return Err("a partial".to_owned());
            }
            // The library may grow new kinds; an unknown one is refused.
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(())
}

fn variable(expression: &HelperTemplate, names: &mut Names) -> Result<(), String> {
    if !expression.params.is_empty() || !expression.hash.is_empty() {
        return Err("a helper call".to_owned());
    }
    names.insert(name(&expression.name)?);
    Ok(())
}

fn helper(block: &HelperTemplate, names: &mut Names) -> Result<(), String> {
    let called = name(&block.name)?;
    if !HELPERS.contains(&called.as_str()) || !block.hash.is_empty() {
        return Err(format!("the helper {called}"));
    }
    for param in &block.params {
        names.insert(name(param)?);
    }
    for part in [&block.template, &block.inverse].into_iter().flatten() {
        walk(part, names)?;
    }
    Ok(())
}

fn name(parameter: &Parameter) -> Result<String, String> {
    parameter.as_name().map(str::to_owned).ok_or_else(|| "a computed name".to_owned())
}

/// Both languages have the same keys, and each key asks for the same names in both.
pub(super) fn parity<'a>(
    texts: impl Iterator<Item = (&'a str, Lang, &'a Names)>,
) -> Result<(), WordsError> {
    let mut by_key: BTreeMap<&str, BTreeMap<Lang, &Names>> = BTreeMap::new();
    for (key, lang, names) in texts {
        by_key.entry(key).or_default().insert(lang, names);
    }
    for (key, langs) in by_key {
        let what = match (langs.get(&Lang::Ja), langs.get(&Lang::En)) {
            (Some(ja), Some(en)) if ja == en => continue,
            (Some(ja), Some(en)) => format!("ja uses {ja:?}, en uses {en:?}"),
            (Some(_), None) => "there is no English text".to_owned(),
            (None, _) => "there is no Japanese text".to_owned(),
        };
        return Err(WordsError::Parity { key: key.to_owned(), what });
    }
    Ok(())
}
