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
    app_home: AppHome,
    slash_commands: Vec<SlashCommand>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AppHome {
    home_tab_enabled: bool,
    messages_tab_enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlashCommand {
    command: String,
    description: String,
    usage_hint: String,
    should_escape: bool,
    url: Option<String>,
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
    interactivity: Interactivity,
    event_subscriptions: Events,
    org_deploy_enabled: bool,
    socket_mode_enabled: bool,
    token_rotation_enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Interactivity {
    is_enabled: bool,
    request_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    request_url: Option<String>,
    bot_events: Vec<String>,
}

/// The bot scopes of each method, as its page in Slack's documentation names them; history is read
/// in public and private channels, never in direct messages.
const SCOPES: [(&str, &[&str]); 13] = [
    // By the app's own token, which has a scope of its own.
    ("apps.connections.open", &[]),
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
    parsed(&read(&root().join("bot-manifest.yaml")))
}

fn parsed(text: &str) -> Manifest {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("bot-manifest.yaml: {error}"))
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
    // One token a workspace, read once.
    assert!(!settings.org_deploy_enabled);
    assert!(!settings.token_rotation_enabled);
    assert!(settings.socket_mode_enabled && settings.interactivity.is_enabled);
    assert_eq!(settings.event_subscriptions.bot_events, ["app_home_opened"]);
    let home = manifest().features.app_home;
    assert!(home.home_tab_enabled && !home.messages_tab_enabled);
}

#[test]
fn its_command_is_the_codes() {
    let commands = manifest().features.slash_commands;
    let [one] = commands.as_slice() else { panic!("{} commands", commands.len()) };
    assert_eq!(one.command, monban::domain::COMMAND);
    assert!(one.command.starts_with('/') && (2..=32).contains(&units(&one.command)));
    assert!((1..=2000).contains(&units(&one.description)));
    assert!((1..=1000).contains(&units(&one.usage_hint)));
    assert!(one.should_escape);
}

/// The lines marked for HTTP, taken in, lead to the routes that the door has.
#[test]
fn the_other_way_in_is_told_truly() {
    let text = read(&root().join("bot-manifest.yaml"));
    assert_eq!(text.matches("# HTTP: ").count(), 3);
    let text = text.replace("# HTTP: ", "");
    let http = parsed(&text.replace("socket_mode_enabled: true", "socket_mode_enabled: false"));
    assert!(!http.settings.socket_mode_enabled);
    let urls = [
        http.features.slash_commands[0].url.clone(),
        http.settings.interactivity.request_url,
        http.settings.event_subscriptions.request_url,
    ];
    let routes = read(&root().join("src/door/slack/http.rs"));
    for (url, way) in urls.into_iter().zip(["commands", "interactions", "events"]) {
        let path = format!("/slack/{way}");
        assert_eq!(url, Some(format!("https://monban.example.com{path}")));
        assert!(routes.contains(&format!(".route(\"{path}\"")), "{path}");
    }
    // Over sockets Slack is given no address.
    let sockets = manifest();
    assert!(sockets.features.slash_commands[0].url.is_none());
    assert!(sockets.settings.interactivity.request_url.is_none());
    assert!(sockets.settings.event_subscriptions.request_url.is_none());
}

#[test]
fn it_asks_for_the_scopes_of_the_methods_called_and_no_others() {
    let called = called();
    assert!(called.contains("chat.postMessage"), "the adapter was read: {called:?}");
    let mut needed = BTreeSet::from(["commands".to_owned()]);
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
