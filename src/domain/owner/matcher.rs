//! One condition of a route: `severity >= high`, `tag:team = payments`, `control =~ ^S3\.`.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::super::{Severity, Source};

/// Bytes a compiled pattern may take: a map of hundreds of companies keeps all of theirs.
const COMPILED_BYTES: usize = 256 * 1024;
/// Characters a pattern may have.
const PATTERN_CHARS: usize = 300;

/// What a matcher looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// The alert's severity.
    Severity,
    /// `prod` or `dev`, of the account.
    Environment,
    /// The account's 12 digits.
    Account,
    /// The account's name in the map.
    AccountName,
    /// The account's organizational unit in the map.
    Ou,
    /// The Region.
    Region,
    /// Control id or finding type.
    Control,
    /// The resource's id.
    Resource,
    /// The source's word for its kind.
    ResourceKind,
    /// Who spoke.
    Source,
    /// The product behind the source.
    Product,
    /// The source's title.
    Title,
    /// `true` for a sample that somebody generated.
    Sample,
    /// The resource's tag with this key.
    Tag(String),
}

impl Attribute {
    /// All but tags.
    pub const PLAIN: [Self; 13] = [
        Self::Severity,
        Self::Environment,
        Self::Account,
        Self::AccountName,
        Self::Ou,
        Self::Region,
        Self::Control,
        Self::Resource,
        Self::ResourceKind,
        Self::Source,
        Self::Product,
        Self::Title,
        Self::Sample,
    ];

    /// As files write it; a tag without its key.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Environment => "environment",
            Self::Account => "account",
            Self::AccountName => "account_name",
            Self::Ou => "ou",
            Self::Region => "region",
            Self::Control => "control",
            Self::Resource => "resource",
            Self::ResourceKind => "resource_kind",
            Self::Source => "source",
            Self::Product => "product",
            Self::Title => "title",
            Self::Sample => "sample",
            Self::Tag(_) => "tag:KEY",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word.strip_prefix("tag:") {
            Some("") => None,
            Some(key) => Some(Self::Tag(key.to_owned())),
            None => Self::PLAIN.into_iter().find(|one| one.as_str() == word),
        }
    }

    /// The operators it may be asked with.
    pub const fn operators(&self) -> &'static [Operator] {
        use Operator::{AtLeast, AtMost, Is, IsNot, Like, Unlike};
        match self {
            Self::Severity => &[Is, IsNot, AtLeast, AtMost],
            Self::Sample => &[Is, IsNot],
            Self::Environment
            | Self::Account
            | Self::AccountName
            | Self::Ou
            | Self::Region
            | Self::Control
            | Self::Resource
            | Self::ResourceKind
            | Self::Source
            | Self::Product
            | Self::Title
            | Self::Tag(_) => &[Is, IsNot, Like, Unlike],
        }
    }

    /// The only values it can have, where they are known. What an account without owner lacks is
    /// the empty text.
    fn values(&self) -> Option<Vec<String>> {
        let words = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        match self {
            Self::Severity => {
                Some(Severity::ALL.iter().map(|one| one.as_str().to_lowercase()).collect())
            }
            Self::Environment => Some(words(&["prod", "dev", ""])),
            Self::Source => {
                let all = [Source::SecurityHub, Source::GuardDuty, Source::Asff];
                Some(words(&all.map(Source::as_str)))
            }
            Self::Sample => Some(words(&["true", "false"])),
            Self::Account
            | Self::AccountName
            | Self::Ou
            | Self::Region
            | Self::Control
            | Self::Resource
            | Self::ResourceKind
            | Self::Product
            | Self::Title
            | Self::Tag(_) => None,
        }
    }
}

/// How a matcher compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `=~`: the pattern is found somewhere in it.
    Like,
    /// `!~`: the pattern is found nowhere in it.
    Unlike,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
}

impl Operator {
    const ALL: [Self; 6] =
        [Self::Is, Self::IsNot, Self::Like, Self::Unlike, Self::AtLeast, Self::AtMost];

    /// The sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "!=",
            Self::Like => "=~",
            Self::Unlike => "!~",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
        }
    }

    const fn takes_pattern(self) -> bool {
        match self {
            Self::Like | Self::Unlike => true,
            Self::Is | Self::IsNot | Self::AtLeast | Self::AtMost => false,
        }
    }
}

/// Why a text is no matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatcherFault {
    /// No operator stands between spaces.
    NoOperator,
    /// There is no such attribute.
    Attribute(String),
    /// The attribute can't be asked so.
    Operator(Attribute, Operator),
    /// The attribute never has this value; those it can have.
    Value(String, Vec<String>),
    /// The value stands in quotes, which would be part of it.
    Quoted,
    /// The pattern can't be compiled, or is too large.
    Pattern(String),
}

