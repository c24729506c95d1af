//! What the name of an organizational unit says: production, development, or nothing.

use super::Environment;

/// What names of units end in, in small letters.
const WORDS: [(&str, Environment); 9] = [
    ("production", Environment::Prod),
    ("prod", Environment::Prod),
    ("prd", Environment::Prod),
    ("本番", Environment::Prod),
    ("本番環境", Environment::Prod),
    ("development", Environment::Dev),
    ("dev", Environment::Dev),
    ("開発", Environment::Dev),
    ("開発環境", Environment::Dev),
];
/// Before such a word they turn it into something else: `non-prod` is not production, and
/// whether it is development is not said.
const BUT: [&str; 5] = ["non", "not", "pre", "非", "準"];

/// What a unit's name says of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// This one.
    One(Environment),
    /// That it is not the one it names; the units above it do not count then.
    Another,
}

impl Said {
    /// What the name says; `None`: nothing.
    pub fn by(name: &str) -> Option<Self> {
        said(name)
    }
}

fn said(name: &str) -> Option<Said> {
    let name = name.trim();
    let small = name.to_lowercase();
    let (word, environment) = WORDS.iter().find(|(word, _)| small.ends_with(word))?;
    let before = &small[..small.len() - word.len()];
    let other = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    // `canon-prod` is not `ca-non-prod`.
    let but = BUT.iter().filter_map(|but| other.strip_suffix(but).map(|before| (but, before)));
    if but.into_iter().any(|(but, before)| begins(name, &small, before.len(), but)) {
        return Some(Said::Another);
    }
    // `Akebono-Prod`, `AkebonoProd` and `あけぼのprod`, but not `reprod`.
    begins(name, &small, before.len(), word).then_some(Said::One(*environment))
}

/// Whether a word that stands at `at` in the small letters begins there: nothing is before it, it
/// is not joined to Latin letters, or it has a capital of its own.
fn begins(name: &str, small: &str, at: usize, word: &str) -> bool {
    let (before, from) = small.split_at(at);
    let joined = before.chars().last().is_some_and(|c| c.is_ascii_alphanumeric());
    let hump = name.chars().rev().nth(from.chars().count() - 1).is_some_and(char::is_uppercase);
    !joined || !word.is_ascii() || hump
}

#[test]
fn names_say_production_or_development_or_nothing() {
    let (prod, dev) = (Some(Said::One(Environment::Prod)), Some(Said::One(Environment::Dev)));
    for (name, says) in [
        ("prod", prod),
        ("Production", prod),
        ("本番", prod),
        ("Akebono Prod", prod),
        ("akebono-production", prod),
        ("AkebonoProd", prod),
        ("AKEBONO_PROD", prod),
        ("あけぼの本番", prod),
        ("あけぼのprod ", prod),
        ("Akebono1本番", prod),
        ("dev", dev),
        ("Development", dev),
        ("開発", dev),
        ("hidamari/dev", dev),
        ("non-prod", Some(Said::Another)),
        ("NonProd", Some(Said::Another)),
        ("nonproduction", Some(Said::Another)),
        ("Pre-Production", Some(Said::Another)),
        ("PreProd", Some(Said::Another)),
        ("非本番", Some(Said::Another)),
        ("準本番", Some(Said::Another)),
        ("akebono-nonprod", Some(Said::Another)),
        ("AkebonoNonProd", Some(Said::Another)),
        ("あけぼのnon-prod", Some(Said::Another)),
        ("非本番環境", Some(Said::Another)),
        ("Canon-Prod", prod),
        ("本番環境", prod),
        ("あけぼの-prd", prod),
        ("開発環境", dev),
        ("reprod", None),
        ("Prod Akebono", None),
        ("Sandbox", None),
        ("検証", None),
        ("", None),
    ] {
        assert_eq!(said(name), says, "{name}");
    }
}
