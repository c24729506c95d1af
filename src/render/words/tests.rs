use super::{FILES, Words, WordsError};
use crate::domain::Lang;
use crate::render::escape::Context;

/// Every full key, read from the files themselves.
pub(in crate::render) fn keys() -> Vec<String> {
    let mut keys = Vec::new();
    for (lang, file, yaml) in FILES {
        if lang == Lang::Ja {
            let read = super::read(lang, file, yaml).unwrap();
            keys.extend(read.into_keys().map(|key| format!("{file}.{key}")));
        }
    }
    keys
}

/// The bot's own texts, each followed by its key in brackets: shows which texts are reached.
pub(in crate::render) fn marked() -> Words {
    let mut files = Vec::new();
    for (lang, file, yaml) in FILES {
        let read = super::read(lang, file, yaml).unwrap();
        let lines: Vec<String> = read
            .into_iter()
            .map(|(key, text)| {
                format!("{key:?}: {}", serde_json::to_string(&mark(file, &key, &text)).unwrap())
            })
            .collect();
        files.push((lang, file, lines.join("\n")));
    }
    let files: Vec<_> =
        files.iter().map(|(lang, file, yaml)| (*lang, *file, yaml.as_str())).collect();
    Words::from_files(&files).unwrap()
}

fn mark(file: &str, key: &str, text: &str) -> String {
    format!("{text}⟦{file}.{key}⟧")
}

fn load(ja: &str, en: &str) -> Result<Words, WordsError> {
    Words::from_files(&[(Lang::Ja, "t", ja), (Lang::En, "t", en)])
}

fn both(yaml: &str) -> Result<Words, WordsError> {
    load(yaml, yaml)
}

#[test]
fn the_embedded_texts_are_sound() {
    Words::embedded().unwrap();
    assert!(keys().len() > 50);
}

#[test]
fn what_gets_around_escaping_is_refused() {
    for template in [
        "{{{a}}}",
        "{{&a}}",
        "{{#if a}}{{{b}}}{{/if}}",
        "{{#if a}}x{{else}}{{&b}}{{/if}}",
        "{{> other}}",
        "{{#> other}}x{{/other}}",
        "{{lookup a b}}",
        "{{#with a}}x{{/with}}",
        "{{#if (eq a b)}}x{{/if}}",
        "{{* d}}",
        "{{#*inline \"p\"}}x{{/inline}}",
        "{{log a}}",
    ] {
        let yaml = format!("k: {}", serde_json::to_string(template).unwrap());
        let error = both(&yaml).unwrap_err();
        assert!(matches!(error, WordsError::Refused { .. }), "{template}: {error}");
    }
    both(r#"k: "{{a}}{{#if b}}{{c}}{{else}}d{{/if}}{{#unless e}}{{f}}{{/unless}}""#).unwrap();
}

#[test]
fn the_languages_must_say_the_same() {
    let parity = |ja, en| matches!(load(ja, en), Err(WordsError::Parity { .. }));
    assert!(parity(r#"k: "x""#, r#"l: "x""#));
    assert!(parity("k: \"x\"\nl: \"y\"", r#"k: "x""#));
    assert!(parity(r#"k: "{{a}}""#, r#"k: "{{b}}""#));
    assert!(parity(r#"k: "{{a}}{{#if b}}x{{/if}}""#, r#"k: "{{a}}""#));
    load(r#"k: "{{a}}は{{b}}""#, r#"k: "{{b}} is {{a}}""#).unwrap();
}

#[test]
fn broken_files_are_refused() {
    assert!(matches!(both("k: \"{{a\""), Err(WordsError::Template { .. })));
    assert!(matches!(both("k: [1, 2]"), Err(WordsError::Yaml { .. })));
    assert!(matches!(both("k: \"a\"\nk: \"b\""), Err(WordsError::Yaml { .. })));
}

#[test]
fn each_context_escapes_in_its_own_way_and_once() {
    let words = both(r#"k: "<{{a}}>""#).unwrap();
    let render = |context| {
        words.render(Lang::Ja, context, "t.k", &serde_json::json!({"a": "{{b}} *<&> \u{202e}"}))
    };
    assert_eq!(render(Context::Mrkdwn), "<{{b}} ∗&lt;&amp;\u{2060}&gt; >");
    assert_eq!(render(Context::Plain), "<{{b}} *<&> >");
    assert_eq!(render(Context::Literal), "<{{b}} *<&> >");
}

#[test]
fn a_missing_key_or_name_shows_the_key() {
    let words = both(r#"k: "{{a}}""#).unwrap();
    let none = serde_json::json!({});
    assert_eq!(words.render(Lang::Ja, Context::Plain, "t.missing", &none), "t.missing");
    assert_eq!(words.render(Lang::Ja, Context::Plain, "t.k", &none), "t.k");
}