/// A pattern, compiled when it is first asked. Equal if the texts are.
#[derive(Debug, Clone, Default)]
struct Compiled(OnceLock<Result<Regex, String>>);

impl PartialEq for Compiled {
    /// It says nothing that the text does not say.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Compiled {}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matcher {
    text: String,
    attribute: Attribute,
    operator: Operator,
    value: String,
    compiled: Compiled,
}

impl Matcher {
    /// Reads one. The operator stands between spaces: tag keys may hold any of its signs.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, MatcherFault> {
        let (left, operator, value) = cut(text).ok_or(MatcherFault::NoOperator)?;
        let attribute =
            Attribute::read(left).ok_or_else(|| MatcherFault::Attribute(left.to_owned()))?;
        if !attribute.operators().contains(&operator) {
            return Err(MatcherFault::Operator(attribute, operator));
        }
        if operator.takes_pattern() {
            if value.starts_with(['"', '\'']) {
                return Err(MatcherFault::Quoted);
            }
            if value.is_empty() {
                return Err(MatcherFault::Value(String::new(), vec!["a pattern".to_owned()]));
            }
        } else {
            if value.starts_with(['"', '\'']) {
                return Err(MatcherFault::Quoted);
            }
            if let Some(known) = attribute.values()
                && !known.iter().any(|one| one == value)
            {
                return Err(MatcherFault::Value(value.to_owned(), known));
            }
            let digits = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
            if attribute == Attribute::Account && !digits {
                return Err(MatcherFault::Value(value.to_owned(), vec!["12 digits".to_owned()]));
            }
        }
        let value = value.to_owned();
        let compiled = Compiled::default();
        Ok(Self { text: text.trim().to_owned(), attribute, operator, value, compiled })
    }

    /// What it looks at.
    pub const fn attribute(&self) -> &Attribute {
        &self.attribute
    }

    /// How it compares.
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// With what.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// As the file writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Compiles its pattern, if it has one.
    ///
    /// # Errors
    /// Why it can't be.
    pub fn compile(&self) -> Result<(), MatcherFault> {
        if !self.operator.takes_pattern() {
            return Ok(());
        }
        self.pattern().as_ref().map(|_| ()).map_err(|why| MatcherFault::Pattern(why.clone()))
    }

    /// Whether a severity keeps to it.
    pub(in super::super) fn holds_severity(&self, severity: Severity) -> bool {
        let Some(own) = Severity::from_label(&self.value) else { return false };
        match self.operator {
            Operator::Is => severity == own,
            Operator::IsNot => severity != own,
            Operator::AtLeast => severity >= own,
            Operator::AtMost => severity <= own,
            Operator::Like | Operator::Unlike => false,
        }
    }

    /// Whether a text keeps to it. A pattern that can't be compiled (no checked map has one) holds
    /// of nothing, so its route is passed over and the catch-all is told.
    pub(in super::super) fn holds(&self, text: &str) -> bool {
        match self.operator {
            Operator::Is => text == self.value,
            Operator::IsNot => text != self.value,
            Operator::Like => self.pattern().as_ref().is_ok_and(|one| one.is_match(text)),
            Operator::Unlike => self.pattern().as_ref().is_ok_and(|one| !one.is_match(text)),
            Operator::AtLeast | Operator::AtMost => false,
        }
    }

    fn pattern(&self) -> &Result<Regex, String> {
        self.compiled.0.get_or_init(|| compile(&self.value))
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.chars().count() > PATTERN_CHARS {
        return Err(format!("it has more than {PATTERN_CHARS} characters"));
    }
    let built = RegexBuilder::new(pattern)
        .size_limit(COMPILED_BYTES)
        .dfa_size_limit(COMPILED_BYTES)
        .build();
    built.map_err(|error| {
        // The last line of the library's drawing says what is wrong.
        let text = error.to_string();
        let line = text.lines().last().unwrap_or_default().trim();
        line.strip_prefix("error: ").unwrap_or(line).trim_end_matches('.').to_owned()
    })
}

/// Attribute, operator, value: at the first operator that stands between spaces.
fn cut(text: &str) -> Option<(&str, Operator, &str)> {
    let mut rest = text;
    while let Some(at) = rest.find(char::is_whitespace) {
        let after = rest[at..].trim_start();
        let word = after.split(char::is_whitespace).next()?;
        let operator = Operator::ALL.into_iter().find(|one| one.as_str() == word);
        if let Some(operator) = operator {
            let left = text[..text.len() - rest.len() + at].trim();
            return Some((left, operator, after[word.len()..].trim()));
        }
        rest = after;
    }
    None
}

impl Serialize for Matcher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Matcher {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(|fault| D::Error::custom(format!("matcher {text}: {fault:?}")))
    }
}
