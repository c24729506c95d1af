//! The message files: both languages say the same things, each in its own language.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn folder(lang: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("messages").join(lang)
}

fn files(lang: &str) -> BTreeSet<String> {
    let names = fs::read_dir(folder(lang)).unwrap();
    names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn read(lang: &str, file: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder(lang).join(file)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{lang}/{file}: {error}"))
}

fn each(mut look: impl FnMut(&str, &BTreeMap<String, String>, &BTreeMap<String, String>)) {
    for file in files("ja") {
        look(&file, &read("ja", &file), &read("en", &file));
    }
}

/// What is filled in: `{{name}}` of the bot's messages, `{name}` of the page's.
fn slots(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let after = rest[start..].trim_start_matches('{');
        let Some(end) = after.find('}') else { break };
        let name = after[..end].trim();
        if name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "else" {
            found.insert(name);
        }
        if let Some(name) = name.strip_prefix("#if ").or_else(|| name.strip_prefix("#unless ")) {
            found.insert(name);
        }
        rest = &after[end..];
    }
    found
}

/// The words of a text, without what is filled in.
fn words(text: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff60}')
}

#[test]
fn both_languages_have_the_same_keys_and_slots() {
    assert_eq!(files("ja"), files("en"));
    assert!(files("ja").contains("sandbox.yaml"));
    each(|file, ja, en| {
        assert!(!ja.is_empty(), "{file}");
        assert_eq!(ja.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>(), "{file}");
        for (key, text) in ja {
            assert_eq!(slots(text), slots(&en[key]), "{file} {key}");
        }
    });
}

#[test]
fn nothing_is_empty() {
    // Said only where the title is in another language than the card.
    let may_be = |lang, key: &str| (lang, key) == ("en", "title.original");
    each(|file, ja, en| {
        let both = ja.iter().map(|one| ("ja", one)).chain(en.iter().map(|one| ("en", one)));
        for (lang, (key, text)) in both {
            assert!(!text.trim().is_empty() || may_be(lang, key), "{lang} {file} {key}");
        }
    });
}

#[test]
fn each_language_is_its_own() {
    // Names and units that a Japanese text may be made of alone.
    const NAMES: [&str; 4] = ["AWS", "Slack", "CCoE", "Security Hub"];
    let mut sentences = 0;
    each(|file, ja, en| {
        for (key, text) in ja {
            let plain = words(text);
            let letters = NAMES.iter().fold(plain.clone(), |rest, name| rest.replace(name, ""));
            if letters.chars().any(|c| c.is_ascii_alphabetic()) || plain.contains('。') {
                sentences += 1;
                assert!(plain.chars().any(is_japanese), "{file} {key}: left in English: {text}");
                assert_ne!(text, &en[key], "{file} {key}");
            }
        }
        for (key, text) in en {
            assert!(!words(text).chars().any(is_japanese), "{file} {key}: Japanese in {text}");
        }
    });
    assert!(sentences > 30, "{sentences}");
}

#[test]
fn english_words_stand_in_no_japanese_sentence() {
    // Words that only a sentence left untranslated has.
    const LEFT: [&str; 10] =
        ["the", "this", "that", "is", "are", "was", "not", "and", "with", "please"];
    each(|file, ja, _| {
        for (key, text) in ja {
            let plain = words(text).to_ascii_lowercase();
            let found: Vec<&str> = plain
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|word| LEFT.contains(word))
                .collect();
            assert!(found.is_empty(), "{file} {key}: {found:?} in {text}");
        }
    });
}

#[test]
fn aws_own_words_are_used() {
    let words = read("ja", "words.yaml");
    for (key, word) in [
        ("severity.critical", "重大"),
        ("severity.high", "高"),
        ("severity.medium", "中"),
        ("severity.low", "低"),
        ("severity.informational", "情報"),
    ] {
        assert_eq!(words[key], word);
    }
    each(|file, ja, _| {
        for (key, text) in ja {
            assert!(!text.contains("緊急"), "{file} {key}: AWS says 重大");
        }
    });
}

#[test]
fn slots_and_words_are_told_apart() {
    let text = "{{#if a}}{{b}}件{{else}}x{{/if}} {n}";
    assert_eq!(slots(text), BTreeSet::from(["a", "b", "n"]));
    assert_eq!(words(text), "件x ");
}
