//! `bot-manifest.yaml` keeps Slack's limits and asks for the rights the code uses, no fewer and no
//! more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(rename = "_metadata")]
    metadata: Metadata,
    display_information: Display,
    features: Features,
    oauth_config: Oauth,
    settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    major_version: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Display {
    name: String,
    description: String,
    long_description: String,
    background_color: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Features {
    bot_user: BotUser,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BotUser {
    display_name: String,
    always_online: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Oauth {
    scopes: Scopes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scopes {
    bot: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    org_deploy_enabled: bool,
    socket_mode_enabled: bool,
    token_rotation_enabled: bool,
}

/// The bot scopes of each method, as its page in Slack's documentation names them; history is read
/// in public and private channels, never in direct messages.
const SCOPES: [(&str, &[&str]); 12] = [
    ("auth.test", &[]),
    ("chat.delete", &["chat:write"]),
    ("chat.postEphemeral", &["chat:write"]),
    ("chat.postMessage", &["chat:write"]),
    ("chat.update", &["chat:write"]),
    ("conversations.history", &["channels:history", "groups:history"]),
    ("conversations.info", &["channels:read", "groups:read"]),
    ("conversations.replies", &["channels:history", "groups:history"]),
    ("users.info", &["users:read"]),
    ("views.open", &[]),
    ("views.publish", &[]),
    ("views.update", &[]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn manifest() -> Manifest {
    let text = read(&root().join("bot-manifest.yaml"));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("bot-manifest.yaml: {error}"))
}

/// Slack does not say what it counts as a character: the stricter of the two counts.
fn units(text: &str) -> usize {
    text.encode_utf16().count().max(text.chars().count())
}

#[test]
fn it_keeps_slacks_limits() {
    let manifest = manifest();
    assert_eq!(manifest.metadata.major_version, 1);
    let display = &manifest.display_information;
    assert!((1..=35).contains(&units(&display.name)));
    assert!((1..=140).contains(&units(&display.description)), "{}", units(&display.description));
    let long = display.long_description.chars().count();
    assert!(long >= 175 && units(&display.long_description) <= 4000, "{long}");
    let digits = display.background_color.strip_prefix('#').unwrap_or_default();
    assert!(digits.len() == 6 && digits.chars().all(|digit| digit.is_ascii_hexdigit()));
    assert!((1..=80).contains(&units(&manifest.features.bot_user.display_name)));
    assert!(manifest.features.bot_user.always_online);
}

#[test]
fn it_turns_on_nothing_that_the_code_lacks() {
    let settings = manifest().settings;
    // One token a workspace, read once; no door for clicks yet.
    assert!(!settings.org_deploy_enabled);
    assert!(!settings.token_rotation_enabled);
    assert!(!settings.socket_mode_enabled);
}

#[test]
fn it_asks_for_the_scopes_of_the_methods_called_and_no_others() {
    let called = called();
    assert!(called.contains("chat.postMessage"), "the adapter was read: {called:?}");
    let mut needed = BTreeSet::new();
    for method in &called {
        let known = SCOPES.iter().find(|(name, _)| name == method);
        let (_, scopes) = known.unwrap_or_else(|| panic!("{method}: add its scopes to this test"));
        needed.extend(scopes.iter().map(|&scope| scope.to_owned()));
    }
    let asked = manifest().oauth_config.scopes.bot;
    assert_eq!(asked.iter().cloned().collect::<BTreeSet<_>>(), needed);
    assert_eq!(asked.len(), needed.len(), "a scope stands twice");
}

/// The Web API methods that the adapter names.
fn called() -> BTreeSet<String> {
    let folder = root().join("src/adapters/slack");
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.push(folder.with_extension("rs"));
    files.iter().flat_map(|file| methods(file)).collect()
}

/// String literals of the shape `family.method`.
fn methods(file: &Path) -> Vec<String> {
    let text = read(file);
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let method = |literal: &&str| {
        let mut parts = literal.split('.');
        let word = |part: &str| part.chars().all(|c| c.is_ascii_alphabetic()) && !part.is_empty();
        literal.contains('.') && parts.all(word)
    };
    code.flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(method)
        .map(str::to_owned)
        .collect()
}
